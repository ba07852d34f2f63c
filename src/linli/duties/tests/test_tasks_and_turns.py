"""Tasks taken by name (C10) and fair turns (O04)."""

from __future__ import annotations

from datetime import time, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from linli.accounts.tests.refused import refused
from linli.duties.actions.abilities import (
    set_hours,
)
from linli.duties.actions.posts import PatternFacts, PostFacts, add_pattern, add_post
from linli.duties.actions.tasks import add_task, finish_task, give_task_back, take_task
from linli.duties.models import (
    Shift,
    Task,
    Volunteer,
)
from linli.duties.rotation import spread, turns
from linli.duties.testing import person
from linli.duties.turns import plan
from linli.ground.scope import scoped
from linli.ground.testing import Cast, client_as, make_cast
from linli.journal.models import Entry
from linli.kernel.refusal import Refusal

NOW = timezone.now()
TODAY = timezone.localdate()
DAY = timedelta(days=1)
EVERY = [(day, part) for day in range(1, 8) for part in ("early", "afternoon", "night")]


def test_c10_a_task_shows_who_took_it_and_when_it_was_done(cast: Cast) -> None:
    with cast.scope():
        task = add_task(by=None, neighbourhood=cast.neighbourhood, title="我去借测温枪", now=NOW, due_at=NOW + DAY)
        one, other = person(cast, NOW, "甲"), person(cast, NOW, "乙")
        with refused("duties.task_untaken"):
            finish_task(by=None, task=task, now=NOW)
        take_task(by=None, task=task, now=NOW, volunteer=one)
        take_task(by=None, task=task, now=NOW, volunteer=one)
        with refused("duties.task_taken"):
            take_task(by=None, task=task, now=NOW, volunteer=other)
        give_task_back(by=None, task=task)
        assert task.taken_at is None
        take_task(by=None, task=task, now=NOW, name="书记")
        done = finish_task(by=None, task=task, now=NOW + timedelta(hours=2))
        finish_task(by=None, task=task, now=NOW + timedelta(hours=9))
        assert (done.taken_name, done.done_at) == ("书记", NOW + timedelta(hours=2))
        assert give_task_back(by=None, task=task).taken_name == "书记"
        for code, facts in (
            ("duties.task_title", {"title": " "}),
            ("duties.task_due", {"title": "某事", "due_at": NOW - DAY}),
        ):
            with refused(code):
                add_task(by=None, neighbourhood=cast.neighbourhood, now=NOW, **facts)  # type: ignore[arg-type]
        with refused("duties.name_missing"):
            take_task(by=None, task=add_task(by=None, neighbourhood=cast.neighbourhood, title="某事", now=NOW), now=NOW)
    acts = set(Entry.objects.values_list("act", flat=True))
    assert {"duties.task_added", "duties.task_taken", "duties.task_back", "duties.task_done"} <= acts


def test_nobody_under_age_takes_a_task(cast: Cast) -> None:
    with cast.scope():
        task = add_task(by=None, neighbourhood=cast.neighbourhood, title="送药", now=NOW)
        one = person(cast, NOW, "甲")
        for born, code in ((NOW.year - 15, "duties.under_age"), (None, "duties.age_unsaid")):
            Volunteer.objects.filter(pk=one.pk).update(born_year=born)
            one.refresh_from_db()
            with refused(code):
                take_task(by=None, task=task, now=NOW, volunteer=one)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_takes_it() -> None:
    cast = make_cast()
    with cast.scope():
        task = add_task(by=None, neighbourhood=cast.neighbourhood, title="送药", now=NOW)
    start, got = Barrier(4), []

    def take(name: str) -> None:
        try:
            start.wait()
            with scoped(neighbourhood_ids={cast.neighbourhood.pk}, reason="test"):
                got.append(
                    take_task(by=None, task=Task.objects.get(pk=task.pk), now=timezone.now(), name=name).taken_name
                )
        except Refusal as refusal:
            got.append(refusal.code)
        finally:
            connections[connection.alias].close()

    threads = [Thread(target=take, args=(name,)) for name in "甲乙丙丁"]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert got.count("duties.task_taken") == 3
    assert len([name for name in got if name in "甲乙丙丁"]) == 1


def test_the_page_of_tasks(cast: Cast) -> None:
    office, guard = client_as(cast.users["clerk"]), client_as(cast.users["guard"])
    assert office.post("/volunteers/tasks/", {"title": "搬桌子"}).status_code == 302
    assert office.post("/volunteers/tasks/", {"title": ""}).status_code == 422
    with cast.scope():
        task = Task.objects.get()
    assert guard.post(f"/volunteers/tasks/{task.pk}/done/").status_code == 404
    assert guard.post(f"/volunteers/tasks/{task.pk}/take/").status_code == 302
    assert "guard" in guard.get("/volunteers/tasks/").content.decode()
    assert guard.post(f"/volunteers/tasks/{task.pk}/nothing/").status_code == 404
    assert guard.post(f"/volunteers/tasks/{task.pk}/done/").status_code == 302
    assert office.post(f"/volunteers/tasks/{task.pk}/take/", {"name": "别人"}).status_code == 302
    with cast.scope():
        task.refresh_from_db()
        assert task.taken_name == cast.users["guard"].display_name
    assert client_as(cast.users["officer"]).get("/volunteers/tasks/").status_code == 403
    assert client_as(cast.users["stranger"]).get("/volunteers/tasks/").status_code == 404


@given(people=st.integers(1, 12), slots=st.integers(0, 60), done=st.lists(st.integers(0, 3), max_size=12))
def test_o04_between_most_and_least_is_one_duty_at_most(people: int, slots: int, done: list[int]) -> None:
    names = list(range(people))
    before = dict(zip(names, done, strict=False))
    ones = {one: before.get(one, 0) for one in names}
    found = turns(names, range(slots), done=before, last={}, can=lambda one, slot: True, near=lambda one, other: False)
    for one in found:
        assert one is not None
        ones[one] += 1
    assert spread(ones) <= max(1, spread({one: before.get(one, 0) for one in names}))
    if slots >= people * 3:
        assert spread(ones) <= 1


def test_a_turn_goes_to_who_can_and_has_rested() -> None:
    found = turns("ab", [1, 2, 3], done={"a": 5}, last={}, can=lambda one, slot: one == "a" or slot != 2,
                  near=lambda one, other: abs(one - other) == 1)  # fmt: skip
    assert found == ["b", "a", "b"]
    assert turns("a", [1, 2], done={}, last={}, can=lambda one, slot: True, near=lambda one, other: True) == ["a", None]
    assert spread({}) == 0


def test_o04_sorting_duty_goes_round_on_the_page(cast: Cast) -> None:
    with cast.scope():
        post = add_post(by=None, neighbourhood=cast.neighbourhood, facts=PostFacts("垃圾分拣", "other"), since=TODAY)
        add_pattern(by=None, post=post, facts=PatternFacts("早", time(7), 120, 1), now=NOW, since=TODAY)
        people = [person(cast, NOW, f"居民{n}") for n in range(5)]
        for one in people:
            set_hours(by=None, volunteer=one, slots=EVERY)
        set_hours(by=None, volunteer=people[0], slots=[(7, "early")])
        person(cast, NOW, "没说时间的")
        found = plan(post, NOW)
        assert {one.volunteer for one in found.turns} <= set(people)
        assert all(
            turn.volunteer != people[0] or turn.shift.starts_at.astimezone().isoweekday() == 7 for turn in found.turns
        )
        counts = [count for one, count in found.people if one != people[0]]
        assert max(counts) - min(counts) <= 1
    client = client_as(cast.users["clerk"])
    assert "垃圾分拣" in client.get("/volunteers/turns/").content.decode()
    assert client.get(f"/volunteers/turns/{post.pk}/").status_code == 200
    assert client.post(f"/volunteers/turns/{post.pk}/").status_code == 302
    with cast.scope():
        assert not [turn for turn in plan(post, NOW).turns if turn.volunteer]
        assert Shift.objects.filter(post=post, taken=1).count() == len(found.turns)
    assert client_as(cast.users["officer"]).get(f"/volunteers/turns/{post.pk}/").status_code == 403
