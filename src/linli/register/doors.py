"""Doors of a file ↔ places of the official tree: estate, side lane, building, unit, dwelling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from linli.ground.actions.places import NewPlace, add_places, kinds
from linli.ground.models import Place
from linli.kernel.addresses import Door, clean_part, narrow
from linli.register.changes.doors import Path, Renamed, Step, resolve

LEVELS = ("estate", "side_lane", "building", "unit", "dwelling")
__all__ = ["DoorMap", "Path", "Step", "name_of", "path_of", "plain"]


def path_of(door: Door) -> Path:
    """The places from the estate down to the dwelling. A building without a room is the dwelling itself (a villa); no door, no path."""
    steps: list[Step] = [("estate", door.estate)] if door.estate else []
    if door.side:
        steps.append(("side_lane", door.side))
    if door.room:
        steps += [("building", door.building)] if door.building else []
        steps += [("unit", door.unit)] if door.unit else []
        steps.append(("dwelling", door.room))
    elif door.building and door.unit:
        steps += [("building", door.building), ("dwelling", door.unit)]
    elif door.building or door.rest:
        steps.append(("dwelling", door.building or door.rest))
    return tuple(steps) if steps and steps[-1][0] == "dwelling" else ()


def door_of(path: Path) -> Door:
    """The door that a place above the homes stands for: the parts down to it."""
    names = {"estate": "estate", "side_lane": "side", "building": "building", "unit": "unit"}
    return Door(**{names[kind]: part for kind, part in path if kind in names})


def name_of(path: Path, building_word: str) -> str:
    """What a place is called: 3支弄, 12幢, 2单元, 301室, and 3号 for a villa."""
    kind, part = path[-1]
    if kind == "estate" or not re.fullmatch(r"[0-9A-Z]+[甲乙丙丁]?|[甲乙丙丁]", part):
        return part
    above = path[-2][0] if len(path) > 1 else "estate"
    words = {"side_lane": "支弄", "building": building_word, "unit": "单元"}
    return part + words.get(kind, "室" if above in ("building", "unit") else "号")


@dataclass(slots=True)
class DoorMap:
    """Paths of parts → place ids of one neighbourhood."""

    root: Place
    ids: dict[Path, int] = field(default_factory=dict)
    renamed: list[Renamed] = field(default_factory=list)

    @classmethod
    def load(cls, neighbourhood: int) -> DoorMap:
        """One statement for the root and one for every place below it."""
        root = Place.objects.get(pk=neighbourhood)
        paths: dict[int, Path] = {root.pk: ()}
        found = cls(root)
        rows = Place.objects.filter(neighbourhood_id=neighbourhood, kind__code__in=LEVELS, until__isnull=True)
        for pk, parent, kind, name in rows.order_by("path").values_list("pk", "parent_id", "kind__code", "name"):
            above = paths.get(parent)
            if above is None:
                continue
            part = narrow(name) if kind == "estate" else clean_part(name)
            paths[pk] = (*above, (kind, part))
            found.ids.setdefault(paths[pk], pk)
        return found

    def dwelling(self, door: Door) -> int | None:
        """The dwelling's place id, None if the register has no such door."""
        path = self.path(door)
        return self.ids.get(plain(path)) if path else None

    def path(self, door: Door) -> Path:
        """The places of a door, as the register calls them where the file has another name for one of them."""
        path = path_of(door)
        return resolve(plain(path), self.renamed) if self.renamed else path

    def missing(self, doors: Iterable[tuple[Door, str, bool]]) -> list[tuple[Path, str, bool]]:
        """Places that do not exist yet, the uppermost level first: (path, word for a building, villa estate)."""
        wanted: dict[Path, tuple[Path, str, bool]] = {}
        for door, word, villa in doors:
            path = self.path(door)
            for depth in range(1, len(path) + 1):
                key = plain(path[:depth])
                if key not in self.ids and key not in wanted:
                    wanted[key] = (path[:depth], word, villa)
        return sorted(wanted.values(), key=lambda entry: len(entry[0]))

    def add(self, missing: list[tuple[Path, str, bool]]) -> list[int]:
        """Add places whose parents exist; inside the caller's transaction. Returns their ids."""
        parents = {
            place.pk: place for place in Place.objects.filter(pk__in={self.parent_id(path) for path, _, _ in missing})
        }
        new = [
            NewPlace(
                path[-1][0],
                parents[self.parent_id(path)],
                name_of(path, word),
                estate_type=("villa" if villa else "other") if path[-1][0] == "estate" else "",
            )
            for path, word, villa in missing
        ]
        made = add_places(new, known=kinds())
        for (path, _, _), place in zip(missing, made, strict=True):
            self.ids[plain(path)] = place.pk
        return [place.pk for place in made]

    def note_addresses(self, told: Mapping[str, str]) -> None:
        """Estate → its road and lane: kept where the estate has none yet; inside the caller's transaction."""
        for estate, address in told.items():
            pk = self.ids.get(plain((("estate", estate),)))
            if address and pk is not None:
                Place.objects.filter(pk=pk, address="").update(address=address)

    def parent_id(self, path: Path) -> int:
        """The id of the place above; the neighbourhood for an estate."""
        return self.ids[plain(path[:-1])] if len(path) > 1 else self.root.pk


def plain(path: Path) -> Path:
    """A path as places are looked up by: the estate's name without blanks."""
    return tuple((kind, narrow(part) if kind == "estate" else part) for kind, part in path)
