"""``linli import-volunteers FILE``: read an office's list of volunteers; say what is in it, or take it in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.duties import acts
from linli.duties.actions.volunteer_lists import Choices, take_list
from linli.duties.volunteer_words import problem_sentence
from linli.duties.volunteers.reading import VolunteerList, read_volunteers
from linli.duties.volunteers.report import as_json
from linli.ground.bodies_source import installed
from linli.ground.models import Body, Place
from linli.ground.scope import scoped
from linli.ground.verbs import Verb
from linli.journal.record import record


class Command(Verb):
    help = "Read a list of volunteers (xlsx, xls, ods, csv) and take it in, or only say what is in it (--dry-run)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--dry-run", action="store_true", help="change nothing; needs no data folder")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--show-numbers", action="store_true", help="whole telephone numbers; journaled")
        parser.add_argument("--show-roles", action="store_true", help="roles, party membership among them; journaled")
        parser.add_argument("--neighbourhood", type=int, metavar="ID")
        parser.add_argument("--home", type=int, metavar="ID", help="the body that lends the staff of the list")
        parser.add_argument(
            "--body",
            action="append",
            default=[],
            metavar="ROLE=ID",
            help="who has this role becomes a member of a body",
        )
        super().add_arguments(parser)

    def _work(self, options: dict[str, Any]) -> None:
        path = Path(options["file"])
        try:
            data = path.read_bytes()
        except OSError as missing:
            raise CommandError(_("The file %(name)s cannot be opened.") % {"name": path.name}) from missing
        found = read_volunteers(data, today=timezone.localdate())
        for act in (acts.NUMBERS_SHOWN,) * options["show_numbers"] + (acts.ROLES_SHOWN,) * options["show_roles"]:
            self._journal(act, len(found.people))
        if options["dry_run"]:
            self._print(found, None, options)
            return
        if not installed():
            raise CommandError(_("There is no installation here yet. Begin with linli serve, or look with --dry-run."))
        place = Place.objects.filter(pk=options["neighbourhood"] or 0, kind__code="neighbourhood").first()
        if place is None:
            raise CommandError(_("Say for which neighbourhood (--neighbourhood), or --dry-run."))
        choices = Choices(home=_body(options["home"]), bodies=dict(_role(word) for word in options["body"]))
        with scoped(neighbourhood_ids={place.pk}, reason="cli:import-volunteers"):
            taken = take_list(by=None, neighbourhood=place, found=found, choices=choices)
        self._print(found, taken.as_json(), options)

    def _journal(self, act: str, rows: int) -> None:
        """Whole numbers and roles on a screen are an act. Where there is no installation there is no journal, and that is said."""
        if installed():
            record(act, by=None, data={"rows": rows, "by": "command line"})
        else:
            self.stderr.write(
                _("There is no data folder here, so no journal could note what was shown of these people.")
            )

    def _print(self, found: VolunteerList, taken: dict[str, Any] | None, options: dict[str, Any]) -> None:
        answer = as_json(found, show_numbers=options["show_numbers"], show_roles=options["show_roles"])
        for one, problem in zip(answer["problems"], found.problems, strict=True):
            one["message"] = problem_sentence(problem.kind)
        if taken is not None:
            answer["taken"] = taken
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for one in answer["problems"]:
            where = f"{one['sheet']}!{one['cell']}" if one["sheet"] else one["cell"]
            self.stdout.write(f"{where}  {one['message']}  {one['raw'] or ''}".rstrip())
        self.stdout.write(
            _("%(volunteers)s volunteers, %(unit_staff)s people of a unit; %(problems)s cells to look at.")
            % answer["totals"]
        )


def _body(pk: int | None) -> Body | None:
    if pk is None:
        return None
    found: Body | None = Body.objects.filter(pk=pk).first()
    if found is None:
        raise CommandError(_("There is no body %(id)s.") % {"id": pk})
    return found


def _role(word: str) -> tuple[str, Body]:
    role, _sign, pk = word.partition("=")
    body = _body(int(pk)) if pk.isascii() and pk.isdigit() else None
    if body is None:
        raise CommandError(_("Write a role and the number of a body: --body ROLE=ID."))
    return role, body
