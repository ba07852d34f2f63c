"""Template filters of the ground."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import template

from linli.ground.homes import merged

register = template.Library()


@register.filter
def merged_cells(counts: Counter[str]) -> list[dict[str, Any]]:
    """Totals with cells under five put together."""
    return merged(counts)
