"""What the 住户 page shows: estates, buildings, doors as squares where one is responsible, totals elsewhere.

A map of "nobody home" by door is a burglar's map: doors are shown only inside one's own area; everywhere else totals per building with
cells under five merged (R04).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from linli.ground.models import DwellingState, Mandate, Place
from linli.ground.queries import dwellings, households_with_responsible
from linli.ui.squares import STATES

SMALL = 5


@dataclass
class Door:
    """One dwelling."""

    id: int
    label: str
    state: str
    url: str
    path: str
    responsible: int | None
    household: UUID | None = None


@dataclass
class Building:
    """Doors under one roof; ``name`` is empty for doors that lie directly in the estate."""

    name: str
    place: Place
    doors: list[Door] = field(default_factory=list)
    columns: int | None = None

    cells: list[dict[str, Any]] = field(default_factory=list)
    order: tuple[str, ...] = ()

    @property
    def counts(self) -> Counter[str]:
        """Doors by state."""
        return Counter(d.state for d in self.doors)

    @property
    def visible(self) -> bool:
        """Whether every door may be shown to the reader; a building is shown whole or as totals."""
        return bool(self.doors) and all(d.url for d in self.doors)


@dataclass
class Estate:
    """An estate with its buildings."""

    place: Place
    buildings: list[Building] = field(default_factory=list)
    leaders: int = 0

    @property
    def shown(self) -> list[Building]:
        """Buildings whose doors the reader may see."""
        return [b for b in self.buildings if b.visible]

    @property
    def hidden(self) -> list[Building]:
        """Buildings of which the reader sees totals."""
        return [b for b in self.buildings if not b.visible]

    @property
    def unreached(self) -> int:
        """Doors not reached, of those that the reader may see."""
        return sum(1 for b in self.shown for d in b.doors if d.state == "unreached")

    @property
    def doors(self) -> list[Door]:
        """Every door of the estate."""
        return [d for b in self.buildings for d in b.doors]

    @property
    def counts(self) -> Counter[str]:
        """Doors by state."""
        return Counter(d.state for d in self.doors)


@dataclass
class Homes:
    """The whole page's figures."""

    estates: list[Estate]
    mandates: dict[int, Mandate]

    @property
    def doors(self) -> list[Door]:
        """Every door of the neighbourhood."""
        return [d for e in self.estates for d in e.doors]

    totals: list[dict[str, Any]] = field(default_factory=list)

    @property
    def own(self) -> list[Door]:
        """The doors that the reader may see."""
        return [d for d in self.doors if d.url]

    @property
    def counts(self) -> Counter[str]:
        """Doors by state: of one's own area, or of the whole neighbourhood for a reader who sees no door."""
        return Counter(d.state for d in (self.own or self.doors))

    @property
    def without_responsible(self) -> int:
        """Doors whose household nobody answers for (must be 0, R02)."""
        return sum(1 for d in self.doors if d.household is not None and d.responsible is None)


def load(neighbourhood: Place, *, own: Iterable[Place]) -> Homes:
    """Everything for the page in four statements at any size. ``own``: the subtrees whose doors may be shown."""
    roots = list(own)
    latest = DwellingState.objects.filter(dwelling=OuterRef("pk")).order_by("-happened_at")
    rows = dwellings(neighbourhood).annotate(now=Subquery(latest.values("state")[:1])).order_by("sort", "pk")
    others = {
        p.pk: p
        for p in Place.objects.filter(neighbourhood=neighbourhood).exclude(kind__code="dwelling").select_related("kind")
    }
    households = {h.dwelling_id: h for h in households_with_responsible(neighbourhood).select_related(None)}
    used = {getattr(h, "responsible", None) for h in households.values()}
    mandates = {m.pk: m for m in Mandate.objects.filter(pk__in=[pk for pk in used if pk])}
    estates: dict[int, Estate] = {}
    buildings: dict[int, Building] = {}
    under_roof: dict[int | None, Building] = {}
    address = _address()
    own_paths = tuple(place.path for place in roots if place.path)
    for pk, parent, path, name, state in rows.values_list("pk", "parent_id", "path", "name", "now"):
        # doors of one parent stand in one building: a page of 5,000 doors asks this for a few hundred
        if parent not in under_roof:
            under_roof[parent] = _where(path, parent, others, estates, buildings)[1]
        building = under_roof[parent]
        household = households.get(pk)
        door = Door(
            id=pk,
            label=f"{building.name} {name}".strip(),
            state=state or "blank",
            url=address.format(pk) if path.startswith(own_paths) else "",
            path=path,
            responsible=getattr(household, "responsible", None),
            household=household.pk if household else None,
        )
        building.doors.append(door)
    for estate in estates.values():
        estate.buildings.sort(key=lambda b: b.order)
        estate.leaders = len({d.responsible for d in estate.doors if d.responsible})
        for building in estate.buildings:
            building.columns = _columns(building)
    found = Homes(sorted(estates.values(), key=lambda e: e.place.path), mandates)
    every = [b for e in found.estates for b in e.buildings]
    lines, found.totals = merged_all([b.counts for b in every])
    for building, cells in zip(every, lines, strict=True):
        building.cells = cells
    return found


def _address() -> str:
    """The address of a door with a place for its id: resolving it anew for every door was a third of the page."""
    return reverse("ground:home", args=[0]).replace("0", "{}")


def _where(
    path: str,
    parent_id: int | None,
    others: dict[int, Place],
    estates: dict[int, Estate],
    buildings: dict[int, Building],
) -> tuple[Estate, Building]:
    chain = [others[pk] for pk in Place(path=path).ancestor_ids() if pk in others]
    home = next((p for p in chain if p.kind.code == "estate"), chain[0] if len(chain) == 1 else chain[1])
    estate = estates.setdefault(home.pk, Estate(home))
    parent = others.get(parent_id or 0, home)
    if parent.pk not in buildings:
        between = [p for p in chain if len(p.path) > len(home.path)]
        order = tuple(p.sort or p.name for p in between)
        buildings[parent.pk] = Building(" ".join(p.name for p in between), parent, order=order)
        estate.buildings.append(buildings[parent.pk])
    return estate, buildings[parent.pk]


def _columns(building: Building) -> int | None:
    """Doors to a floor, when room numbers tell (301, 302 …): the fullest floor, if it is a width that the squares have."""
    floors: Counter[str] = Counter()
    for door in building.doors:
        digits = "".join(c for c in door.label.split(" ")[-1] if c.isdigit())
        if len(digits) < 3:
            return None
        floors[digits[:-2]] += 1
    widest = max(floors.values(), default=0)
    return widest if widest in (2, 3, 4, 5, 6, 8, 10) else None


def merged(counts: Counter[str], hide: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
    """Totals for strangers and the public print: states of fewer than five doors are put together, so that no door is told apart.

    If what was put together is itself under five, it takes the smallest shown state along; a building with fewer than five doors in
    all has one line. ``hide``: states to put together in any case. The sum is kept.
    """
    total = sum(counts.values())
    rows = sorted(((n, s) for s, n in counts.items() if n), reverse=True)
    shown = [(n, s) for n, s in rows if n >= SMALL and s not in hide]
    rest = total - sum(n for n, _ in shown)
    while shown and 0 < rest < SMALL:
        rest += shown.pop()[0]
    lines = [{"state": s, "word": STATES[s], "count": n} for n, s in shown]
    if rest:
        lines.append({"state": "", "word": "", "count": rest})
    return lines


def merged_all(buildings: list[Counter[str]]) -> tuple[list[list[dict[str, Any]]], list[dict[str, Any]]]:
    """The lines of every building and of all together, such that no hidden figure can be had by subtraction.

    A state that is hidden in exactly one building would be the total less the others: it is hidden in a second building too (the one
    that shows the smallest figure), or, where no other shows it, in the total.
    """
    hide: list[set[str]] = [set() for _ in buildings]
    total: Counter[str] = Counter()
    for counts in buildings:
        total.update(counts)
    while True:
        lines = [merged(counts, frozenset(also)) for counts, also in zip(buildings, hide, strict=True)]
        shown = [{line["state"] for line in one} for one in lines]
        hide_in_total: set[str] = set()
        changed = False
        for state in sorted(total):
            hidden = [n for n, counts in enumerate(buildings) if counts[state] and state not in shown[n]]
            if len(hidden) != 1:
                continue
            others = sorted((buildings[n][state], n) for n in range(len(buildings)) if state in shown[n])
            if others:
                hide[others[0][1]].add(state)
                changed = True
            else:
                hide_in_total.add(state)
        if not changed:
            return lines, merged(total, frozenset(hide_in_total))
