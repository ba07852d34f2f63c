"""Two senders of the same batch at once: each check exactly once, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.gates.actions.devices import Phone as NewPhone
from linli.gates.actions.devices import enrol, make_token
from linli.gates.actions.record import record_checks
from linli.gates.cards_actions import issue_permits, order_batch
from linli.gates.deciding import Source
from linli.gates.models import Card, Check, Device, GateException, HourlyCount, PrintBatch
from linli.gates.testing import Phone, check, issue, open_strict
from linli.ground.testing import make_cast
from linli.inbox.phones.signature import from_base64url
from linli.kernel.refusal import Refusal

pytestmark = pytest.mark.django_db(transaction=True)
SENDERS = 4


def together(work: Any) -> list[Any]:
    """Run ``work`` in several threads that start at the same moment."""
    barrier = Barrier(SENDERS)

    def run(_: int) -> Any:
        barrier.wait()
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(SENDERS) as pool:
        return list(pool.map(run, range(SENDERS)))


def test_the_same_batch_from_several_threads() -> None:
    cast = make_cast()
    open_strict(cast.neighbourhood)
    with cast.scope():
        cards = [issue(person, n) for n, person in enumerate(cast.people)]
    batch = [check(cards[n % 12], temperature=381 if n % 10 == 0 else 366, made_offline=True) for n in range(40)]
    source = Source(gate=cast.gates[0], now=timezone.now())

    def work() -> int:
        with cast.scope():
            return len(record_checks(source=source, raw=batch)) + len(record_checks(source=source, raw=batch[:1]))

    assert together(work) == [41] * SENDERS
    with cast.scope():
        assert Check.objects.count() == 40
        assert GateException.objects.filter(kind="fever").count() == 4


def test_the_same_counts_from_several_threads() -> None:
    cast = make_cast()
    batch = [check(rules="quiet@1") for _ in range(40)]
    source = Source(gate=cast.gates[0], now=timezone.now())

    def work() -> int:
        with cast.scope():
            return len(record_checks(source=source, raw=batch)) + len(record_checks(source=source, raw=batch[:1]))

    assert together(work) == [41] * SENDERS
    assert sum(HourlyCount.objects.values_list("count", flat=True)) == 40


def test_two_orders_of_the_same_cards() -> None:
    cast = make_cast()
    with cast.scope():
        issue_permits(by=None, neighbourhood=cast.neighbourhood, until=timezone.localdate() + timedelta(days=90))

    def work() -> int:
        try:
            with cast.scope():
                return order_batch(by=None, neighbourhood=cast.neighbourhood).cards
        except Refusal as refusal:
            return 0 if refusal.code == "cards.nothing" else -1

    assert sorted(together(work)) == [0] * (SENDERS - 1) + [12]
    with cast.scope():
        assert Card.objects.count() == Card.objects.values("permit").distinct().count() == 12
        assert PrintBatch.objects.count() == 1


def test_one_order_of_a_neighbourhood_at_a_time() -> None:
    """The second order waits before it looks which permits have a card, on PostgreSQL by a lock on the neighbourhood."""
    cast = make_cast()
    with cast.scope():
        issue_permits(by=None, neighbourhood=cast.neighbourhood, until=timezone.localdate() + timedelta(days=90))
        with CaptureQueriesContext(connection) as asked:
            order_batch(by=None, neighbourhood=cast.neighbourhood)
    statements = [one["sql"] for one in asked.captured_queries]
    made = next(n for n, one in enumerate(statements) if one.startswith('INSERT INTO "gates_card"'))
    held = [one for one in statements[made - 4 : made] if 'FROM "ground_place"' in one]
    assert len(held) == 1
    assert ("FOR NO KEY UPDATE" in held[0]) is (connection.vendor == "postgresql")


def test_one_code_from_several_phones() -> None:
    cast = make_cast()
    now = timezone.now()
    _, code = make_token(
        by=cast.users["secretary"], gate=cast.gates[0], shift_start=now, shift_end=now + timedelta(hours=12)
    )

    def work() -> bool:
        try:
            enrol(by=None, code=code, phone=NewPhone(from_base64url(Phone().public_key())))
        except Refusal:
            return False
        return True

    assert sorted(together(work)) == [False] * (SENDERS - 1) + [True]
    assert Device.objects.count() == 1
