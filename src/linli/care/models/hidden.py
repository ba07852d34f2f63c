"""Some cases are seen by two people only: the manager leaves them out unless somebody asks for them by name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import models

from linli.ground.scope import ScopedManager

M = TypeVar("M", bound=models.Model)
HIDDEN = "child_alone"
_shown: ContextVar[bool] = ContextVar("linli_care_children", default=False)


@contextmanager
def children_too() -> Iterator[None]:
    """Children who are alone are among the cases for the time of the block: for their helper, the secretary, jobs and erasure."""
    token = _shown.set(True)
    try:
        yield
    finally:
        _shown.reset(token)


class CaseManager(ScopedManager[M]):
    """Scoped; and without children who are alone, outside :func:`children_too`: a reader that forgets to ask shows none of them."""

    def get_queryset(self) -> models.QuerySet[M]:
        """The scope's rows, without those."""
        rows: Any = super().get_queryset()
        return rows if _shown.get() else rows.exclude(kind=HIDDEN)
