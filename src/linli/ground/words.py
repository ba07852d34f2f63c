"""Sentences for people."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.kernel.refusal import Refusal

DOCUMENTS = {
    "id": gettext_lazy("identity card"),
    "passport": gettext_lazy("passport"),
    "hk_macao": gettext_lazy("permit for residents of Hong Kong and Macao"),
    "taiwan": gettext_lazy("permit for residents of Taiwan"),
    "residence": gettext_lazy("permanent residence card"),
    "other": gettext_lazy("other document"),
}
BODY_TROUBLES = {
    "name_missing": gettext_lazy("name missing"),
    "kind_missing": gettext_lazy("no kind"),
    "kind_unknown": gettext_lazy("this kind is not known"),
    "parent_unknown": gettext_lazy("the body above it is not known"),
    "parent_twice": gettext_lazy("two bodies have the name of the one above it"),
    "parent_circle": gettext_lazy("it would belong to itself"),
    "place_unknown": gettext_lazy("this place is not known"),
    "place_twice": gettext_lazy("two places have this name"),
    "duplicate": gettext_lazy("the same body stands in the list twice"),
    "name_twice": gettext_lazy("two bodies have this name"),
    "too_long": gettext_lazy("too long"),
    "phone_personal": gettext_lazy("looks like somebody's own telephone: not taken"),
    "name_alike": gettext_lazy("two spellings of one name? Both stay, nothing is joined"),
    "contact_alike": gettext_lazy("two spellings of one person's name? Please look"),
}


def refusal_text(refusal: Refusal) -> str:
    """A refusal's sentence in the active language."""
    text = _(refusal.message)
    return text % refusal.params if refusal.params else text
