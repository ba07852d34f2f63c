"""Visits to staff (L18): what is due and what is done is counted for everybody who plans; who it is and why is read by two alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from linli import vault
from linli.accounts.models import User
from linli.care.models import StaffVisit
from linli.ground.actions.people import REGISTER_KEY
from linli.ground.mandates import mandates_of
from linli.ground.models import Place

CONTEXT = "care.staff"
KEEP = timedelta(days=90)
"""*(ours)*: so long after a visit was made or called off its reason has done its work (PIPL art. 19)."""


@dataclass(frozen=True)
class Whom:
    """Whom to look in on, and why, in a few words."""

    name: str
    reason: str = ""


def sealed(whom: Whom) -> bytes:
    """As the row keeps it."""
    text = json.dumps({"name": whom.name, "reason": whom.reason}, ensure_ascii=False)
    return vault.seal(text, key=REGISTER_KEY, context=CONTEXT)


def sealed_found(words: str) -> bytes | None:
    """What was found, as the row keeps it; None for nothing."""
    return vault.seal(words, key=REGISTER_KEY, context=CONTEXT) if words else None


@dataclass(frozen=True)
class Line:
    """One visit for a list. ``whom`` is None for who only counts."""

    row: StaffVisit
    whom: Whom | None
    found: str
    late: int

    @property
    def state(self) -> str:
        """``done``, ``cancelled``, ``late`` or ``due``."""
        if self.row.done_at is not None:
            return "done"
        if self.row.cancelled_at is not None:
            return "cancelled"
        return "late" if self.late > 0 else "due"


def visible(user: User, rights: frozenset[str], neighbourhood: Place) -> QuerySet[StaffVisit]:
    """Every visit of the neighbourhood for who plans them; one's own for who makes them."""
    rows: QuerySet[StaffVisit] = StaffVisit.objects.filter(neighbourhood=neighbourhood)
    rows = rows.select_related("helper", "body")
    if "care.manage" in rights:
        return rows
    return rows.filter(helper__in=[one.pk for one in mandates_of(user)])


def reads(row: StaffVisit, user: User, mine: frozenset[int]) -> bool:
    """Whether somebody reads who it is and why: who goes there, and who asked for the visit."""
    return row.helper_id in mine or row.by_user == user.pk


def lines(rows: QuerySet[StaffVisit], user: User, today: date) -> list[Line]:
    """Visits with their words for who may read them; late first. Two statements."""
    mine = frozenset(one.pk for one in mandates_of(user))
    found = [_line(row, reads(row, user, mine), today) for row in rows]
    order = {"late": 0, "due": 1, "done": 2, "cancelled": 3}
    return sorted(found, key=lambda one: (order[one.state], one.row.due_on))


def _line(row: StaffVisit, reads_it: bool, today: date) -> Line:
    whom, found = None, ""
    if reads_it:
        said = json.loads(vault.unseal_text(row.sealed, context=CONTEXT))
        whom = Whom(said["name"], said["reason"])
        found = vault.unseal_text(row.found, context=CONTEXT) if row.found is not None else ""
    over = row.done_at is not None or row.cancelled_at is not None
    return Line(row, whom, found, 0 if over else (today - row.due_on).days)


def due(now: datetime) -> dict[str, int]:
    """How many visits would be erased."""
    return {"staff_visits": _old(now).count()}


def erase(now: datetime) -> dict[str, int]:
    """Erase them."""
    return {"staff_visits": _old(now).delete()[0]}


def _old(now: datetime) -> QuerySet[StaffVisit]:
    over = Q(done_at__lt=now - KEEP) | Q(cancelled_at__lt=now - KEEP)
    rows: QuerySet[StaffVisit] = StaffVisit.objects.filter(over | Q(due_on__lt=timezone.localdate(now) - 2 * KEEP))
    return rows
