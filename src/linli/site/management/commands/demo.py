"""``linli demo``: the fictional neighbourhood, built once, then served on this machine."""

from __future__ import annotations

import shutil
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, connections
from django.utils import timezone

from linli.accounts.models import User
from linli.journal import new_database
from linli.kernel.refusal import Refusal
from linli.operations.queries import active_operations
from linli.site.demo.arrivals import tell
from linli.site.demo.build import PASSWORD, ROLES, build
from linli.site.demo.care import care
from linli.site.demo.days import replay_days
from linli.site.demo.duties import duties
from linli.site.demo.journeys import journeys
from linli.site.demo.notices import notices
from linli.site.demo.own_page import handed
from linli.site.demo.rounds import rounds
from linli.site.demo.sheets import sheets
from linli.site.demo.teams import teams
from linli.site.demo.tower import tower
from linli.site.demo.views import WORDS
from linli.site.demo.visits import visits
from linli.site.demo.walking import walking
from linli.site.serve import Plan, run
from linli.vault.keyring import data_folder, keys_folder

MARK = "demo"
RECIPE = "8"
"""Counts up when the demo gains rooms: one that an older program built is built again, or its new pages would stand empty."""


def _logins(origin: str) -> str:
    """Who can be looked through from another device: user names, and the slip of somebody who has no account."""
    lines = [f"  {', '.join(WORDS)} · {PASSWORD}\n"]
    own = handed()
    if own is not None:
        lines.append(f"  {own.name} → {origin}/mine/ · {own.code}\n")
    return "".join(lines)


class Command(BaseCommand):
    help = "Build the fictional neighbourhood 槐安居民区 in a folder of its own and serve it on this machine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--fresh", action="store_true", help="build it again")
        parser.add_argument("--build-only", action="store_true", help="build, do not serve")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = data_folder()
        if (folder / "linli.sqlite3").exists() and not (folder / MARK).exists():
            raise CommandError(f"{folder} holds a real installation. Set LINLI_DATA to another folder for the demo.")
        if options["fresh"] or not self._usable():
            self._build()
        connection.close()
        if options["build_only"]:
            return
        plan = Plan(port=options["port"])
        self.stdout.write(f"\n  邻里 Linli  →  {plan.origin}/demo/\n{_logins(plan.origin)}")
        self.stdout.write(f"  (Ctrl+C stops it; the data stay in {folder})\n")
        try:
            run(plan)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal

    def _usable(self) -> bool:
        """Whether a demo of this recipe lies here whose operation still runs (its dates are moved to the day it was built)."""
        mark = data_folder() / MARK
        if not mark.exists() or mark.read_text().partition(" ")[0] != RECIPE:
            return False
        new_database.migrate()
        return User.objects.filter(username=ROLES[0][0]).exists() and active_operations().exists()

    def _build(self) -> None:
        folder = data_folder()
        for old in (folder, keys_folder()):
            shutil.rmtree(old, ignore_errors=True)
            old.mkdir(parents=True, mode=0o700)
        connections.close_all()
        (folder / MARK).write_text(f"{RECIPE} {timezone.now().isoformat()}")
        began = time.monotonic()
        self.stdout.write("Building the fictional neighbourhood …")
        new_database.migrate()

        def say(step: str) -> None:
            self.stdout.write(f"  {time.monotonic() - began:5.1f} s  {step}")
            self.stdout.flush()

        built = build(say)
        replay_days(built, say)
        tell(built, say)
        tower(built, say)
        visits(built, say)
        rounds(built, say)
        walking(built)
        duties(built, say)
        teams(built, say)
        journeys(built, say)
        care(built, say)
        sheets(built, say)
        notices(built, say)
        self.stdout.write(f"  {time.monotonic() - began:5.1f} s  {built.people:,} residents")
