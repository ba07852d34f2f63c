"""What tests of visits need: one that is announced, its code, and the check that a phone makes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from linli.gates.models import Visit
from linli.gates.testing import check
from linli.gates.visits.actions.register import Wish, register_visit
from linli.gates.visits.codes import text_of
from linli.gates.visits.sealed import Coming
from linli.ground.testing import Cast

VISITORS = "shanghai-2020-03-24"
"""A rule set under which visitors come in with the host's consent."""


def wish(cast: Cast, gate: int = 0, home: int = 0, **changes: Any) -> Wish:
    """A visitor at a gate of the cast, from half an hour ago for four hours."""
    now = timezone.now()
    whole = {
        "gate": cast.gates[gate],
        "host": cast.dwellings[home],
        "klass": "visitor",
        "since": now - timedelta(minutes=30),
        "until": now + timedelta(hours=4),
        "purpose": "family",
        "coming": Coming("苏小北", "19900001234", "沪A12345"),
    }
    return Wish(**{**whole, **changes})


def announced(cast: Cast, gate: int = 0, home: int = 0, *, consent: str = "host_page", **changes: Any) -> Visit:
    """The same, announced; inside a scope."""
    promise = changes.pop("promise", None)
    return register_visit(by=None, wish=wish(cast, gate, home, **changes), consent=consent, promise=promise)


def arrival(visit: Visit, /, **changes: Any) -> dict[str, Any]:
    """A complete admission by a visitor's code, as a phone sends it, with ``changes``."""
    whole = {
        "way": "visitor", "code": text_of(visit, timezone.now()), "visit": str(visit.pk), "klass": visit.klass,
        "purpose": visit.purpose, "answers": {"symptoms": False}, "rules": f"{VISITORS}@2",
    }  # fmt: skip
    return check(None, **{**whole, **changes})
