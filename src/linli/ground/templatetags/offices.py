"""How pages say an office."""

from __future__ import annotations

from typing import Any

from django import template

from linli.ground.capacities import CAPACITIES
from linli.ground.models import Place

register = template.Library()


@register.filter
def office(capacity: str) -> str:
    """The name of a capacity in the active language; its code when it is unknown."""
    return str(CAPACITIES[capacity].name) if capacity in CAPACITIES else capacity


@register.filter
def where(place: Place | None) -> str:
    """A place as people say it: a building with its estate before it, since every estate has a number 7."""
    if place is None:
        return ""
    above = place.parent
    if above is None or place.parent_id == place.neighbourhood_id or place.pk == place.neighbourhood_id:
        return place.name
    return f"{above.name} {place.name}"


@register.filter
def account_state(holder: Any) -> Any:
    """How an account can sign in, as shape and word (``linli.ground.offices_table``)."""
    from linli.ground.offices_table import show_state  # that module uses ``office`` above

    return show_state(holder)
