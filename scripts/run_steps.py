"""Runs named steps of the test suite and sums them up: `run_steps.py check unit unit-postgres browser fault`.

A failing step does not stop the later ones (one run shows everything), but it fails the whole. The last line is the
number of tests that passed and failed. Steps come one after the other; of a step with two lanes, each lane has a core.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ROOT / "src" / "linli"
BIN = ROOT / ".venv" / "bin"
LIMIT_MINUTES = 15


@dataclass
class Command:
    """One command of a step; `environment` is added to ours."""

    name: str
    arguments: list[str]
    environment: dict[str, str] = field(default_factory=dict)


def tool(name: str, *arguments: str, **environment: str) -> Command:
    """A command of `.venv/bin`."""
    return Command(name, [str(BIN / name), *arguments], environment)


def pytest(*arguments: str, **environment: str) -> Command:
    """A pytest run without the cache folder."""
    return Command("pytest", [str(BIN / "python"), "-m", "pytest", "-q", *arguments], environment)


WORKERS = ("-n", "2", "--dist", "worksteal")
FILE_BY_FILE = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
"""In the order that the suite's own conftest gives: reordered, a file with one long test would be begun last."""
CODE = ("conftest.py", "src", "tests", "scripts", "bench")
Lanes = list[list[Command]]
"""Commands one after the other; the lanes beside each other."""


def check() -> Lanes:
    """Everything that reads the code without running the product's tests; `tests/shape` has makemigrations --check."""
    code = [name for name in CODE if (ROOT / name).exists()]
    readers = [
        tool("ruff", "check", *code),
        tool("ruff", "format", "--check", *code),
        tool("mypy", "-p", "linli"),  # the kernel strictly: pyproject.toml
        tool("mypy", "tests", "scripts", "conftest.py"),
        tool("lint-imports", "--no-cache"),
        tool("djlint", "src", "--lint", "--quiet"),
    ]
    return [[pytest("tests/shape", *WORKERS)], readers]


RULES = re.compile(r"^from linli\.\w+(?:\.\w+)* import [^\n]*\brules\b|^from linli\.\w+\.rules\b", re.MULTILINE)


def measured_tests() -> list[str]:
    """The tests that are run under a tracer, which makes each half as slow again: the kernel's, and those that import some rules."""
    return [
        path.relative_to(ROOT).as_posix()
        for path in sorted(APPS.glob("*/tests/**/test_*.py"))
        if path.relative_to(APPS).parts[0] == "kernel" or RULES.search(path.read_text(encoding="utf-8"))
    ]


def unit() -> Lanes:
    """The unit suite on SQLite; of the tests that are about the kernel and the rules, their branch coverage."""
    measured = measured_tests()
    others = [f"--ignore={name}" for name in measured]
    return [
        [
            pytest(*measured, *WORKERS, "--cov", "--cov-report=", LINLI_TEST_DB="sqlite"),
            tool("python", "scripts/coverage_floor.py"),
            pytest("src", *WORKERS, *others, LINLI_TEST_DB="sqlite"),
        ]
    ]


STEPS = {
    "check": check,
    "unit": unit,
    "unit-postgres": lambda: [[pytest("src", *WORKERS, LINLI_TEST_DB="postgres")]],
    "browser": lambda: [[pytest("tests/browser", *FILE_BY_FILE)]],
    "fault": lambda: [[pytest("tests/fault", *FILE_BY_FILE)]],
}
PRINTING = threading.Lock()


@dataclass
class Result:
    """What came of one step."""

    step: str
    failures: list[str]
    seconds: float
    passed: int
    failed: int


def counts(output: str) -> tuple[int, int]:
    """Passed and failed tests (errors count as failed) from pytest's closing line; (0, 0) if there is none."""
    lines = [line for line in output.splitlines() if re.search(r"\d+ (passed|failed|error)", line) and " in " in line]
    if not lines:
        return 0, 0
    number = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|error)", lines[-1])}
    return number.get("passed", 0), number.get("failed", 0) + number.get("error", 0)


def run(command: Command, *, alone: bool) -> tuple[int, str]:
    """Run one command; returns its exit code and its output, which is shown as it comes, or at its end beside another lane."""
    environment = {**os.environ, **command.environment}
    environment.pop("PYTHONPATH", None)
    # The workers and the dozens of servers and verbs that the tests start compile the code once and not each for itself.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    lines = [f"\n▸ {command.name} {' '.join(command.arguments[1:])}\n"]
    if alone:
        show(lines)
    with subprocess.Popen(
        command.arguments, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if alone:
                show([line])
    if not alone:
        show(lines)
    return process.returncode, "".join(lines)


def show(lines: list[str]) -> None:
    """Print without another lane in between."""
    with PRINTING:
        sys.stdout.writelines(lines)
        sys.stdout.flush()


def run_step(name: str) -> Result:
    """Run every command of a step; a pytest run that ran no test is a failure (pytest's own exit code 5)."""
    started = time.monotonic()
    result = Result(name, [], 0.0, 0, 0)
    lanes = STEPS[name]()
    with ThreadPoolExecutor(len(lanes)) as pool:
        done = pool.map(lambda lane: [(command, *run(command, alone=len(lanes) == 1)) for command in lane], lanes)
    for command, code, output in (one for lane in done for one in lane):
        if command.name == "pytest":
            passed, failed = counts(output)
            result.passed += passed
            result.failed += failed
        if code != 0:
            result.failures.append(" ".join([command.name, *command.arguments[1:]]))
    result.seconds = time.monotonic() - started
    return result


def summary(results: list[Result]) -> int:
    """Print one line a step, the failures, the time and the closing line; returns the exit code."""
    total = sum(result.seconds for result in results)
    print("\n" + "─" * 72)
    for result in results:
        state = "failed" if result.failures else "ok"
        print(f"{result.step:<16} {state:<8} {result.seconds:7.1f} s {result.passed:6} passed {result.failed:4} failed")
        for failure in result.failures:
            print(f"    failed: {failure}")
    if total > LIMIT_MINUTES * 60:
        print(f"Slow: {total / 60:.1f} minutes; the whole is meant to take {LIMIT_MINUTES} on two cores.")
    failed = sum(result.failed for result in results)
    steps_failed = sum(1 for result in results for _ in result.failures)
    if steps_failed:
        print(f"{steps_failed} commands failed after {total:.0f} s.")
    print(f"{sum(result.passed for result in results)} passed, {failed or steps_failed} failed")
    return 1 if steps_failed else 0


def main() -> int:
    """Run the steps named on the command line."""
    names = sys.argv[1:]
    unknown = [name for name in names if name not in STEPS]
    if unknown or not names:
        print(f"Steps: {' '.join(STEPS)}")
        return 2
    return summary([run_step(name) for name in names])


if __name__ == "__main__":
    sys.exit(main())
