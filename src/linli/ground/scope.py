"""Scope: personal data can be read only inside a named scope. Without one every query raises; it never returns everything.

A scope names neighbourhoods and a reason. The middleware opens one for each request of a signed-in user; jobs and commands open
their own. ``ScopedManager`` is also the base manager of every personal model, so that ``row.relation`` is scoped too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models
from django.db.models import F

M = TypeVar("M", bound=models.Model)


class ScopeError(RuntimeError):
    """Personal data was asked for outside a scope. A programming error, never shown as an empty page."""


@dataclass(frozen=True)
class Scope:
    """Which neighbourhoods' personal data may be read, and why. ``neighbourhoods`` None means every one: maintenance only."""

    neighbourhoods: frozenset[int] | None
    reason: str


_current: ContextVar[Scope | None] = ContextVar("linli_scope", default=None)


def current_scope() -> Scope:
    """The active scope. Raises :class:`ScopeError` when there is none."""
    scope = _current.get()
    if scope is None:
        raise ScopeError("personal data was asked for without a scope")
    return scope


@contextmanager
def scoped(*, neighbourhood_ids: set[int] | frozenset[int], reason: str) -> Iterator[Scope]:
    """Open a scope on some neighbourhoods for the time of the block. ``reason`` is ``"request:…"``, ``"job:…"`` or ``"cli:…"``."""
    scope = Scope(frozenset(neighbourhood_ids), reason)
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)


@contextmanager
def scoped_to_everything(*, reason: str) -> Iterator[Scope]:
    """For purge, restore checks and migrations only: every neighbourhood. Never opened by a page."""
    token = _current.set(Scope(None, reason))
    try:
        yield current_scope()
    finally:
        _current.reset(token)


@contextmanager
def unscoped() -> Iterator[None]:
    """No scope at all for the time of the block: what a stranger has."""
    token = _current.set(None)
    try:
        yield
    finally:
        _current.reset(token)


class ScopedManager(models.Manager[M], Generic[M]):
    """Manager of a personal model: raises without a scope, filters by the model's ``scope_field`` with one."""

    use_in_migrations = False

    def get_queryset(self) -> models.QuerySet[M]:
        """Rows of the scope's neighbourhoods."""
        scope = current_scope()
        rows = super().get_queryset()
        if scope.neighbourhoods is None:
            return rows
        field: str = getattr(self.model, "scope_field", "neighbourhood_id")
        if len(scope.neighbourhoods) == 1:
            return rows.filter(**{field: next(iter(scope.neighbourhoods))})
        return rows.filter(**{f"{field}__in": scope.neighbourhoods})

    def named(self) -> models.QuerySet[M]:
        """The same rows for a statement that names them by keys (ids of persons): the scope is checked on each, not looked up by.

        Between "of this neighbourhood" and "of these hundred persons" SQLite, which keeps no statistics here, takes the first and
        reads the neighbourhood from end to end.
        """
        scope = current_scope()
        rows = super().get_queryset()
        if scope.neighbourhoods is None:
            return rows
        field: str = getattr(self.model, "scope_field", "neighbourhood_id")
        checked: models.QuerySet[Any] = rows.alias(scope_checked=F(field) + 0)
        return checked.filter(scope_checked__in=scope.neighbourhoods)


class Personal(models.Model):
    """Base of every table about people: scoped by its neighbourhood, through every manager."""

    scope_field = "neighbourhood_id"

    neighbourhood = models.ForeignKey("ground.Place", on_delete=models.PROTECT, related_name="+")

    objects: ScopedManager[Any] = ScopedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"
