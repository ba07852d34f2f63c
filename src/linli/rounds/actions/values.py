"""Writer of the answers of a visit: one row a field, at the visit or at one of its targets. Called inside the visit's own transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from linli.rounds.asking import Value
from linli.rounds.models import Visit, VisitTarget, VisitValue
from linli.rounds.notes import written
from linli.rounds.sheet_reading import columns


def store_values(visit: Visit, read: Mapping[int, Value], now: datetime, link: VisitTarget | None = None) -> None:
    """Store what was answered (question id → value); fields left empty are no rows. A text is sealed while an operation is on."""
    VisitValue.objects.bulk_create(
        VisitValue(
            neighbourhood_id=visit.neighbourhood_id,
            visit=visit,
            link=link,
            question_id=question,
            photo_id=value.photo,
            **columns(value) | _text(value.text, visit.neighbourhood_id, now),
        )
        for question, value in read.items()
        if not value.empty
    )


def _text(said: str, place: int, now: datetime) -> dict[str, object]:
    row = written(said, place, now)
    return {"text": row["note"], "sealed": row["sealed"], "operation": row["operation"]}
