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


def missed_key(occurrence: UUID, holder: int | None) -> str:
    """One notice for what somebody missed of an occurrence; 0 for what nobody answered for."""
    return f"{MISSED}:{occurrence}:{holder or 0}"


def missed_subject(occurrence: UUID, holder: int | None) -> tuple[str, str]:
    """What such a notice, and what follows it further up, is about."""
    return ("missed", f"{occurrence.hex}:{holder or 0}")


def settle_missed(occurrence: UUID, holder: int | None, now: datetime) -> None:
    """Nothing of what somebody missed is left: the notice and every step that followed it are over."""
    settle(subject=missed_subject(occurrence, holder), now=now)


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
    closed = {row.occurrence_id: row.occurrence for row in rows if row.occurrence.closed_at is not None}
    for occurrence in closed.values():
        own = [row for row in rows if row.occurrence_id == occurrence.pk]
        for holder in _holders(own):
            if not answers_for(occurrence, holder).filter(undone()).exists():
                settle_missed(occurrence.pk, holder, now)
    _settle_rhythms(rows, now)


def _holders(rows: list[Target]) -> set[int | None]:
    given = Handing.objects.filter(target__in=[row.pk for row in rows]).values_list("mandate", flat=True)
    return {row.holder_id for row in rows} | set(given)


def answers_for(occurrence: Occurrence, holder: int | None) -> QuerySet[Target]:
    """The targets of an occurrence for which somebody answers now: he was given them last, or had them at the opening."""
    last = Handing.objects.filter(target=OuterRef("pk")).order_by("-since").values("mandate")[:1]
    rows = Target.objects.filter(occurrence=occurrence)
    rows = rows.annotate(now_held_by=Coalesce(Subquery(last), F("holder_id"), output_field=BigIntegerField()))
    return rows.filter(now_held_by__isnull=True) if holder is None else rows.filter(now_held_by=holder)


def _settle_rhythms(rows: list[Target], now: datetime) -> None:
    plans = {row.occurrence.plan_id for row in rows}
    with_rhythm = set(PlanRhythm.objects.filter(plan__in=plans).values_list("plan", flat=True))
    for row in rows:
        if row.place_id is not None and row.occurrence.plan_id in with_rhythm:
            settle(subject=overdue_subject(row.occurrence.plan_id, row.place_id), now=now)
