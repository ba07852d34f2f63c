"""People whom the file and the register both know: which facts the file says otherwise than before, and whether the register agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from linli.register.base import Said
from linli.register.changes.facts import ABSENCES, SILENT, STATES, Values, changed, mark, presence, replaced
from linli.register.changes.kinds import FIELD_KINDS, LOOK_FIRST, follows, kind_of_absence
from linli.register.changes.model import Change
from linli.register.models import ImportRow
from linli.register.ours import Ours, facts_of
from linli.register.packing import opened, packed

if TYPE_CHECKING:
    from linli.register.comparing import Comparison

_AT_A_DOOR = frozenset({"rel", "remark", "absence"})


class Differences:
    """Finds the changes of known people and hands them to the comparison."""

    def __init__(self, comparison: Comparison) -> None:
        self.of = comparison
        self.known = comparison.known
        self.pending: list[tuple[int, UUID, Said | None, list[str], bool]] = []

    def people(self, by_person: dict[UUID, list[int]]) -> None:
        """Every person of the file who is in the register."""
        for person, rows in by_person.items():
            self._person(person, rows)
        ours = facts_of(dict.fromkeys(entry[1] for entry in self.pending))
        for at, person, said, fields, elsewhere in self.pending:
            if person in ours:
                self._changes(at, ours[person], said, fields, elsewhere)

    def _person(self, person: UUID, rows: list[int]) -> None:
        """Pair the rows of this file with those of the file before: the same home first, then as they come (moved)."""
        saids = list(self.known.base.persons.get(person, ()))
        open_: list[int] = []
        first = True
        for at in rows:
            said = next((one for one in saids if one.dwelling == self.of.dwellings[at]), None)
            if said is None or self.of.dwellings[at] is None:
                open_.append(at)
                continue
            saids.remove(said)
            self._same_words(at, said)
            fields = [field for field in changed(said.prints, self.of.prints[at]) if field != "state"]
            if fields and first:  # a second row of somebody says again what the first said
                self.pending.append((at, person, said, fields, False))
            first = False
        had_base = person in self.known.base.persons
        for at in open_:
            said = saids.pop(0) if saids else None
            prints = said.prints if said is not None else None
            fields = [field for field in changed(prints, self.of.prints[at]) if field != "state"]
            here = self.of.dwellings[at] is not None and person in self.known.at_door.get(
                self.of.dwellings[at] or 0, ()
            )
            if said is None and had_base:
                if not here:
                    self._also(at, person)
            else:
                self.pending.append((at, person, said, fields if first else [], not here))
            first = False

    def _same_words(self, at: int, said: Said) -> None:
        """The same remark read on another day (在日本，3.15返沪 after 15 March) is no news: who is away stays away."""
        prints, printer = self.of.prints[at], self.known.printer
        if mark(prints, "remark") != mark(said.prints, "remark"):
            return
        comes_and_goes = {printer.one("absence", ""), printer.one("absence", "away")}
        if {mark(prints, "absence"), mark(said.prints, "absence")} == comes_and_goes:
            self.of.prints[at] = replaced(prints, {"absence"}, said.prints)

    def _also(self, at: int, person: UUID) -> None:
        row = self.of.result.rows[at]
        place = self.of.dwellings[at]
        self.of.changes.append(
            Change("also_listed", "row", row.door.code(), at, None, person, place, row.name or "", None, row.name)
        )

    def _changes(self, at: int, ours: Ours, said: Said | None, fields: list[str], elsewhere: bool) -> None:
        now = self.of.values(at)
        found = set(fields)
        if elsewhere and ours.presence in ("here", "away", "elsewhere"):
            self._moved(at, ours, said)
            found -= _AT_A_DOOR
        elif ("absence" in found or elsewhere) and not self._absence(at, ours, said, now):
            found.discard("absence")
        inside = now["number"] is None and any(len(number) == 18 for number in ours.numbers)
        for field in fields:
            if inside and field in (
                "born",
                "sex",
            ):  # the number that the register has says both, better than another column
                continue
            kind = FIELD_KINDS.get(field)
            if kind is None or field not in found or follows(field, found, now) or (said is None and field == "remark"):
                continue
            self._field(at, ours, said, field, kind, now[field] or "")

    def _field(self, at: int, ours: Ours, said: Said | None, field: str, kind: str, to: str) -> None:
        printer = self.known.printer
        have = ours.values[field]
        if have is None or have == to or (field == "number" and to in ours.numbers):
            return
        before = mark(said.prints if said else None, field)
        if before == SILENT:
            conflict = have != ""
        elif field == "number":
            conflict = not any(printer.one("number", number) == before for number in ours.numbers)
        else:
            conflict = printer.one(field, have) != before
        was = (have or _raw(said, field)) if not conflict else have
        row = self.of.result.rows[at]
        certain = field != "name" or (row.number is not None and row.number in ours.numbers)
        written = {"name": (ours.person.name, row.name), "remark": (ours.remark or None, packed(row).remark or None)}
        shown = written.get(field, (was or None, to or None))
        self._add(kind, field, at, ours, said, shown, conflict, certain)

    def _absence(self, at: int, ours: Ours, said: Said | None, now: Values) -> bool:
        """Went away, came back, left, died; False if it says nothing of its own."""
        printer = self.known.printer
        to = now["absence"] or ""
        before = printer.decoded("absence", mark(said.prints, "absence"), ABSENCES) if said else None
        state = printer.decoded("state", mark(said.prints, "state"), STATES) if said else None
        have, want = ours.presence, presence(to, now["state"])
        if have == want:
            return False
        was = before if before is not None else {"here": "", "": ""}.get(have, have)
        kind = kind_of_absence(was, to)
        if kind is None:
            return False
        conflict = have != presence(was, state) if before is not None else have not in ("here", "away")
        self._add(kind, "absence", at, ours, said, (have, want), conflict, True)
        return True

    def _moved(self, at: int, ours: Ours, said: Said | None) -> None:
        """Another home inside the neighbourhood."""
        row = self.of.result.rows[at]
        have = ours.dwelling
        if have is not None and have == self.of.dwellings[at]:
            return
        conflict = said is None or said.dwelling != have
        was = self.known.base_code(have)
        listed = have in self.of.listed  # a file that says nothing of the old home does not say that he has left it
        certain = listed and row.number is not None and row.number in ours.numbers
        self._add("moved", "door", at, ours, said, (was, row.door.code()), conflict, certain)

    def _add(
        self,
        kind: str,
        field: str,
        at: int,
        ours: Ours,
        said: Said | None,
        values: tuple[object, object],
        conflict: bool,
        certain: bool,
    ) -> None:
        row = self.of.result.rows[at]
        self.of.changes.append(
            Change(
                kind,
                field,
                row.door.code(),
                at,
                (said.sheet, said.row) if said else None,
                ours.person.pk,
                self.of.dwellings[at],
                row.name or ours.person.name,
                values[0],
                values[1],
                ours.expected(field, self.known.printer),
                said.prints if said else None,
                conflict,
                certain and not conflict and kind not in LOOK_FIRST,
            )
        )


def _raw(said: Said | None, field: str) -> str:
    """What stood in the file before where it could not be stored: a number with a wrong check digit."""
    if said is None or field != "number":
        return ""
    row = ImportRow.objects.filter(pk=said.pk).values_list("sealed", flat=True).first()
    before = opened(row)
    return (before.fragment or "") if before is not None else ""
