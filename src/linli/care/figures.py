"""Figures of care: readings taken of those due, households with somebody of their own, errands brought. Of whole neighbourhoods only.

Nobody's door is named on a sheet: what is late is named by who should have, and the rows behind it ask for ``care.read``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.care import rules
from linli.care.models import Case, CaseChange, Errand, Reading
from linli.care.supervising import Post, supervisors
from linli.ground import figures
from linli.ground.figures import ALL, AsOf, Count, Figure, Late, Patch, period, total
from linli.ground.models import Place
from linli.kernel.cadence import DaySlot


def checks(places: Sequence[Place], as_of: AsOf) -> Mapping[Patch, Count]:
    """Checks of quarantines at home whose window closed in the period, and how many were taken. Six statements."""
    start, end = period(as_of)
    rows = list(_quarantines(places, as_of).filter(Q(closed_at__isnull=True) | Q(closed_at__gt=start)))
    taken = Reading.objects.filter(case__in=[one.pk for one in rows], heard_at__lte=as_of.heard_by)
    taken = taken.filter(Q(annulled_at__isnull=True) | Q(annulled_at__gt=as_of.heard_by))
    done = set(taken.values_list("case", "day", "part"))
    posts = supervisors({one.household_id for one in rows}, as_of.at)
    moves = _moves(rows)
    return _summed(
        (
            case.neighbourhood_id,
            (case.pk, one.day, rules.PARTS[one.part]) in done,
            _late(posts.get(case.household_id), one),
        )
        for case in rows
        for one in _over(case)
        if start <= one.slot.closes_at < end and not rules.away(moves[case.pk], one.slot.closes_at)
    )


def _moves(cases: Iterable[Case]) -> Mapping[UUID, list[tuple[datetime, bool]]]:
    """Case → when somebody was moved, and whether it was to another home."""
    found: dict[UUID, list[tuple[datetime, bool]]] = defaultdict(list)
    rows = CaseChange.objects.filter(case__in=[one.pk for one in cases], kind=CaseChange.Kind.MOVED)
    for case, at, home in rows.order_by("happened_at", "id").values_list("case", "happened_at", "dwelling"):
        found[case].append((at, home is not None))
    return found


def _over(case: Case) -> Iterable[DaySlot]:
    """The checks of a case that are due from its opening to its end."""
    if case.day0 is None or case.days is None:
        return []
    slots = rules.clock(case.day0, case.days, case.convention).slots(case.closed_at)
    return [one for one in slots if one.slot.closes_at > case.opened_at]


def _late(post: Post | None, one: DaySlot) -> Late:
    mandate = post.mandate.pk if post is not None and post.mandate is not None else None
    return Late(mandate=mandate, due_at=one.slot.closes_at, code="missed")


def cases(places: Sequence[Place], as_of: AsOf) -> Mapping[Patch, Count]:
    """Households with somebody in quarantine at the moment, and how many have somebody of their own, not the secretary for want of one.

    Four statements.
    """
    rows = _quarantines(places, as_of).filter(Q(closed_at__isnull=True) | Q(closed_at__gt=as_of.at))
    homes: dict[Any, int] = dict(rows.values_list("household", "neighbourhood"))
    posts = supervisors(homes, as_of.at)
    return _summed((place, _has_own(posts.get(home)), None) for home, place in homes.items())


def _has_own(post: Post | None) -> bool:
    return post is not None and post.mandate is not None and not post.fell


def errands(places: Sequence[Place], as_of: AsOf) -> Mapping[Patch, Count]:
    """Errands asked for in the period and not called off, and how many were brought to the door. One statement."""
    start, end = period(as_of)
    standing = Q(cancelled_at__isnull=True) | Q(cancelled_at__gt=as_of.heard_by)
    rows = Errand.objects.filter(standing, neighbourhood__in=places, asked_at__gte=start, asked_at__lt=end)
    return _summed(
        (row.neighbourhood_id, row.delivered_at is not None and row.delivered_at <= as_of.at, None)
        for row in rows.filter(heard_at__lte=as_of.heard_by)
    )


def _summed(rows: Iterable[tuple[int, bool, Late | None]]) -> Mapping[Patch, Count]:
    """Counts of neighbourhoods from (neighbourhood, whether it is done, who should have)."""
    found: dict[Patch, list[Count]] = defaultdict(list)
    for place, done, late in rows:
        found[Patch(place)].append(Count(int(done), 1, late=() if done or late is None else (late,)))
    return {patch: total(counts) for patch, counts in found.items()}


def _quarantines(places: Sequence[Place], as_of: AsOf) -> Any:
    """Those that were open by then as it had been heard, and were no mistake."""
    rows = Case.objects.filter(kind=rules.QUARANTINE, neighbourhood__in=places)
    return rows.filter(opened_at__lte=as_of.at, heard_at__lte=as_of.heard_by).exclude(closed_as=Case.Closed.ANNULLED)


def register_all() -> None:
    """From ``apps.py``."""
    for code, title, unit, compute in (
        ("care.checks", _("Readings of those at home"), _("checks due"), checks),
        ("care.cases", _("Households in quarantine with somebody of their own"), _("households"), cases),
        ("care.errands", _("Errands brought to the door"), _("errands"), errands),
    ):
        figures.register(Figure(code, title, "care", unit, compute, _page, right="care.read", wants=ALL, zoned=False))


def _page(patch: Patch, as_of: AsOf) -> str:
    return reverse("care:board")
