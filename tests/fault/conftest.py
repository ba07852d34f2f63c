"""The order of the kill tests."""

from __future__ import annotations

import pytest

from tests.support import order

LONGEST_FIRST = ("test_kill_imports.py", "test_kill_arrival.py", "test_kill_uploads.py", "test_kill_solver.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first."""
    order.put_first(items, LONGEST_FIRST)
