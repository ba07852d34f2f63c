"""The acts of the installation itself that the journal knows."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.journal import acts

BACKED_UP = acts.register("backup.made", _("Made a backup"))
KEYS_COPIED = acts.register("keys.copied", _("Copied the key file"))
SHEET_PRINTED = acts.register("keys.recovery_sheet", _("Printed the recovery sheet of the master key"))
UPGRADED = acts.register("installation.upgraded", _("Upgraded the installation"))
