"""The one reader of care: what every household needs at a moment, for the page, the helper and the sheet. Through a scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Count, Max, Q
from django.utils import timezone

from linli.accounts.models import User
from linli.care import guardian, rules
from linli.care.lines import CaseLine, CheckLine, HouseholdLine, NeedLine, ReadingLine, Today
from linli.care.models import Alarm, Case, Errand, FollowTag, FollowUp, HomeFit, Need, OnSite, Order, Reading
from linli.care.sealed import said_of
from linli.care.seeing import visible
from linli.care.supervising import helpers, supervisors
from linli.ground.models import Household, Place
from linli.kernel.cadence import DaySlot

SEEN_AS = {"visit": ("visit", "bring"), "call": ("call", "visit", "bring"), "bring": ("bring",)}
"""Which ways of looking in answer a need: who was there need not call."""
RELATED = ("person__merged_into", "operation", "dwelling", "household__dwelling__parent__parent__parent")
Row = TypeVar("Row")


def today(user: User, neighbourhood: Place, now: datetime, households: Collection[UUID] | None = None) -> Today:
    """What somebody sees of care in a neighbourhood now: open cases, and closed ones with an alarm that nobody answered.

    ``households``: only these. A fixed number of statements for any number of households (``tests/test_today.py``).
    """
    rows = visible(user, neighbourhood, now).filter(
        Q(closed_at__isnull=True) | Q(pk__in=Alarm.objects.filter(answered_at__isnull=True).values("case"))
    )
    if households is not None:
        rows = rows.filter(household__in=households)
    return of_cases(list(rows.select_related(*RELATED).order_by("opened_at", "pk")), now)


def of_cases(cases: list[Case], now: datetime) -> Today:
    """The same of cases that the caller may see."""
    facts = _Facts.of(cases, now)
    lines = {case.pk: facts.line(case) for case in cases}
    homes: dict[UUID, HouseholdLine] = {}
    posts = supervisors({case.household_id for case in cases}, now)
    errands = _errands({case.household_id for case in cases})
    for case in cases:
        home = homes.get(case.household_id)
        if home is None:
            household: Household = case.household
            home = HouseholdLine(household, posts.get(household.pk), [], errands.get(household.pk, 0))
            homes[household.pk] = home
        home.cases.append(lines[case.pk])
    return Today(now, sorted(homes.values(), key=lambda one: one.next_act.key))


@dataclass(frozen=True)
class _Facts:
    """What the tables know of some cases, each kind of fact in one statement."""

    now: datetime
    helpers: Mapping[UUID, Any]
    orders: Mapping[UUID, list[Order]]
    fits: Mapping[UUID, list[HomeFit]]
    readings: Mapping[UUID, list[Reading]]
    alarms: Mapping[UUID, list[Alarm]]
    visits: Mapping[UUID, list[tuple[str, int, datetime]]]
    needs: Mapping[UUID, list[Need]]
    follow_ups: Mapping[UUID, list[FollowUp]]
    tags: Mapping[UUID, list[str]]
    children: frozenset[UUID]

    @classmethod
    def of(cls, cases: list[Case], now: datetime) -> _Facts:
        ids = [case.pk for case in cases]
        others = [case.pk for case in cases if case.kind != rules.QUARANTINE]
        journeys = [case.pk for case in cases if case.kind == rules.JOURNEY]
        midnight = timezone.make_aware(datetime.combine(timezone.localdate(now), time()))
        seen = OnSite.objects.filter(case__in=ids, annulled_at__isnull=True).order_by()
        visits: dict[UUID, list[tuple[str, int, datetime]]] = defaultdict(list)
        for pk, way, count, last in seen.values_list("case", "way").annotate(Count("pk"), Max("happened_at")):
            visits[pk].append((way, count, last))
        tags: dict[UUID, list[str]] = defaultdict(list)
        for pk, code in (
            FollowTag.objects.filter(follow_up__in=journeys).order_by("code").values_list("follow_up", "code")
        ):
            tags[pk].append(code)
        return cls(
            now,
            helpers(others, now),
            _by_case(Order.objects.filter(case__in=ids, lapsed_at__isnull=True, annulled_at__isnull=True)),
            _by_case(HomeFit.objects.filter(case__in=ids)),
            _by_case(Reading.objects.filter(case__in=ids, annulled_at__isnull=True, happened_at__gte=midnight)),
            _by_case(Alarm.objects.filter(case__in=ids, answered_at__isnull=True)),
            visits,
            _by_case(Need.objects.filter(case__in=ids, ended_at__isnull=True)),
            _by_case(FollowUp.objects.filter(case__in=journeys)),
            tags,
            _children_without_consent(cases, now),
        )

    def line(self, case: Case) -> CaseLine:
        """One case with all of it."""
        pk = case.pk
        readings = [ReadingLine(row, said_of(row)) for row in self.readings.get(pk, [])]
        seen = self.visits.get(pk, [])
        return CaseLine(
            case,
            self.now,
            helper=self.helpers.get(pk),
            checks=_checks(case, readings, self.now) if case.closed_at is None else [],
            readings=readings,
            alarms=self.alarms.get(pk, []),
            order=next(reversed(self.orders.get(pk, [])), None),
            fit=next(reversed(self.fits.get(pk, [])), None),
            visits=sum(count for way, count, _last in seen if way != OnSite.Way.CALL),
            last_visit=max((last for _way, _count, last in seen), default=None),
            needs=[_need(one, seen, timezone.localdate(self.now)) for one in self.needs.get(pk, [])],
            follow_up=next(iter(self.follow_ups.get(pk, [])), None),
            tags=tuple(self.tags.get(pk, ())),
            consent_missing=pk in self.children,
        )


def _by_case(rows: Any) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


def _checks(case: Case, readings: Iterable[ReadingLine], now: datetime) -> list[CheckLine]:
    """Today's checks of a quarantine at home, each with its reading."""
    if case.day0 is None or case.days is None or case.dwelling_id is None:
        return []
    own = rules.clock(case.day0, case.days, case.convention)
    done = {(one.row.day, one.row.part): one for one in readings}
    due = rules.checks_on(own, timezone.localdate(now), case.opened_at)
    return [_check(one, done.get((one.day, rules.PARTS[one.part])), now) for one in due]


def _check(one: DaySlot, reading: ReadingLine | None, now: datetime) -> CheckLine:
    slot = one.slot
    if reading is not None:
        state = "done"
    elif now < slot.opens_at:
        state = "ahead"
    elif now < slot.due_at:
        state = "open"
    else:
        state = "late" if now < slot.closes_at else "missed"
    return CheckLine(one.day, rules.PARTS[one.part], slot.at, slot.due_at, slot.closes_at, state, reading)


def _need(need: Need, seen: Iterable[tuple[str, int, datetime]], day: date) -> NeedLine:
    answered = SEEN_AS.get(need.way, (need.way,))
    days = [timezone.localdate(last) for way, _count, last in seen if way in answered]
    due = rules.next_visit(need.since, need.every_days, days)
    return NeedLine(need, due, (day - due) // timedelta(days=1))


def _errands(households: Iterable[UUID]) -> dict[UUID, int]:
    """Household → errands that are neither settled nor called off; one statement."""
    rows = Errand.objects.filter(household__in=list(households), settled_at__isnull=True, cancelled_at__isnull=True)
    return dict(rows.order_by().values_list("household").annotate(Count("pk")))


def _children_without_consent(cases: Iterable[Case], now: datetime) -> frozenset[UUID]:
    """Cases of children under 14 for whom no guardian's consent to health data is noted (PIPL art. 31); one statement."""
    found = {case.pk: case.person for case in cases if guardian.is_child(case.person.merged_into or case.person, now)}
    people = {person.pk for person in found.values()} | {
        person.merged_into_id for person in found.values() if person.merged_into_id is not None
    }
    agreed = guardian.consenting(people)
    return frozenset(
        pk for pk, person in found.items() if person.pk not in agreed and person.merged_into_id not in agreed
    )
