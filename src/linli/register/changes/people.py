"""Which person of the register a row means when neither its number nor its name at that door says so. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

P = TypeVar("P")


@dataclass(slots=True)
class Left(Generic[P]):
    """Somebody left over at a door, on either side: fingerprints of the facts, and the name in its spelling for searching."""

    key: P
    name: str
    sex: bytes
    number: bytes
    born: bytes
    phones: bytes
    rel: bytes


def near(one: str, other: str) -> bool:
    """Whether two names differ by one character put in, left out or changed (a letter or two in long Latin names)."""
    if one == other:
        return True
    allowed = 2 if one.isascii() and min(len(one), len(other)) >= 8 else 1
    if abs(len(one) - len(other)) > allowed or min(len(one), len(other)) < 2:
        return False
    row = list(range(len(other) + 1))
    for at, char in enumerate(one, 1):
        last, row[0] = row[0], at
        for to, there in enumerate(other, 1):
            last, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, last + (char != there))
    return row[-1] <= allowed


def same_person(one: Left[object], other: Left[object], silent: bytes) -> int:
    """How much speaks for one person at one door; 0: not enough. A quite different name needs birth date, phone and relation."""

    def agree(left: bytes, right: bytes) -> bool:
        return left == right != silent

    def differ(left: bytes, right: bytes) -> bool:
        return silent not in (left, right) and left != right

    if differ(one.number, other.number) or differ(one.sex, other.sex):
        return 0
    born, phone = agree(one.born, other.born), agree(one.phones, other.phones)
    if near(one.name, other.name) and (born or (phone and not differ(one.born, other.born))):
        return 4 + 2 * born + phone
    return 3 if born and phone and agree(one.rel, other.rel) else 0


def pairs(rows: Iterable[Left[int]], people: Iterable[Left[P]], silent: bytes) -> list[tuple[int, P]]:
    """The best pairing of leftovers of one door, each used once."""
    people = list(people)
    weighed = [(same_person(row, person, silent), row.key, at) for row in rows for at, person in enumerate(people)]  # type: ignore[arg-type]
    used_rows: set[int] = set()
    used: set[int] = set()
    found = []
    for weight, row, at in sorted(weighed, key=lambda entry: (-entry[0], entry[1], entry[2])):
        if weight and row not in used_rows and at not in used:
            used_rows.add(row)
            used.add(at)
            found.append((row, people[at].key))
    return found


def split_groups(relations: list[str | None]) -> list[list[int]]:
    """Rows of one home, in order, cut before every head but the first: the households in it."""
    groups: list[list[int]] = []
    for at, relation in enumerate(relations):
        if not groups or (relation == "head" and any(relations[i] == "head" for group in groups for i in group)):
            groups.append([])
        groups[-1].append(at)
    return groups
