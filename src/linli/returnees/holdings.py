"""What the arrivals hold about a person: cases, until their days are over (``retention.py``)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy

from linli.ground.holdings import Fact, Holding, register_holding
from linli.kernel.ids import made_at
from linli.returnees.models import Case, ReturnAttempt, ReturnPlan


def cases(people: Sequence[UUID]) -> list[Fact]:
    """Arrivals of these people, with the days on which they were expected."""
    rows = Case.objects.filter(person_id__in=list(people)).order_by("due_at")
    return [
        Fact("arrivals", str(row.pk), row.person_id or people[0], gettext_lazy("Arrival"), row.origin,
             row.arrives_from or timezone.localdate(row.due_at), "", made_at(row.pk))
        for row in rows
    ]  # fmt: skip


def erase(people: Sequence[UUID], now: datetime) -> int:
    """Erase their cases with every signal, as ``retention`` does when their days are over."""
    return int(Case.objects.filter(person_id__in=list(people)).delete()[0])


def returns(people: Sequence[UUID]) -> list[Fact]:
    """What these people said of coming back, and when they were asked."""
    plans = ReturnPlan.objects.filter(person_id__in=list(people)).order_by("happened_at")
    tries = ReturnAttempt.objects.filter(person_id__in=list(people)).order_by("happened_at")
    return [
        Fact("returns", str(row.pk), row.person_id, word, code, timezone.localdate(row.happened_at), "", row.heard_at)
        for rows, word, name in (
            (plans, gettext_lazy("Plan to come back"), "intention"),
            (tries, gettext_lazy("Asked about coming back"), "outcome"),
        )
        for row in rows
        for code in [getattr(row, name)]
    ]


def erase_returns(people: Sequence[UUID], now: datetime) -> int:
    """Erase their plans and the tries to ask for them."""
    ids = list(people)
    return sum(int(model.objects.filter(person_id__in=ids).delete()[0]) for model in (ReturnPlan, ReturnAttempt))


def register_all() -> None:
    """The arrivals' holding, from ``apps.py``."""
    register_holding(
        Holding("arrivals", gettext_lazy("Arrivals"), gettext_lazy("to register who comes back or moves in"),
                gettext_lazy("what you said yourself, or the operation's legal ground (PIPL art. 13(1)1 and 4)"),
                gettext_lazy("until the case is settled and its days are over"), cases, erase=erase, rank=42)
    )  # fmt: skip
    register_holding(
        Holding("returns", gettext_lazy("Plans to come back"), gettext_lazy("to know who comes back on which day"),
                gettext_lazy("what you said yourself (PIPL art. 13(1)1)"),
                gettext_lazy("as long as an arrival is kept"), returns, erase=erase_returns, rank=43)
    )  # fmt: skip
