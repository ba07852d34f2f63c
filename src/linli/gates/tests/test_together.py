"""Two senders of the same batch at once: each check exactly once, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from linli.gates.actions.devices import Phone as NewPhone
from linli.gates.actions.devices import enrol, make_token
from linli.gates.actions.record import record_checks
from linli.gates.deciding import Source
from linli.gates.models import Check, Device, GateException, HourlyCount
from linli.gates.signature import from_base64url
from linli.gates.testing import Phone, check, issue, open_strict
from linli.ground.testing import make_cast
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
