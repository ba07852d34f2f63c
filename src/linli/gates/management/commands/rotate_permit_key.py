"""``linli rotate-permit-key``: a new key signs new cards from now on; with ``--withdraw`` a stolen one and its cards die."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from linli.gates.cards_keys import figures, rotate_key, withdraw_key
from linli.gates.management.neighbourhoods import neighbourhood_of
from linli.ground.models import Place
from linli.ground.scope import scoped
from linli.kernel.refusal import Refusal


class Command(BaseCommand):
    help = "Sign new cards with a new key (the cards that are out stay good), or withdraw a key that was stolen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--neighbourhood", type=int, help="its id; needed when there are several")
        parser.add_argument("--withdraw", metavar="KEY", help="withdraw this key instead: no gate reads its cards")
        parser.add_argument("--yes", action="store_true", help="withdraw; without it only the number of cards is told")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        neighbourhood = neighbourhood_of(options["neighbourhood"])
        with scoped(neighbourhood_ids={neighbourhood.pk}, reason="cli:rotate-permit-key"):
            answer = self._withdraw(neighbourhood, options) if options["withdraw"] else self._rotate(neighbourhood)
        if options["json"]:
            self.stdout.write(json.dumps(answer))
            return
        if answer["withdrawn"]:
            self.stdout.write(f"Key {answer['withdrawn']} is withdrawn; {answer['to_print']} cards are to be printed.")
        self.stdout.write(f"New cards are signed with key {answer['signing']}.")

    def _rotate(self, neighbourhood: Place) -> dict[str, Any]:
        row = rotate_key(by=None, neighbourhood=neighbourhood)
        return {"signing": row.kid, "withdrawn": None, "to_print": 0}

    def _withdraw(self, neighbourhood: Place, options: dict[str, Any]) -> dict[str, Any]:
        kid = options["withdraw"]
        found = next((one for one in figures(neighbourhood) if one.row.kid == kid), None)
        if found is not None and not options["yes"]:
            raise CommandError(f"{found.living} cards would die and have to be printed anew. Repeat it with --yes.")
        try:
            dead = withdraw_key(by=None, neighbourhood=neighbourhood, kid=kid)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        signing = next(one.row.kid for one in figures(neighbourhood) if one.signing)
        return {"signing": signing, "withdrawn": kid, "to_print": dead}
