"""Which places a file needs that the register does not have, the uppermost level first; worked out once for a step of the import."""

from __future__ import annotations

from collections import Counter

from linli.register.doors import DoorMap, Path
from linli.register.models import ImportRow, ImportRun
from linli.register.packing import unpack

_AT_ONCE = 2000
Missing = tuple[Path, str, bool]


class Places:
    """The missing places of one run, in the order in which they can be added."""

    def __init__(self, run: ImportRun, doors: DoorMap) -> None:
        words = {entry["sheet"]: entry["building_word"] for entry in run.mapping}
        rows = ImportRow.objects.filter(run=run, dwelling__isnull=True, leads=True).exclude(sealed=None)
        found = rows.values_list("sheet", "sealed").iterator(chunk_size=_AT_ONCE)
        villas = _villas(run)
        wanted = ((unpack(sealed).door, words.get(sheet, "号")) for sheet, sealed in found)
        self._missing = doors.missing((door, word, villas.get(door.estate, False)) for door, word in wanted)
        self._at = 0

    def next(self, size: int) -> list[Missing]:
        """At most ``size`` places of one level, whose parents are there; none when all are."""
        now = self._missing[self._at : self._at + size]
        return [entry for entry in now if len(entry[0]) == len(now[0][0])]

    def take(self, count: int) -> None:
        """So many of them have been added."""
        self._at += count


def _villas(run: ImportRun) -> dict[str, bool]:
    """Estates where (nearly) no door has a room, or whose name says so."""
    doors: Counter[str] = Counter()
    rooms: Counter[str] = Counter()
    codes = ImportRow.objects.filter(run=run, leads=True).values_list("door", flat=True)
    for code in codes.iterator(chunk_size=_AT_ONCE):
        estate, _side, _building, _unit, room = code.split("|")[:5] if code.count("|") >= 4 else (code, "", "", "", "")
        doors[estate] += 1
        rooms[estate] += bool(room)
    return {
        estate: "墅" in estate or "villa" in estate.lower() or rooms[estate] * 20 < many
        for estate, many in doors.items()
    }
