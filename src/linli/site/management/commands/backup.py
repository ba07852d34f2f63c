"""``linli backup``: the data, sealed, while the office works; ``--keys``: the key file, apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.journal.record import record
from linli.site import acts, backup, backup_keys
from linli.site.management.base import OfficeCommand, megabytes


class Command(OfficeCommand):
    help = "Back up the data while the office works (sealed, without the keys), or with --keys the key file to another place."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--to", type=Path, help="Folder of the backups (default: beside the data folder).")
        parser.add_argument(
            "--keep-days", type=int, default=backup.KEEP_DAYS, help="Remove older backups (default 14)."
        )
        parser.add_argument("--keep-all", action="store_true", help="Remove no older backup.")
        parser.add_argument(
            "--keys", type=Path, help="Copy the key file to this folder instead of backing up the data."
        )
        parser.add_argument("--with-master", action="store_true", help="With --keys: the master key too (for a safe).")

    def work(self, **options: Any) -> None:
        if options["keys"]:
            self._copy_keys(options["keys"].absolute(), with_master=options["with_master"])
        else:
            self._back_up(options)

    def _back_up(self, options: dict[str, Any]) -> None:
        place = (options["to"] or backup.default_place()).absolute()
        days = None if options["keep_all"] else options["keep_days"]
        made = backup.make_backup(backup.this_installation(), place, now=timezone.now(), keep_days=days)
        record(acts.BACKED_UP, by=None, data={"bytes": made.size, "rows": made.rows, "files": made.files})
        self.say(
            _("Backed up %(rows)s rows of %(tables)s tables and %(files)s files: %(path)s (%(size)s)."),
            rows=f"{made.rows:,}",
            tables=made.tables,
            files=made.files,
            path=made.path,
            size=megabytes(made.size),
        )
        if made.removed:
            self.say(_("Removed %(count)s backups older than %(days)s days."), count=len(made.removed), days=days)
        done, missing = backup_keys.refresh_copies(now=timezone.now())
        for path in done:
            self.say(_("Brought the key copy up to date: %(path)s."), path=path)
        for path in missing:
            self.warn(
                _("The key copy at %(path)s could not be reached. Plug it in and run the backup again."), path=path
            )
        if not done and not missing:
            self.say(_("The keys are not in it. Copy them to another place: linli backup --keys FOLDER."))

    def _copy_keys(self, place: Path, *, with_master: bool) -> None:
        path = backup_keys.copy_keys(place, now=timezone.now(), with_master=with_master)
        record(acts.KEYS_COPIED, by=None, data={"with_master": with_master})
        self.say(_("Copied the keys to %(path)s. Every backup from now on keeps this copy up to date."), path=path)
        if with_master:
            self.warn(_("It opens everything by itself. Lock it away, and never beside the backups of the data."))
        else:
            self.say(_("It opens nothing without the recovery sheet (linli recovery-sheet)."))
