"""The one JSON object of ``import-manifest --json``: keys and words as in the truth file; a line is named by sheet and row."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from linli.journeys.manifest_people import CREW, PASSENGER, Passenger
from linli.journeys.manifest_reading import Manifest
from linli.journeys.manifest_words import problem_said, reasons_said
from linli.journeys.matching import Matched
from linli.kernel import identity, phones
from linli.kernel.manifest_match import Candidate

Row = tuple[str | None, int]
_LONG = re.compile(r"[A-Za-z]{1,3}\d{5,}|\+?\d(?:[ -]?\d){6,}[Xx]?")


def as_json(
    manifest: Manifest, matched: Sequence[Matched], register: Mapping[Hashable, Row], *, show: bool = False
) -> dict[str, Any]:
    """flight, totals, match, ask, unmatched, rows, problems. ``register``: resident → his row of the register file, where it is known.

    Document numbers and telephones are masked unless ``show``, also in cells that nobody understood.
    """
    by_verdict: dict[str, list[Matched]] = {"match": [], "ask": [], "none": []}
    for one in matched:
        by_verdict[one.finding.verdict].append(one)
    flight = manifest.flight
    return {
        "flight": {
            "number": flight.number or None, "from": flight.origin or None, "to": flight.destination or None,
            "date": flight.day.isoformat() if flight.day else None,
        },
        "totals": {
            "passengers": manifest.count(PASSENGER), "crew": manifest.count(CREW), "on_board": len(manifest.on_board),
            "match": len(by_verdict["match"]), "ask": len(by_verdict["ask"]), "unmatched": len(by_verdict["none"]),
            "problems": len(manifest.problems),
        },
        "match": [_match(one, register, show) for one in by_verdict["match"]],
        "ask": [_ask(one, register, show) for one in by_verdict["ask"]],
        "unmatched": [[one.one.sheet, one.one.row] for one in by_verdict["none"]],
        "rows": [_row(one, show) for one in manifest.people],
        "problems": [
            {"sheet": one.sheet, "row": one.row, "cell": one.cell, "kind": one.kind,
             "raw": one.raw if show else masked_words(one.raw), "message": problem_said(one.kind)}
            for one in manifest.problems
        ],
        "unknown_columns": manifest.unknown,
    }  # fmt: skip


def _who(one: Passenger, show: bool) -> dict[str, Any]:
    document = one.document if show else identity.masked(one.document)
    return {
        "sheet": one.sheet,
        "row": one.row,
        "seat": one.seat or None,
        "name": one.name,
        "document": document or None,
    }


def _match(found: Matched, register: Mapping[Hashable, Row], show: bool) -> dict[str, Any]:
    best = found.finding.candidates[0]
    return {**_who(found.one, show), "kind": "match", **_candidate(best, register)}


def _ask(found: Matched, register: Mapping[Hashable, Row], show: bool) -> dict[str, Any]:
    candidates = [_candidate(one, register) for one in found.finding.candidates]
    return {
        **_who(found.one, show), "kind": "ask", "register": candidates[0]["register"] if candidates else None,
        "why": reasons_said(found.finding.why), "reasons": list(found.finding.why), "candidates": candidates,
    }  # fmt: skip


def _candidate(one: Candidate, register: Mapping[Hashable, Row]) -> dict[str, Any]:
    row = register.get(one.resident)
    return {
        "register": list(row) if row is not None else None, "score": one.score,
        "why": reasons_said((*one.reasons, *one.against)), "reasons": list(one.reasons), "against": list(one.against),
    }  # fmt: skip


def _row(one: Passenger, show: bool) -> dict[str, Any]:
    numbers = [number if show else phones.masked(number) for number in one.phones]
    return {
        **_who(one, show), "role": one.role, "sex": one.sex or None, "born": one.born.isoformat() if one.born else None,
        "phone": None if not numbers else numbers[0] if len(numbers) == 1 else numbers,
        "address": (one.address if show else masked_words(one.address)) or None,
        "extra": {label: text if show else masked_words(text) for label, text in one.extra.items()},
        "problems": one.problems, "twice": one.twice,
    }  # fmt: skip


def masked_words(text: str) -> str:
    """Words of a list with every long number in them masked; days stay."""
    return _LONG.sub(lambda found: found[0] if _is_day(found[0]) else identity.masked(found[0].strip()), text)


def _is_day(text: str) -> bool:
    return re.fullmatch(r"(?:19|20)\d\d-?[01]\d-?[0-3]\d", text) is not None
