"""How pages say a kind of place."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from linli.ground.models import Place, PlaceKind
from linli.ground.places import short_address

register = template.Library()


@register.filter
def place_kind(kind: PlaceKind) -> str:
    """The name of a kind in the active language."""
    return kind.name_en if (get_language() or "").startswith("en") else kind.name_zh


@register.filter
def address(place: Place) -> str:
    """Estate · building · room."""
    return short_address(place)
