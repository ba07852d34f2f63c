"""Rule sets: dated, cited TOML files. They hold figures and words; ``linli.gates.rules`` decides."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from linli.kernel.refusal import Refusal

QUIET = "quiet"


def _noop(text: str) -> str:
    return text


@lru_cache(maxsize=1)
def _files() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for entry in files(__package__).iterdir():
        if entry.name.endswith(".toml"):
            data = tomllib.loads(entry.read_text("utf-8"))
            data.setdefault("fever_tenths", None)
            data.setdefault("questions", [])
            data["key"] = f"{data['code']}@{data['version']}"
            found[data["code"]] = data
    return found


def load(code: str) -> dict[str, Any]:
    """The rule set called ``code`` in the form that the scanner and ``gates.rules`` read. Raises :class:`Refusal` if unknown."""
    try:
        return _files()[code]
    except KeyError:
        raise Refusal("operations.ruleset_unknown", _noop("There is no rule set “%(code)s”."), code=code) from None


def choices(replay: bool | None = None) -> list[dict[str, Any]]:
    """The rule sets, oldest first; those for replay, those for real use, or all."""
    rows = [r for r in _files().values() if replay is None or bool(r["replay"]) == replay]
    return sorted(rows, key=lambda r: (r["since"], r["code"]))
