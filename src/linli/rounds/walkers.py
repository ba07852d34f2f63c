"""Who walks rounds, as whom, and what is his to walk today: the same for the phone and for the plain form."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from linli.ground.capacities import CAPACITIES, capacities_with
from linli.ground.mandates import active, under
from linli.ground.models import AreaHolder, Mandate, Place
from linli.ground.models.people import masked
from linli.inbox.phones.rooms import Bearer, KnownPhone
from linli.rounds.models import (
    Excusal,
    Handing,
    Occurrence,
    Plan,
    Target,
    VisitAnnulment,
    VisitTarget,
    WalkerPhone,
)
from linli.rounds.queries import persons

RIGHT = "rounds.walk"
AFTERWARDS = timedelta(hours=12)
"""A round stays on the phone so long after its window (*(ours)*): what is done late is taken, and shown late."""
MOST_TARGETS = 400


def walks_today(mandate: Mandate, now: datetime) -> bool:
    """Whether somebody with an account walks rounds by this mandate today."""
    day = timezone.localdate(now)
    holds = mandate.since <= day and (mandate.until is None or mandate.until > day)
    known = CAPACITIES.get(mandate.capacity)
    return holds and known is not None and RIGHT in known.rights and mandate.user is not None and mandate.user.is_active


def walking_mandates(mandates: Iterable[Mandate], user: int, neighbourhood: Place) -> list[Mandate]:
    """Those of a signed-in user's mandates by which he walks here; the nearest place first, one for each office and body."""
    found = [
        one
        for one in mandates
        if one.capacity in CAPACITIES
        and RIGHT in CAPACITIES[one.capacity].rights
        and (one.place is None or one.place.contains(neighbourhood) or neighbourhood.contains(one.place))
    ]
    own = [one for one in found if one.user_id == user]
    return sorted(own, key=lambda one: -len(one.place.path) if one.place is not None else 0)


def acting_as(mandate: Mandate, now: datetime) -> list[Mandate]:
    """The mandates whose targets are his: his own, and his body's of the same capacity (docs/permissions.md, R14). One statement."""
    rows = Mandate.objects.filter(
        Q(pk=mandate.pk) | Q(body__isnull=False, body=mandate.of_body_id, capacity=mandate.capacity)
    )
    return list(active(rows, timezone.localdate(now)).order_by("pk"))


def offices_of(mandate: Mandate, neighbourhood: Place, now: datetime) -> list[Mandate]:
    """What a phone walks by: every office of its holder's account in its neighbourhood, as the page 我的巡查 shows them, and of his bodies.

    Without an account it is the one office that the phone was made for.
    """
    own = {mandate.pk: mandate}
    if mandate.user_id is not None:
        rows = Mandate.objects.filter(user=mandate.user_id).select_related("place")
        held = walking_mandates(active(rows, timezone.localdate(now)), mandate.user_id, neighbourhood)
        own.update({one.pk: one for one in held})
    found = {one.pk: one for office in own.values() for one in acting_as(office, now)}
    return list(found.values())


def bearer_of(phone: WalkerPhone, mandates: Sequence[Mandate], now: datetime) -> Bearer:
    """Who carries a phone, as the other rooms on it know him."""
    return Bearer(phone.mandate.user, mandates, phone.neighbourhood, now, phone.pk)


def known_phones(neighbourhood: int, devices: Collection[UUID] | None, now: datetime) -> Iterator[KnownPhone]:
    """Walkers' phones of a neighbourhood: these, or all that are in use ``now``. One statement."""
    rows = WalkerPhone.objects.filter(neighbourhood=neighbourhood).select_related("mandate__user")
    if devices is not None:
        rows = rows.filter(pk__in=devices)
    else:
        rows = rows.filter(shift_end__gt=now).exclude(cut_off_at__lte=now)
    return (KnownPhone(one.pk, bytes(one.public_key), one.mandate) for one in rows.order_by("pk"))


def takers(place: Place) -> list[Mandate]:
    """To whom a target can be given: whoever walks here, with an account or told on paper, and every body that does. One statement."""
    codes = [one.code for one in capacities_with(RIGHT)]
    rows = active(Mandate.objects.filter(Q(user__is_active=True) | Q(user__isnull=True), capacity__in=codes))
    above = Q(place__in=place.ancestor_ids())
    here = rows.filter(above | under([place], "place__path") | under([place], "of_body__place__path"))
    return list(here.select_related("place", "body", "of_body", "user").order_by("place__path", "holder_name", "pk"))


@dataclass(frozen=True)
class Stop:
    """A target on somebody's way: its door, its zone, the last thing that came of it."""

    target: Target
    place: Place | None
    building: str
    door: str
    whom: str = ""
    outcome: str = ""
    call_back_at: datetime | None = None

    @property
    def due_at(self) -> datetime:
        """By when: its own time (morning, evening) where it has one, else the round's."""
        return self.target.due_at or self.target.occurrence.due_at

    @property
    def done(self) -> bool:
        """Whether nothing is left to do here."""
        return self.outcome == VisitTarget.Outcome.DONE


@dataclass(frozen=True)
class Way:
    """Everything that is somebody's to walk at a moment: rounds, and their stops in walking order."""

    rounds: Sequence[Occurrence]
    stops: Sequence[Stop]
    zones: dict[int, str] = field(default_factory=dict)

    @property
    def left(self) -> int:
        """How many are not done."""
        return sum(1 for stop in self.stops if not stop.done)


def way_of(mandates: Sequence[Mandate], neighbourhood: Place, now: datetime) -> Way:
    """What is theirs to walk at ``now``, in walking order: round by round, the own zone first, then the others. Five statements.

    Excused targets are left out; those of a round whose window is over stay for twelve hours. Of more than :data:`MOST_TARGETS` those that
    are not done come first, so that what is left of a long list is never hidden behind what is done.
    """
    mine = [one.pk for one in mandates]
    targets = list(_targets(mine, neighbourhood, now))
    places = _places(targets)
    last = _last_outcomes(targets)
    whom = _people(targets)
    stops = [_stop(target, places, last, whom) for target in targets]
    rounds = {target.occurrence_id: target.occurrence for target in targets}
    zones = {target.area_id: target.area.name for target in targets if target.area_id and target.area is not None}
    held = _zones_held(mine)
    stops.sort(key=lambda stop: _order(stop, held))
    ordered = sorted(rounds.values(), key=lambda one: (one.due_at, str(one.pk)))
    return Way(ordered, stops, zones)


def _targets(mine: Sequence[int], neighbourhood: Place, now: datetime) -> Any:
    handed = Handing.objects.filter(target=OuterRef("pk")).order_by("-since").values("mandate")[:1]
    given = Handing.objects.filter(mandate__in=mine).values("target")
    since = now - AFTERWARDS
    no_end = Q(occurrence__closes_at__isnull=True)
    open_now = Q(occurrence__closes_at__gt=since) | no_end & (
        Q(occurrence__due_at__gt=since) | Q(occurrence__plan__cadence=Plan.Cadence.UNTIL_DONE)
    )
    rows = Target.objects.filter(
        Q(holder__in=mine) | Q(pk__in=given),
        Q(place__neighbourhood=neighbourhood) | Q(place__isnull=True),
        open_now,
        occurrence__plan__filled_by=Plan.FilledBy.ASSIGNEE,
        occurrence__opened_at__isnull=False,
        occurrence__opens_at__lte=now,
        occurrence__withdrawn_at__isnull=True,
    )
    excused = Excusal.objects.values("target")
    rows = rows.exclude(pk__in=excused).annotate(
        now_held_by=Coalesce(Subquery(handed), F("holder_id"), output_field=BigIntegerField())
    )
    taken_back = VisitAnnulment.objects.filter(visit=OuterRef("visit"))
    done = VisitTarget.objects.filter(target=OuterRef("pk"), outcome=VisitTarget.Outcome.DONE)
    rows = rows.filter(now_held_by__in=mine).annotate(is_done=Exists(done.filter(~Exists(taken_back))))
    rows = rows.order_by("is_done", "occurrence__due_at", "area", "sort", "pk")
    return rows.select_related("occurrence__sheet", "area", "place__kind", "body")[:MOST_TARGETS]


def _zones_held(mine: Sequence[int]) -> set[int]:
    return set(AreaHolder.objects.filter(mandate__in=mine).values_list("area", flat=True))


def _order(stop: Stop, held: set[int]) -> tuple[Any, ...]:
    target = stop.target
    zone = target.area.name if target.area is not None else ""
    path = stop.place.path if stop.place is not None else ""
    return (target.occurrence.due_at, stop.due_at, target.area_id not in held, zone, target.sort or path, target.name)


def _places(targets: Sequence[Target]) -> dict[int, Place]:
    """Every place on the way of the targets, and above it; one statement."""
    wanted = {pk for target in targets if target.place is not None for pk in target.place.ancestor_ids()}
    return Place.objects.select_related("kind").in_bulk(wanted)


def _last_outcomes(targets: Sequence[Target]) -> dict[UUID, VisitTarget]:
    """The last thing that came of each target; what was taken back does not count. ``done`` stays done. One statement."""
    taken_back = VisitAnnulment.objects.values("visit")
    rows = VisitTarget.objects.filter(target__in=targets).exclude(visit__in=taken_back).select_related("visit")
    found: dict[UUID, VisitTarget] = {}
    for row in rows.order_by("visit__happened_at"):
        known = found.get(row.target_id)
        if known is None or known.outcome != VisitTarget.Outcome.DONE:
            found[row.target_id] = row
    return found


def _people(targets: Sequence[Target]) -> dict[UUID, str]:
    """Whom a target is about, as far as somebody at the door must know: a masked name. One statement."""
    return {pk: masked(name) for pk, name in persons(target__in=targets).items()}


def _stop(target: Target, places: dict[int, Place], last: dict[UUID, VisitTarget], whom: dict[UUID, str]) -> Stop:
    row = last.get(target.pk)
    place = target.place
    building, door = ("", target.name) if place is None else label_of(place, places)
    return Stop(
        target,
        place,
        building,
        door,
        whom.get(target.pk, ""),
        row.outcome if row is not None else "",
        row.call_back_at if row is not None else None,
    )


def label_of(place: Place, places: dict[int, Place]) -> tuple[str, str]:
    """[what it stands in, its own name]: everything between the neighbourhood and the place, and the place."""
    above = [places[pk] for pk in place.ancestor_ids()[:-1] if pk in places]
    return " ".join(
        one.name for one in above if one.neighbourhood_id is not None and one.kind.code != "neighbourhood"
    ), place.name
