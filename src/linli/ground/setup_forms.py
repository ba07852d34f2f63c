"""Forms of the set-up wizard."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.accounts import actions, codes
from linli.accounts.forms import PASSWORD_RULES, passwords_alike
from linli.accounts.models import User
from linli.ground import offices, setup
from linli.ground.capacities import CAPACITIES
from linli.ground.models import Place
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal

USERNAME_HINT = _(
    "What is typed to sign in: letters or digits without spaces, for example wang.min. Chinese works too."
)
FIELD_OF = {
    "accounts.username_bad": "username",
    "accounts.username_taken": "username",
    "accounts.name_missing": "display_name",
    "accounts.password_weak": "password",
    "ground.name_missing": "name",
    "ground.capacity_unknown": "capacity",
    "offices.place_kind": "place",
    "offices.place_outside": "place",
    "setup.shared_name": "subdistrict",
    "setup.gates_missing": "gates",
    "setup.gates_long": "gates",
    "setup.gate_held": "gates",
}


def show_refusal(form: forms.Form, refusal: Refusal) -> None:
    """Put a refusal's sentence beside the field it is about, or above the form."""
    name = FIELD_OF.get(refusal.code)
    form.add_error(name if name in form.fields else None, refusal_text(refusal))


class PlaceForm(forms.Form):
    """What the neighbourhood is called."""

    name = forms.CharField(
        label=_("Name of the neighbourhood"), max_length=60, help_text=_("As residents say it, for example 槐安居民区.")
    )
    name_en = forms.CharField(
        label=_("Name in English"),
        max_length=80,
        required=False,
        help_text=_("Printed on permits beside the Chinese name."),
    )
    code = forms.CharField(
        label=_("Official code"),
        max_length=12,
        required=False,
        help_text=_("The 12-digit statistical code, if you know it."),
    )
    subdistrict = forms.CharField(label=_("Subdistrict or town"), max_length=60, required=False)

    def clean_code(self) -> str:
        """Digits or nothing."""
        code = "".join(self.cleaned_data["code"].split())
        if code and not (code.isascii() and code.isdigit()):
            raise forms.ValidationError(_("An official code has digits only. You may leave it empty."))
        return code

    def neighbourhood(self) -> setup.Neighbourhood:
        """The answers."""
        data = self.cleaned_data
        return setup.Neighbourhood(data["name"], data["name_en"], data["code"], data["subdistrict"])


class FirstForm(PlaceForm):
    """The first page of an empty installation: the place and one's own account."""

    display_name = forms.CharField(
        label=_("Your name"), max_length=60, help_text=_("The journal shows it beside what you do.")
    )
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        help_text=USERNAME_HINT,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        help_text=PASSWORD_RULES,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The same again"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    setup_code = forms.CharField(
        label=_("Setup code"),
        max_length=20,
        help_text=_(
            "Eight letters and digits that the computer running Linli shows in its window; or there: linli setup-code."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    place_fields = ("name", "name_en", "code", "subdistrict")
    account_fields = ("display_name", "username", "password", "again")

    def __init__(self, *args: Any, ask_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not ask_code:
            del self.fields["setup_code"]

    def clean_username(self) -> str:
        """The stored form of the name."""
        try:
            return actions.clean_username(self.cleaned_data["username"])
        except Refusal as refusal:
            raise forms.ValidationError(refusal_text(refusal)) from refusal

    def clean_setup_code(self) -> str:
        """Only who sees the console knows it."""
        typed: str = self.cleaned_data["setup_code"]
        if not codes.is_setup_code(typed):
            raise forms.ValidationError(_("This is not the code that the computer shows."))
        return typed

    def clean(self) -> dict[str, Any]:
        """The passwords: alike, within the rules, not the user's own name."""
        data = super().clean() or {}
        user = User(username=data.get("username", ""), display_name=data.get("display_name", ""))
        return passwords_alike(self, data, user)

    @property
    def of_place(self) -> list[Any]:
        """The fields about the place."""
        return [self[name] for name in self.place_fields]

    @property
    def of_account(self) -> list[Any]:
        """The fields about the account."""
        return [self[name] for name in self.account_fields]


class GatesForm(forms.Form):
    """Gates, one a line."""

    gates = forms.CharField(
        label=_("Gates"),
        help_text=_("One name a line, as people call them. They can be changed at any time."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class HolderForm(forms.Form):
    """A new account with its office."""

    display_name = forms.CharField(label=_("Name"), max_length=60)
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        help_text=USERNAME_HINT,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    capacity = forms.ChoiceField(label=_("Office"))
    place = forms.TypedChoiceField(label=_("Where"), coerce=int)

    def __init__(self, neighbourhood: Place, *args: Any, first: str = "guard", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["capacity"].choices = capacity_choices()  # type: ignore[attr-defined]
        self.fields["capacity"].initial = first
        self.fields["place"].choices = place_choices(neighbourhood)  # type: ignore[attr-defined]
        self.fields["place"].initial = neighbourhood.pk


class GiveForm(forms.Form):
    """Another office for an account."""

    capacity = forms.ChoiceField(label=_("Office"))
    place = forms.TypedChoiceField(label=_("Where"), coerce=int)

    def __init__(self, neighbourhood: Place, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["capacity"].choices = capacity_choices()  # type: ignore[attr-defined]
        self.fields["place"].choices = place_choices(neighbourhood)  # type: ignore[attr-defined]


def capacity_choices() -> list[tuple[str, Any]]:
    """The offices by their names."""
    return [(code, CAPACITIES[code].name) for code in offices.PLACES_OF if code in CAPACITIES]


def place_choices(neighbourhood: Place) -> list[Any]:
    """Where an office can lie: the whole, its gates, its estates and buildings. Two statements."""
    rows = Place.objects.filter(neighbourhood=neighbourhood, until__isnull=True)
    gates = [(p.pk, p.name) for p in rows.filter(kind__code="gate").order_by("pk")]
    houses = rows.filter(kind__code__in=offices.HOUSES).select_related("kind", "parent").order_by("path")
    found: list[Any] = [(neighbourhood.pk, _("the whole neighbourhood"))]
    above = neighbourhood.parent
    if above is not None:
        found.append((above.pk, _("%(name)s, with all its neighbourhoods") % {"name": above.name}))
    if gates:
        found.append((_("Gates"), gates))
    lines = [
        (p.pk, p.name if p.parent_id == neighbourhood.pk or p.parent is None else f"{p.parent.name} {p.name}")
        for p in houses
    ]
    if lines:
        found.append((_("Estates and buildings"), lines))
    return found
