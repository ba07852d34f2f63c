"""Permits of people who come under another neighbourhood: cards are signed for the old one, so they end, and live again on the way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from linli.gates.models import Card, Permit, PermitKey
from linli.ground.inserting import ready_changes
from linli.ground.models import Place
from linli.kernel import permit_number

REASON = "parted"


def end_and_revive(rows: Sequence[Any], to: Place) -> int:
    """End the live ones that have cards, with the reason ``parted``; revive those that ended so and whose cards ``to`` signed itself.

    A number that somebody else has there is replaced by a free one: a number is read aloud within one neighbourhood.
    """
    now = timezone.now()
    signed = Exists(PermitKey.objects.filter(neighbourhood=to, kid=OuterRef("kid")))
    cards = Card.objects.named().filter(permit__in=[row.pk for row in rows])
    home = set(cards.filter(signed).values_list("permit_id", flat=True))
    strange = set(cards.exclude(signed).values_list("permit_id", flat=True)) - home
    people = [row.person_id for row in rows]
    live = set(
        Permit.objects.named().filter(person__in=people, cancelled_at__isnull=True).values_list("person_id", "klass")
    )
    for row in rows:
        if row.cancelled_at is None and row.pk in strange:
            row.cancelled_at, row.reason = now, REASON
        elif row.reason == REASON and row.pk in home and row.until > now and (row.person_id, row.klass) not in live:
            row.cancelled_at, row.reason = None, ""
    _numbers(rows, to)
    return ready_changes(rows, ("cancelled_at", "reason", "number")).write()


def _numbers(rows: Sequence[Any], to: Place) -> None:
    taken = set(Permit.objects.filter(neighbourhood=to).values_list("number", flat=True))
    doubles = [row for row in rows if row.number in taken]
    if not doubles:
        return
    used = taken | set(Permit.objects.filter(neighbourhood=rows[0].neighbourhood_id).values_list("number", flat=True))
    serial = 1 + max(permit_number.serial_of(number) for number in used)
    for row in doubles:
        row.number = permit_number.number_for(serial)
        serial += 1
