"""The one JSON object of ``import-register --json``: keys and words as in the truth files, numbers masked unless asked for."""

from __future__ import annotations

import json
import re
from datetime import date, datetime

from linli.kernel import identity, phones
from linli.kernel.refusal import Refusal
from linli.register.interpret.interpretation import Answer
from linli.register.interpret.model import Interpretation, Problem, RowReading

_LONG_NUMBER = re.compile(r"[\dＸ０-９A-Za-z][\d０-９\s\-]{5,}[\dXxＸ０-９]")
_DAY = re.compile(r"(?:19|20)\d\d-?[01]?\d-?[0-3]?\d")


def as_json(result: Interpretation, *, show_numbers: bool = False) -> dict[str, object]:
    """The object. Identity numbers and phones are masked unless ``show_numbers``, also inside raw cells and proposals."""
    return {
        "totals": result.totals,
        "rows": [_row(row, show_numbers) for row in result.rows],
        "problems": [problem_json(problem, show=show_numbers) for problem in result.problems],
        "merge": [_pair(pair) for pair in result.merge],
        "ask": [_pair(pair) for pair in result.ask],
        "never_merge": [_pair(pair) for pair in result.never_merge],
    }


def _row(row: RowReading, show: bool) -> dict[str, object]:
    numbers = [number if show else phones.masked(number) for number in row.phones]
    return {
        "sheet": row.sheet,
        "row": row.row,
        "door": row.door.code(),
        "state": row.state,
        "name": row.name,
        "sex": row.sex,
        "doc": row.doc,
        "number": row.number if show or row.number is None else identity.masked(row.number),
        "born": row.born.isoformat() if row.born else None,
        "rel": row.rel,
        "phone": None if not numbers else numbers[0] if len(numbers) == 1 else numbers,
        "nation": row.nation,
        "present": row.present,
        "away": row.away.as_json() if row.away else None,
    }


def problem_json(problem: Problem, *, show: bool) -> dict[str, object]:
    """One problem; what stands in the cell is masked unless ``show``."""
    return {
        "sheet": problem.sheet,
        "row": problem.row,
        "cell": problem.cell,
        "kind": problem.kind,
        "raw": shown(problem.raw, problem.kind, show=show),
        "proposal": shown(problem.proposal, problem.kind, show=show),
    }


def shown(value: object, kind: str, *, show: bool) -> object:
    """A raw cell or proposal for reading: numbers masked unless ``show``."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, list):
        return [shown(entry, kind, show=show) for entry in value]
    if show or value is None or isinstance(value, bool):
        return value
    if kind.startswith(("id_", "phone_", "passport_", "document_")):
        if isinstance(value, float) and value >= 1e15:
            return f"{value:.1E}"  # what a spreadsheet shows; any digit more would be invented
        return mask_cell(f"{value:.0f}" if isinstance(value, float) else str(value))
    return masked_text(value) if isinstance(value, str) else value


def masked_text(text: str) -> str:
    """A text with every long number in it masked; days stay."""
    return _LONG_NUMBER.sub(lambda found: found[0] if _DAY.fullmatch(found[0]) else identity.masked(found[0]), text)


def mask_cell(text: str) -> str:
    """A raw cell with only its shape left: digits and letters but the last two become stars, other characters stay."""
    signs = [
        at
        for at, char in enumerate(text)
        if char.isascii() and char.isalnum() or "０" <= char <= "９" or char in "Ｘｘ"
    ]
    hidden = set(signs[:-2])
    return "".join("*" if at in hidden else char for at, char in enumerate(text))


def _pair(pair: tuple[tuple[str | None, int], tuple[str | None, int]]) -> list[list[object]]:
    return [[sheet, row] for sheet, row in pair]


def read_answers(text: str) -> tuple[Answer, ...]:
    """The JSON of ``--answers``: ``[{"rows": [[sheet, row], [sheet, row]], "answer": "same" | "other"}]``. Raises Refusal."""
    try:
        entries = json.loads(text)
        found = []
        for entry in entries:
            (one, other), answer = entry["rows"], entry["answer"]
            if answer not in ("same", "other"):
                raise ValueError(answer)
            found.append(((one[0], int(one[1])), (other[0], int(other[1])), answer))
    except (ValueError, KeyError, TypeError, IndexError) as broken:
        raise Refusal(
            "import.answers_format",
            'The answers cannot be read. Expected: [{"rows": [["sheet", 5], ["sheet", 9]], "answer": "same"}], with "same" or "other".',
        ) from broken
    return tuple(found)
