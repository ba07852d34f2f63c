"""A line a traveller: the board's row in words, for the list, the spreadsheet, the paper and the wall."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from linli.journeys.details import outsider_of
from linli.journeys.faces import door_of, flight_of, holder_of, long, name_of, near, when
from linli.journeys.models import RunTraveller
from linli.journeys.queries import Board, Link, Row, State
from linli.kernel.phones import read_phones
from linli.ui.words import listed, number

STATES = {
    State.LATE: ("amber", gettext_lazy("past its time")),
    State.UNPLANNED: ("amber", gettext_lazy("no next hand-over planned")),
    State.HALF: ("amber", gettext_lazy("waiting for the other side")),
    State.WAITING: ("info", pgettext_lazy("journey", "on the way")),
    State.DELIVERED: ("green", pgettext_lazy("journey", "home")),
}
"""Shape and word of each state."""


class Pressing(NamedTuple):
    """A state as it is sorted and written."""

    rank: int
    late: int
    words: str

    def __str__(self) -> str:
        return self.words


class Lasted(NamedTuple):
    """Minutes as they are sorted and said."""

    minutes: int
    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class Line:
    """A row of the board as people read it. ``runs``: keys of the runs he is on."""

    row: Row
    at: datetime
    runs: frozenset[UUID]

    @cached_property
    def name(self) -> str:
        """How he is called."""
        return name_of(self.row.traveller)

    @cached_property
    def door(self) -> str:
        """Where he lives."""
        return door_of(self.row.traveller)

    @property
    def url(self) -> str:
        """His page."""
        return reverse("journeys:traveller", args=[self.row.traveller.pk])

    @property
    def flight(self) -> str:
        """By what he came: its number, else what it is."""
        movement = self.row.traveller.movement
        return movement.number or flight_of(movement) if movement is not None else ""

    @cached_property
    def holder(self) -> str:
        """Who has him; at home that is his home."""
        return _("their own door") if self.row.holder.is_home else holder_of(self.row.holder)

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The legs: who, since when, until when."""
        return [_step(link, self.row) for link in self.row.links]

    @property
    def legs(self) -> str:
        """The legs as plain words."""
        return " → ".join(f"{step['who']} {when(step['since'], form='time')}" for step in self.steps)

    @property
    def lasted(self) -> Lasted:
        """How long he has been in the present hands; on the way in all once he has arrived, and then the words say so."""
        words = long(self.row.minutes)
        return Lasted(
            self.row.minutes, _("%(long)s in all") % {"long": words} if self.row.state is State.DELIVERED else words
        )

    @property
    def next(self) -> str:
        """What comes next and when; empty once he has arrived."""
        leg = self.row.next
        if leg is None:
            return ""
        who = _("their own door") if leg.taker.is_home else holder_of(leg.taker)
        return f"{near(leg.expected_at, leg.about, self.at)} → {who}"

    @property
    def signal(self) -> tuple[str, Any]:
        """Shape and word."""
        kind, word = STATES[self.row.state]
        return (kind, self.late_words) if self.row.state is State.LATE else (kind, word)

    @property
    def late_words(self) -> str:
        """How late, in words; empty for who is not."""
        if not self.row.late_by:
            return ""
        return _("%(long)s late") % {"long": long(self.row.late_by)}

    @property
    def pressing(self) -> Pressing:
        """The state, sorted by what presses most: the longest late first, then down the list of states."""
        return Pressing(list(State).index(self.row.state), -self.row.late_by, str(self.signal[1]))

    @property
    def brief(self) -> str:
        """Who it is, for a screen that strangers may see: the family name; of a name in letters its first word."""
        first = self.name.replace("/", " ").split(" ")[0]
        return first if first.isascii() else first[:1]

    def says(self, words: str) -> bool:
        """Whether these words stand on the line."""
        everything = f"{self.name} {self.door} {self.flight} {self.holder} {self.legs}".casefold()
        return all(word in everything for word in words.casefold().split())


@dataclass(frozen=True)
class Crowd:
    """People in the same hands who wait for the same: one line for all of them. ``lines``: at least one."""

    lines: Sequence[Line]

    @property
    def brief(self) -> str:
        """Who they are, for a screen that strangers may see: the first family names, and how many."""
        names = [one.brief for one in self.lines[:BRIEF]]
        if len(self.lines) == 1:
            return names[0]
        said = {"names": listed(dict.fromkeys(names)), "n": number(len(self.lines))}
        return _("%(names)s … (%(n)s people)") % said if len(self.lines) > BRIEF else listed(names)

    @property
    def door(self) -> str:
        """The door of one; several have several."""
        return self.lines[0].door if len(self.lines) == 1 else ""

    @property
    def first(self) -> Line:
        """Whoever waits longest: hands, state and what comes next are the same for all."""
        return self.lines[0]

    @property
    def call(self) -> str:
        """The telephone of who from outside has them, as it is dialled; empty where none is known."""
        numbers = read_phones(outsider_of(self.first.row.holder).phone, is_placeholder=lambda text: not text).numbers
        return numbers[0] if numbers else ""


BRIEF = 3
"""So many are named in the line of a crowd on the wall."""


def crowds(lines: Iterable[Line], *, apart: bool) -> list[Crowd]:
    """Lines of the same hands together, in the order of the first of each; ``apart``: only who waits for the same, at the same time."""
    found: dict[Any, list[Line]] = {}
    for one in lines:
        row = one.row
        found.setdefault((row.holder.pk, *((row.state, row.late_by, one.next) if apart else ())), []).append(one)
    return [Crowd(group) for group in found.values()]


def _step(link: Link, row: Row) -> dict[str, Any]:
    who = _("their own door") if link.hands.is_home else holder_of(link.hands)
    return {"who": who, "since": link.since, "until": link.until, "now": link.until is None, "broken": link.broken}


def lines_of(board: Board) -> list[Line]:
    """The lines of a board, what presses most first; one statement for their runs."""
    rows = RunTraveller.objects.filter(traveller__in=[row.traveller.pk for row in board.rows])
    runs: dict[UUID, set[UUID]] = {}
    for traveller, run in rows.values_list("traveller", "run"):
        runs.setdefault(traveller, set()).add(run)
    return [Line(row, board.at, frozenset(runs.get(row.traveller.pk, ()))) for row in board.rows]


def chosen(lines: Iterable[Line], *, words: str, state: str, run: UUID | None) -> Sequence[Line]:
    """The lines that the filters ask for; ``open`` is everybody on the way."""
    return [
        one
        for one in lines
        if (not words or one.says(words))
        and (not state or one.row.state.value == state or (state == "open" and one.row.state is not State.DELIVERED))
        and (run is None or run in one.runs)
    ]
