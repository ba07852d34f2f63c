"""The form of a hand-over for any phone: who is there, how many heads, who gives, who takes over, how each side confirms (T04)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.ground.words import refusal_text
from linli.journeys.forms import NONE, OutsideForm, about_field
from linli.journeys.signatures import read_path
from linli.kernel.ids import uuid7
from linli.kernel.refusal import Refusal
from linli.ui.fields import moment_field
from linli.ui.words import listed

LATER = "later"
OUTSIDE = "outside"
HOME = "home"
CONFIRMS = (
    ("word", _("says so, here and now")),
    ("signature", _("signs on this phone")),
)
UNMET_WHYS = (
    ("behind", _("They do not come along this time")),
    ("others", _("Somebody else has them; it is not written down yet")),
    ("unknown", _("Nobody here knows; they are being looked for")),
)
"""What is known of who is on a run's list and in nobody's hands."""
TAKER_CONFIRMS = (*CONFIRMS, (LATER, _("confirms later, with six digits")))


@dataclass(frozen=True)
class Ticked:
    """Somebody on a list, as a row to tick."""

    name: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.detail}".strip()


class _Signed(forms.CharField):
    """A signature drawn on the field beside it; empty for none."""

    def __init__(self) -> None:
        super().__init__(required=False, max_length=9000, widget=forms.HiddenInput)

    def clean(self, value: Any) -> str:
        """The path, checked."""
        try:
            return read_path(str(super().clean(value) or ""))
        except Refusal as refusal:
            raise ValidationError(refusal_text(refusal)) from refusal


class PresentForm(forms.Form):
    """Who is there, and how many heads were counted without looking at names."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    present = forms.MultipleChoiceField(label=_("Who is there"), widget=forms.CheckboxSelectMultiple, required=False)
    counted = forms.IntegerField(
        label=_("Heads counted"), min_value=0, max_value=999, help_text=_("Count first, then compare with the list.")
    )

    def __init__(self, people: Sequence[tuple[str, Ticked]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["present"].choices = list(people)  # type: ignore[attr-defined]


class HandForm(PresentForm, OutsideForm):
    """A whole hand-over: both sides on this phone, or one now and the other later."""

    giver = forms.ChoiceField(label=_("Who had them until now"))
    giver_way = forms.ChoiceField(label=_("How this side confirms"), choices=CONFIRMS, widget=forms.RadioSelect)
    giver_signature = _Signed()
    taker = forms.ChoiceField(label=_("Who has them from now on"))
    taker_way = forms.ChoiceField(label=_("How this side confirms"), choices=TAKER_CONFIRMS, widget=forms.RadioSelect)
    taker_signature = _Signed()
    happened_at = moment_field(label=_("When"), required=False, help_text=_("Empty: just now."))
    about = about_field()
    unmet_why = forms.ChoiceField(
        choices=UNMET_WHYS, widget=forms.RadioSelect, required=False,
        help_text=_("On the list of this run and in nobody's hands yet, so not among the heads. If they are here, tick them."),
    )  # fmt: skip

    def __init__(
        self,
        people: Sequence[tuple[str, Ticked]],
        givers: Sequence[tuple[str, Any]],
        takers: Sequence[tuple[str, Any]],
        *args: Any,
        unmet: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        """``unmet``: traveller → name of who is seated with them and whom nobody has met yet."""
        super().__init__(people, *args, **kwargs)
        self.unmet = unmet
        self.fields["unmet_why"].label = gettext("Not met yet: %(names)s") % {"names": listed(unmet.values())}
        for name, choices in (("giver", givers), ("taker", takers)):
            self.fields[name].choices = [*([] if len(choices) == 1 else [NONE]), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Who signs has signed; who comes from outside has a role and a name."""
        data = super().clean() or {}
        if set(self.unmet) - set(data.get("present", ())) and not data.get("unmet_why"):
            self.add_error("unmet_why", gettext("Please say what is known of them. The others can be handed over."))
        for side in ("giver", "taker"):
            if data.get(f"{side}_way") == "signature" and not data.get(f"{side}_signature"):
                self.add_error(
                    f"{side}_way",
                    gettext("There is no signature yet. Sign on the field, or choose that the side says so."),
                )
        if OUTSIDE in (data.get("giver"), data.get("taker")):
            if not data.get("outside_role"):
                self.add_error("outside_role", gettext("Please say what this person is."))
            if not data.get("outside_name"):
                self.add_error("outside_name", gettext("Please give the name; everybody has a named holder."))
        return data


class TakeForm(PresentForm):
    """The other side of a hand-over that waits: by the six digits, or by signing on this phone."""

    way = forms.ChoiceField(
        label=_("How this side confirms"),
        choices=[
            ("code", _("with the six digits of the other side")),
            ("signature", _("signs on this phone")),
            ("word", _("says so, here and now")),
        ],
        widget=forms.RadioSelect,
        initial="code",
    )
    code = forms.CharField(
        label=_("Six digits"),
        max_length=7,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
    signature = _Signed()

    def clean(self) -> dict[str, Any]:
        """What the way asks for is there."""
        data = super().clean() or {}
        if data.get("way") == "code" and not str(data.get("code", "")).strip():
            self.add_error("code", gettext("Please type the six digits that the other side says."))
        if data.get("way") == "signature" and not data.get("signature"):
            self.add_error(
                "way", gettext("There is no signature yet. Sign on the field, or choose that the side says so.")
            )
        return data
