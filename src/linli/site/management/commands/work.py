"""``linli work``: what runs by itself (notices, rounds, erasure), for installations that serve in another way than ``linli serve``."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.site import work
from linli.site.management.base import OfficeCommand


class Command(OfficeCommand):
    help = "Run what runs by itself until it is stopped: notices, rounds, erasure. “linli serve” does it too; both at once is fine."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--once", action="store_true", help="Do what is due now, once, and end.")

    def work(self, **options: Any) -> None:
        if options["once"]:
            ran = work.run_due(timezone.now())
            self.say(_("Done: %(jobs)s"), jobs=", ".join(ran) or _("nothing was due"))
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.say(_("Working. Stop with Ctrl+C."))
        threads = work.start(stop, first=0.0)
        stop.wait()
        for thread in threads:
            thread.join()
