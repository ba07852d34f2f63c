"""How pages say an office."""

from __future__ import annotations

from typing import Any

from django import template

from linli.ground.capacities import CAPACITIES

register = template.Library()


@register.filter
def office(capacity: str) -> str:
    """The name of a capacity in the active language; its code when it is unknown."""
    return str(CAPACITIES[capacity].name) if capacity in CAPACITIES else capacity


@register.filter
def account_state(holder: Any) -> Any:
    """How an account can sign in, as shape and word (``linli.ground.offices_table``)."""
    from linli.ground.offices_table import show_state  # that module uses ``office`` above

    return show_state(holder)
