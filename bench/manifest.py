"""A passenger list beside a city's quarter (`make bench-manifest`): 303 travellers, 100,000 residents of 340 estates, at most 5 s.

    python bench/manifest.py [--no-write]

Half of the travellers have the birth date of a resident, most of the addresses name an estate of ours: harder than a real list.
Then the same with a register in a database of its own: what is loaded from it counts.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import city
import report
from linli.kernel.addresses import Door
from linli.kernel.manifest_match import RegisterIndex, Resident, Traveller, match
from linli.kernel.manifest_names import written_in_register
from linli.kernel.manifest_places import Estate

RESIDENTS, TRAVELLERS, ESTATES, RUNS, LIMIT = 100_000, 303, 340, 3, 5.0
SURNAMES, GIVEN = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗吕苏蒋唐", "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂英华玲"
TREES, ROADS = "梧桐海棠橘枫杨柳松柏银杏云溪泉湾里古榆望渔听风", ("青杨路", "枫林路", "北桥路", "南溪路", "梧桐路")
KINDS, ENGLISH = ("别墅", "新苑", "家园", "花苑"), ("Spruce", "Oak", "Maple", "Begonia Bay", "Orange Spring")


def estates(dice: random.Random) -> list[Estate]:
    return [
        Estate(
            at,
            "".join(dice.sample(TREES, 2)) + dice.choice(KINDS),
            f"{dice.choice(ENGLISH)} Villas",
            dice.choice(ROADS),
            str(100 + at * 7),
            "长宁区",
        )
        for at in range(ESTATES)
    ]


def birthday(dice: random.Random) -> date:
    return date(1930, 1, 1) + timedelta(dice.randrange(33_000))


def resident(dice: random.Random, at: int) -> Resident:
    estate, house = dice.randrange(ESTATES), str(dice.randrange(300))
    name = dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2))))
    phones = frozenset([dice.randrange(60_000)])
    homes = ((estate, Door(building=house)),)
    return Resident(
        at, name, dice.choice("男女"), birthday(dice), phones=phones, household=(estate, house), homes=homes
    )


def traveller(dice: random.Random, at: int, one: Resident, home: Estate) -> Traveller:
    house = one.homes[0][1].building
    address = dice.choice(
        (
            f"{home.road}{home.lane}弄{house}号",
            f"{home.name}{house}",
            f"Lane {home.lane} Spruce Villas No {house}",
            f"Rm 220, No.59, Lane {at} Zhangyang Rd, Pudong",
            f"杭州市西湖区文三路{at}号",
        )
    )
    name = "/".join(min(written_in_register(one.name).straight))
    born = one.born if at % 2 else birthday(dice)
    return Traveller(at, name, one.sex, born, frozenset([f"EZ{at}"]), phones=one.phones, address=address)


def beside_a_database() -> dict[str, Any]:
    """The same from the first statement to the last finding, in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="linli-bench-", dir=os.environ.get("TMPDIR")) as place:
        (Path(place) / "data").mkdir(mode=0o700)
        done = subprocess.run(
            [sys.executable, str(city.ROOT / "bench" / "manifest_child.py")],
            env=city.environment(Path(place)), cwd=city.ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    dice = random.Random(303)
    ours = estates(dice)
    people = [resident(dice, at) for at in range(RESIDENTS)]
    chosen = [dice.choice(people) for _ in range(TRAVELLERS)]
    flight = [traveller(dice, at, one, ours[one.household[0]]) for at, one in enumerate(chosen)]  # type: ignore[index]
    laid, found = [], []
    for _ in range(RUNS):
        start = time.perf_counter()
        index = RegisterIndex(people, ours)
        middle = time.perf_counter()
        match(flight, index)
        laid.append(middle - start)
        found.append(time.perf_counter() - middle)
    total = statistics.median(one + other for one, other in zip(laid, found, strict=True))
    stored = beside_a_database()
    text = f"""## A passenger list beside the register (`make bench-manifest`)

{report.machine("pypinyin")}

| {TRAVELLERS} travellers, {RESIDENTS:,} residents, {ESTATES} estates; median of {RUNS} | seconds |
|---|---|
| the register laid out | {statistics.median(laid):.2f} |
| every traveller looked up | {statistics.median(found):.2f} |
| together (limit {LIMIT:.0f}) | **{total:.2f}** |
| beside a database of {stored["persons"]:,} persons, {stored["statements"]} statements; of the processor | {stored["processor"]:.2f} |
| by the clock (limit {LIMIT:.0f}) | **{stored["seconds"]:.2f}** |
"""
    print(text)
    if not options.no_write:
        report.write_section("manifest", text)
    return 0 if max(total, stored["seconds"]) <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
