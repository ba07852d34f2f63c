"""What comes to an arrival from outside: the airline's passenger list, and a check that a phone tells of."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID


def passenger_list(people: int) -> bytes:
    """So many passengers as csv, each with a name of his own; every fiftieth names an estate of the neighbourhood and is asked about."""
    letters = [chr(65 + n // 676) + chr(65 + n // 26 % 26) + chr(65 + n % 26) for n in range(people)]
    lines = [
        f"TRAVELLER/{word},EY{n:07},{n % 60 + 1}A,{'' if n % 50 else '听松别墅'}" for n, word in enumerate(letters)
    ]
    return "\n".join(["姓名,证件号,座位,地址", *lines]).encode()


def check(identity: UUID, target: Any, at: datetime, temperature: str) -> dict[str, Any]:
    """Somebody was at the door of a target and read a temperature (°C), as a phone sends it."""
    question = target.occurrence.sheet.questions.get(code="temperature")
    return {
        "id": str(identity), "kind": "visit", "happened_at": at.isoformat(), "made_offline": True,
        "occurrence": str(target.occurrence_id), "targets": [[str(target.pk), "done", None]],
        "values": {str(question.pk): temperature},
    }  # fmt: skip
