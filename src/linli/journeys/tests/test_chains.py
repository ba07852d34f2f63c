"""Whatever is planned, handed over, offered, told by phones and taken back: everybody on the way has one holder, never none or two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.journeys.actions.handovers import Form, accept, annul_handover, hand_over, offer
from linli.journeys.actions.legs import cancel_leg, plan_leg
from linli.journeys.actions.phones import Told, record_handover
from linli.journeys.actions.travellers import annul_beginning, begin, close_traveller, reopen_traveller
from linli.journeys.models import Handover, Hands, Leg, Traveller
from linli.journeys.queries import State, board
from linli.journeys.standing import chains_now
from linli.journeys.testing import Night
from linli.kernel.handover import holder_at
from linli.kernel.ids import uuid7
from linli.kernel.refusal import Refusal

pytestmark = pytest.mark.django_db

PEOPLE, MINUTES = 3, st.integers(0, 235)
who = st.sets(st.integers(0, PEOPLE - 1), min_size=1)
hand = st.integers(0, 4)
ACTS = st.one_of(
    st.tuples(st.just("hand_over"), who, hand, hand, MINUTES),
    st.tuples(st.just("offer"), who, hand, hand, MINUTES),
    st.tuples(st.just("accept"), who, hand, hand, MINUTES),
    st.tuples(st.just("phone"), who, hand, hand, MINUTES),
    st.tuples(st.just("annul"), who, hand, hand, MINUTES),
    st.tuples(st.just("plan"), who, hand, hand, MINUTES),
    st.tuples(st.just("cancel"), who, hand, hand, MINUTES),
    st.tuples(st.just("close"), who, hand, hand, MINUTES),
    st.tuples(st.just("reopen"), who, hand, hand, MINUTES),
    st.tuples(st.just("unbegin"), who, hand, hand, MINUTES),
    st.tuples(st.just("begin"), who, hand, hand, MINUTES),
)


class Story:
    """The acts, by name, over three travellers and five holders."""

    def __init__(self, night: Night) -> None:
        self.night = night
        self.hands = [night.desk, night.escort, night.office, night.home(0), night.home(1)]
        self.done: list[str] = []
        self.refused: list[str] = []

    def do(self, act: str, people: set[int], giver: int, taker: int, minutes: int) -> None:
        """Try one act; what is refused changes nothing."""
        rows = [self.night.travellers[n] for n in sorted(people)]
        try:
            with transaction.atomic():
                getattr(self, act)(rows, self.hands[giver], self.hands[taker], minutes)
        except Refusal as refusal:
            self.refused.append(refusal.code)
        else:
            self.done.append(act)

    def form(self, rows: list[Traveller], giver: Hands, taker: Hands, minutes: int) -> Form:
        """A hand-over as a page sends it: mostly by who holds the first of them, of those whom he holds, now and then by anybody."""
        chains = chains_now(rows, timezone.now())
        if minutes % 5 and rows[0].pk in chains:
            holder = chains[rows[0].pk][-1].holder
            giver = Hands.objects.get(pk=holder)
            rows = [row for row in rows if row.pk in chains and chains[row.pk][-1].holder == holder]
        return Form(travellers=rows, giver=giver, taker=taker, happened_at=self.night.after(minutes))

    def hand_over(self, rows: list[Traveller], giver: Hands, taker: Hands, minutes: int) -> None:
        """Both sides at once."""
        side = self.night.side(minutes)
        hand_over(by=self.night.by, form=self.form(rows, giver, taker, minutes), gave=side, took=side)

    def offer(self, rows: list[Traveller], giver: Hands, taker: Hands, minutes: int) -> None:
        offer(by=self.night.by, form=self.form(rows, giver, taker, minutes), gave=self.night.side(minutes))

    def accept(self, rows: list[Traveller], giver: Hands, taker: Hands, minutes: int) -> None:
        for one in Handover.objects.filter(took_at__isnull=True)[:1]:
            accept(by=self.night.by, handover=one, took=self.night.side(minutes))

    def phone(self, rows: list[Traveller], giver: Hands, taker: Hands, minutes: int) -> None:
        """The two phones of one hand-over, heard one after the other; every third time the second ticked somebody else."""
        key, at, side = uuid7(), self.night.after(minutes), self.night.side(minutes, "scan")
        record_handover(by=None, told=Told(id=key, travellers=rows, happened_at=at, giver=giver, gave=side))
        other = rows if minutes % 3 else [self.night.travellers[minutes % PEOPLE]]
        record_handover(by=None, told=Told(id=key, travellers=other, happened_at=at, taker=taker, took=side))

    def annul(self, rows: list[Traveller], giver: Hands, taker: Hands, minutes: int) -> None:
        for one in Handover.objects.filter(giver=giver)[:1]:
            annul_handover(by=self.night.by, handover=one, why="not_done")

    def plan(self, rows: list[Traveller], giver: Hands, taker: Hands, minutes: int) -> None:
        plan_leg(by=self.night.by, travellers=rows, taker=taker, expected_at=self.night.after(minutes))

    def cancel(self, rows: list[Traveller], giver: Hands, taker: Hands, minutes: int) -> None:
        if legs := list(Leg.objects.filter(traveller__in=rows)[:2]):
            cancel_leg(by=self.night.by, legs=legs)

    def close(self, rows: list[Traveller], giver: Hands, taker: Hands, minutes: int) -> None:
        close_traveller(by=self.night.by, traveller=rows[0], closed_as="over" if minutes % 2 else "double")

    def reopen(self, rows: list[Traveller], giver: Hands, taker: Hands, minutes: int) -> None:
        reopen_traveller(by=self.night.by, traveller=rows[0])

    def unbegin(self, rows: list[Traveller], giver: Hands, taker: Hands, minutes: int) -> None:
        annul_beginning(by=self.night.by, traveller=rows[0])

    def begin(self, rows: list[Traveller], giver: Hands, taker: Hands, minutes: int) -> None:
        begin(by=self.night.by, travellers=rows, hands=giver, at=self.night.after(minutes))


def check(night: Night) -> None:
    """One holder at every moment from the beginning on, the last complete hand-over's; and in = delivered + open."""
    now = timezone.now()
    rows = list(Traveller.objects.filter(pk__in=[one.pk for one in night.travellers]).order_by("pk"))
    chains = chains_now(rows, now)
    for row in rows:
        chain = chains.get(row.pk, [])
        assert bool(chain) == (row.begun_at is not None), (
            "who has begun is in somebody's hands, who has not in nobody's"
        )
        for before, after in zip(chain, chain[1:], strict=False):
            assert before.until == after.since, "no gap, and never two"
        assert not chain or chain[-1].until is None
        assert all(holder_at(chain, span.since) is not None for span in chain)
        if chain:
            assert chain[-1].holder in last_takers(row), "the last that both sides confirmed and nobody took back"
    seen = board(night.cast.neighbourhood, now)
    assert seen.came == seen.delivered + seen.open == len(seen.rows)
    counted = [row for row in rows if row.begun_at is not None and row.closed_as in ("", "over")]
    assert {row.traveller.pk for row in seen.rows} == {row.pk for row in counted}
    for line in seen.rows:
        assert (line.state is State.DELIVERED) == line.holder.is_final
    owed(rows, seen)


def owed(rows: list[Traveller], seen: Any) -> None:
    """Nobody on the way is without a deadline: a leg waits for him, or by when one must be planned. Who has arrived waits for nothing."""
    waiting = set(
        Leg.objects.filter(done_by__isnull=True, cancelled_at__isnull=True).values_list("traveller", flat=True)
    )
    on_the_way = {line.traveller.pk for line in seen.rows if line.state is not State.DELIVERED}
    for row in rows:
        if row.pk in on_the_way and row.closed_at is None:
            assert (row.alarm_at is None) == (row.pk in waiting)
    assert not waiting & {line.traveller.pk for line in seen.rows if line.state is State.DELIVERED}
    for leg in Leg.objects.filter(done_by__isnull=False):
        assert leg.done_by.links.filter(traveller=leg.traveller).exists(), (
            "done for who was handed over, and for nobody else"
        )


def last_takers(row: Traveller) -> set[UUID | None]:
    """Asked of the tables in the plainest way; several when the last happened in one moment."""
    done = Handover.objects.filter(
        links__traveller=row, gave_at__isnull=False, took_at__isnull=False, annulment__isnull=True
    ).order_by("happened_at", "pk")
    rows = list(done)
    last = [one for one in rows if one.happened_at == rows[-1].happened_at]
    return {one.taker_id for one in last} or {row.begun_hands_id}


def run(night: Night, acts: list[tuple[Any, ...]], each: Callable[[], None]) -> Story:
    """Tell a story in a transaction that is taken back afterwards."""
    story = Story(night)
    with transaction.atomic():
        for act in acts:
            story.do(*act)
            each()
        transaction.set_rollback(True)
    return story


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACTS, min_size=1, max_size=9))
def test_nobody_on_the_way_is_ever_without_a_holder_or_with_two(arrived: Night, acts: list[tuple[Any, ...]]) -> None:
    run(arrived, acts, lambda: check(arrived))
