"""The doctor: is this installation healthy, and if not, what is to be done about it?

Each check gives one finding: a level, a sentence in the active language, and the way out. A check that itself fails is a
finding too; the doctor never stops half way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from linli.kernel.refusal import Refusal

OK, WARN, BAD = "ok", "warn", "bad"
#: Exit code of the worst level: 0 all is well, 1 somebody should look, 2 something is broken.
EXIT = {OK: 0, WARN: 1, BAD: 2}


@dataclass(frozen=True)
class Finding:
    """One answer. ``code`` is stable (``keys.mode``); ``sentence`` and ``way_out`` are in the active language."""

    code: str
    level: str
    sentence: str
    way_out: str = ""
    data: dict[str, Any] = field(default_factory=dict)


Check = Callable[[dt.datetime], Iterable[Finding]]


def examine(checks: Iterable[Check], *, now: dt.datetime) -> list[Finding]:
    """Run every check; one that raises becomes a finding of its own."""
    found: list[Finding] = []
    for check in checks:
        try:
            found.extend(check(now))
        except Exception as error:
            name = check.__name__.removeprefix("check_")
            sentence = _("%(name)s could not be examined: %(why)s") % {"name": name, "why": _why(error)}
            found.append(Finding(f"{name}.failed", BAD, sentence))
    return found


def exit_code(findings: Iterable[Finding]) -> int:
    """0, 1 or 2: the worst level found."""
    return max((EXIT[finding.level] for finding in findings), default=0)


def as_json(findings: list[Finding]) -> dict[str, Any]:
    """The findings as one object: ``level`` (the worst) and ``findings``."""
    worst = {code: level for level, code in EXIT.items()}[exit_code(findings)]
    return {"level": worst, "findings": [asdict(finding) for finding in findings]}


def ok(code: str, sentence: str, **data: Any) -> Finding:
    """A finding that needs nobody."""
    return Finding(code, OK, sentence % data if data else sentence, data=data)


def warn(code: str, sentence: str, way_out: str, **data: Any) -> Finding:
    """A finding that somebody should look at."""
    return Finding(code, WARN, sentence % data if data else sentence, way_out, data)


def bad(code: str, sentence: str, way_out: str, **data: Any) -> Finding:
    """A finding that something is broken."""
    return Finding(code, BAD, sentence % data if data else sentence, way_out, data)


def _why(error: Exception) -> str:
    """The reason in the active language when it is a refusal, else what the system said."""
    if isinstance(error, Refusal):
        return _(error.message) % error.params
    return str(error)
