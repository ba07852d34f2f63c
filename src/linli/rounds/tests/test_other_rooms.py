"""A walker's phone carries what other rooms have for him, and what it sends for them is handed on, once, nothing refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils import timezone

from linli.ground.models import Mandate
from linli.ground.testing import Cast
from linli.inbox.models import RawUpload
from linli.inbox.phones import rooms
from linli.inbox.phones.items import Malformed
from linli.inbox.phones.rooms import Bearer, Room, Taken
from linli.inbox.phones.signature import from_base64url
from linli.kernel.ids import uuid7
from linli.rounds.models import WalkerPhone
from linli.rounds.testing_walk import WalkersPhone, make_walker


@pytest.fixture
def walker(cast: Cast) -> Mandate:
    return make_walker(cast)


@pytest.fixture
def phone(cast: Cast, walker: Mandate) -> WalkersPhone:
    found = WalkersPhone()
    found.enrol(cast.users["secretary"], walker, cast.neighbourhood)
    return found


def test_another_room_has_its_part_of_the_pack_and_takes_its_items(
    cast: Cast, phone: WalkersPhone, walker: Mandate, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def take(bearer: Bearer, raw: Mapping[str, Any]) -> Taken:
        if "what" not in raw:
            raise Malformed("what")
        seen.append(f"{raw['what']} {bearer.user}")
        return Taken(fresh=len(seen) == 1, problem="former")

    room = Room("parcels", lambda who: {"mine": [one.pk for one in who.mandates]}, {"parcel": take})
    monkeypatch.setattr(rooms, "_rooms", {"parcels": room})
    answer = phone.get("pack")
    cipher = AESGCM(from_base64url(answer["key"]))
    pack = json.loads(cipher.decrypt(from_base64url(answer["iv"]), from_base64url(answer["sealed"]), None))
    assert pack["rooms"] == {"parcels": {"mine": [walker.pk]}}
    item = {"id": str(uuid7()), "kind": "parcel", "what": "box"}
    results = phone.send(item, item, {"id": "7", "kind": "parcel"}, {"id": "8", "kind": "letter"})
    assert [(one["status"], one["problem"]) for one in results] == [
        ("stored", "former"), ("already", "former"), ("waiting", "what"), ("waiting", "kind"),
    ]  # fmt: skip
    assert seen == [f"box {walker.user}"] * 2
    with cast.scope():
        assert sorted(RawUpload.objects.values_list("problem", flat=True)) == ["kind", "what"]


def test_other_rooms_know_whose_a_walkers_phone_is(cast: Cast, phone: WalkersPhone, walker: Mandate) -> None:
    now, here = timezone.now(), cast.neighbourhood.pk
    row = WalkerPhone.objects.get()
    known = rooms.phones_of(here, None, now)[row.pk]
    assert (known.mandate, known.public_key) == (walker, bytes(row.public_key))
    assert rooms.phones_of(here, [uuid7()], now) == {}
    WalkerPhone.objects.update(cut_off_at=now)
    assert rooms.phones_of(here, None, now) == {}
    assert row.pk in rooms.phones_of(here, [row.pk], now)  # what it had signed before stays its word
