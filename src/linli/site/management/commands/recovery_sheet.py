"""``linli recovery-sheet``: the master key on paper, once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.journal.record import record
from linli.site import acts, backup_sheet
from linli.site.management.base import OfficeCommand


class Command(OfficeCommand):
    help = "Print the master key as typed groups with check characters: once; again only with --again, and journaled."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--to", type=Path, help="File to print: .html (A4 page) or .txt. Without it: on this terminal."
        )
        parser.add_argument("--again", action="store_true", help="Although it was printed before.")
        parser.add_argument(
            "--place", default=settings.LINLI_ORG, help="Line on the sheet that names this installation."
        )

    def work(self, **options: Any) -> None:
        target: Path | None = options["to"]
        kind = "html" if target and target.suffix.lower() in {".html", ".htm"} else "txt"
        again = bool(backup_sheet.printed())
        text = backup_sheet.make_sheet(kind, now=timezone.now(), again=options["again"], place=options["place"])
        record(acts.SHEET_PRINTED, by=None, data={"again": again})
        if target is None:
            self.stdout.write(text)
            return
        with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            out.write(text)
        self.say(
            _("The recovery sheet is in %(path)s. Print it, lock it away, and delete the file."), path=target.absolute()
        )
