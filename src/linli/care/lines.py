"""What the pages say of a household at a moment: its people, what was due today, what comes next. Built by ``queries.today``."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from django.utils import timezone

from linli.care import rules
from linli.care.models import Alarm, Case, FollowUp, HomeFit, Need, Order, Reading
from linli.care.sealed import Said
from linli.care.supervising import Post
from linli.ground.models import Household, Person

RANK = (
    "alarm",
    "order",
    "missed",
    "check",
    "unfit",
    "fit",
    "release",
    "need",
    "visit",
    "guardian",
    "errand",
    "incomplete",
)
"""What a household needs, the most urgent first."""
CALM = "calm"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Act:
    """What is to be done next: a code of :data:`RANK` or ``calm``, and since or until when."""

    code: str
    at: datetime | None = None

    @property
    def key(self) -> tuple[int, float]:
        """For sorting."""
        rank = RANK.index(self.code) if self.code in RANK else len(RANK)
        return rank, self.at.timestamp() if self.at is not None else 0.0


@dataclass(frozen=True)
class ReadingLine:
    """A reading and what it says; None when it was erased."""

    row: Reading
    said: Said | None


@dataclass(frozen=True)
class CheckLine:
    """One check of today: ``done``, ``late`` (its time is over, the window is not), ``open``, ``missed`` or ``ahead``."""

    day: int
    part: str
    at: datetime
    due_at: datetime
    closes_at: datetime
    state: str
    reading: ReadingLine | None = None


@dataclass(frozen=True)
class NeedLine:
    """Somebody looks in: on which day, how many days late."""

    need: Need
    due_on: date
    late_days: int

    @property
    def due(self) -> bool:
        """Today or before."""
        return self.late_days >= 0


@dataclass
class CaseLine:
    """One case at a moment."""

    case: Case
    now: datetime
    helper: Post | None = None
    checks: list[CheckLine] = field(default_factory=list)
    readings: list[ReadingLine] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)
    order: Order | None = None
    fit: HomeFit | None = None
    visits: int = 0
    last_visit: datetime | None = None
    needs: list[NeedLine] = field(default_factory=list)
    follow_up: FollowUp | None = None
    tags: tuple[str, ...] = ()
    consent_missing: bool = False

    @property
    def person(self) -> Person:
        """Who it is, also after entries were joined."""
        return self.case.person.merged_into or self.case.person

    @property
    def day(self) -> int | None:
        """Which day of the term today is: 0 for a day 0 that does not count."""
        case = self.case
        if case.day0 is None or case.days is None:
            return None
        return rules.clock(case.day0, case.days, case.convention).day_of(self.now)

    @property
    def today(self) -> list[ReadingLine]:
        """What was measured today, in order: of its checks, and in between."""
        found = [
            one for one in self.readings if timezone.localdate(one.row.happened_at) == timezone.localdate(self.now)
        ]
        return sorted(found, key=lambda one: one.row.happened_at)

    @property
    def missing(self) -> tuple[str, ...]:
        """Which of health, route and return of a follow-up are not known (E02)."""
        row = self.follow_up
        if row is None:
            return ()
        return rules.incomplete(
            health=row.health is not None, route=row.route is not None, returns=row.returns_from is not None
        )

    @property
    def lapses_at(self) -> datetime | None:
        """When an oral order lapses."""
        return self.order.lapses_at if self.order is not None else None

    @property
    def away(self) -> bool:
        """In a central place or a hospital: others measure there, and nobody looks in at home."""
        return self.case.kind == rules.QUARANTINE and self.case.dwelling_id is None

    @property
    def never_visited(self) -> bool:
        """In quarantine at home for a day or longer, and nobody was there (Q02)."""
        at_home = self.case.kind == rules.QUARANTINE and not self.away
        return at_home and not self.visits and self.now - self.case.opened_at >= ONE_DAY

    @cached_property
    def acts(self) -> list[Act]:
        """What is to be done, the most urgent first."""
        found = [Act("alarm", one.raised_at) for one in self.alarms]
        if self.case.closed_at is None:
            found += self._acts_of_quarantine() if self.case.kind == rules.QUARANTINE else []
            found += [Act("need") for one in self.needs if one.due]
            found += [Act("incomplete")] if self.missing else []
            found += [Act("guardian")] if self.consent_missing else []
        return sorted(found, key=lambda one: one.key)

    def _acts_of_quarantine(self) -> list[Act]:
        found = [Act("missed", one.closes_at) for one in self.checks if one.state == "missed"]
        found += [Act("check", one.due_at) for one in self.checks if one.state in ("open", "late")]
        if self.lapses_at is not None:
            found.append(Act("order", self.lapses_at))
        if self.fit is None and not self.away:
            found.append(Act("fit"))
        elif self.fit is not None and not self.fit.fit and not self.away:
            found.append(Act("unfit"))
        if self.case.release_at is not None and self.case.release_at - self.now <= ONE_DAY:
            found.append(Act("release", self.case.release_at))
        if self.never_visited:
            found.append(Act("visit"))
        return found


@dataclass
class HouseholdLine:
    """One household at a moment: who looks after it, who is looked after, what comes next."""

    household: Household
    supervisor: Post | None
    cases: list[CaseLine] = field(default_factory=list)
    errands_open: int = 0

    @property
    def has_quarantine(self) -> bool:
        """Whether it needs a supervisor now."""
        return any(one.case.kind == rules.QUARANTINE and one.case.closed_at is None for one in self.cases)

    @cached_property
    def next_act(self) -> Act:
        """The most urgent of all."""
        found = [act for one in self.cases for act in one.acts]
        found += [Act("errand")] if self.errands_open else []
        return min(found, key=lambda one: one.key, default=Act(CALM))


@dataclass(frozen=True)
class Blind:
    """Something that nobody sees to: a code of ``words.BLIND``, of a household, and of a case where it is about one."""

    code: str
    household: HouseholdLine
    case: CaseLine | None = None


@dataclass(frozen=True)
class Today:
    """The whole page: households by urgency, open alarms, what nobody sees to, and today's checks."""

    now: datetime
    households: list[HouseholdLine]

    @cached_property
    def cases(self) -> list[CaseLine]:
        """Every case."""
        return [one for home in self.households for one in home.cases]

    @cached_property
    def alarms(self) -> list[tuple[Alarm, CaseLine]]:
        """Open alarms, the oldest first."""
        found = [(alarm, one) for one in self.cases for alarm in one.alarms]
        return sorted(found, key=lambda pair: pair[0].raised_at)

    @cached_property
    def blind(self) -> list[Blind]:
        """What nobody sees to, household by household."""
        return [one for home in self.households for one in _blind(home)]

    @cached_property
    def checks(self) -> tuple[int, int]:
        """(done, due) of the checks whose time has come today."""
        due = [one for case in self.cases for one in case.checks if one.state != "ahead"]
        return sum(one.state == "done" for one in due), len(due)

    def tagged(self) -> dict[str, int]:
        """How many people each list of journeys has. Lists may share people: never added up (E02)."""
        found: dict[str, int] = {}
        for case in self.cases:
            for tag in case.tags:
                found[tag] = found.get(tag, 0) + 1
        return found


def _blind(home: HouseholdLine) -> list[Blind]:
    found = []
    if home.has_quarantine and (home.supervisor is None or home.supervisor.mandate is None or home.supervisor.fell):
        found.append(Blind("supervisor", home))
    for one in home.cases:
        if one.case.closed_at is not None:
            continue
        warned = one.lapses_at is not None and one.lapses_at - rules.LAPSE_WARNING <= one.now
        helpless = one.case.kind != rules.QUARANTINE and (one.helper is None or one.helper.fell)
        for code, says in (
            ("helper", helpless),
            ("never_visited", one.never_visited),
            ("order", warned),
            ("incomplete", bool(one.missing)),
            ("guardian", one.consent_missing),
        ):
            if says:
                found.append(Blind(code, home, one))
    return found
