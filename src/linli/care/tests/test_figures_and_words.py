"""What the sheet counts of care, and what its notices say to whom they were told."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import time_machine
from django.utils import timezone

from linli.care import figures, telling
from linli.care.actions.cases import Term, annul
from linli.care.actions.readings import Said, annul_reading, record_reading
from linli.care.tests.conftest import attention, begin_operation, ordered, quarantine
from linli.care.words import STEPS
from linli.ground.figures import AsOf, Count, Late, Patch, registered
from linli.ground.testing import Cast
from linli.kernel.cadence import SHANGHAI
from linli.notices import kinds
from linli.notices.models import Notice
from linli.operations.models import Operation

LANDED = datetime(2026, 3, 13, 12, 37, tzinfo=SHANGHAI)
DOOR = datetime(2026, 3, 13, 19, 25, tzinfo=SHANGHAI)
EIGHT = datetime(2026, 3, 15, 8, 0, tzinfo=SHANGHAI)


def test_readings_are_counted_by_the_windows_that_closed(cast: Cast) -> None:
    patch = Patch(cast.neighbourhood.pk)
    with cast.scope():
        with time_machine.travel(DOOR, tick=False):
            begin_operation(cast)
            case = quarantine(cast, at=DOOR, term=Term(landed_at=LANDED, door_at=DOOR), ordered=ordered(at=LANDED))
        with time_machine.travel(datetime(2026, 3, 14, 8, 10, tzinfo=SHANGHAI), tick=False):
            reading = record_reading(by=None, case=case, said=Said(Decimal("36.6")))
        with time_machine.travel(EIGHT, tick=False):
            found = figures.checks([cast.neighbourhood], AsOf.of(EIGHT))[patch]
            closed = datetime(2026, 3, 14, 22, 0, tzinfo=SHANGHAI)
            leader = cast.mandates["building_leader"].pk
            assert found == Count(1, 2, late=(Late(mandate=leader, due_at=closed, code="missed"),))
        with time_machine.travel(EIGHT + timedelta(hours=1), tick=False):
            annul_reading(by=None, reading=reading)
        with time_machine.travel(EIGHT + timedelta(hours=2), tick=False):
            assert figures.checks([cast.neighbourhood], AsOf.of(EIGHT))[patch].value == 1
            corrected = AsOf(EIGHT, EIGHT + timedelta(hours=2))
            assert figures.checks([cast.neighbourhood], corrected)[patch].value == 0


def test_households_with_somebody_of_their_own(cast: Cast, operation: Operation) -> None:
    patch = Patch(cast.neighbourhood.pk)
    with cast.scope():
        quarantine(cast)
        quarantine(cast, home=2, person=4, supervisor=None)
        quarantine(cast, home=1, person=2, supervisor=None)
        found = figures.cases([cast.neighbourhood], AsOf.of(timezone.now()))
        assert found == {patch: Count(2, 3)}
        annul(by=cast.users["clerk"], case=quarantine(cast), reason="double")
        assert figures.cases([cast.neighbourhood], AsOf.of(timezone.now())) == {patch: Count(1, 2)}
        assert figures.errands([cast.neighbourhood], AsOf.of(timezone.now())) == {}


def said(kind: str) -> kinds.Said:
    (notice,) = Notice.objects.filter(kind=kind)
    return kinds.said([notice])[notice.pk]


def test_an_alarm_says_who_where_and_what_comes_next(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast, ordered=ordered(oral=True))
        record_reading(by=None, case=case, said=Said(Decimal("38.3")))
        words = said(telling.ALARM)
        assert "102" in str(words.title)
        assert "38" not in f"{words.title}{words.detail}"
        assert str(case.pk) in words.url
        assert str(STEPS["clinic"]) in str(words.detail)
        assert str(case.pk) in said(telling.LAPSING).url


def test_a_household_without_anybody_and_an_end_ahead_are_said(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        quarantine(cast, supervisor=None)
        quarantine(cast, home=2, person=4, supervisor=None)
        assert str(cast.households[2].pk) in said(telling.FELL).url
        case = attention(cast, "child_alone", ground="duty")
        assert str(case.pk) in said(telling.ENDING).url


def test_the_sheet_has_the_figures_of_care() -> None:
    found = {one.code: one for one in registered() if one.room == "care"}
    assert found.keys() == {"care.checks", "care.cases", "care.errands"}
    assert {one.right for one in found.values()} == {"care.read"}
    assert all(one.rows(Patch(1), AsOf.of(EIGHT)) == "/care/" and not one.zoned for one in found.values())
