"""Who answers for a household that a register of an earlier day brings: whoever was secretary then, and each who followed (R02)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from linli.ground.models import Mandate


def active_on(terms: Sequence[Mandate], day: date) -> Mandate | None:
    """The secretary of a day, as ``ground.mandates.secretary_of`` finds him: of several the one longest in office."""
    return next((term for term in terms if term.since <= day and (term.until is None or term.until > day)), None)


def responsible_from(terms: Sequence[Mandate], since: date, today: date) -> list[tuple[date, Mandate]]:
    """From which day who answers, from ``since`` to ``today``; never empty when there is a secretary today.

    ``terms``: the secretaries' mandates, by their first day. Before the first of them nobody could answer: the household then
    begins in the books with him.
    """
    found: list[tuple[date, Mandate]] = []
    day: date | None = min(since, today)
    while day is not None and day <= today:
        term = active_on(terms, day)
        if term is not None:
            found.append((day, term))
            day = term.until
        else:
            day = min((later.since for later in terms if later.since > day), default=None)
    return found
