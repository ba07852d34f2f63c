"""What a person should look at: two entries that may be one place, a part of one, or its whole. Nothing is lost meanwhile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from linli.ground.gazetteer.changes import Change
from linli.ground.gazetteer.known import Book, Known
from linli.ground.gazetteer.matching import Matching
from linli.ground.gazetteer.rows import Row
from linli.kernel.place_names import PlaceKey, alike, place_key, without_ordinal

MOST_CANDIDATES = 10
"""So many rows are offered for one neighbourhood whose street is not known."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Kinds: ``replaced`` (same code, another name: taken as renamed), ``split``, ``merged``, ``village_to_residents``, ``alike``,
    ``elsewhere`` (ended here, new there: taken as two), ``neighbourhood`` (runs here, no code yet), ``run_absent``, ``region_absent``."""

    kind: str
    was_code: str = ""
    was_name: str = ""
    now_code: str = ""
    now_name: str = ""
    row: int | None = None
    key: int = 0
    count: int = 1


def doubts_of(found: Matching, changes: Iterable[Change], book: Book, day: date) -> list[Doubt]:
    """The doubts of one list's committees, after its rows were matched."""
    doubts = [
        Doubt("replaced", c.was_code, c.was_name, c.code, c.name, c.row, c.key)
        for c in changes
        if found.by.get(c.code) == "replaced" and c.kind != "kept"
    ]
    added, renamed, ended = _groups(changes)
    street_of = {c.key: book.places[c.key].parent_at(day) for c in (*added, *renamed, *ended)}
    new_in: dict[int | None, list[Change]] = defaultdict(list)
    for c in added:
        new_in[street_of[c.key]].append(c)
    for c in ended:
        doubts += _of_ended(c, place_key(c.was_name), new_in[street_of[c.key]], renamed, street_of)
    for c in renamed:
        stem, now = place_key(c.was_name).stem, place_key(c.name).stem
        if now != stem and without_ordinal(now) == stem:
            doubts += [
                Doubt("split", c.code, c.name, new.code, new.name, new.row, c.key)
                for new in new_in[street_of[c.key]]
                if without_ordinal(place_key(new.name).stem) == stem
            ]
    return doubts + _elsewhere(added, ended)


def _groups(changes: Iterable[Change]) -> tuple[list[Change], list[Change], list[Change]]:
    added, renamed, ended = [], [], []
    for c in changes:
        if len(c.code) == 12:
            if c.kind == "added":
                added.append(c)
            elif c.kind == "ended":
                ended.append(c)
            elif c.renamed:
                renamed.append(c)
    return added, renamed, ended


def _of_ended(
    c: Change, key: PlaceKey, new: list[Change], renamed: list[Change], street_of: dict[int, int | None]
) -> list[Doubt]:
    """Whether what ended went on in parts, in another, as residents' committee, or under a similar name."""
    base = without_ordinal(key.stem)
    parts = [one for one in new if base == key.stem and without_ordinal(place_key(one.name).stem) == base]
    if parts:
        return [Doubt("split", c.was_code, c.was_name, one.code, one.name, one.row, c.key) for one in parts]
    whole = [one for one in (*new, *renamed) if street_of[one.key] == street_of[c.key]]
    whole = [one for one in whole if key.stem != base and place_key(one.name).stem == base]
    if whole:
        return [Doubt("merged", c.was_code, c.was_name, one.code, one.name, one.row, c.key) for one in whole]
    if key.sort == "village":
        for one in new:
            other = place_key(one.name)
            if other.sort != "village" and other.stem.removesuffix("村") == key.stem.removesuffix("村"):
                return [Doubt("village_to_residents", c.was_code, c.was_name, one.code, one.name, one.row, c.key)]
    close = [(alike(key.stem, place_key(one.name).stem), one) for one in new if len(key.stem) > 2]
    score, best = max(close, key=lambda pair: pair[0], default=(0.0, None))
    if best is not None and score >= 0.75:
        return [Doubt("alike", c.was_code, c.was_name, best.code, best.name, best.row, c.key)]
    return []


def _elsewhere(added: list[Change], ended: list[Change]) -> list[Doubt]:
    """The same name ended in one district and began in another, once each."""
    new: dict[PlaceKey, list[Change]] = defaultdict(list)
    for one in added:
        new[place_key(one.name)].append(one)
    gone: dict[PlaceKey, list[Change]] = defaultdict(list)
    for c in ended:
        gone[place_key(c.was_name)].append(c)
    return [
        Doubt(
            "elsewhere",
            ones[0].was_code,
            ones[0].was_name,
            new[key][0].code,
            new[key][0].name,
            new[key][0].row,
            ones[0].key,
        )
        for key, ones in gone.items()
        if len(ones) == 1 and len(new.get(key, ())) == 1 and len(key.stem) > 1
    ]


def neighbourhood_doubts(
    waiting: list[Known],
    rows: list[Row],
    keys: dict[str, int],
    parent: Callable[[str | None], int | None],
    answers: dict[tuple[str, str], str],
) -> tuple[dict[str, int], list[Doubt], set[str]]:
    """(row code → neighbourhood joined with it, doubts, codes of rows that wait): never one neighbourhood twice.

    Joined: the same street and name, one row only, or a person's answer under the neighbourhood's name. A single row of the name in a
    list waits for the answer; several are offered and loaded as committees.
    """
    joined: dict[str, int] = {}
    doubts: list[Doubt] = []
    held: set[str] = set()
    by_name: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_name[place_key(row.name).stem].append(row)
    codes = {row.code for row in rows}
    for one in waiting:
        if one.run_code in codes:
            joined[one.run_code] = one.key
            continue
        same = by_name.get(place_key(one.run_name).stem, [])
        answered = {row.code: answers.get((one.run_name, row.code)) for row in same}
        chosen = [code for code, answer in answered.items() if answer == "same"]
        if not chosen and one.parent is not None and one.parent in keys.values():
            chosen = [row.code for row in same if parent(row.above) == one.parent and answered[row.code] != "different"]
        open_ = [row for row in same if answered[row.code] is None]
        if len(chosen) == 1 and chosen[0] not in joined:
            joined[chosen[0]] = one.key
        elif open_:
            doubts += [
                Doubt("neighbourhood", "", one.run_name, row.code, row.name, row.row, one.key)
                for row in open_[:MOST_CANDIDATES]
            ]
            held |= {open_[0].code} if len(open_) == 1 else set()
    return joined, doubts, held
