"""Question sheets that ship as data: TOML files, versioned. Their rows are made when a version is first used (``actions/sheets.py``)."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

GATE, CARE = "gate", "care"


@lru_cache(maxsize=8)
def load(code: str) -> dict[str, Any]:
    """The sheet called ``code``: ``code version title{zh, en} questions``. Raises FileNotFoundError for one that does not ship."""
    return tomllib.loads((files(__package__) / f"{code}.toml").read_text("utf-8"))
