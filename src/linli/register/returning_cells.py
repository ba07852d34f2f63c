"""The cells of one known person in an exported file that came back, each read by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone

from linli.kernel import identity
from linli.kernel.approximate import read_date
from linli.kernel.names import search_form
from linli.kernel.phones import masked, read_phones
from linli.register.changes.kinds import FIELD_KINDS, LOOK_FIRST, kind_of_absence
from linli.register.changes.model import Change
from linli.register.changes.people import near
from linli.register.interpret import words
from linli.register.interpret.model import RowReading
from linli.register.models import ImportRow
from linli.register.ours import Ours
from linli.register.roundtrip import Line
from linli.register.sheetwords import ELSEWHERE, READ_BACK, SHOWN_ONLY, clean, code, word
from linli.register.showing import Shown

if TYPE_CHECKING:
    from linli.register.returning import Returning

Verdict = ImportRow.Verdict
_ABSENCE = {"here": None, "away": "away", "moved": "gone", "died": "gone", ELSEWHERE: "elsewhere"}
_WORDS = {"m": "男", "f": "女"}


@dataclass
class Row:
    """One row of the file with everything that is known of it."""

    at: int
    line: Line
    reading: RowReading
    person: UUID | None = None
    dwelling: int | None = None
    base: dict[str, str] | None = None
    shown: Shown | None = None


@dataclass
class Cells:
    """The cells of one known person."""

    of: Returning
    row: Row
    ours: Ours
    shown: Shown

    def compare(self) -> None:
        """Every cell that was typed over becomes a change; the others are filled with what stands now."""
        row, home = self.row, self.of.known.states.get(self.shown.dwelling, "blank")
        self.shown.texts["state"] = word("state", home, self.of.result.language)
        touched = {
            key for key in READ_BACK if key != "state" and self.of.touched(row, key, self.shown.texts.get(key, ""))
        }
        self.of.keep_problems(row, {key for key in touched if (text := self.text(key)) and "*" not in text})
        read: dict[str, Callable[[], None]] = {
            "name": self._name, "number": self._number, "sex": self._sex, "born": self._born, "nation": self._nation,
            "phone": self._phone, "rel": self._rel, "presence": self._presence, "remark": self._remark,
        }  # fmt: skip
        self._fill()
        for key, act in read.items():
            if key in touched:
                act()
        self._moved()
        self._shown_only()

    def _fill(self) -> None:
        """What stands in the register, as a row would say it; the typed cells come over it."""
        reading, person, lives = self.row.reading, self.ours.person, self.ours.residence or self.ours.tie
        reading.state = None
        reading.name, reading.sex, reading.born = person.name, _WORDS.get(person.sex), person.born
        reading.born_about, reading.nation = person.born_about, person.nation or None
        self.typed_number, self.typed_doc = reading.number, reading.doc
        reading.number = self.ours.numbers[-1] if self.ours.numbers else None
        reading.phones, reading.phone_note = tuple(self.ours.phones), None
        reading.rel = self.ours.residence.relation if self.ours.residence is not None else "owner_absent"
        reading.remark, reading.comment = (lives.remark if lives is not None else ""), None
        reading.absence, reading.away = _ABSENCE.get(self.ours.presence), None
        reading.present = reading.absence is None

    def text(self, key: str) -> str:
        """What stands in a cell."""
        return self.row.line.cells.get(key, "")

    def _add(self, kind: str, field_: str, was: object, to: object, *, key: str, certain: bool = True) -> None:
        row, of = self.row, self.of
        now = self.shown.texts.get(key, "")
        conflict = (
            row.base is not None and key != "dwelling" and of.checker.text(row.person, 0, key, now) != row.base[key]
        )
        of.mark(row, Verdict.CHANGED)
        of.changes.append(
            Change(
                kind, field_, row.reading.door.code(), row.at, None, row.person, row.dwelling, row.reading.name or "", was or None,
                to or None, self.ours.expected(field_, of.known.printer), conflict=conflict,
                taken=certain and not conflict and kind not in LOOK_FIRST,
            )
        )  # fmt: skip

    def _name(self) -> None:
        text, person = self.text("name"), self.ours.person
        if not text:
            self.of.problem(self.row, "name", "name_missing")
            return
        if text == person.name:
            return
        same = near(search_form(person.name), search_form(text))
        if not same:
            self.of.problem(self.row, "name", "export_name_other", raw=text)
        self.row.reading.name = text[:80]
        self._add("name_corrected", "name", person.name, text[:80], key="name", certain=same)

    def _sex(self) -> None:
        text = self.text("sex")
        found = code("sex", text) or {"男": "m", "女": "f"}.get(words.sex_of(text) or "", "")
        if found != self.ours.person.sex and (found or not text):
            self.row.reading.sex = _WORDS.get(found)
            self._add(FIELD_KINDS["sex"], "sex", self.ours.person.sex, found, key="sex")

    def _born(self) -> None:
        text, today = self.text("born"), timezone.localdate()
        found: date | None = read_date(text, today=today).value if text else None
        if text and (found is None or not date(1850, 1, 1) <= found <= today):
            self.of.problem(self.row, "born", "born_impossible", "error", text)
            return
        if found != self.ours.person.born:
            self.row.reading.born, self.row.reading.born_about = found, False
            was = self.ours.values["born"]
            self._add(FIELD_KINDS["born"], "born", was, found.isoformat() if found else "", key="born")

    def _nation(self) -> None:
        found = words.nation_of(self.text("nation")) or ""
        if found != self.ours.person.nation:
            self.row.reading.nation = found[:30] or None
            self._add(FIELD_KINDS["nation"], "nation", self.ours.person.nation, found[:30], key="nation")

    def _number(self) -> None:
        text = self.text("number")
        if "*" in text:
            self.of.problem(self.row, "number", "export_mask_altered", raw=text)
        elif not text:
            self.of.problem(self.row, "number", "export_number_emptied")
        elif self.typed_number and self.typed_number not in self.ours.numbers:
            was = self.ours.numbers[-1] if self.ours.numbers else ""
            reading = self.row.reading
            reading.number, reading.doc = self.typed_number, self.typed_doc
            if reading.doc == "id":
                reading.born, reading.sex = identity.born_of(self.typed_number), identity.sex_of(self.typed_number)
            self._add(FIELD_KINDS["number"], "number", was, self.typed_number, key="number")

    def _phone(self) -> None:
        """Each number by itself: one that is masked still is the one it was."""
        masks = {number: masked(number) for number in self.ours.phones}
        found: list[str] = []
        for part in self.text("phone").replace("，", "、").replace(",", "、").replace("/", "、").split("、"):
            if "*" in part:
                kept = next((number for number, mask in masks.items() if mask == part.strip()), None)
                if kept is None:
                    self.of.problem(self.row, "phone", "export_mask_altered", raw=part)
                    return
                found.append(kept)
            elif part.strip():
                reading = read_phones(part, is_placeholder=words.is_placeholder)
                if not reading.numbers:
                    return  # the importer names it
                found += reading.numbers
                self.row.reading.phone_note = reading.note
        phones = tuple(sorted(dict.fromkeys(found)))
        if list(phones) != sorted(self.ours.phones):
            self.row.reading.phones = phones
            self._add(FIELD_KINDS["phones"], "phones", self.ours.values["phones"], ",".join(phones), key="phone")

    def _rel(self) -> None:
        text, residence = self.text("rel"), self.ours.residence
        found = code("rel", text) or words.relation_of(text) or ""
        if residence is not None and found != residence.relation and (found or not text):
            self.row.reading.rel = found
            self._add(FIELD_KINDS["rel"], "rel", residence.relation, found, key="rel")

    def _presence(self) -> None:
        text, reading, have = self.text("presence"), self.row.reading, self.ours.presence
        found = code("presence", text)
        if found is None:
            self.of.problem(self.row, "presence", "export_presence_unknown", raw=text)
            return
        kind = kind_of_absence("" if have == "here" else have, "" if found == "here" else found)
        if found == have or kind is None:
            return
        reading.absence, reading.present = _ABSENCE[found], found == "here"
        if found == "died":
            reading.remark = "；".join(part for part in (reading.remark, "已故") if part)
        kind = "returned" if kind == "moved_in" else kind
        self._add(kind, "absence", have, found, key="presence")

    def _remark(self) -> None:
        have, to = self.ours.values["remark"], self.text("remark")[:300]
        if have is not None and to != have:
            self.row.reading.remark = to
            self._add(FIELD_KINDS["remark"], "remark", have, to, key="remark")

    def _moved(self) -> None:
        """Another home's id in the row: asked, never taken by itself."""
        row, of = self.row, self.of
        here = of.checker.marks(Shown(row.dwelling or 0, row.person))["home"]
        changed = here != row.base["home"] if row.base is not None else row.dwelling != self.ours.dwelling
        if changed and row.dwelling != self.ours.dwelling:
            was = of.code_of(self.ours.dwelling)
            self._add("moved", "door", was, row.reading.door.code(), key="dwelling", certain=False)

    def _shown_only(self) -> None:
        """Address, kind of document and who answers are not read back; a typed one is said."""
        if self.row.dwelling != self.shown.dwelling:
            return
        now = {
            **self.of.addresses.of(self.shown.dwelling),
            "doc": self.shown.texts["doc"],
            "away_note": self.shown.texts["away_note"],
        }
        for key in SHOWN_ONLY:
            if key != "who" and key in self.row.line.cells and self.text(key) != clean(now.get(key, "")):
                self.of.problem(self.row, key, "export_shown_only", "warn", self.text(key))
