"""``linli purge``: erase what is due and write a certificate."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from linli.ground.models import Place
from linli.operations.actions import due, purge_everything


class Command(BaseCommand):
    help = "Erase what is due (passages after 14 days, data of ended operations) and write a certificate."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count what would go")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            found = [(str(n.pk), due(n)) for n in Place.objects.filter(kind__code="neighbourhood").order_by("path")]
        else:
            found = [(str(row.pk), row.counts) for row in purge_everything(by=None, always=True)]
        if options["json"]:
            name = "neighbourhood" if options["dry_run"] else "certificate"
            self.stdout.write(json.dumps([{name: key, "counts": counts} for key, counts in found]))
            return
        for key, counts in found:
            for name, number in sorted(counts.items()):
                self.stdout.write(f"{number:>9,}  {name}")
            self.stdout.write("dry run: nothing was erased" if options["dry_run"] else f"certificate {key}")
