"""Readers of visits: who is expected, who came, by day, gate, door, number and plate. Inside a scope; a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from linli.gates.models import Check, HostCode, Visit, VisitUse
from linli.gates.queries import gate_label, gates_of
from linli.gates.visits.codes import text_of
from linli.gates.visits.sealed import TAIL, plate_tail
from linli.ground.doors_search import dwelling_hits
from linli.ground.mandates import under
from linli.ground.models import Household, Place
from linli.ground.places import short_address
from linli.kernel import permit_number
from linli.operations.models import Operation

SHORTEST_NUMBER = 3
MOST_DOORS = 60
LAST = "\U0010ffff"
WITH_HOME = ("gate__parent", "host__parent__parent__parent")


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Midnight to midnight."""
    start = timezone.make_aware(datetime.combine(day, time.min))
    return start, start + timedelta(days=1)


def of_day(neighbourhood: Place, day: date) -> QuerySet[Visit]:
    """The visits that hold at some moment of a day."""
    start, end = day_bounds(day)
    rows: QuerySet[Visit] = Visit.objects.filter(neighbourhood=neighbourhood, since__lt=end, until__gt=start)
    return rows


def with_uses(rows: QuerySet[Visit]) -> QuerySet[Any]:
    """Visits with when and at which gate they were last used (``used_at``, ``used_gate``), and whether they left since (``left``)."""
    last = VisitUse.objects.named().filter(visit=OuterRef("pk")).order_by("-happened_at")
    used = Subquery(last.values("happened_at")[:1])
    out = Check.objects.named().filter(visit=OuterRef("pk"), direction="out", happened_at__gte=OuterRef("used_at"))
    return rows.annotate(used_at=used, used_gate=Subquery(last.values("gate__name")[:1])).annotate(left=Exists(out))


def in_state(rows: QuerySet[Any], state: str, now: datetime) -> QuerySet[Any]:
    """Those of a state (``words.STATES``); all of them for any other word. Needs ``with_uses``."""
    live = rows.filter(annulled_at__isnull=True)
    return {
        "withdrawn": rows.filter(annulled_at__isnull=False),
        "promise": live.filter(promise=False),
        "in": live.filter(used_at__isnull=False, left=False),
        "used": live.filter(used_at__isnull=False, left=True),
        "expected": live.filter(used_at__isnull=True, until__gt=now).exclude(promise=False),
        "not_come": live.filter(used_at__isnull=True, until__lte=now).exclude(promise=False),
    }.get(state, rows)


def state_of(visit: Any, now: datetime) -> str:
    """The state of a visit read ``with_uses``."""
    if visit.annulled_at is not None:
        return "withdrawn"
    if visit.promise is False:
        return "promise"
    if visit.used_at is not None:
        return "used" if visit.left else "in"
    return "expected" if now < visit.until else "not_come"


def searched(rows: QuerySet[Any], neighbourhood: Place, text: str) -> QuerySet[Any]:
    """Those that fit what was typed: a number or its beginning, a door, the last four of a plate."""
    plain = "".join(one for one in text.upper() if one.isalnum())
    if not plain:
        return rows
    found = Q(host__in=[home.pk for home in dwelling_hits([neighbourhood], text, [neighbourhood], MOST_DOORS)])
    tail = plate_tail(plain, neighbourhood.pk) if len(plain) >= TAIL else None
    if tail is not None:
        found |= Q(plate_tail=tail)
    typed = "".join(permit_number.LOOKALIKES.get(one, one) for one in plain)
    if len(typed) >= SHORTEST_NUMBER and typed.isascii():
        found |= Q(number__gte=typed, number__lt=typed + LAST)
    return rows.filter(found)


def code_of_number(neighbourhood: Place, text: str, now: datetime) -> str:
    """What the code of an expected visit says, for who says its number and shows no picture; empty for any other text."""
    try:
        number = permit_number.parse(text)
    except permit_number.PermitNumberError:
        return ""
    rows = Visit.objects.filter(neighbourhood=neighbourhood, number=number, since__lte=now, until__gt=now)
    visit = rows.exclude(promise=False).first()
    return text_of(visit, now) if visit is not None else ""


def of_home(home: Place, operation: Operation, now: datetime) -> QuerySet[Any]:
    """Today's and coming visits of a home, and those of today that are over; the next one first."""
    start, _end = day_bounds(timezone.localdate(now))
    rows: QuerySet[Visit] = Visit.objects.named().filter(host=home, operation=operation, until__gt=start)
    return with_uses(rows).select_related("gate__parent").order_by("since", "number")


def gates_to(home: Place) -> list[Place]:
    """The gates behind which a home lies, the nearest first: its estate's own, then the neighbourhood's; one statement."""
    every = [gate for gate in gates_of(home.neighbourhood_id or 0) if gate.parent and gate.parent.contains(home)]
    return sorted(every, key=lambda gate: -len(gate.parent.path if gate.parent else ""))


def gate_choices(gates: Iterable[Place]) -> list[tuple[str, str]]:
    """For a form."""
    return [(str(gate.pk), gate_label(gate)) for gate in gates]


def codes_by_place(neighbourhood: Place, operation: Operation) -> dict[int, HostCode]:
    """Home → its live code; one statement."""
    rows = HostCode.objects.filter(neighbourhood=neighbourhood, operation=operation, revoked_at__isnull=True)
    return {row.home_id: row for row in rows}


def counts(rows: QuerySet[Any], now: datetime) -> dict[str, int]:
    """How many of each state; one statement. Needs ``with_uses``."""
    here = Q(annulled_at__isnull=True) & ~Q(promise=False)
    came = here & Q(used_at__isnull=False)
    found: dict[str, int] = rows.aggregate(
        all=Count("pk"),
        expected=Count("pk", filter=here & Q(used_at__isnull=True, until__gt=now)),
        inside=Count("pk", filter=came & Q(left=False)),
        came=Count("pk", filter=came),
        promise=Count("pk", filter=Q(annulled_at__isnull=True, promise=False)),
    )
    return found


@dataclass(frozen=True)
class Building:
    """How many homes of a building have people in them, how many of those a code, and how many have used it."""

    place: Place
    label: str
    homes: int
    codes: int
    used: int


def buildings(neighbourhood: Place, inside: list[Place], live: dict[int, HostCode]) -> list[Building]:
    """Places that hold doors, with how many of their households have a code; two statements."""
    found: dict[int, list[int]] = {}
    for home, parent in _lived_in(neighbourhood, inside).values_list("pk", "parent"):
        found.setdefault(parent or 0, []).append(home)
    places = Place.objects.filter(pk__in=found).select_related("parent__parent__parent").order_by("path")
    return [
        Building(
            place,
            short_address(place),
            len(found[place.pk]),
            sum(home in live for home in found[place.pk]),
            sum(home in live and live[home].used_at is not None for home in found[place.pk]),
        )
        for place in places
    ]


def homes_at(neighbourhood: Place, key: str, inside: list[Place]) -> list[Place]:
    """The lived-in homes of a building, or the one home that is named; empty for anything else."""
    if not key.isascii() or not key.isdecimal() or len(key) > 18:
        return []
    rows = _lived_in(neighbourhood, inside).filter(Q(parent=int(key)) | Q(pk=int(key)))
    return list(rows.select_related("parent__parent__parent").order_by("path"))


def _lived_in(neighbourhood: Place, inside: list[Place]) -> QuerySet[Place]:
    households = Household.objects.filter(dwelling=OuterRef("pk"), until__isnull=True)
    rows = Place.objects.filter(Exists(households), neighbourhood=neighbourhood, until__isnull=True)
    return rows.filter(under(inside, "path"))
