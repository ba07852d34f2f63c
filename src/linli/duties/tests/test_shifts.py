"""Posts and their shifts: two of four a day (P05), no gap across midnight, month and year (P06), each once."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from linli.accounts.tests.refused import refused
from linli.duties.actions.posts import (
    PatternFacts,
    PostFacts,
    Wanted,
    add_pattern,
    add_post,
    change_post,
    end_pattern,
    end_post,
)
from linli.duties.actions.shifts import add_shift, cancel_shift, drop_shifts
from linli.duties.actions.stints import assign
from linli.duties.generating import generate
from linli.duties.models import Need, Post, Shift, Stint, Training
from linli.duties.rules import coverage, gap_minutes
from linli.duties.telling import describe
from linli.duties.testing import DAY_SHIFT, Watch, watch
from linli.ground.testing import Cast, make_cast
from linli.journal.models import Entry
from linli.notices.models import Notice

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2019, 12, 20, 8, 30, tzinfo=SHANGHAI)
DAY = timedelta(days=1)


@pytest.fixture
def gate(cast: Cast) -> Watch:
    with cast.scope():
        return watch(cast, NOW)


def test_p05_two_shifts_of_four_a_day_and_four_at_every_minute(gate: Watch) -> None:
    shifts = gate.shifts()
    until = NOW + 27 * DAY
    stretches = coverage([(one.starts_at, one.ends_at, one.wanted) for one in shifts], NOW, until)
    assert [one.people for one in stretches] == [4], "four at every minute"
    of_a_day = [one for one in shifts if one.starts_at.astimezone(SHANGHAI).date() == date(2019, 12, 25)]
    assert [one.wanted for one in of_a_day] == [4, 4]
    assert {one.ends_at - one.starts_at for one in shifts} == {timedelta(hours=12)}


def test_p06_no_gap_across_midnight_month_and_year(gate: Watch) -> None:
    spans = [(one.starts_at, one.ends_at) for one in gate.shifts()]
    assert gap_minutes(spans, NOW, NOW + 27 * DAY) == 0
    later = datetime(2020, 2, 28, 8, 30, tzinfo=SHANGHAI)
    generate([gate.gate], later)
    spans = [(one.starts_at, one.ends_at) for one in gate.shifts()]
    assert gap_minutes(spans, later, later + 27 * DAY) == 0, "the twenty-ninth of February too"


def test_shifts_come_once_however_often_they_are_written(gate: Watch) -> None:
    before = Shift.objects.count()
    assert (
        before == 57
    )  # the night shift that began yesterday at 19:00 was before the post, today's day shift is under way
    assert generate([gate.gate], NOW) == 0
    assert generate([gate.gate], NOW + DAY) == 2
    assert Shift.objects.count() == before + 2


def test_a_shift_keeps_what_its_pattern_wanted(gate: Watch, cast: Cast) -> None:
    training = Training.objects.create(neighbourhood=cast.neighbourhood, code="gate", name="门岗设备")
    facts = PatternFacts("中班", time(15), 480, 3, needs=(Wanted(1, training=training), Wanted(1, leader=True)))
    pattern = add_pattern(by=None, post=gate.gate, facts=facts, now=NOW)
    first = pattern.shifts.order_by("starts_at").first()
    assert first is not None
    assert sorted((n.training_id is not None, n.leader) for n in first.needs.all()) == [(False, True), (True, False)]
    Need.objects.filter(pattern=pattern).delete()
    assert first.needs.count() == 2


def test_what_a_pattern_cannot_be(gate: Watch, cast: Cast) -> None:
    post = gate.gate
    with refused("duties.pattern_clash"):
        add_pattern(by=None, post=post, facts=DAY_SHIFT, now=NOW)
    with refused("duties.rule"):
        add_pattern(by=None, post=post, facts=PatternFacts("x", time(9), 60, 1, rule="FREQ=SOMETIMES"), now=NOW)
    with refused("duties.needs_too_many"):
        facts = PatternFacts("x", time(9), 60, 1, needs=(Wanted(2, leader=True),))
        add_pattern(by=None, post=post, facts=facts, now=NOW)
    with refused("duties.pattern_span"):
        add_pattern(by=None, post=post, facts=PatternFacts("x", time(9), 5, 1), now=NOW)
    with refused("duties.pattern_name"):
        add_pattern(by=None, post=post, facts=PatternFacts(" ", time(9), 60, 1), now=NOW)
    with refused("duties.title_missing"):
        add_post(by=None, neighbourhood=cast.neighbourhood, facts=PostFacts(" ", "gate"))
    other = make_cast("泉口居民区", "other-")
    with refused("duties.place_outside"):
        change_post(by=None, post=post, facts=PostFacts("东门", "gate", place=other.gates[0]))


def test_a_pattern_that_ends_takes_its_empty_shifts_along_and_crosses_the_others_out(gate: Watch, cast: Cast) -> None:
    with cast.scope():
        shifts = gate.shifts()
        on = [one for one in shifts if one.pattern == shifts[2].pattern and one.starts_at >= NOW + 5 * DAY]
        stint = assign(by=None, shift=on[0], volunteer=gate.guards[0], now=NOW)
        pattern = shifts[2].pattern
        assert pattern is not None
        with refused("duties.end_before"):
            end_pattern(by=None, pattern=pattern, on=date(2019, 1, 1), now=NOW)
        end_pattern(by=None, pattern=pattern, on=(NOW + 4 * DAY).date(), now=NOW)
        left = Shift.objects.filter(pattern=pattern, starts_at__gte=NOW + 4 * DAY)
        assert [one.pk for one in left] == [on[0].pk]
        assert left[0].cancelled_at == NOW
        stint.refresh_from_db()
        assert stint.release_reason == Stint.Release.CANCELLED
        assert Notice.objects.filter(kind="duties.cancelled").count() == 1
    assert generate([gate.gate], NOW + DAY) == 1, "only the other pattern goes on"


def test_a_single_shift_and_its_cancelling(gate: Watch, cast: Cast) -> None:
    with cast.scope():
        start = NOW + DAY
        shift = add_shift(
            by=None, post=gate.gate, starts_at=start, ends_at=start + timedelta(hours=2), wanted=1, now=NOW
        )
        with refused("duties.pattern_clash"):
            add_shift(by=None, post=gate.gate, starts_at=start, ends_at=start + timedelta(hours=1), wanted=1, now=NOW)
        with refused("duties.pattern_span"):
            add_shift(by=None, post=gate.gate, starts_at=start, ends_at=start, wanted=1, now=NOW)
        cancel_shift(by=cast.users["clerk"], shift=shift, now=NOW)
        cancel_shift(by=cast.users["clerk"], shift=shift, now=NOW)
        shift.refresh_from_db()
        assert (shift.cancelled_at, shift.revision) == (NOW, 1)
        assert Entry.objects.filter(act="duties.shift_cancelled").count() == 1


def test_shifts_that_no_longer_come_go_or_are_crossed_out(gate: Watch, cast: Cast) -> None:
    with cast.scope():
        later = Shift.objects.filter(post=gate.gate, starts_at__gte=NOW + 20 * DAY)
        first = later.select_related("post__neighbourhood").order_by("starts_at")[0]
        assign(by=None, shift=first, volunteer=gate.guards[0], now=NOW)
        drop_shifts(by=cast.users["clerk"], post=gate.gate, shifts=later, now=NOW)
        assert [(one.pk, one.cancelled_at) for one in later] == [(first.pk, NOW)]


def test_a_staffed_post_ends_in_the_same_statements_however_many_shifts_it_has(
    gate: Watch, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with cast.scope():
        later = [one for one in gate.shifts() if one.starts_at > NOW + DAY]
        guards = gate.guards
        for number, shift in enumerate(later):
            volunteer = guards[number % 4 + (4 if number % 2 else 0)]
            Stint.objects.create(neighbourhood=cast.neighbourhood, shift=shift, volunteer=volunteer, how="assigned",
                                 taken_at=NOW, changed_at=NOW)  # fmt: skip
        with django_assert_max_num_queries(40):
            end_post(by=cast.users["clerk"], post=gate.gate, on=(NOW + DAY).date(), now=NOW)
        assert Shift.objects.filter(cancelled_at=NOW, taken=0).count() == len(later)
        assert not Stint.objects.filter(released_at__isnull=True).exists()
        notice = Notice.objects.get(kind="duties.cancelled")
        people = Stint.objects.values("volunteer").order_by().distinct().count()
        assert notice.quantities == {"count": people, "shifts": len(later)}
        said = describe([notice])[notice.pk]
        assert str(len(later)) in said.title
        assert said.url.endswith(f"/posts/{gate.gate.pk}/")
        entry = Entry.objects.get(act="duties.post_ended")
        assert (entry.data["cancelled"], entry.data["people"]) == (len(later), people)


def test_a_post_that_ends_has_no_shifts_any_more(gate: Watch, cast: Cast) -> None:
    with cast.scope():
        with refused("duties.end_before"):
            end_post(by=None, post=gate.gate, on=date(2019, 1, 1), now=NOW)
        end_post(by=None, post=gate.gate, on=(NOW + DAY).date(), now=NOW)
        assert Shift.objects.filter(post=gate.gate).count() == 2, "today's two"
        assert generate(Post.objects.all(), NOW) == 0
