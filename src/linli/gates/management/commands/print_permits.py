"""``linli print-permits``: issue permits to all who are to hold one, and print the cards that are not printed yet."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from linli.gates.cards_actions import DEFAULT_DAYS, issue_permits, order_batch
from linli.gates.cards_printing import print_to
from linli.gates.management.neighbourhoods import neighbourhood_of
from linli.gates.models import PrintBatch
from linli.ground.models import Place
from linli.ground.scope import scoped
from linli.kernel.refusal import Refusal


class Command(BaseCommand):
    help = "Issue permits to all who are to hold one and print the cards that are not printed yet, ten on an A4 page."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("out", type=Path, metavar="FILE.pdf")
        parser.add_argument("--neighbourhood", type=int, help="its id; needed when there are several")
        parser.add_argument("--until", type=date.fromisoformat, help=f"last day, default in {DEFAULT_DAYS} days")
        parser.add_argument("--handout-by", type=date.fromisoformat, help="day by which the cards are to be handed out")
        parser.add_argument("--review", default="", help="whom a refused holder asks, printed on the cards")
        parser.add_argument("--batch", help="print this batch again: the same cards, the same codes")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        neighbourhood = neighbourhood_of(options["neighbourhood"])
        until = options["until"] or timezone.localdate() + timedelta(days=DEFAULT_DAYS)
        with scoped(neighbourhood_ids={neighbourhood.pk}, reason="cli:print-permits"):
            try:
                issued = 0 if options["batch"] else issue_permits(by=None, neighbourhood=neighbourhood, until=until)
                batch = self._batch(neighbourhood, options)
            except Refusal as refusal:
                raise CommandError(str(refusal)) from None
            result = print_to(batch, options["out"].resolve(), by=None)
        answer = {
            "batch": str(batch.pk),
            "issued": issued,
            "printed": len(result.printed),
            "pages": result.pages,
            "refused": [{"card": one.id, "reason": one.reason.value, "detail": one.detail} for one in result.refused],
        }
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=None if options["json"] else 1))

    def _batch(self, neighbourhood: Place, options: dict[str, Any]) -> PrintBatch:
        if options["batch"]:
            found = PrintBatch.objects.filter(pk=options["batch"]).first()
            if found is None:
                raise CommandError("There is no such batch here.")
            return found
        data = {"review": options["review"]}
        return order_batch(by=None, neighbourhood=neighbourhood, handout_by=options["handout_by"], data=data)
