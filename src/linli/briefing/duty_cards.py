"""Cards of 今日 about duties: who is not there, where it is thin until tomorrow evening (P03), and one's own next shift."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.briefing.context import Card, Context
from linli.duties import standing
from linli.duties.models import Stint
from linli.duties.standing import Thin
from linli.ui.words import moment, number

SOON = timedelta(hours=24)


def duty_cards(context: Context) -> list[Card]:
    """Somebody missing now is an alarm; a thin spot needs somebody. Nothing is said when every shift is full."""
    if "duties.read" not in context.rights:
        return []
    board = standing.board(context.neighbourhood, context.now)
    found = []
    if board.missing:
        held, seat = board.missing[0]
        count = len(board.missing)
        title = ngettext("%(n)s person is not at the post", "%(n)s people are not at their posts", count) % {
            "n": number(count)
        }
        text = _("%(name)s, %(post)s, since %(at)s") % {
            "name": seat.name,
            "post": held.shift.post.label,
            "at": moment(held.shift.starts_at, "time"),
        }
        url = reverse("duties:shift", args=[held.shift.pk]) if count == 1 else reverse("duties:board")
        found.append(Card("red", title, text, url, _("Who could step in")))
    if board.thin:
        count = len(board.thin)
        title = ngettext("Duty is thin in %(n)s place", "Duty is thin in %(n)s places", count) % {"n": number(count)}
        first = board.thin[0]
        url = reverse("duties:shift", args=[first.shift.pk]) if first.shift and count == 1 else reverse("duties:board")
        found.append(Card("amber", title, said(first), url, _("Who could step in")))
    return found


def said(thin: Thin) -> str:
    """Where, when, how few, in words."""
    if thin.zone and not thin.people:
        return _("%(post)s, %(day)s: nobody on duty") % {"post": thin.post, "day": moment(thin.day, "day")}
    at = moment(thin.shift.starts_at) if thin.shift is not None and not thin.zone else moment(thin.day, "day")
    return _("%(post)s, %(at)s: %(people)s of %(wanted)s people") % {
        "post": thin.post,
        "at": at,
        "people": thin.people,
        "wanted": thin.wanted,
    }


def own_duty_cards(context: Context) -> list[Card]:
    """One's own shift within a day, and what one was asked."""
    if "duties.take" not in context.rights:
        return []
    rows = Stint.objects.filter(
        volunteer__user=context.request.user,
        released_at__isnull=True,
        left_at__isnull=True,
        shift__cancelled_at__isnull=True,
        shift__ends_at__gt=context.now,
        shift__starts_at__lt=context.now + SOON,
    )
    first = rows.select_related("shift__post").order_by("shift__starts_at").first()
    if first is None:
        return []
    title = _("You are asked for a duty") if first.taken_at is None else _("You have a duty")
    text = f"{moment(first.shift.starts_at)} · {first.shift.post.label}"
    return [Card("amber" if first.taken_at is None else "green", title, text, reverse("duties:mine"), _("My shifts"))]
