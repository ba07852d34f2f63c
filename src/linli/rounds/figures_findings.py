"""Figures of findings: how many are open, how many past their day, with where and whose (G11, R13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.ground import figures
from linli.ground.figures import NONE, AsOf, Count, Figure, Late, Patch, Patches, period
from linli.ground.models import Place
from linli.rounds.models import Finding


class _Row(NamedTuple):
    """A finding that was open in the period."""

    patch: Patch
    place: int
    owner: int
    due: datetime
    open: bool
    late: bool


def _rows(places: Sequence[Place], as_of: AsOf) -> list[_Row]:
    """The findings open at the moment and those closed in the period before it, the most overdue first. Two statements."""
    rows = Finding.objects.filter(
        Q(closed_at__isnull=True) | Q(closed_at__gte=period(as_of)[0]),
        neighbourhood__in=[p.pk for p in places],
        heard_at__lte=as_of.heard_by,
        happened_at__lte=as_of.at,
    )
    patches, today, zone = Patches(places), timezone.localdate(as_of.at), timezone.get_current_timezone()
    found = []
    fields = ("neighbourhood", "place", "place__path", "owner", "due_on", "closed_at")
    for neighbourhood, place, path, owner, due_on, closed_at in rows.order_by("due_on", "pk").values_list(*fields):
        is_open = closed_at is None or closed_at > as_of.at
        due = datetime.combine(due_on, datetime.max.time().replace(microsecond=0), tzinfo=zone)
        patch = patches.of(path) or Patch(neighbourhood)
        found.append(_Row(patch, place, owner, due, is_open, is_open and due_on < today))
    return found


def unclosed(places: Sequence[Place], as_of: AsOf) -> Mapping[Patch, Count]:
    """Findings that are open, of these and those closed in the period."""
    found: dict[Patch, Count] = {}
    for row in _rows(places, as_of):
        found[row.patch] = found.get(row.patch, Count()) + Count(int(row.open), 1)
    return found


def overdue(places: Sequence[Place], as_of: AsOf) -> Mapping[Patch, Count]:
    """Findings past their day, of those that are open; where each is and who sees to it."""
    found: dict[Patch, Count] = {}
    for row in _rows(places, as_of):
        named = (Late(place=row.place, mandate=row.owner, due_at=row.due, code="late"),) if row.late else ()
        found[row.patch] = found.get(row.patch, Count()) + Count(int(row.late), int(row.open), late=named)
    return found


def register_all() -> None:
    """Add them to the sheet."""
    unit = _("findings")
    figures.register(
        Figure("findings.open", _("Open findings"), "findings", unit, unclosed, _page("undone"), right="rounds.read")
    )
    figures.register(
        Figure(
            "findings.late",
            _("Findings past their day"),
            "findings",
            unit,
            overdue,
            _page("late"),
            right="rounds.read",
            wants=NONE,
        )
    )


def _page(show: str) -> figures.Rows:
    return lambda patch, as_of: reverse("rounds:findings") + f"?show={show}"
