"""The pages of one neighbourhood, with 1, 10 and 100 such neighbourhoods in the database (`make bench-board`).

    python bench/board.py [--households 5000] [--persons 2] [--cities 1,10,100] [--rounds 7] [--quick] [--slow] [--no-write]

One neighbourhood is built by the product and copied (`bench/city.py`). Every page is asked of each database in turn, round by round, in
three processes that stay open. The run fails when a page runs other statements, or takes more than 1.3 times as long.
``--quick``: neighbourhoods of 1,000 households, five rounds; under eight minutes on a machine with nothing else to do.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import city
import report

LIMIT = 1.3
PAGES = (
    ("今日 today", "/"),
    ("住户 squares", "/homes/"),
    ("住户 table", "/homes/?view=table"),
    ("one estate", "/homes/?estate={estate}"),
    ("a household", "/homes/{dwelling}/"),
    ("门岗 gates", "/gates/"),
    ("a gate", "/gates/{gate}/"),
    ("permits", "/gates/permits/"),
    ("permits not handed out", "/gates/permits/late/"),
    ("permits of a building", "/gates/permits/places/{building}/"),
    ("search: name", "/homes/?q=王伟"),
    ("search: initials", "/homes/?q=wx"),
    ("search: room", "/homes/?q=3-12-302"),
    ("search: phone tail", "/homes/?q=0042"),
    ("journal", "/journal/"),
)


class Child:
    """A process that asks pages of one database."""

    def __init__(self, one: city.City) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(city.ROOT / "bench" / "board_child.py")],
            env=city.environment(one.folder), cwd=city.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def ask(self, path: str, **more: Any) -> dict[str, Any]:
        """One page; fails when it is no page."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"path": path, "count": False, **more}) + "\n")
        self.process.stdin.flush()
        found: dict[str, Any] = json.loads(self.process.stdout.readline() or '{"status": "no answer"}')
        if found["status"] != 200:
            raise SystemExit(f"{path}: {found['status']}")
        return found

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def cities(folder: Path, counts: list[int], households: int, persons: int) -> dict[int, city.City]:
    """One data folder for each count, the larger grown from the smaller."""
    found: dict[int, city.City] = {}
    began = time.monotonic()
    here = city.build(folder / "first", households=households, persons=persons)
    print(f"built in {time.monotonic() - began:.0f} s", flush=True)
    for count in counts:
        began = time.monotonic()
        here = here.copied(folder / str(count))
        here.grow(count)
        found[count] = here
        print(f"{count}: {here.file.stat().st_size >> 20} MiB after {time.monotonic() - began:.0f} s", flush=True)
    shutil.rmtree(folder / "first")
    return found


def measure(found: dict[int, city.City], rounds: int, slow: bool) -> dict[str, dict[int, dict[str, float]]]:
    """Page → count → statements, median milliseconds of the clock and of the processor."""
    children = {count: Child(one) for count, one in found.items()}
    made = next(iter(found.values())).made
    result: dict[str, dict[int, dict[str, float]]] = {}
    try:
        for name, template in PAGES:
            path = template.format(**{key: made[key] for key in ("estate", "dwelling", "gate", "building")})
            times: dict[int, list[dict[str, float]]] = {count: [] for count in children}
            for child in children.values():
                child.ask(path)
            counted = {count: child.ask(path, count=True, slow=slow) for count, child in children.items()}
            for turn in range(rounds):
                for count in list(children)[:: 1 if turn % 2 else -1]:
                    times[count].append(children[count].ask(path))
            result[name] = {
                count: {
                    "statements": counted[count]["statements"],
                    "ms": statistics.median(one["ms"] for one in times[count]),
                    "cpu": statistics.median(one["cpu"] for one in times[count]),
                }
                for count in children
            }
            print(name, result[name], flush=True)
            if slow:
                for count, one in counted.items():
                    print(f"   {count}:", *(f"\n      {q['time']} {q['sql']}" for q in one["slow"]))
    finally:
        for child in children.values():
            child.close()
    return result


def table(result: dict[str, dict[int, dict[str, float]]], counts: list[int]) -> str:
    """The figures as a table."""
    heads = "".join(f" {count} |" for count in counts)
    times = f"{counts[-1]} : {counts[0]}"
    lines = [
        f"| page | statements |{heads} {times} | clock |{heads} {times} |",
        f"|---|---|{'---|' * len(counts)}---|---{'|---' * len(counts)}|---|",
    ]
    for name, by_count in result.items():
        statements = "/".join(dict.fromkeys(f"{by_count[count]['statements']:.0f}" for count in counts))
        figures = "".join(f" {by_count[count]['cpu']:.0f} |" for count in counts)
        clock = "".join(f" {by_count[count]['ms']:.0f} |" for count in counts)
        lines.append(
            f"| {name} | {statements} |{figures} {ratio(by_count, counts):.2f}× | |{clock} {ratio(by_count, counts, 'ms'):.2f}× |"
        )
    return "\n".join(lines)


def ratio(by_count: dict[int, dict[str, float]], counts: list[int], what: str = "cpu") -> float:
    """The largest against the smallest, of the processor (``cpu``) or of the clock (``ms``)."""
    return by_count[counts[-1]][what] / by_count[counts[0]][what]


def failures(result: dict[str, dict[int, dict[str, float]]], counts: list[int]) -> list[str]:
    """What grew."""
    found = []
    for name, by_count in result.items():
        if len({by_count[count]["statements"] for count in counts}) > 1:
            found.append(f"{name}: other statements")
        if ratio(by_count, counts) > LIMIT:
            found.append(f"{name}: {ratio(by_count, counts):.2f}×")
    return found


def main() -> None:
    """Build, measure, write the section, clean up; 1 when something grew."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--households", type=int, default=5000)
    parser.add_argument("--persons", type=int, default=2)
    parser.add_argument("--cities", default="1,10,100")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="neighbourhoods of 1,000 households, five rounds")
    parser.add_argument("--slow", action="store_true", help="print the slowest statements of each page")
    parser.add_argument("--no-write", action="store_true")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.households, chosen.rounds = 1000, 5
    counts = sorted(int(one) for one in chosen.cities.split(","))
    with tempfile.TemporaryDirectory(prefix="linli-bench-", dir=os.environ.get("TMPDIR")) as place:
        found = cities(Path(place), counts, chosen.households, chosen.persons)
        result = measure(found, chosen.rounds, chosen.slow)
    wrong = failures(result, counts)
    persons = chosen.households * chosen.persons
    text = f"""## The pages of one neighbourhood among many (`make bench-board`)

{chosen.households:,} households and {persons:,} persons a neighbourhood; {", ".join(map(str, counts))} of them in the database, SQLite.
Milliseconds of the processor, then of the clock; medians of {chosen.rounds} interleaved rounds with warm caches, test client and templates
included. The limit is of the processor, which other work on the machine changes less.
{report.machine("django")}

{table(result, counts)}

Limit: the same statements, ≤ {LIMIT}×. {"**Over it: " + "; ".join(wrong) + "**" if wrong else "Nothing is over it."}
"""
    if not chosen.no_write:
        report.write_section("board", text)
    print(text)
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
