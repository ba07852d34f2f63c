"""Which changes of a run wait to be taken, and what leaving one out means for its row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Count

from linli.register.changes.doors import Renamed
from linli.register.changes.kinds import RENAMES
from linli.register.doors import DoorMap
from linli.register.models import ImportChange, ImportRow, ImportRun

_AT_ONCE = 10


def load_doors(run: ImportRun) -> DoorMap:
    """The doors of the neighbourhood under the names that the file uses, as far as the register has other ones."""
    doors = DoorMap.load(run.neighbourhood_id)
    for was, to in run.aliases:
        old, new = (tuple((kind, part) for kind, part in path) for path in (was, to))
        if old in doors.ids and new not in doors.ids:
            doors.renamed.append(Renamed(old, new, 0))
    return doors


def filled_days(run: ImportRun) -> dict[str, date]:
    """Sheet → the day on which it was filled in."""
    return {entry["sheet"]: date.fromisoformat(entry["filled"]) for entry in run.mapping if entry.get("filled")}


def pending(run: ImportRun, *, renames: bool) -> list[ImportChange]:
    """The next changes without a row: renamed places (before all rows), or what is no longer listed (after them)."""
    kinds = tuple(RENAMES.values())
    rows = ImportChange.objects.filter(run=run, row=None, outcome=ImportChange.Outcome.OPEN)
    rows = rows.filter(kind__in=kinds) if renames else rows.exclude(kind__in=kinds).filter(turn__gt=run.turn)
    return list(rows.order_by("turn")[: 1 if renames else _AT_ONCE])


def changes_of(run: ImportRun, rows: Sequence[ImportRow]) -> list[ImportChange]:
    """The changes that a chunk of rows brings, each with its row as it is in hand."""
    by_pk = {row.pk: row for row in rows}
    found = list(ImportChange.objects.filter(run=run, row__in=by_pk).order_by("position"))
    for change in found:
        if change.row_id is not None:
            change.row = by_pk[change.row_id]
    return found


def settle_rows(run: ImportRun) -> None:
    """Somebody new who is left out is not added; a new home that is left out is not added either."""
    left = ImportChange.objects.filter(run=run, taken=False)
    rows = ImportRow.objects.filter(run=run)
    rows.filter(pk__in=left.filter(kind="moved_in").values("row")).update(verdict=ImportRow.Verdict.LEFT)
    homes = left.filter(kind="dwelling_added").values("row")
    rows.filter(pk__in=homes).update(verdict=ImportRow.Verdict.LEFT, leads=False)


def outcome_counts(run: ImportRun) -> dict[str, int]:
    """How many changes were taken, left, lost; for the journal."""
    rows = ImportChange.objects.filter(run=run).values_list("outcome").annotate(n=Count("pk"))
    return {f"changes_{outcome or 'open'}": n for outcome, n in rows.values_list("outcome", "n")}
