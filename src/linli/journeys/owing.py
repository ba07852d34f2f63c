"""Who owes the next step for a traveller, and by when: computed anew after every change, so that the tick asks an index and no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from linli.journeys import alarms, rules
from linli.journeys.models import Hands, Leg, RunTraveller, Traveller
from linli.journeys.standing import Chains, chains_now, finals
from linli.kernel.refusal import Refusal


def settle_up(travellers: Sequence[Traveller], now: datetime, *, anew: bool = False) -> None:
    """Write down by when each of them needs a next step, and end the alarms of those who no longer do. A few statements for many.

    ``anew``: what was owed before was something else, such as a decision.
    """
    if not travellers:
        return
    rows = list(Traveller.objects.filter(pk__in=[one.pk for one in travellers]).select_related("movement"))
    state = _State(rows, now, anew)
    by_moment: dict[datetime | None, list[UUID]] = defaultdict(list)
    told: set[UUID] = set()
    for row in rows:
        owed = state.owed(row)
        if owed != row.alarm_at or (anew and row.told_as is not None):
            by_moment[owed].append(row.pk)
            told |= {row.told_as} if row.told_as is not None else set()
    for moment, which in by_moment.items():
        Traveller.objects.filter(pk__in=which).update(alarm_at=moment, told_at=None, told_as=None)
    alarms.travellers_answered(told, now)


class _State:
    """What is known of some travellers when it is asked what is owed for each."""

    def __init__(self, rows: Sequence[Traveller], now: datetime, anew: bool) -> None:
        self.now, self.anew = now, anew
        self.chains = chains_now(rows, now)
        self.ends = final_holders(self.chains)
        legs = Leg.objects.filter(traveller__in=rows, done_by__isnull=True, cancelled_at__isnull=True)
        self.planned = set(legs.values_list("traveller", flat=True))
        seats = RunTraveller.objects.filter(traveller__in=[row.pk for row in rows if row.begun_at is None])
        going = seats.filter(run__arrived_at__isnull=True, run__called_off_at__isnull=True)
        self.runs = dict(going.values_list("traveller", "run__planned_at"))

    def owed(self, row: Traveller) -> datetime | None:
        """By when something is owed: a decision whether he is ours, that somebody meets him, or a plan who takes him next."""
        before = None if self.anew else row.alarm_at
        if row.closed_at is not None:
            return None
        if row.begun_at is None:
            return self._unmet(row, before)
        chain = self.chains[row.pk]
        final, planned = chain[-1].holder in self.ends, row.pk in self.planned
        return rules.owed_at(chain, final=final, planned=planned, before=before, now=self.now)

    def _unmet(self, row: Traveller, before: datetime | None) -> datetime | None:
        ours = row.person_id is not None or (
            (row.dwelling_id is not None or row.pk in self.runs) and row.alarm_at is None
        )
        if not ours:
            return row.alarm_at  # the decision, until it is made
        landed = row.movement.landed_at if row.movement is not None else None
        return rules.unmet_at((landed, row.expected_at, self.runs.get(row.pk)), before=before, now=self.now)


def cancel_open(legs: QuerySet[Leg], now: datetime) -> list[Leg]:
    """Cancel those of some legs that wait; their alarms end. Returns them."""
    rows = list(legs.filter(done_by__isnull=True, cancelled_at__isnull=True))
    if rows:
        Leg.objects.filter(pk__in=[one.pk for one in rows]).update(cancelled_at=now)
        alarms.legs_answered(rows, now)
    return rows


def pass_on(legs: QuerySet[Leg], heir: Hands | None, now: datetime) -> list[Traveller]:
    """What waits of some legs goes to other hands, or is cancelled where there are none. Returns whose legs they are."""
    waiting = legs.filter(done_by__isnull=True, cancelled_at__isnull=True)
    whose = list(Traveller.objects.filter(legs__in=waiting).distinct())
    if heir is None:
        cancel_open(legs, now)
    else:
        waiting.update(taker=heir)
    return whose


def final_holders(chains: Chains) -> frozenset[UUID]:
    """Of whoever holds somebody last, those who are the end of a journey; one statement."""
    last = {chain[-1].holder for chain in chains.values() if chain}
    return finals(Hands.objects.filter(pk__in=last))


def check_arrived(row: Traveller, now: datetime) -> None:
    """Raises ``journeys.on_the_way`` for somebody who has begun and is not in final hands."""
    chains = chains_now([row], now)
    if row.pk in chains and chains[row.pk][-1].holder not in final_holders(chains):
        raise Refusal("journeys.on_the_way", gettext_noop("This traveller is still on the way, in somebody's hands."))
