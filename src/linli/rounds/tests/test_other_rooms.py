"""A walker's phone carries what other rooms have for him, and what it sends for them is handed on, once, nothing refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils import timezone

from linli.ground.models import Mandate, Person
from linli.ground.testing import Cast, client_as
from linli.inbox.models import RawUpload
from linli.inbox.phones import rooms
from linli.inbox.phones.items import Malformed
from linli.inbox.phones.rooms import Bearer, Room, Taken
from linli.inbox.phones.signature import from_base64url
from linli.kernel.ids import uuid7
from linli.kernel.refusal import Refusal
from linli.rounds.models import Target, TargetSubject, WalkerPhone
from linli.rounds.testing_walk import WalkersPhone, make_walker, open_round


@pytest.fixture
def walker(cast: Cast) -> Mandate:
    return make_walker(cast)


@pytest.fixture
def phone(cast: Cast, walker: Mandate) -> WalkersPhone:
    found = WalkersPhone()
    found.enrol(cast.users["secretary"], walker, cast.neighbourhood)
    return found


def pack_of(phone: WalkersPhone) -> dict[str, Any]:
    """The pack that it carries now, opened."""
    answer = phone.get("pack")
    cipher = AESGCM(from_base64url(answer["key"]))
    found: dict[str, Any] = json.loads(
        cipher.decrypt(from_base64url(answer["iv"]), from_base64url(answer["sealed"]), None)
    )
    return found


def test_another_room_has_its_part_of_the_pack_and_takes_its_items(
    cast: Cast, phone: WalkersPhone, walker: Mandate, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def take(bearer: Bearer, raw: Mapping[str, Any]) -> Taken:
        if "what" not in raw:
            raise Malformed("what")
        if raw["what"] == "refused":
            raise Refusal("parcels.closed", "It is closed.")
        seen.append(f"{raw['what']} {bearer.user}")
        return Taken(fresh=len(seen) == 1, problem="former")

    room = Room("parcels", lambda who: {"mine": [one.pk for one in who.mandates]}, {"parcel": take})
    monkeypatch.setattr(rooms, "_rooms", {"parcels": room})
    assert pack_of(phone)["rooms"] == {"parcels": {"mine": [walker.pk]}}
    item = {"id": str(uuid7()), "kind": "parcel", "what": "box"}
    results = phone.send(item, item, {"id": "7", "kind": "parcel"}, {"id": "8", "kind": "letter"},
                         {"id": "9", "kind": "parcel", "what": "refused"})  # fmt: skip
    assert [(one["status"], one["problem"]) for one in results] == [
        ("stored", "former"), ("already", "former"), ("waiting", "what"), ("waiting", "kind"), ("waiting", "closed"),
    ]  # fmt: skip
    assert seen == [f"box {walker.user}"] * 2
    with cast.scope():
        assert sorted(RawUpload.objects.values_list("problem", flat=True)) == ["closed", "kind", "what"]


def test_other_rooms_know_whose_a_walkers_phone_is(cast: Cast, phone: WalkersPhone, walker: Mandate) -> None:
    now, here = timezone.now(), cast.neighbourhood.pk
    row = WalkerPhone.objects.get()
    known = rooms.phones_of(here, None, now)[row.pk]
    assert (known.mandate, known.public_key) == (walker, bytes(row.public_key))
    assert rooms.phones_of(here, [uuid7()], now) == {}
    WalkerPhone.objects.update(cut_off_at=now)
    assert rooms.phones_of(here, None, now) == {}
    assert row.pk in rooms.phones_of(here, [row.pk], now)  # what it had signed before stays its word


def test_somebody_with_times_of_his_own_is_on_the_phone_with_each(
    cast: Cast, phone: WalkersPhone, walker: Mandate
) -> None:
    """Morning and evening of one person are two stops, the earlier first, each with its own time and day."""
    now = timezone.now().replace(microsecond=0)
    (door,) = cast.dwellings[:1]
    occurrence = open_round(cast, [door, door], walker, due_in=timedelta(hours=12))
    with cast.scope():
        evening, morning = occurrence.targets.order_by("pk")
        for target, hours, part in ((evening, 9, 1), (morning, 1, 0)):
            Target.objects.filter(pk=target.pk).update(due_at=now + timedelta(hours=hours), day=3, part=part)
        person = Person.objects.create(neighbourhood=cast.neighbourhood, name="林知夏")
        TargetSubject.objects.bulk_create(
            TargetSubject(neighbourhood=cast.neighbourhood, target=one, person=person) for one in (evening, morning)
        )
    seen = pack_of(phone)["targets"]
    assert [one["id"] for one in seen] == [str(morning.pk), str(evening.pk)]
    assert [one["due"] for one in seen] == [int((now + timedelta(hours=h)).timestamp() * 1000) for h in (1, 9)]
    assert all((one["own"], one["day"], one["whom"]) == (True, 3, "林**") for one in seen)
    page = client_as(walker.user).get("/rounds/walk/").content.decode()
    assert f"{timezone.localtime(now + timedelta(hours=1)):%H:%M}" in page
