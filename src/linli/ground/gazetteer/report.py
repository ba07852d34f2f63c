"""What a list changes, as one JSON object; and the answers file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from linli.ground.actions.place_lists import Outcome
from linli.ground.gazetteer.changes import CLASSES, Change
from linli.ground.gazetteer.planning import Answers
from linli.ground.models import GazetteerDoubt
from linli.kernel.refusal import Refusal

LISTED = tuple(kind for kind in (*CLASSES, "ended") if kind != "kept")


def parts(found: Outcome, name: str, *, applied: bool) -> dict[str, Any]:
    """Counts; each change with its codes and row (``row`` counts from 1 with the heading); doubts; bad rows by sheet, row, field.

    The changes of a kind are made one by one, when they are written: the list of a whole country has 670,000.
    """
    return {
        "file": name,
        "as_of": found.as_of.isoformat(),
        "applied": applied,
        "counts": found.counts,
        **{kind: _changes(found.changes, kind) for kind in LISTED},
        "doubtful": [
            {
                "kind": one.kind,
                "was": {"code": one.was_code, "name": one.was_name},
                "now": {"code": one.now_code, "name": one.now_name},
                "row": one.row,
                "count": one.count,
            }
            for one in found.doubts
        ],
        "bad": [
            {"sheet": one.sheet, "row": one.row, "field": one.field, "problem": one.problem, "value": one.value}
            for one in found.bad
        ],
        "covers": found.regions,
        "slowest_ms": round(found.slowest_ms, 1),
    }


def as_text(whole: Mapping[str, Any]) -> Iterator[str]:
    """The parts as one JSON object, piece by piece."""
    for at, (key, value) in enumerate(whole.items()):
        yield ("{" if at == 0 else ", ") + json.dumps(key) + ": "
        if isinstance(value, Iterator):
            yield "["
            for number, one in enumerate(value):
                yield (", " if number else "") + json.dumps(one, ensure_ascii=False)
            yield "]"
        else:
            yield json.dumps(value, ensure_ascii=False)
    yield "}"


def _changes(changes: Iterable[Change], kind: str) -> Iterator[dict[str, Any]]:
    return (_change(one) for one in changes if one.kind == kind)


def _change(one: Change) -> dict[str, Any]:
    found: dict[str, Any] = {"code": one.code, "name": one.name, "sheet": one.sheet, "row": one.row}
    if one.was_code or one.was_name:
        found |= {"was_code": one.was_code, "was_name": one.was_name, "renamed": one.renamed}
    return found


def read_answers(text: str) -> Answers:
    """``[{"was": code, "now": code, "answer": "same"}]`` (``was`` is a neighbourhood's name where it has no code, or a district).

    Raises Refusal ``gazetteer.answers_unreadable``.
    """
    try:
        rows = json.loads(text)
        pairs = {(str(row["was"]), str(row.get("now", "") or "")): str(row["answer"]) for row in rows}
    except (ValueError, KeyError, TypeError, AttributeError) as broken:
        raise _unreadable() from broken
    if not set(pairs.values()) <= set(GazetteerDoubt.ANSWERS):
        raise _unreadable()
    return Answers(pairs)


def _unreadable() -> Refusal:
    return Refusal(
        "gazetteer.answers_unreadable",
        "The answers cannot be read. They are a JSON list of “was”, “now” and “answer” (same, different, merged, split, ended, kept).",
    )
