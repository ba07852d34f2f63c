"""How errands are shown: their age in words, their state with its shape, amounts in yuan, their steps in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.accounts.models import User
from linli.care.errand_queries import Line
from linli.care.errand_words import ENTRIES, MARKS, NOT_DONE, STATES, WAYS
from linli.care.models import Errand, ErrandEntry
from linli.kernel.money import yuan
from linli.ui.templatetags.linli_ui import signal


def age(span: timedelta) -> str:
    """How long: minutes, hours, or days and hours."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 60:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 24:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    days, rest = divmod(hours, 24)
    words = ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    return words if not rest else _("%(days)s %(hours)s h") % {"days": words, "hours": rest}


def money(fen: int) -> str:
    """An amount in yuan; nothing for none."""
    return yuan(fen) if fen else ""


def state_signal(one: Line) -> Any:
    """Where it stands, with its shape; late in red."""
    if one.late:
        return signal("red", _("late: %(state)s") % {"state": STATES[one.state]})
    return signal(MARKS[one.state], STATES[one.state])


@dataclass(frozen=True)
class Done:
    """One step that was made."""

    what: str
    at: datetime
    by: str = ""


def steps(errand: Errand) -> list[Done]:
    """What has happened to it, in order; one statement."""
    asker = User.objects.filter(pk=errand.asked_by or 0).values_list("display_name", flat=True).first()
    by = _("the household itself") if errand.by_self else asker or _("written down by the office")
    taker = errand.taken_by.holder_name if errand.taken_by is not None else ""
    how = _("put down at the door, without contact") if errand.contactless else _("given from hand to hand")
    rows = [
        (_("asked for"), errand.asked_at, by),
        (_("somebody has taken it"), errand.taken_at, taker),
        (_("bought"), errand.bought_at, taker),
        (_("delivered: %(how)s") % {"how": how}, errand.delivered_at, taker),
        (_("the household has it"), errand.received_at, ""),
        (_("settled to the fen"), errand.settled_at, ""),
        (_("called off: %(why)s") % {"why": NOT_DONE.get(errand.cancelled_as, "")}, errand.cancelled_at, ""),
    ]
    return [Done(str(what), at, str(who)) for what, at, who in rows if at is not None]


@dataclass(frozen=True)
class Amount:
    """One row of its money."""

    row: ErrandEntry
    what: str
    yuan: str
    way: str
    standing: bool


def amounts(errand: Errand) -> list[Amount]:
    """Its money, row by row; ``standing``: neither taken back nor a row that takes one back. One statement."""
    rows = list(errand.entries.order_by("happened_at", "id"))
    back = {row.reverses_id for row in rows}
    return [
        Amount(row, str(ENTRIES[row.what]), yuan(row.fen), str(WAYS.get(row.way, "")),
               row.reverses_id is None and row.pk not in back)
        for row in rows
    ]  # fmt: skip
