"""``linli import-bodies FILE``: read a list of bodies, say what it would change, and (without ``--dry-run``) take it in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from linli.ground.actions.bodies_import import import_bodies
from linli.ground.bodies_list import as_json, totals
from linli.ground.bodies_read import lines
from linli.ground.bodies_source import blank_reader, installed, only_root, reader
from linli.ground.models import Place
from linli.ground.verbs import Verb


class Command(Verb):
    help = "Read a list of bodies (xlsx, xls, ods, csv) and take it in, or only say what is in it (--dry-run)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the list: name, kind, parent, place, contact person, duty telephone, number")
        parser.add_argument("--dry-run", action="store_true", help="change nothing; needs no data folder")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--place", type=int, metavar="ID", help="the subdistrict or neighbourhood of the bodies")
        super().add_arguments(parser)

    def _work(self, options: dict[str, Any]) -> None:
        path = Path(options["file"])
        try:
            rows = lines(path.read_bytes(), path.name)
        except OSError as missing:
            raise CommandError(_("The file %(name)s cannot be opened.") % {"name": path.name}) from missing
        root = self._root(options["place"]) if installed() else None
        if root is None and not options["dry_run"]:
            raise CommandError(_("Say which subdistrict or neighbourhood the bodies belong to (--place)."))
        entries = (reader(root) if root is not None else blank_reader()).read(rows)
        answer = as_json(entries)
        counts = totals(entries)
        if root is not None and not options["dry_run"]:
            import_bodies(by=None, entries=entries, root=root)
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for problem in answer["problems"]:
            where = f"{problem['sheet']}!{problem['cell']}" if problem["sheet"] else problem["cell"]
            self.stdout.write(f"{where}  {problem['kind']}  {problem['value']}  {problem['other']}".rstrip())
        said = _("%(new)s new, %(changed)s changed, %(same)s the same, %(left_out)s left out, of %(rows)s rows.")
        self.stdout.write(said % counts)

    def _root(self, pk: int | None) -> Place | None:
        if pk is None:
            return only_root()
        found = Place.objects.filter(pk=pk, kind__code__in=("subdistrict", "town", "neighbourhood")).first()
        if found is None:
            raise CommandError(_("There is no subdistrict or neighbourhood %(id)s.") % {"id": pk})
        return found
