"""Everything about one case for the office's page: order, term, changes, who looked after it, what was measured, who read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from linli.accounts.models import User
from linli.care import acts, powers, rules
from linli.care.models import Alarm, Case, CaseChange, HomeFit, Need, OnSite, Order, Reading, Supervisor
from linli.care.sealed import Said, said_of, words_of
from linli.ground.openings import Opening, lines_of
from linli.journal.models import Entry
from linli.kernel.cadence import CONVENTIONS, Convention

MOST_OPENINGS = 50


@dataclass(frozen=True)
class OrderLine:
    """An order with its words."""

    row: Order
    document: str
    oral: str
    power: powers.Power | None

    @property
    def state(self) -> str:
        """``struck``, ``lapsed``, ``oral`` (until its document comes) or ``written``."""
        if self.row.annulled_at is not None:
            return "struck"
        if self.row.lapsed_at is not None:
            return "lapsed"
        return "oral" if self.row.lapses_at is not None else "written"

    @property
    def unsure(self) -> bool:
        """Whether somebody has still to ask when it was given, and by whom."""
        return self.row.unsure and self.state == "oral"


@dataclass(frozen=True)
class ReadingLine:
    """A reading with what it says; ``said`` is None when it was erased."""

    row: Reading
    said: Said | None
    by: str


@dataclass(frozen=True)
class Day:
    """One day of a term with what was measured in its morning and in its evening."""

    number: int
    day: date
    parts: dict[str, list[ReadingLine]]

    @property
    def morning(self) -> list[ReadingLine]:
        """Of the morning."""
        return self.parts.get(rules.MORNING, [])

    @property
    def evening(self) -> list[ReadingLine]:
        """Of the evening, and in between."""
        return self.parts.get(rules.EVENING, []) + self.parts.get(rules.EXTRA, [])


@dataclass
class Page:
    """What the page shows."""

    case: Case
    name: str
    convention: Convention | None
    last_day: date | None
    orders: list[OrderLine] = field(default_factory=list)
    fit: HomeFit | None = None
    changes: list[tuple[CaseChange, str, str]] = field(default_factory=list)
    held: list[Supervisor] = field(default_factory=list)
    days: list[Day] = field(default_factory=list)
    outside: list[ReadingLine] = field(default_factory=list)
    visits: list[tuple[OnSite, str, str]] = field(default_factory=list)
    needs: list[tuple[Need, str]] = field(default_factory=list)
    alarms: list[tuple[Alarm, str]] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)

    @property
    def readings(self) -> list[ReadingLine]:
        """Every reading that stands, the latest first."""
        found = [line for one in self.days for line in one.morning + one.evening] + self.outside
        return sorted(found, key=lambda line: line.row.happened_at, reverse=True)

    @property
    def standing(self) -> list[OrderLine]:
        """The orders that stand, the latest last."""
        return [one for one in self.orders if one.state in ("oral", "written")]


def load(case: Case, now: datetime) -> Page:
    """Everything in a fixed number of statements."""
    person = case.person.merged_into or case.person
    page = Page(case, person.name, CONVENTIONS.get(case.convention), _last_day(case))
    page.orders = [
        OrderLine(row, words_of(row.document) or "", words_of(row.oral) or "", powers.power_by(row.power))
        for row in case.orders.all()
    ]
    page.fit = case.fits.order_by("happened_at", "id").last()
    changes = list(case.changes.all().select_related("dwelling__parent__parent"))
    visits = list(case.visits.filter(annulled_at__isnull=True).select_related("mandate").order_by("-happened_at"))
    readings = list(case.readings.filter(annulled_at__isnull=True))
    names = _names([*changes, *visits, *readings])
    page.changes = [(row, words_of(row.sealed) or "", names.get(row.by_user or 0, "")) for row in reversed(changes)]
    page.visits = [(row, words_of(row.sealed) or "", names.get(row.by_user or 0, "")) for row in visits]
    page.needs = [(row, words_of(row.sealed) or "") for row in case.needs.filter(ended_at__isnull=True)]
    page.alarms = [(row, words_of(row.sealed) or "") for row in case.alarms.order_by("-raised_at")]
    page.held = _held(case)
    page.days, page.outside = _days(case, [ReadingLine(r, said_of(r), names.get(r.by_user or 0, "")) for r in readings])
    entries = Entry.objects.filter(subject_kind="case", subject=str(case.pk), act=acts.SEEN).order_by(
        "-heard_at", "-id"
    )
    page.openings = lines_of(list(entries[:MOST_OPENINGS]))
    return page


def _last_day(case: Case) -> date | None:
    if case.day0 is None or case.days is None:
        return None
    return rules.clock(case.day0, case.days, case.convention).last_day


def _names(rows: Sequence[Any]) -> dict[int, str]:
    """Account → name, of who wrote some rows. One statement."""
    ids = {row.by_user for row in rows if row.by_user}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "display_name"))


def _held(case: Case) -> list[Supervisor]:
    """Who looked after it, the latest first: of a quarantine the household's, else its own helpers."""
    of = None if case.kind == rules.QUARANTINE else case
    rows = Supervisor.objects.filter(household=case.household_id, case=of, annulled_at__isnull=True)
    return list(rows.select_related("mandate__place__parent").order_by("-since", "-id"))


def _days(case: Case, lines: Sequence[ReadingLine]) -> tuple[list[Day], list[ReadingLine]]:
    """The readings day by day of the term; those outside of it apart."""
    if case.day0 is None or case.days is None:
        return [], list(lines)
    first = case.day0 if CONVENTIONS[case.convention].first_day_counts else case.day0 + timedelta(days=1)
    days = {n: Day(n, first + timedelta(days=n - 1), {}) for n in range(1, case.days + 1)}
    outside = []
    for one in lines:
        if one.row.day in days:
            days[one.row.day].parts.setdefault(one.row.part, []).append(one)
        else:
            outside.append(one)
    return list(days.values()), outside
