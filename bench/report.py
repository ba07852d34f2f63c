"""docs/benchmarks.md has one section for each measurement; each replaces its own and leaves the others."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Medians of interleaved runs. Ratios count, absolute figures do not: they are of the machine named in each section.
"""


def machine(*packages: str) -> str:
    """One line: when, cores, Python and the versions of `packages`."""
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    load = os.getloadavg()[0]
    return f"{day}, {os.cpu_count()} cores (load {load:.1f}), Python {platform.python_version()}, {versions}"


def write_section(name: str, text: str) -> None:
    """Put `text` into docs/benchmarks.md between the marks of the section `name`; append it where it is new."""
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    section = f"{start}\n{text.strip()}\n{end}\n"
    old = FILE.read_text("utf-8") if FILE.exists() else HEAD
    if start in old and end in old:
        before, rest = old.split(start, 1)
        after = rest.split(end, 1)[1].lstrip("\n")
        new = before + section + (f"\n{after}" if after else "")
    else:
        new = old.rstrip("\n") + "\n\n" + section
    FILE.write_text(new, encoding="utf-8")
