"""For tests: an operation, a flight, travellers in the hands of the airport's desk, and how hands are called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from linli.accounts.models import User
from linli.ground.mandates import secretary_of
from linli.ground.models import Mandate, Place
from linli.ground.testing import Cast
from linli.journeys import hands
from linli.journeys.actions.arrivals import Flight, add_movement, take_notice
from linli.journeys.actions.handovers import Form, Side, hand_over
from linli.journeys.actions.travellers import Listed, Source, add_travellers, begin
from linli.journeys.details import Details, Outsider
from linli.journeys.models import ArrivalNotice, Handover, Hands, Movement, Traveller
from linli.kernel.refusal import Refusal
from linli.operations.actions import Order, open_operation
from linli.operations.models import Operation

__all__ = ["Night", "night", "refused"]


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The block must be refused with this code of the closed list."""
    with pytest.raises(Refusal) as caught:
        yield
    assert caught.value.code == code


def open_transfer(place: Place) -> Operation:
    """An operation under which people are brought home, begun two days ago."""
    order = Order(
        "演练", "接送入境人员回家", "emergency", "传染病防治法 第四十二条", "区防控办", "居委会", "shanghai-2020-02-10"
    )
    now = timezone.now()
    starts, ends = now - timedelta(days=2), now + timedelta(days=20)
    return open_operation(by=None, neighbourhood=place, order=order, starts_at=starts, ends_at=ends)


@dataclass
class Night:
    """One arrival of a cast's neighbourhood: a flight that landed four hours ago, and its travellers, in the desk's hands since."""

    cast: Cast
    operation: Operation
    movement: Movement
    notice: ArrivalNotice
    travellers: list[Traveller]
    desk: Hands
    escort: Hands
    office: Hands
    landed: datetime

    @property
    def by(self) -> User:
        """Who writes it down."""
        return self.cast.users["clerk"]

    def after(self, minutes: int) -> datetime:
        """So long after landing."""
        return self.landed + timedelta(minutes=minutes)

    def home(self, number: int = 0) -> Hands:
        """The hands of one of the cast's dwellings."""
        return hands.of_dwelling(self.cast.neighbourhood, self.cast.dwellings[number])

    def side(self, minutes: int, way: str = "word") -> Side:
        """One side's confirmation."""
        return Side(self.after(minutes), self.by.pk, way)

    def hand(
        self, giver: Hands, taker: Hands, minutes: int, travellers: Sequence[Traveller] | None = None, **more: object
    ) -> Handover:
        """Hand them over, both sides at once."""
        who = self.travellers if travellers is None else travellers
        form = Form(travellers=who, giver=giver, taker=taker, happened_at=self.after(minutes), **more)  # type: ignore[arg-type]
        return hand_over(by=self.by, form=form, gave=self.side(minutes), took=self.side(minutes))


def secretary(place: Place) -> Mandate:
    """The secretary's office."""
    found = secretary_of(place)
    assert found is not None
    return found


def night(cast: Cast, people: int = 3, ago: timedelta = timedelta(hours=4), begun: bool = True) -> Night:
    """An arrival. In the caller's scope (``with cast.scope()``)."""
    place, landed = cast.neighbourhood, (timezone.now() - ago).replace(second=0, microsecond=0)
    operation = open_transfer(place)
    by = cast.users["clerk"]
    day = timezone.localdate(landed)
    flight = Flight(
        number="CA936", day=day, landed_at=landed, origin="Frankfurt", country="DE", passengers=286, crew=17
    )
    movement = add_movement(by=by, neighbourhood=place, flight=flight)
    heard = landed + timedelta(minutes=5)
    notice = take_notice(by=by, neighbourhood=place, via="chat", received_at=heard, text="CA936", movement=movement)
    listed = [
        Listed(Details(name=f"TRAVELLER/{chr(65 + n)}", document=f"E0000000{n}", phone=f"1990000{n:04d}", address="听松别墅"),
               Source(f"notice:{notice.pk}", 1, part=n), country="DE")
        for n in range(people)
    ]  # fmt: skip
    travellers = add_travellers(by=by, notice=notice, listed=listed)
    desk = hands.of_outsider(place, operation, "airport_desk", Outsider("浦东机场专班", "19900000001"))
    escort = hands.of_outsider(place, operation, "escort", Outsider("跟车人员", "19900000002"))
    if begun and travellers:
        begin(by=by, travellers=travellers, hands=desk, at=landed)
    office = hands.of_mandate(place, cast.mandates["clerk"])
    fresh = list(Traveller.objects.filter(pk__in=[one.pk for one in travellers]).order_by("pk"))
    return Night(cast, operation, movement, notice, fresh, desk, escort, office, landed)
