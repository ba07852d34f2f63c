"""Branch coverage of `kernel/` as a whole and of every `rules.py` by itself: at least 95 % (rule 2 of the house)."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from coverage import Coverage
from coverage.exceptions import NoDataError

ROOT = Path(__file__).resolve().parent.parent
CODE = ROOT / "src" / "linli"
FLOOR = 95.0


def groups() -> dict[str, list[str]]:
    """What is measured together: name → files."""
    kernel = [str(path) for path in (CODE / "kernel").rglob("*.py") if "tests" not in path.parts]
    rules = [*CODE.glob("*/rules.py"), *CODE.glob("*/rules/*.py")]
    return {"kernel/": kernel, **{path.relative_to(CODE).as_posix(): [str(path)] for path in sorted(rules)}}


def main() -> int:
    """Print one line a group, and for one below the floor its lines that no test reaches."""
    coverage = Coverage(config_file=str(ROOT / "pyproject.toml"))
    coverage.load()
    measured = coverage.get_data().measured_files()
    below = 0
    for name, files in groups().items():
        text = io.StringIO()
        try:
            share = coverage.report(include=files, file=text, show_missing=True, skip_covered=True)
        except NoDataError:
            share = 0.0
        unread = [file for file in files if file not in measured and Path(file).stat().st_size]
        if unread:
            share = 0.0
            text.write("\n".join(f"no test imports {file}" for file in unread))
        print(f"{name:<32} {share:6.1f} %")
        if share < FLOOR:
            below += 1
            print(f"    below {FLOOR:.0f} %:\n{text.getvalue()}")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
