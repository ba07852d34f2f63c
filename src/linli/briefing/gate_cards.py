"""Cards of 今日 about gates and permits."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.briefing.context import Card, Context
from linli.gates.cards_figures import campaign
from linli.gates.cards_queries import deadline
from linli.gates.models import GateException, Review
from linli.gates.owners import REVIEW, SETTLE
from linli.gates.queries import day_of, passed_total
from linli.gates.reach import within
from linli.ground.mandates import places_with
from linli.ui.words import moment, number

SOON = timedelta(days=7)


def exception_cards(context: Context) -> list[Card]:
    """What was odd at the reader's gates and waits for a person; what a refused person asked."""
    return [*_odd(context), *_asked(context)]


def _odd(context: Context) -> list[Card]:
    if SETTLE not in context.rights:
        return []
    rows = GateException.objects.filter(
        within(context.request, SETTLE), neighbourhood=context.neighbourhood, settled_at__isnull=True
    )
    found = rows.aggregate(
        n=Count("pk"),
        late=Count("pk", filter=Q(due_at__lt=context.now)),
        mine=Count("pk", filter=Q(owner=context.request.user.pk)),
    )
    odd, late, mine = found["n"], found["late"], found["mine"]
    if not odd:
        return []
    title = ngettext("%(n)s thing at the gates was odd", "%(n)s things at the gates were odd", odd) % {"n": number(odd)}
    texts = []
    if late:
        texts.append(
            ngettext("%(n)s of them is past its time", "%(n)s of them are past their time", late) % {"n": number(late)}
        )
    if mine:
        texts.append(ngettext("%(n)s is yours", "%(n)s are yours", mine) % {"n": number(mine)})
    text = " · ".join(texts) or _("Look at each and settle it in a sentence.")
    url = reverse("gates:exceptions") + ("?whose=mine" if mine else "")
    return [Card("red" if late else "amber", title, text, url, _("Settle"))]


def _asked(context: Context) -> list[Card]:
    if REVIEW not in context.rights:
        return []
    rows = Review.objects.filter(
        within(context.request, REVIEW), neighbourhood=context.neighbourhood, answered_at__isnull=True
    )
    waiting = rows.count()
    if not waiting:
        return []
    title = ngettext("%(n)s person asks for a review", "%(n)s people ask for a review", waiting) % {
        "n": number(waiting)
    }
    text = _("Somebody was held or refused and wants a person to look again.")
    return [Card("amber", title, text, reverse("gates:reviews"), _("Answer"))]


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
