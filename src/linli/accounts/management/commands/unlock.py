"""``linli unlock USERNAME``: end the pause after too many failed attempts."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from linli.accounts import lockout
from linli.accounts.management.commands.reset_password import account


class Command(BaseCommand):
    """Forgets the failed attempts of an account; journaled."""

    help = "end the pause of an account after failed attempts"

    def add_arguments(self, parser: CommandParser) -> None:
        """One argument."""
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """Forget them."""
        count = lockout.unlock(by=None, user=account(options["username"]))
        self.stdout.write(f"Unlocked ({count} failed attempts forgotten).")
