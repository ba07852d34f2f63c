"""Fixtures of the tests of proposed rosters."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from linli.duties import solving
from linli.duties.testing import Watch, watch
from linli.duties.tests.rosters import NOW
from linli.ground.testing import Cast


@pytest.fixture
def world(cast: Cast) -> Iterator[Watch]:
    """Eight guards, a gate with four of them by day and four by night."""
    with time_machine.travel(NOW), cast.scope():
        yield watch(cast, NOW)


@pytest.fixture
def greedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the solver: at once."""
    monkeypatch.setattr(solving, "has_solver", lambda: False)
