"""``linli reset-second-factor USERNAME``: phone and recovery codes are lost and there is no other secretary."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from linli.accounts import second_factor
from linli.accounts.management.commands.reset_password import account


class Command(BaseCommand):
    """Takes the second factor of an account away; journaled."""

    help = "take the second factor of an account away (lost phone)"

    def add_arguments(self, parser: CommandParser) -> None:
        """One argument."""
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take it away."""
        had = second_factor.remove(by=None, user=account(options["username"]))
        self.stdout.write("Taken away. The next sign-in sets a new one up." if had else "There was none.")
