"""How pages say what a body is."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from linli.ground.bodies_forms import kind_name as _kind_name
from linli.ground.capacities import IN_BODY
from linli.ground.models import BodyKind

register = template.Library()


@register.filter
def kind_name(kind: BodyKind) -> str:
    """A kind of body in the language of the page."""
    return _kind_name(kind)


@register.filter
def in_body(capacity: str) -> str:
    """What somebody is in a body."""
    return str(IN_BODY.get(capacity, _("member")))
