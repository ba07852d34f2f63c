"""The two columns without which a register is lost, when neither heading nor content made them certain: the name and the room.

What is found here stands in ``Table.guessed``: a person is asked whether it is so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Protocol

from linli.kernel.addresses import narrow, read_address
from linli.register.interpret.model import Table
from linli.register.reading.sheet import Sheet

_SAMPLE = 120
_NAMES = 0.4
_ROOMS = 0.8
_ROOM = re.compile(r"[1-9]\d{2,3}[A-Za-z]?室?|\d{1,2}[A-Za-z]室?|\d{1,4}室|[A-Za-z]\d{2,4}室?")
_BARE_BUILDING = re.compile(r"[0-9A-Za-z]{1,4}(?:号楼|号|幢|栋|座|#|楼)")
_DOOR_PARTS = ("unit", "bld", "side", "lane", "addr")


class Shares(Protocol):
    """What is known about a column's content."""

    filled: int

    def share(self, name: str) -> float: ...


def find_lost(sheet: Sheet, table: Table, profiles: Mapping[int, Shares]) -> None:
    """Name and room among the columns that nothing else explains."""
    unknown = [column for column, why in table.ignored.items() if why == "unknown"]
    if unknown:
        _name(table, unknown, profiles)
        _room(sheet, table, [column for column in unknown if column in table.ignored])
        table.columns = dict(sorted(table.columns.items()))


def _name(table: Table, unknown: list[int], profiles: Mapping[int, Shares]) -> None:
    """Beside numbers or relations of people the likeliest column of names, though half of its cells say more than a name."""
    fields = set(table.columns.values())
    if fields & {"name", "head_name"} or not (fields & {"number", "rel"}):
        return
    best = max(unknown, key=lambda column: profiles[column].share("name") if column in profiles else 0.0)
    if best in profiles and profiles[best].filled >= 2 and profiles[best].share("name") >= _NAMES:
        _guess(table, best, "name")


def _room(sheet: Sheet, table: Table, unknown: list[int]) -> None:
    """Where the door's column ends at the building, the column of room numbers right of it: else one building is one home."""
    at = {field: column for column, field in table.columns.items()}
    beside = next((at[field] for field in _DOOR_PARTS if field in at), None)
    if "room" in at or beside is None or beside + 1 not in unknown:
        return
    texts = _texts(sheet, table, beside + 1)
    if len(texts) < 2 or sum(bool(_ROOM.fullmatch(text)) for text in texts) < len(texts) * _ROOMS:
        return
    if "addr" in at:
        doors = _texts(sheet, table, at["addr"])
        if beside != at["addr"] or not doors or not all(_is_building(text) for text in doors):
            return
        table.columns[at["addr"]] = "bld"
        if at["addr"] in table.guessed:
            table.guessed[at["addr"]] = "bld"
    _guess(table, beside + 1, "room")


def _is_building(text: str) -> bool:
    door = read_address(text)
    return bool(_BARE_BUILDING.fullmatch(text)) and bool(door.building) and not door.room


def _texts(sheet: Sheet, table: Table, column: int) -> list[str]:
    rows = range(table.first, min(table.first + _SAMPLE, len(sheet.rows)))
    return [
        re.sub(r"\s", "", narrow(unicodedata.normalize("NFKC", text)))
        for row in rows
        if (text := sheet.text(row, column))
    ]


def _guess(table: Table, column: int, field: str) -> None:
    table.ignored.pop(column, None)
    table.columns[column] = field
    table.guessed[column] = field
