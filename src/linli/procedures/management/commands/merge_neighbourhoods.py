"""``linli merge-neighbourhoods``: one neighbourhood goes on for another."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import CommandParser

from linli.procedures.management.move import MoveVerb
from linli.procedures.parting.choosing import propose_merge


class Command(MoveVerb):
    help = "Merge a neighbourhood into another one that runs here. Says first what goes and what stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from", dest="source", type=int, required=True, metavar="ID", help="the neighbourhood that ends"
        )
        parser.add_argument("--into", type=int, required=True, metavar="ID", help="the neighbourhood that goes on")
        super().add_arguments(parser)

    def _work(self, options: dict[str, Any]) -> None:
        source, target = self.neighbourhood(options["source"]), self.neighbourhood(options["into"])
        since = date.fromisoformat(options["since"]) if options["since"] else None
        self.move(source, lambda: propose_merge(by=None, source=source, target=target, since=since), options)
