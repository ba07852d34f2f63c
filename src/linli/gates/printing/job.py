"""A print job in a folder: what is to be printed, how far it is, what came of it. Plain files, readable by us alone."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from linli.gates.printing.cards import print_cards
from linli.gates.printing.faces import CardFace, Face, PrintResult, Reason, RefusedCard, Sheet

JOB, PROGRESS, RESULT, PDF = "job.json", "progress.json", "result.json", "cards.pdf"


@dataclass(frozen=True)
class Progress:
    """How far a job is: `drawn` of `total` cards are drawn; then the engine sets the pages; then it is `done` or `failed`."""

    drawn: int
    total: int
    done: bool = False
    failed: bool = False


def write(folder: Path, cards: Sequence[CardFace], sheet: Sheet) -> None:
    """Make `folder` (0700) with the job in it. Raises OSError."""
    for place in (folder.parent.parent, folder.parent, folder):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in (RESULT, PDF):
        (folder / name).unlink(missing_ok=True)
    _put(folder / PROGRESS, {"drawn": 0, "total": len(cards)})
    _put(folder / JOB, {"sheet": asdict(sheet), "cards": [asdict(card) for card in cards]})


def run(folder: Path) -> PrintResult:
    """Print the job in `folder` and delete it; on an error the progress says so and the error goes on."""
    job = json.loads((folder / JOB).read_text("utf-8"))
    cards = [_card(one) for one in job["cards"]]
    total = len(cards)

    def say(drawn: int) -> None:
        _put(folder / PROGRESS, {"drawn": drawn, "total": total})

    try:
        result = print_cards(cards, out=folder / PDF, sheet=Sheet(**job["sheet"]), tell=say)
    except BaseException:
        _put(folder / PROGRESS, {"drawn": 0, "total": total, "failed": True})
        raise
    finally:
        (folder / JOB).unlink(missing_ok=True)
    _put(folder / RESULT, asdict(result))
    return result


def progress(folder: Path) -> Progress | None:
    """Return how far the job in `folder` is, None where there is none."""
    try:
        found = json.loads((folder / PROGRESS).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return Progress(found["drawn"], found["total"], (folder / RESULT).exists(), found.get("failed", False))


def result(folder: Path) -> PrintResult | None:
    """Return what came of the job in `folder`, None until it is done."""
    try:
        found = json.loads((folder / RESULT).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    refused = [RefusedCard(one["id"], Reason(one["reason"]), one["detail"]) for one in found["refused"]]
    return PrintResult(found["pages"], tuple(found["printed"]), tuple(refused))


def _card(found: dict[str, Any]) -> CardFace:
    days = {name: date.fromisoformat(found[name]) for name in ("valid_from", "valid_until")}
    face = Face(**found["face"]) if found.get("face") else None
    return CardFace(**{**found, **days, "face": face})


def _put(path: Path, value: dict[str, Any]) -> None:
    """Write JSON so that a reader sees the whole of it or what was before."""
    new = path.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, default=str)
    new.replace(path)
