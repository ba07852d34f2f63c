"""A row as it was read ↔ the sealed bytes that wait in ``ImportRow`` until it becomes a person."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from linli import vault
from linli.kernel.addresses import Door
from linli.register.interpret.model import Problem, RowReading
from linli.register.interpret.report import problem_json

ROW_CONTEXT = "register.row"
CELL_CONTEXT = "register.cell"


@dataclass(frozen=True, slots=True)
class Packed:
    """What of a row is needed to apply it and to show it in a question."""

    door: Door
    name: str | None
    sex: str
    doc: str | None
    number: str | None
    born: date | None
    born_about: bool
    rel: str
    phones: tuple[str, ...]
    phone_note: str
    nation: str
    remark: str
    state: str | None
    absence: str | None
    away_note: str
    fragment: str | None = None

    @property
    def counts(self) -> bool:
        """Whether the row counts among those who are to hold a permit."""
        return self.name is not None and self.absence is None

    @property
    def present(self) -> bool:
        """Whether the row says that the person is here."""
        return self.absence is None


def key_of(run: UUID) -> str:
    """The key that seals the rows and cells of one import, destroyed when they are erased."""
    return f"import:{run}"


def packed(row: RowReading) -> Packed:
    """What of a row is needed later."""
    away = row.away
    note = " ".join(str(part) for part in (away.where, away.earliest, away.latest) if part) if away else ""
    return Packed(
        door=row.door,
        name=row.name,
        sex={"男": "m", "女": "f"}.get(row.sex or "", ""),
        doc=row.doc,
        number=row.number,
        born=row.born,
        born_about=row.born_about,
        rel=row.rel or "",
        phones=row.phones,
        phone_note=row.phone_note or "",
        nation=row.nation or "",
        remark="；".join(text for text in (row.remark, row.comment) if text)[:300],
        state=row.state,
        absence=row.absence,
        away_note=note[:80],
        fragment=row.fragment,
    )


def pack(row: Packed, run: UUID) -> bytes:
    """Seal a row of an import."""
    door = row.door
    data: dict[str, Any] = {entry.name: getattr(row, entry.name) for entry in fields(row)}
    data["door"] = [door.estate, door.side, door.building, door.unit, door.room, door.rest]
    data["born"] = row.born.isoformat() if row.born else None
    return vault.seal(json.dumps(data, ensure_ascii=False), key=key_of(run), context=ROW_CONTEXT)


def unpack(sealed: bytes | memoryview) -> Packed:
    """Open a row."""
    data: dict[str, Any] = json.loads(vault.unseal(sealed, context=ROW_CONTEXT))
    born = date.fromisoformat(data["born"]) if data["born"] else None
    return Packed(**{**data, "door": Door(*data["door"]), "born": born, "phones": tuple(data["phones"])})


def opened(sealed: bytes | memoryview | None) -> Packed | None:
    """Open a row to show it; None once it is erased, or its key is (an old backup that came back)."""
    try:
        return unpack(sealed) if sealed is not None else None
    except vault.KeyMissing:
        return None


def pack_problem(problem: Problem, run: UUID) -> bytes:
    """Seal what stands in a cell and what is proposed for it."""
    data = problem_json(problem, show=True)
    kept = {"raw": data["raw"], "proposal": data["proposal"]}
    return vault.seal(json.dumps(kept, ensure_ascii=False, default=str), key=key_of(run), context=CELL_CONTEXT)


def unpack_problem(sealed: bytes | memoryview) -> tuple[object, object]:
    """(what stands in the cell, the proposal); (None, None) once its key is destroyed."""
    try:
        data = json.loads(vault.unseal(sealed, context=CELL_CONTEXT))
    except vault.KeyMissing:
        return None, None
    return data["raw"], data["proposal"]
