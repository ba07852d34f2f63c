"""Sentences for people."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from linli.kernel.refusal import Refusal

DOCUMENTS = {
    "id": _lazy("identity card"),
    "passport": _lazy("passport"),
    "hk_macao": _lazy("permit for residents of Hong Kong and Macao"),
    "taiwan": _lazy("permit for residents of Taiwan"),
    "residence": _lazy("permanent residence card"),
    "other": _lazy("other document"),
}


def refusal_text(refusal: Refusal) -> str:
    """A refusal's sentence in the active language."""
    text = _(refusal.message)
    return text % refusal.params if refusal.params else text
