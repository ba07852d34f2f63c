"""Forms of the page of one dwelling."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.ground.models import Mandate, Residence
from linli.ui.squares import STATES

RELATIONS = [
    ("", _("not said")),
    ("head", _("head of household")),
    ("spouse", _("spouse")),
    ("child", _("child")),
    ("parent", _("parent")),
    ("tenant", _("tenant")),
    ("cotenant", _("co-tenant")),
    ("helper", _("home helper")),
    ("relative", _("relative")),
    ("owner_absent", _("owner living elsewhere")),
    ("other", _("other")),
]
PRESENCES = [
    (Residence.Presence.HERE.value, _("lives here")),
    (Residence.Presence.AWAY.value, _("away for now")),
    (Residence.Presence.MOVED.value, _("moved out")),
    (Residence.Presence.DIED.value, _("died")),
]

SEXES = [("", _("not said")), ("f", _("female")), ("m", _("male"))]


class StateForm(forms.Form):
    """What was found at the door."""

    state = forms.ChoiceField(label=_("State of the dwelling"), choices=list(STATES.items()))


class PersonForm(forms.Form):
    """A person who lives here."""

    name = forms.CharField(label=_("Name"), max_length=80)
    sex = forms.ChoiceField(label=_("Sex"), choices=SEXES, required=False)
    relation = forms.ChoiceField(label=_("Relation"), choices=RELATIONS, required=False)


class MoveForm(forms.Form):
    """Where a person is from today on."""

    presence = forms.ChoiceField(label=_("From today"), choices=PRESENCES)
    note = forms.CharField(label=_("Note"), max_length=80, required=False)


class FactsForm(forms.Form):
    """What the register says of a person; each field carries what was shown when the page was opened (``was_…``)."""

    name = forms.CharField(label=_("Name"), max_length=80)
    sex = forms.ChoiceField(label=_("Sex"), choices=SEXES, required=False)
    born = forms.DateField(
        label=_("Born"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    nation = forms.CharField(label=_("Nationality"), max_length=30, required=False)
    relation = forms.ChoiceField(label=_("Relation"), required=False)
    presence = forms.ChoiceField(label=_("Where the person is"), choices=PRESENCES)
    since = forms.DateField(
        label=_("From which day, if that has changed"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Empty: from today."),
    )
    away_note = forms.CharField(label=_("Away until, where"), max_length=80, required=False)
    remark = forms.CharField(label=_("Remark"), max_length=300, required=False)

    def __init__(self, data: Any = None, *, shown: dict[str, str]) -> None:
        super().__init__(data, initial=shown)
        known = dict(RELATIONS)
        extra = [(shown["relation"], shown["relation"])] if shown["relation"] not in known else []
        self.fields["relation"].choices = [*RELATIONS, *extra]  # type: ignore[attr-defined]
        if shown["presence"] not in dict(PRESENCES):
            self.fields["presence"].choices = [("", _("not said")), *PRESENCES]  # type: ignore[attr-defined]
            self.fields["presence"].required = False
        for name, text in shown.items():
            self.fields[f"was_{name}"] = forms.CharField(
                required=False, initial=text, widget=forms.HiddenInput, strip=False
            )

    def was(self) -> dict[str, str]:
        """What the page showed."""
        return {name[4:]: self.cleaned_data[name] or "" for name in self.fields if name.startswith("was_")}

    def to(self) -> dict[str, str]:
        """What was typed."""
        found = {name: self.cleaned_data.get(name) for name in self.was()}
        return {n: v.isoformat() if isinstance(v, date) else v or "" for n, v in found.items()}


class HandOverForm(forms.Form):
    """Who answers for a place from a day on."""

    to = forms.ChoiceField(label=_("Who answers from now on"))

    def __init__(self, *args: Any, mandates: list[Mandate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(str(m.pk), m.holder_name) for m in mandates]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why a whole number is needed."""

    reason = forms.CharField(label=_("What do you need the whole number for?"), max_length=200)
