"""``linli import-register FILE``: read an office's register, say what is in it, and (with ``--neighbourhood``) take it in."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.ground.models import Place
from linli.ground.scope import scoped
from linli.ground.verbs import Verb
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.register import acts, own_words
from linli.register.actions.apply import apply_step, begin_apply
from linli.register.actions.changes import choose_changes
from linli.register.actions.choose import answer_question
from linli.register.actions.read import read_run
from linli.register.actions.start import start_import
from linli.register.comparing import Comparison
from linli.register.interpret.interpretation import Answer, interpret
from linli.register.interpret.model import Interpretation
from linli.register.interpret.report import as_json, read_answers
from linli.register.models import ImportChange, ImportQuestion, ImportRun
from linli.register.models_words import OwnWord
from linli.register.queries import change_outcomes, sentence_of, verdict_counts
from linli.register.reading.files import check_size
from linli.register.telling import changes_json, compare_with, likely_neighbourhood


class Command(Verb):
    help = "Read a household register (xlsx, csv, tsv) and take it in, or only say what is in it (--dry-run)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the register: .xlsx, .csv or .tsv")
        parser.add_argument("--dry-run", action="store_true", help="change nothing; needs no data folder")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument(
            "--answers", metavar="FILE", help='[{"rows": [[sheet, row], [sheet, row]], "answer": "same"}]'
        )
        parser.add_argument("--show-numbers", action="store_true", help="whole identity numbers and phones; journaled")
        kinds = "KIND,KIND"
        parser.add_argument(
            "--take", metavar=kinds, help="take these kinds of changes (all: every one), whatever the default"
        )
        parser.add_argument("--leave", metavar=kinds, help="leave these kinds of changes (all: every one)")
        parser.add_argument("--neighbourhood", type=int, metavar="ID", help="the neighbourhood to take it into")
        super().add_arguments(parser)

    def _work(self, options: dict[str, Any]) -> None:
        path = Path(options["file"])
        data = _bytes(path)
        answers = read_answers(_text(Path(options["answers"]))) if options["answers"] else ()
        if options["dry_run"]:
            known = own_words.of(options["neighbourhood"]) if _installed() else frozenset()
            result = interpret(data, path.name, today=timezone.localdate(), answers=answers, own_words=known)
            if options["show_numbers"]:
                self._journal_numbers(len(result.rows))
            self._print(result, self._compared(result, options), options)
            return
        if options["neighbourhood"] is None:
            raise CommandError(_("Say which neighbourhood the register belongs to (--neighbourhood), or --dry-run."))
        self._import(data, path.name, answers, options)

    def _journal_numbers(self, rows: int) -> None:
        """Whole numbers on a screen are an act. Where there is no installation there is no journal, and that is said."""
        if not _installed():
            self.stderr.write(
                _("There is no data folder here, so no journal could note that whole numbers were shown.")
            )
            return
        record(acts.NUMBERS_SHOWN, by=None, data={"rows": rows, "by": "command line"})

    def _compared(self, result: Interpretation, options: dict[str, Any]) -> Comparison | None:
        """Compared with the register, where there is one: of the neighbourhood that was named, else of the one the file is about."""
        if not _installed():
            return None
        named = options["neighbourhood"]
        place = _neighbourhood(named) if named is not None else likely_neighbourhood(result)
        return compare_with(place, result) if place is not None else None

    def _print(self, result: Interpretation, compared: Comparison | None, options: dict[str, Any]) -> None:
        if options["json"]:
            whole = as_json(result, show_numbers=options["show_numbers"])
            whole["changes"] = changes_json(compared, show=options["show_numbers"]) if compared is not None else []
            self.stdout.write(json.dumps(whole, ensure_ascii=False, default=str))
            return
        totals = result.totals
        self.stdout.write(
            _("%(persons)s persons in %(dwellings)s homes; %(permits)s to hold a permit.")
            % {
                "persons": totals["persons"],
                "dwellings": totals["dwellings"],
                "permits": totals["residents_to_hold_permits"],
            }
        )
        kinds: dict[str, int] = {}
        for problem in result.problems:
            kinds[problem.kind] = kinds.get(problem.kind, 0) + 1
        for kind, count in sorted(kinds.items(), key=lambda entry: -entry[1]):
            self.stdout.write(f"{count:>7,}  {kind}")
        self.stdout.write(_("%(count)s questions whether two rows are one person.") % {"count": len(result.ask)})
        if compared is not None:
            self._print_changes(Counter(change.kind for change in compared.changes))

    def _print_changes(self, kinds: Counter[str]) -> None:
        self.stdout.write(_("%(count)s changes against the register.") % {"count": kinds.total()})
        for kind, count in kinds.most_common():
            self.stdout.write(f"{count:>7,}  {kind}")

    def _import(self, data: bytes, name: str, answers: tuple[Answer, ...], options: dict[str, Any]) -> None:
        place = _neighbourhood(options["neighbourhood"])
        with scoped(neighbourhood_ids={place.pk}, reason="cli:import-register"):
            run = start_import(by=None, neighbourhood=place, content=data, name=name)
            if run.state != ImportRun.State.APPLYING:
                run = self._read(run)
                if run.state == ImportRun.State.BROKEN:
                    raise CommandError(sentence_of(run))
                _answer(run, answers)
                _choose(run, options["take"], taken=True)
                _choose(run, options["leave"], taken=False)
                run = begin_apply(by=None, run=run)
            while run.state == ImportRun.State.APPLYING:
                run = apply_step(by=None, run=run, seconds=60.0)
            counts, outcomes = verdict_counts(run), change_outcomes(run)
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {
                        "run": str(run.pk),
                        "totals": run.totals,
                        "rows": counts,
                        "changes": outcomes,
                        "slowest_ms": run.slowest_ms,
                    }
                )
            )
            return
        self.stdout.write(
            _("%(new)s rows added, %(same)s unchanged; %(taken)s changes taken, %(left)s left.")
            % {
                "new": counts.get("new", 0) + counts.get("listed", 0),
                "same": counts.get("same", 0),
                "taken": sum(one.get("applied", 0) + one.get("already", 0) for one in outcomes.values()),
                "left": sum(one.get("left", 0) + one.get("lost", 0) for one in outcomes.values()),
            }
        )

    def _read(self, run: ImportRun) -> ImportRun:
        """Read the file; if another reader is at it (or died at it), wait until it is done or its time is over."""
        run = read_run(by=None, run=run)
        if run.state == ImportRun.State.READING:
            self.stderr.write(_("Somebody else is reading this file; waiting."))
        while run.state == ImportRun.State.READING:
            time.sleep(0.5)
            run = read_run(by=None, run=run)
        return run


def _choose(run: ImportRun, kinds: str | None, *, taken: bool) -> None:
    if kinds:
        wanted = None if kinds == "all" else [kind.strip() for kind in kinds.split(",")]
        choose_changes(by=None, run=run, taken=taken, kinds=wanted)


def _neighbourhood(pk: int) -> Place:
    place: Place | None = Place.objects.filter(pk=pk, kind__code="neighbourhood").first()
    if place is None:
        raise CommandError(_("There is no neighbourhood %(id)s.") % {"id": pk})
    return place


def _bytes(path: Path) -> bytes:
    try:
        check_size(path.stat().st_size)
        return path.read_bytes()
    except OSError as missing:
        raise CommandError(_("The file %(name)s cannot be opened.") % {"name": path.name}) from missing


def _text(path: Path) -> str:
    return _bytes(path).decode("utf-8-sig", "replace")


def _installed() -> bool:
    """Whether there is a database with its tables; a dry run must not make one."""
    name = settings.DATABASES["default"]["NAME"]
    if connection.vendor == "sqlite" and not str(name).startswith("file:") and not Path(str(name)).exists():
        return False
    try:
        tables = set(connection.introspection.table_names())
    except DatabaseError:
        return False
    if "journal_entry" in tables and not {ImportChange._meta.db_table, OwnWord._meta.db_table} <= tables:
        raise CommandError(_("The database is not at this version of the program. Run: linli upgrade"))
    return "journal_entry" in tables


def _answer(run: ImportRun, answers: tuple[Answer, ...]) -> None:
    """Give the answers of the file to the questions of the run."""
    open_ = {
        frozenset(((question.one.sheet, question.one.row), (question.other.sheet, question.other.row))): question
        for question in ImportQuestion.objects.filter(run=run).select_related("one", "other", "run")
    }
    for one, other, answer in answers:
        question = open_.get(frozenset(((one[0] or "", one[1]), (other[0] or "", other[1]))))
        if question is None:
            raise Refusal(
                "import.answer_unknown",
                "An answer names two rows that no question was asked about: %(rows)s.",
                rows=f"{one}, {other}",
            )
        answer_question(by=None, question=question, answer=answer)
