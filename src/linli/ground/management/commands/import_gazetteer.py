"""``linli import-gazetteer FILE …``: load official lists of divisions, the oldest day first; nothing is ever lost."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from linli.ground.actions.place_lists import Outcome, load_list, preview_list, stage_list
from linli.ground.bodies_source import installed
from linli.ground.gazetteer.dates import as_of
from linli.ground.gazetteer.planning import Answers
from linli.ground.gazetteer.reading import read_list
from linli.ground.gazetteer.report import as_text, parts, read_answers
from linli.ground.gazetteer.words import BAD_WORDS
from linli.ground.verbs import Verb
from linli.journal import new_database


class Command(Verb):
    help = "Load official lists of divisions (csv, txt, xlsx, xls, ods, json): streets, residents' and villagers' committees."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="a list; several are loaded by their day")
        parser.add_argument("--as-of", default="", help="the day of the list (2019-12-31) or its year")
        parser.add_argument("--dry-run", action="store_true", help="change nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--answers", metavar="FILE", help='[{"was": code, "now": code, "answer": "same"}]')
        super().add_arguments(parser)

    def _work(self, options: dict[str, Any]) -> None:
        answers = (
            read_answers(_bytes(Path(options["answers"])).decode("utf-8-sig", "replace"))
            if options["answers"]
            else None
        )
        lists = []
        for name in options["files"]:
            path = Path(name)
            content = _bytes(path)
            reading = read_list(content, path.name)
            day = as_of(f"{path.name} {reading.year_hint}", said=options["as_of"], folder=str(path.parent))
            lists.append((day, min(len(code) for code in reading.rows), path.name, content, reading))
        lists.sort(key=lambda one: one[:3])
        here = installed()
        if not here and options["dry_run"] and len(lists) > 1:
            raise CommandError(
                _("There is no installation here yet: look at one list at a time, or run linli upgrade.")
            )
        if not here and not options["dry_run"]:
            new_database.migrate()  # a new folder, as linli upgrade begins it
        found = []
        with transaction.atomic() if options["dry_run"] and len(lists) > 1 else nullcontext():
            for day, _level, name, content, reading in lists:
                if options["dry_run"] and len(lists) == 1:
                    outcome: Outcome | None = preview_list(reading, day=day, answers=answers, blank=not here)
                else:
                    outcome = self._load(name, content, reading, day, answers)
                if outcome is None:  # only a loading with a time limit stops early
                    raise CommandError(_("The list was not loaded to its end."))
                found.append(parts(outcome, name, applied=not options["dry_run"]))
            if options["dry_run"] and len(lists) > 1:
                transaction.set_rollback(True)
        self._print(found, options["json"])

    def _load(self, name: str, content: bytes, reading: Any, day: Any, answers: Answers | None) -> Outcome | None:
        row = stage_list(by=None, name=name, content=content, day=day, keep=False)
        return load_list(by=None, row=row, reading=reading, answers=answers)

    def _print(self, found: list[dict[str, Any]], as_one: bool) -> None:
        if as_one:
            self._print_json(found)
            return
        for one in found:
            self.stdout.write(f"{one['file']} · {one['as_of']}")
            words = {
                "rows": _("rows"), "kept": _("unchanged"), "respelled": _("written otherwise"), "named": _("named"),
                "renamed": _("renamed"), "recoded": _("with a new code"), "moved": _("moved to another street"),
                "resumed": _("there again"), "added": _("new"), "joined": _("joined with a neighbourhood that runs here"),
                "ended": _("no longer listed"), "held": _("waiting for an answer"), "doubtful": _("doubtful"), "bad": _("bad rows"),
            }  # fmt: skip
            for kind, word in words.items():
                if one["counts"].get(kind):
                    self.stdout.write(f"{one['counts'][kind]:>9,}  {word}")
            for bad in one["bad"]:
                where = f"{bad['sheet']}!{bad['row']}" if bad["sheet"] else str(bad["row"])
                word = BAD_WORDS.get(bad["problem"], bad["problem"])
                self.stdout.write(f"! {where}: {word} {bad['value']}".rstrip())
            for doubt in one["doubtful"]:
                was, now = doubt["was"], doubt["now"]
                self.stdout.write(f"? {doubt['kind']}: {was['code']} {was['name']} → {now['code']} {now['name']}")

    def _print_json(self, found: list[dict[str, Any]]) -> None:
        """Piece by piece: one object, or ``lists`` of them."""
        if len(found) > 1:
            self.stdout.write('{"lists": [', ending="")
        for number, one in enumerate(found):
            self.stdout.write(", " if number else "", ending="")
            for piece in as_text(one):
                self.stdout.write(piece, ending="")
        self.stdout.write("]}" if len(found) > 1 else "")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as missing:
        raise CommandError(_("The file %(name)s cannot be opened.") % {"name": path.name}) from missing
