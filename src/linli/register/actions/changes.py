"""Take or leave changes: one, a kind, or all of those that a list shows."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.register import acts
from linli.register.actions.choose import hold
from linli.register.changes.kinds import KINDS
from linli.register.models import ImportChange, ImportRun


def choose_changes(
    *,
    by: User | None,
    run: ImportRun,
    taken: bool,
    kinds: Sequence[str] | None = None,
    positions: Sequence[int] | None = None,
) -> int:
    """Take (or leave) the changes of these kinds, at these places of the list, or all. Returns how many.

    May be said again until the import begins. Who says it has looked: what he leaves is not asked about while the file goes on
    saying the same.
    """
    unknown = sorted(set(kinds or ()) - set(KINDS))
    if unknown:
        raise Refusal(
            "register.change_kind", gettext_noop("There is no kind of change “%(kinds)s”."), kinds=", ".join(unknown)
        )
    with transaction.atomic():
        hold(run)
        rows = ImportChange.objects.filter(run=run)
        if kinds is not None:
            rows = rows.filter(kind__in=kinds)
        if positions is not None:
            rows = rows.filter(position__in=positions)
        elif taken and kinds is None:
            rows = rows.filter(conflict=False)  # a conflict is decided one by one
        many: int = rows.update(taken=taken, decided_by=by.pk if by else None, decided_at=timezone.now())
        record(
            acts.CHOSEN,
            by=by,
            subject=("import", run.pk),
            neighbourhood=run.neighbourhood_id,
            data={"changes": many, "taken": taken, "kinds": list(kinds or [])},
        )
    return many
