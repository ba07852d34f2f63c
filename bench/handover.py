"""Alarms with 10,000 open hand-overs (`make bench-handover`), SQLite on a disk.

    python bench/handover.py [--open 10000] [--quick] [--no-write]

*Nothing due*: a turn of the worker that finds nobody late. *Ten due*: a coach that does not come, from the turn to the notice that is
written and told. *All due*: nobody ran for a night, and every hand-over is late at once; its longest transaction is what a gate waits for.
*Board*: the reader of all of them, of which the statements are counted by a test.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import report
from rounds import setup

TICK_SECONDS = 15
LIMIT_TRANSACTION_MS = 200
RUNS = 5


def town() -> Any:
    """A neighbourhood with a secretary and an operation."""
    # reason: Django is set up now
    from django.utils import timezone

    from linli.accounts.models import User
    from linli.ground.actions.mandates import give_mandate
    from linli.ground.actions.places import create_neighbourhood
    from linli.operations.actions import Order, open_operation

    place = create_neighbourhood(by=None, name="槐安居民区", code="310199001")
    user = User.objects.create_user("shuji", "correct horse 1", display_name="林书记")
    give_mandate(by=None, capacity="secretary", place=place, user=user)
    order = Order(
        "演练", "接送入境人员回家", "emergency", "传染病防治法 第四十二条", "区防控办", "居委会", "shanghai-2020-02-10"
    )
    open_operation(by=None, neighbourhood=place, order=order, ends_at=timezone.now() + timedelta(days=20))
    return place


def waiting(place: Any, people: int, now: datetime) -> None:
    """So many travellers in the desk's hands, each with a leg: ten late in half an hour, the others later, forty together."""
    # reason: Django is set up now
    from linli.ground.mandates import secretary_of
    from linli.journeys import hands
    from linli.journeys.actions.arrivals import take_notice
    from linli.journeys.details import Details, Outsider, seal
    from linli.journeys.models import Leg, Traveller

    notice = take_notice(by=None, neighbourhood=place, via="list", received_at=now)
    desk = hands.of_outsider(place, notice.operation, "airport_desk", Outsider("专班"))
    escort = hands.of_outsider(place, notice.operation, "escort", Outsider("跟车"))
    words, owner = seal(Details(name="TRAVELLER/A"), notice.operation), secretary_of(place)
    travellers = Traveller.objects.bulk_create(
        Traveller(neighbourhood=place, operation=notice.operation, notice=notice, owner=owner, sealed=words, heard_at=now,
                  begun_at=now, begun_hands=desk)
        for _ in range(people)
    )  # fmt: skip
    Leg.objects.bulk_create(
        Leg(neighbourhood=place, traveller=one, taker=escort, expected_at=due - timedelta(minutes=30), alarm_at=due, planned_at=now)
        for number, one in enumerate(travellers)
        for due in [now + (timedelta(minutes=30) if number < 10 else timedelta(hours=1, minutes=number // 40))]
    )  # fmt: skip


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds, and what it returned."""
    begun = time.perf_counter()
    found = act()
    return (time.perf_counter() - begun) * 1000, found


class Longest:
    """The longest time for which a write transaction was open, in milliseconds."""

    def __init__(self) -> None:
        self.ms, self._begun = 0.0, 0.0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Around every statement."""
        found = execute(sql, params, many, context)
        if sql.startswith("BEGIN"):
            self._begun = time.perf_counter()
        return found

    def ended(self) -> None:
        """After a commit."""
        self.ms = max(self.ms, (time.perf_counter() - self._begun) * 1000)


def measure(people: int) -> dict[str, float]:
    """Every figure of one town."""
    # reason: Django is set up now
    from django.db import connection
    from django.utils import timezone

    from linli.ground.scope import scoped
    from linli.journeys import alarms, jobs
    from linli.journeys.queries import board
    from linli.notices import jobs as sending
    from linli.notices.models import Notice, Telling

    place, now = town(), timezone.now()
    with scoped(neighbourhood_ids={place.pk}, reason="bench"):
        waiting(place, people, now)
        quiet = [timed(lambda: jobs.tick(now))[0] for _ in range(RUNS)]
        ms, found = timed(lambda: (jobs.tick(now + timedelta(minutes=31)), sending.tick(now + timedelta(minutes=31))))
        assert found[0] == {"alarms": 10}, found
        notice = Notice.objects.get(kind=alarms.LATE)
        assert Telling.objects.filter(notice=notice).exists(), "told in the same turn"
        longest = Longest()
        plain = connection.commit

        def commit() -> None:
            plain()
            longest.ended()

        connection.commit = commit  # type: ignore[method-assign]
        with connection.execute_wrapper(longest):
            all_ms, told = timed(lambda: jobs.tick(now + timedelta(days=1)))
        connection.commit = plain  # type: ignore[method-assign]
        assert told == {"alarms": people - 10}, told
        read = [timed(lambda: board(place, now + timedelta(days=1)))[0] for _ in range(3)]
    return {
        "quiet": statistics.median(quiet), "ten": ms, "all": all_ms, "transaction": longest.ms, "board": statistics.median(read),
    }  # fmt: skip


def main() -> int:
    """Measure, print, write the section; 1 above a limit."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--open", type=int, default=10_000)
    parser.add_argument("--quick", action="store_true", help="2,000 open hand-overs")
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    people = 2_000 if options.quick else options.open
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_TMP", ".cache")) as folder:
        setup(folder)
        found = measure(people)
    text = f"""## Alarms with {people:,} open hand-overs

`make bench-handover` ({report.machine("Django")}). SQLite on a disk. The worker's turn is every {TICK_SECONDS} s.

| what | ms | at most |
|---|---|---|
| a turn that finds nobody late | {found["quiet"]:.1f} | |
| ten late together: from the turn to a notice that is told | {found["ten"]:.0f} | {TICK_SECONDS * 1000:,} |
| all late at once, nobody ran for a day | {found["all"]:.0f} | {TICK_SECONDS * 1000:,} |
| the longest transaction of these | {found["transaction"]:.0f} | {LIMIT_TRANSACTION_MS} |
| the board of all of them | {found["board"]:.0f} | |
"""
    print(text)
    if not (options.quick or options.no_write):
        report.write_section("handover", text)
    limit = TICK_SECONDS * 1000
    return int(found["ten"] > limit or found["all"] > limit or found["transaction"] > LIMIT_TRANSACTION_MS)


if __name__ == "__main__":
    sys.exit(main())
