"""What care holds about a person: that he is or was looked after, on what ground, until when (PIPL art. 13, 17, 47)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from linli.care.models import Case, Reading
from linli.care.models.hidden import HIDDEN, children_too
from linli.care.retention import erase_cases, owned_by
from linli.care.rules import QUARANTINE
from linli.care.sealed import said_of
from linli.care.words import KINDS, celsius
from linli.ground.holdings import Fact, Holding, Stay, register_holding
from linli.kernel.ids import made_at


def cases(people: Sequence[UUID]) -> list[Fact]:
    """Cases of these people, but for those of children who are alone."""
    return _cases("care", Case.objects.filter(person__in=list(people)).exclude(kind=HIDDEN))


def children(people: Sequence[UUID]) -> list[Fact]:
    """Cases of children who are alone: the secretary answers for them, and the guardian sees them on the child's own page."""
    with children_too():
        return _cases("care_children", Case.objects.filter(person__in=list(people), kind=HIDDEN))


def _cases(code: str, found: QuerySet[Case]) -> list[Fact]:
    rows = found.order_by("opened_at")
    return [
        Fact(code, str(row.pk), row.person_id, KINDS[row.kind], "", timezone.localdate(row.opened_at), row.source,
             made_at(row.pk))
        for row in rows
    ]  # fmt: skip


def readings(people: Sequence[UUID]) -> list[Fact]:
    """Readings of these people; what they say is unsealed for a copy alone."""
    rows = Reading.objects.filter(case__person__in=list(people), annulled_at__isnull=True).select_related("case")
    return [
        Fact("care_readings", str(row.pk), row.case.person_id, gettext_lazy("Temperature and symptoms"), "",
             timezone.localdate(row.happened_at), "", row.heard_at, partial(_clear, row))
        for row in rows
    ]  # fmt: skip


def _clear(row: Reading) -> str:
    said = said_of(row)
    return "" if said is None else f"{celsius(said.celsius)} {said.words}".strip()


def stays(people: Sequence[UUID], now: datetime) -> list[Stay]:
    """An ordered quarantine stays until it is over: it rests on an order, not on the person's will (PIPL art. 13(1)3 and 4)."""
    rows = Case.objects.filter(person__in=list(people), kind=QUARANTINE, closed_at__isnull=True)
    return [
        Stay(
            KINDS[QUARANTINE],
            gettext_lazy("It was ordered, and its days are not over."),
            timezone.localdate(row.release_at) if row.release_at is not None else None,
            blocks=True,
        )
        for row in rows
    ]


def erase(people: Sequence[UUID], now: datetime) -> int:
    """Erase their cases with everything that hangs on them, as ``retention`` does when their days are over."""
    return erase_cases(owned_by(people))


def register_all() -> None:
    """The holdings of care, from ``apps.py``."""
    register_holding(
        Holding("care", gettext_lazy("Care"), gettext_lazy("to look after you: who comes, what you need, until when"),
                gettext_lazy("the order or the operation's legal ground (PIPL art. 13(1)3 and 4), or your own request"),
                gettext_lazy("30 days after it ended, and no longer than its operation"), cases, stays=stays,
                erase=erase, rank=45, right="care.read")
    )  # fmt: skip
    register_holding(
        Holding("care_children", KINDS[HIDDEN], gettext_lazy("to look after you: who comes, what you need, until when"),
                gettext_lazy("a guardian's request, or the committee's duty by law (PIPL art. 13(1)1 and 3)"),
                gettext_lazy("30 days after it ended"), children, rank=45, right="care.children")
    )  # fmt: skip
    register_holding(
        Holding("care_readings", gettext_lazy("Readings"), gettext_lazy("to notice an illness in time"),
                gettext_lazy("the order or the operation's legal ground (PIPL art. 13(1)4)"),
                gettext_lazy("14 days after the case ended, and no longer than its operation"), readings, rank=46,
                right="care.read")
    )  # fmt: skip
