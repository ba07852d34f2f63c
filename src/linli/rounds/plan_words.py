"""Words of the plans: their kinds, their state, what they are about."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linli.ground.bodies_forms import kind_name
from linli.rounds.models import Plan
from linli.rounds.zone_pages import kind_words

KINDS: dict[str, tuple[Promise, Promise]] = {
    "patrol": (gettext_lazy("Patrol"), gettext_lazy("Walk every lane and gate of the zones, at set times of the day.")),
    "disinfection": (
        gettext_lazy("Disinfection"),
        gettext_lazy("Stairwells, lifts and door entries, each every so many hours; overdue to the minute."),
    ),
    "calls": (
        gettext_lazy("Door to door"),
        gettext_lazy("Every household is tried until it is reached, or excused by name."),
    ),
    "report": (
        gettext_lazy("Daily report of bodies"),
        gettext_lazy("Each body reports by a time of the day; who has not is named."),
    ),
}
"""Kinds that the pages can make: their name, and what they are for. Other rooms make others."""


def kind_word(plan: Plan) -> str:
    """What kind of plan it is."""
    known = KINDS.get(plan.kind)
    return str(known[0]) if known is not None else plan.kind


def state_of(plan: Plan) -> tuple[str, str]:
    """Where a plan stands, as a signal."""
    if plan.ended_at is not None:
        return "info", _("has ended")
    if plan.started_at is None:
        return "amber", _("not started")
    return ("amber", _("paused")) if plan.paused_at is not None else ("green", _("running"))


def about_words(plan: Plan) -> list[str]:
    """What a plan is about, a line each; one statement."""
    found = []
    for row in plan.scopes.select_related("place", "area", "kind", "body", "body_kind"):
        where = row.area.name if row.area is not None else row.place.name if row.place is not None else ""
        if row.body is not None:
            found.append(row.body.name)
        elif row.kind is not None:
            found.append(_("%(kind)s in %(place)s") % {"kind": kind_words(row.kind), "place": where})
        elif row.body_kind is not None:
            found.append(_("%(kind)s in %(place)s") % {"kind": kind_name(row.body_kind), "place": where})
        else:
            found.append(where)
    return found


def every_words(minutes: int) -> str:
    """Every four hours."""
    hours, rest = divmod(minutes, 60)
    if rest:
        return ngettext("every minute", "every %(n)s minutes", minutes) % {"n": minutes}
    return ngettext("every hour", "every %(n)s hours", hours) % {"n": hours}
