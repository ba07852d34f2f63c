"""What tests of care need: an operation that measures, somebody in quarantine, somebody who is looked in on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from linli.care.actions.cases import Authority, Ordered, Term, open_case
from linli.care.models import Case
from linli.ground.testing import Cast, cast  # noqa: F401  cast is a fixture
from linli.kernel.refusal import Refusal
from linli.operations.actions import Order, open_operation
from linli.operations.models import Operation

DISTRICT = Authority("district_government", "演练区人民政府")
RULES = "shanghai-2020-03-24"


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The block must be refused with this code."""
    with pytest.raises(Refusal) as caught:
        yield
    assert caught.value.code == code


def begin_operation(world: Cast, ruleset: str = RULES) -> Operation:
    """An operation of the cast's neighbourhood, begun two days ago."""
    now = timezone.now()
    order = Order("演练", "居家隔离", "emergency", "传染病防治法 第四十一条", "区防控办", "居委会", ruleset)
    return open_operation(
        by=None, neighbourhood=world.neighbourhood, order=order, starts_at=now - timedelta(days=2),
        ends_at=now + timedelta(days=28),
    )  # fmt: skip


@pytest.fixture
def operation(cast: Cast) -> Operation:  # noqa: F811
    """An operation whose rules measure."""
    return begin_operation(cast)


def ordered(*, oral: bool = False, body: Authority = DISTRICT, at: datetime | None = None) -> Ordered:
    """An order of an hour ago, written or said."""
    given = at or timezone.now() - timedelta(hours=1)
    return Ordered(body, given, "" if oral else "演练〔2020〕12号", "值班员 乙" if oral else "")


def quarantine(world: Cast, home: int = 3, person: int = 7, **more: Any) -> Case:
    """Somebody who landed two days ago; the building leader looks after the household unless said otherwise."""
    now = timezone.now()
    given: dict[str, Any] = {
        "by": world.users["secretary"],
        "ground": "journey",
        "at": now - timedelta(days=1),
        "term": Term(landed_at=now - timedelta(days=2), door_at=now - timedelta(days=1)),
        "ordered": ordered(),
        "supervisor": world.mandates["building_leader"],
    } | more
    return open_case(person=world.people[person], household=world.households[home], kind="quarantine", **given)


def attention(world: Cast, kind: str = "alone", home: int = 0, person: int = 0, **more: Any) -> Case:
    """Somebody who asked for it, until two months from now."""
    given: dict[str, Any] = {
        "by": world.users["secretary"],
        "ground": "request",
        "ends_on": timezone.localdate() + timedelta(days=60),
        "supervisor": world.mandates["building_leader"],
    } | more
    return open_case(person=world.people[person], household=world.households[home], kind=kind, **given)
