"""``linli export-register FILE``: the register as a workbook that can be edited and imported back by id."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from linli.ground.models import Place
from linli.ground.scope import scoped
from linli.ground.verbs import Verb
from linli.register.export import Wanted, export_register
from linli.ui.squares import STATES


class Command(Verb):
    help = (
        "Write the register of a neighbourhood to an Excel file; numbers are masked unless --show-numbers (journaled)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the .xlsx to write")
        parser.add_argument("--neighbourhood", type=int, metavar="ID", help="needed if there is more than one")
        parser.add_argument("--estate", metavar="NAME", help="one estate only")
        parser.add_argument("--state", choices=sorted(STATES), help="homes of this state only")
        parser.add_argument("--show-numbers", action="store_true", help="whole numbers; journaled with --reason")
        parser.add_argument("--reason", default="", help="what the whole numbers are needed for")
        super().add_arguments(parser)

    def _work(self, options: dict[str, Any]) -> None:
        place = _place(options["neighbourhood"])
        estate = _estate(place, options["estate"])
        path = Path(options["file"])
        wanted = Wanted(place, [place], estate.pk if estate else None, None, options["state"] or "")
        part = path.with_name(path.name + ".part")
        with scoped(neighbourhood_ids={place.pk}, reason="cli:export-register"):
            try:
                with part.open("wb") as target:
                    os.chmod(part, 0o600)
                    counts = export_register(
                        by=None, wanted=wanted, target=target, clear=options["show_numbers"], reason=options["reason"]
                    )
                part.replace(path)
            except OSError as failed:
                raise CommandError(_("The file %(name)s cannot be written.") % {"name": path.name}) from failed
            finally:
                part.unlink(missing_ok=True)
        self.stdout.write(
            _("%(people)s people in %(homes)s homes: %(name)s")
            % {"people": counts.people, "homes": counts.homes, "name": path.name}
        )


def _place(pk: int | None) -> Place:
    rows = Place.objects.filter(kind__code="neighbourhood")
    found = list(rows.filter(pk=pk) if pk is not None else rows[:2])
    if len(found) != 1:
        raise CommandError(_("Say which neighbourhood it is (--neighbourhood)."))
    return found[0]


def _estate(place: Place, name: str | None) -> Place | None:
    if not name:
        return None
    found = Place.objects.filter(neighbourhood=place, kind__code="estate", name=name, until__isnull=True).first()
    if found is None:
        raise CommandError(_("There is no estate %(name)s.") % {"name": name})
    return found
