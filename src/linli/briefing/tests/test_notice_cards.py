"""A dead group, a worker that stands still and what waits for oneself are seen on 今日 within minutes."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from linli.ground.testing import Cast
from linli.ground.tests.test_people_pages import english
from linli.notices import actions, kinds
from linli.notices.actions.channels import add_channel, try_channel
from linli.notices.answers import Answer
from linli.notices.jobs import tick
from linli.notices.models import JobRun
from linli.notices.recipients import To

ADDRESS = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=00000000-0000-0000-0000-00000000a1b2"


def test_a_dead_group_stands_there_until_it_works_again(cast: Cast) -> None:
    secretary, by = english(cast, "secretary"), cast.users["secretary"]
    rows = [
        add_channel(by=by, neighbourhood=cast.neighbourhood, kind="wecom", title=title, address=ADDRESS)
        for title in ("一片群", "二片群")
    ]

    def answers(answer: Answer, count: int) -> None:
        with cast.scope():
            for row in rows[:count]:
                try_channel(by=by, channel=row, send=lambda *_: answer)

    answers(Answer("address", "93000"), 1)
    page = secretary.get("/").content.decode()
    assert "“一片群” does not hear of notices" in page
    assert "does not know this bot" in page
    answers(Answer("address", "93000"), 2)
    assert "2 groups do not hear of notices" in secretary.get("/").content.decode()
    assert "hear of notices" not in english(cast, "clerk").get("/").content.decode()
    answers(Answer(), 2)
    assert "hear of notices" not in secretary.get("/").content.decode()


def test_a_worker_that_stands_still_is_seen_within_minutes(cast: Cast) -> None:
    now = timezone.now()
    secretary = english(cast, "secretary")
    assert "Nobody is told" not in secretary.get("/").content.decode()
    JobRun.objects.create(name="notices", slot=1, started_at=now - timedelta(minutes=6), finished_at=now)
    assert "Nobody is told of anything since" in secretary.get("/").content.decode()
    JobRun.objects.update(started_at=now, failed_since=now - timedelta(minutes=6))
    assert "Nobody is told of anything since" in secretary.get("/").content.decode()
    JobRun.objects.update(failed_since=None)
    assert "Nobody is told" not in secretary.get("/").content.decode()


def test_a_job_that_fails_is_seen_within_minutes(cast: Cast) -> None:
    now = timezone.now()
    secretary = english(cast, "secretary")
    for name, minutes in (("journeys", 6), ("care", 12), ("rounds", 1)):
        JobRun.objects.create(
            name=name, slot=1, started_at=now, finished_at=now, error="OperationalError",
            failed_since=now - timedelta(minutes=minutes),
        )  # fmt: skip
    page = secretary.get("/").content.decode()
    assert "What should run by itself has failed since" in page
    assert "dates and alarms of care, alarms of late hand-overs." in page, (
        "the longest first; one that failed just now waits"
    )
    assert "OperationalError" not in page
    waiting = secretary.get("/notices/waiting/").content.decode()
    assert "What should run by itself fails" in waiting
    assert "dates and alarms of care" in waiting
    assert "run by itself" not in english(cast, "clerk").get("/").content.decode()
    JobRun.objects.update(failed_since=None, error="")
    assert "run by itself" not in secretary.get("/").content.decode()


def test_what_waits_for_oneself(cast: Cast) -> None:
    kind = kinds.register(kinds.Kind("tests.card", "有一件事"))
    actions.notify(
        by=None, kind=kind.code, subject=("occurrence", 1), neighbourhood=cast.neighbourhood,
        to=To(capacity="clerk", place=cast.neighbourhood), key="card",
    )  # fmt: skip
    tick(timezone.now())
    assert "1 notice waits for you" in english(cast, "clerk").get("/").content.decode()
    assert "waits for you" not in english(cast, "secretary").get("/").content.decode()
