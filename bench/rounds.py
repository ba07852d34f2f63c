"""Opening a round, and reading how it stands (`make bench-rounds`), SQLite on a disk.

    python bench/rounds.py [--targets 100000] [--rounds 3] [--quick] [--no-write]

*Opening* is everything: choosing the places, who answers for each, freezing them in short transactions, the last step. Beside it, in
turns, `bulk_create` of the same rows in one transaction, its rows made before the clock starts. *Standing* is coverage by zone, read from
the tables: targets, visits with one target each, hand-overs, excuses, in a fixed number of statements.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import report

LIMIT_RATIO = 2.0
LIMIT_TRANSACTION_MS = 200
LIMIT_GROWTH = 1.2
"""Of the time from 10³ to 10⁵ visits, as an exponent: 1 is linear."""


def setup(folder: str) -> None:
    """Django on an empty database in `folder`."""
    os.environ["LINLI_DATA"], os.environ["LINLI_KEYS"] = folder, f"{folder}.keys"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.site.settings")
    # reason: the settings read the folder
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def town(targets: int) -> Any:
    """A neighbourhood with that many public spots below twenty estates, each estate a zone."""
    # reason: Django is set up now
    from linli.accounts.models import User
    from linli.ground.actions.mandates import give_mandate
    from linli.ground.actions.places import NewPlace, add_places, create_neighbourhood
    from linli.ground.actions.zones import hold_zone, make_zone, set_zone_places

    place = create_neighbourhood(by=None, name="槐安居民区", code="310199001")
    user = User.objects.create_user("shuji", "correct horse 1", display_name="林书记")
    mandate = give_mandate(by=None, capacity="secretary", place=place, user=user)
    estates = add_places([NewPlace("estate", place, f"小区{n}") for n in range(20)])
    for estate in estates:
        area = make_zone(by=None, neighbourhood=place, name=estate.name)
        set_zone_places(by=None, area=area, places=[estate])
        hold_zone(by=None, area=area, mandate=mandate)
        add_places([NewPlace("public_spot", estate, f"{n}号点") for n in range(targets // 20)])
    return place


def planned(place: Any) -> Any:
    """A patrol of every public spot."""
    # reason: Django is set up now
    from linli.ground.models import PlaceKind
    from linli.rounds.actions.plans import About, NewPlan, make_plan

    kind = PlaceKind.objects.get(code="public_spot")
    new = NewPlan(
        "patrol", "巡查", "place", [About(place=place, kind=kind)], "zone", rule="FREQ=DAILY;BYHOUR=9;BYMINUTE=0"
    )
    return make_plan(by=None, place=place, new=new)


@contextmanager
def longest_transaction(module: Any) -> Iterator[list[float]]:
    """The lengths of the transactions that `module` opens."""
    real, times = module.transaction.atomic, []

    @contextmanager
    def timed(*values: Any, **named: Any) -> Iterator[None]:
        began = time.perf_counter()
        with real(*values, **named):
            yield
        times.append(time.perf_counter() - began)

    module.transaction.atomic = timed
    try:
        yield times
    finally:
        module.transaction.atomic = real


def timed(do: Callable[[], Any], clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds of one run."""
    began = clock()
    do()
    return clock() - began


def opening(place: Any, rounds: int) -> tuple[list[float], list[float], float]:
    """Seconds of openings, of bulk inserts of the same rows, and of the longest transaction."""
    # reason: Django is set up now
    from django.utils import timezone

    from linli.kernel.ids import uuid7
    from linli.rounds.actions import opening as module
    from linli.rounds.models import Occurrence, Target
    from linli.rounds.plans.timing import window

    plan, now = planned(place), timezone.now()
    opened, bare, transactions = [], [], []
    for number in range(rounds):
        slot = window(plan).around(now + timedelta(days=2 * number))
        with longest_transaction(module) as times:
            opened.append(timed(lambda at=slot: module.open_slot(plan=plan, slot=at, now=now)))
        transactions += times
        one = Occurrence.objects.get(plan=plan, slot_at=slot.at)
        rows = list(Target.objects.filter(occurrence=one))
        other = Occurrence.objects.get(pk=one.pk)
        other.pk, other.slot_at = uuid7(), slot.at + timedelta(days=1)
        other.save(force_insert=True)
        for row in rows:
            row.pk, row.occurrence = uuid7(), other
        bare.append(timed(lambda same=rows: Target.objects.bulk_create(same)))
    return opened, bare, max(transactions)


def standing(place: Any, sizes: list[int], rounds: int) -> dict[int, float]:
    """Number of visits → median seconds of coverage by zone."""
    # reason: Django is set up now
    from django.utils import timezone

    from linli.rounds import standing as reader

    plan, found = planned(place), {}
    for number, size in enumerate(sizes):
        one = _visited(plan, size, timezone.now() - timedelta(days=number + 1))
        read = partial(lambda same: reader.of([same], timezone.now())[same.pk].zones, one)
        runs = [timed(read, time.process_time) for _ in range(rounds)]
        found[size] = statistics.median(runs)
    return found


def _visited(plan: Any, size: int, at: datetime) -> Any:
    """A round of `size` targets in twenty zones, each visited once."""
    # reason: Django is set up now
    from linli.ground.models import Area, Place
    from linli.kernel.ids import uuid7
    from linli.rounds.models import Occurrence, Target, Visit, VisitTarget

    one = Occurrence.objects.create(
        id=uuid7(), plan=plan, place=plan.place, title="巡查", slot_at=at, opens_at=at, opened_at=at,
        due_at=at + timedelta(hours=1), closes_at=at + timedelta(hours=2), frozen=size,
    )  # fmt: skip
    areas = list(Area.objects.order_by("pk"))
    spots = Place.objects.filter(kind__code="public_spot").order_by("pk").values_list("pk", flat=True)
    targets, visits, links = [], [], []
    for number, spot in enumerate(spots[:size]):
        target = Target(
            id=uuid7(), occurrence=one, place_id=spot, name="点", area=areas[number % 20], sort=f"{number:06}"
        )
        visit = Visit(
            id=uuid7(), neighbourhood=plan.place, place=plan.place, occurrence=one, happened_at=at, heard_at=at, visitor="何"
        )  # fmt: skip
        targets.append(target)
        visits.append(visit)
        links.append(VisitTarget(neighbourhood=plan.place, visit=visit, target=target))
    for model, rows in ((Target, targets), (Visit, visits), (VisitTarget, links)):
        model.objects.bulk_create(rows)
    return one


def main() -> int:
    """Measure, write the section; 1 when a limit is passed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--targets", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--no-write", action="store_true")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.targets, chosen.rounds = 10_000, 3
    with tempfile.TemporaryDirectory() as folder:
        setup(folder)
        # reason: Django is set up now
        from linli.ground.scope import scoped

        place = town(chosen.targets)
        with scoped(neighbourhood_ids={place.pk}, reason="bench"):
            opened, bare, longest = opening(place, chosen.rounds)
            sizes = [size for size in (1_000, 10_000, 100_000) if size <= chosen.targets]
            read = standing(place, sizes, chosen.rounds)
    ratio = statistics.median(opened) / statistics.median(bare)
    growth = math.log(read[sizes[-1]] / read[sizes[0]]) / math.log(sizes[-1] / sizes[0])
    text = section(chosen.targets, opened, bare, longest, read, ratio, growth)
    print(text)
    if not chosen.no_write:
        report.write_section("rounds", text)
    return int(ratio > LIMIT_RATIO or longest * 1000 > LIMIT_TRANSACTION_MS or growth > LIMIT_GROWTH)


def section(
    targets: int,
    opened: list[float],
    bare: list[float],
    longest: float,
    read: dict[int, float],
    ratio: float,
    growth: float,
) -> str:
    """The figures in words."""
    lines = [
        "## Rounds: opening, and how they stand",
        "",
        report.machine("Django"),
        "",
        f"| {targets:,} targets, median of {len(opened)} in turns | seconds |",
        "|---|---|",
        f"| opening: chosen, held, frozen in chunks, finished | **{statistics.median(opened):.2f}** |",
        f"| `bulk_create` of the same rows, one transaction | {statistics.median(bare):.2f} |",
        f"| ratio (limit {LIMIT_RATIO:g}) | **{ratio:.2f}** |",
        f"| longest transaction of the opening (limit {LIMIT_TRANSACTION_MS} ms) | {longest * 1000:.0f} ms |",
        "",
        "| visits, a target each, twenty zones | coverage by zone, ms of the processor |",
        "|---|---|",
        *(f"| {size:,} | {seconds * 1000:.0f} |" for size, seconds in read.items()),
        "",
        f"Growth from the first to the last: n^{growth:.2f} (limit {LIMIT_GROWTH}); five statements at any size.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
