"""What is stored of an answer and of a photo: the columns of their rows, sealed as the neighbourhood's state wants it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from linli import vault
from linli.kernel.jpeg import bare
from linli.operations.queries import active_operation
from linli.rounds.actions.walking import NewPhoto
from linli.rounds.asking import Value
from linli.rounds.models import Visit, VisitValue
from linli.rounds.notes import written
from linli.rounds.photos import CONTEXT
from linli.rounds.sheet_reading import columns, value_of


def stored(value: Value, neighbourhood: int, now: datetime) -> dict[str, Any]:
    """The columns of an answer of a visit; a text is sealed while an operation is on."""
    row = written(value.text, neighbourhood, now)
    words = {"text": row["note"], "sealed": row["sealed"], "operation": row["operation"]}
    return columns(value) | words | {"photo_id": value.photo}


def store_values(visit: Visit, read: Mapping[int, Value], now: datetime) -> None:
    """Store what was answered (question id → value) for a visit as a whole; fields left empty are no rows."""
    VisitValue.objects.bulk_create(
        VisitValue(
            neighbourhood_id=visit.neighbourhood_id,
            visit=visit,
            question_id=question,
            **stored(value, visit.neighbourhood_id, now),
        )
        for question, value in read.items()
        if not value.empty
    )


def taken_out(visit: Visit) -> dict[str, Value]:
    """What a visit was answered, by the codes of its questions; from now on whoever asked keeps it, and the round does not."""
    rows = list(VisitValue.objects.filter(visit=visit).exclude(question__code="").select_related("question"))
    said = {row.question.code: value_of(row, photo=row.photo_id) for row in rows}
    VisitValue.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return said


def new_photo(pk: UUID, data: bytes, *, neighbourhood: int, happened_at: datetime, now: datetime) -> NewPhoto:
    """A photo as it is kept: nothing beside the picture, sealed. Raises :class:`linli.kernel.jpeg.NotAPicture`."""
    picture = bare(data)
    operation = active_operation(neighbourhood, now)
    key = operation.key_name if operation is not None else "register"
    return NewPhoto(
        pk,
        vault.seal(picture.data, key=key, context=CONTEXT),
        picture.width,
        picture.height,
        len(picture.data),
        happened_at,
        operation.pk if operation is not None else None,
    )
