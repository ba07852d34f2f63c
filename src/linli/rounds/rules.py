"""Decisions of the rounds, pure: they never save, and the moment is an argument."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any


def applies(when: str, rules: Mapping[str, Any]) -> bool:
    """Whether a question is asked under a rule set (``operations.rulesets``): nobody is told to measure where nothing may be measured."""
    if when == "records":
        return bool(rules["records"])
    if when == "measures":
        return bool(rules["measures"])
    return not rules["records"] if when == "quiet" else True


def state_of(first_answer: datetime | None, due_at: datetime, now: datetime) -> str:
    """A target's state: ``answered``, ``late`` (answered after the time), ``missing`` (the time is over), ``waiting``."""
    if first_answer is not None:
        return "answered" if first_answer <= due_at else "late"
    return "missing" if now > due_at else "waiting"


def overdue(due_on: date, closed_at: datetime | None, today: date) -> bool:
    """A finding is overdue from the day after its due day until it is closed."""
    return closed_at is None and due_on < today
