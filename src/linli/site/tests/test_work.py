"""What runs by itself: each turn by one process, each job for itself, the newest turn alone after a pause."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError

from linli.ground.testing import Cast
from linli.notices import words
from linli.notices.actions.running import ABANDONED, begin, finish
from linli.notices.models import JobRun
from linli.site import work
from linli.site.work import JOBS, Job, run_due

NOW = datetime(2026, 3, 13, 8, 41, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def noting(name: str, moments: list[tuple[str, datetime]]) -> Job:
    return Job(name, MINUTE, lambda now: moments.append((name, now)))


def test_in_order_once_a_turn_whoever_asks(db: None) -> None:
    ran: list[tuple[str, datetime]] = []
    jobs = (noting("first", ran), noting("second", ran))
    assert run_due(NOW, jobs) == ["first", "second"]
    assert run_due(NOW + timedelta(seconds=30), jobs) == []
    assert run_due(NOW + MINUTE, jobs) == ["first", "second"]
    assert [name for name, _ in ran] == ["first", "second"] * 2


def test_a_day_later_one_turn(db: None) -> None:
    ran: list[tuple[str, datetime]] = []
    jobs = (noting("one", ran),)
    run_due(NOW, jobs)
    run_due(NOW + timedelta(days=1), jobs)
    run_due(NOW + timedelta(days=1, seconds=3), jobs)
    assert len(ran) == 2


def test_two_processes_and_one_has_the_turn(db: None) -> None:
    assert begin("one", 5, NOW)
    assert not begin("one", 5, NOW)
    finish("one", 5, NOW)
    assert begin("one", 6, NOW + MINUTE)
    assert not begin("one", 6, NOW + MINUTE)


def test_a_turn_waits_for_the_one_before_it_and_not_for_a_dead_process(db: None) -> None:
    assert begin("long", 5, NOW)
    assert not begin("long", 6, NOW + MINUTE)
    assert begin("long", 20, NOW + ABANDONED + MINUTE)


def test_a_failure_keeps_no_other_job_from_its_work_and_is_kept_by_its_class(
    db: None, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_now: datetime) -> None:
        raise OSError("林知夏")

    ran: list[tuple[str, datetime]] = []
    jobs = (Job("broken", MINUTE, broken), noting("well", ran))
    assert run_due(NOW, jobs) == ["broken", "well"]
    row = JobRun.objects.get(pk="broken")
    assert row.error == "OSError"
    since = row.failed_since
    run_due(NOW + MINUTE, jobs)
    row.refresh_from_db()
    assert row.failed_since == since
    assert "broken failed" in caplog.text
    run_due(NOW + 2 * MINUTE, (noting("broken", ran),))
    row.refresh_from_db()
    assert (row.error, row.failed_since) == ("", None)


def test_a_database_that_does_not_answer_ends_nothing(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: object) -> bool:
        raise OperationalError

    monkeypatch.setattr(work, "begin", away)
    run_due(NOW, (noting("one", []),))
    assert "one could not be taken" in caplog.text


def test_the_loop_ends_when_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    seen: list[datetime] = []

    def turn(now: datetime, *_: object, **__: object) -> None:
        seen.append(now)
        if len(seen) == 3:
            stop.set()

    monkeypatch.setattr(work, "run_due", turn)
    monkeypatch.setattr(work, "close_old_connections", lambda: None)
    work.loop(stop, pause=0.01)
    assert len(seen) == 3


def test_the_verb_does_what_is_due_once(cast: Cast) -> None:
    said = StringIO()
    call_command("work", "--once", stdout=said)
    assert "notices" in said.getvalue()
    assert set(JobRun.objects.values_list("name", flat=True)) == {job.name for job in JOBS}
    assert not JobRun.objects.exclude(error="").exists()


def test_what_sends_notices_stands_last() -> None:
    assert JOBS[-1].name == "notices"


def test_each_job_has_a_thread_and_all_end_when_they_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: set[str] = set()
    stop = threading.Event()

    def turn(now: datetime, jobs: list[Job], **_: object) -> None:
        ran.update(job.name for job in jobs)
        if len(ran) == len(JOBS):
            stop.set()

    monkeypatch.setattr(work, "run_due", turn)
    monkeypatch.setattr(work, "close_old_connections", lambda: None)
    threads = work.start(stop, first=0.0)
    for thread in threads:
        thread.join(10)
    assert ran == {job.name for job in JOBS}
    assert not any(thread.is_alive() for thread in threads)


def test_every_job_has_its_words() -> None:
    assert {job.name for job in JOBS} == {"notices", *words.JOBS}, "a job that fails is named on 今日"
