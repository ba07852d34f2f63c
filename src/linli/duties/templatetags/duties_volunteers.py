"""Filters of the pages of volunteers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import template
from django.utils.translation import get_language, gettext, ngettext

from linli.duties.models import Call, SignUp

register = template.Library()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@register.filter
def long(span: timedelta) -> str:
    """How long something took, in the two largest units: 2 h 5 min, 3 days 4 h."""
    minutes = int(span.total_seconds() // 60)
    if span < HOUR:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    if span < DAY:
        return gettext("%(hours)s h %(minutes)s min") % {"hours": minutes // 60, "minutes": minutes % 60}
    return gettext("%(days)s d %(hours)s h") % {"days": span.days, "hours": span.seconds // 3600}


@register.filter
def since_call(signup: SignUp, call: Call) -> str:
    """From the call to the answer (C06)."""
    return long(signup.at - call.opened_at)


@register.filter
def titled(row: Any) -> str:
    """The title of a rule or a role, of the database or offered, in the language of the page."""
    zh, en = (row["title"], row["title_en"]) if isinstance(row, dict) else (row.title, row.title_en)
    return str(zh if (get_language() or "").startswith("zh") or not en else en)
