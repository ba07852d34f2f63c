"""Forms of a run's page: somebody of its crew, a place where it stops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from linli.journeys.faces import holder_of
from linli.journeys.forms import NONE, about_field
from linli.journeys.models import RunCrew
from linli.journeys.words import DUTIES
from linli.ui.fields import moment_field


class CrewForm(forms.Form):
    """Somebody more, or in another's place: of our own office, or from outside by name."""

    duty = forms.ChoiceField(label=_("As what"), choices=list(DUTIES.items()), initial=RunCrew.Duty.ESCORT.value)
    office = forms.ChoiceField(
        label=pgettext_lazy("run", "From our office"),
        required=False,
        help_text=_("Only people whose training “穿脱防护服” is on the roster."),
    )
    name = forms.CharField(label=_("Or from outside: name"), max_length=80, required=False)
    phone = forms.CharField(label=_("Telephone of whoever comes from outside"), max_length=30, required=False)
    instead = forms.ChoiceField(label=_("In whose place"), required=False)

    def __init__(self, offices: Sequence[tuple[str, str]], crew: Sequence[RunCrew], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = [(str(one.pk), f"{holder_of(one.hands)} · {DUTIES[one.duty]}") for one in crew]
        for name, choices in (("office", [NONE, *offices]), ("instead", [("", _("nobody, in addition")), *there])):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Exactly one person."""
        data = super().clean() or {}
        if bool(data.get("office")) == bool(str(data.get("name", "")).strip()):
            self.add_error("office", gettext("Please choose somebody of our office, or write a name from outside."))
        return data


class StopForm(forms.Form):
    """A place more, or in another's place."""

    words = forms.CharField(label=pgettext_lazy("run", "Place"), max_length=80)
    at = moment_field(label=_("When there"), required=False)
    about = about_field()
    where = forms.ChoiceField(label=_("Where on the way"))

    def __init__(self, stops: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        before = [(f"before:{n}", gettext("before %(place)s") % {"place": words}) for n, words in enumerate(stops)]
        instead = [
            (f"instead:{n}", gettext("in place of %(place)s") % {"place": words}) for n, words in enumerate(stops)
        ]
        self.fields["where"].choices = [("end", _("at the end")), *before, *instead]  # type: ignore[attr-defined]
