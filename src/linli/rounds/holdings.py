"""What the rounds hold about a person: plans that name him, and his targets in rounds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from linli.ground.holdings import Fact, Holding, Words, register_holding
from linli.rounds.fenced import seen
from linli.rounds.models import PlanPerson, TargetSubject

PURPOSE = gettext_lazy("to look in on you as long as it was needed")
BASIS = gettext_lazy("the operation's legal ground (PIPL art. 13(1)4), or your consent")
KEEP = gettext_lazy("until the plan has ended and its operation's data is erased")
OF_A_SUBJECT = "target__occurrence__plan__"


def plans(people: Sequence[UUID]) -> list[Fact]:
    """Plans that name these people, and every round in which they were a target, but for those that are fenced."""
    ids = list(people)
    return _facts(
        "rounds",
        people,
        seen(PlanPerson.objects.filter(person__in=ids)),
        seen(TargetSubject.objects.filter(person__in=ids), plan=OF_A_SUBJECT),
    )


def plans_of(kind: str, people: Sequence[UUID]) -> list[Fact]:
    """The same of the plans of one fenced kind."""
    ids = list(people)
    return _facts(
        f"rounds_{kind}",
        people,
        PlanPerson.objects.filter(person__in=ids, plan__kind=kind),
        TargetSubject.objects.filter(person__in=ids, **{f"{OF_A_SUBJECT}kind": kind}),
    )


def _facts(
    code: str, people: Sequence[UUID], rows: QuerySet[PlanPerson], subjects: QuerySet[TargetSubject]
) -> list[Fact]:
    found = [
        Fact(code, str(row.pk), row.person_id, gettext_lazy("Plan of rounds"), row.plan.title,
             timezone.localdate(row.since), row.reason, row.since)
        for row in rows.select_related("plan").order_by("since")
    ]  # fmt: skip
    subjects = subjects.select_related("target__occurrence").order_by("target__occurrence__opens_at")
    return found + [
        Fact(code, str(row.pk), row.person_id or people[0], gettext_lazy("Round"), row.target.occurrence.title,
             timezone.localdate(row.target.occurrence.opens_at), "", row.target.occurrence.opens_at)
        for row in subjects
    ]  # fmt: skip


def erase(people: Sequence[UUID], now: datetime) -> int:
    """Take them off their plans, and their names out of the rounds; that somebody was visited stays as a number."""
    gone = int(PlanPerson.objects.filter(person__in=list(people)).delete()[0])
    return gone + int(TargetSubject.objects.filter(person__in=list(people)).update(person=None))


def register_fenced(kind: str, right: str, label: Words) -> None:
    """Show what is held of a fenced kind of plan (``fenced.fence``) to who has its right alone; the person sees it. From ``apps.py``."""
    register_holding(
        Holding(f"rounds_{kind}", label, PURPOSE, BASIS, KEEP, partial(plans_of, kind), rank=44, right=right)
    )


def register_all() -> None:
    """The rounds' holding, from ``apps.py``; erasure is of every kind of plan."""
    register_holding(Holding("rounds", gettext_lazy("Rounds"), PURPOSE, BASIS, KEEP, plans, erase=erase, rank=44))
