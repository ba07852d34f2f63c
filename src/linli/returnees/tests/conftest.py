"""What tests of arrivals need: an operation, a way to signal, the refusal that is expected."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from linli.ground.testing import Cast, cast, make_cast  # noqa: F401  cast is a fixture
from linli.kernel.refusal import Refusal
from linli.operations.actions import Order, open_operation
from linli.operations.models import Operation
from linli.returnees.actions.cases import signal
from linli.returnees.details import Details
from linli.returnees.models import Case


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The block must be refused with this code."""
    with pytest.raises(Refusal) as caught:
        yield
    assert caught.value.code == code


@pytest.fixture
def operation(cast: Cast) -> Operation:  # noqa: F811
    """An operation of the cast's neighbourhood, begun two days ago."""
    now = timezone.now()
    order = Order(
        "演练", "回沪人员登记", "emergency", "传染病防治法 第四十二条", "区防控办", "居委会", "shanghai-2020-02-10"
    )
    return open_operation(
        by=None,
        neighbourhood=cast.neighbourhood,
        order=order,
        starts_at=now - timedelta(days=2),
        ends_at=now + timedelta(days=20),
    )


def word(world: Cast, source: str = "self", name: str = "周一苇", phone: str = "19900001234", **more: Any) -> Case:
    """One signal."""
    details = Details(name=name, phone=phone, **{k: more.pop(k) for k in ("document", "address", "place") if k in more})
    return signal(by=world.users["clerk"], neighbourhood=world.neighbourhood, source=source, details=details, **more)
