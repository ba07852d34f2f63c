"""A phone of several rooms: each has its place in the pack and takes its own kinds; whose a phone is, is known across rooms."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from linli.ground.testing import Cast
from linli.inbox.phones import rooms
from linli.inbox.phones.items import Malformed, read_moment, read_text, read_uuid
from linli.inbox.phones.rooms import Bearer, KnownPhone, Room, Taken
from linli.kernel.ids import uuid7


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """No room yet."""
    monkeypatch.setattr(rooms, "_rooms", {})
    monkeypatch.setattr(rooms, "_phones", [])


def take(bearer: Bearer, raw: Mapping[str, Any]) -> Taken:
    return Taken(fresh=raw["id"] != "again")


def test_each_room_has_its_place_in_the_pack_and_its_kinds(registry: None, cast: Cast) -> None:
    bearer = Bearer(None, [], cast.neighbourhood, timezone.now(), uuid7())
    rooms.register(
        Room("parcels", lambda who: {"here": who.neighbourhood.pk}, {"parcel": take}, {"lost": "no such parcel"})
    )
    rooms.register(Room("asks", lambda who: None, {}))
    assert rooms.packs(bearer) == {"parcels": {"here": cast.neighbourhood.pk}}
    assert rooms.problem_words() == {"lost": "no such parcel"}
    taker = rooms.taker_of({"kind": "parcel"})
    assert taker is not None
    assert not taker(bearer, {"id": "again"}).fresh
    assert all(rooms.taker_of(raw) is None for raw in ({"kind": "visit"}, {"kind": ["parcel"]}, {}, None, "parcel"))


def test_whose_a_phone_is_is_asked_once_of_each_room(registry: None, cast: Cast) -> None:
    device, now = uuid7(), timezone.now()
    mandate = cast.mandates["guard"]

    def phones(neighbourhood: int, devices: Collection[UUID] | None, now: datetime) -> Iterator[KnownPhone]:
        if neighbourhood == cast.neighbourhood.pk and (devices is None or device in devices):
            yield KnownPhone(device, b"key", mandate)

    rooms.register_phones(phones)
    rooms.register_phones(phones)
    assert rooms.phones_of(cast.neighbourhood.pk, None, now)[device].mandate == mandate
    assert rooms.phones_of(cast.neighbourhood.pk, [uuid7()], now) == {}


@pytest.mark.parametrize("raw", [None, 7, "yesterday", "2020-03-13T12:00:00", "0001-01-01T00:00:00+14:00"])
def test_a_moment_has_its_offset(raw: Any) -> None:
    with pytest.raises(Malformed, match="moment"):
        read_moment(raw)


def test_ids_and_words_are_read_strictly() -> None:
    for raw in (None, 7, "x"):
        with pytest.raises(Malformed, match="id"):
            read_uuid(raw, "id")
    with pytest.raises(Malformed, match="note"):
        read_text(7, 10, "note")
    assert (read_text(None, 10, "note"), read_text(" a\x00\n b  c", 3, "note")) == ("", "a b")
