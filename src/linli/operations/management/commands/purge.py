"""``linli purge``: erase what is due and write a certificate."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from linli.operations.actions import due, purge


class Command(BaseCommand):
    help = "Erase what is due (passages after 14 days, data of ended operations) and write a certificate."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count what would go")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            counts, certificate = due(), None
        else:
            row = purge(by=None)
            counts, certificate = row.counts, str(row.pk)
        if options["json"]:
            self.stdout.write(json.dumps({"certificate": certificate, "counts": counts}, ensure_ascii=False))
            return
        for name, number in sorted(counts.items()):
            self.stdout.write(f"{number:>9,}  {name}")
        self.stdout.write(f"certificate {certificate}" if certificate else "dry run: nothing was erased")
