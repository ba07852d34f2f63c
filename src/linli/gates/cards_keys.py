"""Signing keys in use: a new one from now on, a stolen one withdrawn (SEEDS G04). The rules: ``docs/permit-code.md``, *Keys*."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli import vault
from linli.accounts.models import User
from linli.gates import acts, keys
from linli.gates.cards_queries import GOOD, cards_now
from linli.gates.models import Card, PermitKey
from linli.ground.locks import hold_neighbourhood
from linli.ground.models import Place
from linli.journal.record import record
from linli.kernel.refusal import Refusal


@dataclass(frozen=True)
class KeyFigures:
    """A key and its cards: how many it signed, and how many of them are in use, in stock or ordered, and would die with it."""

    row: PermitKey
    signed: int
    living: int
    signing: bool


def figures(neighbourhood: Place) -> list[KeyFigures]:
    """The keys of a neighbourhood, the newest first; three statements."""
    rows = list(PermitKey.objects.filter(neighbourhood=neighbourhood).order_by("-since", "-kid"))
    signed: dict[str, int] = dict(
        Card.objects.filter(neighbourhood=neighbourhood).order_by().values_list("kid").annotate(n=Count("pk"))
    )
    living = dict.fromkeys(signed, 0)
    kids = dict(Card.objects.filter(neighbourhood=neighbourhood).values_list("pk", "kid"))
    for card in cards_now(Card.objects.filter(neighbourhood=neighbourhood, permit__cancelled_at__isnull=True)):
        living[kids[card.id]] += card.worth in GOOD
    current = next((row.kid for row in rows if row.withdrawn_at is None), None)
    return [KeyFigures(row, signed.get(row.kid, 0), living.get(row.kid, 0), row.kid == current) for row in rows]


def rotate_key(*, by: User | None, neighbourhood: Place, at: datetime | None = None) -> PermitKey:
    """Let new cards be signed with a new key. The cards of the earlier ones stay readable; nothing is printed again."""
    now = at or timezone.now()
    with transaction.atomic():
        hold_neighbourhood(neighbourhood)
        row = keys.add_key(neighbourhood.pk, now)
        record(acts.KEY_ADDED, by=by, subject=("permit_key", row.kid), neighbourhood=neighbourhood.pk)
    return row


def withdraw_key(*, by: User | None, neighbourhood: Place, kid: str, at: datetime | None = None) -> int:
    """Withdraw a key that somebody else may have: its cards open no gate from the phones' next pack on. It is never taken back.

    The private half is destroyed; a new key signs from now on if this one did. Returns how many cards died, which the next order prints
    anew. Refusals: ``keys.unknown`` when there is no such key here or it is withdrawn already.
    """
    now = at or timezone.now()
    with transaction.atomic():
        hold_neighbourhood(neighbourhood)
        found = next((one for one in figures(neighbourhood) if one.row.kid == kid), None)
        if found is None or found.row.withdrawn_at is not None:
            raise Refusal("keys.unknown", gettext_noop("There is no such key here, or it is withdrawn already."))
        PermitKey.objects.filter(pk=kid).update(withdrawn_at=now)
        if found.signing:
            keys.add_key(neighbourhood.pk, now)
        data = {"count": found.living}
        record(acts.KEY_WITHDRAWN, by=by, subject=("permit_key", kid), neighbourhood=neighbourhood.pk, data=data)
    vault.keyring().destroy(f"permit:{kid}")
    return found.living
