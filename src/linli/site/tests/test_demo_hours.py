"""Whatever the hour at which the demo is built, nobody has rung at a door in the night, nor later than now."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from linli.kernel.cadence import SHANGHAI
from linli.site.demo.care import EVENING, MORNING, _by_day


@pytest.mark.parametrize("hour", range(24))
def test_a_visit_is_by_day(hour: int) -> None:
    now = datetime(2026, 11, 22, hour, 30, tzinfo=SHANGHAI)
    opened = now - timedelta(days=2)
    seen = _by_day(opened + timedelta(hours=3), opened, now).astimezone(SHANGHAI)
    assert MORNING <= seen.hour < EVENING
    assert opened < seen <= now
