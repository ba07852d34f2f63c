"""Hand-overs on an enrolled phone (``inbox.phones.rooms``, decision 0134): what it carries, and what it sends, hours or days later.

A pack holds whoever is on its bearer's runs or in his hands, by masked name and door, and nothing more of them; the keys of the
neighbourhood's phones, so that a giver's code is believed without a network; and nobody's telephone, document or whole name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from linli.ground.capacities import CAPACITIES
from linli.ground.models import Mandate, Person
from linli.ground.places import short_address
from linli.inbox.phones import rooms
from linli.inbox.phones.rooms import Bearer, Room
from linli.inbox.phones.signature import to_base64url
from linli.journeys import phone_taking, stories
from linli.journeys.faces import HANDS, TRAVELLER, holder_of, name_of
from linli.journeys.models import HandoverTraveller, Hands, Leg, Run, RunTraveller, Traveller
from linli.journeys.standing import chains_now
from linli.kernel.handover import Span, night_of
from linli.operations.queries import over

RIGHT = "journeys.escort"
PROBLEMS = {
    "unknown_travellers": gettext_lazy("it hands over travellers who are not listed here"),
    "same_hands": gettext_lazy("it hands travellers over to who had them already"),
    "code_again": gettext_lazy("the same six digits were used once before for the same people"),
    "other": gettext_lazy("it does not say who the other side was"),
    "ticket": gettext_lazy("the code that was scanned cannot be read"),
    "unknown_handover": gettext_lazy("it takes back a hand-over that is not here"),
    "not_own_handover": gettext_lazy("it takes back a hand-over of two others"),
}
"""Why an item waits; what cannot be read at all is shown by its code."""
MOST = 200
"""People on one phone; a night has some dozens."""


def pack(bearer: Bearer) -> dict[str, Any] | None:
    """Runs, people and phones, in the form that ``scanner/handovers.js`` reads; None where nobody is on the way. Nine statements."""
    own = [one for one in bearer.mandates if escorts(one)]
    open_ = Traveller.objects.filter(neighbourhood=bearer.neighbourhood, closed_at__isnull=True)
    open_ = open_.exclude(operation__in=over(bearer.now))
    if not own or not open_.exists():
        return None
    hands = {one.pk for one in stories.hands_of(own, bearer.neighbourhood)}
    seats = _seats(hands, bearer)
    people = list(_perhaps(open_, hands, seats))[::-1]
    chains = chains_now(people, bearer.now)
    legs = _next_legs(people)
    held = {one.pk: chains[one.pk][-1] for one in people if one.pk in chains}
    holders = _hands(span.holder for span in held.values())
    runs = sorted({seat.run for seat in seats}, key=lambda run: (run.night, run.number))
    run_of = {seat.traveller_id: runs.index(seat.run) for seat in seats}
    mine = [
        one for one in people if one.pk in run_of or one.pk in legs_to(legs, hands) or _held_by(held.get(one.pk), hands)
    ]
    named = _masks(mine)
    return {
        "runs": [_run(one) for one in runs],
        "people": [
            _person(one, named[one.pk], run_of.get(one.pk), held.get(one.pk), legs.get(one.pk), _Eyes(hands, holders))
            for one in mine
        ],
        "phones": _phones(bearer),
    }


def escorts(mandate: Mandate) -> bool:
    """Whether somebody with this mandate brings people home."""
    known = CAPACITIES.get(mandate.capacity)
    return known is not None and RIGHT in known.rights


@dataclass(frozen=True)
class _Eyes:
    """By whom a list is read: his hands, and everybody's who holds somebody on it."""

    own: Collection[UUID]
    holders: Mapping[UUID, Hands]


def _seats(hands: Collection[UUID], bearer: Bearer) -> list[RunTraveller]:
    """Who is on his runs of this night and the last; one statement."""
    since = night_of(bearer.now) - timedelta(days=1)
    rows = RunTraveller.objects.filter(
        run__crew__hands__in=hands, run__night__gte=since, run__called_off_at__isnull=True
    )
    return list(rows.select_related("run").distinct())


def _perhaps(open_: QuerySet[Traveller], hands: Collection[UUID], seats: Sequence[RunTraveller]) -> QuerySet[Traveller]:
    """Everybody who can be in these hands or on their way to them, the latest first; who is, is computed."""
    handed = HandoverTraveller.objects.filter(handover__taker__in=hands).values("traveller")
    awaited = Leg.objects.filter(taker__in=hands, done_by__isnull=True, cancelled_at__isnull=True).values("traveller")
    wanted = Q(pk__in=[seat.traveller_id for seat in seats]) | Q(begun_hands__in=hands)
    rows: QuerySet[Traveller] = open_.filter(wanted | Q(pk__in=handed) | Q(pk__in=awaited))
    rows = rows.select_related(*TRAVELLER).order_by("-heard_at", "-pk")[:MOST]
    return rows


def _next_legs(people: Sequence[Traveller]) -> dict[UUID, Leg]:
    """What each waits for next; one statement."""
    found: dict[UUID, Leg] = {}
    for leg in stories.open_legs(people):
        found.setdefault(leg.traveller_id, leg)
    return found


def legs_to(legs: Mapping[UUID, Leg], hands: Collection[UUID]) -> set[UUID]:
    """Travellers who are to come into these hands next."""
    return {pk for pk, leg in legs.items() if leg.taker_id in hands}


def _hands(wanted: Iterable[UUID]) -> dict[UUID, Hands]:
    return {one.pk: one for one in Hands.objects.filter(pk__in=set(wanted)).select_related(*HANDS)}


def _held_by(span: Span[UUID] | None, hands: Collection[UUID]) -> bool:
    return span is not None and span.holder in hands


def _run(run: Run) -> dict[str, Any]:
    return {"id": str(run.pk), "number": run.number, "planned": _ms(run.departed_at or run.planned_at)}


def _person(
    one: Traveller, name: str, run: int | None, span: Span[UUID] | None, leg: Leg | None, eyes: _Eyes
) -> dict[str, Any]:
    """A traveller as the phone keeps him: masked, with his door, who has him, who takes him next."""
    door = one.dwelling
    holder = eyes.holders[span.holder] if span is not None else None
    return {
        "id": str(one.pk),
        "name": name,
        "building": short_address(door.parent) if door is not None and door.parent is not None else "",
        "door": door.name if door is not None else "",
        "home": door.pk if door is not None else None,
        "run": run,
        "place": _place(holder, eyes.own),
        "words": holder_of(holder) if holder is not None and not holder.is_home else "",
        "hands": str(holder.pk) if holder is not None else None,
        "since": _ms(span.since) if span is not None else None,
        "next": {
            "hands": str(leg.taker_id),
            "words": holder_of(leg.taker),
            "at": _ms(leg.expected_at),
            "about": leg.about,
        }
        if leg is not None
        else None,
    }


def _place(holder: Hands | None, own: Collection[UUID]) -> str:
    if holder is None:
        return "listed"
    if holder.is_final:
        return "home"
    return "me" if holder.pk in own else "other"


def _masks(people: Sequence[Traveller]) -> dict[UUID, str]:
    """Masked names that tell people of one door apart: 王*, and 王*云 where two of them would be 王*."""
    plain = {one.pk: Person(name=name_of(one)).masked_name for one in people}
    often = Counter((one.dwelling_id, plain[one.pk]) for one in people)
    return {
        one.pk: plain[one.pk] if often[one.dwelling_id, plain[one.pk]] == 1 else _longer_mask(name_of(one))
        for one in people
    }


def _longer_mask(name: str) -> str:
    words = name.split()
    return " ".join(f"{word[:1]}*" for word in words) if len(words) > 1 else f"{name[:1]}*{name[-1:]}"


def _phones(bearer: Bearer) -> dict[str, list[str]]:
    """Phone → [its public key, who carries it], for every phone in use here; one statement."""
    known = rooms.phones_of(bearer.neighbourhood.pk, None, bearer.now)
    return {str(pk): [to_base64url(one.public_key), one.mandate.holder_name] for pk, one in known.items()}


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000)


def register_all() -> None:
    """The journeys' part of a phone, from ``apps.py``."""
    kinds = {"handover": phone_taking.take_handover, "handover_annulment": phone_taking.take_annulment}
    rooms.register(Room("journeys", pack, kinds, PROBLEMS))
