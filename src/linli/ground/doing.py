"""One deed of a page, and the word that is said above the next one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages

from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal


def tried(request: Any, said: str | None, deed: Callable[..., object], *values: Any, **named: Any) -> bool:
    """Do it with these values, then say ``said`` (None: nothing); what is refused is said instead. Whether it was done."""
    try:
        deed(*values, **named)
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
        return False
    if said is not None:
        messages.success(request, said)
    return True
