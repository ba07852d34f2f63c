"""``linli import-manifest FILE``: read a passenger list, compare it with the register, say what is in it, or take it in."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.ground.bodies_source import installed
from linli.ground.models import Place
from linli.ground.scope import scoped
from linli.ground.verbs import Verb
from linli.journal.record import record
from linli.journeys import acts
from linli.journeys.actions.manifests import begin_list, take_rows
from linli.journeys.manifest_people import Passenger
from linli.journeys.manifest_reading import Manifest, read_manifest
from linli.journeys.manifest_report import as_json
from linli.journeys.manifest_words import problem_said
from linli.journeys.matching import Matched, match_with_register, unmatched
from linli.procedures.manifest_register import Row, match_with_file, rows_of
from linli.register.models import ImportRun

Found = tuple[list[Matched], dict[Hashable, Row]]


class Command(Verb):
    help = "Read a passenger list (xlsx, xls, ods, csv), compare it with the register and take it in, or only say what is in it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the passenger list")
        parser.add_argument("--dry-run", action="store_true", help="change nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument(
            "--show-numbers", action="store_true", help="whole document numbers and telephones; journaled"
        )
        parser.add_argument(
            "--neighbourhood", type=int, metavar="ID", help="whose register; may be left out where there is one"
        )
        parser.add_argument(
            "--register", metavar="FILE", help="with --dry-run: compare with this register file; needs no data folder"
        )
        parser.add_argument("--district", default="", help="with --register: the district of the estates, 长宁区")
        parser.add_argument(
            "--day", type=date.fromisoformat, metavar="DATE", help="day of landing, where the list does not say it"
        )
        super().add_arguments(parser)

    def _work(self, options: dict[str, Any]) -> None:
        path = Path(options["file"])
        data = _bytes(path)
        manifest = read_manifest(data, today=options["day"] or timezone.localdate(), filename=path.name)
        if options["show_numbers"]:
            self._journal(len(manifest.people))
        if options["dry_run"]:
            self._print(manifest, *self._compared(manifest.on_board, options), options, taken=None)
            return
        if options["register"]:
            raise CommandError(_("A list is taken in beside the register that is here. Use --register with --dry-run."))
        place = _neighbourhood(options["neighbourhood"])
        if place is None:
            raise CommandError(_("Say for which neighbourhood (--neighbourhood), or --dry-run."))
        with scoped(neighbourhood_ids={place.pk}, reason="cli:import-manifest"):
            found = match_with_register(place, manifest.on_board)
            taking = begin_list(
                by=None, neighbourhood=place, data=data, name=path.name, manifest=manifest, day=options["day"]
            )
            while not taking.done:
                taking = take_rows(by=None, taking=taking, matched=found)
            rows = _rows(found)
        self._print(manifest, found, rows, options, taken=taking.as_json())

    def _compared(self, people: Sequence[Passenger], options: dict[str, Any]) -> Found:
        """Beside a register file, or the register that is here; beside nothing where there is neither, and that is said."""
        if options["register"]:
            path = Path(options["register"])
            today = options["day"] or timezone.localdate()
            return match_with_file(people, _bytes(path), path.name, today=today, district=options["district"])
        place = _neighbourhood(options["neighbourhood"]) if installed() else None
        if place is None:
            self.stderr.write(
                _("There is no register here to compare with: name a neighbourhood, or a file with --register.")
            )
            return unmatched(people), {}
        with scoped(neighbourhood_ids={place.pk}, reason="cli:import-manifest"):
            found = match_with_register(place, people)
            return found, _rows(found)

    def _journal(self, rows: int) -> None:
        """Whole numbers on a screen are an act. Where there is no installation there is no journal, and that is said."""
        if installed():
            record(acts.NUMBERS_SHOWN, by=None, data={"rows": rows, "by": "command line"})
        else:
            self.stderr.write(
                _("There is no data folder here, so no journal could note that whole numbers were shown.")
            )

    def _print(
        self,
        manifest: Manifest,
        found: Sequence[Matched],
        rows: dict[Hashable, Row],
        options: dict[str, Any],
        taken: Any,
    ) -> None:
        answer = as_json(manifest, found, rows, show=options["show_numbers"])
        if taken is not None:
            answer["taken"] = taken
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for one in manifest.problems:
            self.stdout.write(f"{one.sheet or ''} {one.cell}  {problem_said(one.kind)}".strip())
        for one in (*answer["match"], *answer["ask"]):
            where = " ".join(str(part) for part in one["register"] or () if part is not None)
            self.stdout.write(f"{one['row']:>5}  {one['name']}  {where}  {one['why']}")
        self.stdout.write(
            _("%(passengers)s passengers, %(crew)s crew; %(match)s of ours, %(ask)s to ask, %(unmatched)s not ours.")
            % answer["totals"]
        )


def _rows(found: Sequence[Matched]) -> dict[Hashable, Row]:
    people = {one.resident for matched in found for one in matched.finding.candidates}
    return rows_of([pk for pk in people if isinstance(pk, UUID)])


def _neighbourhood(pk: int | None) -> Place | None:
    """The one named; else the only one, or the only one that has taken a register in."""
    places = Place.objects.filter(kind__code="neighbourhood", until__isnull=True)
    if pk is not None:
        found: Place | None = places.filter(pk=pk).first()
        if found is None:
            raise CommandError(_("There is no neighbourhood %(id)s.") % {"id": pk})
        return found
    here = list(places)
    if len(here) > 1:
        here = [place for place in here if _has_register(place)]
    return here[0] if len(here) == 1 else None


def _has_register(place: Place) -> bool:
    with scoped(neighbourhood_ids={place.pk}, reason="cli:import-manifest"):
        return bool(ImportRun.objects.filter(neighbourhood=place, state=ImportRun.State.DONE).exists())


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as missing:
        raise CommandError(_("The file %(name)s cannot be opened.") % {"name": path.name}) from missing
