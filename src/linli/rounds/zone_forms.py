"""Forms of the zones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.ground.models import Body, Mandate, PlaceKind
from linli.ground.zones import Party
from linli.rounds.forms import owner_name

PARTIES = 5
POINT_KINDS = ("lane", "side_lane", "gate", "stairwell", "lift", "door_entry", "public_spot")
"""What can be added from the pages of the rounds."""


def who_choices(bodies: Iterable[Body], people: Iterable[Mandate]) -> list[Any]:
    """Bodies and people as one list: ``b12`` and ``m34``."""
    return [
        ("", "—"),
        (_("Bodies"), [(f"b{body.pk}", body.name) for body in bodies]),
        (_("By office"), [(f"m{mandate.pk}", owner_name(mandate)) for mandate in people]),
    ]


class ZoneNameForm(forms.Form):
    """A zone's name."""

    name = forms.CharField(label=_("Name of the zone"), max_length=60, help_text=_("For example 第一片区."))


class PartiesForm(forms.Form):
    """Which parties every zone has to have."""

    def __init__(self, parties: Sequence[Party], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parties = parties
        for number in range(1, PARTIES + 1):
            name = parties[number - 1].name if number <= len(parties) else ""
            self.fields[f"party_{number}"] = forms.CharField(
                label=_("Party %(number)s") % {"number": number}, max_length=30, required=False, initial=name
            )

    def wanted(self) -> list[Party]:
        """The parties with a name; one that stays where it was keeps its code, so that who it is stays too."""
        found: list[Party] = []
        for number in range(1, PARTIES + 1):
            name = self.cleaned_data[f"party_{number}"].strip()
            known = self.parties[number - 1].code if number <= len(self.parties) else ""
            if name:
                found.append(Party(known or self._free(found), name))
        return found

    def _free(self, found: Sequence[Party]) -> str:
        taken = {party.code for party in (*self.parties, *found)}
        return next(code for code in (f"party{n}" for n in range(1, 100)) if code not in taken)


class PointsForm(forms.Form):
    """Points to add: lanes of an estate, a stairwell and a lift for each building."""

    kind = forms.ChoiceField(label=_("What is added"))
    names = forms.CharField(
        label=_("Names, one a line"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Each of the ticked places gets all of them. Left empty: one, called by its kind."),
    )

    def __init__(self, kinds: Iterable[PlaceKind], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.code, str(kind)) for kind in kinds]  # type: ignore[attr-defined]
