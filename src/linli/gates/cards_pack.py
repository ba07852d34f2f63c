"""What a phone must know of cards beside the list itself: gate groups, cancelled rights, what stopped being good since (SEEDS G04)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery

from linli.gates.cards_actions import CORRECTION
from linli.gates.cards_faces import as_pack
from linli.gates.models import Card, CardEvent, Device, Permit
from linli.gates.standing import EVENT_STATES
from linli.ground.models import Place
from linli.ground.models.places import AreaPlace

REVIVING = (CORRECTION, "again")
"""Notes of the movements by which a dead card lives again; a phone learns of them too."""


def areas(gate: Place) -> list[int]:
    """The areas that hold this gate; one statement."""
    rows = AreaPlace.objects.filter(place__in=gate.ancestor_ids())
    return sorted(rows.values_list("area", flat=True).distinct())


def state_of(gate: Place) -> list[Any]:
    """A value that changes when a card dies or lives again, or a gate group changes; three statements."""
    place = gate.neighbourhood_id or 0
    dying = CardEvent.objects.filter(neighbourhood_id=place)
    dying = dying.filter(Q(state__in=list(EVENT_STATES)) | Q(note__in=REVIVING))
    return [dying.aggregate(n=Count("pk"), heard=Max("heard_at")), areas(gate), as_pack(place)]


def cancelled_permits(place: int, now: datetime, ended_after: datetime) -> list[str]:
    """Rights that were taken back, by id: a code of one of them is refused, also one on a card that is not on the list.

    Those whose time was over before ``ended_after`` are left out: their codes are expired anyway.
    """
    rows = Permit.objects.filter(neighbourhood_id=place, cancelled_at__lte=now, until__gt=ended_after)
    return [str(pk) for pk in rows.order_by("pk").values_list("pk", flat=True)]


def revoked_since(device: Device) -> list[str]:
    """Cards that stopped being good since the phone was enrolled: lost, returned, waste, or their permit cancelled; not those that were
    put into use again."""
    place, since = device.neighbourhood_id, device.enrolled_at
    latest = CardEvent.objects.filter(card=OuterRef("pk")).order_by("-happened_at", "-id")
    died = CardEvent.objects.filter(card=OuterRef("pk"), state__in=list(EVENT_STATES), heard_at__gte=since)
    cards = Card.objects.filter(neighbourhood_id=place).annotate(state=Subquery(latest.values("state")[:1]))
    gone = cards.filter(Q(Exists(died), state__in=list(EVENT_STATES)) | Q(permit__cancelled_at__gte=since))
    return [str(pk) for pk in gone.order_by("pk").values_list("pk", flat=True)]


def permits_revoked_since(device: Device) -> list[str]:
    """Permits cancelled since the phone was enrolled: a card of theirs that the phone has never heard of is refused too."""
    rows = Permit.objects.filter(neighbourhood_id=device.neighbourhood_id, cancelled_at__gte=device.enrolled_at)
    return [str(pk) for pk in rows.order_by("pk").values_list("pk", flat=True)]
