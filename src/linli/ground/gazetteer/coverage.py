"""Of which regions a list is complete: only there does a place end because the list does not have it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from linli.ground.gazetteer.codes import MUNICIPALITIES, above, district_of
from linli.ground.gazetteer.rows import Row


def city_of(code: str) -> str:
    """The city (or municipality) in which a place lies."""
    return code[:2] if code[:2] in MUNICIPALITIES else code[:4]


@dataclass(slots=True)
class Coverage:
    """``streets`` and ``districts`` whose committees (or streets) are all in the list; ``cities`` of which it has several districts."""

    streets: frozenset[str] = frozenset()
    districts: frozenset[str] = frozenset()
    cities: frozenset[str] = frozenset()
    provinces: frozenset[str] = frozenset()
    whole: bool = False
    absent: set[str] = field(default_factory=set)

    def complete(self, code: str) -> bool:
        """Whether the list would have the place of this code if it were still there."""
        if len(code) >= 9:
            return code[:9] in self.streets or district_of(code) in self.districts
        if len(code) == 2:
            return self.whole
        return (above(code) or "") in self.provinces | self.cities

    def in_view(self, code: str) -> bool:
        """Whether a place of this code may be found in the list: it lies in a complete region, or in a city listed by districts."""
        return self.complete(code) or city_of(code) in self.cities

    def as_json(self) -> list[str]:
        """The regions, shortest first."""
        return sorted(self.streets | self.districts | self.provinces, key=lambda code: (len(code), code))


def coverage_of(rows: Collection[Row], level: int, known_streets: Iterable[str]) -> Coverage:
    """What the rows of one level cover. One street's own list covers the street, one district's the district, more the districts it has.

    A district of which the list says nothing while it has others of the same city is not taken as ended; that is asked.
    """
    mine = [row for row in rows if row.level == level]
    if level <= 6:
        parents = frozenset(row.above for row in mine if row.above)
        return Coverage(provinces=parents, whole=level == 2 and len(mine) > 20)
    streets = {row.above or row.code[:9] for row in mine} if level == 12 else {row.code for row in mine}
    districts = {district_of(code) for code in streets}
    if len(streets) == 1:
        (only,) = streets
        others = {code for code in known_streets if district_of(code) == district_of(only) and code != only}
        if others:
            return Coverage(streets=frozenset(streets))
    listed = {district_of(row.code) for row in rows if row.level >= 9}
    several = {city_of(code) for code in districts}
    several = {city for city in several if sum(1 for one in listed if city_of(one) == city) > 1}
    return Coverage(districts=frozenset(districts), cities=frozenset(several))
