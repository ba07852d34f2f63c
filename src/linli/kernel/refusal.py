"""Refusal: an act that the rules do not allow, with a code from a closed list and a sentence."""

from __future__ import annotations


class Refusal(Exception):
    """Raised by actions and importers when an act is not allowed or an input cannot be used.

    ``code`` is a stable dotted name (``"import.empty"``); ``message`` is an English msgid with ``%(name)s`` places that the
    page translates; ``params`` fill those places. A refusal never carries names or numbers of people in ``params``
    unless the page that shows it already shows them.
    """

    def __init__(self, code: str, message: str, /, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.params = params

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message
