"""Who answers for each target of a plan on a day, and where nobody or several do: the blind spots, before the start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from django.db.models import OuterRef, Subquery

from linli.ground.bodies import contacts
from linli.ground.mandates import active, under
from linli.ground.models import Household, Mandate, Residence, Responsibility
from linli.ground.models.places import SEGMENT
from linli.ground.zones import holders as holders_of_zones
from linli.kernel.coverage import BlindSpots, blind_spots
from linli.rounds.models import Plan, PlanHolder
from linli.rounds.plans.choosing import Chosen, chosen

Held = tuple[int, ...]


def held(plan: Plan, targets: Sequence[Chosen], on: date) -> list[Held]:
    """For each target the mandates that answer for it: one, or none or several where it is blind. A few statements at any number."""
    own = _own(plan, on)
    found = _by_plan(plan, targets, on)
    if not own:
        return found
    return [_nearest(target.path, own) or one for target, one in zip(targets, found, strict=True)]


def _by_plan(plan: Plan, targets: Sequence[Chosen], on: date) -> list[Held]:
    if plan.holds == Plan.Holds.ZONE:
        zones = holders_of_zones({one.area for one in targets if one.area is not None}, on)
        return [(zones[one.area].pk,) if one.area in zones else () for one in targets]
    if plan.holds == Plan.Holds.OFFICE:
        offices = _offices(plan, on)
        return [_nearest(one.path, offices) for one in targets]
    if plan.holds == Plan.Holds.DOOR:
        doors = _doors(plan, targets, on)
        return [doors.get(one.household or one.person or one.place, ()) for one in targets]
    speaks = contacts(one.body for one in targets if one.body is not None)
    return [(speaks[one.body].pk,) if one.body in speaks else () for one in targets]


def _nearest(path: str, by_path: Mapping[str, Held]) -> Held:
    """What holds at a path: its own, else the nearest above."""
    for end in range(len(path), 0, -SEGMENT):
        if found := by_path.get(path[:end]):
            return found
    return ()


def _offices(plan: Plan, on: date) -> dict[str, Held]:
    """Place's path → who holds the plan's office there; one statement. Offices above the plan's place count as well."""
    near = under([plan.place], "place__path")
    rows = Mandate.objects.filter(capacity=plan.office, place__isnull=False)
    found: dict[str, Held] = {}
    above = rows.filter(place__in=plan.place.ancestor_ids())
    for pk, path in active(rows.filter(near) | above, on).order_by("pk").values_list("pk", "place__path"):
        found[path] = (*found.get(path, ()), pk)
    return found


def _own(plan: Plan, on: date) -> dict[str, Held]:
    """What somebody has assigned for this plan; one statement."""
    rows = PlanHolder.objects.filter(plan=plan, mandate__in=active(Mandate.objects.all(), on))
    return {path: (mandate,) for path, mandate in rows.values_list("place__path", "mandate")}


def _doors(plan: Plan, targets: Sequence[Chosen], on: date) -> dict[UUID | int | None, Held]:
    """Household, person and dwelling → who answers for the household (R02); two statements."""
    latest = Responsibility.objects.filter(household=OuterRef("pk"), since__lte=on).order_by("-since")
    rows = Household.objects.filter(under([plan.place], "dwelling__path"), until__isnull=True)
    rows = rows.annotate(answers=Subquery(latest.values("mandate")[:1])).filter(answers__isnull=False)
    found: dict[UUID | int | None, Held] = {}
    for household, dwelling, mandate in rows.values_list("pk", "dwelling", "answers").iterator(5000):
        found[household] = found[dwelling] = (mandate,)
    homeless = [one.person for one in targets if one.person is not None and one.household is None]
    if homeless:
        lived = Residence.objects.filter(person__in=homeless, household__isnull=False).order_by("since", "pk")
        for person, household in lived.values_list("person", "household"):
            found[person] = found.get(household, ())
    return found


@dataclass(frozen=True)
class Before:
    """A plan on a day before its start: its targets, who answers for each, and its blind spots (indexes of targets)."""

    targets: list[Chosen]
    held: list[Held]
    blind: BlindSpots[int, int]

    @property
    def nobody(self) -> list[Chosen]:
        """Targets that nobody answers for."""
        return [self.targets[at] for at in self.blind.nobody]

    @property
    def several(self) -> list[tuple[Chosen, Held]]:
        """Targets that several answer for where one is wanted."""
        return [(self.targets[at], who) for at, who in self.blind.several]

    @property
    def count(self) -> int:
        """How many are blind."""
        return len(self.blind.nobody) + len(self.blind.several)


def before(plan: Plan, on: date, targets: Sequence[Chosen] | None = None) -> Before:
    """A plan's targets of a day with who answers for them. ``targets``: where they are known already."""
    found = list(chosen(plan, on) if targets is None else targets)
    who = held(plan, found, on)
    wants: Literal["one", "at_least_one"] = "one" if plan.wants_one else "at_least_one"
    return Before(found, who, blind_spots(range(len(found)), dict(enumerate(who)), wants))
