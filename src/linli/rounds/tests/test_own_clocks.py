"""Morning and evening: each check is told when its own window closes, once, with steps from then; who is taken off owes nothing more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from linli.ground.testing import Cast
from linli.journal.models import Entry
from linli.kernel.coverage import Covered, State
from linli.kernel.refusal import Refusal
from linli.notices.kinds import said
from linli.notices.models import Notice
from linli.rounds import standing
from linli.rounds.actions import closing
from linli.rounds.actions.people import OnPlan, change_clock, put_person, take_off
from linli.rounds.actions.plans import NewPlan, make_plan, pause_plan
from linli.rounds.jobs import tick
from linli.rounds.models import Excusal, Occurrence, Plan, PlanPerson, Target
from linli.rounds.notes import text_of
from linli.rounds.plans.choosing import people
from linli.rounds.testing_rounds import since, walk

pytestmark = pytest.mark.django_db

TODAY = timezone.localtime()


def at(hour: int, minute: int = 0, day: int = 1) -> datetime:
    """A local time; the only person's day 1 is ``day`` 1, some days ago."""
    return TODAY.replace(hour=hour, minute=minute, second=0, microsecond=0) + timedelta(days=day - 5)


@pytest.fixture
def set_clock() -> Iterator[Callable[[datetime], None]]:
    """Puts the clock to a moment."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield lambda moment: clock.move_to(moment)


class Killed(BaseException):
    """A process that is gone: nothing catches it."""


def checks(cast: Cast, *times: str) -> Plan:
    new = NewPlan(
        kind="checks", title="每日两次", subject="person", cadence="own_clock", about=[], holds="office", office="clerk",
        early=60, due=120, closes=240, rhythm={"times": list(times)}, steps=[(30, "secretary")],
    )  # fmt: skip
    return since(make_plan(by=None, place=cast.neighbourhood, new=new), at(0))


def put(cast: Cast, plan: Plan, number: int = 0, days: int = 2) -> PlanPerson:
    """Somebody on a plan since before its first day."""
    with cast.scope():
        row = put_person(by=None, plan=plan, person=cast.people[number], own=OnPlan(at(3, day=0).date(), days=days))
        PlanPerson.objects.filter(pk=row.pk).update(since=at(0, day=0))
    return row


@pytest.fixture
def plan(cast: Cast) -> Plan:
    found = checks(cast, "08:00", "18:00")
    put(cast, found)
    return found


def told(cast: Cast) -> list[tuple[datetime, bool, int]]:
    """(close of the window, whether to who should have, how many) of what was told of missed checks, in order."""
    with cast.scope():
        rows = Notice.objects.filter(kind="rounds.missed").order_by("due_at", "made_at", "pk")
        return [(row.due_at, row.to_mandate == cast.mandates["clerk"], row.count) for row in rows]


def test_a_check_is_told_when_its_own_window_closes_and_the_steps_count_from_there(cast: Cast, plan: Plan) -> None:
    tick(at(0))
    tick(at(12))
    assert told(cast) == []
    tick(at(12, 1))
    tick(at(12, 2))
    assert told(cast) == [(at(12), True, 1)]
    tick(at(12, 29))
    assert len(told(cast)) == 1
    tick(at(12, 31))
    tick(at(12, 32))
    assert told(cast) == [(at(12), True, 1), (at(12), False, 1)]
    one = Occurrence.objects.get(plan=plan, slot_at=at(0))
    assert one.closed_at is None
    with cast.scope():
        morning, evening = Target.objects.filter(occurrence=one).order_by("part")
        walk(one, [morning], at(13))
        assert not Notice.objects.filter(settled_at__isnull=True).exists()
    tick(at(22, 1))
    assert told(cast)[2:] == [(at(22), True, 1)]
    with cast.scope():
        assert Notice.objects.get(settled_at__isnull=True).due_at == at(22)
    tick(at(0, 1, day=2))
    one.refresh_from_db()
    assert one.closed_at is not None
    assert [row[0] for row in told(cast)] == [at(12), at(12), at(22), at(22)]
    with cast.scope():
        walk(one, [evening], at(0, 2, day=2))
        assert not Notice.objects.filter(settled_at__isnull=True).exists()


def test_a_window_that_passes_midnight_is_told_when_it_closes(cast: Cast) -> None:
    plan = checks(cast, "08:00", "22:00")
    put(cast, plan)
    tick(at(0))
    tick(at(1, day=2))
    one = Occurrence.objects.get(plan=plan, slot_at=at(0))
    assert one.closed_at is not None
    assert [row[0] for row in told(cast) if row[1]] == [at(12)]
    tick(at(2, 1, day=2))
    assert [row[0] for row in told(cast) if row[1]] == [at(12), at(2, day=2)]
    tick(at(2, 31, day=2))
    tick(at(2, 32, day=2))
    assert [row for row in told(cast) if row[0] == at(2, day=2)] == [(at(2, day=2), True, 1), (at(2, day=2), False, 1)]


@pytest.mark.parametrize("where", ["_pass_on", "notify"])
@pytest.mark.parametrize("before", [True, False])
def test_killed_while_it_tells_it_tells_once(
    cast: Cast, plan: Plan, monkeypatch: pytest.MonkeyPatch, where: str, before: bool
) -> None:
    tick(at(0))
    real = getattr(closing, where)

    def killed(*values: Any, **named: Any) -> Any:
        if not before:
            real(*values, **named)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(closing, where, killed)
        with pytest.raises(Killed):
            tick(at(12, 1))
    assert told(cast) == []
    tick(at(12, 2))
    tick(at(12, 3))
    assert told(cast) == [(at(12), True, 1)]


def test_two_workers_tell_once(cast: Cast, plan: Plan) -> None:
    tick(at(0))
    one, same = (Occurrence.objects.select_related("plan", "place").get(slot_at=at(0)) for _twice in range(2))
    with cast.scope():
        assert closing.close_own(occurrence=one, now=at(12, 1)) == 1
        assert closing.close_own(occurrence=same, now=at(12, 1)) == 0
    assert len(told(cast)) == 1


def test_a_worker_that_was_down_for_a_day_tells_each_window_once_in_order(cast: Cast, plan: Plan) -> None:
    tick(at(0))
    tick(at(13, day=2))
    tick(at(13, 1, day=2))
    first = [row for row in told(cast) if row[1]]
    assert first == [(at(12), True, 1), (at(22), True, 1)]
    with cast.scope():
        words = said(list(Notice.objects.filter(kind="rounds.missed"))).values()
        assert len({one.detail for one in words}) == 1  # each names the one check of its own window
        assert all("2 places" not in one.title and "2 处" not in one.title for one in words)
        (gone,) = Notice.objects.filter(kind="rounds.unwalkable")  # the second day opened when its morning was over
        assert gone.subject == str(Occurrence.objects.get(slot_at=at(0, day=2)).pk)
        second = Occurrence.objects.get(slot_at=at(0, day=2))
        stand = standing.of([second], at(13, 2, day=2))[second.pk]
        assert [omission.should_have for omission in stand.omissions] == [()]
    tick(at(22, 1, day=2))
    assert [row[0] for row in told(cast) if row[1]] == [at(12), at(22), at(22, day=2)]


def test_what_was_over_when_a_plan_started_is_no_part_of_it(cast: Cast, plan: Plan) -> None:
    since(plan, at(13))
    tick(at(13, 1))
    assert list(Target.objects.values_list("part", flat=True)) == [1]


def test_who_joins_during_the_day_is_told_of_when_his_window_closes(cast: Cast) -> None:
    now = timezone.localtime()
    plan = checks(cast, "23:58", "23:59")
    with cast.scope():
        own = OnPlan(now.date() - timedelta(days=1))
        put_person(by=None, plan=plan, person=cast.people[0], own=own)
    tick(now)
    one = Occurrence.objects.filter(plan=plan).latest("slot_at")
    Occurrence.objects.filter(pk=one.pk).update(next_close=None)
    with cast.scope():
        put_person(by=None, plan=plan, person=cast.people[2], own=own)
    one.refresh_from_db()
    joined = Target.objects.filter(occurrence=one, joined_at__isnull=False).order_by("closes_at")
    assert one.next_close == joined[0].closes_at


def test_who_is_put_on_a_plan_during_a_day_without_any_check_gets_what_is_left_of_it(
    cast: Cast, set_clock: Callable[[datetime], None]
) -> None:
    plan = checks(cast, "08:00", "18:00")
    set_clock(at(9))
    tick(at(9))
    assert not Occurrence.objects.exists()
    set_clock(at(13))
    with cast.scope():
        row = put_person(by=None, plan=plan, person=cast.people[0], own=OnPlan(at(3, day=0).date()))
        assert row == put_person(by=None, plan=plan, person=cast.people[0], own=OnPlan(at(3, day=1).date()))
    one = Occurrence.objects.get(plan=plan)
    assert list(Target.objects.filter(occurrence=one).values_list("day", "part", "joined_at")) == [(1, 1, None)]
    tick(at(22, 1))
    assert [row[0] for row in told(cast) if row[1]] == [at(22)]


def test_a_plan_that_is_paused_opens_nothing_when_somebody_is_put_on_it(cast: Cast) -> None:
    plan = pause_plan(by=None, plan=checks(cast, "23:58", "23:59"))
    with cast.scope():
        put_person(by=None, plan=plan, person=cast.people[0], own=OnPlan(at(3, day=0).date()))
    assert not Occurrence.objects.exists()


def test_a_worker_that_comes_late_holds_nobody_to_what_was_over_when_he_was_put_on(cast: Cast, plan: Plan) -> None:
    with cast.scope():
        PlanPerson.objects.update(since=at(13))
    tick(at(14))
    assert list(Target.objects.values_list("day", "part")) == [(1, 1)]


def test_an_end_that_lies_ahead_is_kept_until_then_and_may_be_brought_forward(
    cast: Cast, set_clock: Callable[[datetime], None]
) -> None:
    plan = checks(cast, "08:00", "18:00")
    set_clock(at(7))
    row = put(cast, plan, days=14)
    with cast.scope():
        take_off(by=None, row=row, at=at(12, day=2))
    tick(at(7))
    tick(at(0, day=2))
    tick(at(0, day=3))
    days = Target.objects.order_by("occurrence__slot_at", "part").values_list("day", "part")
    assert list(days) == [(1, 0), (1, 1), (2, 0)]
    with cast.scope():
        assert [one for one, _home in people(plan, at(11, day=2))] == [row]
        assert people(plan, at(12, day=2)) == []
        set_clock(at(8, 30, day=2))
        assert take_off(by=None, row=row).ended_at == at(8, 30, day=2)
        set_clock(at(9, day=2))
        assert take_off(by=None, row=row).ended_at == at(8, 30, day=2)


def test_who_was_taken_off_and_is_put_on_again_is_counted_by_his_new_clock(
    cast: Cast, set_clock: Callable[[datetime], None]
) -> None:
    plan = checks(cast, "08:00", "18:00")
    row = put(cast, plan)
    set_clock(at(7))
    with cast.scope():
        take_off(by=None, row=row)
    set_clock(at(7, day=3))
    tick(at(7, day=3))
    with cast.scope():
        again = put_person(by=None, plan=plan, person=cast.people[0], own=OnPlan(at(3, day=2).date(), days=7))
    assert (again.pk, again.days, again.ended_at) == (row.pk, 7, None)
    tick(at(7, 1, day=3))
    assert list(Target.objects.order_by("part").values_list("day", "part")) == [(1, 0), (1, 1)]


def test_a_term_that_is_changed_counts_by_the_new_one_and_excuses_what_lies_after_its_end(
    cast: Cast, set_clock: Callable[[datetime], None]
) -> None:
    plan = checks(cast, "08:00", "18:00")
    row = put(cast, plan, days=3)
    set_clock(at(7, day=3))
    tick(at(7, day=3))
    with cast.scope():
        change_clock(by=None, row=row, own=OnPlan(at(3, day=1).date(), days=3))  # day 0 was a day later
        assert list(Target.objects.filter(day=3).values_list("part", flat=True)) == [0, 1]
        change_clock(by=None, row=row, own=OnPlan(at(3, day=0).date(), days=2))
        assert set(Excusal.objects.values_list("target__day", "target__part")) == {(3, 0), (3, 1)}
        change_clock(by=None, row=row, own=OnPlan(at(3, day=0).date(), days=2))
        assert Entry.objects.filter(act="rounds.person_changed").count() == 2
        with pytest.raises(Refusal, match="day"):
            change_clock(by=None, row=row, own=OnPlan())
    tick(at(7, day=4))
    assert not Target.objects.filter(day__gt=3).exists()


def test_what_was_missed_is_told_with_the_time_of_its_own_check(cast: Cast, plan: Plan) -> None:
    tick(at(0))
    tick(at(22, 1))
    with cast.scope():
        rows = list(
            Notice.objects.filter(kind="rounds.missed", to_mandate=cast.mandates["clerk"].pk).order_by("due_at")
        )
        titles = [said([row])[row.pk].title for row in rows]
    assert ["08:00" in titles[0], "18:00" in titles[1]] == [True, True]


def test_who_is_taken_off_is_excused_by_name_from_what_is_still_open(cast: Cast, plan: Plan) -> None:
    put(cast, plan, 2)
    tick(at(0))
    tick(at(12, 1))
    one = Occurrence.objects.select_related("plan", "place").get(plan=plan, slot_at=at(0))
    with cast.scope():
        own = PlanPerson.objects.get(person=cast.people[0])
        clerk = cast.users["clerk"]
        take_off(by=clerk, row=own, at=at(15), reason="转入医院")
        take_off(by=None, row=own, at=at(8), name="别人", reason="又")
        (excusal,) = Excusal.objects.all()
        assert (excusal.by_name, text_of(excusal)) == (clerk.display_name, "转入医院")
        assert (excusal.target.part, excusal.target.subject.person) == (1, cast.people[0])
        stand = standing.of([one], timezone.now())[one.pk]
        assert stand.covered == Covered(missed=3, excused=1)
        assert stand.states[excusal.target_id] is State.EXCUSED
    tick(timezone.now())
    assert [row for row in told(cast) if row[0] == at(22) and row[1]] == [(at(22), True, 1)]


def test_what_was_done_before_somebody_was_taken_off_stays_done(cast: Cast, plan: Plan) -> None:
    tick(at(0))
    one = Occurrence.objects.select_related("plan", "place").get(plan=plan, slot_at=at(0))
    with cast.scope():
        walk(one, [Target.objects.get(occurrence=one, part=1)], at(17, 30))
        take_off(by=None, row=PlanPerson.objects.get(), at=at(19))
        assert not Excusal.objects.exists()
