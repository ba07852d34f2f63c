"""G10: entries a minute, by gate."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.gates.models import Check
from linli.gates.testing import Issued, Phone, check
from linli.gates.throughput import Pace, paces
from linli.ground.testing import Cast, client_as
from linli.operations.models import Operation


def test_entries_a_minute_by_gate(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    now = timezone.now().replace(second=30, microsecond=0)
    moments = [now - timedelta(minutes=m, seconds=s) for m, s in ((5, 1), (5, 5), (5, 9), (9, 1), (80, 0))]
    phone.send(*(check(issued, happened_at=m.isoformat()) for m in moments))
    phone.send(check(issued, direction="out", happened_at=(now - timedelta(minutes=3)).isoformat()))
    with cast.scope():
        assert Check.objects.count() == 6
        with CaptureQueriesContext(connection) as statements:
            found = paces(cast.neighbourhood, [g.pk for g in cast.gates], now)
    assert len(statements) == 1
    assert found == {cast.gates[0].pk: Pace(4, 2, 3), cast.gates[1].pk: Pace(0, 0, 0)}
    assert found[cast.gates[0].pk].a_minute == 2.0
    assert found[cast.gates[1].pk].a_minute == 0.0


def test_the_gates_page_reports_it(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    phone.send(check(issued), check(issued))
    client = client_as(cast.users["secretary"])
    client.cookies["linli_language"] = "en"
    page = client.get(f"/gates/{cast.gates[0].pk}/").content.decode()
    assert "entries a minute" in page
