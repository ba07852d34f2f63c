"""Which rows are one person, which might be, and which certainly are not, however alike they look.

Merge: the same document and the same name. Ask: the same document under another name; the same name where a number is
missing or damaged and birth date or phone agree. Never: namesakes with different numbers, twins with consecutive ones.
A shared phone alone says nothing: families share one, and an agent's phone stands for six flats.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from linli.kernel import identity
from linli.kernel.names import could_be, same_name, search_form
from linli.register.interpret.model import RowKey, RowReading

Pair = tuple[RowKey, RowKey]
_CROWD = 40  # namesakes more than this are compared with the next one only


def compare(people: list[RowReading]) -> tuple[list[Pair], list[Pair], list[Pair]]:
    """(merge, ask, never_merge) as pairs in the order of the file."""
    merge: list[Pair] = []
    ask: list[Pair] = []
    never: list[Pair] = []
    keys = {id(row): row.key for row in people}  # namesakes stand in many pairs: one key each
    for group in _groups(
        people, lambda row: (row.doc, row.number, row.nation if row.doc == "passport" else "") if row.number else None
    ):
        for one, other in _pairs(group):
            (merge if same_name(one.name or "", other.name or "") else ask).append((keys[id(one)], keys[id(other)]))
    decided = {frozenset(pair) for pair in (*merge, *ask)}
    for group in _groups(people, _name_key):
        for one, other in _pairs(group):
            pair = keys[id(one)], keys[id(other)]
            if decided and frozenset(pair) in decided:
                continue
            verdict = _namesakes(one, other)
            if verdict == "ask":
                ask.append(pair)
            elif verdict == "never":
                never.append(pair)
    ask += _damaged_names(people, decided)
    never += _twins(people)
    return merge, ask, never


def _groups(people: Iterable[RowReading], key: object) -> Iterator[list[RowReading]]:
    buckets: dict[object, list[RowReading]] = defaultdict(list)
    for row in people:
        value = key(row)  # type: ignore[operator]
        if value is not None:
            buckets[value].append(row)
    return (rows for rows in buckets.values() if len(rows) > 1)


def _name_key(row: RowReading) -> str | None:
    form = search_form(row.name or "")
    return " ".join(sorted(form.split())) if form.isascii() else form


def _pairs(group: list[RowReading]) -> Iterator[tuple[RowReading, RowReading]]:
    if len(group) > _CROWD:
        yield from zip(group, group[1:], strict=False)
        return
    for at, one in enumerate(group):
        for other in group[at + 1 :]:
            yield one, other


def _namesakes(one: RowReading, other: RowReading) -> str | None:
    """Two rows of one name: ask, never, or nothing to say."""
    if one.number and other.number:
        return "never" if one.doc == other.doc else None
    if one.sex and other.sex and one.sex != other.sex:
        return None
    near = _fragments_agree(one, other)
    if near is False and not (one.born and one.born == other.born):
        return None
    born = one.born is not None and one.born == other.born
    phone = bool(set(one.phones) & set(other.phones))
    if one.born and other.born and one.born != other.born and not (one.born_about or other.born_about):
        return None
    same_door = one.door == other.door
    return "ask" if near or born or phone or same_door else None


def _fragments_agree(one: RowReading, other: RowReading) -> bool | None:
    """What is left of a lost or mistyped number against the other's: True nearly the same, False not, None unknown."""
    left, right = one.number or one.fragment, other.number or other.fragment
    if not left or not right:
        return None
    if min(len(left), len(right)) == 15:
        return left[:14] == right[:14]
    wrong = sum(1 for a, b in zip(left, right, strict=False) if a != b)
    return len(left) == len(right) and wrong <= 2


def _damaged_names(people: list[RowReading], decided: set[frozenset[RowKey]]) -> list[Pair]:
    """A name with a lost character against whole names that share birth date or phone."""
    found = []
    for row in people:
        if row.name and any(mark in row.name for mark in "?？\ufffd□"):
            for other in people:
                alike = (row.born and row.born == other.born) or set(row.phones) & set(other.phones)
                if (
                    other is not row
                    and alike
                    and other.door != row.door
                    and could_be(row.name, other.name or "")
                    and not row.number
                ):
                    pair = (row.key, other.key)
                    if frozenset(pair) not in decided:
                        found.append(pair)
    return found


def _twins(people: list[RowReading]) -> list[Pair]:
    """Consecutive numbers of one day and one office, in one dwelling."""
    found = []
    rows = (row for row in people if row.doc == "id" and row.number)
    for group in _groups(rows, lambda row: (row.number[:14], row.door)):
        for one, other in _pairs(group):
            if one.number != other.number and identity.twins(one.number or "", other.number or ""):
                found.append((one.key, other.key))
    return found


class Union:
    """Rows that are one person, joined."""

    def __init__(self) -> None:
        self.parent: dict[RowKey, RowKey] = {}

    def find(self, key: RowKey) -> RowKey:
        """The first row of the group."""
        while key in self.parent:
            key = self.parent[key]
        return key

    def join(self, one: RowKey, other: RowKey) -> None:
        """Say that two rows are one person."""
        left, right = self.find(one), self.find(other)
        if left != right:
            self.parent[right] = left
