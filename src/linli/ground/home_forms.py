"""Forms of the page of one dwelling."""

from __future__ import annotations

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
    ("other", _("other")),
]
PRESENCES = [
    (Residence.Presence.HERE.value, _("lives here")),
    (Residence.Presence.AWAY.value, _("away for now")),
    (Residence.Presence.MOVED.value, _("moved out")),
    (Residence.Presence.DIED.value, _("died")),
]


class StateForm(forms.Form):
    """What was found at the door."""

    state = forms.ChoiceField(label=_("State of the dwelling"), choices=list(STATES.items()))


class PersonForm(forms.Form):
    """A person who lives here."""

    name = forms.CharField(label=_("Name"), max_length=80)
    sex = forms.ChoiceField(
        label=_("Sex"), choices=[("", _("not said")), ("f", _("female")), ("m", _("male"))], required=False
    )
    relation = forms.ChoiceField(label=_("Relation"), choices=RELATIONS, required=False)


class MoveForm(forms.Form):
    """Where a person is from today on."""

    presence = forms.ChoiceField(label=_("From today"), choices=PRESENCES)
    note = forms.CharField(label=_("Note"), max_length=80, required=False)


class HandOverForm(forms.Form):
    """Who answers for a place from a day on."""

    to = forms.ChoiceField(label=_("Who answers from now on"))

    def __init__(self, *args: Any, mandates: list[Mandate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(str(m.pk), m.holder_name) for m in mandates]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why a whole number is needed."""

    reason = forms.CharField(label=_("What do you need the whole number for?"), max_length=200)
