"""What the database itself keeps: G05, G07, one live permit a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from linli.gates.models import Check, Permit
from linli.ground.testing import Cast
from linli.kernel.ids import uuid7
from linli.operations.actions import Order, open_operation
from linli.operations.models import Operation

STRICT = Order("演练", "演练", "emergency", "传染病防治法", "区防控办", "居委会", "shanghai-2020-02-10")


@pytest.fixture
def operation(cast: Cast) -> Operation:
    """An operation that measures."""
    return open_operation(
        by=None, neighbourhood=cast.neighbourhood, order=STRICT, ends_at=timezone.now() + timedelta(days=20)
    )


def row(cast: Cast, operation: Operation, **changes: Any) -> dict[str, Any]:
    """The fields of a complete admission."""
    now = timezone.now()
    whole = {
        "id": uuid7(), "neighbourhood": cast.neighbourhood, "gate": cast.gates[0], "operation": operation,
        "klass": "resident", "direction": "in", "way": "card", "outcome": "admitted", "reason": "ok",
        "answers": {"symptoms": False}, "temperature": 365, "rules": "x@1", "measured": True, "plated": True,
        "happened_at": now, "heard_at": now,
    }  # fmt: skip
    return whole | changes


ALLOWED: list[dict[str, Any]] = [
    {},
    {"klass": "emergency", "answers": None, "temperature": None, "way": "emergency", "reason": "emergency"},
    {"direction": "out", "answers": None, "temperature": None, "reason": "leaving"},
    {"outcome": "held", "temperature": None, "reason": "incomplete"},
    {"outcome": "open", "temperature": None, "reason": "incomplete"},
    {"measured": False, "answers": None, "temperature": None},
    {"answers": None, "temperature": None, "trimmed_at": timezone.now()},
    {"vehicle": True, "plate": b"sealed"},
    {"direction": "out", "purpose": "doctor", "vehicle": True, "reason": "doctor"},
]
FORBIDDEN: list[dict[str, Any]] = [
    {"temperature": None},
    {"answers": None},
    {"way": ""},
    {"vehicle": True},
    {"vehicle": True, "direction": "out"},
    {"overridden": True},
]


@pytest.mark.parametrize("changes", ALLOWED)
def test_what_may_be_recorded(cast: Cast, operation: Operation, changes: dict[str, Any]) -> None:
    with cast.scope():
        Check.objects.create(**row(cast, operation, **changes))
        assert Check.objects.count() == 1


@pytest.mark.parametrize("changes", FORBIDDEN)
def test_an_incomplete_admission_cannot_be_recorded(cast: Cast, operation: Operation, changes: dict[str, Any]) -> None:
    with cast.scope(), pytest.raises(IntegrityError), transaction.atomic():
        Check.objects.create(**row(cast, operation, **changes))


def test_one_live_permit_a_person_and_class(cast: Cast) -> None:
    now = timezone.now()
    whole = {
        "neighbourhood": cast.neighbourhood,
        "person": cast.people[0],
        "since": now,
        "until": now.replace(year=2099),
    }
    with cast.scope():
        first = Permit.objects.create(number="2222222", **whole)
        with pytest.raises(IntegrityError), transaction.atomic():
            Permit.objects.create(number="3333333", **whole)
        first.cancelled_at = now
        first.save()
        Permit.objects.create(number="3333333", **whole)
        assert Permit.objects.count() == 2
