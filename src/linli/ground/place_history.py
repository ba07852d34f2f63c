"""Spans of a place's history, as the acts of a person write them (a list writes its own)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_noop

from linli.ground.gazetteer.store import FROM_LIST
from linli.ground.models import Place, PlaceName
from linli.kernel.refusal import Refusal

BEGINNING = date(1900, 1, 1)
"""Since nobody knows when."""


def add_span(place: Place, day: date, source: str = "page", **said: Any) -> bool:
    """From ``day`` on something of the place is otherwise (``name``, ``code``, ``parent``). True if that still holds, False when a
    later change is known. A span that says what the one before it says disappears, so that an act and its counter-act leave nothing.
    """
    spans = list(place.names.order_by("since"))
    if not spans:
        since = place.since if place.since is not None and place.since < day else BEGINNING
        spans = [
            PlaceName.objects.create(place=place, name=place.name, code=place.code, parent=place.parent, since=since)
        ]
    elif len(spans) == 1 and spans[0].since >= day and not spans[0].source.startswith(FROM_LIST):
        PlaceName.objects.filter(pk=spans[0].pk).update(since=BEGINNING)
        spans[0].since = BEGINNING
    before = next((span for span in reversed(spans) if span.since <= day), spans[0])
    new = {"name": before.name, "code": before.code, "parent": before.parent, "until": None, "source": source, **said}
    row, _made = PlaceName.objects.update_or_create(place=place, since=day, defaults=new)
    earlier = [span for span in spans if span.since < day]
    last = earlier[-1] if earlier else None
    if (
        last is not None
        and last.until is None
        and (last.name, last.code, last.parent_id) == (row.name, row.code, row.parent_id)
    ):
        row.delete()
    return not any(span.since > day for span in spans)


def close_span(place: Place, day: date) -> None:
    """The place is gone from ``day`` on."""
    last = place.names.order_by("since").last()
    if last is None:
        last = PlaceName(
            place=place, name=place.name, code=place.code, parent=place.parent, since=place.since or BEGINNING
        )
    if last.since >= day:
        last.since = BEGINNING if not place.names.filter(since__lt=day).exists() else day - timedelta(days=1)
    last.until = day
    last.save()


def reopen_span(place: Place) -> None:
    """The place was never gone."""
    last = place.names.order_by("since").last()
    if last is not None:
        PlaceName.objects.filter(pk=last.pk).update(until=None)


def latest(place: Place) -> date:
    """The day of the last change that is known."""
    last = place.names.order_by("since").values_list("since", flat=True).last()
    return last or BEGINNING


def check_day(place: Place, day: date, today: date) -> None:
    """Refuse a day in the future (``ground.day_in_future``) or before the last known change (``ground.day_before_change``)."""
    if day > today:
        raise Refusal("ground.day_in_future", gettext_noop("Write it down on the day itself or after it."))
    last = latest(place)
    if day < last and last != place.since:
        raise Refusal(
            "ground.day_before_change",
            gettext_noop("On %(day)s this place changed already: give a day after that."),
            day=last.isoformat(),
        )
