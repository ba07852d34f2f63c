"""``linli serve``: on this machine, or with ``--lan`` over HTTPS on the office network."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.accounts.codes import grouped, setup_code
from linli.accounts.models import User
from linli.site import backup, lan, lan_pages, serve, upgrade
from linli.site.lan_helper import Pages
from linli.site.management.base import OfficeCommand
from linli.vault.keyring import data_folder


class Command(OfficeCommand):
    help = "Serve this installation: plain on this machine (127.0.0.1:8000), or with --lan over HTTPS on the office network."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--lan", action="store_true", help="HTTPS for the phones and computers of the office network."
        )
        parser.add_argument("--host", help="Address or name that phones shall use (default: found by itself).")
        parser.add_argument("--port", type=int, help="Port (default: 8000, with --lan 8443).")
        parser.add_argument(
            "--install-port", type=int, default=8080, help="Plain-HTTP port of the install sheet; 0: none."
        )
        parser.add_argument("--cert", type=Path, help="With --lan: a real domain's certificate (PEM, with its chain).")
        parser.add_argument("--key", type=Path, help="With --lan: the private key of --cert (PEM, no password).")
        parser.add_argument("--workers", type=int, default=2, help="Processes (default 2).")
        parser.add_argument("--threads", type=int, default=4, help="Threads in each process (default 4).")
        parser.add_argument("--quiet", action="store_true", help="No line for each request.")

    def work(self, **options: Any) -> None:
        rest = {
            "workers": options["workers"],
            "threads": options["threads"],
            "access_log": not options["quiet"],
        }
        if not options["lan"]:
            plan = serve.Plan(address=options["host"] or "127.0.0.1", port=options["port"] or 8000, **rest)
            self._before_the_first_account()
            self.say(_("Open %(origin)s in a browser on this machine. Stop with Ctrl+C."), origin=plan.origin)
            serve.run(plan)
            return
        plan = serve.lan_plan(
            host=options["host"],
            port=options["port"] or 8443,
            helper=options["install_port"] or None,
            certificate=options["cert"],
            key=options["key"],
            now=dt.datetime.now(dt.UTC),
            **rest,
        )
        self._before_the_first_account()
        self._introduce(plan)
        serve.run(plan, pages=pages_of)

    def _introduce(self, plan: serve.Plan) -> None:
        self.say(_("Computers and phones of this network open %(origin)s"), origin=plan.origin)
        if plan.helper:
            self.say(
                _("A phone's first day: %(first)s (print it: %(origin)s/install/)"),
                first=plan.first_address,
                origin=plan.origin,
            )
            self.say(
                _("Fingerprint of the office's certificate authority: %(print)s"), print=lan.authority_fingerprint()
            )
        if plan.tls and plan.tls.left_out:
            self.warn(
                _("Not covered by the local authority, so not served under these names: %(names)s"),
                names=", ".join(plan.tls.left_out),
            )

    def _before_the_first_account(self) -> None:
        """A new installation: whoever sets it up over the network types the code that only this terminal shows."""
        if upgrade.is_new():
            upgrade.upgrade(backup.default_place(), now=timezone.now())
            self.say(_("Made a new installation in %(path)s"), path=data_folder())
        elif upgrade.pending():
            raise CommandError(_("The database is not at this version of the program. Run: linli upgrade"))
        if not User.objects.exists():
            self.say(_("New installation. Setup code: %(code)s"), code=grouped(setup_code()))
        connection.close()


def pages_of(plan: serve.Plan) -> Pages:
    """What the helper gives out for this plan."""
    if not plan.tls or not plan.tls.authority:
        return {}
    return lan_pages.helper_pages(origin=plan.origin, first=plan.first_address, authority=plan.tls.authority)
