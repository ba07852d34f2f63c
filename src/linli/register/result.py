"""The file as it came, given back to the clerk: every row with what became of it and why, and a sheet of what was found in its cells.

Numbers are masked as on the pages. Nothing in it is a formula: text stays text whatever it begins with.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import xlsxwriter
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.inbox.queries import content_of, name_of
from linli.kernel import identity, phones
from linli.kernel.refusal import Refusal
from linli.register import words
from linli.register.interpret.report import mask_cell, shown
from linli.register.keeping import told
from linli.register.models import ImportProblem, ImportQuestion, ImportRow, ImportRun
from linli.register.packing import unpack_problem
from linli.register.reading.files import read_file
from linli.register.reading.sheet import Sheet, as_text
from linli.register.words_changes import KINDS as CHANGE_WORDS
from linli.register.words_changes import value_text

MERGES_UP_TO = 20_000
"""Larger sheets are written row by row without their merged ranges: in Excel a merge cannot be written behind the row."""
ADVICE: dict[str, str | Promise] = {
    "error": gettext_lazy("Correct the cell and hand the file in again, or correct the person on the page."),
    "ask": gettext_lazy("Ask the household, then write it into the cell or on the page."),
    "warn": gettext_lazy("Look whether this reading is right."),
    "note": gettext_lazy("Nothing to do."),
}
_NUMBERS = frozenset({"number", "phone", "old_phone"})
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Progress = Callable[[int, int], None]
Key = tuple[str, int]


def build(run: ImportRun, target: Any, progress: Progress | None = None) -> int:
    """Write the result file of a run to ``target`` (a path or a binary stream); returns how many rows have a verdict.

    Raises Refusal ``inbox.erased`` once the file itself is erased, ``import.*`` if it cannot be read again.
    """
    if run.upload is None:
        raise Refusal("inbox.erased", "The retention of this upload has ended; its content is erased.")
    sheets = read_file(content_of(run.upload), name_of(run.upload))
    lean = any(len(sheet.rows) > MERGES_UP_TO for sheet in sheets)
    options = {"constant_memory": lean, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    writer = _Writer(book, run, progress or (lambda done, total: None), sum(len(sheet.rows) for sheet in sheets))
    for sheet in sheets:
        writer.sheet(sheet, merges=not lean)
    writer.problems()
    book.close()
    return writer.told


class _Writer:
    """Writes the sheets of one result file."""

    def __init__(self, book: Any, run: ImportRun, progress: Progress, total: int) -> None:
        self.book, self.run, self.progress, self.total = book, run, progress, max(total, 1)
        self.verdicts = Verdicts(run)
        self.mapping = {entry["sheet"]: entry for entry in run.mapping}
        self.text = book.add_format({"num_format": "@"})
        self.quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.marks = {
            mark: book.add_format({"bg_color": colour, "text_wrap": True, "valign": "top"})
            for mark, colour in {"green": "#E3F1E9", "amber": "#FBEFD2", "": "#F2F4F4"}.items()
        }
        self.names: set[str] = set()
        self.told = self.done = 0

    def _add(self, name: str) -> Any:
        cleaned = re.sub(r"[\[\]:*?/\\']", "", name)[:28].strip() or _("Table")
        unique, turn = cleaned, 2
        while unique.lower() in self.names:
            unique, turn = f"{cleaned} {turn}", turn + 1
        self.names.add(unique.lower())
        return self.book.add_worksheet(unique)

    def sheet(self, sheet: Sheet, *, merges: bool) -> None:
        """One sheet of the clerk's, with two columns behind it where it is a register."""
        page = self._add(sheet.name or "")
        mapping = None if sheet.hidden else self.mapping.get(sheet.name or "")
        fields = {column["at"]: column["field"] or column["ignored"] for column in (mapping or {}).get("columns", [])}
        width = max((len(row) for row in sheet.rows), default=0)
        begins = self._begins(mapping) if mapping else 0
        self._columns(page, sheet, width if mapping else None)
        if merges:
            for top, left, bottom, right in sheet.merges:
                if bottom < len(sheet.rows) and right < width and (bottom, right) != (top, left):
                    page.merge_range(top, left, bottom, right, "")
        for at, row in enumerate(sheet.rows):
            if at in sheet.hidden_rows:
                page.set_row(at, None, None, {"hidden": True})
            for column, value in enumerate(row):
                self._cell(page, at, column, masked(value, fields.get(column, "")))
            if mapping:
                self._verdict(page, sheet, at, width, begins, mapping["header"])
            self.done += 1
            if self.done % 500 == 0:
                self.progress(self.done, self.total)
        if sheet.hidden:
            page.hide()

    def _begins(self, mapping: dict[str, Any]) -> int:
        """The index of the first row of data, which a delimited file counts from."""
        named = any(column["label"] for column in mapping["columns"])
        return int(mapping.get("first", mapping["header"] if named else mapping["header"] - 1))

    def _columns(self, page: Any, sheet: Sheet, end: int | None) -> None:
        for column in sheet.hidden_columns:
            page.set_column(column, column, None, None, {"hidden": True})
        if end is not None:
            page.set_column(end, end, 18)
            page.set_column(end + 1, end + 1, 60)

    def _verdict(self, page: Any, sheet: Sheet, at: int, width: int, begins: int, header: int) -> None:
        if at == header - 1 or (at == 0 and header == 0):
            page.write_string(at, width, _("Result"), self.head)
            page.write_string(at, width + 1, _("Why"), self.head)
            return
        number = at - begins + 1 if sheet.delimited else at + 1
        found = self.verdicts.of((sheet.name or "")[:60], number)
        if found is not None:
            self.told += 1
            verdict, why, mark = found
            page.write_string(at, width, verdict, self.marks[mark])
            page.write_string(at, width + 1, why, self.marks[mark])

    def _cell(self, page: Any, row: int, column: int, value: Any) -> None:
        if value is None or value == "":
            return
        if isinstance(value, datetime | date):
            moment = value if isinstance(value, datetime) else datetime.combine(value, datetime.min.time())
            page.write_datetime(row, column, moment.replace(tzinfo=None), self.day)
        elif isinstance(value, int | float):
            page.write_number(row, column, value)
        else:
            page.write_string(row, column, str(value), quoting(str(value), self.text, self.quoted))

    def problems(self) -> None:
        """The last sheet: every cell that a person should know of, with what to do."""
        page = self._add(_("Cells to look at"))
        heads = (
            _("Sheet"),
            _("Cell"),
            _("What"),
            _("Stands in the cell"),
            _("Linli reads"),
            _("Result"),
            _("What to do"),
        )
        for column, head in enumerate(heads):
            page.write_string(0, column, head, self.head)
            page.set_column(column, column, (14, 12, 36, 24, 24, 10, 60)[column])
        order = {"error": 0, "ask": 1, "warn": 2, "note": 3}
        rows = ImportProblem.objects.filter(run=self.run).order_by("sheet", "row", "cell", "pk").iterator(2000)
        for at, row in enumerate(sorted(rows, key=lambda one: order.get(one.level, 9)), 1):
            raw, proposal = problem_texts(row)
            level = str(words.LEVEL_NAMES.get(row.level, row.level))
            told = (
                row.sheet,
                row.cell,
                words.kind_word(row.kind),
                raw,
                proposal,
                level,
                str(ADVICE.get(row.level, "")),
            )
            for column, value in enumerate(told):
                self._cell(page, at, column, value)
        page.freeze_panes(1, 0)


def quoting(text: str, plain: Any, quoted: Any) -> Any:
    """The format of a text cell: with Excel's mark for "this is text" where a program might take it for a formula."""
    return quoted if text.startswith(_FORMULA) else plain


def masked(value: Any, field: str) -> Any:
    """A cell as it may be given away: numbers of documents and phones masked, also inside a remark."""
    if field in _NUMBERS:
        text = as_text(value)
        if re.fullmatch(r"\d{17}[\dXx]|\d{15}", text):
            return identity.masked(text)
        return phones.masked(text) if re.fullmatch(r"1\d{10}", text) else mask_cell(text)
    if isinstance(value, float | int) and abs(value) >= 1e9:
        return mask_cell(f"{value:.0f}")
    return value if isinstance(value, datetime | date | float | int) else shown(value, "", show=False)


def problem_texts(row: ImportProblem) -> tuple[str, str]:
    """(what stands in the cell, what is proposed), masked; empty once erased."""
    if row.sealed is None:
        return "", ""
    values = [shown(value, row.kind, show=False) for value in unpack_problem(row.sealed)]
    texts = ["、".join(str(one) for one in value) if isinstance(value, list) else value for value in values]
    return tuple("" if text is None else str(text) for text in texts)  # type: ignore[return-value]


class Verdicts:
    """What became of each row, in words; loaded once."""

    def __init__(self, run: ImportRun) -> None:
        self.run = run
        ahead = run.state in (ImportRun.State.PREVIEW, ImportRun.State.READING)
        self.words = words.VERDICTS_AHEAD if ahead else words.VERDICTS
        columns = ("pk", "sheet", "row", "verdict", "position", "joins", "effects")
        self.rows: dict[Key, dict[str, Any]] = {}
        for entry in ImportRow.objects.filter(run=run).values(*columns).iterator(2000):
            self.rows[(entry["sheet"], entry["row"])] = entry
        self.at = {entry["position"]: key for key, entry in self.rows.items()}
        self.problems: dict[Key, list[tuple[str, str, str]]] = defaultdict(list)
        found = ImportProblem.objects.filter(run=run, row__isnull=False).exclude(level="note")
        for sheet, row, cell, kind, level in found.values_list("sheet", "row", "cell", "kind", "level").iterator(2000):
            self.problems[(sheet, row)].append((cell, kind, level))
        self.asked = self._questions()
        self.changes = self._changes()

    def _questions(self) -> dict[Key, str]:
        """Row → where the row stands that may be the same person."""
        found: dict[Key, str] = {}
        rows = ImportQuestion.objects.filter(run=self.run, answer="").select_related("one", "other")
        for question in rows:
            one, other = question.one, question.other
            found[(one.sheet, one.row)] = f"{other.sheet} {other.row}".strip()
            found[(other.sheet, other.row)] = f"{one.sheet} {one.row}".strip()
        return found

    def _changes(self) -> dict[int, list[str]]:
        """Row → what was changed: the fact, its value before and after, and whether it is taken."""
        found: dict[int, list[str]] = defaultdict(list)
        for change in self.run.changes.filter(row__isnull=False).order_by("position"):
            said = told(change)
            values = [value_text(change.kind, change.field, value) for value in (said.was, said.to)] if said else []
            result = _("taken") if change.taken else _("left as it is")
            if change.outcome == "lost":
                result = _("changed on the register meanwhile, left as it is")
            what = str(CHANGE_WORDS.get(change.kind, change.kind))
            both = "：" + " → ".join(str(value) for value in values) if any(values) else ""
            found[change.row_id or 0].append(f"{what}{both}（{result}）")
        return found

    def of(self, sheet: str, row: int) -> tuple[str, str, str] | None:
        """(verdict, why, mark) of a row; None for a row that is neither a person nor a home."""
        entry = self.rows.get((sheet, row))
        if entry is None:
            return None
        verdict = entry["verdict"]
        why = [*self.changes.get(entry["pk"], []), *self._reasons((sheet, row), entry)]
        word = str(self.words.get(verdict, verdict))
        if self.run.state == ImportRun.State.UNDONE:
            word = _("kept: a permit was issued") if entry["effects"].get("kept") else _("taken back")
        doubt = any(level in ("error", "ask") for _cell, _kind, level in self.problems.get((sheet, row), ()))
        mark = "amber" if verdict in ("left", "differs") or doubt or (sheet, row) in self.asked else "green"
        return word, "；".join(why), mark if verdict != "same" or mark == "amber" else ""

    def _reasons(self, key: Key, entry: dict[str, Any]) -> list[str]:
        found = []
        kinds = {kind for _cell, kind, _level in self.problems.get(key, ())}
        if entry["verdict"] == "left":
            chosen = [words.kind_word(kind) for kind in sorted(kinds & set(self.run.left_kinds))]
            found.append(
                _("left out because of: %(what)s") % {"what": "、".join(chosen)} if chosen else _("no door can be read")
            )
        if entry["joins"] is not None and entry["joins"] in self.at:
            sheet, row = self.at[entry["joins"]]
            found.append(_("the same person as row %(row)s") % {"row": f"{sheet} {row}".strip()})
        if key in self.asked:
            found.append(_("open question: the same person as row %(row)s?") % {"row": self.asked[key]})
        for cell, kind, _level in self.problems.get(key, ()):
            found.append(f"{cell} {words.kind_word(kind)}".strip())
        return found
