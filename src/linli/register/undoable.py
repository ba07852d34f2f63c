"""Writing so that it can be taken back: what was made is named, what was replaced is kept as it was."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Model

from linli.ground.models import Document, DwellingState, Person, Phone, Place, Residence, Tie

TABLES: dict[str, type[Model]] = {
    one.__name__: one for one in (Document, DwellingState, Person, Phone, Place, Residence, Tie)
}
_KEPT: dict[type[Model], tuple[str, ...]] = {
    Document: ("id", "person_id", "kind", "sealed", "masked", "whole_index", "tail_index", "checked", "since"),
    Phone: ("id", "person_id", "sealed", "masked", "whole_index", "tail_index", "note", "since"),
    Tie: ("id", "person_id", "household_id", "kind", "remark", "since", "source"),
}


@dataclass
class Trace:
    """What one change has done: ``made`` holds ids by table, ``steps`` the former facts in the order they were replaced."""

    made: dict[str, list[str]] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)

    def set(self, row: Model, **values: Any) -> None:
        """Change columns of a row."""
        was = {_column(row, name): plain(getattr(row, _column(row, name))) for name in values}
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        now = {name: plain(getattr(row, name)) for name in was}
        self.steps.append({"do": "set", "table": type(row).__name__, "pk": str(row.pk), "was": was, "now": now})

    def create(self, row: Model) -> None:
        """Insert a row."""
        row.save(force_insert=True)
        self.made.setdefault(type(row).__name__, []).append(str(row.pk))

    def remove(self, row: Document | Phone | Tie) -> None:
        """Delete a row and keep all of it; numbers stay sealed as they are."""
        kept = {name: plain(getattr(row, name)) for name in _KEPT[type(row)]}
        self.steps.append({"do": "put", "table": type(row).__name__, "row": kept})
        row.delete()


def _column(row: Model, name: str) -> str:
    return row._meta.get_field(name).attname  # type: ignore[union-attr,no-any-return]


def plain(value: Any) -> Any:
    """A column as JSON can hold it."""
    if isinstance(value, (bytes, memoryview)):
        return {"b64": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def read(value: Any) -> Any:
    """A kept column as it goes back into a table."""
    return base64.b64decode(value["b64"]) if isinstance(value, dict) else value


def take_back(made: dict[str, list[str]], steps: list[dict[str, Any]], neighbourhood: int) -> bool:
    """Remove what was made and put back what was replaced, the last first; a column that somebody has changed since stays as he left it.

    Returns whether everything is as it was.
    """
    whole = True
    for table in ("Residence", "DwellingState", "Document", "Phone", "Tie"):
        rows = TABLES[table].objects.filter(pk__in=made.get(table, ()))  # type: ignore[attr-defined]
        rows.delete()
    for step in reversed(steps):
        if step["do"] == "put":
            model = TABLES[step["table"]]
            values = {name: read(value) for name, value in step["row"].items()}
            model.objects.get_or_create(  # type: ignore[attr-defined]
                pk=values.pop("id"), defaults={"neighbourhood_id": neighbourhood, **values}
            )
        else:
            whole &= _set_back(step)
    return whole


def _set_back(step: dict[str, Any]) -> bool:
    row = TABLES[step["table"]].objects.filter(pk=step["pk"]).first()  # type: ignore[attr-defined]
    if row is None:
        return False
    still = {name: was for name, was in step["was"].items() if plain(getattr(row, name)) == step["now"][name]}
    for name, was in still.items():
        setattr(row, name, read(was))
    if still:
        row.save(update_fields=list(still))
    return len(still) == len(step["was"])
