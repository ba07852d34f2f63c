"""``linli import-returnees FILE``: read a list of names from above; say what is in it, or keep its rows for decision."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.ground.bodies_source import installed
from linli.ground.models import Place
from linli.ground.scope import scoped
from linli.ground.verbs import Verb
from linli.returnees import words
from linli.returnees.actions.lists import take_list
from linli.returnees.models import ArrivalRow
from linli.returnees.reading import as_json, read_list


class Command(Verb):
    help = "Read a list of people expected (xlsx, xls, ods, csv) and keep its rows for a person to decide on."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--dry-run", action="store_true", help="change nothing; needs no data folder")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--neighbourhood", type=int, metavar="ID")
        super().add_arguments(parser)

    def _work(self, options: dict[str, Any]) -> None:
        path = Path(options["file"])
        try:
            data = path.read_bytes()
        except OSError as missing:
            raise CommandError(_("The file %(name)s cannot be opened.") % {"name": path.name}) from missing
        if options["dry_run"]:
            found = as_json(read_list(data, path.name, today=timezone.localdate()))
            self._print(found, options)
            return
        if not installed():
            raise CommandError(_("There is no installation here yet. Begin with linli serve, or look with --dry-run."))
        place = Place.objects.filter(pk=options["neighbourhood"] or 0, kind__code="neighbourhood").first()
        if place is None:
            raise CommandError(_("Say for which neighbourhood (--neighbourhood), or --dry-run."))
        with scoped(neighbourhood_ids={place.pk}, reason="cli:import-returnees"):
            taken = take_list(by=None, neighbourhood=place, data=data, filename=path.name)
            waiting = ArrivalRow.objects.filter(list=taken, decision=ArrivalRow.Decision.WAITING).count()
        self._print({"list": str(taken.pk), "totals": {"rows": taken.rows_total, "waiting": waiting}}, options)

    def _print(self, found: dict[str, Any], options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        for one in found.get("rows", []):
            for problem in one["problems"]:
                self.stdout.write(
                    f"{one['sheet'] or ''} {problem['cell']}: {words.PROBLEMS.get(problem['code'], problem['code'])}"
                )
        self.stdout.write(_("%(rows)s rows in the list.") % {"rows": found["totals"]["rows"]})
