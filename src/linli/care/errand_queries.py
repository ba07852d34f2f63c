"""Readers of errands: what somebody may see, one line each with its money, what is open at an ending. Within a scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from linli.care import seeing
from linli.care.errand_homes import homes_of
from linli.care.errand_rules import OPEN, Steps, is_late, state
from linli.care.errand_sealed import words_of
from linli.care.models import Errand, ErrandEntry
from linli.care.supervising import Post, helpers, holds, supervisors
from linli.ground.mandates import mandates_of
from linli.ground.models import Mandate, Place
from linli.ground.places import short_address
from linli.ground.queries import responsible_on

RELATED = ("household__dwelling__parent__parent__parent", "taken_by")
SHOWN = 60
"""Characters of what is asked for in a list."""
OPEN_ROWS = Q(settled_at__isnull=True, cancelled_at__isnull=True)
STATE_ROWS = {
    "open": OPEN_ROWS,
    "asked": OPEN_ROWS & Q(taken_at__isnull=True),
    "taken": OPEN_ROWS & Q(taken_at__isnull=False, delivered_at__isnull=True),
    "delivered": OPEN_ROWS & Q(delivered_at__isnull=False),
    "settled": Q(settled_at__isnull=False),
    "cancelled": Q(cancelled_at__isnull=False),
    "all": Q(),
}
"""Filters of the list by what they are called in its address."""


@dataclass(frozen=True)
class Line:
    """One errand for a list: where, what, how far, since when, who, what is owed (fen)."""

    errand: Errand
    home: str
    words: str
    erased: bool
    state: str
    late: bool
    age: timedelta
    taker: str
    owed: int
    spent: int

    @property
    def open(self) -> bool:
        """Whether somebody or some money waits."""
        return self.state in OPEN


def visible(user: Any, rights: Iterable[str], neighbourhood: Place) -> QuerySet[Errand]:
    """The errands somebody may see: of the cases he may see, what he asked for or took, and without a case those of his homes."""
    cases = seeing.visible(user, neighbourhood).values("pk")
    mine = mandates_of(user)
    without = Q(case__isnull=True, household__in=homes_of(mine, rights, neighbourhood).values("pk"))
    own = Q(taken_by__in=[one.pk for one in mine]) | Q(asked_by=user.pk)
    rows: QuerySet[Errand] = Errand.objects.filter(Q(case__in=cases) | own | without, neighbourhood=neighbourhood)
    return rows


def post_of(errand: Errand, now: datetime) -> Post | None:
    """Who looks after the household, or helps with the case, that an errand is for; without a case who answers for the household."""
    if errand.case_id is not None:
        found = helpers([errand.case_id], now).get(errand.case_id)
        return found or supervisors([errand.household_id], now).get(errand.household_id)
    answers = responsible_on(errand.household_id, timezone.localdate(now))
    return Post(answers, now) if answers is not None and holds(answers, errand.neighbourhood_id, now) else None


def lines(rows: QuerySet[Errand], now: datetime) -> list[Line]:
    """What a list says of errands; two statements whatever their number."""
    found = list(rows.select_related(*RELATED).order_by("asked_at", "pk"))
    sums = _sums([one.pk for one in found])
    return [_line(one, sums, now) for one in found]


def line(errand: Errand, now: datetime) -> Line:
    """The same of one."""
    return _line(errand, _sums([errand.pk]), now)


def _line(errand: Errand, sums: dict[UUID, tuple[int, int]], now: datetime) -> Line:
    standing, words = state_of(errand), words_of(errand)
    owed, spent = sums.get(errand.pk, (0, 0))
    return Line(
        errand,
        short_address(errand.household.dwelling),
        words or "",
        words is None,
        standing,
        is_late(standing, errand.asked_at, now),
        (errand.settled_at or errand.cancelled_at or now) - errand.asked_at,
        errand.taken_by.holder_name if errand.taken_by is not None else "",
        owed,
        spent,
    )


def state_of(errand: Errand) -> str:
    """Where it stands."""
    return state(Steps(errand.taken_at, errand.bought_at, errand.delivered_at, errand.settled_at, errand.cancelled_at))


def _sums(errands: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """Errand → (owed, spent) in fen; spent without what was taken back."""
    rows = ErrandEntry.objects.filter(errand__in=errands).values("errand")
    spent = Sum("fen", filter=Q(what="spent") | Q(reverses__what="spent"), default=0)
    return {row["errand"]: (row["owed"], row["spent"]) for row in rows.annotate(owed=Sum("fen"), spent=spent)}


def open_of_cases(cases: Iterable[UUID], now: datetime) -> dict[UUID, list[Line]]:
    """Case → its open errands: to be named when it is released or ends."""
    found: dict[UUID, list[Line]] = defaultdict(list)
    for one in lines(Errand.objects.filter(OPEN_ROWS, case__in=list(cases)), now):
        if one.errand.case_id is not None:
            found[one.errand.case_id].append(one)
    return dict(found)


def of_households(rows: QuerySet[Errand], households: Iterable[UUID], now: datetime) -> dict[UUID, list[Line]]:
    """Household → its open errands among ``rows``, the oldest first."""
    found: dict[UUID, list[Line]] = defaultdict(list)
    for one in lines(rows.filter(OPEN_ROWS, household__in=list(households)), now):
        found[one.errand.household_id].append(one)
    return dict(found)


def mandate_for(errand: Errand, mandates: Sequence[Mandate], user: int, now: datetime) -> Mandate:
    """By which of his mandates somebody takes it: the one by which he looks after that household, else the nearest to its door."""
    post, door = post_of(errand, now), errand.household.dwelling
    for one in mandates:
        if post is not None and post.mandate is not None and one.pk == post.mandate.pk:
            return one
    own = [one for one in mandates if one.user_id == user] or list(mandates)
    near = [one for one in own if one.place is not None and one.place.contains(door)]
    return max(near or own, key=lambda one: len(one.place.path) if one.place is not None else 0)
