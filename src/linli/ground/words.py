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
BODY_TROUBLES = {
    "name_missing": _lazy("name missing"),
    "kind_missing": _lazy("no kind"),
    "kind_unknown": _lazy("this kind is not known"),
    "parent_unknown": _lazy("the body above it is not known"),
    "parent_twice": _lazy("two bodies have the name of the one above it"),
    "parent_circle": _lazy("it would belong to itself"),
    "place_unknown": _lazy("this place is not known"),
    "place_twice": _lazy("two places have this name"),
    "duplicate": _lazy("the same body stands in the list twice"),
    "name_twice": _lazy("two bodies have this name"),
    "too_long": _lazy("too long"),
    "phone_personal": _lazy("looks like somebody's own telephone: not taken"),
    "name_alike": _lazy("two spellings of one name? Both stay, nothing is joined"),
    "contact_alike": _lazy("two spellings of one person's name? Please look"),
}


def refusal_text(refusal: Refusal) -> str:
    """A refusal's sentence in the active language."""
    text = _(refusal.message)
    return text % refusal.params if refusal.params else text
