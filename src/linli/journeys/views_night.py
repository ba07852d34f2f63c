"""A night of arrivals: its runs, what happened by the clock, who was on duty (T06, T07, T08). After midnight is still that night."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from linli.ground.access import needs
from linli.ground.models import Place
from linli.journeys import stories
from linli.journeys.access import READ
from linli.journeys.beside import watch
from linli.journeys.faces import bracketed, flight_of, holder_of, long, name_of, run_signal, run_title, when
from linli.journeys.models import ArrivalNotice, Handover, Movement, Run
from linli.journeys.queries import board
from linli.journeys.views_notices import after_landing
from linli.journeys.words import VIAS
from linli.kernel.handover import minutes_between, night_of
from linli.ui.words import listed

CHANGES_AT = time(8)
"""When the night's shift hands over to the day's."""
DAY = timedelta(days=1)
NAMED = 4
"""So many people are named in a line; of more, the number."""


@dataclass(frozen=True)
class Event:
    """Something that happened in the night."""

    at: datetime
    words: str
    url: str = ""
    about: bool = False


@require_GET
@needs(READ)
def night(request: Any) -> HttpResponse:
    """The night of a day (``?day=``), at first the one that is under way."""
    now = timezone.now()
    day = _asked(request) or night_of(now, CHANGES_AT)
    since, until = bounds(day)
    handed = stories.between(request.neighbourhood, since, until)
    runs = list(stories.runs(request.neighbourhood).filter(night=day).order_by("number"))
    found = board(request.neighbourhood, min(now, until), since=since)
    words = _words(request.neighbourhood, since, until)
    landed = _landings(request.neighbourhood, since, until)
    after = _after_word(handed)
    events = sorted([*landed, *words, *(_handed(one, after) for one in handed)], key=lambda one: one.at)
    span = _span(words, handed)
    context = {
        "day": day,
        "since": since,
        "until": until,
        "before": day - DAY,
        "after": day + DAY,
        "board": found,
        "runs": [_run(one, now) for one in runs],
        "events": events,
        "span": span,
        "watch": watch(request.neighbourhood, *span) if span else None,
    }
    return render(request, "journeys/night.html", context)


def _asked(request: Any) -> date | None:
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None
    return day if 2000 <= day.year <= timezone.localdate().year + 1 else None


def bounds(day: date) -> tuple[datetime, datetime]:
    """From the change of shift on that day until the one on the next."""
    zone = timezone.get_current_timezone()
    return tuple(datetime.combine(one, CHANGES_AT, tzinfo=zone) for one in (day, day + DAY))  # type: ignore[return-value]


def _span(words: Iterable[Event], handed: Iterable[Handover]) -> tuple[datetime, datetime] | None:
    """From the first word to the last delivery: the time in which somebody had to be there (T08)."""
    first = min((one.at for one in words), default=None)
    last = max((one.happened_at for one in handed if stories.is_final(one)), default=None)
    return (first, last) if first is not None and last is not None and first < last else None


def _landings(place: Place, since: datetime, until: datetime) -> list[Event]:
    rows = Movement.objects.filter(neighbourhood=place, landed_at__gte=since, landed_at__lt=until)
    return [
        Event(one.landed_at, _("%(flight)s landed") % {"flight": flight_of(one)}, about=one.about)
        for one in rows[: stories.MOST]
        if one.landed_at is not None
    ]


def _words(place: Place, since: datetime, until: datetime) -> list[Event]:
    rows = ArrivalNotice.objects.filter(neighbourhood=place, received_at__gte=since, received_at__lt=until)
    return [
        Event(one.received_at, _word(one), reverse("journeys:notice", args=[one.pk]), one.about)
        for one in rows.select_related("movement")[: stories.MOST]
    ]


def _word(one: ArrivalNotice) -> str:
    """Word that came, by what way, and how long after the landing (T02: 4 h 04 min)."""
    parts = [str(VIAS[one.via]), after_landing(one)]
    return _("Arrival notice") + bracketed(listed(part for part in parts if part))


def _after_word(handed: Iterable[Handover]) -> dict[UUID, str]:
    """Hand-over → how long after the word it was, for the first door and the last of each word (T05: 2 h 44 min, T06: 3 h 07 min)."""
    doors: dict[UUID, list[tuple[Handover, datetime]]] = {}
    for one in handed:
        notices = {link.traveller.notice for link in one.links.all() if stories.is_final(one)}
        for notice in notices:
            doors.setdefault(notice.pk, []).append((one, notice.received_at))
    found = {}
    for brought in doors.values():
        for one, heard in (brought[0], brought[-1]):
            if heard <= one.happened_at:
                gap = long(minutes_between(heard, one.happened_at))
                found[one.pk] = _("%(long)s after the notice") % {"long": gap}
    return found


def _handed(one: Handover, after: Mapping[UUID, str]) -> Event:
    people = [link.traveller for link in one.links.all()]
    hands = {"giver": holder_of(one.giver), "taker": holder_of(one.taker), "who": _people(people)}
    text = (
        _("%(who)s home: %(taker)s")
        if one.taker is not None and one.taker.is_home
        else _("%(who)s: from %(giver)s to %(taker)s")
    )
    url = reverse("journeys:traveller", args=[people[0].pk]) if people else ""
    said = text % hands
    if one.pk in after:
        said = f"{said}{bracketed(after[one.pk])}"
    return Event(one.happened_at, said, url, one.about)


def _people(people: list[Any]) -> str:
    if len(people) <= NAMED:
        return listed(name_of(one) for one in people)
    return ngettext("%(n)s person", "%(n)s people", len(people)) % {"n": len(people)}


def _run(run: Run, now: datetime) -> dict[str, Any]:
    """A run as a line: how many are on its list, who goes with it, how it is."""
    count = len(run.seats.all())
    crew = [holder_of(one.hands) for one in run.crew.all()]
    words = [ngettext("%(n)s person", "%(n)s people", count) % {"n": count}, listed(crew)]
    if run.departed_at is not None:
        words.append(_("left %(at)s") % {"at": when(run.departed_at, run.departed_about)})
    return {
        "title": run_title(run),
        "url": reverse("journeys:run", args=[run.pk]),
        "words": " · ".join(part for part in words if part),
        "signal": run_signal(run, now),
    }
