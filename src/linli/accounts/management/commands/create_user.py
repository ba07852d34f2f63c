"""``linli create-user USERNAME --name NAME``: an account from the console, with a one-time code for its password."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from linli.accounts import actions, codes
from linli.accounts.models import Slip
from linli.kernel.refusal import Refusal


class Command(BaseCommand):
    """Adds an account and prints its code. Its offices are given on the page Offices."""

    help = "add an account; prints a one-time code to set its password"

    def add_arguments(self, parser: CommandParser) -> None:
        """User name, name, neighbourhood."""
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="the person's name, as the journal shows it")
        parser.add_argument("--neighbourhood", type=int, default=None, help="the id of the neighbourhood it belongs to")

    def handle(self, *args: Any, **options: Any) -> None:
        """Add it."""
        try:
            with transaction.atomic():
                user = actions.add_user(
                    by=None,
                    username=options["username"],
                    display_name=options["name"],
                    home=options["neighbourhood"],
                )
                _, code = actions.make_slip(by=None, user=user, purpose=Slip.Purpose.PASSWORD)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(codes.grouped(code))
        self.stdout.write(
            f"{user.username}: open /accounts/slip/ and type this code. Give the office on the page Offices."
        )
