"""What the verbs that move homes share: say what would go, then move, or go on where a move was interrupted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from linli.ground.models import Place
from linli.ground.verbs import Verb
from linli.ground.words import refusal_text
from linli.procedures.models import Parting
from linli.procedures.parting import job
from linli.procedures.parting.preview import preview


class MoveVerb(Verb):
    """A verb with ``--since`` and ``--dry-run``."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", metavar="DAY", help="from this day on, YYYY-MM-DD (today)")
        parser.add_argument("--dry-run", action="store_true", help="say what would go; change nothing")
        super().add_arguments(parser)

    def neighbourhood(self, pk: int) -> Place:
        """A neighbourhood that runs here, or ran here when its move was interrupted."""
        found = Place.objects.filter(pk=pk, kind__code="neighbourhood").select_related("kind", "parent").first()
        if found is None:
            raise CommandError(_("There is no neighbourhood %(id)s.") % {"id": pk})
        return found

    def move(self, source: Place, propose: Callable[[], Parting], options: dict[str, Any]) -> None:
        """Go on where it was interrupted; else prepare, tell, and move to the end, unless something stands in the way."""
        interrupted = Parting.objects.filter(source=source, state=Parting.State.RUNNING).first()
        if interrupted is not None:
            self._tell(job.run(by=None, parting=interrupted))
            return
        with transaction.atomic():
            parting = propose()
            seen = preview(parting)
            if options["dry_run"] or seen.blocks:
                transaction.set_rollback(True)
        for line in seen.lines:
            if line.goes or line.stays:
                said = {"what": line.title, "goes": line.goes, "stays": line.stays}
                self.stdout.write(_("%(what)s: %(goes)s go, %(stays)s stay") % said)
        for refusal in seen.blocks:
            self.stderr.write(refusal_text(refusal))
        if seen.blocks:
            raise CommandError(_("Nothing was moved."))
        if not options["dry_run"]:
            self._tell(job.run(by=None, parting=job.begin(by=None, parting=parting)))

    def _tell(self, done: Parting) -> None:
        self.stdout.write(
            _("Done: %(homes)s homes with %(people)s people went to %(name)s.")
            % {"homes": done.homes, "people": done.moved.get("ground.Person", 0), "name": done.target}
        )
