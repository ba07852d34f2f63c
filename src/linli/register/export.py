"""The register as a workbook that comes back: a sheet an estate, the ids of home and person in grey columns, masked numbers.

Nothing in it is a formula. Whole numbers only for who may see them, with a reason, in the journal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.accounts.models import User
from linli.ground import homes as board
from linli.ground.models import Place
from linli.journal.record import record
from linli.kernel.ids import uuid7
from linli.kernel.refusal import Refusal
from linli.register import acts
from linli.register.result import quoting
from linli.register.sheetwords import HEADS, head, tables
from linli.register.showing import Addresses, Checker, Showing, Shown
from linli.ui.words import moment

MANIFEST = "_linli"
VERSION = 1
_KEYS = tuple(HEADS)
_WIDTH = {"estate": 14, "name": 12, "number": 22, "phone": 26, "remark": 40, "away_note": 20, "born": 12}
_AT_ONCE = 400
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Wanted:
    """Which homes: the filters of the page of homes. ``places``: the subtrees that the reader may see."""

    neighbourhood: Place
    places: Sequence[Place]
    estate: int | None = None
    responsible: int | None = None
    state: str = ""


@dataclass
class Counts:
    """What an export holds."""

    homes: int = 0
    people: int = 0
    ids: list[str] = field(default_factory=list)


def export_register(
    *,
    by: User | None,
    wanted: Wanted,
    target: Any,
    clear: bool = False,
    reason: str = "",
    progress: Progress | None = None,
) -> Counts:
    """Write the workbook to ``target`` (a path or a binary stream). ``clear``: whole numbers; the caller has checked the right to it.

    Refused: ``ground.reason_missing`` for whole numbers without a reason.
    """
    if clear and len(reason.strip()) < 2:
        raise Refusal("ground.reason_missing", "Please say what you need the whole number for.")
    place = wanted.neighbourhood
    with transaction.atomic():
        record(
            acts.EXPORTED,
            by=by,
            subject=("place", wanted.estate or place.pk),
            neighbourhood=place.pk,
            data={"clear": clear, "state": wanted.state, "responsible": wanted.responsible},
            detail=reason.strip() or None,
        )
    return _Export(wanted, target, clear, progress or (lambda done, total: None)).write()


class _Export:
    """One workbook on its way."""

    def __init__(self, wanted: Wanted, target: Any, clear: bool, progress: Progress) -> None:
        self.wanted, self.clear, self.progress = wanted, clear, progress
        self.language = get_language() or "zh-hans"
        self.showing = Showing(self.language, clear)
        self.checker = Checker(wanted.neighbourhood.pk)
        self.addresses = Addresses(wanted.neighbourhood.pk)
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book = xlsxwriter.Workbook(target, options)
        self.styles = {
            "text": self.book.add_format({"num_format": "@"}),
            "quoted": self.book.add_format({"num_format": "@", "quote_prefix": True}),
            "locked": self.book.add_format({"num_format": "@", "bg_color": "#E6E9E8", "font_color": "#6A7370"}),
            "head": self.book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        }
        self.counts = Counts()
        self.names: set[str] = set()

    def write(self) -> Counts:
        """Every estate that is wanted, then the list of what was exported."""
        homes = board.load(self.wanted.neighbourhood, own=self.wanted.places)
        self.who = {pk: mandate.holder_name for pk, mandate in homes.mandates.items()}
        chosen = [(estate, self._doors(estate)) for estate in homes.estates]
        total, done = sum(len(doors) for _estate, doors in chosen), 0
        for estate, doors in chosen:
            if not doors:
                continue
            page = self._sheet(estate.place.name)
            row = 1
            for start in range(0, len(doors), _AT_ONCE):
                row = self._homes(page, row, doors[start : start + _AT_ONCE])
                done += len(doors[start : start + _AT_ONCE])
                self.progress(done, total)
            page.autofilter(0, 0, max(row - 1, 1), len(_KEYS) - 1)
        if not self.names:
            self._sheet(self.wanted.neighbourhood.name)
        self._manifest()
        self.book.close()
        return self.counts

    def _doors(self, estate: board.Estate) -> list[board.Door]:
        want = self.wanted
        if want.estate is not None and estate.place.pk != want.estate:
            return []
        found = [
            door
            for door in estate.doors
            if door.url
            and (want.responsible is None or door.responsible == want.responsible)
            and (not want.state or door.state == want.state)
        ]
        self.counts.homes += len(found)
        return found

    def _sheet(self, name: str) -> Any:
        cleaned = "".join(char for char in name if char not in "[]:*?/\\'")[:28].strip() or _("Register")
        unique, turn = cleaned, 2
        while unique.lower() in self.names:
            unique, turn = f"{cleaned[:26]} {turn}", turn + 1
        self.names.add(unique.lower())
        page = self.book.add_worksheet(unique)
        for column, key in enumerate(_KEYS):
            style = self.styles["locked" if key in ("dwelling", "person", "check") else "text"]
            page.set_column(column, column, _WIDTH.get(key, 11), style, {"hidden": key == "check"})
            page.write_string(0, column, head(key, self.language), self.styles["head"])
        self._guard(page)
        page.freeze_panes(1, 2)
        return page

    def _guard(self, page: Any) -> None:
        """Excel asks back before an id is typed over, and offers the words that are read back; rows can still be deleted and sorted."""
        for key in ("dwelling", "person", "check"):
            at = _KEYS.index(key)
            page.data_validation(
                1,
                at,
                100_000,
                at,
                {
                    "validate": "custom",
                    "value": "=FALSE",
                    "error_type": "stop",
                    "error_message": _("This id says whose row it is. Leave it as it is; leave it empty in a new row."),
                },
            )
        for key in ("state", "sex", "rel", "presence"):
            at, first = _KEYS.index(key), self.language.startswith("zh")
            source = [both[0 if first else 1] for both in tables()[key].values()]
            page.data_validation(1, at, 100_000, at, {"validate": "list", "source": source, "error_type": "warning"})

    def _homes(self, page: Any, row: int, doors: Sequence[board.Door]) -> int:
        shown = self.showing.homes([door.id for door in doors])
        for door in doors:
            for one in shown[door.id] or [Shown(door.id, None)]:
                one.texts["state"] = tables()["state"].get(door.state, ("", ""))[
                    0 if self.language.startswith("zh") else 1
                ]
                texts = {
                    **self.addresses.of(door.id),
                    **one.texts,
                    "dwelling": str(door.id),
                    "person": str(one.person or ""),
                    "who": self.who.get(door.responsible or 0, ""),
                    "check": self.checker.line(one, clear=self.clear),
                }
                self._row(page, row, texts)
                row += 1
                self.counts.people += one.person is not None
                self.counts.ids.append(f"{one.person or '-'} {door.id}")
        return row

    def _row(self, page: Any, row: int, texts: dict[str, str]) -> None:
        for column, key in enumerate(_KEYS):
            text = texts.get(key, "")
            if key in ("dwelling", "person", "check"):
                page.write_string(row, column, text, self.styles["locked"])
            elif text:
                page.write_string(row, column, text, quoting(text, self.styles["text"], self.styles["quoted"]))

    def _manifest(self) -> None:
        """The list of what was exported, on a sheet that Excel does not offer to show: a row that is gone later was taken out by hand."""
        told = {
            "format": "linli-register",
            "version": VERSION,
            "export": str(uuid7()),
            "neighbourhood": self.wanted.neighbourhood.pk,
            "clear": self.clear,
            "at": timezone.now().isoformat(),
            "shown": moment(timezone.now(), "full"),
        }
        lines = [json.dumps(told, sort_keys=True), *self.counts.ids]
        page = self.book.add_worksheet(MANIFEST)
        for row, line in enumerate([self.checker.seal(lines), *lines]):
            page.write_string(row, 0, line)
        page.very_hidden()
