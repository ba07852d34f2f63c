"""``linli solve-proposal ID --run N``: what a page starts to work a proposal out; ends when the time is over."""

from __future__ import annotations

import os
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from linli.duties import proposals_solving
from linli.duties.models import Proposal


class Command(BaseCommand):
    """Work one run of a proposal out, in this process."""

    help = "Work out a proposed roster. Started by the page of the proposal."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("proposal", type=UUID)
        parser.add_argument("--run", type=int, required=True, help="which run of the proposal this is")

    def handle(self, *args: Any, **options: Any) -> None:
        proposal = Proposal.objects.filter(pk=options["proposal"]).first()
        if proposal is None:
            raise CommandError("There is no such proposal.")
        os.nice(proposals_solving.NICENESS)
        if not proposals_solving.run(proposal, options["run"]):
            raise CommandError("This run of the proposal is not the last one.")
