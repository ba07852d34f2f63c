"""Words of the gates in templates."""

from __future__ import annotations

from django import template

from linli.kernel import permit_number

register = template.Library()


@register.filter
def permit(number: str | None) -> str:
    """A permit number as it is printed and read aloud; empty for none."""
    return permit_number.shown(number) if number else ""
