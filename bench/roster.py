"""A month's roster (`make bench-roster`): is everything covered, how even is it, and what do forty more seconds bring?

    python bench/roster.py [--seeds 1,2] [--short 20] [--long 60] [--workers 2] [--no-write]

The case is in `roster_case.py`: 40 people, 616 duties. Each seed is solved for 20 and for 60 seconds, a process each; a search that proves
its roster the best ends early. Fails when a place is empty, a rule is broken, the most and the least loaded are more than one duty apart,
or the cost at 20 s is more than 3 % over that at 60 s. Beside it, without a floor: a case so tight that wishes have to go unmet.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import report
from linli.duties.solving import solve
from linli.kernel.roster import Desk, violations
from linli.kernel.roster_cost import cost, loads, spread
from linli.kernel.roster_greedy import greedy
from roster_case import PEOPLE, case

TIGHT = 31
MARGIN = 1.03
Row = dict[str, Any]


def measure(seed: int, people: int, seconds: float, workers: int) -> Row:
    """Solve once, in this process."""
    problem = case(seed, people)
    desk = Desk(problem)
    found = solve(problem, seconds=seconds, workers=workers)
    units = cost(desk, found.roster)
    return {
        "seed": seed,
        "people": people,
        "limit": seconds,
        "greedy": cost(desk, greedy(problem, desk)).weighed(),
        "cost": found.cost,
        "bound": found.bound,
        "proven": found.proven,
        "seconds": round(found.seconds, 1),
        "empty": units.empty,
        "wishes": units.wish_off,
        "broken": len(violations(problem, found.roster, desk)),
        "spread": spread(load.total for load in loads(problem, found.roster).values()),
    }


def apart(seed: int, people: int, seconds: float, workers: int) -> Row:
    """The same in a process of its own."""
    arguments = [sys.executable, __file__, "--one", json.dumps([seed, people, seconds, workers])]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    row: Row = json.loads(done.stdout.splitlines()[-1])
    print(row, flush=True)
    return row


def faults(short: Row, long: Row) -> list[str]:
    """What a pair of runs fails at."""
    found = []
    for row in (short, long):
        at = f"seed {row['seed']}, {row['limit']:.0f} s"
        if row["empty"] or row["broken"]:
            found.append(f"{at}: {row['empty']} empty, {row['broken']} rules broken")
        if row["spread"] > 1:
            found.append(f"{at}: spread {row['spread']}")
    if short["cost"] > MARGIN * long["cost"]:
        found.append(f"seed {short['seed']}: cost {short['cost']} after the short time, {long['cost']} after the long")
    return found


def table(rows: list[Row]) -> str:
    """The runs as a table."""
    lines = [
        "| people | seed | greedy | time limit s | cost | proven not below | ended after s | empty | spread | wishes not met |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        bound = "it is the best" if row["proven"] else f"{row['bound'] or 0:.0f}"
        lines.append(
            f"| {row['people']} | {row['seed']} | {row['greedy']} | {row['limit']:.0f} | **{row['cost']}** | {bound} "
            f"| {row['seconds']} | {row['empty']} | {row['spread']} | {row['wishes']} of {5 * row['people']} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Solve, write the section; 1 when a floor does not hold."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", default="1,2")
    parser.add_argument("--short", type=float, default=20)
    parser.add_argument("--long", type=float, default=60)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--no-write", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(measure(*json.loads(chosen.one))))
        return
    rows, wrong = [], []
    limits = (chosen.short, chosen.long)
    for seed in map(int, chosen.seeds.split(",")):
        pair = [apart(seed, PEOPLE, limit, chosen.workers) for limit in limits]
        wrong += faults(*pair)
        rows += pair
    tight = [apart(1, TIGHT, limit, chosen.workers) for limit in limits]
    if not chosen.no_write:
        write(rows, tight, chosen.workers)
    print("\n".join(wrong) or "every floor holds")
    raise SystemExit(bool(wrong))


def write(rows: list[Row], tight: list[Row], workers: int) -> None:
    """The section of docs/benchmarks.md."""
    text = f"""
## A month's roster (`make bench-roster`)

40 people, 6 gates, 3 shifts of 8 hours, 28 days: two people at two gates on the two day shifts, one elsewhere; 616 duties.
Each is trained for 4 gates, one in five does no nights, each wishes 5 days off, 11 hours of rest. One leader a shift is read as:
at each of the 84 times somebody on duty at one of the gates can lead; two in five can. {workers} workers. {report.machine("ortools")}

{table(rows)}

*cost*: 10 for a duty beside the fair share (20 for each further), 6 for a night, 4 for a weekend, 3 for a wished day that is not
off; 1,000 for an empty place. 0 means: nothing can be better. *spread*: most − least duties of all people. Floors, kept by the exit
code: nothing empty, no rule broken, spread ≤ 1, cost at {rows[0]["limit"]:.0f} s at most 3 % over that at {rows[1]["limit"]:.0f} s.

The same with {tight[0]["people"]} people, where not everything can be had; without a floor:

{table(tight)}
"""
    report.write_section("roster", text)


if __name__ == "__main__":
    main()
