"""Sentences for people."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linli.kernel.refusal import Refusal


def refusal_text(refusal: Refusal) -> str:
    """A refusal's sentence in the active language."""
    text = _(refusal.message)
    return text % refusal.params if refusal.params else text
