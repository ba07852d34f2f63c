"""Calls for volunteers (C06, C07): the time from call to answer, batches in order, a place that becomes free, and never too many."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from django.utils import timezone

from linli.accounts.tests.refused import refused
from linli.duties.actions.calls import CallFacts, choose_batch, close_call, open_call, sign_up, withdraw
from linli.duties.actions.people import Facts, add_volunteer
from linli.duties.calls_telling import describe
from linli.duties.models import Batch, Call, SignUp, Volunteer
from linli.duties.testing import person
from linli.duties.typed import phone_of
from linli.ground.scope import scoped
from linli.ground.testing import Cast, client_as, make_cast
from linli.journal.models import Entry
from linli.kernel.refusal import Refusal
from linli.notices.models import Notice

NOW = timezone.now()


def a_call(cast: Cast, capacity: int = 3) -> Call:
    facts = CallFacts("党员防控队", capacity, NOW + timedelta(days=3))
    return open_call(
        by=cast.users["clerk"], neighbourhood=cast.neighbourhood, facts=facts, now=NOW - timedelta(hours=1)
    )


def answers(cast: Cast, call: Call, count: int) -> list[SignUp]:
    return [
        sign_up(by=None, call=call, volunteer=person(cast, NOW, f"志愿者{n}"), now=NOW + timedelta(minutes=n))
        for n in range(count)
    ]


def states(call: Call) -> list[str]:
    return list(SignUp.objects.filter(call=call).order_by("at").values_list("state", flat=True))


def test_batches_go_by_who_came_first_and_the_rest_waits(cast: Cast) -> None:
    with cast.scope():
        call = a_call(cast)
        up = answers(cast, call, 5)
        assert up[0].at - call.opened_at == timedelta(hours=1)
        assert states(call) == ["signed"] * 5
        first = choose_batch(by=None, call=call, count=2, now=NOW)
        assert first.number == 1
        assert states(call) == ["selected", "selected", "waiting", "waiting", "waiting"]
        with refused("duties.call_full"):
            choose_batch(by=None, call=call, count=2, now=NOW)
        second = choose_batch(by=None, call=call, count=1, now=NOW)
        assert second.number == 2
        assert states(call) == ["selected"] * 3 + ["waiting"] * 2
        # the first one cannot: whoever has waited longest takes the place, in the same batch
        moved = withdraw(by=None, signup=up[0], now=NOW)
        assert moved is not None
        assert moved.pk == up[3].pk
        assert moved.batch == first
        assert states(call) == ["withdrawn", "selected", "selected", "selected", "waiting"]
        assert withdraw(by=None, signup=up[0], now=NOW) is None
        call.refresh_from_db()
        assert call.taken == 3
        told = Notice.objects.get(kind="duties.moved_up")
        assert describe([told])[told.pk].detail == call.title
        # who comes back goes to the end
        again = sign_up(by=None, call=call, volunteer=up[0].volunteer, now=NOW + timedelta(hours=2))
        assert again.state == SignUp.State.WAITING
        withdraw(by=None, signup=up[1], now=NOW)
        withdraw(by=None, signup=up[2], now=NOW)
        withdraw(by=None, signup=up[3], now=NOW)
        call.refresh_from_db()
        assert call.taken == 2
    acts = set(Entry.objects.values_list("act", flat=True))
    assert {
        "duties.call_opened",
        "duties.call_answered",
        "duties.batch_chosen",
        "duties.call_withdrawn",
        "duties.moved_up",
    } <= acts


def test_who_has_left_the_roster_is_neither_chosen_nor_moves_up(cast: Cast) -> None:
    with cast.scope():
        call = a_call(cast, capacity=2)
        up = answers(cast, call, 6)
        today = timezone.localdate(NOW)
        Volunteer.objects.filter(pk__in=[up[0].volunteer_id, up[3].volunteer_id]).update(until=today)
        Volunteer.objects.filter(pk=up[4].volunteer_id).update(until=today + timedelta(days=9))
        choose_batch(by=None, call=call, count=2, now=NOW)
        assert states(call) == ["waiting", "selected", "selected", "waiting", "waiting", "waiting"]
        moved = withdraw(by=None, signup=up[1], now=NOW)
        assert moved == up[4], "who leaves later still can"


def test_what_is_refused(cast: Cast) -> None:
    with cast.scope():
        for code, facts in (
            ("duties.call_title", CallFacts(" ", 3, NOW + timedelta(days=1))),
            ("duties.call_over", CallFacts("站岗", 3, NOW - timedelta(days=1))),
            ("duties.call_capacity", CallFacts("站岗", 0, NOW + timedelta(days=1))),
        ):
            with refused(code):
                open_call(by=None, neighbourhood=cast.neighbourhood, facts=facts, now=NOW)
        call = a_call(cast)
        with refused("duties.batch_empty"):
            choose_batch(by=None, call=call, count=1, now=NOW)
        unsaid = add_volunteer(by=None, neighbourhood=cast.neighbourhood, facts=Facts("某人"), now=NOW)
        with refused("duties.age_unsaid"):
            sign_up(by=None, call=call, volunteer=unsaid, now=NOW)
        Volunteer.objects.filter(pk=unsaid.pk).update(born_year=NOW.year - 10)
        unsaid.refresh_from_db()
        with refused("duties.under_age"):
            sign_up(by=None, call=call, volunteer=unsaid, now=NOW)
        known = answers(cast, call, 1)[0]
        close_call(by=None, call=call, now=NOW + timedelta(minutes=1))
        close_call(by=None, call=call, now=NOW + timedelta(minutes=1))
        with refused("duties.call_closed"):
            sign_up(by=None, call=call, volunteer=person(cast, NOW, "晚来的"), now=NOW + timedelta(minutes=2))
        assert sign_up(by=None, call=call, volunteer=known.volunteer, now=NOW + timedelta(minutes=2)) == known
        assert Entry.objects.filter(act="duties.call_closed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_offices_at_the_same_moment_never_choose_too_many() -> None:
    """C06: the capacity is respected; on both databases."""
    cast = make_cast()
    with cast.scope():
        call = a_call(cast, capacity=4)
        answers(cast, call, 9)
    start, refusals = Barrier(3), []

    def choose() -> None:
        try:
            start.wait()
            with scoped(neighbourhood_ids={cast.neighbourhood.pk}, reason="test"):
                for _n in range(3):
                    with suppress(Refusal):
                        choose_batch(by=None, call=call, count=2, now=timezone.now())
                        continue
                    refusals.append(1)
        finally:
            connections[connection.alias].close()

    threads = [Thread(target=choose) for _n in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with cast.scope():
        call.refresh_from_db()
        assert call.taken == SignUp.objects.filter(call=call, state="selected").count() == 4
        assert Batch.objects.filter(call=call).count() == 2
    assert len(refusals) == 7


def test_a_number_that_is_none_is_refused() -> None:
    assert phone_of("199 0000 0001") == "19900000001"
    assert phone_of(" ") == ""
    with refused("duties.phone_unclear"):
        phone_of("明天再说")


def test_sign_up_on_the_page_by_oneself_and_by_the_office(cast: Cast) -> None:
    office, guard = client_as(cast.users["clerk"]), client_as(cast.users["guard"])
    closes = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    page = office.post("/volunteers/calls/", {"title": "搬运口罩", "capacity": 1, "closes_at": closes}).url
    born = NOW.year - 30
    assert guard.post(page, {"name": "我", "born_year": NOW.year - 17}).status_code == 422
    assert guard.post(page, {"name": "我", "born_year": born}).status_code == 302
    assert office.post(page, {"name": "无手机的老李", "born_year": born}).status_code == 302
    assert office.post(page, {"name": "错号码", "born_year": born, "phone": "123"}).status_code == 422
    shown = office.get(page).content.decode()
    assert "无手机的老李" in shown
    assert "无手机的老李" not in guard.get(page).content.decode()
    assert office.post(f"{page}batch/", {"count": "1"}).status_code == 302
    with cast.scope():
        assert Call.objects.get().capacity == 1
        mine = SignUp.objects.get(volunteer__user=cast.users["guard"])
        others = SignUp.objects.exclude(pk=mine.pk).get()
        assert (mine.state, others.state) == ("selected", "waiting")
    assert guard.post(f"{page}leave/{others.pk}/").status_code == 404
    assert guard.post(f"{page}leave/{mine.pk}/").status_code == 302
    with cast.scope():
        others.refresh_from_db()
        assert others.state == "selected"
    assert guard.post(f"{page}answer/").status_code == 302
    assert guard.post(f"{page}batch/", {"count": "1"}).status_code == 403
    assert office.post(f"{page}close/").status_code == 302
    assert office.get("/volunteers/calls/").status_code == 200
    assert client_as(cast.users["officer"]).get(page).status_code == 403
    assert client_as(cast.users["stranger"]).get(page).status_code == 404
