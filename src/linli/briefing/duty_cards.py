"""Cards of 今日 about duties: who is not there, where it is thin until tomorrow evening (P03), and one's own next shift."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.briefing.context import Card, Context
from linli.duties import standing
from linli.duties.models import Shift, Stint
from linli.duties.standing import Board, Thin
from linli.ui.words import moment, number

SOON = timedelta(hours=24)


def duty_cards(context: Context) -> list[Card]:
    """Somebody missing now is an alarm; a thin spot needs somebody. One card for both; none when every shift is full."""
    if "duties.read" not in context.rights:
        return []
    board = standing.board(context.neighbourhood, context.now)
    if board.missing:
        return [_missing_card(board)]
    if not board.thin:
        return []
    first = board.thin[0]
    return [Card("amber", _thin_title(board), said(first), _shift_or_board(first.shift, board), _("Who could step in"))]


def _missing_card(board: Board) -> Card:
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
    if board.thin:
        text = f"{text} · {_thin_title(board)}"
    return Card("red", title, text, _shift_or_board(held.shift, board), _("Who could step in"))


def _thin_title(board: Board) -> str:
    count = len(board.thin)
    return ngettext("Duty is thin in %(n)s place", "Duty is thin in %(n)s places", count) % {"n": number(count)}


def _shift_or_board(shift: Shift | None, board: Board) -> str:
    """The page where it is done: the shift's own when there is one thing, else the board."""
    if shift is not None and len(board.missing) + len(board.thin) == 1:
        return reverse("duties:shift", args=[shift.pk])
    return reverse("duties:board")


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
