"""What a list of bodies would change: a verdict for each row, and each doubtful cell by its name. Reads the database, writes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from linli.ground.bodies import members, tidy
from linli.ground.bodies_alike import bodies_alike, people_alike
from linli.ground.bodies_read import Line
from linli.ground.models import Body, BodyKind, Place

MOBILE = re.compile(r"^(\+?86)?1[3-9]\d{9}$")
LEFT_OUT = frozenset(
    {"name_missing", "kind_missing", "kind_unknown", "parent_unknown", "parent_twice", "parent_circle", "place_unknown",
     "place_twice", "duplicate", "name_twice", "too_long"}
)  # fmt: skip
"""Kinds of problem for which a row is left out; with the others it is taken and the doubt is shown."""
KIND_WORDS = re.compile(r"[、,，/\s]+")


@dataclass(frozen=True)
class Trouble:
    """A doubtful cell: its kind, where it stands, what it says, and (for names alike) the other name."""

    kind: str
    line: Line
    column: str
    value: str
    other: str = ""

    def as_json(self) -> dict[str, Any]:
        """As the command prints it."""
        return {
            "sheet": self.line.sheet,
            "row": self.line.row,
            "cell": self.line.cell(self.column),
            "field": self.column,
            "kind": self.kind,
            "value": self.value,
            "other": self.other,
            "left_out": self.kind in LEFT_OUT,
        }


@dataclass
class Entry:
    """One row of the list with what it is about. ``changes``: field → (was, to). ``above``: a parent that the list itself adds."""

    line: Line
    name: str
    verdict: str = "new"
    kind: BodyKind | None = None
    place: Place | None = None
    parent: Body | None = None
    above: Entry | None = None
    body: Body | None = None
    phone: str = ""
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)

    def doubt(self, kind: str, column: str, value: str = "", other: str = "") -> None:
        """Note a doubtful cell; some leave the row out."""
        self.troubles.append(Trouble(kind, self.line, column, value, other))
        if kind in LEFT_OUT:
            self.verdict = "left_out"


class Reader:
    """Reads a list against what is known. ``default``: the place of a body whose row names none; None where there is no
    installation to ask, so that no place and no parent can be doubted."""

    def __init__(
        self, known: Sequence[Body], kinds: Iterable[BodyKind], places: Iterable[Place], default: Place | None
    ) -> None:
        self.default = default
        self.known: dict[str, list[Body]] = {}
        for body in known:
            self.known.setdefault(tidy(body.name), []).append(body)
        self.codes = {body.code: body for body in known if body.code}
        self.kinds: dict[str, BodyKind] = {}
        for kind in kinds:
            for word in (kind.code, kind.name_zh, kind.name_en, *KIND_WORDS.split(kind.words)):
                if word:
                    self.kinds.setdefault(_flat(word), kind)
        self.places: dict[str, list[Place]] = {}
        for place in places:
            self.places.setdefault(tidy(place.name), []).append(place)
        self.inside = members(body.pk for body in known)

    def read(self, rows: Sequence[Line]) -> list[Entry]:
        """A verdict for each row: new, same, changed or left_out."""
        entries = [Entry(row, " ".join(row.text("name").split())) for row in rows]
        first: dict[str, Entry] = {}
        for entry in entries:
            self._own(entry)
            key = tidy(entry.name)
            if entry.name and key in first:
                other = first[key]
                same = other.kind == entry.kind
                entry.doubt("duplicate" if same else "name_twice", "name", entry.name, other.line.cell("name"))
            elif entry.name:
                first[key] = entry
        for entry in entries:
            self._above(entry, first)
        for entry in entries:
            _circle(entry)
        _leave_orphans(entries)
        for entry in entries:
            self._compare(entry)
        self._alike(entries)
        return entries

    def _own(self, entry: Entry) -> None:
        """Name, kind, place and telephone of a row."""
        line = entry.line
        entry.phone = line.text("phone")
        if not entry.name:
            entry.doubt("name_missing", "name")
        for column, most in (("name", 120), ("code", 40), ("phone", 60), ("contact", 80), ("title", 60)):
            if len(line.text(column)) > most:
                entry.doubt("too_long", column, line.text(column)[:20] + "…")
        word = line.text("kind")
        entry.kind = self.kinds.get(_flat(word))
        if entry.kind is None:
            entry.doubt("kind_unknown" if word else "kind_missing", "kind", word)
        where = line.text("place")
        found = self.places.get(tidy(where), []) if where else []
        if where and len(found) != 1 and self.default is not None:
            entry.doubt("place_twice" if found else "place_unknown", "place", where)
        entry.place = found[0] if len(found) == 1 else None
        if MOBILE.match(re.sub(r"[\s-]", "", entry.phone)):
            entry.doubt("phone_personal", "phone", _masked(entry.phone))
            entry.phone = ""

    def _above(self, entry: Entry, listed: dict[str, Entry]) -> None:
        """The parent: a row of the list, or a body that is known."""
        word = entry.line.text("parent")
        if not word:
            return
        above = listed.get(tidy(word))
        known = self.known.get(tidy(word), [])
        if above is entry:
            entry.doubt("parent_circle", "parent", word)
        elif above is not None:
            entry.above = above
        elif len(known) == 1:
            entry.parent = known[0]
        elif self.default is not None:
            entry.doubt("parent_twice" if known else "parent_unknown", "parent", word)

    def _compare(self, entry: Entry) -> None:
        """Against what is known by number, else by name: new, same or changed. Two of that name: left out, a person decides."""
        if entry.verdict == "left_out" or entry.kind is None:
            return
        code = entry.line.text("code")
        found = self.known.get(tidy(entry.name), [])
        body = self.codes.get(code) if code else None
        if body is None:
            found = [b for b in found if b.kind_id == entry.kind.pk] or found
            if len(found) > 1:
                entry.doubt("name_twice", "name", entry.name)
                return
            body = found[0] if found else None
        entry.body = body
        if body is None:
            entry.place = entry.place or self.default
            return
        entry.changes = self._changes(entry, body)
        entry.verdict = "changed" if entry.changes else "same"

    def _changes(self, entry: Entry, body: Body) -> dict[str, tuple[str, str]]:
        """What a row says otherwise than the book; an empty cell says nothing."""
        line, kind = entry.line, entry.kind
        found: dict[str, tuple[str, str]] = {}
        if tidy(body.name) != tidy(entry.name):
            found["name"] = (body.name, entry.name)
        if kind is not None and body.kind_id != kind.pk:
            found["kind"] = (body.kind.name_zh, kind.name_zh)
        if entry.place is not None and body.place_id != entry.place.pk:
            found["place"] = (body.place.name, entry.place.name)
        above = entry.above.body if entry.above is not None else entry.parent
        wanted = entry.above.name if entry.above is not None else entry.parent.name if entry.parent else ""
        if wanted and (above is None or above.pk != body.parent_id) and not _same_parent(body, wanted):
            found["parent"] = (body.parent.name if body.parent else "", wanted)
        if entry.phone and entry.phone != body.phone:
            found["phone"] = (body.phone, entry.phone)
        if line.text("code") and line.text("code") != body.code:
            found["code"] = (body.code, line.text("code"))
        inside = [m for m in self.inside.get(body.pk, []) if m.capacity == "contact"]
        contact, title = line.text("contact"), line.text("title")
        if contact and not any(m.holder_name == contact and (not title or m.title == title) for m in inside):
            found["contact"] = ("、".join(m.holder_name for m in inside), contact)
        return found

    def _alike(self, entries: Sequence[Entry]) -> None:
        """Flag two spellings: of a body among those of its kind, of a contact against the one who is in the book (X02)."""
        told = [(entry.name, entry.kind, entry) for entry in entries if entry.verdict != "left_out" and entry.kind]
        for index, (name, kind, entry) in enumerate(told):
            others = [n for n, k, _ in told[:index] if k == kind]
            if entry.body is None:
                others += [b.name for rows in self.known.values() for b in rows if kind and b.kind_id == kind.pk]
            for other in others:
                if tidy(other) != tidy(name) and bodies_alike(name, other):
                    entry.doubt("name_alike", "name", name, other)
            was, to = entry.changes.get("contact", ("", ""))
            if any(people_alike(to, one) for one in was.split("、") if one):
                entry.doubt("contact_alike", "contact", to, was)


def totals(entries: Iterable[Entry]) -> dict[str, Any]:
    """Rows by verdict, and the taken rows by kind; both add up to the number of rows."""
    verdicts = {"new": 0, "changed": 0, "same": 0, "left_out": 0}
    kinds: dict[str, int] = {}
    for entry in entries:
        verdicts[entry.verdict] += 1
        if entry.kind is not None and entry.verdict != "left_out":
            kinds[entry.kind.code] = kinds.get(entry.kind.code, 0) + 1
    return {**verdicts, "rows": sum(verdicts.values()), "by_kind": kinds}


def as_json(entries: Sequence[Entry]) -> dict[str, Any]:
    """The whole answer of ``linli import-bodies --json``."""
    return {
        "totals": totals(entries),
        "rows": [
            {
                "sheet": e.line.sheet,
                "row": e.line.row,
                "verdict": e.verdict,
                "name": e.name,
                "kind": e.kind.code if e.kind else None,
                "parent": e.line.text("parent"),
                "place": e.place.name if e.place else None,
                "changes": {key: list(pair) for key, pair in e.changes.items()},
            }
            for e in entries
        ],
        "problems": [t.as_json() for e in entries for t in e.troubles],
    }


def _flat(word: str) -> str:
    return tidy(word).translate({ord(mark): None for mark in "“”\"'「」《》"})


def _same_parent(body: Body, name: str) -> bool:
    return body.parent is not None and tidy(body.parent.name) == tidy(name)


def _masked(phone: str) -> str:
    return phone[:3] + "****" + phone[-4:]


def _circle(entry: Entry) -> None:
    """A parent's parent that is the row itself."""
    seen, above = {id(entry)}, entry.above
    while above is not None:
        if id(above) in seen:
            if above is entry:
                entry.doubt("parent_circle", "parent", entry.line.text("parent"))
            return
        seen.add(id(above))
        above = above.above


def _leave_orphans(entries: Sequence[Entry]) -> None:
    """A row whose parent is a row that is left out cannot be placed either."""
    again = True
    while again:
        again = False
        for entry in entries:
            if entry.verdict != "left_out" and entry.above is not None and entry.above.verdict == "left_out":
                entry.doubt("parent_unknown", "parent", entry.line.text("parent"))
                again = True
