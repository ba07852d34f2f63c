"""What the page of exceptions shows: filtered, grouped, each line with its owner, both times, and what a tap does."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from linli.accounts.models import User
from linli.gates import deciding, owners, queries, returning, words
from linli.gates.actions import settle
from linli.gates.models import Check, GateException
from linli.ground.mandates import rights_at
from linli.ground.models import Mandate, Place

PER_PAGE = 20
UPLOADED = frozenset({GateException.Kind.LATE_UPLOAD, GateException.Kind.MALFORMED})
"""Kinds about an upload that waits: it is taken in, or set aside."""


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; ``whose``: ``mine``, an account's id, or empty for everybody's."""

    kind: str = ""
    gate: str = ""
    whose: str = ""

    @classmethod
    def read(cls, given: Any, gates: list[Place]) -> Wanted:
        """Only what exists is asked for; anything else is left out."""
        kind, gate, whose = given.get("kind", ""), given.get("gate", ""), given.get("whose", "")
        return cls(
            kind=kind if kind in words.KINDS else "",
            gate=gate if any(str(one.pk) == gate for one in gates) else "",
            whose=whose if whose == "mine" or (whose.isdecimal() and len(whose) < 10) else "",
        )

    def owner(self, user: User) -> int | None:
        """The account whose exceptions are asked for."""
        return (user.pk if self.whose == "mine" else int(self.whose)) if self.whose else None

    def of(self, rows: QuerySet[GateException], user: User) -> QuerySet[GateException]:
        """Those of ``rows`` that are asked for."""
        given = {"kind": self.kind, "gate": self.gate, "owner": self.owner(user)}
        return rows.filter(**{name: value for name, value in given.items() if value})


@dataclass
class Group:
    """A kind, a phone or an owner: how many are open, how many past their time, when the first is due."""

    code: Any
    word: str
    count: int
    late: int
    due: datetime | None = None


def tallies(rows: QuerySet[GateException], now: datetime) -> tuple[list[Group], Counter[int | None]]:
    """Open exceptions by kind, the most pressing first, and how many each owner has; one statement."""
    kinds: dict[str, Group] = {}
    mine: Counter[int | None] = Counter()
    late = Count("pk", filter=Q(due_at__lt=now))
    for kind, owner, count, overdue in rows.order_by().values_list("kind", "owner").annotate(n=Count("pk"), late=late):
        group = kinds.setdefault(kind, Group(kind, words.word(words.KINDS, kind), 0, 0))
        group.count, group.late = group.count + count, group.late + overdue
        mine[owner] += count
    return sorted(kinds.values(), key=lambda one: (-one.late, -one.count, one.code)), mine


def together(rows: QuerySet[GateException], kind: str) -> list[Group]:
    """Of a kind that may be settled together: how many each phone has, where it has several; one statement."""
    if kind not in settle.TOGETHER:
        return []
    found = rows.filter(device__isnull=False).order_by().values_list("device", "device__name").annotate(n=Count("pk"))
    return [Group(str(pk), name, count, 0) for pk, name, count in found.filter(n__gt=1).order_by("-n", "device")]


@dataclass
class Lines:
    """One page of exceptions with everything that its lines show; eight statements at most."""

    page: Page[GateException]
    user: User
    mandates: list[Mandate]
    neighbourhood: Place
    now: datetime

    def __post_init__(self) -> None:
        self.checks = queries.checks_by_id(row.check_id for row in self.page)
        self.others = _others([row for row in self.checks.values() if self._doubled(row.pk)])
        self.states = returning.states(row for row in self.page if row.settled_at is None)
        self.candidates = owners.candidates(self.neighbourhood)
        known = {user.pk: user for _mandate, user in self.candidates}
        asked = {pk for row in self.page for pk in (row.owner, row.settled_by) if pk is not None} - known.keys()
        self.names = {pk: user.display_name for pk, user in known.items()}
        self.names |= dict(User.objects.filter(pk__in=asked).values_list("pk", "display_name")) if asked else {}

    def _doubled(self, check: UUID) -> bool:
        return any(row.check_id == check and row.kind == GateException.Kind.DOUBLE_USE for row in self.page)

    def all(self) -> list[dict[str, Any]]:
        """The lines, in the page's order."""
        return [self._line(row) for row in self.page]

    def _line(self, row: GateException) -> dict[str, Any]:
        found = self.checks.get(row.check_id) if row.check_id else None
        gate = row.gate or self.neighbourhood
        rights, needed = rights_at(self.mandates, gate), owners.right_for(row.kind)
        state = self.states.get(row.subject)
        may = needed in rights
        title, advice = words.word(words.KINDS, row.kind), words.word(words.ADVICE, row.kind)
        if row.kind == GateException.Kind.DOUBLE_USE and found is not None and found.visit is not None:
            title, advice = (str(one) for one in words.DOUBLE_VISIT)
        return {
            "row": row,
            "title": title,
            "advice": advice,
            "sentences": [str(one) for one in words.SENTENCES.get(row.kind, ())],
            "check": found,
            "who": (queries.masked(found.name) or words.word(words.KLASSES, found.klass)) if found else "",
            "direction": words.word(words.DIRECTIONS, found.direction) if found else "",
            "outcome": words.outcome_signal(found.outcome) if found else "",
            "server": words.reason(found.server_reason) if found and found.overridden else "",
            "temperature": words.celsius(found.temperature) if found and "gates.health" in rights else "",
            "both": self._both(row, found),
            "owner": self.names.get(row.owner or 0, ""),
            "mine": row.owner == self.user.pk,
            "by": self.names.get(row.settled_by or 0, ""),
            "others": [one for one in owners.who_may(needed, gate, self.candidates) if one.pk != row.owner]
            if may
            else [],
            "may": may,
            "waits": state is not None and state.open,
            "link": state.url if state is not None and may else "",
            "late": row.settled_at is None and row.due_at < self.now,
            "sentence": settle.sentence_of(row.sealed),
            "takes": row.kind in UPLOADED and row.upload is not None,
        }

    def _both(self, row: GateException, found: Check | None) -> list[Check]:
        """Both passages of a double use, the earlier first."""
        if found is None or row.kind != GateException.Kind.DOUBLE_USE:
            return []
        others = [one for one in self.others if one.pk != found.pk and _beside(one, found)]
        return sorted([found, *others], key=lambda one: one.happened_at) if others else []


def _others(doubled: list[Check]) -> list[Check]:
    """What may stand beside double uses: entries with the same permits and visits; one statement, none without a double use."""
    permits, visits = {row.permit for row in doubled} - {None}, {row.visit for row in doubled} - {None}
    if not permits and not visits:
        return []
    rows = Check.objects.filter(Q(permit__in=permits) | Q(visit__in=visits), direction="in")
    return list(rows.filter(outcome__in=queries.PASSED).select_related("gate", "device"))


def _beside(one: Check, found: Check) -> bool:
    if one.visit is not None and one.visit == found.visit:
        return True
    return one.permit is not None and one.permit == found.permit and deciding.near(one.gate_id, one.happened_at, found)


def load(
    rows: QuerySet[GateException],
    *,
    number: str | None,
    user: User,
    mandates: list[Mandate],
    place: Place,
    now: datetime,
) -> Lines:
    """One page of ``rows``."""
    page = Paginator(rows.select_related("other_gate"), PER_PAGE).get_page(number)
    return Lines(page, user, mandates, place, now)
