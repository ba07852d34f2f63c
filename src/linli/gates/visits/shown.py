"""A visit in words: its state, its hours, who comes, when it came in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from linli.gates.models import Visit
from linli.gates.visits import queries
from linli.gates.visits.words import CLASSES, MARKS, PURPOSES, STATES
from linli.gates.words import word
from linli.ui.words import moment


def state(visit: Any) -> str:
    """The state at this moment."""
    return queries.state_of(visit, timezone.now())


def state_signal(visit: Visit) -> Any:
    """Shape, word and colour of a visit's state."""
    now = state(visit)
    return format_html(
        '<span class="signal signal-{}"><span class="mark mark-{}" aria-hidden="true"></span>{}</span>',
        MARKS[now], MARKS[now], word(STATES, now),
    )  # fmt: skip


def hours(visit: Visit) -> str:
    """14:00–18:00 within a day; with the day on which it ends, and on which it begins when that is another."""
    start, end = timezone.localtime(visit.since), timezone.localtime(visit.until)
    if start.date() == (end - timedelta(seconds=1)).date():
        return f"{start:%H:%M}–{'24:00' if end.date() > start.date() else f'{end:%H:%M}'}"
    return f"{start:%H:%M}–{moment(end)}" if _short(visit) else f"{moment(start, 'day')} – {moment(end)}"


def when(visit: Visit) -> str:
    """The day and the hours."""
    return f"{moment(timezone.localdate(visit.since), 'day')} {hours(visit)}" if _short(visit) else hours(visit)


def _short(visit: Visit) -> bool:
    return visit.until - visit.since <= timedelta(days=1)


def who(visit: Visit) -> str:
    """What for, or the class when nothing was said; and how many."""
    parts = [word(PURPOSES, visit.purpose) if visit.purpose else word(CLASSES, visit.klass)]
    if visit.party > 1:
        parts.append(str(_("%(n)s people") % {"n": visit.party}))
    return " · ".join(parts)


def came(visit: Any) -> str:
    """When it was last used, and where, when that was another gate."""
    if visit.used_at is None:
        return ""
    at = moment(visit.used_at, "time" if timezone.localdate(visit.used_at) == timezone.localdate() else "")
    return at if visit.used_gate == visit.gate.name else f"{at} · {visit.used_gate}"
