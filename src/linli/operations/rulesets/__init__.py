"""Rule sets: dated, cited TOML files. They hold figures and words; ``linli.gates.rules`` decides.

A changed rule set is a further file with a higher version; the earlier one stays, because what was decided by it is judged by it (G08).
"""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any

from linli.kernel.refusal import Refusal

QUIET = "quiet"


def _noop(text: str) -> str:
    return text


@lru_cache(maxsize=1)
def _files() -> dict[str, dict[int, dict[str, Any]]]:
    """Code → version → rule set."""
    found: dict[str, dict[int, dict[str, Any]]] = {}
    for entry in files(__package__).iterdir():
        if entry.name.endswith(".toml"):
            data = tomllib.loads(entry.read_text("utf-8"))
            data.setdefault("fever_tenths", None)
            data.setdefault("questions", [])
            data["key"] = f"{data['code']}@{data['version']}"
            found.setdefault(data["code"], {})[data["version"]] = data
    return found


def load(code: str, version: int | None = None) -> dict[str, Any]:
    """The rule set called ``code`` in the form that the scanner and ``gates.rules`` read.

    ``version``: the one that was chosen then; without it, or when it is not shipped any more, the latest. Raises :class:`Refusal` if
    there is no such code.
    """
    versions = _files().get(code)
    if not versions:
        raise Refusal("operations.ruleset_unknown", _noop("There is no rule set “%(code)s”."), code=code)
    return versions.get(version or 0) or versions[max(versions)]


def by_key(key: str) -> dict[str, Any] | None:
    """The rule set of ``code@version``, as a gate writes what it decided by; None when there is no such code."""
    code, _at, version = key.partition("@")
    return load(code, int(version) if version.isdecimal() else None) if code in _files() else None


def choices(replay: bool | None = None) -> list[dict[str, Any]]:
    """The rule sets in their latest version, oldest first; those for replay, those for real use, or all."""
    rows = [r for r in map(load, _files()) if replay is None or bool(r["replay"]) == replay]
    return sorted(rows, key=lambda r: (r["since"], r["code"]))


def last_day(ruleset: dict[str, Any]) -> date:
    """The last day of a rule set for replay: before the next one; of the last one the day it began, for nobody has said more."""
    since = date.fromisoformat(ruleset["since"])
    later = [date.fromisoformat(one["since"]) for one in choices(replay=True)]
    return min((one - timedelta(days=1) for one in later if one > since), default=since)
