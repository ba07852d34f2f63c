"""Forms of accounts. Each field says what is expected before it is wrong; the rules of a password stand beside it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from linli.accounts import actions
from linli.accounts.models import User
from linli.accounts.refusals import refusal_text
from linli.kernel.refusal import Refusal

PASSWORD_RULES = _(
    "At least 10 characters, not only digits, not your name, nothing everybody uses. Three or four unrelated words make a good one."
)


class SlipCodeField(forms.CharField):
    """The code of a printed slip as it is typed in; ``help_text`` says how many characters this one has."""

    def __init__(self, **kwargs: Any) -> None:
        box = {
            "autocomplete": "one-time-code",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "data-slip-code": "",
        }
        super().__init__(label=_("Code on the slip"), max_length=40, widget=forms.TextInput(attrs=box), **kwargs)


class SignInForm(AuthenticationForm):
    """User name and password. One sentence for whatever is wrong: it reveals nothing about the account."""

    error_messages = {
        "invalid_login": _(
            "User name and password do not fit together, or the account cannot sign in. After five failures there is a pause of 15 minutes."
        ),
        "inactive": _(
            "User name and password do not fit together, or the account cannot sign in. After five failures there is a pause of 15 minutes."
        ),
    }

    def __init__(self, request: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        name, password = self.fields["username"], self.fields["password"]
        name.label, password.label = _("User name"), _("Password")
        name.widget.attrs.update({"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"})


class NewPasswordForm(forms.Form):
    """A new password, twice. ``user`` is used for the rule "not your name"."""

    password = forms.CharField(
        label=_("New password"),
        help_text=PASSWORD_RULES,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The same again"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    user: User | None = None

    def clean(self) -> dict[str, Any]:
        """Both alike, and within the rules."""
        data = super().clean() or {}
        return passwords_alike(self, data, self.user)


def passwords_alike(form: forms.Form, data: dict[str, Any], user: User | None) -> dict[str, Any]:
    """Put what is wrong with two passwords beside their fields."""
    first, second = data.get("password"), data.get("again")
    if first and second and first != second:
        form.add_error("again", _("The two passwords are not the same."))
    if first:
        try:
            actions.check_password_rules(first, user)
        except Refusal as refusal:
            form.add_error("password", refusal_text(refusal))
    return data


class ChangePasswordForm(NewPasswordForm):
    """One's own password: the present one first."""

    present = forms.CharField(
        label=_("Present password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ["present", "password", "again"]

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_present(self) -> str:
        """The present password must be right."""
        present: str = self.cleaned_data["present"]
        if self.user is None or not self.user.check_password(present):
            raise forms.ValidationError(_("This is not your present password."))
        return present


class SlipForm(NewPasswordForm):
    """A slip's code and the new password."""

    code = SlipCodeField(help_text=_("Twelve letters and digits; small or capital, with or without dashes."))
    field_order = ["code", "password", "again"]


class CodeForm(forms.Form):
    """The second factor: six digits of the app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("The six digits your app shows now, or one of your recovery codes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false", "autofocus": True}),
    )


class FirstCodeForm(forms.Form):
    """The first six digits of a new app entry."""

    code = forms.CharField(
        label=_("Six digits the app shows now"),
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class FactorSlipForm(forms.Form):
    """A slip that takes one's lost second factor away."""

    code = forms.CharField(
        label=_("Code on the slip"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class PasswordAgainForm(forms.Form):
    """One's password once more before something sensitive."""

    present = forms.CharField(
        label=_("Present password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
