"""How rounds stand at a moment: the one reader of the page, the notice and the sheet, so that they cannot disagree.

Facts come from the tables in five statements for any number of occurrences, targets and visits; all arithmetic is
``kernel.coverage.Round``'s. Needs a scope on the neighbourhoods of the occurrences.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from linli.kernel.cadence import Slot
from linli.kernel.coverage import Covered, Excused, Joined, Omission, Round, State, Visit, by_zone, covered
from linli.rounds.models import Answer, Excusal, Handing, Occurrence, Plan, Target, VisitAnnulment, VisitTarget

NEVER = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)
"""When what is tried until it is done would be given up."""

OWN_TIMES = "own clock"


@dataclass(frozen=True, slots=True)
class Fact:
    """A frozen target, without its words. ``holder``: as of the opening; ``own``: its own due and close."""

    id: UUID
    area: int | None
    holder: int | None
    place: int | None
    body: int | None
    own: tuple[datetime, datetime] | None
    joined: tuple[datetime, str] | None


@dataclass
class Stand:
    """One occurrence at a moment."""

    occurrence: Occurrence
    now: datetime
    facts: dict[UUID, Fact]
    round: Round[UUID]
    handings: Mapping[UUID, Sequence[tuple[datetime, int]]] = field(default_factory=dict)

    @cached_property
    def states(self) -> dict[UUID, State]:
        """Every target's state, in order."""
        return self.round.states(self.now)

    @cached_property
    def covered(self) -> Covered:
        """How many are in each state."""
        return covered(self.states.values())

    @cached_property
    def zones(self) -> dict[int | None, Covered]:
        """Zone (an area's id) → coverage; None for what lies in no zone. They add up to the whole."""
        return by_zone(self.states, lambda target: self.facts[target].area)

    @cached_property
    def omissions(self) -> list[Omission[UUID, int]]:
        """What was missed, with who should have been there when its window closed (a mandate's id), and since when."""
        missed = [target for target, state in self.states.items() if state is State.MISSED]
        should = {target: self._should(target) for target in missed}
        return self.round.omissions(self.now, {target: () if who is None else (who,) for target, who in should.items()})

    def _should(self, target: UUID) -> int | None:
        return self.held_to(target, self.round.slot_of(target).closes_at)

    def held_to(self, target: UUID, at: datetime) -> int | None:
        """Who is held to a target at a moment: nobody, where nothing ran that would have opened its round before its own window closed."""
        opened, closes = self.occurrence.opened_at, self.round.slot_of(target).closes_at
        return None if opened is not None and opened > closes else self.holder_of(target, at)

    def holder_of(self, target: UUID, at: datetime | None = None) -> int | None:
        """Who answers for a target at a moment (now): the last it was handed to, else who held it at the opening."""
        moment = at or self.now
        handed = [mandate for since, mandate in self.handings.get(target, ()) if since <= moment]
        return handed[-1] if handed else self.facts[target].holder

    @property
    def unwalkable(self) -> bool:
        """Whether nobody could walk it: nothing ran that would have opened it before its window closed."""
        one = self.occurrence
        return one.opened_at is not None and one.closes_at is not None and one.opened_at > one.closes_at


class Standing:
    """Some occurrences at a moment: ``standing[occurrence.pk]``, in their order."""

    def __init__(self, stands: Iterable[Stand]) -> None:
        self._stands = {stand.occurrence.pk: stand for stand in stands}

    def __getitem__(self, occurrence: UUID) -> Stand:
        return self._stands[occurrence]

    def __iter__(self) -> Iterator[Stand]:
        return iter(self._stands.values())

    def __len__(self) -> int:
        return len(self._stands)

    @property
    def covered(self) -> Covered:
        """All together."""
        return sum((stand.covered for stand in self), Covered())


def of(occurrences: Iterable[Occurrence], now: datetime, heard_by: datetime | None = None) -> Standing:
    """How ``occurrences`` stand at ``now`` by what had happened then; ``heard_by``: as it was known at another moment (a correction).

    The plans should be loaded with the occurrences. Five statements; within a scope.
    """
    rows = list(occurrences)
    ids = [row.pk for row in rows]
    known = heard_by or now
    targets = _targets(ids)
    visits, handed = _visits(ids, now, known), _handings(ids, known)
    answers, excused = _answers(rows, now, known), _excused(ids, known)
    found = []
    for row in rows:
        facts = targets.get(row.pk, {})
        whole = Round(
            slot_of(row),
            [one.id for one in facts.values() if one.joined is None and one.own is None],
            [*visits.get(row.pk, ()), *answers.get(row.pk, ())],
            _joined(row, facts),
            excused.get(row.pk, ()),
        )
        found.append(Stand(row, now, facts, whole, handed))
    return Standing(found)


def slot_of(occurrence: Occurrence) -> Slot:
    """The times of an occurrence. One that goes on until it is done is never given up by the clock."""
    endless = occurrence.plan.cadence == Plan.Cadence.UNTIL_DONE
    closes = occurrence.closes_at or (NEVER if endless else occurrence.due_at)
    return Slot(occurrence.slot_at or occurrence.opens_at, occurrence.opens_at, occurrence.due_at, closes)


def _targets(ids: Sequence[UUID]) -> dict[UUID, dict[UUID, Fact]]:
    found: dict[UUID, dict[UUID, Fact]] = {pk: {} for pk in ids}
    rows = Target.objects.filter(occurrence__in=ids).order_by("area", "sort", "pk")
    columns = ("pk", "occurrence", "area", "holder", "place", "body", "due_at", "closes_at", "joined_at", "reason")
    for pk, occurrence, area, holder, place, body, due, closes, at, reason in rows.values_list(*columns).iterator(5000):
        own = (due, closes or due) if due is not None else None
        found[occurrence][pk] = Fact(pk, area, holder, place, body, own, (at, reason) if at is not None else None)
    return found


def _joined(occurrence: Occurrence, facts: Mapping[UUID, Fact]) -> list[Joined[UUID]]:
    """Late joiners; and targets with times of their own, which the round knows from its opening on."""
    found = []
    for one in facts.values():
        if one.joined is None and one.own is None:
            continue
        at, reason = one.joined or (occurrence.opens_at, OWN_TIMES)
        slot = None
        if one.own is not None:
            slot = Slot(occurrence.slot_at or occurrence.opens_at, occurrence.opens_at, *one.own)
        found.append(Joined(one.id, at, reason, slot))
    return found


def links(ids: Sequence[UUID], now: datetime, known: datetime) -> Any:
    """The links of visits to targets of some occurrences, as they were known: ``VisitTarget`` rows of visits that were not taken back."""
    taken_back = VisitAnnulment.objects.filter(visit=OuterRef("visit"), heard_at__lte=known)
    rows = VisitTarget.objects.filter(target__occurrence__in=ids).filter(~Exists(taken_back))
    return rows.filter(visit__happened_at__lte=now, visit__heard_at__lte=known)


def _visits(ids: Sequence[UUID], now: datetime, known: datetime) -> dict[UUID, list[Visit[UUID]]]:
    rows = links(ids, now, known).filter(outcome=VisitTarget.Outcome.DONE)
    columns = ("target__occurrence", "visit", "visit__happened_at", "target")
    grouped: dict[tuple[UUID, UUID], tuple[datetime, list[UUID]]] = {}
    for occurrence, visit, at, target in rows.values_list(*columns).iterator(5000):
        grouped.setdefault((occurrence, visit), (at, []))[1].append(target)
    found: dict[UUID, list[Visit[UUID]]] = {}
    for (occurrence, _visit), (at, targets) in grouped.items():
        found.setdefault(occurrence, []).append(Visit(at, targets))
    return found


def _answers(rows: Sequence[Occurrence], now: datetime, known: datetime) -> dict[UUID, list[Visit[UUID]]]:
    """What targets said themselves covers them as a visit does."""
    asked = [row.pk for row in rows if row.plan.filled_by == Plan.FilledBy.TARGET]
    said = Answer.objects.filter(target__occurrence__in=asked, happened_at__lte=now, heard_at__lte=known)
    found: dict[UUID, list[Visit[UUID]]] = {}
    for occurrence, at, target in said.values_list("target__occurrence", "happened_at", "target").iterator(5000):
        found.setdefault(occurrence, []).append(Visit(at, (target,)))
    return found


def _excused(ids: Sequence[UUID], known: datetime) -> dict[UUID, list[Excused[UUID]]]:
    rows = Excusal.objects.filter(target__occurrence__in=ids, heard_at__lte=known)
    found: dict[UUID, list[Excused[UUID]]] = {}
    for occurrence, target, at, name in rows.values_list("target__occurrence", "target", "at", "by_name"):
        found.setdefault(occurrence, []).append(Excused(target, at, name, "said"))
    return found


def _handings(ids: Sequence[UUID], known: datetime) -> dict[UUID, list[tuple[datetime, int]]]:
    rows = Handing.objects.filter(target__occurrence__in=ids, since__lte=known).order_by("since")
    found: dict[UUID, list[tuple[datetime, int]]] = {}
    for target, since, mandate in rows.values_list("target", "since", "mandate"):
        found.setdefault(target, []).append((since, mandate))
    return found
