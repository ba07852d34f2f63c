"""What a file says otherwise of homes: their states, households that part, who and what is no longer in it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from uuid import UUID

from linli.register.base import Said
from linli.register.changes.doors import vanished
from linli.register.changes.facts import SILENT, mark
from linli.register.changes.model import Change
from linli.register.changes.people import split_groups
from linli.register.ours import living_in, written_names

if TYPE_CHECKING:
    from linli.register.comparing import Comparison

_NOT_THERE = ("gone", "elsewhere")


class Homes:
    """Finds the changes of homes and hands them to the comparison."""

    def __init__(self, comparison: Comparison) -> None:
        self.of = comparison
        self.known = comparison.known
        self.code_of: dict[int, str] = {}
        self.living: dict[int, list[UUID]] = {}

    def states(self) -> None:
        """The state of each home, once."""
        printer = self.known.printer
        for at, row in enumerate(self.of.result.rows):
            dwelling = self.of.dwellings[at]
            if not self.of.leads[at] or dwelling is None or row.state is None:
                continue
            said, now = self.of.said_at(dwelling), mark(self.of.prints[at], "state")
            before = mark(said.prints, "state") if said else SILENT
            ours = self.known.states.get(dwelling)
            if now == before or ours is None or ours == row.state:
                continue
            conflict = printer.one("state", ours) != before if before != SILENT else ours != "blank"
            self.of.changes.append(
                Change(
                    "dwelling_state",
                    "state",
                    row.door.code(),
                    at,
                    (said.sheet, said.row) if said else None,
                    place=dwelling,
                    was=ours,
                    to=row.state,
                    expected=printer.one("state", ours),
                    base=said.prints if said else None,
                    conflict=conflict,
                    taken=not conflict,
                )
            )

    def splits(self) -> None:
        """A second head of household who was not one before: those listed below him form a household of their own."""
        heads = self.known.printer.one("rel", "head")
        doors: dict[int, list[int]] = defaultdict(list)
        for at, dwelling in enumerate(self.of.dwellings):
            lives = self.of.result.rows[at].absence not in _NOT_THERE  # a widow who is the head now has split nothing
            if dwelling is not None and self.of.persons[at] is not None and lives:
                doors[dwelling].append(at)
        for dwelling, rows in doors.items():
            relations = [self.of.result.rows[at].rel for at in rows]
            if relations.count("head") < 2:
                continue
            before = {at: self.of.said_here(at, dwelling) for at in rows}
            was_head = {at: said is not None and mark(said.prints, "rel") == heads for at, said in before.items()}
            if not any(was_head[at] and self.of.result.rows[at].rel == "head" for at in rows):
                continue
            for group in split_groups(relations):
                for head in (i for i in group if relations[i] == "head" and not was_head[rows[i]]):
                    # in a list that is turned round nobody can say who is below him
                    below = group if head == group[0] else [head]
                    members = [rows[i] for i in below if before[rows[i]] is not None]
                    if members and members[0] == rows[head]:
                        self._split(dwelling, members, before[members[0]])

    def _split(self, dwelling: int, members: list[int], said: Said | None) -> None:
        folded = [one for one in self.of.changes if one.kind == "relation_changed" and one.row in members]
        if not folded or any(one.conflict for one in folded):
            return
        self.of.changes = [one for one in self.of.changes if one not in folded]
        first = members[0]
        row = self.of.result.rows[first]
        self.of.changes.append(
            Change(
                "household_split",
                "row",
                row.door.code(),
                first,
                (said.sheet, said.row) if said else None,
                self.of.persons[first],
                dwelling,
                row.name or "",
                None,
                [list(self.of.at_of(at)) for at in members],
                folded[0].expected,
                said.prints if said else None,
            )
        )

    def gone(self, by_person: dict[UUID, list[int]]) -> None:
        """Who is no longer in the file though his home is; homes that are no longer in it though their neighbours are."""
        listed, base = self.of.listed, self.known.base
        self.code_of = {pk: code for code, pk in base.doors.items()}
        homes: dict[int, list[UUID]] = defaultdict(list)
        left: list[tuple[UUID, Said]] = []
        for person, saids in base.persons.items():
            if person in by_person or person in base.stay:
                continue
            said = next((one for one in saids if person in self.known.at_door.get(one.dwelling or 0, ())), None)
            if said is not None and said.dwelling in listed:
                left.append((person, said))
            elif said is not None and said.dwelling is not None:
                homes[said.dwelling].append(person)
        known = {
            path: pk for path, pk in self.known.doors.ids.items() if path[-1][0] == "dwelling" and pk in base.homes
        }
        lost = [pk for pk in vanished(known, listed) if pk not in base.stay_homes] if known else []
        self.living = living_in(lost)
        names = written_names([person for person, _ in left] + [person for pk in lost for person in homes.get(pk, ())])
        for person, said in left:
            self._moved_out(person, said, names.get(person, ""))
        for dwelling in lost:
            people = homes.get(dwelling, [])
            if people or not self.known.at_door.get(dwelling):
                self._vanished(dwelling, [names[person] for person in people])

    def _vanished(self, dwelling: int, names: list[str]) -> None:
        said = self.known.base.homes[dwelling]
        kind = "household_vanished" if names else "dwelling_vanished"
        code, was = self.code_of.get(dwelling, ""), names or self.known.states.get(dwelling)
        at = (said.sheet, said.row)
        here = ",".join(sorted(str(pk) for pk in self.living.get(dwelling, ())))
        now = self.known.printer.one("door", here)
        self.of.changes.append(
            Change(kind, "place", code, None, at, place=dwelling, was=was, expected=now, taken=False)
        )

    def _moved_out(self, person: UUID, said: Said, written: str) -> None:
        name, code = written, self.code_of.get(said.dwelling or 0, "")
        ours = self.known.printer.one("door", str(said.dwelling))
        self.of.changes.append(
            Change(
                "moved_out",
                "door",
                code,
                None,
                (said.sheet, said.row),
                person,
                said.dwelling,
                name,
                name,
                None,
                ours,
                taken=False,
            )
        )
