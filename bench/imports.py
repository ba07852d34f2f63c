"""How long a subdistrict's register takes to come in, beside reading it and writing the same rows bare (`make bench-import`).

Interleaved runs, each in a process and a data folder of its own:
*product*: `linli import-register` (read, check, match, seal, write, in chunks); *bare*: calamine reads the workbook and `bulk_create`
writes as many rows into the same tables, those of the import itself too, sealed and indexed, without checking anything.
Then, in the folder of the product: *the same file again*, and *next week's file* with one row in a hundred changed.
Last: one more import beside a server that is asked by phones at gates all the while (bench/imports_gate.py).

    LINLI_BENCH_ROWS=20000 LINLI_BENCH_RUNS=1 python bench/imports.py [--no-gate] [--no-write]
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import imports_gate  # noqa: E402
from bench.report import machine, write_section  # noqa: E402

from tests.support.register_world import write  # noqa: E402

RUNS = int(os.environ.get("LINLI_BENCH_RUNS", "3"))
ROWS = int(os.environ.get("LINLI_BENCH_ROWS", "100000"))
COLUMNS = 20


@dataclass(frozen=True)
class Run:
    """One process from its start to its end."""

    seconds: float
    processor: float
    peak: float
    said: dict[str, Any]


def environment(folder: Path) -> dict[str, str]:
    """This folder and nothing else of Linli's."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("LINLI_")}
    return kept | {
        "LINLI_DATA": str(folder / "data"),
        "LINLI_KEYS": str(folder / "keys"),
        "DJANGO_SETTINGS_MODULE": "linli.site.settings",
        "PYTHONPATH": str(ROOT),
    }


def run(words: list[str], folder: Path) -> tuple[Run, str]:
    """Run a command to its end."""
    began = time.monotonic()
    process = subprocess.Popen(words, env=environment(folder), stdout=subprocess.PIPE, cwd=ROOT)
    out = process.stdout.read().decode() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{words} failed")
    said: Any = json.loads(out) if out.startswith("{") else {}
    return Run(time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said), out


def world(folder: Path) -> str:
    """An installation without anybody in it."""
    (folder / "data").mkdir(parents=True)
    return run([sys.executable, "-m", "tests.support.register_world"], folder)[1].strip()


def product(file: Path, folder: Path, place: str) -> Run:
    """The command that an office runs; changes that nobody ticked are taken too."""
    linli = str(Path(sys.executable).with_name("linli"))
    words = [linli, "import-register", str(file), "--neighbourhood", place, "--json", "--take", "all"]
    return run(words, folder)[0]


def bare(file: Path, folder: Path) -> Run:
    """Reading and writing alone."""
    return run([sys.executable, str(ROOT / "bench" / "imports_bare.py"), str(file)], folder)[0]


def line(name: str, runs: list[Run], base: list[Run]) -> str:
    """A row of the table: medians, and the highest peak."""
    seconds, processor = (statistics.median(getattr(one, what) for one in runs) for what in ("seconds", "processor"))
    of, of_processor = (statistics.median(getattr(one, what) for one in base) for what in ("seconds", "processor"))
    peak = max(one.peak for one in runs)
    slowest = max((one.said.get("slowest_ms", 0) for one in runs), default=0)
    return (
        f"| {name} | {seconds:.1f} | {seconds / of:.2f}× | {processor:.1f} | {processor / of_processor:.2f}× "
        f"| {peak:.0f} | {slowest or '-'} |"
    )


def measure(base: Path) -> dict[str, list[Run]]:
    """Every run; the last product's folder is kept for next week."""
    file = write(base / "register.xlsx", ROWS, columns=COLUMNS)
    found: dict[str, list[Run]] = {"product": [], "bare": []}
    for number in range(RUNS):
        folder = base / f"product{number}"
        place = world(folder)
        found["product"].append(product(file, folder, place))
        other = base / f"bare{number}"
        world(other)
        found["bare"].append(bare(file, other))
        print(number, {name: runs[-1] for name, runs in found.items()}, flush=True)
    found["again"] = [product(file, folder, place)]
    print("again", found["again"], flush=True)
    week = write(base / "week.xlsx", ROWS, columns=COLUMNS, changed=100)
    found["week"] = [product(week, folder, place)]
    print("week", found["week"], flush=True)
    return found


def main() -> None:
    """Measure and write the section of docs/benchmarks.md."""
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        found = measure(base)
        gate = "" if "--no-gate" in sys.argv else imports_gate.text(base, base / "register.xlsx")
    changes = {
        kind: sum(outcomes.values()) for kind, outcomes in sorted(found["week"][0].said.get("changes", {}).items())
    }
    told = ", ".join(f"{count:,} × `{kind}`" for kind, count in changes.items()) or "none"
    table = "\n".join(
        line(name, found[key], found["bare"])
        for key, name in (
            ("product", "product"),
            ("bare", "bare"),
            ("again", "the same file again"),
            ("week", "next week's file"),
        )
    )
    text = f"""## Register import (`make bench-import`)

{ROWS:,} rows × {COLUMNS} columns (xlsx), SQLite, medians of {RUNS} interleaved, a process each, start included.
{machine("python-calamine")}

| | seconds | of bare | processor s | of bare | peak MiB | longest write transaction, ms |
|---|---|---|---|---|---|---|
{table}

Limits: 2× bare, 500 MiB, 200 ms. *bare* reads with calamine and writes as many rows into the same tables with `bulk_create`: persons,
search keys, documents, phones, households, residences, states, who answers, places, and the import's own rows and problems, sealed
and indexed as an import seals and indexes them. It makes the same values (pinyin, fingerprints of numbers) and checks, matches and asks
nothing; it holds everything in memory and writes in one transaction. The file has no faults, so there are no problems to write.
Changes in next week's file (one row in a hundred has another remark or telephone): {told}.
{gate}
"""
    print(text)
    if "--no-write" not in sys.argv:
        write_section("imports", text)


if __name__ == "__main__":
    main()
