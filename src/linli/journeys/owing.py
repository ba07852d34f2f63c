"""Who owes the next step for a traveller, and by when: computed anew after every change, so that the tick asks an index and no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from linli.journeys import alarms, rules
from linli.journeys.models import Hands, Leg, Traveller
from linli.journeys.standing import Chains, chains_now, finals
from linli.kernel.refusal import Refusal


def settle_up(travellers: Sequence[Traveller], now: datetime, *, anew: bool = False) -> None:
    """Write down by when each of them needs a next step, and end the alarms of those who no longer do. A few statements for many.

    ``anew``: what was owed before was something else, such as a decision.
    """
    rows = list(Traveller.objects.filter(pk__in=[one.pk for one in travellers]))
    chains = chains_now(rows, now)
    ends = final_holders(chains)
    open_legs = Leg.objects.filter(traveller__in=rows, done_by__isnull=True, cancelled_at__isnull=True)
    planned = set(open_legs.values_list("traveller", flat=True))
    by_moment: dict[datetime | None, list[UUID]] = defaultdict(list)
    told: set[UUID] = set()
    for row in rows:
        owed = _owed(row, chains, ends, planned, now, anew)
        if owed != row.alarm_at or (anew and row.told_as is not None):
            by_moment[owed].append(row.pk)
            told |= {row.told_as} if row.told_as is not None else set()
    for moment, which in by_moment.items():
        Traveller.objects.filter(pk__in=which).update(alarm_at=moment, told_at=None, told_as=None)
    alarms.travellers_answered(told, now)


def _owed(
    row: Traveller, chains: Chains, ends: frozenset[UUID], planned: set[UUID], now: datetime, anew: bool
) -> datetime | None:
    if row.closed_at is not None:
        return None
    if row.begun_at is None:  # only listed: what is owed is a decision, until it is made
        return row.alarm_at if row.person_id is None else None
    chain = chains[row.pk]
    before = None if anew else row.alarm_at
    return rules.owed_at(chain, final=chain[-1].holder in ends, planned=row.pk in planned, before=before, now=now)


def cancel_open(legs: QuerySet[Leg], now: datetime) -> list[Leg]:
    """Cancel those of some legs that wait; their alarms end. Returns them."""
    rows = list(legs.filter(done_by__isnull=True, cancelled_at__isnull=True))
    if rows:
        Leg.objects.filter(pk__in=[one.pk for one in rows]).update(cancelled_at=now)
        alarms.legs_answered(rows, now)
    return rows


def final_holders(chains: Chains) -> frozenset[UUID]:
    """Of whoever holds somebody last, those who are the end of a journey; one statement."""
    last = {chain[-1].holder for chain in chains.values() if chain}
    return finals(Hands.objects.filter(pk__in=last))


def check_arrived(row: Traveller, now: datetime) -> None:
    """Raises ``journeys.on_the_way`` for somebody who has begun and is not in final hands."""
    chains = chains_now([row], now)
    if row.pk in chains and chains[row.pk][-1].holder not in final_holders(chains):
        raise Refusal("journeys.on_the_way", gettext_noop("This traveller is still on the way, in somebody's hands."))
