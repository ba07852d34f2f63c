"""An operation that names its gates records there and nowhere else; the other gates verify and count."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from linli.gates.actions.record import record_checks
from linli.gates.deciding import Source
from linli.gates.models import Check, HourlyCount
from linli.gates.testing import Issued, check, issue
from linli.ground.testing import Cast
from linli.operations.actions import Order, open_operation


def test_a_gate_outside_the_area_counts_only(cast: Cast) -> None:
    east, west = cast.gates
    order = Order("演练", "演练", "emergency", "第四十二条", "街道", "居委会", "entry-log", gates=(east,))
    now = timezone.now()
    open_operation(
        by=None,
        neighbourhood=cast.neighbourhood,
        order=order,
        starts_at=now - timedelta(days=1),
        ends_at=now + timedelta(days=5),
    )
    with cast.scope():
        card: Issued = issue(cast.people[0], 1)
        at_east = record_checks(
            source=Source(gate=east, now=now, by=cast.users["guard"]), raw=[check(card, rules="entry-log@1")]
        )
        at_west = record_checks(
            source=Source(gate=west, now=now, by=cast.users["guard"]), raw=[check(card, rules="quiet@1")]
        )
        assert [one.status for one in (*at_east, *at_west)] == ["stored", "counted"]
        assert [row.gate for row in Check.objects.all()] == [east]
    assert [row.gate for row in HourlyCount.objects.all()] == [west]
