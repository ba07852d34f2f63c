"""A sheet of questions as a workbook: down, edited in a spreadsheet, up again. A small part of the words of XLSForm is understood.

Two tables: the questions (``type name label …``) and the answers to choose from (``list_name name label``). The same file gives the same
sheet twice; what is wrong is named by sheet and cell. No branching: such rows are an error, never silently left out.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import xlsxwriter
from django.utils.translation import gettext_noop

from linli.inbox.tables import Row, read_table
from linli.kernel.refusal import Refusal
from linli.rounds import asking
from linli.rounds.asking import Ask, Choice, NotAValue, faults, number_of, yes_of

QUESTIONS, ANSWERS = "问题", "选项"
HEADINGS: Mapping[str, Sequence[str]] = {
    "type": ("题型", "type"),
    "list": ("所属", "list_name", "list name"),
    "name": ("代号", "name"),
    "label": ("题目", "label", "文字"),
    "label_en": ("英文", "english", "label_en"),
    "unit": ("单位", "unit"),
    "required": ("必答", "required"),
    "lowest": ("最小可填", "lowest"),
    "highest": ("最大可填", "highest"),
    "least": ("低于此值处理", "least"),
    "most": ("高于此值处理", "most"),
    "wrong": ("哪个答案要处理", "wrong"),
    "finding": ("要处理的事", "finding"),
    "finding_en": ("要处理的事英文", "finding_en"),
    "days": ("几天内", "days"),
    "when": ("何时问", "when"),
}
NAMES = {
    asking.YES_NO: "是否", asking.NUMBER: "数字", asking.TEXT: "一句话", asking.CHOICE: "几项选一", asking.CHOICES: "多选",
    asking.PHOTO: "照片", asking.TIME: "时间", asking.TEMPERATURE: "温度",
}  # fmt: skip
"""How a file calls each kind: as the page does in Chinese."""
TYPES = {
    "是或否": asking.YES_NO, "yes_no": asking.YES_NO, "yesno": asking.YES_NO, "acknowledge": asking.YES_NO,
    "number": asking.NUMBER, "integer": asking.NUMBER, "decimal": asking.NUMBER,
    "短文字": asking.TEXT, "文字": asking.TEXT, "text": asking.TEXT, "string": asking.TEXT,
    "单选": asking.CHOICE, "choice": asking.CHOICE, "select_one": asking.CHOICE,
    "choices": asking.CHOICES, "select_multiple": asking.CHOICES, "photo": asking.PHOTO, "image": asking.PHOTO,
    "time": asking.TIME, "体温": asking.TEMPERATURE, "temperature": asking.TEMPERATURE,
} | {word: kind for kind, word in NAMES.items()}  # fmt: skip
"""Words of a type, ours, earlier ones and those of XLSForm, and the kind that they mean."""
WHEN = {"": "", "总是": "", "记录时": "records", "测温时": "measures", "不记录时": "quiet"}
WHEN_NAMES = {code: name for name, code in WHEN.items() if name}


@dataclass(frozen=True)
class Mistake:
    """Something in a file that cannot be used: its cell, a code (``words.SHEET_MISTAKES``), what stood there."""

    sheet: str
    cell: str
    code: str
    said: str = ""


@dataclass(frozen=True)
class Read:
    """What a file says: its questions, or what is wrong with it."""

    asks: tuple[Ask, ...]
    mistakes: tuple[Mistake, ...]


def read_file(data: bytes, filename: str) -> Read:
    """The questions of a workbook or a text table. Refusals: those of :func:`linli.inbox.tables.read_table`, ``rounds.sheet_empty``."""
    rows = read_table(data, filename, HEADINGS, required=("label",))
    answers = [row for row in rows if "list" in row.columns]
    questions = [row for row in rows if "type" in row.columns and "list" not in row.columns]
    if not questions:
        raise Refusal("rounds.sheet_empty", gettext_noop("There is no question in this file."))
    reader = _Reader(answers)
    asks = [reader.ask(row) for row in questions]
    return Read(tuple(one for one in asks if one is not None), tuple(reader.mistakes))


class _Reader:
    """Reads rows into questions and collects what is wrong."""

    def __init__(self, answers: Iterable[Row]) -> None:
        self.mistakes: list[Mistake] = []
        self.lists: dict[str, list[Choice]] = {}
        for row in answers:
            of = row.text("list")
            known = self.lists.setdefault(of, [])
            code = _slug(row.text("name")) or f"c{len(known) + 1}"
            known.append(Choice(code, row.text("label"), row.text("label_en"), bool(self.yes(row, "wrong"))))

    def wrong(self, row: Row, name: str, code: str) -> None:
        """Note a mistake."""
        self.mistakes.append(Mistake(row.sheet or "", row.at(name), code, row.text(name)[:40]))

    def ask(self, row: Row) -> Ask | None:
        """One question; None where its type is none of the eight."""
        word, _blank, of = row.text("type").partition(" ")
        kind = TYPES.get(word.casefold())
        if kind is None:
            self.wrong(row, "type", "branching" if re.match(r"(begin|end|calculate)", word) else "type")
            return None
        if kind == asking.CHOICE and of == "yes_no" and of not in self.lists:
            kind = asking.YES_NO
        read = Ask(
            kind=kind,
            label=row.text("label")[:80],
            label_en=row.text("label_en")[:120],
            code=_slug(row.text("name")),
            unit=row.text("unit")[:20],
            required=self.yes(row, "required") is not False,
            when=self.when(row),
            wrong=self.yes(row, "wrong") if kind == asking.YES_NO else None,
            **{name: self.number(row, name) for name in ("least", "most", "lowest", "highest")},
            finding=row.text("finding")[:120],
            finding_en=row.text("finding_en")[:160],
            days=self.days(row),
            choices=tuple(self.lists.get(of or row.text("name"), ())) if kind in asking.WITH_CHOICES else (),
        )
        for name, code in faults(read):
            self.wrong(row, "type" if name in ("choices", "kind") else name, code)
        return read

    def yes(self, row: Row, name: str) -> bool | None:
        """Yes or no of a cell; None for an empty one."""
        try:
            return yes_of(row.text(name))
        except NotAValue as problem:
            self.wrong(row, name, problem.code)
            return None

    def number(self, row: Row, name: str) -> Decimal | None:
        """A number of a cell; None for an empty one."""
        try:
            return number_of(row.text(name)) if row.text(name) else None
        except NotAValue as problem:
            self.wrong(row, name, problem.code)
            return None

    def days(self, row: Row) -> int:
        """Within how many days; one where nothing is said."""
        said = row.text("days")
        if not said:
            return 1
        if said.isascii() and said.isdigit() and int(said) <= 365:
            return int(said)
        self.wrong(row, "days", "number")
        return 1

    def when(self, row: Row) -> str:
        """Under which rules it is asked."""
        said = row.text("when")
        if said in WHEN or said in WHEN.values():
            return WHEN.get(said, said)
        self.wrong(row, "when", "when")
        return ""


def _slug(text: str) -> str:
    """A code of a cell, if it can be one."""
    return text if re.fullmatch(r"[A-Za-z0-9_-]{1,30}", text) else ""


def numbered(asks: Iterable[Ask]) -> tuple[Ask, ...]:
    """The same questions, each with a code of its own, also each choice."""
    taken: set[str] = set()
    found = []
    for ask in asks:
        code = ask.code if ask.code and ask.code not in taken else _free(taken)
        taken.add(code)
        found.append(replace(ask, code=code, choices=_numbered_choices(ask.choices)))
    return tuple(found)


def _numbered_choices(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    taken = {one.code for one in choices if one.code}
    found = []
    for one in choices:
        code = one.code or _free(taken, "c")
        taken.add(code)
        found.append(replace(one, code=code))
    return tuple(found)


def _free(taken: set[str], letter: str = "q") -> str:
    return next(name for n in range(1, 1000) if (name := f"{letter}{n}") not in taken)


def write_file(title: str, asks: Sequence[Ask]) -> bytes:
    """The workbook of a sheet: what ``read_file`` reads back to the same questions."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    survey, answers = book.add_worksheet(QUESTIONS), book.add_worksheet(ANSWERS)
    columns = [name for name in HEADINGS if name != "list"]
    _write_row(survey, 0, [HEADINGS[name][0] for name in columns], head)
    for number, ask in enumerate(asks, 1):
        _write_row(survey, number, [_cell(ask, name) for name in columns])
    own = ("list", "name", "label", "label_en", "wrong")
    _write_row(answers, 0, [HEADINGS[name][0] for name in own], head)
    line = 0
    for ask in asks:
        for one in ask.choices:
            line += 1
            _write_row(answers, line, [ask.code, one.code, one.label, one.label_en, "是" if one.wrong else ""])
    survey.data_validation(1, 0, 200, 0, {"validate": "list", "source": list(NAMES.values()), "ignore_blank": True,
                                          "error_type": "warning"})  # fmt: skip
    survey.set_column(0, len(columns) - 1, 14)
    survey.set_column(columns.index("label"), columns.index("label"), 36)
    answers.set_column(0, 4, 18)
    for sheet in (survey, answers):
        sheet.freeze_panes(1, 0)
    book.close()
    return buffer.getvalue()


def _cell(ask: Ask, name: str) -> str:
    if name == "type":
        return NAMES[ask.kind]
    if name == "name":
        return ask.code
    if name == "when":
        return WHEN_NAMES[ask.when] if ask.when else ""
    value = getattr(ask, name)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def _write_row(sheet: xlsxwriter.worksheet.Worksheet, row: int, cells: Iterable[str], style: object = None) -> None:
    for column, text in enumerate(cells):
        if text:
            sheet.write_string(row, column, text, style)
