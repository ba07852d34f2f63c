"""One at a time in a neighbourhood: for acts whose doubles no constraint can forbid; and neighbourhoods that are closed for writing."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext_noop

from linli.ground.models import Place
from linli.kernel.refusal import Refusal

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods of requests that write nothing."""
_closers: list[Callable[[int], bool]] = []


def hold_neighbourhood(neighbourhood: Place | int) -> None:
    """Wait for whoever else holds this neighbourhood and hold it until the caller's transaction ends; one statement.

    PostgreSQL locks the place's row (without its key, so that rows that refer to it are written meanwhile: gates go on). SQLite has
    one writer at a time from the first statement of a transaction. What was read before must be read again after it. Raises
    ``TransactionManagementError`` outside a transaction, on PostgreSQL.
    """
    pk = neighbourhood if isinstance(neighbourhood, int) else neighbourhood.pk
    Place.objects.select_for_update(no_key=True, of=("self",)).only("pk").get(pk=pk)


def closed_by(closer: Callable[[int], bool]) -> None:
    """Ask ``closer`` (id of a neighbourhood → whether its homes are moving) before anything is written by hand."""
    if closer not in _closers:
        _closers.append(closer)


def is_closed(neighbourhood: Place | int) -> bool:
    """Whether homes of this neighbourhood are moving to another one just now."""
    pk = neighbourhood if isinstance(neighbourhood, int) else neighbourhood.pk
    return any(closer(pk) for closer in _closers)


def check_open(neighbourhood: Place | int) -> None:
    """Refuse to write while homes move: ``ground.homes_moving``. Pages ask by themselves; jobs and commands ask here."""
    if is_closed(neighbourhood):
        raise Refusal("ground.homes_moving", HOMES_MOVING)


HOMES_MOVING = gettext_noop(
    "Homes are moving to another neighbourhood just now. Reading goes on; please write again in a minute or two."
)
