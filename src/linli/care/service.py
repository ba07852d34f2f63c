"""Service to the door (S05): every household that needs it has somebody by name, and what it needs is brought to the door."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from linli.accounts.models import User
from linli.care import rules, seeing
from linli.care.models import Case, Errand, Need, OnSite
from linli.care.supervising import Post, helpers
from linli.ground.models import Place
from linli.ground.places import short_address

LATELY = timedelta(days=30)
"""*(ours)*: what was brought within a month counts as served by delivery."""


@dataclass
class Line:
    """One household: whom it is about, who helps, when something was brought last and is due again."""

    household: UUID
    address: str
    cases: list[Case] = field(default_factory=list)
    helper: Post | None = None
    every_days: int | None = None
    brought: date | None = None
    due: date | None = None

    @property
    def names(self) -> list[str]:
        """Who lives there and needs it."""
        return [(one.person.merged_into or one.person).name for one in self.cases]

    @property
    def has_helper(self) -> bool:
        """Whether somebody was named; a household that fell to the secretary has nobody of its own yet."""
        return self.helper is not None and self.helper.mandate is not None and not self.helper.fell

    @property
    def served(self) -> bool:
        """Whether things are brought to the door: agreed upon, or done lately."""
        return self.every_days is not None or self.brought is not None

    def late(self, today: date) -> int:
        """Days by which something should have been brought."""
        return max(0, (today - self.due).days) if self.due is not None else 0


def load(user: User, neighbourhood: Place, now: datetime) -> list[Line]:
    """Every household under other attention that somebody may see. A fixed number of statements."""
    rows = seeing.visible(user, neighbourhood, now).filter(kind__in=rules.ATTENTION, closed_at__isnull=True)
    cases = list(rows.select_related("person__merged_into", "household__dwelling__parent__parent__parent"))
    lines: dict[UUID, Line] = {}
    for case in sorted(cases, key=lambda one: one.opened_at):
        home = case.household
        line = lines.setdefault(home.pk, Line(home.pk, short_address(home.dwelling)))
        line.cases.append(case)
    posts = helpers([case.pk for case in cases], now)
    for line in lines.values():
        line.helper = _best(posts, line.cases)
    _needs(lines, cases)
    _brought(lines, cases, timezone.localdate(now - LATELY))
    for line in lines.values():
        if line.every_days is not None and line.due is None:
            line.due = timezone.localdate(now)
    return list(lines.values())


def _best(posts: Mapping[UUID, Post], cases: Iterable[Case]) -> Post | None:
    """Who helps the household: somebody named before somebody to whom it fell."""
    found = [posts[case.pk] for case in cases if case.pk in posts]
    return min(found, key=lambda post: post.fell, default=None)


def _needs(lines: Mapping[UUID, Line], cases: list[Case]) -> None:
    homes = {case.pk: case.household_id for case in cases}
    for need in Need.objects.filter(case__in=list(homes), way="bring", ended_at__isnull=True):
        line = lines[homes[need.case_id]]
        line.every_days = min(need.every_days, line.every_days or need.every_days)
        line.due = max(need.since, line.due) if line.due is not None else need.since


def _brought(lines: Mapping[UUID, Line], cases: list[Case], since: date) -> None:
    """The last time that something was brought: noted as such, or an errand that was delivered."""
    homes = {case.pk: case.household_id for case in cases}
    last: dict[UUID, list[date]] = defaultdict(list)
    visits = OnSite.objects.filter(case__in=list(homes), way="bring", annulled_at__isnull=True)
    for case, at in visits.values("case").order_by().annotate(at=Max("happened_at")).values_list("case", "at"):
        last[homes[case]].append(timezone.localdate(at))
    errands = Errand.objects.filter(household__in=list(lines), delivered_at__isnull=False, cancelled_at__isnull=True)
    for home, at in (
        errands.values("household").order_by().annotate(at=Max("delivered_at")).values_list("household", "at")
    ):
        last[home].append(timezone.localdate(at))
    for home, days in last.items():
        line, newest = lines[home], max(days)
        if newest >= since:
            line.brought = newest
        if line.every_days is not None:
            line.due = rules.next_visit(line.due or newest, line.every_days, [newest])
