"""值班: who is on, who comes, who is missing; the wall of the office; the week by post."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.duties import standing
from linli.duties.access import may_manage_all
from linli.duties.generating import midnight
from linli.duties.models import Post, Shift
from linli.duties.standing import DAY, Board, Held, Thin
from linli.duties.words import KINDS
from linli.ground.access import needs
from linli.ground.models import Place
from linli.ui.exports import xlsx_response
from linli.ui.words import moment

WEEK = 7


@require_GET
@needs("duties.read")
def board(request: Any) -> HttpResponse:
    """Every post: who stands there until when, who takes over, who is missing; and where it is thin."""
    now = timezone.now()
    found = standing.board(request.neighbourhood, now)
    eating = standing.meals(found.every, timezone.localdate(now))
    context = _now(found, now) | {"eating": sum(eating.values()), "manage": may_manage_all(request)}
    return render(request, "duties/board.html", context)


def _now(found: Board, now: datetime) -> dict[str, Any]:
    return {"board": found, "at": now, "today": timezone.localdate(now), "tomorrow": timezone.localdate(now) + DAY}


@require_GET
@needs("duties.read")
def wall(request: Any) -> HttpResponse:
    """For an office screen: nothing to press, refreshes itself, read from four metres."""
    now = timezone.now()
    return render(request, "duties/wall.html", _now(standing.board(request.neighbourhood, now), now))


@dataclass(frozen=True)
class Row:
    """A post's week: the shifts of each day."""

    post: Post
    days: list[list[Held]]


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday, filtered."""

    since: date
    rows: list[Row]
    thin: list[Thin]

    @property
    def days(self) -> list[date]:
        """The days of the columns."""
        return [self.since + n * DAY for n in range(WEEK)]

    @property
    def wanted(self) -> int:
        """How many places there are."""
        return sum(one.shift.wanted for row in self.rows for day in row.days for one in day)

    @property
    def short(self) -> int:
        """How many nobody fills."""
        return sum(one.short for row in self.rows for day in row.days for one in day)


def monday_of(request: Any) -> date:
    """The Monday of the week that is asked for, else of this one."""
    try:
        day = date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        day = timezone.localdate()
    if not 1 <= day.year - timezone.localdate().year + 100 <= 200:
        day = timezone.localdate()
    return day - timedelta(days=day.weekday())


def week_of(request: Any, since: date, now: datetime) -> Week:
    """The week of the posts that the address asks for (``kind``, ``estate``)."""
    kind, estate = request.GET.get("kind", ""), estate_of(request)
    everything = standing.posts_of(request.neighbourhood, now)
    posts = [one for one in everything if (not kind or one.kind == kind) and (estate is None or _in(one, estate))]
    begins, ends = midnight(since), midnight(since + WEEK * DAY)
    every = [one for one in standing.load(posts, begins, ends, now) if one.shift.starts_at >= begins]
    prefetch_related_objects([one.shift for one in every], "pattern")
    of: dict[tuple[UUID, date], list[Held]] = defaultdict(list)
    for one in every:
        of[one.shift.post_id, timezone.localdate(one.shift.starts_at)].append(one)
    days = [since + n * DAY for n in range(WEEK)]
    rows = [Row(post, [of[post.pk, day] for day in days]) for post in posts]
    ahead = [day for day in days if day >= timezone.localdate(now)]
    thin = standing.thin(request.neighbourhood, posts, every, ahead, now) if not kind and estate is None else []
    return Week(since, rows, thin)


def estate_of(request: Any) -> Place | None:
    """The estate that the address asks for (C05)."""
    raw = request.GET.get("estate", "")
    if not raw.isascii() or not raw.isdigit() or len(raw) > 17:
        return None
    return Place.objects.filter(pk=int(raw), neighbourhood=request.neighbourhood).first()


def _in(post: Post, estate: Place) -> bool:
    return post.place is not None and estate.contains(post.place)


@require_GET
@needs("duties.read")
def week(request: Any) -> HttpResponse:
    """The week by post; as a spreadsheet and on A4."""
    now, since = timezone.now(), monday_of(request)
    found = week_of(request, since, now)
    if request.GET.get("as") == "xlsx":
        return _sheet(found)
    context = {
        "week": found,
        "kinds": KINDS,
        "kind": request.GET.get("kind", ""),
        "estate": estate_of(request),
        "estates": Place.objects.filter(neighbourhood=request.neighbourhood, kind__code="estate", until__isnull=True),
        "before": since - WEEK * DAY,
        "after": since + WEEK * DAY,
        "last": since + (WEEK - 1) * DAY,
        "today": timezone.localdate(now),
        "manage": may_manage_all(request),
        "back_url": request.path,
    }
    return render(
        request, "duties/week_print.html" if request.GET.get("as") == "print" else "duties/week.html", context
    )


def _sheet(found: Week) -> HttpResponse:
    heads = [_("Post"), _("Day"), _("Shift"), _("From"), _("Until"), _("People"), _("Places"), _("Open")]
    rows = (
        [row.post.label, day, name_of(one.shift), one.shift.starts_at, one.shift.ends_at,
         "、".join(seat.name for seat in one.people), one.shift.wanted, one.short]
        for row in found.rows
        for day, shifts in zip(found.days, row.days, strict=True)
        for one in shifts
    )  # fmt: skip
    said = f"{moment(found.days[0], 'day')} – {moment(found.days[-1], 'day')}"
    return xlsx_response(_("Roster"), heads, rows, sub=said)


def name_of(shift: Shift) -> str:
    """What a shift is called: by its pattern, or nothing for a single one."""
    return shift.pattern.label if shift.pattern is not None else ""
