"""``linli import-tenants FILE``: read a property company's list of tenants; say what is in it, or compare it with the register."""

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
from linli.tenancies import words
from linli.tenancies.actions.lists import take_list
from linli.tenancies.reading import as_json, read_tenants


class Command(Verb):
    help = "Read a property company's list of tenants (xlsx, xls, ods, csv) and compare it with the register."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--dry-run", action="store_true", help="change nothing; needs no data folder")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--neighbourhood", type=int, metavar="ID")
        parser.add_argument("--place", type=int, metavar="ID", help="the estate or building that the list speaks about")
        parser.add_argument("--company", default="", help="whose list it is")
        super().add_arguments(parser)

    def _work(self, options: dict[str, Any]) -> None:
        path = Path(options["file"])
        try:
            data = path.read_bytes()
        except OSError as missing:
            raise CommandError(_("The file %(name)s cannot be opened.") % {"name": path.name}) from missing
        if options["dry_run"]:
            self._print(as_json(read_tenants(data, path.name, today=timezone.localdate())), options)
            return
        if not installed():
            raise CommandError(_("There is no installation here yet. Begin with linli serve, or look with --dry-run."))
        home = Place.objects.filter(pk=options["neighbourhood"] or 0, kind__code="neighbourhood").first()
        if home is None:
            raise CommandError(_("Say for which neighbourhood (--neighbourhood), or --dry-run."))
        place = home if options["place"] is None else Place.objects.filter(pk=options["place"]).first()
        if place is None:
            raise CommandError(_("There is no place %(id)s.") % {"id": options["place"]})
        with scoped(neighbourhood_ids={home.pk}, reason="cli:import-tenants"):
            taken = take_list(
                by=None, neighbourhood=home, place=place, data=data, filename=path.name, by_name=options["company"]
            )
        self._print({"list": str(taken.pk), "totals": {"rows": taken.rows_total, **taken.counts}}, options)

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
