"""Public rostering instances beside the best known (`make bench-nrp`); what our rosters are made with, on rules that are not ours.

    python bench/nrp.py [--instances 1,2,3,4,5] [--seconds 20] [--workers 2] [--data FOLDER] [--no-write]

Every roster is checked from the file's rules alone; a broken rule, or a cost other than the solver says, fails. The distance has no floor.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import nrp_case
import report

DATA = report.FILE.parent.parent.parent / "shared" / "data" / "nrp" / "schedulingbenchmarks"
BEST_KNOWN = {1: 607, 2: 828, 3: 1001, 4: 1716, 5: 1143}


def main() -> None:
    """Solve, check, write the section."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--instances", default="1,2,3,4,5")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--no-write", action="store_true")
    chosen = parser.parse_args()
    lines = [
        "| instance | employees × days | cost | best known | distance | proven not below | seconds |",
        "|---|---|---|---|---|---|---|",
    ]
    wrong = []
    for number in map(int, chosen.instances.split(",")):
        instance = nrp_case.read(chosen.data / f"Instance{number}.txt")
        begun = time.monotonic()
        roster, bound, proven = nrp_case.solve(instance, chosen.seconds, chosen.workers)
        took, cost = time.monotonic() - begun, nrp_case.cost(instance, roster)
        wrong += [f"instance {number}: {fault}" for fault in nrp_case.broken(instance, roster)]
        if bound > cost or (proven and bound != cost):
            wrong.append(f"instance {number}: the cost is {cost}, the solver says {bound}")
        best = BEST_KNOWN[number]
        lines.append(
            f"| {number} | {len(instance.staff)} × {instance.days} | **{cost}** | {best} | {100 * (cost - best) / best:+.2f} % "
            f"| {'it is the best' if proven else f'{bound:.0f}'} | {took:.1f} |"
        )
        print(lines[-1], flush=True)
    if not chosen.no_write:
        write("\n".join(lines), chosen.seconds, chosen.workers)
    print("\n".join(wrong) or "every roster keeps the rules")
    raise SystemExit(bool(wrong))


def write(table: str, seconds: float, workers: int) -> None:
    """The section of docs/benchmarks.md."""
    text = f"""
## Public rostering instances (`make bench-nrp`)

Instances of Curtois and Qu (schedulingbenchmarks.org) by plain CP-SAT, {seconds:.0f} s at most, {workers} workers.
{report.machine("ortools")}

{table}

Each roster was checked from the file's rules alone. Their rules are not ours (runs of shifts, most weekends, people above what is
wanted), so this says how good the solver is, not the product; no floor.
"""
    report.write_section("nrp", text)


if __name__ == "__main__":
    main()
