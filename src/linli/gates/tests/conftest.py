"""Fixtures of the gates' tests: an enrolled phone, an issued card."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from linli.gates.models import Device
from linli.gates.testing import Issued, Phone, issue, open_strict
from linli.ground.testing import Cast
from linli.operations.models import Operation


@pytest.fixture(autouse=True)
def _no_remembered_attempts() -> None:
    cache.clear()


@pytest.fixture
def strict(cast: Cast) -> Operation:
    """An operation that measures, records, and keeps plates."""
    return open_strict(cast.neighbourhood)


@pytest.fixture
def phone(cast: Cast) -> Phone:
    """A phone enrolled at the first gate."""
    made = Phone()
    made.enrol(cast.users["secretary"], cast.gates[0])
    return made


@pytest.fixture
def device(phone: Phone) -> Device:
    """Its row."""
    return Device.objects.get(pk=phone.device)


@pytest.fixture
def issued(cast: Cast) -> Issued:
    """A resident's card."""
    with cast.scope():
        return issue(cast.people[0], 1)
