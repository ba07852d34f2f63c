"""Who may order, what is said aloud and lapses, what becomes of a term whose order no longer stands (RULES.md B4)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from linli.care import jobs, telling
from linli.care.actions.cases import Authority, extend, reopen
from linli.care.actions.orders import document_order, order, strike_order
from linli.care.models import Case, Order
from linli.care.sealed import words_of
from linli.care.tests.conftest import DISTRICT, attention, begin_operation, ordered, quarantine, refused
from linli.ground.testing import Cast
from linli.notices.models import Notice
from linli.operations.models import Operation


@pytest.mark.parametrize(
    "kind", ["committee", "subdistrict", "police_station", "health_centre", "property_company", "nonsense", ""]
)
def test_nobody_orders_but_whom_the_rules_empower(cast: Cast, operation: Operation, kind: str) -> None:
    with cast.scope(), refused("care.not_empowered"):
        quarantine(cast, ordered=ordered(body=Authority(kind, "槐安街道办事处")))


@pytest.mark.parametrize("ruleset", ["entry-log", "quiet"])
def test_rules_that_do_not_measure_let_nobody_order(cast: Cast, ruleset: str) -> None:
    begin_operation(cast, ruleset)
    with cast.scope(), refused("care.not_empowered"):
        quarantine(cast)


def test_an_order_says_who_and_by_what(cast: Cast, operation: Operation) -> None:
    given = timezone.now() - timedelta(minutes=5)
    with cast.scope():
        with refused("care.body_name"):
            quarantine(cast, ordered=ordered(body=Authority(DISTRICT.kind, "  ")))
        with refused("care.oral_authority"):
            quarantine(cast, ordered=type(ordered())(DISTRICT, given))
        with refused("care.future"):
            quarantine(cast, ordered=ordered(at=timezone.now() + timedelta(hours=1)))
        case = quarantine(cast)
        (row,) = case.orders.all()
        assert (row.power, row.lapses_at) == ("law-2013-41", None)
        assert words_of(row.document) == "演练〔2020〕12号"
        assert "演练" not in str(bytes(row.document or b""))


def test_an_oral_order_lapses_after_a_day_and_is_told_before_and_when_it_does(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast, ordered=ordered(oral=True))
        (row,) = case.orders.all()
        assert row.lapses_at == row.given_at + timedelta(hours=24)
        before = Notice.objects.get(kind=telling.LAPSING)
        assert before.due_at == row.lapses_at - timedelta(hours=6)
    assert jobs.tick(row.lapses_at - timedelta(minutes=1))["lapsed"] == 0
    with time_machine.travel(row.lapses_at + timedelta(minutes=3), tick=False):
        assert jobs.tick(timezone.now())["lapsed"] == 1
        assert jobs.tick(timezone.now())["lapsed"] == 0
    with cast.scope():
        case.refresh_from_db()
        assert (case.closed_as, case.closed_at) == ("lapsed", row.lapses_at)
        assert Notice.objects.get(kind=telling.LAPSING).settled_at is not None
        assert Notice.objects.filter(kind=telling.LAPSED).count() == 1
        with refused("care.order_over"):
            document_order(by=cast.users["clerk"], order=row, document="迟到的文件")


def test_with_its_document_it_stands(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast, ordered=ordered(oral=True))
        (row,) = case.orders.all()
        with refused("care.document_missing"):
            document_order(by=cast.users["clerk"], order=row, document="  ")
        document_order(by=cast.users["clerk"], order=row, document="演练〔2020〕13号")
        assert row.lapses_at is None
        assert words_of(row.document) == "演练〔2020〕13号"
        assert Notice.objects.get(kind=telling.LAPSING).settled_at is not None
    jobs.tick(timezone.now() + timedelta(hours=30))
    with cast.scope():
        case.refresh_from_db()
        assert case.closed_at is None


def test_another_order_keeps_it_open(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast, ordered=ordered(oral=True))
        order(by=cast.users["clerk"], case=case, ordered=ordered())
    jobs.tick(timezone.now() + timedelta(hours=30))
    with cast.scope():
        case.refresh_from_db()
        assert case.closed_at is None
        assert case.days == 14


def test_an_extension_that_lapses_gives_back_the_term_before_it(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
        before = case.release_at
        extend(by=cast.users["clerk"], case=case, days=21, reason="test", ordered=ordered(oral=True))
    jobs.tick(timezone.now() + timedelta(hours=24))
    with cast.scope():
        case.refresh_from_db()
        assert (case.closed_at, case.days, case.release_at) == (None, 14, before)
        assert [(one.kind, one.reason) for one in case.changes.all()][-1] == ("shortened", "lapsed")


def test_an_order_noted_by_mistake_is_struck_and_what_rested_on_it_goes(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
        (row,) = case.orders.all()
        strike_order(by=cast.users["clerk"], order=row)
        strike_order(by=cast.users["clerk"], order=row)
        case.refresh_from_db()
        assert case.closed_as == "lapsed"
        assert row.annulled_at is not None
        with refused("care.order_missing"):
            reopen(by=cast.users["clerk"], case=case)
        case.refresh_from_db()
        reopen(by=cast.users["clerk"], case=case, ordered=ordered())
        assert Case.objects.get(pk=case.pk).closed_at is None


def test_only_a_quarantine_that_is_open_is_ordered(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
        Case.objects.filter(pk=case.pk).update(closed_at=timezone.now(), closed_as="ended")
        with refused("care.over"):
            order(by=cast.users["clerk"], case=case, ordered=ordered())
        with refused("care.not_a_term"):
            order(by=cast.users["clerk"], case=attention(cast), ordered=ordered())


def test_an_order_of_the_night_of_the_landing_may_be_older_than_the_operation(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        early: datetime = operation.starts_at - timedelta(hours=5)
        case = quarantine(cast, ordered=ordered(at=early))
        assert Order.objects.get(case=case).given_at == early
