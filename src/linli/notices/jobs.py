"""What the worker does for the notices, each few seconds. Rooms' own ``jobs.py`` write notices; this one tells and sends them."""

from __future__ import annotations

from datetime import datetime

from linli.ground.models import Place
from linli.ground.scope import scoped
from linli.notices import mail
from linli.notices.actions.outbox import hand_on, tell_due
from linli.notices.actions.sending import send_due
from linli.notices.addresses import MAIL, Address
from linli.notices.answers import Answer


def tick(now: datetime) -> None:
    """Tell who is to be told, hand on what its holders left, send what waits. Safe to run anywhere at any time, also twice at once."""
    every = set(Place.objects.filter(kind__code="neighbourhood").values_list("pk", flat=True))
    with scoped(neighbourhood_ids=every, reason="job:notices"):
        tell_due(now)
        hand_on(now)
        send_due(now, post)


def post(address: Address, body: str) -> Answer:
    """Through the channel that an address is of."""
    if address.kind == MAIL:
        return mail.post(address, body)
    # reason: the plugins and what they need take a quarter of a second to load, and pages never speak to a bot but for a test
    from linli.notices import bots

    return bots.post(address, body)
