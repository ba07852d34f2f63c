"""Readers of the gates: what happened since a moment, by gate and hour. Inside a scope; counts and rows, never a figure without rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncHour
from django.utils import timezone

from linli.gates.models import Annulment, Check, Device, GateException, HourlyCount, Permit, Review
from linli.gates.standing import HERE, latest_residence
from linli.ground.models import Household, Person, Place

DAY_BEGINS = 4
"""The hour at which everybody is taken to be at home: *(ours)*, the quietest hour at a gate."""
PASSED = ("admitted", "open")
AT_HOME_OR_WORK = frozenset({"resident", "staff"})
OUTSIDERS = frozenset({"visitor", "courier", "worker"})


def gates_of(neighbourhood: Place | int) -> list[Place]:
    """The gates that exist today, with what they close; one statement."""
    place = neighbourhood if isinstance(neighbourhood, int) else neighbourhood.pk
    rows = Place.objects.filter(neighbourhood_id=place, kind__code="gate", until__isnull=True)
    return list(rows.select_related("parent", "kind").order_by("parent__sort", "sort", "pk"))


def gate_label(gate: Place) -> str:
    """A gate with what it closes, when that is not the whole neighbourhood."""
    parent = gate.parent
    return f"{parent.name} {gate.name}" if parent is not None and parent.pk != gate.neighbourhood_id else gate.name


def day_of(now: datetime) -> tuple[datetime, datetime]:
    """The day that ``now`` belongs to, from four in the morning to the next."""
    local = timezone.localtime(now)
    start = local.replace(hour=DAY_BEGINS, minute=0, second=0, microsecond=0)
    if local < start:
        start -= timedelta(days=1)
    return start, start + timedelta(days=1)


@dataclass(frozen=True)
class Cell:
    """How many of a class passed a gate in an hour in one direction with one outcome."""

    gate: int
    hour: datetime
    klass: str
    direction: str
    outcome: str
    count: int


def cells(gates: Iterable[int], start: datetime, end: datetime) -> list[Cell]:
    """Passages and counts together, by hour; two statements. Annulled passages are left out, and open ones that a later one completed."""
    wanted = list(gates)
    if not wanted:
        return []
    hour = TruncHour("happened_at", tzinfo=timezone.get_default_timezone())
    rows = (
        counting(Check.objects.filter(gate__in=wanted, happened_at__gte=start, happened_at__lt=end))
        .values_list("gate", hour, "klass", "direction", "outcome")
        .annotate(n=Count("pk"))
        .order_by()
    )
    found = [Cell(*row) for row in rows]
    counted = HourlyCount.objects.filter(gate__in=wanted, hour__gte=start, hour__lt=end)
    found += [
        Cell(*row) for row in counted.values_list("gate", "hour", "klass", "direction", "outcome", "count").order_by()
    ]
    return found


def counting(rows: QuerySet[Check]) -> QuerySet[Check]:
    """Those of ``rows`` that figures count: without the annulled, and without open ones that a later one completed."""
    rest = rows.exclude(pk__in=Annulment.objects.values("check_id"))
    return rest.exclude(outcome="open", pk__in=completed())


def completed() -> QuerySet[Check, Any]:
    """The ids of held or open passages that a later one completed: who came in counts once."""
    rows: QuerySet[Check, Any] = Check.objects.filter(follows__isnull=False, outcome="admitted").values("follows")
    return rows


@dataclass
class GateLine:
    """One gate on the board."""

    gate: Place
    hour_in: int = 0
    hour_out: int = 0
    day_in: int = 0
    day_out: int = 0
    held: int = 0
    refused: int = 0
    residents_net: int = 0
    outsiders_net: int = 0
    exceptions: int = 0
    phones: int = 0
    inside: int = 0
    listed: int = 0
    first: bool = True

    @property
    def label(self) -> str:
        """Its name, with what it closes."""
        return gate_label(self.gate)

    @property
    def key(self) -> str:
        """Its id, for an address."""
        return str(self.gate.pk)

    @property
    def held_kind(self) -> str:
        """The shape beside the held."""
        return "amber" if self.held else ""

    @property
    def exceptions_kind(self) -> str:
        """The shape beside the exceptions."""
        return "amber" if self.exceptions else ""

    def add(self, cell: Cell, this_hour: datetime) -> None:
        """Count one cell."""
        if cell.outcome == "held":
            self.held += cell.count
        elif cell.outcome == "refused":
            self.refused += cell.count
        if cell.outcome not in PASSED:
            return
        sign = 1 if cell.direction == "in" else -1
        recent = cell.count if cell.hour >= this_hour else 0
        if cell.direction == "in":
            self.day_in, self.hour_in = self.day_in + cell.count, self.hour_in + recent
        else:
            self.day_out, self.hour_out = self.day_out + cell.count, self.hour_out + recent
        if cell.klass in OUTSIDERS:
            self.outsiders_net += sign * cell.count
        elif cell.klass in AT_HOME_OR_WORK:
            self.residents_net += sign * cell.count


@dataclass(frozen=True)
class Board:
    """Everything the board shows at a moment."""

    lines: list[GateLine]
    hours: list[tuple[datetime, int]]
    inside: int
    listed: int
    outsiders: int
    reviews: int

    def total(self, name: str) -> int:
        """The sum of one figure over the gates."""
        return sum(getattr(line, name) for line in self.lines)

    @property
    def exceptions_open(self) -> int:
        """Exceptions that wait for somebody."""
        return self.total("exceptions")

    @property
    def held_today(self) -> int:
        """How many were called first."""
        return self.total("held")

    @property
    def refused_today(self) -> int:
        """How many were not let in."""
        return self.total("refused")

    @property
    def exceptions_kind(self) -> str:
        """The shape beside them."""
        return "amber" if self.exceptions_open else "green"


def board(
    neighbourhood: Place, now: datetime, *, only: int | None = None, gates: Sequence[Place] | None = None
) -> Board:
    """The board of a neighbourhood, for the day of ``now``; at most seven statements. ``only``: one gate's bars.

    ``gates``: show these alone, to who has no right at the others; who is inside is still counted over all gates of the same walls.
    """
    every = gates_of(neighbourhood)
    start, end = day_of(now)
    this_hour = timezone.localtime(now).replace(minute=0, second=0, microsecond=0)
    lines = {gate.pk: GateLine(gate) for gate in every}
    shown = set(lines) if gates is None else {gate.pk for gate in gates}
    bars: Counter[datetime] = Counter()
    for cell in cells(lines, start, end):
        lines[cell.gate].add(cell, this_hour)
        if cell.outcome in PASSED and cell.gate in shown and (only is None or cell.gate == only):
            bars[timezone.localtime(cell.hour)] += cell.count
    for gate, number in _open_exceptions(neighbourhood).values_list("gate").annotate(n=Count("pk")).order_by():
        if gate in lines:
            lines[gate].exceptions = number
    for gate, number in _phones(neighbourhood, now).values_list("gate").annotate(n=Count("pk")).order_by():
        if gate in lines:
            lines[gate].phones = number
    listed = _inside(list(lines.values()), neighbourhood)
    inside = max(0, listed + sum(line.residents_net + line.outsiders_net for line in lines.values()))
    reviews = Review.objects.filter(neighbourhood=neighbourhood, answered_at__isnull=True)
    if gates is not None:
        lines = {pk: line for pk, line in lines.items() if pk in shown}
        listed, inside = _shown(list(lines.values()))
        reviews = reviews.filter(gate__in=shown)
    return Board(
        lines=list(lines.values()),
        hours=[(hour, bars[hour]) for hour in _hours(start, end)],
        inside=inside,
        listed=listed,
        outsiders=max(0, sum(line.outsiders_net for line in lines.values())),
        reviews=reviews.count(),
    )


def _shown(lines: Sequence[GateLine]) -> tuple[int, int]:
    """Listed and inside of what some gates close, each walled place once."""
    firsts: dict[int | None, GateLine] = {}
    for line in lines:
        line.first = firsts.setdefault(line.gate.parent_id, line) is line
    return sum(line.listed for line in firsts.values()), sum(line.inside for line in firsts.values())


def _hours(start: datetime, end: datetime) -> list[datetime]:
    return [start + timedelta(hours=n) for n in range(int((end - start).total_seconds() // 3600))]


def _open_exceptions(neighbourhood: Place) -> QuerySet[GateException]:
    rows: QuerySet[GateException] = GateException.objects.filter(neighbourhood=neighbourhood, settled_at__isnull=True)
    return rows


def _phones(neighbourhood: Place, now: datetime) -> QuerySet[Device]:
    return Device.objects.filter(
        neighbourhood=neighbourhood, cut_off_at__isnull=True, shift_start__lte=now, shift_end__gt=now
    )


def residents_by_home(*neighbourhoods: Place) -> dict[str, int]:
    """Path of a dwelling → how many live there today; one statement."""
    rows = (
        Person.objects.filter(neighbourhood__in=[p.pk for p in neighbourhoods], merged_into__isnull=True)
        .annotate(
            presence=Subquery(latest_residence("pk").values("presence")[:1]),
            home=Subquery(latest_residence("pk").values("household")[:1]),
        )
        .filter(presence=HERE)
        .annotate(path=Subquery(Household.objects.filter(pk=OuterRef("home")).values("dwelling__path")[:1]))
        .values_list("path")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return {path: number for path, number in rows if path}


def _inside(lines: Sequence[GateLine], neighbourhood: Place) -> int:
    """Fill in how many are inside what each gate closes: those listed there, and the gates' net since four in the morning."""
    homes = residents_by_home(neighbourhood)
    groups: dict[int, list[GateLine]] = {}
    for line in lines:
        groups.setdefault(line.gate.parent_id or 0, []).append(line)
    for members in groups.values():
        parent = members[0].gate.parent
        listed = sum(n for path, n in homes.items() if parent is not None and path.startswith(parent.path))
        inside = max(0, listed + sum(m.residents_net + m.outsiders_net for m in members))
        for member in members:
            member.listed, member.inside, member.first = listed, inside, member is members[0]
    return sum(homes.values())


def passages(neighbourhood: Place, start: datetime, end: datetime) -> QuerySet[Check]:
    """The passages of a time, latest first, each with the person's name and permit number where known."""
    rows: QuerySet[Check] = Check.objects.filter(
        neighbourhood=neighbourhood, happened_at__gte=start, happened_at__lt=end
    )
    return with_names(rows).select_related("gate", "device__body").order_by("-happened_at", "-pk")


def by_role(rows: QuerySet[Check]) -> list[tuple[str, int]]:
    """How many of some passages were recorded in which role (G12), the most first; "" for those entered by hand; one statement."""
    found = rows.order_by().values_list("device__role").annotate(n=Count("pk", distinct=True)).order_by("-n")
    return [(role or "", number) for role, number in found]


def with_names(rows: QuerySet[Check]) -> QuerySet[Check]:
    """Passages with ``name``, ``number`` and ``annulled_as``."""
    return rows.annotate(
        name=Subquery(
            Person.objects.filter(pk=OuterRef("person")).values(known=Coalesce("merged_into__name", "name"))[:1]
        ),
        number=Subquery(Permit.objects.filter(pk=OuterRef("permit")).values("number")[:1]),
        annulled_as=Subquery(Annulment.objects.filter(check_id=OuterRef("pk")).values("reason")[:1]),
    )


def masked(name: str | None) -> str:
    """A person's name as a gate page shows it; empty when the person is not known."""
    return Person(name=name).masked_name if name else ""


def exceptions(neighbourhood: Place) -> QuerySet[GateException]:
    """All exceptions with their gates and phones; the open ones first, by when they are due."""
    rows: QuerySet[GateException] = GateException.objects.filter(neighbourhood=neighbourhood)
    return rows.select_related("gate", "device").order_by("settled_at", "due_at", "pk")


def checks_by_id(ids: Iterable[UUID | None]) -> dict[UUID, Any]:
    """The passages behind exceptions or reviews, with names; one statement."""
    wanted = [pk for pk in ids if pk is not None]
    rows = with_names(Check.objects.filter(pk__in=wanted)).select_related("gate") if wanted else []
    return {row.pk: row for row in rows}


def reviews(neighbourhood: Place) -> QuerySet[Review]:
    """Requests for review: those without an answer first, by when they are due; then what was answered last."""
    rows: QuerySet[Review] = Review.objects.filter(neighbourhood=neighbourhood)
    return rows.select_related("gate").order_by(F("answered_at").desc(nulls_first=True), "due_at")


def passed_total(neighbourhood: Place, start: datetime, end: datetime) -> int:
    """How many passed all gates in a time: passages and counts, without the annulled."""
    rows = Check.objects.filter(neighbourhood=neighbourhood, happened_at__gte=start, happened_at__lt=end)
    checks = counting(rows.filter(outcome__in=PASSED)).count()
    counted = HourlyCount.objects.filter(
        neighbourhood=neighbourhood, hour__gte=start, hour__lt=end, outcome__in=PASSED
    ).aggregate(n=Sum("count"))
    return int(checks) + int(counted["n"] or 0)
