"""What the procedures hold about a person: an answer about two people who lie in two neighbourhoods, sealed until they meet again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from linli.ground.ground_holdings import DUTY
from linli.ground.holdings import Fact, Holding
from linli.procedures.models import Trace


def _rows(people: Sequence[UUID]) -> QuerySet[Trace]:
    ids = [str(pk) for pk in people]
    return Trace.objects.filter(Q(points_to__in=ids) | Q(other__in=ids), kind="row")


def _facts(people: Sequence[UUID]) -> list[Fact]:
    what = _("Compared with somebody who belongs to another neighbourhood now")
    mine = {str(pk): pk for pk in people}
    return [Fact("parted", str(row.pk), mine.get(row.points_to, people[0]), what) for row in _rows(people)]


def _erase(people: Sequence[UUID], now: datetime) -> int:
    return _rows(people).delete()[0]


PARTED = Holding(
    "parted",
    _("Answers set aside when the neighbourhood was split"),
    _("so that the same question is not asked again when the two meet"),
    DUTY,
    _("until both belong to one neighbourhood again, or one of them is erased"),
    _facts,
    erase=_erase,
    rank=60,
)
