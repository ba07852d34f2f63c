"""Several people at the last place at once: one gets it, on both databases; one person at two shifts at once gets one."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from linli.duties.actions.stints import assign, sign_up
from linli.duties.models import Shift, Stint
from linli.duties.testing import person, watch
from linli.ground.testing import make_cast
from tests.support.together import together

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2020, 2, 27, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_the_last_place_has_one_taker() -> None:
    cast = make_cast()
    with cast.scope():
        gate = watch(cast, NOW)
        shift = gate.shifts()[2]
        for guard in gate.guards[:3]:
            assign(by=None, shift=shift, volunteer=guard, now=NOW)

    def work(number: int) -> Any:
        def run() -> str:
            with cast.scope():
                return sign_up(by=cast.users["guard"], shift=shift, volunteer=gate.guards[number], now=NOW).how

        return run

    found = Counter(together([work(n) for n in (3, 4, 5)]))
    assert found == {"signup": 1, "duties.full": 2}
    with cast.scope():
        shift.refresh_from_db()
        assert (shift.taken, Stint.objects.filter(shift=shift).count()) == (4, 4)


def test_one_person_at_two_shifts_gets_one() -> None:
    cast = make_cast()
    with cast.scope():
        gate = watch(cast, NOW, guards=0)
        own = person(cast, NOW, "林知夏")
        start = NOW + timedelta(days=1)
        shifts = [
            Shift.objects.create(
                post=gate.gate, starts_at=start + timedelta(hours=n), ends_at=start + timedelta(hours=n + 3), wanted=1, changed_at=NOW
            )
            for n in (0, 1)
        ]  # fmt: skip

    def work(shift: Shift) -> Any:
        def run() -> str:
            with cast.scope():
                return sign_up(by=cast.users["guard"], shift=shift, volunteer=own, now=NOW).how

        return run

    assert Counter(together([work(shift) for shift in shifts])) == {"signup": 1, "duties.overlap": 1}
