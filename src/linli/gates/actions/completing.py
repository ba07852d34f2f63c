"""A call completes what was held or left open: the passage that follows another settles what the other lacked."""

from __future__ import annotations

from collections.abc import Iterable

from linli.gates import acts
from linli.gates.models import Check, GateException
from linli.journal.record import record


def complete(*, by: None, rows: Iterable[Check]) -> int:
    """Settle "incomplete" of the passages that ``rows`` follow; how many. Inside the transaction that stores ``rows``.

    The first row stays as it is: a passage is never changed, and the second one refers to it. Nobody's name stands under it, because
    the gate itself completed it. No statement when nothing follows.
    """
    by_first = {row.follows: row for row in rows if row.follows is not None and row.outcome == Check.Outcome.ADMITTED}
    if not by_first:
        return 0
    waiting = GateException.objects.filter(
        check_id__in=list(by_first), kind=GateException.Kind.INCOMPLETE, settled_at__isnull=True
    )
    settled = 0
    for exception in waiting:
        row = by_first[exception.check_id]
        changed = GateException.objects.filter(pk=exception.pk, settled_at__isnull=True)
        if changed.update(settled_at=row.heard_at):
            settled += 1
            record(
                acts.SETTLED,
                by=None,
                subject=("exception", exception.pk),
                neighbourhood=exception.neighbourhood_id,
                data={"kind": exception.kind, "completed_by": str(row.pk)},
            )
    return settled
