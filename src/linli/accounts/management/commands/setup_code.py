"""``linli setup-code``: the code that the first page asks for when it is opened over the network."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from linli.accounts import codes
from linli.accounts.models import User


class Command(BaseCommand):
    """Prints the setup code, or says that Linli is set up already."""

    help = "print the code for setting Linli up over the network"

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        if User.objects.exists():
            self.stdout.write("Linli is set up already; there is no setup code any more.")
            return
        self.stdout.write(codes.grouped(codes.setup_code()))
