"""Figures: named numbers that rooms offer to the daily sheet, each with its denominator, its parts, and who is late by name (P11).

A room registers its figures in ``apps.ready()``; ``docs/figures.md`` has an entry for each. Three rules make a sheet one can trust:

- **It adds up.** ``compute`` gives counts of the smallest pieces only (:class:`Patch`): a zone, or what lies in a neighbourhood and in
  no zone, or what hangs on the subdistrict itself. Everything above is their sum (``Count.__add__``), so patches = neighbourhood =
  subdistrict by construction. A thing is counted in exactly one patch (:class:`Patches`).
- **It can be made again.** A moment has two clocks (:class:`AsOf`): what had happened by ``at``, as it had been heard by ``heard_by``. The
  sheet of eight o'clock, made again at ten with both at eight, says the same; a correction at ten speaks of eight with what was heard
  by ten. A figure whose rows do not tell what was known then has ``retraced=False``; made later it is ``Count(traceable=False)``, and
  the cell says so instead of a number.
- **It names.** ``late`` holds ids of places, bodies and mandates, never of a resident and never a name; names are looked up when shown.

``compute`` uses a fixed number of statements, however many places there are; the caller opens the scope.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.ground.models import AreaPlace, Place
from linli.ground.models.places import SEGMENT

ROOMS: dict[str, Promise] = {
    "register": _("Register"),
    "gates": _("Gates"),
    "rounds": _("Rounds"),
    "duties": _("Duty"),
    "journeys": _("Journeys"),
    "care": _("Care"),
    "findings": _("Findings"),
    "reports": _("Reports"),
    "people": _("Who is responsible"),
}
"""The rooms of a sheet, in its order."""

ALL, NONE, EITHER = "all", "none", ""
"""What a figure ought to be: all of its denominator, none of it, or no opinion."""

PERIOD = timedelta(hours=24)
AT_ONCE = timedelta(minutes=15)
"""A sheet made within this time of its moment is made at its moment."""


@dataclass(frozen=True, slots=True)
class AsOf:
    """The moment a sheet speaks of, on both clocks: ``heard_by`` is ``at`` itself but in a correction, where it is later."""

    at: datetime
    heard_by: datetime

    @classmethod
    def of(cls, at: datetime) -> AsOf:
        """As it was known at that moment."""
        return cls(at, at)


def period(as_of: AsOf) -> tuple[datetime, datetime]:
    """The day that a sheet speaks of: the 24 hours that end at its moment, so that today's begins where yesterday's ended."""
    return as_of.at - PERIOD, as_of.at


@dataclass(frozen=True, slots=True)
class Late:
    """Something late or missing: which place, zone or body, who should have (a mandate), by when. Ids only.

    ``code``: the room's word for what it is (``missed``, ``late``, ``missing``); a door is named by its building alone on a sheet.
    """

    place: int | None = None
    body: int | None = None
    mandate: int | None = None
    due_at: datetime | None = None
    code: str = ""
    area: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Only what is set."""
        due = self.due_at.isoformat() if self.due_at else None
        ids = {"place": self.place, "area": self.area, "body": self.body, "mandate": self.mandate}
        return {key: value for key, value in (*ids.items(), ("due", due), ("code", self.code)) if value}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Late:
        """The other way round."""
        due = datetime.fromisoformat(said["due"]) if "due" in said else None
        ids = {key: said.get(key) for key in ("place", "area", "body", "mandate")}
        return cls(**ids, due_at=due, code=said.get("code", ""))


@dataclass(frozen=True, slots=True)
class Count:
    """``value`` of ``of``; ``parts``: what it is made of or what came of the rest, by code; ``late``: the late ones, named by id.

    ``traceable``: False when the data cannot say what was known then; there is no number.
    """

    value: int = 0
    of: int = 0
    parts: Mapping[str, int] = field(default_factory=dict)
    late: tuple[Late, ...] = ()
    traceable: bool = True

    def __add__(self, other: Count) -> Count:
        """Both together: of two patches, or of two neighbourhoods."""
        parts = Counter(self.parts)
        parts.update(other.parts)
        return Count(
            self.value + other.value,
            self.of + other.of,
            dict(parts),
            self.late + other.late,
            self.traceable and other.traceable,
        )

    @property
    def rest(self) -> int:
        """How many of the denominator are not in the value."""
        return self.of - self.value

    def as_json(self) -> dict[str, Any]:
        """Codes and quantities, as a sheet keeps them."""
        found: dict[str, Any] = {"value": self.value, "of": self.of}
        if self.parts:
            found["parts"] = dict(sorted(self.parts.items()))
        if self.late:
            found["late"] = [one.as_json() for one in self.late]
        if not self.traceable:
            found["traceable"] = False
        return found

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Count:
        """The other way round."""
        late = tuple(Late.from_json(one) for one in said.get("late", ()))
        return cls(said["value"], said["of"], dict(said.get("parts", {})), late, said.get("traceable", True))


def total(counts: Iterable[Count]) -> Count:
    """Their sum; nothing of nothing for none."""
    return sum(counts, Count())


@dataclass(frozen=True, slots=True)
class Patch:
    """The smallest piece that is counted: a zone of a neighbourhood; with ``zone`` None what lies in none of its zones.

    ``place``: the neighbourhood; or the subdistrict, for what hangs on it directly (a unit that belongs to no neighbourhood).
    """

    place: int
    zone: int | None = None


class Patches:
    """Which patch a place lies in, by its path: the nearest member of a zone above it, else the neighbourhood, else the subdistrict."""

    def __init__(self, places: Sequence[Place]) -> None:
        """``places``: those that a sheet is made of. One statement."""
        self._by_path = {place.path: Patch(place.pk) for place in places}
        members = AreaPlace.objects.filter(area__purpose="zone", area__neighbourhood__in=[p.pk for p in places])
        for path, neighbourhood, area in members.values_list("place__path", "area__neighbourhood__pk", "area"):
            self._by_path[path] = Patch(neighbourhood, area)

    def of(self, path: str) -> Patch | None:
        """The patch of a place's path; None when it lies in none of the places."""
        for end in range(len(path), 0, -SEGMENT):
            found = self._by_path.get(path[:end])
            if found is not None:
                return found
        return None


Compute = Callable[[Sequence[Place], AsOf], Mapping[Patch, Count]]
Rows = Callable[[Patch, AsOf], str]


@dataclass(frozen=True)
class Figure:
    """One figure. ``title`` and ``unit`` are lazy words; ``parts``: what its codes mean, in the order shown.

    ``compute(places, as_of)``: counts of the patches of ``places`` (neighbourhoods, and the subdistrict itself where the sheet is one of
    a subdistrict); a patch without anything may be left out. ``rows(patch, as_of)``: the address of the page with the rows behind it.
    ``right``: what one needs to open that page. ``wants``: ``ALL``, ``NONE`` or ``EITHER``. ``zoned``: False for what is known of a
    neighbourhood only, not of its zones; its patch is ``Patch(neighbourhood)``. ``retraced``: False when its rows do not tell what was
    known at an earlier moment.
    """

    code: str
    title: str | Promise
    room: str
    unit: str | Promise
    compute: Compute
    rows: Rows
    parts: Mapping[str, str | Promise] = field(default_factory=dict)
    right: str = ""
    wants: str = EITHER
    zoned: bool = True
    retraced: bool = True

    def calm(self, count: Count) -> bool:
        """Whether it is as it ought to be."""
        if self.wants == ALL:
            return count.rest == 0
        return self.wants != NONE or count.value == 0


_figures: dict[str, Figure] = {}


def register(figure: Figure) -> Figure:
    """Add a figure, from a room's ``apps.ready()``. Raises ValueError for an unknown room or a code that another figure has."""
    if figure.room not in ROOMS:
        raise ValueError(f"unknown room {figure.room}")
    if _figures.setdefault(figure.code, figure) != figure:
        raise ValueError(f"figure {figure.code} is registered already")
    return figure


def registered() -> list[Figure]:
    """Every figure, by room in the sheet's order, then as registered."""
    rank = {room: number for number, room in enumerate(ROOMS)}
    return sorted(_figures.values(), key=lambda one: rank[one.room])


def compute(places: Sequence[Place], as_of: AsOf, now: datetime) -> dict[str, dict[Patch, Count]]:
    """Every registered figure of ``places`` at a moment: figure code → patch → count. Within a scope that holds the neighbourhoods.

    ``now``: when it is made; a figure that cannot be retraced is not traceable in a sheet that is made later.
    """
    late = now - as_of.at > AT_ONCE
    unknown = Count(traceable=False)
    return {
        one.code: {Patch(p.pk): unknown for p in places}
        if late and not one.retraced
        else dict(one.compute(places, as_of))
        for one in registered()
    }
