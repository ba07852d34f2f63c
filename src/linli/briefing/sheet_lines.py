"""A sheet in words: a line a figure with its pieces, what is different from yesterday, and what somebody should look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from linli.briefing.models import Sheet
from linli.briefing.naming import Names
from linli.briefing.numbers import Numbers
from linli.ground.figures import ALL, ROOMS, Count, Figure, Patch, registered
from linli.ui.words import listed, number

MOST_NAMED = 5
"""So many late ones are named in a line; the rest is a number with a link."""


@dataclass(frozen=True)
class Piece:
    """What a sheet is the sum of: a zone and what lies in none, or a neighbourhood and what hangs on the subdistrict."""

    key: str
    name: str
    count: Callable[[Numbers, str], Count]
    place: int = 0


@dataclass(frozen=True)
class Cell:
    """A figure of one piece."""

    name: str
    figure: Figure
    count: Count

    @property
    def text(self) -> str:
        """ "1,431 / 1,450", or that it cannot be said any more."""
        if not self.count.traceable:
            return str(_("cannot be traced"))
        if not self.count.of:
            return str(_("none"))
        return f"{number(self.count.value)} / {number(self.count.of)}"

    @property
    def tight(self) -> str:
        """The same for a narrow column: "1,431/1,450"."""
        return self.text.replace(" / ", "/")

    @property
    def kind(self) -> str:
        """The signal beside it: amber where somebody should look, green where it is as it ought to be."""
        if not self.count.traceable or not self.figure.wants:
            return ""
        return "green" if self.figure.calm(self.count) else "amber"


@dataclass(frozen=True)
class Line(Cell):
    """A figure of the whole, with yesterday's beside it and the pieces it is the sum of."""

    before: Count | None = None
    pieces: Sequence[Cell] = ()
    late: Sequence[str] = ()
    url: str = ""

    @property
    def parts(self) -> str:
        """What it is made of, in words: "放行 1,204、联系 12"."""
        said = [(word, self.count.parts.get(code, 0)) for code, word in self.figure.parts.items()]
        return listed(f"{word} {number(n)}" for word, n in said if n)

    @property
    def difference(self) -> str:
        """Today's beside yesterday's, in words; nothing where one of the two is not known."""
        if self.before is None or not (self.before.traceable and self.count.traceable):
            return ""
        more = self.count.value - self.before.value
        if not more:
            wider = self.count.of - self.before.of
            if not wider:
                return str(_("as yesterday"))
            word = _("as yesterday, of %(n)s more") if wider > 0 else _("as yesterday, of %(n)s fewer")
            return str(word) % {"n": number(abs(wider))}
        word = _("%(n)s more than yesterday") if more > 0 else _("%(n)s fewer than yesterday")
        return str(word) % {"n": number(abs(more))}

    @property
    def step(self) -> str:
        """The same in two words, for a narrow column."""
        if self.before is None or not (self.before.traceable and self.count.traceable):
            return ""
        more = self.count.value - self.before.value
        if not more:
            return str(_("the same"))
        return str(_("up %(n)s") if more > 0 else _("down %(n)s")) % {"n": number(abs(more))}

    @property
    def named(self) -> Sequence[str]:
        """The first of the late ones."""
        return self.late[:MOST_NAMED]

    @property
    def unnamed(self) -> int:
        """How many late ones are not named here."""
        return len(self.late) - len(self.named)

    def __str__(self) -> str:
        """In a few words, for one line of a list: "未联系上的住户 3"."""
        if self.figure.wants == ALL:
            return str(_("%(title)s: %(n)s lacking") % {"title": self.name, "n": number(self.count.rest)})
        return f"{self.name} {number(self.count.value)}"


@dataclass
class Section:
    """The lines of one room."""

    room: str
    title: str | Promise
    lines: list[Line] = field(default_factory=list)


def pieces_of(sheet: Sheet, numbers: Numbers, names: Names) -> list[Piece]:
    """A neighbourhood's zones and what lies in none of them; a subdistrict's neighbourhoods and what hangs on itself."""
    place = sheet.place_id
    if sheet.place.neighbourhood_id is None:
        found = [_whole(pk, names.place(pk)) for pk in sorted(numbers.places - {place}, key=names.place)]
        return [*found, _whole(place, str(_("the subdistrict itself")))] if place in numbers.places else found
    counted = sorted(
        {patch.zone for by in numbers.cells.values() for patch in by if patch.zone and patch.place == place}
    )
    zones = tuple(
        dict.fromkeys((*numbers.zones.get(place, ()), *counted))
    )  # those that ended since a round opened, too
    found = [_patch(Patch(place, zone), names.zone(zone)) for zone in zones]
    return [*found, _patch(Patch(place), str(_("in no zone")))] if zones else []


def _patch(patch: Patch, name: str) -> Piece:
    return Piece(f"{patch.place}-{patch.zone or 0}", name, lambda numbers, code: numbers.at(code, patch), patch.place)


def _whole(place: int, name: str) -> Piece:
    return Piece(str(place), name, lambda numbers, code: numbers.of(code, place=place), place)


def sections(
    sheet: Sheet, numbers: Numbers, before: Numbers | None, names: Names, link: Callable[[Figure], str]
) -> list[Section]:
    """The whole sheet, by room. ``link``: the address behind a figure, or nothing where the reader may not open it."""
    street = sheet.place.neighbourhood_id is None
    parts = pieces_of(sheet, numbers, names)
    table: dict[str, Section] = {}
    for figure in registered():
        if figure.code not in numbers.cells:
            continue  # a room that came after this sheet was made
        count = numbers.of(figure.code)
        zoned = figure.zoned or street
        line = Line(
            str(figure.title),
            figure,
            count,
            before.of(figure.code) if before is not None and figure.code in before.cells else None,
            [Cell(p.name, figure, p.count(numbers, figure.code)) for p in parts] if zoned else [],
            _once(names.late(one, sheet.place_id) for one in count.late),
            link(figure),
        )
        table.setdefault(figure.room, Section(figure.room, ROOMS[figure.room])).lines.append(line)
    return list(table.values())


def _once(words: Iterable[str]) -> list[str]:
    """Each name once, with how many there are of it."""
    return [f"{word} ×{n}" if n > 1 else word for word, n in Counter(words).items()]


def lines_of(found: Sequence[Section]) -> list[Line]:
    """Every line, in order."""
    return [line for section in found for line in section.lines]


def to_look_at(found: Sequence[Section]) -> list[Line]:
    """The lines that are not as they ought to be."""
    return [line for line in lines_of(found) if line.kind == "amber"]
