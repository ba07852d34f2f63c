"""What a walker's phone carries: his own targets, the pinned sheets, the places he may name, and what other rooms have for him. No other
person's data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from linli.ground.mandates import under
from linli.ground.models import Mandate, Place
from linli.inbox.phones import rooms
from linli.operations.queries import active_operation, ruleset_for
from linli.rounds.asking import as_json
from linli.rounds.models import Question, WalkerPhone
from linli.rounds.rules import applies
from linli.rounds.sheet_reading import ask_of, questions_with_choices
from linli.rounds.walkers import Stop, Way, bearer_of, label_of, offices_of, way_of

LIVES = timedelta(hours=48)
"""*(ours)*: a phone that was not heard for two days forgets its targets; what it has recorded stays until it is heard."""
MOST_PLACES = 600
NAMED = ("lane", "side_lane", "gate", "building", "estate", "office_tower")
"""What somebody can name as the place of an observation: a point of the neighbourhood, never a door."""


def content(phone: WalkerPhone, now: datetime) -> dict[str, Any]:
    """The pack as data; a fixed number of statements at any number of targets. ``rooms``: what other rooms have for him, by their code."""
    mandates = offices_of(phone.mandate, phone.neighbourhood, now)
    way = way_of(mandates, phone.neighbourhood, now)
    rounds = {one.pk: index for index, one in enumerate(way.rounds)}
    return {
        "walker": {"name": phone.mandate.holder_name, "until": phone.shift_end.isoformat()},
        "neighbourhood": {"id": phone.neighbourhood_id, "name": phone.neighbourhood.name},
        "rounds": [
            {
                "id": str(one.pk),
                "title": one.title,
                "text": one.text,
                "due": _ms(one.due_at),
                "closes": _ms(one.closes_at or one.due_at),
                "sheet": str(one.sheet_id) if one.sheet_id else None,
            }
            for one in way.rounds
        ],
        "sheets": _sheets(way, phone.neighbourhood_id, now),
        "zones": {str(pk): name for pk, name in way.zones.items()},
        "targets": [_target(stop, rounds) for stop in way.stops],
        "places": places_of(mandates, phone.neighbourhood),
        "rooms": rooms.packs(bearer_of(phone, mandates, now)),
    }


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000)


def _target(stop: Stop, rounds: dict[UUID, int]) -> dict[str, Any]:
    """A target in the form that the phone keeps."""
    target = stop.target
    return {
        "id": str(target.pk),
        "round": rounds[target.occurrence_id],
        "place": target.place_id,
        "building": stop.building,
        "door": stop.door,
        "whom": stop.whom,
        "zone": target.area_id,
        "dwelling": stop.place is not None and stop.place.kind.code == "dwelling",
        "due": _ms(stop.due_at),
        "own": target.due_at is not None,
        "day": target.day or None,
        "outcome": stop.outcome or None,
        "call_back_at": _ms(stop.call_back_at),
    }


def _sheets(way: Way, neighbourhood: int, now: datetime) -> dict[str, Any]:
    """The pinned sheets of the rounds, with the questions that are asked under today's rules; four statements."""
    sheets = {one.sheet_id: one.sheet for one in way.rounds if one.sheet is not None}
    rows = questions_now(questions_with_choices().filter(sheet__in=sheets), neighbourhood, now) if sheets else []
    return {
        str(pk): {
            "title": sheet.title,
            "title_en": sheet.title_en,
            "version": sheet.version,
            "questions": [{"id": one.pk, **as_json(ask_of(one))} for one in rows if one.sheet_id == pk],
        }
        for pk, sheet in sheets.items()
    }


def questions_now(rows: Iterable[Question], neighbourhood: int, now: datetime) -> list[Question]:
    """Those that are asked under the rules of the moment: nobody is told to measure where nothing may be measured. Two statements."""
    rules = ruleset_for(active_operation(neighbourhood, now), now)
    return [one for one in rows if applies(one.when, rules)]


def places_of(mandates: Sequence[Mandate], neighbourhood: Place) -> list[list[Any]]:
    """[id, words] of the points that somebody with these mandates can name, as the tree goes; one statement."""
    roots = [m.place for m in mandates if m.place is not None and neighbourhood.contains(m.place)] or [neighbourhood]
    rows = Place.objects.filter(under(roots), neighbourhood=neighbourhood, until__isnull=True)
    found = {
        place.pk: place
        for place in rows.filter(kind__code__in=NAMED).select_related("kind").order_by("path")[:MOST_PLACES]
    }
    return [[pk, " ".join(part for part in label_of(place, found) if part)] for pk, place in found.items()]


def plain(phone: WalkerPhone, now: datetime) -> bytes:
    """The pack as it is sealed."""
    return json.dumps(content(phone, now), ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def version_of(pack: bytes) -> str:
    """A short name that changes when anything in the pack changes."""
    return hashlib.sha256(pack).hexdigest()[:12]


def expires(phone: WalkerPhone, now: datetime) -> datetime:
    """When the phone must have forgotten it: two days from now, or with the phone."""
    return min(timezone.localtime(now + LIVES), phone.shift_end)
