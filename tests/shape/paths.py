"""Where things are, for the tests of the shape."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests.support.code import Finding

ROOT = Path(__file__).resolve().parents[2]
CODE = ROOT / "src" / "linli"
DOCS = ROOT / "docs"


def nothing(findings: Iterable[Finding]) -> None:
    """Fail with one line a finding."""
    listed = sorted({str(finding) for finding in findings})
    assert not listed, f"{len(listed)} findings:\n" + "\n".join(listed)


def tree(folder: Path, files: dict[str, str]) -> Path:
    """Write a small source tree, with the `__init__.py` of its apps; returns the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        (folder / Path(name).parts[0] / "__init__.py").touch()
    return folder
