"""For tests: a cast is made once for a run of neighbouring tests, not once a test.

Making it takes some fifty milliseconds and about 130 statements, and most tests of the product ask for it. So the first such test opens
a transaction around its own, the cast is made inside it, and every further test that asks for the cast finds its rows and gets a copy
of its objects; its own changes end with its own savepoint. The first test that does not ask for the cast, or that commits, ends the
outer transaction, and the database is as the migrations left it.

What a test gets is unpickled: a tenth of what a deep copy takes.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Generic, TypeVar, cast

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

Made = TypeVar("Made")
COMMITTING = frozenset({"transactional_db", "live_server", "django_db_reset_sequences"})


def fits(item: pytest.Item) -> bool:
    """Whether a test asks for the cast, and for nothing that a transaction around it would change."""
    names = set(getattr(item, "fixturenames", ()))
    mark = item.get_closest_marker("django_db")
    commits = mark is not None and bool(mark.args or mark.kwargs)
    return "cast" in names and not commits and not names & COMMITTING


class Stage(Generic[Made]):
    """The outer transaction and what was made in it, while there are any."""

    def __init__(self, make: Callable[[], Made]) -> None:
        self.make = make
        self._around: transaction.Atomic | None = None
        self._made: bytes | None = None
        self._blocker: DjangoDbBlocker | None = None

    def set_up(self, blocker: DjangoDbBlocker) -> None:
        """Open the transaction and make the cast, unless it stands."""
        if self._around is not None:
            return
        self._blocker = blocker
        with blocker.unblock():
            around = transaction.atomic()
            around._from_testcase = True  # type: ignore[attr-defined]  # as TestCase marks its own: durable blocks may open within
            around.__enter__()
            self._around, self._made = around, pickle.dumps(self.make(), pickle.HIGHEST_PROTOCOL)

    def clear(self) -> None:
        """End the transaction: nothing of the cast stays."""
        if self._around is None or self._blocker is None:
            return
        around, self._around, self._made = self._around, None, None
        with self._blocker.unblock():
            transaction.set_rollback(True)
            around.__exit__(None, None, None)

    def copy(self) -> Made:
        """A copy of the objects for one test; a test around which nothing stands (one that commits) makes its own."""
        return self.make() if self._made is None else cast("Made", pickle.loads(self._made))
