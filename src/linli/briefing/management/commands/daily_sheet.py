"""``linli daily-sheet``: print the daily sheet of a place, or write it as a spreadsheet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from linli.briefing import sheet_lines, sheet_table, sheets
from linli.briefing.actions.making import make_due
from linli.briefing.naming import Names
from linli.briefing.streets import streets
from linli.ground.models import Place
from linli.ground.verbs import Verb
from linli.ui.words import listed, moment


class Command(Verb):
    help = "Print the daily sheet of a neighbourhood or subdistrict, with what is late by name."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--place", type=int, metavar="ID", help="a neighbourhood or a subdistrict")
        parser.add_argument("--day", metavar="YYYY-MM-DD", help="the last there is, unless said")
        parser.add_argument(
            "--version", type=int, dest="sheet_version", metavar="N", help="the one that holds, unless said"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object: codes, ids and quantities")
        parser.add_argument("--to", metavar="FILE.xlsx", help="write a spreadsheet")
        super().add_arguments(parser)

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Django's own ``--version`` gives way to that of a sheet."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def _work(self, options: dict[str, Any]) -> None:
        make_due(timezone.now())
        place = self._place(options["place"])
        try:
            day = parse_date(options["day"] or "")
        except ValueError:
            day = None
        if options["day"] and day is None:
            raise CommandError(_("Say the day as 2026-03-13."))
        found = sheets.shown(place, day, options["sheet_version"])
        if found is None:
            raise CommandError(_("There is no sheet of %(place)s yet.") % {"place": place.name})
        names = Names([found.numbers])
        sections = sheet_lines.sections(found.sheet, found.numbers, found.before, names, lambda _figure: "")
        if options["to"]:
            Path(options["to"]).write_bytes(sheet_table.workbook(found.sheet, sections))
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(found), ensure_ascii=False))
        elif not options["to"]:
            self._print(found, sections)

    def _place(self, pk: int | None) -> Place:
        every = [place for street in streets() for place in street.places]
        if pk is None and len([place for place in every if place.neighbourhood_id]) == 1:
            return next(place for place in every if place.neighbourhood_id)
        found = next((place for place in every if place.pk == pk), None)
        if found is None:
            listing = listed(f"{place.pk} {place.name}" for place in every)
            raise CommandError(_("Say which place with --place: %(places)s.") % {"places": listing})
        return found

    def _print(self, found: sheets.Shown, sections: list[sheet_lines.Section]) -> None:
        sheet = found.sheet
        self.stdout.write(f"{sheet.place.name} · {moment(sheet.as_of, 'full')} · v{sheet.version}")
        for section in sections:
            self.stdout.write(f"\n{section.title}")
            for line in section.lines:
                more = " · ".join(part for part in (line.parts, line.difference, listed(line.named)) if part)
                unit = f" {line.figure.unit}" if line.count.of else ""
                self.stdout.write(f"  {line.name}  {line.text}{unit}{'  ' + more if more else ''}")


def _as_json(found: sheets.Shown) -> dict[str, Any]:
    sheet = found.sheet
    return {
        "place": sheet.place_id,
        "day": sheet.day.isoformat(),
        "version": sheet.version,
        "as_of": sheet.as_of.isoformat(),
        "totals": {code: found.numbers.of(code).as_json() for code in found.numbers.cells},
        **found.numbers.as_json(),
    }
