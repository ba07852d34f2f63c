"""A run as its form says it: crew and places out of the boxes, and back into them when it is changed (T04, T07, T11). Within a scope."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.ground.models import Mandate
from linli.journeys import beside, hands, stories
from linli.journeys.actions.arrivals import operation_of
from linli.journeys.actions.runs import Crew, Stop, Trip, plate_of
from linli.journeys.details import Outsider, outsider_of, stop_of
from linli.journeys.faces import TRAVELLER, holder_of
from linli.journeys.forms_hand import Ticked
from linli.journeys.hand_lists import Person, on_the_way
from linli.journeys.models import Run, RunCrew, RunStop, RunTraveller, Traveller

_OURS = (RunCrew.Duty.ESCORT, RunCrew.Duty.RECEIVER)
_OUTSIDE = (RunCrew.Duty.DRIVER, RunCrew.Duty.ESCORT)
UNSETTLED = Q(person__isnull=True, dwelling__isnull=True)
"""Who is nobody of the register and behind no door of ours, as far as is known."""


@dataclass(frozen=True)
class Shown:
    """What the boxes show of a run that exists, by duty; ``rest``: crew for whom there is no box, who stays as it is."""

    ours: dict[str, RunCrew]
    outside: dict[str, RunCrew]
    rest: tuple[RunCrew, ...]
    stops: tuple[RunStop, ...]
    planned_at: datetime | None = None

    @classmethod
    def of(cls, run: Run) -> Shown:
        """A run of ``stories.runs``."""
        ours: dict[str, RunCrew] = {}
        outside: dict[str, RunCrew] = {}
        rest = []
        for one in run.crew.all():
            own = one.hands.mandate_id is not None
            boxes, there = (_OURS, ours) if own else (_OUTSIDE, outside)
            if one.duty in boxes and one.duty not in there and (own or one.hands.sealed is not None):
                there[one.duty] = one
            else:
                rest.append(one)
        return cls(ours, outside, tuple(rest), tuple(run.stops.all()), run.planned_at)

    def initial(self, run: Run) -> dict[str, Any]:
        """What stands in the boxes at first."""
        said: dict[str, Any] = {
            "vehicle": run.vehicle, "plate": plate_of(run), "planned_at": run.planned_at, "about": run.planned_about,
            "travellers": [str(seat.traveller_id) for seat in run.seats.all()],
        }  # fmt: skip
        said |= {duty: str(one.hands.mandate_id) for duty, one in self.ours.items()}
        for duty, one in self.outside.items():
            who = outsider_of(one.hands)
            said |= {f"{duty}_name": who.name, f"{duty}_phone": who.phone}
        if self.stops:
            said["from_place"] = stop_words(self.stops[0])
        if len(self.stops) > 1:
            said["to_place"] = stop_words(self.stops[-1])
        return said

    def offices(self, offices: Sequence[Mandate]) -> list[Mandate]:
        """Who may be chosen: those, and whoever goes with it already."""
        known = {one.pk for one in offices}
        gone = [one.hands.mandate for one in self.ours.values() if one.hands.mandate is not None]
        return [*offices, *{one.pk: one for one in gone if one.pk not in known}.values()]

    def rows(self, offices: Sequence[Mandate]) -> list[tuple[str, str]]:
        """The same as rows to choose; whose training was known when the run was planned is not asked for it again."""
        known = {one.hands.mandate_id for one in self.ours.values() if one.trained_on is not None}
        return office_rows(self.offices(offices), timezone.localdate(self.planned_at), known)

    def kept(self) -> list[str]:
        """Who and what has no box, in words."""
        return [*(holder_of(one.hands) for one in self.rest), *(stop_words(one) for one in self.stops[1:-1])]


NEW = Shown({}, {}, (), ())
"""A run that does not exist yet."""


def office_rows(offices: Sequence[Mandate], day: date, known: Collection[int | None] = ()) -> list[tuple[str, str]]:
    """Offices to choose from for a run of that day: whoever is trained first; the others say that they are not, for a run refuses
    them (T11). ``known``: mandates whose training was seen already."""
    trained = {one.pk: one.pk in known or bool(beside.trained(one, RunCrew.Duty.ESCORT, day)) for one in offices}
    first = sorted(offices, key=lambda one: not trained[one.pk])
    return [(str(one.pk), one.holder_name if trained[one.pk] else _untrained(one)) for one in first]


def _untrained(office: Mandate) -> str:
    return _("%(name)s (no training recorded yet)") % {"name": office.holder_name}


def stop_words(stop: RunStop) -> str:
    """How a place on the way is called."""
    return stop.place.name if stop.place is not None else stop_of(stop)


def waiting(request: Any) -> list[Person]:
    """Who is announced or on the way, lives here, and is on no run that still goes."""
    ours = _without_run(request).exclude(UNSETTLED)
    return on_the_way(ours.select_related(*TRAVELLER).order_by("heard_at", "pk")[: stories.MOST], timezone.now())


def left_out(request: Any) -> int:
    """How many are asked about or on the way, on no run that still goes, and not to be ticked, because nobody said behind which door."""
    asked = Q(alarm_at__isnull=False) | Q(begun_at__isnull=False)
    return len(on_the_way(_without_run(request).filter(UNSETTLED, asked), timezone.now()))


def _without_run(request: Any) -> QuerySet[Traveller]:
    going = RunTraveller.objects.filter(run__arrived_at__isnull=True, run__called_off_at__isnull=True)
    rows = Traveller.objects.filter(neighbourhood=request.neighbourhood, closed_at__isnull=True)
    found: QuerySet[Traveller] = rows.exclude(pk__in=going.values("traveller"))
    return found


def seated(run: Run) -> list[tuple[str, Ticked]]:
    """Rows to tick for who is on a run's list; whoever has arrived stays on it."""
    rows = [seat.traveller for seat in run.seats.all()]
    way = {one.traveller.pk: one for one in on_the_way(rows, timezone.now())}
    return [_ticked(way.get(row.pk) or Person(row, None), "" if row.pk in way else _("arrived")) for row in rows]


def to_tick(people: Sequence[Person]) -> list[tuple[str, Ticked]]:
    """Rows to tick for people on the way."""
    return [_ticked(one) for one in people]


def _ticked(one: Person, state: str = "") -> tuple[str, Ticked]:
    return str(one.traveller.pk), Ticked(one.name, " · ".join(filter(None, (one.door, state or one.held_by))))


def trip_of(said: dict[str, Any], before: Shown = NEW) -> Trip:
    """Vehicle, time and places as the form says them; a place whose words stayed keeps what else is known of it."""
    old = before.stops
    first = _stop(said["from_place"], old[0] if old else None)
    last = _stop(said["to_place"], old[-1] if len(old) > 1 else None)
    found = (first, *(_stop(stop_words(one), one) for one in old[1:-1]), last)
    stops = [one for one in found if one is not None]
    return Trip(said["vehicle"], said["planned_at"], said["about"], stops, said["plate"])


def _stop(words: str, before: RunStop | None) -> Stop | None:
    if before is not None and words.strip() == stop_words(before):
        return Stop(before.place, stop_of(before), before.at, before.about)
    return Stop(words=words.strip()) if words.strip() else None


def crew_of(request: Any, said: dict[str, Any], offices: Sequence[Mandate], before: Shown = NEW) -> list[Crew]:
    """Who goes with it: our own with the day of their training, and those from outside by name. A training that was known when the run
    was planned holds for its day; on another day the roster is asked anew."""
    place, day = request.neighbourhood, timezone.localdate(said["planned_at"])
    same_day = before.planned_at is not None and timezone.localdate(before.planned_at) == day
    of = {str(one.pk): one for one in offices}
    found = [Crew(one.hands, one.duty, one.trained_on) for one in before.rest]
    for duty in _OURS:
        if (mandate := of.get(said[duty])) is not None:
            was = before.ours.get(duty)
            known = was.trained_on if was is not None and same_day and was.hands.mandate_id == mandate.pk else None
            trained = beside.trained(mandate, duty, day) or known
            found.append(Crew(hands.of_mandate(place, mandate), duty, trained))
    for duty in _OUTSIDE:
        outsider = Outsider(said[f"{duty}_name"].strip(), said[f"{duty}_phone"].strip())
        was = before.outside.get(duty)
        if was is not None and outsider_of(was.hands) == outsider:
            found.append(Crew(was.hands, duty))
        elif outsider.name:
            found.append(Crew(hands.of_outsider(place, operation_of(place), duty, outsider), duty))
    return found
