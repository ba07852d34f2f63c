"""An address as somebody writes it → the dwelling of the register: for lists that come from outside and name doors in words."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from linli.ground.models import Place
from linli.kernel.addresses import clean_part, narrow, read_address

_LEVELS = ("estate", "lane", "side_lane", "building", "unit", "dwelling")


@dataclass(slots=True)
class DoorWords:
    """The doors of one neighbourhood by their parts; one statement to load."""

    by_parts: dict[tuple[str, ...], list[int]] = field(default_factory=lambda: defaultdict(list))
    estates: set[str] = field(default_factory=set)
    places: dict[int, Place] = field(default_factory=dict)

    @classmethod
    def load(cls, neighbourhood: Place) -> DoorWords:
        """Every dwelling that exists today, under its parts from the estate down and without the estate."""
        words = cls()
        parts: dict[int, tuple[str, ...]] = {}
        rows = Place.objects.filter(neighbourhood=neighbourhood, kind__code__in=_LEVELS, until__isnull=True)
        for place in rows.select_related("kind").order_by("path"):
            code = place.kind.code
            part = narrow(place.name) if code == "estate" else clean_part(place.name)
            above = parts.get(place.parent_id or 0, ())
            parts[place.pk] = (*above, part)
            words.places[place.pk] = place
            if code == "estate":
                words.estates.add(part)
            if code == "dwelling":
                words.by_parts[parts[place.pk]].append(place.pk)
                if len(parts[place.pk]) > 1:
                    words.by_parts[("", *parts[place.pk][1:])].append(place.pk)
        return words

    def candidates(self, text: str, *, estate: str = "") -> list[Place]:
        """The dwellings that the words can mean: one when they are clear, several when the estate is missing, none when unknown."""
        words, own = narrow(text), narrow(estate)
        known = own if own in self.estates else next((e for e in self.estates if e and words.startswith(e)), "")
        door = read_address(words, estate=known)
        inner = [part for part in (door.side, door.building, door.unit, door.room or door.rest) if part]
        found = self.by_parts.get((known, *inner), []) if inner else []
        return [self.places[pk] for pk in dict.fromkeys(found)]

    def dwelling(self, text: str, *, estate: str = "") -> Place | None:
        """The one dwelling that the words mean, None when they mean none or several."""
        found = self.candidates(text, estate=estate)
        return found[0] if len(found) == 1 else None
