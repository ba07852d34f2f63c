"""How pages say an office."""

from __future__ import annotations

from django import template

from linli.ground.capacities import CAPACITIES

register = template.Library()


@register.filter
def office(capacity: str) -> str:
    """The name of a capacity in the active language; its code when it is unknown."""
    return str(CAPACITIES[capacity].name) if capacity in CAPACITIES else capacity
