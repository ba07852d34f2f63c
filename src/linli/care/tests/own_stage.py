"""What tests of the own page and of errands share: somebody in quarantine under an operation, a helper, a browser with a code."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from linli.accounts.models import User
from linli.care.actions.cases import Authority, Ordered, Term, open_case
from linli.care.actions.own_codes import make_own_code
from linli.care.models import Case
from linli.ground.actions.mandates import give_mandate
from linli.ground.models import Mandate
from linli.ground.testing import PASSWORD, Cast
from linli.kernel.refusal import Refusal
from linli.operations.actions import Order, open_operation
from linli.operations.models import Operation

STRICT = "shanghai-2020-03-24"
DISTRICT = Authority("district_government", "演练区人民政府")


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The block must be refused with this code of the closed list."""
    with pytest.raises(Refusal) as caught:
        yield
    assert caught.value.code == code


def operation_of(cast: Cast) -> Operation:
    """An operation that measures, begun two days ago."""
    now = timezone.now()
    order = Order(
        "演练", "演练居家隔离", "emergency", "传染病防治法 第四十一条", "区防控办", "居委会 021-5550 1234", STRICT
    )
    return open_operation(
        by=None, neighbourhood=cast.neighbourhood, order=order, starts_at=now - timedelta(days=2),
        ends_at=now + timedelta(days=20),
    )  # fmt: skip


def quarantined(cast: Cast, person: int = 7) -> Case:
    """Somebody who landed yesterday; the building leader looks after the household. Needs an operation and the scope."""
    now = timezone.now()
    return open_case(
        by=cast.users["secretary"],
        person=cast.people[person],
        household=cast.households[3],
        kind="quarantine",
        ground="journey",
        term=Term(landed_at=now - timedelta(days=1), convention="landing"),
        ordered=Ordered(DISTRICT, now - timedelta(hours=20), document="演练〔2020〕12号"),
        supervisor=cast.mandates["building_leader"],
    )


def attended(cast: Cast, person: int = 9, kind: str = "medicine") -> Case:
    """Other attention in quiet years."""
    return open_case(
        by=cast.users["secretary"],
        person=cast.people[person],
        household=cast.households[6],
        kind=kind,
        ground="request",
        ends_on=timezone.localdate() + timedelta(days=60),
        supervisor=cast.mandates["building_leader"],
    )


def code_for(cast: Cast, case: Case) -> str:
    """The characters of a new slip."""
    return make_own_code(by=cast.users["clerk"], case=case).code


def phone(code: str = "", language: str = "en", address: str = "127.0.0.1") -> Client:
    """A phone's browser, with a code typed in."""
    client = Client(REMOTE_ADDR=address)
    client.cookies["linli_language"] = language
    if code:
        assert client.post("/mine/", {"code": code}).status_code == 302
    return client


def jpeg(note: bytes = "上海市虹桥路 31.2,121.4".encode()) -> bytes:
    """The smallest JPEG, with a comment that says where it was taken."""
    comment = struct.pack(">BBH", 0xFF, 0xFE, len(note) + 2) + note
    frame = struct.pack(">BBHBHHB", 0xFF, 0xC0, 11, 8, 4, 4, 1) + b"\x01\x11\x00"
    scan = struct.pack(">BBH", 0xFF, 0xDA, 8) + b"\x01\x01\x00\x00\x3f\x00" + b"\x12\x34"
    return b"\xff\xd8" + comment + frame + scan + b"\xff\xd9"


def volunteer_of(cast: Cast) -> Mandate:
    """A volunteer without a household."""
    user = User.objects.create_user("vol", PASSWORD, display_name="志愿者甲")
    cast.users["volunteer"] = user
    return give_mandate(by=None, capacity="volunteer", place=cast.neighbourhood, user=user)
