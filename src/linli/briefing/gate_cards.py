"""Cards of 今日 about gates and permits."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.briefing.context import Card, Context
from linli.gates.cards_figures import campaign
from linli.gates.cards_queries import deadline
from linli.gates.models import GateException, Review
from linli.gates.queries import day_of, passed_total
from linli.ground.mandates import places_with
from linli.ui.words import moment, number

SOON = timedelta(days=7)


def exception_cards(context: Context) -> list[Card]:
    """What was odd at a gate and waits for a person; what a refused person asked."""
    if "gates.manage" not in context.rights:
        return []
    found = []
    rows = GateException.objects.filter(neighbourhood=context.neighbourhood, settled_at__isnull=True)
    due = list(rows.values_list("due_at", flat=True))
    if due:
        late = sum(1 for one in due if one < context.now)
        title = ngettext("%(n)s thing at the gates was odd", "%(n)s things at the gates were odd", len(due)) % {
            "n": number(len(due))
        }
        text = (
            ngettext("%(n)s of them is past its time", "%(n)s of them are past their time", late) % {"n": number(late)}
            if late
            else _("Look at each and settle it in a sentence.")
        )
        found.append(Card("red" if late else "amber", title, text, reverse("gates:exceptions"), _("Settle")))
    waiting = Review.objects.filter(neighbourhood=context.neighbourhood, answered_at__isnull=True).count()
    if waiting:
        title = ngettext("%(n)s person asks for a review", "%(n)s people ask for a review", waiting) % {
            "n": number(waiting)
        }
        text = _("Somebody was held or refused and wants a person to look again.")
        found.append(Card("amber", title, text, reverse("gates:reviews"), _("Answer")))
    return found


def handout_cards(context: Context) -> list[Card]:
    """G03: permits handed out against the deadline, in the reader's own area."""
    if "permits.handout" not in context.rights:
        return []
    day = deadline(context.neighbourhood)
    if day is None or day - timezone.localdate(context.now) > SOON:
        return []
    own = places_with(context.request.mandates, "permits.handout")
    figures = campaign(context.neighbourhood, at=context.now, inside=own)
    total, given = figures.total, figures.handed_out
    if given >= total:
        return []
    left = total - given
    title = ngettext("%(n)s permit is not handed out yet", "%(n)s permits are not handed out yet", left) % {
        "n": number(left)
    }
    late = day < timezone.localdate(context.now)
    text = (_("They were due by %(day)s") if late else _("Due by %(day)s")) % {"day": moment(day, "day")}
    return [Card("red" if late else "amber", title, text, reverse("gates:permits"), _("See where"), given, total)]


def passed_cards(context: Context) -> list[Card]:
    """What went well: how many passed today."""
    if "gates.read" not in context.rights:
        return []
    start, _end = day_of(context.now)
    passed = passed_total(context.neighbourhood, start, context.now)
    if not passed:
        return []
    title = ngettext("%(n)s passage today", "%(n)s passages today", passed) % {"n": number(passed)}
    text = _("Counted since four in the morning, all gates together.")
    return [Card("green", title, text, reverse("gates:board"), _("See the gates"))]
