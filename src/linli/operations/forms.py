"""Forms of operations: one column, every word that the notice will print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.ground.models import Place
from linli.operations import rulesets
from linli.operations.actions import LONGEST, Order
from linli.operations.models import Operation
from linli.operations.queries import title_of

GROUNDS = [
    (Operation.Ground.DUTY.value, _("A statutory duty of the office")),
    (Operation.Ground.EMERGENCY.value, _("A public-health emergency")),
    (Operation.Ground.CONSENT.value, _("Consent of each person")),
]


def _ruleset_choices(replay: bool | None) -> list[tuple[str, str]]:
    rows = sorted((r for r in rulesets.choices(replay) if r["records"]), key=lambda r: bool(r["replay"]))
    return [(r["code"], title_of(r) + (" · " + str(_("replay only")) if r["replay"] else "")) for r in rows]


def end_of(day: date) -> datetime:
    """The last second of a day in Shanghai; for the thirtieth day from now, the same hour as now."""
    moment = timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
    longest = timezone.now() + LONGEST - timedelta(seconds=1)
    return longest if day == timezone.localdate(longest) else moment


class OperationForm(forms.Form):
    """What must be said before a gate may record anything."""

    name = forms.CharField(
        label=_("Name of the operation"), max_length=80, help_text=_("Short, as people will call it.")
    )
    purpose = forms.CharField(
        label=_("Purpose"), max_length=300, help_text=_("One sentence: what for, and nothing else.")
    )
    ruleset = forms.ChoiceField(
        label=_("Rule set"),
        help_text=_(
            "Those for practice must not be used with real people: every page and every phone says that it is an exercise."
        ),
    )
    ground = forms.ChoiceField(label=_("Legal ground"), choices=GROUNDS)
    ground_text = forms.CharField(
        label=_("Article or document"), max_length=300, help_text=_("The text that gives the ground, with its number.")
    )
    authority = forms.CharField(label=_("Ordered by"), max_length=120)
    order_number = forms.CharField(label=_("Document number"), max_length=60, required=False)
    contact = forms.CharField(
        label=_("Where people can ask"), max_length=120, help_text=_("A place and a phone number of the office.")
    )
    gates = forms.MultipleChoiceField(
        label=_("Only at these gates"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: at every gate of the neighbourhood."),
    )
    ends_on = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("At most 30 days from today. It can be renewed by name."),
    )

    def __init__(self, *args: Any, gates: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._gates = {str(gate.pk): gate for gate in gates}
        self.fields["gates"].choices = [(pk, gate.name) for pk, gate in self._gates.items()]  # type: ignore[attr-defined]
        self.fields["ruleset"].choices = _ruleset_choices(None)  # type: ignore[attr-defined]
        if not self.is_bound:
            self.initial.setdefault("ends_on", timezone.localdate() + timedelta(days=14))

    def order(self) -> Order:
        """The order that the form describes; the form must be valid."""
        data = {**self.cleaned_data, "gates": tuple(self._gates[pk] for pk in self.cleaned_data["gates"])}
        return Order(**{key: data[key] for key in data if key != "ends_on"})


class RenewForm(forms.Form):
    """A later end with a reason."""

    ends_on = forms.DateField(
        label=_("New last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("At most 30 days from today."),
    )
    reason = forms.CharField(label=_("Why it goes on"), max_length=200)


class RulesForm(forms.Form):
    """Another rule set, from now on or from the beginning of a day to come."""

    ruleset = forms.ChoiceField(label=_("Another rule set"))
    from_on = forms.DateField(
        label=_("From the beginning of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: from now on. Phones that hear of it beforehand change over without a network."),
    )

    def __init__(self, *args: Any, replay: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ruleset"].choices = _ruleset_choices(replay)  # type: ignore[attr-defined]

    def since(self) -> datetime | None:
        """The instant from which it is to hold; None: now. The form must be valid."""
        day = self.cleaned_data["from_on"]
        if day is None or day == timezone.localdate():
            return None
        return timezone.make_aware(datetime.combine(day, time.min))
