"""What the verbs of the command line share: a language, and refusals told in a sentence."""

from __future__ import annotations

import os
from abc import abstractmethod
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal

LANGUAGES = {"zh": "zh-hans", "en": "en"}


class Verb(BaseCommand):
    """A verb that speaks zh or en (``--lang``, else ``LINLI_LANG``, else zh) and ends a refusal with its sentence, not a traceback."""

    def add_arguments(self, parser: CommandParser) -> None:
        default = os.environ.get("LINLI_LANG", "zh")
        parser.add_argument("--lang", choices=sorted(LANGUAGES), default=default if default in LANGUAGES else "zh")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(LANGUAGES[options["lang"]]):
            try:
                self._work(options)
            except Refusal as refusal:
                raise CommandError(refusal_text(refusal)) from refusal

    @abstractmethod
    def _work(self, options: dict[str, Any]) -> None:
        """Do it, in the language that is on."""
