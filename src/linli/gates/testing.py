"""What tests of the gates need: an operation, permits with signed cards, and a phone that signs its requests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from linli.accounts.models import User
from linli.gates.actions.devices import make_token
from linli.gates.keys import signing_key
from linli.gates.models import Card, CardEvent, Device, Permit
from linli.ground.models import Person, Place
from linli.inbox.phones.testing import SigningPhone
from linli.kernel import permit_code, permit_number
from linli.kernel.ids import uuid7
from linli.kernel.refusal import Refusal
from linli.operations.actions import Order, open_operation
from linli.operations.models import Operation

STRICT = "shanghai-2020-02-10"


def open_strict(neighbourhood: Place, ruleset: str = STRICT) -> Operation:
    """An operation that measures and records, begun two days ago."""
    order = Order("演练", "演练封闭式管理", "emergency", "传染病防治法 第四十二条", "区防控办", "居委会", ruleset)
    now = timezone.now()
    return open_operation(
        by=None,
        neighbourhood=neighbourhood,
        order=order,
        starts_at=now - timedelta(days=2),
        ends_at=now + timedelta(days=20),
    )


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The block must be refused with this code of the closed list."""
    with pytest.raises(Refusal) as caught:
        yield
    assert caught.value.code == code


@dataclass
class Issued:
    """A permit, its card and what the card says."""

    permit: Permit
    card: Card
    code: str


def issue(
    person: Person,
    serial: int,
    *,
    area: Any = None,
    days: int = 90,
    klass: str = "resident",
    span: tuple[datetime, datetime] | None = None,
) -> Issued:
    """A permit for a person with one printed and handed-out card; inside a scope. ``span``: from when until when it holds."""
    now = timezone.now()
    since, until = span or (now - timedelta(days=10), now + timedelta(days=days))
    place = person.neighbourhood_id
    permit = Permit.objects.create(
        neighbourhood_id=place, number=permit_number.number_for(serial), person=person, area=area, klass=klass,
        since=since, until=until,
    )  # fmt: skip
    return print_card(permit, serial, since)


def print_card(permit: Permit, serial: int, made_at: datetime) -> Issued:
    """A card of a permit, handed out at once."""
    kid, key = signing_key(permit.neighbourhood_id, timezone.now())
    card = Card.objects.create(
        neighbourhood_id=permit.neighbourhood_id, permit=permit, kid=kid, serial=serial, made_at=made_at
    )
    event(card, "handed_out", made_at)
    span = int(permit.since.timestamp()), int(permit.until.timestamp())
    claims = permit_code.PermitClaims(card.pk, permit.pk, permit.neighbourhood_id, permit.area_id, permit.klass, *span)
    return Issued(permit, card, permit_code.encode(claims, kid=kid, private_key=key))


def event(card: Card, state: str, at: datetime | None = None) -> CardEvent:
    """Something that happens to a card."""
    when = at or timezone.now()
    row: CardEvent = CardEvent.objects.create(
        neighbourhood_id=card.neighbourhood_id, card=card, state=state, happened_at=when, heard_at=when
    )
    return row


def check(issued: Issued | None = None, **changes: Any) -> dict[str, Any]:
    """A complete admission as a phone sends it, with ``changes``."""
    whole: dict[str, Any] = {
        "id": str(uuid7()), "seq": 1, "happened_at": datetime.now(UTC).isoformat(), "direction": "in", "way": "card",
        "code": issued.code if issued else None, "card": str(issued.card.pk) if issued else None,
        "permit": str(issued.permit.pk) if issued else None,
        "person": str(issued.permit.person_id) if issued else None, "klass": "resident", "purpose": None,
        "answers": {"symptoms": False, "contact": False}, "temperature": 365, "plate": None, "vehicle": False,
        "companions": 0, "decision": {"outcome": "admitted", "reason": "ok"}, "rules": f"{STRICT}@2",
        "made_offline": False,
    }  # fmt: skip
    return whole | changes


@dataclass
class Phone(SigningPhone):
    """A gate's phone."""

    def enrol(self, by: User, gate: Place, *, hours: int = 12) -> Device:
        """Enrol it at a gate for a shift that began an hour ago."""
        now = timezone.now()
        _, code = make_token(
            by=by, gate=gate, shift_start=now - timedelta(hours=1), shift_end=now + timedelta(hours=hours - 1)
        )
        answer = self.post_plain("enrol", {"token": code, "public_key": self.public_key(), "name": "phone"})
        self.device = UUID(answer["device"])
        return Device.objects.select_related("gate__kind", "neighbourhood").get(pk=self.device)
