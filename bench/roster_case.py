"""The measured case: 40 people, 6 gates, 3 shifts a day, 4 weeks; fictional, and the same for the same seed.

Two people at the two busy gates on the two day shifts, one elsewhere: 22 a day, 616 duties. Each is trained for 4 of the 6 gates, one in
five does no nights, each wishes 5 days off. "One leader a shift" is read as: at each of the 84 times, at least one of those on duty at the
six gates is able to lead; two in five are.
"""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from linli.kernel.roster import Need, Person, Problem, Shift, Watch

ZONE = ZoneInfo("Asia/Shanghai")
FIRST = date(2020, 3, 2)
PEOPLE, GATES, BUSY, DAYS = 40, 6, 2, 28
STARTS = (time(6), time(14), time(22))
HOURS = timedelta(hours=8)


def case(seed: int = 1, people: int = PEOPLE, days: int = DAYS) -> Problem:
    """The problem of one seed."""
    chance = random.Random(seed)
    shifts, watches = [], []
    for day in (FIRST + timedelta(days=number) for number in range(days)):
        for starts in STARTS:
            start = datetime.combine(day, starts, tzinfo=ZONE)
            here = [_shift(gate, start, 2 if gate < BUSY and starts != STARTS[2] else 1) for gate in range(GATES)]
            shifts += here
            watches.append(Watch(f"{start:%m-%d %H}", tuple(shift.id for shift in here)))
    return Problem(
        tuple(_person(chance, number, days) for number in range(people)), tuple(shifts), watches=tuple(watches)
    )


def _shift(gate: int, start: datetime, count: int) -> Shift:
    return Shift(f"{start:%m-%d %H} g{gate}", start, start + HOURS, f"g{gate}", (Need(count, training=f"g{gate}"),))


def _person(chance: random.Random, number: int, days: int) -> Person:
    return Person(
        id=f"p{number:02}",
        trainings=frozenset(f"g{gate}" for gate in chance.sample(range(GATES), 4)),
        leads=number % 5 < 2,
        exempt=frozenset({"no_nights"} if number % 5 == 4 else ()),
        wishes_off=frozenset(FIRST + timedelta(days=off) for off in chance.sample(range(days), 5)),
    )
