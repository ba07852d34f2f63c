"""Which row of a list is which known place: one to one, the surest rule first.

1 an answer of a person; 2 same code and same name; 3 same street and same name (a new code); 4 same code and a similar name;
5 same name in another street of the district; 6 same code and another name (asked about). Names are compared by
:func:`linli.kernel.place_names.place_key`. A rule that fits two places fits none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date

from linli.ground.gazetteer.codes import district_of
from linli.ground.gazetteer.known import Known
from linli.ground.gazetteer.rows import Row
from linli.kernel.place_names import PlaceKey, alike, division_key, place_key

SIMILAR = 0.6
"""So much of the shorter name must stand in the longer for a code with another name to be the same place without asking."""


@dataclass(slots=True)
class Matching:
    """``pairs``: row code → place; ``by``: row code → rule; ``rows`` and ``places``: those left over."""

    day: date
    pairs: dict[str, Known] = field(default_factory=dict)
    by: dict[str, str] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    places: dict[int, Known] = field(default_factory=dict)

    def pair(self, row: Row, place: Known, rule: str) -> None:
        """Take both out of what is left."""
        self.pairs[row.code], self.by[row.code] = place, rule
        del self.rows[row.code]
        del self.places[place.key]

    def unique(
        self,
        rule: str,
        of_row: Callable[[Row], Hashable | None],
        of_place: Callable[[Known], Iterable[Hashable | None]],
        fits: Callable[[Row, Known], bool] = lambda _row, _place: True,
    ) -> None:
        """Pair rows and places that have the same key and are alone with it on both sides."""
        theirs: dict[Hashable, list[Known]] = defaultdict(list)
        for place in self.places.values():
            for key in {key for key in of_place(place) if key is not None}:
                theirs[key].append(place)
        ours: dict[Hashable, list[Row]] = defaultdict(list)
        for row in self.rows.values():
            if (key := of_row(row)) is not None and key in theirs:
                ours[key].append(row)
        for key, rows in ours.items():
            places = [place for place in theirs[key] if place.key in self.places]
            if len(rows) == 1 and len(places) > 1:
                places = [place for place in places if place.history.alive(self.day)] or places
            if len(rows) == len(places) == 1 and fits(rows[0], places[0]):
                self.pair(rows[0], places[0], rule)


def match_committees(
    rows: Iterable[Row],
    places: Iterable[Known],
    *,
    day: date,
    street: Callable[[str | None], int | None],
    answers: dict[str, int],
    apart: set[tuple[int, str]],
    district_of_place: Callable[[int | None], int | None],
) -> Matching:
    """Match the committees of a list. ``street`` and ``district_of_place``: codes and keys of the streets already matched.

    ``answers``: row code → place key that a person gave; ``apart``: (place key, row code) that a person kept apart.
    """
    found = Matching(day, rows={row.code: row for row in rows}, places={one.key: one for one in places})
    keys = {code: place_key(row.name) for code, row in found.rows.items()}
    for code, key in answers.items():
        if code in found.rows and key in found.places:
            found.pair(found.rows[code], found.places[key], "answer")

    def free(row: Row, place: Known) -> bool:
        return (place.key, row.code) not in apart

    def there(place: Known) -> bool:
        return place.history.alive(day) or place.history.at(day) is None

    def near(row: Row, place: Known) -> bool:
        return free(row, place) and similar(keys[row.code], place.key_at(day))

    found.unique("exact", lambda r: (r.code, keys[r.code]), lambda p: [(p.code_at(day), p.key_at(day))])
    found.unique(
        "exact", lambda r: (r.code, keys[r.code]), lambda p: [(s.code, place_key(s.name)) for s in p.history.spans]
    )
    found.unique("name", lambda r: (street(r.above), keys[r.code]), lambda p: [(p.parent_at(day), p.key_at(day))], free)
    found.unique(
        "name",
        lambda r: (street(r.above), keys[r.code]),
        lambda p: [(s.parent, place_key(s.name)) for s in p.history.spans],
        free,
    )
    found.unique("code", lambda r: r.code, lambda p: [p.code_at(day)], near)
    found.unique("code", lambda r: r.code, lambda p: [s.code for s in p.history.spans], near)
    found.unique(
        "moved",
        lambda r: (district_of_place(street(r.above)) or district_of(r.code), keys[r.code]),
        lambda p: [(district_of_place(p.parent_at(day)) or district_of(p.code_at(day)), p.key_at(day))],
        lambda r, p: free(r, p) and there(p) and len(keys[r.code].stem) > 1,
    )
    found.unique("replaced", lambda r: r.code, lambda p: [p.code_at(day)], lambda r, p: free(r, p) and there(p))
    return found


def similar(one: PlaceKey, other: PlaceKey) -> bool:
    """Whether two names under one code are one place's without asking."""
    return one.stem == other.stem or (one.sort == other.sort and alike(one.stem, other.stem) >= SIMILAR)


def match_divisions(
    rows: Iterable[Row],
    places: Iterable[Known],
    *,
    day: date,
    parent: Callable[[str | None], int | None],
    children: Callable[[str], list[PlaceKey]],
    children_of: Callable[[Known], list[PlaceKey]],
    answers: dict[str, int],
) -> Matching:
    """Match provinces, cities, districts or streets: by code, by name under the same parent, by name alone, by what lies in them.

    ``children``: the names of the committees (or streets) below a code of the list; ``children_of``: below a known place. A street whose
    committees went on under another code is the same street.
    """
    found = Matching(day, rows={row.code: row for row in rows}, places={one.key: one for one in places})
    for code, key in answers.items():
        if key in found.places and found.rows[code].code not in {p.code_at(day) for p in found.places.values()}:
            found.pair(found.rows[code], found.places[key], "answer")
    found.places = {key: one for key, one in found.places.items() if one.history.spans}
    words = {code: division_key(row.name) if row.name != code else None for code, row in found.rows.items()}

    def word(place: Known) -> str | None:
        return division_key(name) if (name := place.history.near(day).name) != place.code_at(day) else None  # type: ignore[union-attr]

    def stays(row: Row, place: Known) -> bool:
        if words[row.code] is None or word(place) is None or words[row.code] == word(place):
            return True
        if alike(words[row.code] or "", word(place) or "") >= SIMILAR:
            return True
        return overlap(children(row.code), children_of(place)) >= 0.3 or not children(row.code)

    found.unique("code", lambda r: r.code, lambda p: [p.code_at(day)], stays)
    found.unique("code", lambda r: r.code, lambda p: [s.code for s in p.history.spans], stays)
    found.unique(
        "name",
        lambda r: (parent(r.above), words[r.code]) if words[r.code] else None,
        lambda p: [(p.parent_at(day), word(p))],
    )
    _by_content(found, children, children_of)
    found.unique(
        "name",
        lambda r: words[r.code],
        lambda p: [word(p)],
        lambda r, p: (p.history.alive(day) or p.history.at(day) is None) and len(words[r.code] or "") > 1,
    )
    return found


def _by_content(
    found: Matching, children: Callable[[str], list[PlaceKey]], children_of: Callable[[Known], list[PlaceKey]]
) -> None:
    """Pair what is left by what lies in it: at least three names, six in ten the same, and in one place only."""
    for row in list(found.rows.values()):
        ours = children(row.code)
        scored = sorted(
            ((overlap(ours, children_of(place)), place.key) for place in found.places.values()), reverse=True
        )
        if len(ours) >= 3 and scored and scored[0][0] >= 0.6 and (len(scored) == 1 or scored[1][0] < 0.6):
            found.pair(row, found.places[scored[0][1]], "content")


def overlap(one: list[PlaceKey], other: list[PlaceKey]) -> float:
    """The share of the smaller set of names that the larger also has."""
    ours, theirs = set(one), set(other)
    return len(ours & theirs) / min(len(ours), len(theirs)) if ours and theirs else 0.0
