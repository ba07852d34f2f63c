"""What a list changes, as one JSON object; and the answers file."""

from __future__ import annotations

import json
from typing import Any

from linli.ground.actions.place_lists import Outcome
from linli.ground.gazetteer.changes import CLASSES, Change
from linli.ground.gazetteer.planning import Answers
from linli.ground.models import GazetteerDoubt
from linli.kernel.refusal import Refusal

LISTED = tuple(kind for kind in (*CLASSES, "ended") if kind != "kept")


def as_json(found: Outcome, name: str, *, applied: bool) -> dict[str, Any]:
    """Counts; each change with its codes and row (``row`` counts from 1 with the heading); doubts; bad rows by sheet, row, field."""
    return {
        "file": name,
        "as_of": found.as_of.isoformat(),
        "applied": applied,
        "counts": found.counts,
        **{kind: [_change(one) for one in found.changes if one.kind == kind] for kind in LISTED},
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
