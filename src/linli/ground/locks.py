"""One at a time in a neighbourhood: for acts whose doubles no constraint can forbid."""

from __future__ import annotations

from linli.ground.models import Place


def hold_neighbourhood(neighbourhood: Place | int) -> None:
    """Wait for whoever else holds this neighbourhood and hold it until the caller's transaction ends; one statement.

    PostgreSQL locks the place's row (without its key, so that rows that refer to it are written meanwhile: gates go on). SQLite has
    one writer at a time from the first statement of a transaction. What was read before must be read again after it. Raises
    ``TransactionManagementError`` outside a transaction, on PostgreSQL.
    """
    pk = neighbourhood if isinstance(neighbourhood, int) else neighbourhood.pk
    Place.objects.select_for_update(no_key=True, of=("self",)).only("pk").get(pk=pk)
