"""What the rounds hold about a person: plans that name him, and his targets in rounds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy

from linli.ground.holdings import Fact, Holding, register_holding
from linli.rounds.models import PlanPerson, TargetSubject


def plans(people: Sequence[UUID]) -> list[Fact]:
    """Plans that name these people, and every round in which they were a target."""
    rows = PlanPerson.objects.filter(person__in=list(people)).select_related("plan").order_by("since")
    found = [
        Fact("rounds", str(row.pk), row.person_id, gettext_lazy("Plan of rounds"), row.plan.title,
             timezone.localdate(row.since), row.reason, row.since)
        for row in rows
    ]  # fmt: skip
    subjects = TargetSubject.objects.filter(person__in=list(people)).select_related("target__occurrence")
    return found + [
        Fact("rounds", str(row.pk), row.person_id or people[0], gettext_lazy("Round"), row.target.occurrence.title,
             timezone.localdate(row.target.occurrence.opens_at), "", row.target.occurrence.opens_at)
        for row in subjects.order_by("target__occurrence__opens_at")
    ]  # fmt: skip


def erase(people: Sequence[UUID], now: datetime) -> int:
    """Take them off their plans, and their names out of the rounds; that somebody was visited stays as a number."""
    gone = int(PlanPerson.objects.filter(person__in=list(people)).delete()[0])
    return gone + int(TargetSubject.objects.filter(person__in=list(people)).update(person=None, name=""))


def register_all() -> None:
    """The rounds' holding, from ``apps.py``."""
    register_holding(
        Holding("rounds", gettext_lazy("Rounds"), gettext_lazy("to look in on you as long as it was needed"),
                gettext_lazy("the operation's legal ground (PIPL art. 13(1)4), or your consent"),
                gettext_lazy("until the plan has ended and its operation's data is erased"), plans, erase=erase, rank=44)
    )  # fmt: skip
