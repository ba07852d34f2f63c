"""How a page says a refusal: its sentence in the active language."""

from __future__ import annotations

from django.utils.translation import gettext

from linli.kernel.refusal import Refusal


def refusal_text(refusal: Refusal) -> str:
    """The translated sentence of ``refusal`` with its places filled."""
    text = gettext(refusal.message)
    return text % refusal.params if refusal.params else text
