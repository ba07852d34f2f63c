"""Who is told when: at first, again, a step further up; taking up and settling end it; a day without a worker is told once, in order."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from linli.accounts.models import User
from linli.ground.actions.mandates import end_mandate, give_mandate
from linli.ground.models import AreaHolder, Body, BodyKind, Mandate
from linli.ground.testing import Cast
from linli.journal.models import Entry
from linli.kernel.refusal import Refusal
from linli.notices import actions
from linli.notices.actions import outbox
from linli.notices.actions.outbox import hand_on, tell_due
from linli.notices.models import Acknowledgement, Addressee, Notice, Telling
from linli.notices.recipients import To
from linli.notices.tests.conftest import LATE
from linli.notices.tests.helpers import minutes, notice, tellings, told, zone


def test_a_notice_goes_with_its_change_or_not_at_all(cast: Cast) -> None:
    @transaction.atomic
    def change() -> None:
        notice(cast)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        change()
    with cast.scope():
        assert not Notice.objects.exists()


def test_the_same_key_is_the_same_notice(cast: Cast) -> None:
    first = notice(cast, quantities={"count": 3})
    assert notice(cast, quantities={"count": 9}).pk == first.pk
    with cast.scope():
        assert Notice.objects.get().quantities == {"count": 3}


def test_many_at_once_are_each_one_notice(cast: Cast, django_assert_num_queries: Any) -> None:
    first, to = notice(cast, "a"), To(capacity="secretary", place=cast.neighbourhood)
    wanted = [actions.New(LATE, ("occurrence", 1), to, key) for key in ("a", "b", "c", "b")]
    for statements in (2, 1):
        with django_assert_num_queries(statements):
            actions.notify_all(by=None, neighbourhood=cast.neighbourhood, wanted=wanted)
    with django_assert_num_queries(0):
        actions.notify_all(by=None, neighbourhood=cast.neighbourhood, wanted=[])
    with cast.scope():
        assert Notice.objects.count() == 3
        assert Notice.objects.get(key="a").to_mandate == first.to_mandate
        made = Notice.objects.get(key="b")
        assert (made.to_capacity, made.next_at) == ("secretary", made.due_at)
        assert actions.settle(now=timezone.now(), subject=("occurrence", 1), due_at=first.due_at) == 1
    with pytest.raises(LookupError):
        actions.notify_all(
            by=None, neighbourhood=cast.neighbourhood, wanted=[actions.New("tests.unknown", ("x", 1), to, "d")]
        )


def test_a_kind_that_nobody_registered_and_words_for_counts_are_mistakes(cast: Cast) -> None:
    with pytest.raises(LookupError):
        notice(cast, kind="tests.unknown")
    with pytest.raises(ValueError, match="whole numbers"):
        notice(cast, quantities={"name": "林知夏"})
    with pytest.raises(ValueError, match="120"):
        notice(cast, "k" * 121)
    with pytest.raises(ValueError, match="40"):
        actions.notify(
            by=None,
            kind=LATE,
            subject=("occurrence", "s" * 41),
            neighbourhood=cast.neighbourhood,
            to=To(mandate=cast.mandates["clerk"]),
            key="long",
        )


@pytest.mark.parametrize("values", [{}, {"capacity": "clerk"}, {"mandate": Mandate(), "capacity": "clerk"}])
def test_to_is_one_of_three(values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="notice goes to"):
        To(**values)


def test_told_then_each_step_in_order_then_again(cast: Cast) -> None:
    row = notice(cast)
    start = row.due_at
    with cast.scope():
        for count in (0, 10, 20, 30, 60, 90, 120, 600):
            tell_due(minutes(start, count))
        assert tellings(row) == [
            ("first", ""), ("step", "clerk"), ("again", ""), ("step", "secretary"), ("again", ""), ("again", ""),
        ]  # fmt: skip
        assert told(row) == ["building_leader", "clerk", "secretary"]
        assert Notice.objects.get().next_at is None


def test_a_later_due_time_is_waited_for(cast: Cast) -> None:
    now = timezone.now()
    row = notice(cast, due_at=now + timedelta(hours=2))
    with cast.scope():
        assert tell_due(now) == 0
        assert tell_due(minutes(now, 121)) == 1
        assert tellings(row) == [("first", "")]


def test_a_day_without_a_worker_is_told_once_in_order(cast: Cast) -> None:
    """First and the steps once each; of the repeats that were missed none is told beside them."""
    first, second = notice(cast, "a"), notice(cast, "b")
    tomorrow = minutes(second.due_at, 24 * 60)
    with cast.scope():
        tell_due(tomorrow)
        for row in (first, second):
            assert tellings(row) == [("first", ""), ("step", "clerk"), ("step", "secretary")]
        tell_due(minutes(tomorrow, 1))
        assert Telling.objects.count() == 6
        assert list(Telling.objects.order_by("pk").values_list("notice", flat=True)) == [first.pk] * 3 + [second.pk] * 3


def test_missed_repeats_are_one(cast: Cast) -> None:
    row = notice(cast)
    with cast.scope():
        tell_due(row.due_at)
        tell_due(minutes(row.due_at, 24 * 60))
        assert list(Telling.objects.filter(what="again").values_list("number", flat=True)) == [3]


def test_taking_up_by_name_ends_it(cast: Cast) -> None:
    row = notice(cast)
    with cast.scope():
        tell_due(row.due_at)
        done = actions.acknowledge(by=cast.users["building_leader"], notice=row)
        assert actions.acknowledge(by=cast.users["building_leader"], notice=row) == done
        tell_due(minutes(row.due_at, 600))
        assert tellings(row) == [("first", "")]
        assert Acknowledgement.objects.get().user == cast.users["building_leader"]
    entry = Entry.objects.get(act="notices.acknowledged")
    assert entry.by_user == cast.users["building_leader"].pk


def test_only_who_was_told_takes_it_up_or_who_manages_notices(cast: Cast) -> None:
    row = notice(cast)
    with cast.scope():
        tell_due(row.due_at)
        with pytest.raises(Refusal) as refused:
            actions.acknowledge(by=cast.users["guard"], notice=row)
        assert refused.value.code == "notices.not_yours"
        assert actions.acknowledge(by=cast.users["secretary"], notice=row)


def test_settled_by_subject_or_key_nobody_is_told_any_more(cast: Cast) -> None:
    rows = [notice(cast, "a"), notice(cast, "b"), notice(cast, "c")]
    now = timezone.now()
    assert actions.settle(neighbourhood=cast.neighbourhood, key="a", now=now) == 1
    assert actions.settle(neighbourhood=cast.neighbourhood, subject=("occurrence", 1), kind="tests.plain", now=now) == 0
    with cast.scope():
        assert actions.settle(subject=("occurrence", 1), now=now) == 2
        assert actions.settle(subject=("occurrence", 1), now=now) == 0
        assert tell_due(minutes(rows[0].due_at, 600)) == 0
    with pytest.raises(ValueError, match="subject or by its key"):
        actions.settle(now=now)


def test_two_workers_tell_it_once(cast: Cast) -> None:
    """Both read the row before either moved it on: the second changes no row and writes nothing."""
    row = notice(cast)
    with cast.scope():
        stale = Notice.objects.get()
        tell_due(row.due_at)
        Notice.objects.filter(pk=row.pk).update(next_at=None)
        assert not outbox._tell(stale, outbox.Groups(timezone.localdate()), row.due_at)
        assert tellings(row) == [("first", "")]


def test_who_it_is_is_found_again_at_each_time(cast: Cast) -> None:
    """The office was handed over between the first telling and the next."""
    row = notice(cast, to=To(capacity="building_leader", place=cast.dwellings[4]))
    with cast.scope():
        tell_due(row.due_at)
        new = User.objects.create_user("new", None, display_name="new")
        give_mandate(by=None, capacity="building_leader", place=cast.building, user=new)
        end_mandate(by=None, mandate=cast.mandates["building_leader"])
        tell_due(minutes(row.due_at, 30))
        assert told(row) == ["building_leader", "clerk", "new"]


def test_open_notices_of_who_left_go_to_who_holds_the_office_now(cast: Cast) -> None:
    row = notice(cast, to=To(capacity="building_leader", place=cast.building))
    with cast.scope():
        tell_due(row.due_at)
        assert hand_on(row.due_at) == 0
        end_mandate(by=None, mandate=cast.mandates["building_leader"])
        assert hand_on(row.due_at) == 1
        assert hand_on(row.due_at) == 0
        assert told(row) == ["building_leader", "secretary"]
        assert tellings(row)[-1] == ("handed", "")


def test_a_zone_given_to_another_body_brings_its_open_notices(cast: Cast) -> None:
    """The former holder keeps his office; the new one hears of what waits, once."""
    area = zone(cast)
    AreaHolder.objects.create(area=area, mandate=cast.mandates["building_leader"], since=date(2020, 1, 1))
    row = notice(cast, to=To(area=area))
    with cast.scope():
        tell_due(row.due_at)
        assert hand_on(row.due_at) == 0
        AreaHolder.objects.create(area=area, mandate=cast.mandates["gate_captain"], since=timezone.localdate())
        assert hand_on(row.due_at) == 1
        assert hand_on(row.due_at) == 0
        assert told(row) == ["building_leader", "gate_captain"]


def test_what_nobody_holds_is_the_secretarys(cast: Cast) -> None:
    nowhere = notice(cast, "a", to=To(capacity="property", place=cast.villas))
    unheld = notice(cast, "b", to=To(area=zone(cast)))
    with cast.scope():
        tell_due(minutes(unheld.due_at, 1))
        assert told(nowhere) == told(unheld) == ["secretary"]


def test_an_office_is_found_here_then_above_then_below(cast: Cast) -> None:
    above = notice(cast, "a", to=To(capacity="clerk", place=cast.dwellings[3]))
    below = notice(cast, "b", to=To(capacity="guard", place=cast.neighbourhood))
    with cast.scope():
        tell_due(minutes(below.due_at, 1))
        assert told(above)[0] == "clerk"
        assert told(below)[0] == "guard"


def test_a_body_is_told_through_its_people_and_without_any_by_paper(cast: Cast) -> None:
    kind = BodyKind.objects.create(code="branch_x", name_zh="支部", name_en="branch")
    branch = Body.objects.create(kind=kind, place=cast.neighbourhood, name="一支部")
    day = {"since": date(2020, 1, 1), "capacity": "building_leader"}
    held = Mandate.objects.create(body=branch, place=cast.neighbourhood, holder_name=branch.name, **day)
    paper = notice(cast, "a", to=To(mandate=held))
    with cast.scope():
        tell_due(paper.due_at)
        assert told(paper) == []
        assert Addressee.objects.get(notice=paper).user is None
        member = User.objects.create_user("member", None, display_name="member")
        Mandate.objects.create(user=member, of_body=branch, holder_name="member", **day)
        seen = notice(cast, "b", to=To(mandate=held))
        tell_due(minutes(seen.due_at, 1))
        assert told(seen)[0] == "member"


def test_a_suspended_account_is_not_told(cast: Cast) -> None:
    User.objects.filter(username="building_leader").update(is_active=False)
    row = notice(cast)
    with cast.scope():
        tell_due(row.due_at)
        assert told(row) == ["secretary"]
