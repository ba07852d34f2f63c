"""``linli upgrade``: back up, migrate, check."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from linli import __version__
from linli.journal.record import record
from linli.site import acts, backup, upgrade
from linli.site.management.base import OfficeCommand


class Command(OfficeCommand):
    help = "Bring the data to this version of Linli: back up, migrate, check. Run it after every change of the program."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--to", type=Path, help="Folder of the backup (default: beside the data folder).")
        parser.add_argument("--while-running", action="store_true", help="Although the server runs.")

    def work(self, **options: Any) -> None:
        place = (options["to"] or backup.default_place()).absolute()
        outcome = upgrade.upgrade(place, now=timezone.now(), force=options["while_running"])
        if outcome.backup:
            self.say(_("1. Backed up: %(path)s"), path=outcome.backup)
        else:
            self.say(_("1. A new installation: nothing to back up."))
        if outcome.migrated and not outcome.backup:
            self.say(_("2. Made the database (%(count)s migrations)."), count=len(outcome.migrated))
        elif outcome.migrated:
            self.say(_("2. Migrated: %(names)s"), names=", ".join(outcome.migrated))
        else:
            self.say(_("2. The database was up to date already."))
        if outcome.problems:
            for problem in outcome.problems:
                self.warn(f"   {problem}")
            raise CommandError(
                _("3. Checked: something is wrong. Go back with: linli restore %(path)s --to NEWDATA")
                % {"path": outcome.backup or "FILE"}
            )
        record(acts.UPGRADED, by=None, data={"version": __version__, "migrations": len(outcome.migrated)})
        self.say(_("3. Checked: settings, database integrity and append-only triggers are in order."))
        if outcome.backup:
            self.say(
                _("To go back: install the version before, then linli restore %(path)s --to NEWDATA"),
                path=outcome.backup,
            )
