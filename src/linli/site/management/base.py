"""What the installation's own verbs share: a language, and a sentence instead of a stack trace."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from linli.kernel.refusal import Refusal

LANGUAGES = {"zh": "zh-hans", "en": "en"}


class OfficeCommand(BaseCommand):
    """A verb of ``linli`` that speaks Chinese or English (``--lang``, ``$LINLI_LANG``; Chinese when nobody says).

    A :class:`Refusal` becomes its sentence on stderr and exit code 1.
    """

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        default = os.environ.get("LINLI_LANG", "zh")
        parser.add_argument(
            "--lang",
            choices=sorted(LANGUAGES),
            default=default if default in LANGUAGES else "zh",
            help="Language of what is said: zh (default) or en.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(LANGUAGES[options["lang"]]):
            try:
                self.work(**options)
            except Refusal as refusal:
                raise CommandError(sentence_of(refusal)) from refusal

    def work(self, **options: Any) -> None:
        """Do it; in the language asked for."""
        raise NotImplementedError

    def say(self, sentence: str, **params: object) -> None:
        """One line on stdout."""
        self.stdout.write(sentence % params if params else sentence)

    def warn(self, sentence: str, **params: object) -> None:
        """One line on stderr that asks for somebody's attention."""
        self.stderr.write(self.style.WARNING(sentence % params if params else sentence))


def sentence_of(refusal: Refusal) -> str:
    """The refusal's sentence in the active language."""
    return _(refusal.message) % refusal.params if refusal.params else _(refusal.message)


def megabytes(size: int) -> str:
    """A size for people: ``3.4 MB``; small files in kB."""
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{size / 1000:.1f} kB"
