"""``linli split-neighbourhood``: some estates or buildings become a neighbourhood of their own."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from linli.accounts.models import User
from linli.ground.models import Place
from linli.procedures.management.move import MoveVerb
from linli.procedures.parting.choosing import NewNeighbourhood, propose_split


class Command(MoveVerb):
    help = "Split a neighbourhood: the named estates or buildings become one of their own. Says first what goes and what stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="name of the new neighbourhood")
        parser.add_argument(
            "--from", dest="source", type=int, required=True, metavar="ID", help="the neighbourhood that is split"
        )
        parser.add_argument(
            "--part",
            action="append",
            required=True,
            metavar="NAME",
            help="an estate, lane or gate that goes, or ESTATE/BUILDING; repeat",
        )
        parser.add_argument("--secretary", required=True, help="user name of the new secretary")
        parser.add_argument("--code", default="", help="official code, 12 digits")
        super().add_arguments(parser)

    def _work(self, options: dict[str, Any]) -> None:
        source = self.neighbourhood(options["source"])
        user = User.objects.filter(username=options["secretary"].lower(), is_active=True).first()
        if user is None:
            raise CommandError(_("There is no account %(name)s.") % {"name": options["secretary"]})
        since = date.fromisoformat(options["since"]) if options["since"] else None
        parts = [self._part(source, name).pk for name in options["part"]]
        new = NewNeighbourhood(options["name"], parts, user, options["code"], since)
        self.move(source, lambda: propose_split(by=None, source=source, new=new), options)

    def _part(self, source: Place, name: str) -> Place:
        here = source
        for word in name.split("/"):
            rows = list(Place.objects.filter(parent=here, name=word.strip(), until__isnull=True)[:2])
            if len(rows) != 1:
                raise CommandError(_("There is not exactly one place %(name)s.") % {"name": name})
            here = rows[0]
        return here
