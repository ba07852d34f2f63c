"""What tests of walking need: somebody who walks, a round that is his, a phone, items as a phone sends them."""

from __future__ import annotations

import base64
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from linli.accounts.models import User
from linli.ground.actions.mandates import give_mandate
from linli.ground.models import Mandate, Place
from linli.ground.testing import PASSWORD, Cast
from linli.inbox.phones.testing import SigningPhone
from linli.kernel.ids import uuid7
from linli.rounds.actions.phones import make_code
from linli.rounds.models import Occurrence, Plan, Sheet, Target, WalkerPhone


def make_walker(cast: Cast, name: str = "walker", capacity: str = "patroller") -> Mandate:
    """Somebody with an account who walks rounds in the neighbourhood."""
    user = User.objects.create_user(name, PASSWORD, display_name=f"{name} 槐安")
    return give_mandate(by=None, capacity=capacity, place=cast.neighbourhood, user=user, since=date(2020, 1, 1))


def open_round(
    cast: Cast,
    places: Sequence[Place],
    holder: Mandate,
    *,
    sheet: Sheet | None = None,
    title: str = "上午巡查",
    due_in: timedelta = timedelta(hours=2),
) -> Occurrence:
    """A round that opened an hour ago, with a target for each place, all of them ``holder``'s."""
    now = timezone.now()
    plan = Plan.objects.create(
        place=cast.neighbourhood,
        kind="patrol",
        title=title,
        filled_by=Plan.FilledBy.ASSIGNEE,
        subject=Plan.Subject.PLACE,
        holds=Plan.Holds.ZONE,
        sheet=sheet,
        created_at=now,
    )
    occurrence = Occurrence.objects.create(
        plan=plan,
        place=cast.neighbourhood,
        sheet=sheet,
        title=title,
        slot_at=now,
        opens_at=now - timedelta(hours=1),
        due_at=now + due_in,
        closes_at=now + due_in,
        opened_at=now - timedelta(hours=1),
        frozen=len(places),
    )
    Target.objects.bulk_create(
        Target(occurrence=occurrence, place=place, holder=holder, name=place.name, sort=place.path) for place in places
    )
    return occurrence


@dataclass
class WalkersPhone(SigningPhone):
    """A walker's phone."""

    base: str = "/scan/api/walk/"

    def enrol(self, by: User, mandate: Mandate, neighbourhood: Place) -> WalkerPhone:
        """Make it the phone of who holds ``mandate``."""
        _, code = make_code(by=by, mandate=mandate, neighbourhood=neighbourhood)
        answer = self.post_plain("enrol", {"token": code, "public_key": self.public_key(), "name": "phone"})
        self.device = UUID(answer["device"])
        return WalkerPhone.objects.select_related("mandate__user", "neighbourhood").get(pk=self.device)


def visit(occurrence: Occurrence, targets: Sequence[Target], outcome: str = "done", **changes: Any) -> dict[str, Any]:
    """A visit as a phone sends it, now, with ``changes``."""
    whole = {
        "id": str(uuid7()), "seq": 1, "kind": "visit", "happened_at": datetime.now(UTC).isoformat(),
        "made_offline": False, "occurrence": str(occurrence.pk),
        "targets": [[str(one.pk), outcome, None] for one in targets], "values": {}, "photos": [], "note": "",
    }  # fmt: skip
    return whole | changes


def observation(place: Place, note: str = "路灯不亮", **changes: Any) -> dict[str, Any]:
    """Something seen on the way, as a phone sends it."""
    whole = {
        "id": str(uuid7()), "seq": 1, "kind": "observation", "happened_at": datetime.now(UTC).isoformat(),
        "made_offline": False, "place": place.pk, "note": note, "due_on": None, "photos": [], "source": "",
    }  # fmt: skip
    return whole | changes


def photo(position: bytes = b"N31.2E121.3") -> bytes:
    """The smallest JPEG that has a frame, and a position beside its picture."""
    beside = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\0\0\0\0\0" + position
    frame = struct.pack(">BHHB", 8, 48, 64, 1) + b"\x01\x11\x00"
    parts = [(0xE1, beside), (0xDB, b"\0" * 65), (0xC0, frame), (0xDA, b"\x01\x01\x00\x00\x3f\x00")]
    return (
        b"\xff\xd8"
        + b"".join(struct.pack(">BBH", 0xFF, marker, len(part) + 2) + part for marker, part in parts)
        + b"\x12\x34\xff\xd9"
    )


def sent_photo(data: bytes | None = None) -> dict[str, str]:
    """A photo as a phone sends it."""
    return {"id": str(uuid7()), "jpeg": base64.b64encode(photo() if data is None else data).decode()}
