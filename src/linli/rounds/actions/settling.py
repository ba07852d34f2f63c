"""What a visit, an answer or an excuse ends: notices about what was missed or overdue."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from linli.notices.actions import settle
from linli.rounds.models import (
    Answer,
    Excusal,
    Handing,
    Occurrence,
    PlanRhythm,
    Target,
    VisitAnnulment,
    VisitTarget,
)

MISSED, OVERDUE = "rounds.missed", "rounds.overdue"
"""Kinds of notices."""


def missed_key(occurrence: Occurrence, holder: int | None, closes: datetime | None) -> str:
    """One notice for what somebody missed of an occurrence when its window, or one of its targets' own, closed; 0 for nobody."""
    own = "" if closes == occurrence.closes_at or closes is None else f":{int(closes.timestamp())}"
    return f"{MISSED}:{occurrence.pk}:{holder or 0}{own}"


def missed_subject(occurrence: UUID, holder: int | None) -> tuple[str, str]:
    """What such a notice, and what follows it further up, is about; of which window, its ``due_at`` says."""
    return ("missed", f"{occurrence.hex}:{holder or 0}")


def settle_missed(occurrence: UUID, holder: int | None, closes: datetime | None, now: datetime) -> None:
    """Nothing of what somebody missed is left: the notice and every step that followed it are over."""
    settle(subject=missed_subject(occurrence, holder), due_at=closes, now=now)


def overdue_subject(plan: UUID, place: int) -> tuple[str, str]:
    """What a notice about an overdue place is about."""
    return ("rhythm", f"{plan.hex}:{place}")


def undone() -> Q:
    """A condition for targets that nothing covers: no visit that stands, no answer, no excuse."""
    taken_back = VisitAnnulment.objects.filter(visit=OuterRef("visit"))
    visits = VisitTarget.objects.filter(target=OuterRef("pk"), outcome=VisitTarget.Outcome.DONE)
    covering = (
        visits.filter(~Exists(taken_back)),
        Answer.objects.filter(target=OuterRef("pk")),
        Excusal.objects.filter(target=OuterRef("pk")),
    )
    return ~Q(*(Q(Exists(rows)) for rows in covering), _connector=Q.OR)


def settle_done(targets: Iterable[Target], neighbourhood: int, now: datetime) -> None:
    """``targets`` (with their occurrence) are covered or excused: end every notice of which nothing is left. Needs a scope.

    A few short statements for each of those who answered for them, whatever the size of the occurrence.
    """
    rows = list(targets)
    closed: dict[tuple[UUID, datetime | None], list[Target]] = {}
    for row in rows:
        if is_told(row):
            closed.setdefault((row.occurrence_id, closes_of(row)), []).append(row)
    for (_pk, closes), own in closed.items():
        occurrence = own[0].occurrence
        for holder in _holders(own):
            if not answers_for(occurrence, holder, closes).filter(undone()).exists():
                settle_missed(occurrence.pk, holder, closes, now)
    _settle_rhythms(rows, now)


def closes_of(target: Target) -> datetime | None:
    """When the window of a target (with its occurrence) closes: its own, else the round's."""
    return target.closes_at or target.occurrence.closes_at


def is_told(target: Target) -> bool:
    """Whether the window of a target (with its occurrence) is over and what was missed in it was passed on."""
    one = target.occurrence
    if target.closes_at is None:
        return one.closed_at is not None
    return one.opened_at is not None and (one.next_close is None or one.next_close > target.closes_at)


def _holders(rows: list[Target]) -> set[int | None]:
    given = Handing.objects.filter(target__in=[row.pk for row in rows]).values_list("mandate", flat=True)
    return {row.holder_id for row in rows} | set(given)


def answers_for(occurrence: Occurrence, holder: int | None, closes: datetime | None) -> QuerySet[Target]:
    """The targets of an occurrence whose window closes at a moment, and for which somebody answers now: he was given them last, or had
    them at the opening.
    """
    last = Handing.objects.filter(target=OuterRef("pk")).order_by("-since").values("mandate")[:1]
    own = Q(closes_at__isnull=True) if closes == occurrence.closes_at else Q(pk__in=[])
    rows = Target.objects.filter(Q(closes_at=closes) | own, occurrence=occurrence)
    rows = rows.annotate(now_held_by=Coalesce(Subquery(last), F("holder_id"), output_field=BigIntegerField()))
    return rows.filter(now_held_by__isnull=True) if holder is None else rows.filter(now_held_by=holder)


def _settle_rhythms(rows: list[Target], now: datetime) -> None:
    plans = {row.occurrence.plan_id for row in rows}
    with_rhythm = set(PlanRhythm.objects.filter(plan__in=plans).values_list("plan", flat=True))
    for row in rows:
        if row.place_id is not None and row.occurrence.plan_id in with_rhythm:
            settle(subject=overdue_subject(row.occurrence.plan_id, row.place_id), now=now)
