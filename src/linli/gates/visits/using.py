"""Where recording meets visits: entries of a batch are booked, and who comes second is judged again as such (SEEDS G09)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from linli.gates import deciding
from linli.gates.deciding import Source
from linli.gates.models import Check
from linli.gates.visits.actions import use
from linli.gates.visits.seen import enters

if TYPE_CHECKING:
    from linli.gates.actions.record import Judged

BY_THE_LIST = frozenset({"valid", "used", "visit_other_gate"})
"""States of a code that another's entry can change; any other stands as it is."""


def named(judged: Iterable[Judged]) -> bool:
    """Whether a batch names a visit that we know; everything here is for those batches alone."""
    return any(one.seen.announced is not None for one in judged)


def booked(source: Source, judged: Mapping[int, Judged]) -> dict[int, Judged]:
    """Book the entries, give back what was asked for and came to nothing; whoever lost is judged again with a used code.

    Inside the transaction that stores the passages.
    """
    visits = [
        (deciding.by_now(one.item, source.now), one.seen.announced)
        for one in judged.values()
        if one.seen.announced is not None
    ]
    use.release(by=None, checks=[item.id for item, _visit in visits if item.direction == "in" and not enters(item)])
    entries = [(item, visit) for item, visit in visits if enters(item)]
    if entries:
        use.claim(by=None, source=source, entries=entries)
    return {index: _again(source, one) for index, one in judged.items()}


def _again(source: Source, one: Judged) -> Judged:
    visit = one.seen.announced
    if visit is None or one.seen.card_state not in BY_THE_LIST:
        return one
    then = deciding.by_now(one.item, source.now)
    seen = replace(one.seen, card_state=visit.state(then, source.gate.pk))
    return replace(one, seen=seen, decision=deciding.server_decision(then, seen, one.held))


def seconds(rows: Iterable[Check]) -> set[UUID]:
    """The passages that came in on a code that another had used, and that no call had settled."""
    return {row.id for row in rows if row.overridden and row.server_reason == "code_used" and deciding.is_entry(row)}
