"""Forms of the pages of bodies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import User
from linli.ground.capacities import IN_BODY
from linli.ground.models import Body, BodyKind, Place


def kind_name(kind: BodyKind) -> str:
    """A kind in the language of the page."""
    return kind.name_en if (get_language() or "").startswith("en") else kind.name_zh


def _day() -> forms.DateField:
    return forms.DateField(
        label=_("Counts from"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("What held before stays in the history."),
    )


class BodyForm(forms.Form):
    """What a body is: name, kind, parent, place."""

    name = forms.CharField(label=_("Name of the body"), max_length=120)
    kind = forms.TypedChoiceField(label=_("Kind"), coerce=int)
    parent = forms.TypedChoiceField(
        label=_("Belongs to"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("The body above it, if there is one."),
    )
    place = forms.TypedChoiceField(label=_("At home in"), coerce=int)

    def __init__(self, places: Iterable[Place], bodies: Iterable[Body], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = {k.pk: k for k in BodyKind.objects.all()}
        self.places = {p.pk: p for p in places}
        self.bodies = {b.pk: b for b in bodies}
        self._choose("kind", [(pk, kind_name(k)) for pk, k in self.kinds.items()])
        self._choose("parent", [("", "—"), *((pk, b.name) for pk, b in self.bodies.items())])
        self._choose("place", [(pk, p.name) for pk, p in self.places.items()])

    def _choose(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class NewBodyForm(BodyForm):
    """A new body with how it is reached."""

    phone = forms.CharField(
        label=_("Duty telephone"), max_length=60, required=False, help_text=_("Of the body, never somebody's own.")
    )
    contact = forms.CharField(label=_("Contact"), max_length=80, required=False, help_text=_("Whom to ask for."))


class ChangeForm(BodyForm):
    """Another name, kind, parent or place from a day on."""

    since = _day()


class ReachForm(forms.Form):
    """How a body is reached."""

    phone = forms.CharField(
        label=_("Duty telephone"), max_length=60, required=False, help_text=_("Of the body, never somebody's own.")
    )
    code = forms.CharField(
        label=_("Own number"), max_length=40, required=False, help_text=_("As in the office's lists.")
    )


class EndForm(forms.Form):
    """The day a body ends."""

    on = forms.DateField(
        label=_("First day on which it no longer exists"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class MemberForm(forms.Form):
    """Somebody in a body: an account, or a name."""

    capacity = forms.ChoiceField(label=_("As"), choices=list(IN_BODY.items()), initial="contact")
    user = forms.TypedChoiceField(
        label=_("Account"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Then this person can answer for the body."),
    )
    name = forms.CharField(
        label=_("Or a name"), max_length=80, required=False, help_text=_("For who does not sign in.")
    )
    title = forms.CharField(label=_("Title"), max_length=60, required=False)

    def __init__(self, users: Iterable[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[Any] = [("", "—"), *((u.pk, f"{u.display_name} ({u.username})") for u in users)]
        self.fields["user"].choices = choices  # type: ignore[attr-defined]


class KindForm(forms.Form):
    """A further kind of body."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=40)
    name_en = forms.CharField(label=_("English name"), max_length=60)
    words = forms.CharField(
        label=_("Other words for it"),
        max_length=300,
        required=False,
        help_text=_("As lists write it, with 、 between."),
    )


def parsed_day(text: str) -> date | None:
    """A day of the address, or None."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
