"""``linli reset-password USERNAME``: a one-time code to set a new password, when no other secretary is there."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from linli.accounts import actions, codes, lockout
from linli.accounts.models import Slip, User
from linli.kernel.refusal import Refusal


def account(username: str) -> User:
    """The account called ``username``."""
    user = User.objects.filter(username=username.lower()).first()
    if user is None:
        raise CommandError(f"There is no account {username}.")
    return user


class Command(BaseCommand):
    """Makes a slip on the console and ends a lock-out."""

    help = "make a one-time code with which an account sets a new password"

    def add_arguments(self, parser: CommandParser) -> None:
        """One argument."""
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and print it."""
        user = account(options["username"])
        try:
            slip, code = actions.make_slip(by=None, user=user, purpose=Slip.Purpose.PASSWORD)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        lockout.unlock(by=None, user=user)
        until = timezone.localtime(slip.expires_at).strftime("%Y-%m-%d %H:%M")
        self.stdout.write(f"{codes.grouped(code)}")
        self.stdout.write(f"Open /accounts/slip/ in a browser and type this code. It works once, until {until}.")
