"""Passages end: after 14 days, or with their operation, only hourly counts stay. The clock is moved to prove it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from linli.gates import retention
from linli.gates.actions.settle import annul, ask_review, settle
from linli.gates.models import Annulment, Check, CountReceipt, GateException, HourlyCount, Review
from linli.gates.testing import Issued, Phone, check
from linli.ground.scope import scoped_to_everything
from linli.ground.testing import Cast
from linli.operations.actions import due, purge
from linli.operations.models import Certificate, Operation, OperationData


def test_passages_become_hourly_counts_after_fourteen_days(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    refused = {"outcome": "refused", "reason": "class_not_allowed"}
    phone.send(
        check(issued), check(issued), check(issued, direction="out"), check(issued, temperature=381),
        check(klass="courier", way="visitor", decision=refused),
    )  # fmt: skip
    with cast.scope():
        annul(by=cast.users["secretary"], check=Check.objects.filter(direction="out").get(), reason="test")
        ask_review(by=cast.users["secretary"], check=Check.objects.filter(outcome="refused").get())
        assert GateException.objects.count() == 2
    almost = timezone.now() + timedelta(days=13)
    assert "passages" not in due(cast.neighbourhood, almost)
    assert purge(by=None, neighbourhood=cast.neighbourhood, now=almost).counts["passages"] == 0
    later = timezone.now() + timedelta(days=14, minutes=1)
    assert due(cast.neighbourhood, later)["passages"] == 5
    certificate = purge(by=None, neighbourhood=cast.neighbourhood, now=later)
    assert certificate.counts["passages"] == 5
    assert (certificate.counts["temperatures"], certificate.counts["answers"]) == (5, 5)
    with cast.scope():
        for model in (Check, Annulment, GateException, Review):
            assert not model.objects.exists()
    counts = {(c.klass, c.direction, c.outcome): c.count for c in HourlyCount.objects.all()}
    assert counts == {("resident", "in", "admitted"): 3, ("courier", "in", "refused"): 1}
    again = purge(by=None, neighbourhood=cast.neighbourhood, now=later)
    assert again.counts["passages"] == 0
    assert sum(HourlyCount.objects.values_list("count", flat=True)) == 4


def test_the_end_of_an_operation_erases_its_passages(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    phone.send(check(issued))
    over = strict.ends_at + timedelta(minutes=1)
    certificate = purge(by=None, neighbourhood=cast.neighbourhood, now=over)
    assert certificate.counts["passages"] == 1
    assert certificate.key_destroyed
    with cast.scope():
        assert not Check.objects.exists()
    assert Certificate.objects.count() == 1


@pytest.mark.parametrize(
    ("code", "column"), [("temperature", "temperature"), ("answers", "answers"), ("plate", "plate")]
)
def test_health_data_and_plates_may_go_earlier(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued, code: str, column: str
) -> None:
    OperationData.objects.filter(operation=strict, code=code).update(days=3)
    phone.send(check(issued, vehicle=True, plate="沪A12345"))
    name = retention.NAMES[code]
    with scoped_to_everything(reason="test"):
        assert retention.due(timezone.now() + timedelta(days=2))[name] == 0
        later = timezone.now() + timedelta(days=3, minutes=1)
        assert retention.due(later)[name] == 1
        assert retention.erase(later)[name] == 1
        assert retention.erase(later)[name] == 0
        row = Check.objects.get()
        assert getattr(row, column) is None
        assert row.trimmed_at == later
        assert row.outcome == "admitted"


def test_receipts_go(cast: Cast, phone: Phone) -> None:
    phone.send(check(rules="quiet@1"), check(rules="quiet@1"))
    assert (
        purge(by=None, neighbourhood=cast.neighbourhood, now=timezone.now() + timedelta(days=2)).counts[
            "count_receipts"
        ]
        == 0
    )
    assert (
        purge(by=None, neighbourhood=cast.neighbourhood, now=timezone.now() + timedelta(days=5)).counts[
            "count_receipts"
        ]
        == 2
    )
    assert not CountReceipt.objects.exists()
    assert HourlyCount.objects.get().count == 2


def test_what_a_wrong_clock_dated_ahead_goes_in_time(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    ahead = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    phone.send(check(issued, happened_at=ahead))
    with cast.scope():
        if Check.objects.exists():  # dated after the pack's death it waits in the inbox instead
            settle(by=cast.users["secretary"], exception=GateException.objects.get())
    later = timezone.now() + timedelta(days=31)
    counts = purge(by=None, neighbourhood=cast.neighbourhood, now=later).counts
    assert counts["passages"] + counts["raw_uploads"] == 1
