"""``linli doctor``: is everything well, and what is to be done? Exit code 0 well, 1 look at it, 2 broken."""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from linli.site import doctor, doctor_data, doctor_host
from linli.site.management.base import OfficeCommand

MARKS = {doctor.OK: "✓", doctor.WARN: "◆", doctor.BAD: "▲"}


class Command(OfficeCommand):
    help = "Examine this installation. Exit code: 0 all is well, 1 somebody should look, 2 something is broken."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def work(self, **options: Any) -> None:
        findings = doctor.examine([*doctor_host.CHECKS, *doctor_data.CHECKS], now=dt.datetime.now(dt.UTC))
        if options["json"]:
            self.stdout.write(json.dumps(doctor.as_json(findings), ensure_ascii=False, indent=1, default=str))
        else:
            self._tell(findings)
        code = doctor.exit_code(findings)
        if code:
            sys.exit(code)

    def _tell(self, findings: list[doctor.Finding]) -> None:
        for finding in findings:
            self.say(f"{MARKS[finding.level]} {finding.sentence}")
            if finding.way_out:
                self.say(f"  → {finding.way_out}")
        count = sum(finding.level != doctor.OK for finding in findings)
        if count:
            self.say(_("%(count)s things need somebody."), count=count)
        else:
            self.say(_("All is well."))
