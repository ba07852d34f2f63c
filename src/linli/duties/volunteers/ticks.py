"""The cells of a grid of days and parts: which were ticked. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from linli.duties.volunteers.table import Line, cells_of, every_slot
from linli.duties.volunteers.vocabulary import HOLLOW, NO, SOLID, YES
from linli.duties.volunteers.week import Slot, label_slots, plain, read_week
from linli.inbox.tables import as_text

MAYBE = "tick_unclear"


def verdict(text: str) -> bool | None:
    """Ticked, struck out, or (None) something that a person has to say."""
    mark = text.replace("\ufe0f", "").strip().lower()
    if mark in YES:
        return True
    if mark in NO:
        return False
    words = plain(mark)
    return True if words in YES else False if words in NO else None


def hollow_is_no(lines: Iterable[Line]) -> bool:
    """Where full and hollow signs stand in one table and no cell is left empty, hollow means no."""
    marks: set[str] = set()
    empty = False
    for line in lines:
        here = {as_text(value) for _column, value in cells_of(line, line.columns.slots)}
        marks |= here
        empty |= len(here) > 0 and sum(1 for _ in cells_of(line, line.columns.slots)) < len(line.columns.slots)
    return bool(marks & SOLID) and bool(marks & HOLLOW) and not empty and not marks - SOLID - HOLLOW


def read_ticks(line: Line, *, hollow: bool = True) -> tuple[frozenset[Slot], list[tuple[int, str, str]], bool]:
    """The parts of the week ticked in a row, the cells that were not understood (column, what stands there, code), and whether anything
    stands in the grid at all. ``hollow``: whether a hollow circle is a tick."""
    found: set[Slot] = set()
    unclear: list[tuple[int, str, str]] = []
    columns = line.columns
    some = False
    for column, value in cells_of(line, columns.slots):
        text, some = as_text(value), True
        ticked = False if text in HOLLOW and not hollow else verdict(text)
        if ticked:
            found |= columns.slots[column]
        elif ticked is None:
            unclear.append((column, text, MAYBE))
    for column, value in (*cells_of(line, columns.days), *cells_of(line, columns.parts)):
        text, some = as_text(value), True
        slots = _half(text, column, line)
        if slots is None:
            unclear.append((column, text, MAYBE))
        else:
            found |= slots
    return frozenset(found), unclear, some


def _half(text: str, column: int, line: Line) -> frozenset[Slot] | None:
    """A cell under a day (or a part) alone: a tick means all of it, words ("早、晚", "一三五") say which half is meant."""
    whole = every_slot(line.columns.days.get(column), line.columns.parts.get(column))
    ticked = verdict(text)
    if ticked is not None:
        return whole if ticked else frozenset()
    if column in line.columns.days and label_slots(text)[0] is not None:
        return None  # another day under the heading of a day
    said = read_week(text)
    return (said.slots & whole or None) if said.slots is not None and not said.doubt else None
