"""``linli restore FILE --to NEWDATA``: a backup at a new place, proven equal on the way."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from linli.site import restore
from linli.site.backup_database import parse_url
from linli.site.management.base import OfficeCommand


class Command(OfficeCommand):
    help = "Restore a backup to a new folder and prove that it is equal to what was backed up."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help="The backup.")
        parser.add_argument(
            "--to", type=Path, required=True, help="The new data folder; its keys go beside it (NAME.keys)."
        )
        parser.add_argument(
            "--keys", type=Path, help="Key folder or folder of a key copy (default: this installation's keys)."
        )
        parser.add_argument(
            "--recovery-code",
            nargs="*",
            metavar="GROUP",
            help="The groups of the recovery sheet; without groups they are asked for, one by one.",
        )
        parser.add_argument(
            "--without-key-copy",
            action="store_true",
            help="With --recovery-code: although every key copy is lost; sealed numbers and texts stay closed.",
        )
        parser.add_argument("--database", help="Empty PostgreSQL database for a backup of PostgreSQL (postgresql://…).")

    def work(self, **options: Any) -> None:
        groups = options["recovery_code"]
        if groups is not None and not groups:
            groups = [self._ask()]
        done = restore.restore(
            options["file"].absolute(),
            options["to"].absolute(),
            keys_from=options["keys"].absolute() if options["keys"] else None,
            groups=" ".join(groups) if groups else None,
            without_key_copy=options["without_key_copy"],
            postgres=parse_url(options["database"]) if options["database"] else None,
        )
        self.say(
            _(
                "Restored %(rows)s rows of %(tables)s tables and %(files)s files of %(made_at)s to %(folder)s, each proven equal."
            ),
            rows=f"{done.rows:,}",
            tables=done.tables,
            files=done.files,
            made_at=done.made_at,
            folder=done.folder,
        )
        prefix = f"LINLI_DATA={done.folder}"
        self.say(_("Keys: %(keys)s. Next, in this order:"), keys=done.keys)
        for verb in ("upgrade", "purge", "doctor", "serve"):
            self.say(f"  {prefix} linli {verb}")
        self.say(_("“purge” comes before “serve”: what was erased after this backup must be erased again."))

    def _ask(self) -> str:
        """Read 14 groups from the terminal or from a pipe, until an empty line."""
        self.say(_("Type the 14 groups of the recovery sheet; an empty line ends."))
        lines = []
        for line in sys.stdin:
            if not line.strip():
                break
            lines.append(line)
        return " ".join(lines)
