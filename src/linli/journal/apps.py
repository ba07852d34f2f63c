"""The journal app; reinstalls the append-only triggers after every migrate (the one signal receiver of the project)."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def reinstall_triggers(using: str, **_: Any) -> None:
    """Put the triggers back: SQLite drops them when a migration rebuilds a table."""
    from linli.journal import triggers  # models must be loaded first

    triggers.install(using)


class JournalConfig(AppConfig):
    name = "linli.journal"
    verbose_name = "Journal"

    def ready(self) -> None:
        post_migrate.connect(reinstall_triggers, sender=self, dispatch_uid="linli.journal.triggers")
