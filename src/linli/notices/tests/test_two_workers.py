"""Two real workers at once, each with a connection of its own, and a process that is killed while it sends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from linli.ground.testing import Cast, make_cast
from linli.notices import actions, jobs
from linli.notices.addresses import Address
from linli.notices.answers import Answer
from linli.notices.models import Acknowledgement, Delivery, Telling
from linli.notices.tests.bot import Bot
from linli.notices.tests.conftest import LATE, PLAIN
from linli.notices.tests.helpers import group, minutes, notice

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 4


@pytest.fixture
def here(transactional_db: None) -> Cast:
    return make_cast()


def at_once(work: Callable[[], object]) -> None:
    """Let some threads do the same at the same moment; what one raises, the test raises."""
    ready, troubles = threading.Barrier(WORKERS), []

    def run() -> None:
        try:
            ready.wait(10)
            work()
        except Exception as trouble:
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert troubles == []


def test_never_twice(here: Cast, group_bot: Bot) -> None:
    group(here, group_bot)
    for n in range(6):
        notice(here, f"n{n}", kind=LATE if n % 2 else PLAIN)
    now = minutes(timezone.now(), 1)
    group_bot.slow = 0.05
    at_once(lambda: jobs.tick(now))
    with here.scope():
        assert Telling.objects.count() == 6
        assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
        messages = set(Delivery.objects.values_list("message", flat=True))
    assert len(group_bot.got) == len(messages)
    assert sum(int(text.partition("（")[2].partition("）")[0]) for text in group_bot.texts()) == 6


def test_the_same_notice_written_by_two_is_one(here: Cast) -> None:
    at_once(lambda: notice(here, "same"))
    with here.scope():
        jobs.tick(minutes(timezone.now(), 1))
        assert Telling.objects.count() == 1


def test_taken_up_by_two_at_once_is_both_names_once(here: Cast) -> None:
    row = notice(here)
    jobs.tick(minutes(row.due_at, 1))

    def take() -> None:
        with here.scope():
            actions.acknowledge(by=here.users["building_leader"], notice=row)

    at_once(take)
    with here.scope():
        assert Acknowledgement.objects.count() == 1


def test_a_tick_that_is_killed_at_any_point_is_made_up_for(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed while it tells, while it sends, after it sent: the next ticks end with everybody told, and one number in the group."""
    heard: list[str] = []

    class Killed(BaseException):
        pass

    def sent_and_killed(_address: Address, body: str) -> Answer:
        heard.append(body)
        raise Killed

    def sent(_address: Address, body: str) -> Answer:
        heard.append(body)
        return Answer()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.LINLI_NOTICE_HOSTS", frozenset({"own.example"}))
        address = "https://own.example/cgi-bin/webhook/send?key=aaaaaaaa"
        group(here, Bot(), address=address)
    row = notice(here)
    now: datetime = minutes(row.due_at, 1)
    monkeypatch.setattr("linli.notices.jobs.post", sent_and_killed)
    with pytest.raises(Killed):
        jobs.tick(now)
    monkeypatch.setattr("linli.notices.jobs.post", sent)
    jobs.tick(now)
    jobs.tick(timezone.now() + timedelta(minutes=5))
    jobs.tick(timezone.now() + timedelta(minutes=6))
    assert len(heard) == 2
    assert heard[0] == heard[1]
    with here.scope():
        assert Delivery.objects.get().state == "sent"
        assert Telling.objects.count() == 1
