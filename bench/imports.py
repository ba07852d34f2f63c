"""How long the office's register takes to come in, beside reading it and writing the same rows bare (`make bench-import`).

Three interleaved runs, each in a process and a data folder of its own:
*product*: `linli import-register` (read, check, match, seal, write, in chunks); *bare*: calamine reads the workbook and `bulk_create`
writes as many rows into the same tables, sealed and indexed, without checking anything.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.report import machine, write_section  # noqa: E402

from tests.support.register_world import write  # noqa: E402

RUNS = 3
ROWS = int(os.environ.get("LINLI_BENCH_ROWS", "10000"))
COLUMNS = 20
TABLES = (
    "person",
    "personkey",
    "document",
    "phone",
    "household",
    "residence",
    "dwellingstate",
    "responsibility",
    "place",
)


def environment(folder: Path) -> dict[str, str]:
    """This folder and nothing else of Linli's."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("LINLI_")}
    return kept | {
        "LINLI_DATA": str(folder / "data"),
        "LINLI_KEYS": str(folder / "keys"),
        "DJANGO_SETTINGS_MODULE": "linli.site.settings",
        "PYTHONPATH": str(ROOT),
    }


def run(words: list[str], folder: Path) -> tuple[float, float, str]:
    """Seconds, peak MiB and output of a command."""
    began = time.monotonic()
    process = subprocess.Popen(words, env=environment(folder), stdout=subprocess.PIPE, cwd=ROOT)
    out = process.stdout.read().decode() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{words} failed")
    return time.monotonic() - began, usage.ru_maxrss / 1024, out


def world(folder: Path) -> str:
    """An installation without anybody in it."""
    (folder / "data").mkdir(parents=True)
    return run([sys.executable, "-m", "tests.support.register_world"], folder)[2].strip()


def main() -> None:
    """Measure and write the section of docs/benchmarks.md."""
    figures: dict[str, list[tuple[float, float]]] = {"product": [], "bare": []}
    slowest = 0
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        file = write(base / "register.xlsx", ROWS, columns=COLUMNS)
        for number in range(RUNS):
            folder = base / f"product{number}"
            place = world(folder)
            linli = str(Path(sys.executable).with_name("linli"))
            seconds, peak, out = run([linli, "import-register", str(file), "--neighbourhood", place, "--json"], folder)
            slowest = max(slowest, int(json.loads(out)["slowest_ms"]))
            figures["product"].append((seconds, peak))
            folder = base / f"bare{number}"
            world(folder)
            seconds, peak, _ = run([sys.executable, str(ROOT / "bench" / "imports_bare.py"), str(file)], folder)
            figures["bare"].append((seconds, peak))
            print(number, {k: v[-1] for k, v in figures.items()}, flush=True)
    rows = {k: (statistics.median(s for s, _ in v), max(p for _, p in v)) for k, v in figures.items()}
    ratio = rows["product"][0] / rows["bare"][0]
    write_section(
        "imports",
        f"""## Register import (`make bench-import`)

{ROWS:,} rows × {COLUMNS} columns (xlsx), SQLite, medians of {RUNS} interleaved runs, a process each, start included.
{machine("python-calamine")}

| | seconds | of bare | peak MiB |
|---|---|---|---|
| product | {rows["product"][0]:.1f} | {ratio:.2f}× | {rows["product"][1]:.0f} |
| bare | {rows["bare"][0]:.1f} | 1.00× | {rows["bare"][1]:.0f} |

Longest write transaction of the product: **{slowest} ms** (limit 200).

*bare* reads with calamine and writes as many rows into the same {len(TABLES)} tables with `bulk_create`, sealing documents and
phones; it checks, matches and asks nothing. Later floors (issue B): ≤ 2× at 100,000 rows, ≤ 500 MiB.
""",
    )
    print(f"product {ratio:.2f}x of bare; slowest write {slowest} ms")


if __name__ == "__main__":
    main()
