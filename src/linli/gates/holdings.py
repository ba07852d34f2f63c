"""What the gates hold about a person: permits and passages (PIPL art. 28: movements are sensitive; 14 days at most)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from linli.gates.holds import call_of
from linli.gates.models import Check, Hold, Permit
from linli.gates.standing import LIVES
from linli.ground.holdings import Fact, Holding, Stay, register_holding
from linli.ground.models import Person
from linli.ground.who import last_homes
from linli.kernel import permit_number
from linli.kernel.data_classes import PASSAGE
from linli.kernel.ids import made_at
from linli.kernel.refusal import Refusal
from linli.operations.models import Operation
from linli.operations.queries import active_operation

ERASED = "erased"


def permits(people: Sequence[UUID]) -> list[Fact]:
    """Permits, live and past."""
    return [
        Fact("permits", str(row.pk), row.person_id, gettext_lazy("Permit"), permit_number.shown(row.number),
             timezone.localdate(row.since), "", made_at(row.pk))
        for row in Permit.objects.filter(person_id__in=people).order_by("since", "pk")
    ]  # fmt: skip


def passages(people: Sequence[UUID]) -> list[Fact]:
    """How many passages are kept at this moment; each of them is on the page of the gates."""
    rows = (
        Check.objects.filter(person__in=list(people)).values("person").annotate(n=Count("pk"), last=Max("happened_at"))
    )
    return [
        Fact("passages", str(row["person"]), row["person"], gettext_lazy("Passages at gates"),
             _("passages: %(count)s") % {"count": row["n"]}, timezone.localdate(row["last"]))
        for row in rows
    ]  # fmt: skip


def holds(people: Sequence[UUID]) -> list[Fact]:
    """From when until when gates call somebody first; whom they call is in the copy alone."""
    return [
        Fact("holds", str(row.pk), row.person_id, gettext_lazy("A gate calls somebody first"),
             _("until %(end)s") % {"end": f"{timezone.localtime(row.over_at()):%Y-%m-%d %H:%M}"},
             timezone.localdate(row.since), "", row.placed_at, partial(call_of, row))
        for row in Hold.objects.filter(person__in=list(people)).order_by("since", "pk")
    ]  # fmt: skip


def hand_hold(fact: Fact, person: Person) -> None:
    """Let a hold belong to another."""
    Hold.objects.filter(pk=fact.id).update(person=person, changed_at=timezone.now())


def hand(fact: Fact, person: Person) -> None:
    """Let a permit belong to another. Refusal: ``cards.permit_twice``."""
    try:
        with transaction.atomic():
            Permit.objects.filter(pk=fact.id).update(person=person)
    except IntegrityError:
        twice = gettext_noop("The other entry has a permit that holds already. Cancel one of them first.")
        raise Refusal("cards.permit_twice", twice) from None


def stays(people: Sequence[UUID], now: datetime) -> list[Stay]:
    """Passages go by themselves; while an operation runs, who lives here must be known at the gates."""
    found = []
    last = Check.objects.filter(person__in=list(people)).aggregate(last=Max("happened_at"))["last"]
    if last is not None:
        until = timezone.localdate(last + timedelta(days=PASSAGE.days or 0))
        why = gettext_lazy("kept for the operation, 14 days at most, then only counted by the hour")
        found.append(Stay(gettext_lazy("Passages at gates"), why, until))
    operation = _operation(people, now)
    if operation is not None:
        why = gettext_lazy(
            "an operation with a legal ground of its own runs: who lives here is known until it ends (PIPL art. 13(1)4)"
        )
        found.append(Stay(operation.name, why, timezone.localdate(operation.ends_at), blocks=True))
    return found  # fmt: skip


def _operation(people: Sequence[UUID], now: datetime) -> Operation | None:
    lives = [row for row, _home in last_homes(people).values() if row.presence in LIVES]
    return active_operation(lives[0].neighbourhood_id, now) if lives else None


def erase(people: Sequence[UUID], now: datetime) -> int:
    """Cancel what still holds; the printed cards stay in the books without a name (printed = handed out + in stock + spoiled)."""
    live = Permit.objects.filter(person_id__in=list(people), cancelled_at__isnull=True)
    return int(live.update(cancelled_at=now, reason=ERASED))


def register_all() -> None:
    """The gates' holdings, from ``apps.py``."""
    duty = gettext_lazy("emergency measures ordered by an authority (PIPL art. 13(1)4; named with the operation)")
    register_holding(
        Holding("permits", gettext_lazy("Permits"), gettext_lazy("to let you in at the gates"), duty,
                gettext_lazy("as long as you are on the register; printed cards are counted without a name"),
                permits, hand=hand, erase=erase, rank=40)
    )  # fmt: skip
    register_holding(
        Holding("holds", gettext_lazy("Calls before a passage"), gettext_lazy("so that a gate calls whom it should before you pass"),
                duty, gettext_lazy("until its end, at most as long as its operation; then 14 days"), holds, hand=hand_hold, rank=41)
    )  # fmt: skip
    register_holding(
        Holding("passages", gettext_lazy("Passages at gates"), gettext_lazy("to find contacts while an operation runs"), duty,
                gettext_lazy("14 days at most, then counts by the hour"), passages, stays=stays, rank=42)
    )  # fmt: skip
