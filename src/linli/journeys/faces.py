"""How travellers and holders are called on pages and papers. Rows come with what ``HANDS`` and ``TRAVELLER`` name."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from linli.ground.places import short_address
from linli.journeys.details import details_of, outsider_of
from linli.journeys.models import Hands, Movement, Run, Traveller
from linli.journeys.queries import HANDS, TRAVELLER
from linli.journeys.words import KINDS, ROLES, VEHICLES
from linli.ui.words import is_chinese, moment

__all__ = [
    "HANDS",
    "TRAVELLER",
    "door_of",
    "flight_of",
    "holder_in_full",
    "holder_of",
    "long",
    "name_of",
    "near",
    "run_signal",
    "run_title",
    "when",
]
NEAR = timedelta(hours=16)
"""Within these hours a clock says enough."""


def holder_of(hands: Hands | None) -> str:
    """Who these hands are, in words: an office holder's name, a body, a door, or who from outside (his role, if he gave no name)."""
    if hands is None:
        return "—"
    if hands.mandate is not None:
        return hands.mandate.holder_name
    if hands.place is not None:
        return short_address(hands.place)
    if hands.body is not None:
        return hands.body.name
    return outsider_of(hands).name or str(ROLES.get(hands.role, "—"))


def holder_in_full(hands: Hands | None) -> str:
    """The same, and what somebody from outside is to us."""
    name = holder_of(hands)
    role = str(ROLES.get(hands.role, "")) if hands is not None and hands.role else ""
    if role in ("", name):
        return name
    return f"{name}{bracketed(role)}"


def bracketed(words: str) -> str:
    """Words in brackets, as the reader's language sets them behind others."""
    return f"（{words}）" if is_chinese() else f" ({words})"


def name_of(traveller: Traveller) -> str:
    """The name as the register has it, else as the list had it; a dash where it was erased."""
    return (traveller.person.name if traveller.person is not None else details_of(traveller).name) or "—"


def door_of(traveller: Traveller) -> str:
    """Estate, building and room, or the address as it was written."""
    return short_address(traveller.dwelling) if traveller.dwelling is not None else details_of(traveller).address


def flight_of(movement: Movement | None) -> str:
    """Flight CA936, 13 March; empty for none."""
    if movement is None:
        return ""
    named = f"{KINDS[movement.kind]} {movement.number}".strip()
    return " · ".join(part for part in (named, moment(movement.day, "day")) if part)


def when(at: datetime | None, about: bool = False, form: str = "") -> str:
    """A moment, with "about" where it is not exact."""
    text = moment(at, form)
    return _("about %(value)s") % {"value": text} if about and at is not None else text


def near(at: datetime | None, about: bool, now: datetime) -> str:
    """A moment of these hours by its clock alone, any other with its day."""
    return when(at, about, "time" if at is not None and abs(at - now) < NEAR else "")


def long(minutes: int) -> str:
    """How long: 23 minutes, 4 h 04 min."""
    if minutes < 60:
        return _("%(n)s min") % {"n": minutes}
    return _("%(hours)s h %(minutes)s min") % {"hours": minutes // 60, "minutes": f"{minutes % 60:02d}"}


def run_title(run: Run) -> str:
    """Run 2 of the night, by its vehicle."""
    return _("Run %(number)s, %(vehicle)s") % {"number": run.number, "vehicle": VEHICLES[run.vehicle]}


def run_signal(run: Run, now: datetime) -> tuple[str, Any]:
    """Shape and word of how it is with a run."""
    if run.called_off_at is not None:
        return "info", _("called off")
    if run.arrived_at is not None:
        return "green", _("arrived %(at)s") % {"at": near(run.arrived_at, run.arrived_about, now)}
    if run.departed_at is not None:
        return "info", _("on the road since %(at)s") % {"at": near(run.departed_at, run.departed_about, now)}
    planned = near(run.planned_at, run.planned_about, now)
    if run.planned_at is not None and run.planned_at < now:
        return "amber", _("planned for %(at)s, not left yet") % {"at": planned}
    return "info", _("planned for %(at)s") % {"at": planned} if run.planned_at else _("planned")
