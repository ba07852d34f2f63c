"""After the opening: late joiners with a reason, excuses by name, hand-overs with unsent visits, strays, and visits out of order."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from linli.accounts.tests.refused import refused
from linli.ground.actions.mandates import give_mandate
from linli.ground.actions.places import NewPlace, add_places
from linli.ground.testing import Cast, make_cast
from linli.kernel.coverage import Covered, State
from linli.kernel.ids import uuid7
from linli.notices.kinds import said
from linli.notices.models import Notice
from linli.rounds import standing
from linli.rounds.actions.plans import picked
from linli.rounds.actions.targets import excuse, hand_over, join_place, sign_blind, strays
from linli.rounds.actions.walked import Walker, take_back
from linli.rounds.actions.walking import At, record_visit
from linli.rounds.jobs import tick
from linli.rounds.models import Occurrence, Target, Visit, VisitAnnulment, VisitTarget
from linli.rounds.testing_rounds import Zones, five_zones, patrol, since, targets, walk
from linli.rounds.walked_items import TakenBack

pytestmark = pytest.mark.django_db


def at(hour: int, minute: int = 0, day: int = 0) -> datetime:
    base = timezone.localtime().replace(hour=hour, minute=minute, second=0, microsecond=0)
    return base + timedelta(days=day - 5)


@pytest.fixture
def zones(cast: Cast) -> Zones:
    return five_zones(cast)


@pytest.fixture
def one(zones: Zones) -> Occurrence:
    plan = since(patrol(zones), at(6))
    tick(at(8, 31))
    found: Occurrence = Occurrence.objects.select_related("plan", "place").get(plan=plan)
    return found


def state(one: Occurrence, target: Target, now: datetime | None = None) -> State:
    moment = now or timezone.now()
    return standing.of([one], moment)[one.pk].states[target.pk]


def test_a_visit_covers_many_targets_and_a_resend_adds_nothing(cast: Cast, zones: Zones, one: Occurrence) -> None:
    with cast.scope():
        rows = targets(one)
        pk = uuid7()
        first = walk(one, rows, at(9), by=zones.walkers[0], id=pk)
        again = walk(one, rows[:1], at(9, 30), by=zones.walkers[1], id=pk)
        assert first.fresh
        assert not again.fresh
        assert Visit.objects.count() == 1
        assert VisitTarget.objects.count() == 17
        walk(one, rows[:2], at(9, 10), by=zones.walkers[1])
        stand = standing.of([one], at(12))[one.pk]
        assert stand.covered == Covered(done=17)


def test_two_days_late_and_out_of_order_is_taken_and_shown_late(cast: Cast, zones: Zones, one: Occurrence) -> None:
    with cast.scope():
        (row, other, *_rest) = targets(one)
        walk(one, [row], at(10, 30), heard_at=at(10, day=2), made_offline=True)
        walk(one, [row], at(9, 30), heard_at=at(10, day=2), made_offline=True)
        walk(one, [other], at(10, 30), heard_at=at(10, day=2), made_offline=True)
        assert state(one, row, at(12)) is State.MISSED
        assert state(one, row, at(12, day=2)) is State.DONE
        assert state(one, other, at(12, day=2)) is State.LATE
        as_it_was = standing.of([one], at(12), heard_by=at(12, day=2))[one.pk]
        assert as_it_was.states[row.pk] is State.DONE


def test_a_visit_from_the_future_happened_when_it_was_heard_of(cast: Cast, one: Occurrence) -> None:
    with cast.scope():
        (row, *_rest) = targets(one)
        visit = walk(one, [row], at(23, day=1), heard_at=at(9)).visit
        assert visit.happened_at == at(9)


def test_what_was_taken_back_does_not_count(cast: Cast, one: Occurrence) -> None:
    with cast.scope():
        (row, *_rest) = targets(one)
        visit = walk(one, [row], at(9)).visit
        VisitAnnulment.objects.create(visit=visit.pk, happened_at=at(9, 1), heard_at=at(9, 2))
        assert state(one, row, at(9, 1)) is State.DONE
        assert state(one, row, at(9, 3)) is State.OPEN


def test_only_done_covers(cast: Cast, one: Occurrence) -> None:
    with cast.scope():
        rows = targets(one)
        for row, outcome in zip(rows, ("no_answer", "refused", "call_back"), strict=False):
            walk(one, [row], at(9), outcome=outcome)
        assert [state(one, row, at(9, 5)) for row in rows[:3]] == [State.OPEN] * 3


def test_a_former_responsible_s_unsent_visit_is_taken_and_flagged(cast: Cast, zones: Zones, one: Occurrence) -> None:
    clerk = cast.mandates["clerk"]
    with cast.scope():
        (row, other, *_rest) = targets(one, zones.places[0])
        assert hand_over(by=None, targets=[row], to=clerk, reason="换人") == 1
        assert hand_over(by=None, targets=[row], to=clerk) == 0
        assert hand_over(by=None, targets=[], to=clerk) == 0
        old = walk(one, [row], at(9), by=zones.walkers[0], heard_at=timezone.now()).visit
        new = walk(one, [row], at(9, 1), by=cast.users["clerk"], heard_at=timezone.now()).visit
        same = walk(one, [other], at(9, 2), by=zones.walkers[0], heard_at=timezone.now()).visit
        anyone = walk(one, [row], at(9, 3), by=cast.users["guard"], heard_at=timezone.now()).visit
        assert [v.former for v in (old, new, same, anyone)] == [True, False, False, False]
        assert state(one, row) is State.DONE
        assert standing.of([one], timezone.now())[one.pk].holder_of(row.pk) == clerk.pk
    assert picked([clerk], clerk.pk) == clerk
    with refused("targets.nobody"):
        picked([clerk], None)
    elsewhere = make_cast("松岗居民区", "other-")
    with cast.scope(), refused("plans.not_here"):
        hand_over(by=None, targets=[row], to=elsewhere.mandates["clerk"])


def test_an_excuse_has_a_name_and_a_reason_and_settles_the_notice(cast: Cast, zones: Zones, one: Occurrence) -> None:
    missed = zones.places[2][1]
    with cast.scope():
        rows = targets(one)
        walk(one, [row for row in rows if row.place_id != missed.pk], at(9))
    tick(at(11, 1))
    with cast.scope():
        (row,) = targets(one, [missed])
        with refused("targets.excuse_name"):
            excuse(by=None, target=row, name=" ", reason="施工")
        with refused("targets.reason_missing"):
            excuse(by=None, target=row, name="林书记", reason=" ")
        first = excuse(by=cast.users["secretary"], target=row, name="林书记", reason="施工封闭")
        assert excuse(by=None, target=row, name="别人", reason="又").by_name == first.by_name
        assert state(one, row) is State.EXCUSED
        assert Notice.objects.get().settled_at is not None
        stand = standing.of([one], timezone.now())[one.pk]
        assert stand.covered == Covered(done=16, excused=1)


def test_a_late_joiner_has_a_reason_and_the_frozen_number_stays(cast: Cast, one: Occurrence) -> None:
    lane = add_places([NewPlace("lane", cast.lanes, "99弄")])[0]
    other = make_cast("松岗居民区", "other-")
    with cast.scope():
        with refused("targets.reason_missing"):
            join_place(by=None, occurrence=one, place=lane, reason="")
        with refused("targets.elsewhere"):
            join_place(by=None, occurrence=one, place=other.gates[0], reason="走错")
        row = join_place(by=None, occurrence=one, place=lane, reason="新开")
        assert join_place(by=None, occurrence=one, place=lane, reason="又一次").pk == row.pk
        assert row.joined_at is not None
        one.refresh_from_db()
        assert one.frozen == 17
        assert standing.of([one], timezone.now())[one.pk].covered.total == 18


def test_a_stray_counts_once_somebody_lets_it_join(cast: Cast, one: Occurrence) -> None:
    lane = add_places([NewPlace("lane", cast.lanes, "99弄")])[0]
    unknown = uuid7()
    with cast.scope():
        found = record_visit(
            by=None, id=uuid7(), occurrence=one, targets=[At(unknown)], places=[lane], happened_at=at(9), heard_at=at(9)
        )
        assert found.unknown == [unknown]
        assert strays(one).count() == 2
        assert standing.of([one], timezone.now())[one.pk].covered.visited == 0
        row = join_place(by=None, occurrence=one, place=lane, reason="开路了")
        assert state(one, row) is State.DONE
        assert [stray.said for stray in strays(one)] == [unknown]


def test_blind_spots_of_an_open_round_are_signed_by_name(cast: Cast, one: Occurrence) -> None:
    with cast.scope():
        with refused("targets.excuse_name"):
            sign_blind(by=None, occurrence=one, name="", why="急")
        sign_blind(by=cast.users["secretary"], occurrence=one, name="林书记", why="名单未到")
        assert sign_blind(by=None, occurrence=one, name="别人", why="急").blind_name == "林书记"


def test_who_walks_for_a_branch_is_whoever_holds_its_office(cast: Cast, zones: Zones, one: Occurrence) -> None:
    second = give_mandate(by=None, capacity="patroller", place=cast.neighbourhood, user=cast.users["guard"])
    with cast.scope():
        (row, *_rest) = targets(one, zones.places[1])
        visit = walk(one, [row], at(9), mandate=second).visit
        assert visit.visitor == second.holder_name
        assert visit.mandate == second


def test_what_is_given_away_after_the_close_is_told_to_who_has_it_now(
    cast: Cast, zones: Zones, one: Occurrence
) -> None:
    missed, clerk, secretary = zones.places[2][1], cast.mandates["clerk"], cast.mandates["secretary"]
    with cast.scope():
        walk(one, [row for row in targets(one) if row.place_id != missed.pk], at(9))
    tick(at(11, 1))
    with cast.scope():
        (row,) = targets(one, [missed])
        row.occurrence.refresh_from_db()
        hand_over(by=None, targets=[row], to=clerk, reason="支部在开会")
    tick(at(11, 2))
    with cast.scope():
        waits = Notice.objects.get(settled_at__isnull=True)
        assert (waits.to_mandate, waits.count) == (clerk, 1)
        assert missed.name in said([waits])[waits.pk].detail
        hand_over(by=None, targets=[row], to=secretary)
    tick(at(11, 3))
    with cast.scope():
        assert Notice.objects.get(settled_at__isnull=True).to_mandate == secretary
    tick(at(11, 31))
    with cast.scope():
        assert Notice.objects.filter(settled_at__isnull=True, to_capacity="secretary").count() == 1
        walk(one, [row], at(11, 40), by=cast.users["clerk"])
        assert not Notice.objects.filter(settled_at__isnull=True).exists()


def test_what_is_taken_back_after_the_close_is_told(cast: Cast, zones: Zones, one: Occurrence) -> None:
    user, now = zones.walkers[2], timezone.now()
    with cast.scope():
        (row,) = targets(one, zones.places[2][1:2])
        walk(one, [other for other in targets(one) if other != row], at(9))
        visit = walk(one, [row], at(9), by=user).visit
    tick(at(11, 1))
    with cast.scope():
        assert not Notice.objects.exists()
        assert take_back(by=Walker(user, (), now), sent=TakenBack(uuid7(), now, visit.pk))
        assert Notice.objects.get().to_mandate == zones.holders[2]
