"""What of the imports is due for erasure: the sealed rows and cells of a file go with the file itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from linli import vault
from linli.kernel.data_classes import RAW_UPLOAD
from linli.register.models import ImportChange, ImportProblem, ImportRow, ImportRun
from linli.register.packing import key_of

_AT_ONCE = 300


def _old(now: datetime) -> QuerySet[ImportRun]:
    rows: QuerySet[ImportRun] = ImportRun.objects.filter(started_at__lte=now - timedelta(days=RAW_UPLOAD.days or 0))
    return rows


def _changes(old: object) -> QuerySet[ImportChange]:
    """Changes that still say names or numbers, or hold the facts they replaced."""
    rows: QuerySet[ImportChange] = ImportChange.objects.filter(run__in=old)
    return rows.filter(Q(sealed__isnull=False) | Q(before__isnull=False))


def _said_again(old: object) -> QuerySet[ImportRow]:
    """Rows of old files that changed nothing and whose person and home a newer file has named too: no comparison needs them any more."""
    newer = ImportRow.objects.filter(
        done=True,
        run__state=ImportRun.State.DONE,
        run__finished_at__gt=OuterRef("run__finished_at"),
        neighbourhood=OuterRef("neighbourhood"),
    ).exclude(run__totals__has_key="export")
    rows: QuerySet[ImportRow] = ImportRow.objects.filter(
        Exists(newer.filter(person=OuterRef("person"))),
        Exists(newer.filter(dwelling=OuterRef("dwelling"))),
        run__in=old,
        run__state=ImportRun.State.DONE,
        verdict=ImportRow.Verdict.SAME,
        person_row=True,
        changes=None,
    )
    return rows


def _forget(rows: QuerySet[ImportRow]) -> int:
    """Delete them a few hundred at a time: a gate must not wait for it."""
    gone = 0
    while few := list(rows.values_list("pk", flat=True)[:_AT_ONCE]):
        ImportRow.objects.filter(pk__in=few).delete()
        gone += len(few)
    return gone


def due(now: datetime) -> dict[str, int]:
    """How many sealed rows and cells of old imports would be erased."""
    old = _old(now).values("pk")
    return {
        "import_rows": ImportRow.objects.filter(run__in=old, sealed__isnull=False).count(),
        "import_cells": ImportProblem.objects.filter(run__in=old, sealed__isnull=False).count(),
        "import_changes": _changes(old).count(),
        "import_rows_said_again": _said_again(old).count(),
    }


def erase(now: datetime) -> dict[str, int]:
    """Erase them and destroy their keys, so that they are gone from old backups too; which row of which sheet became what stays,
    until a newer file has said it again.

    A file still in preview can no longer be applied.
    """
    old = list(_old(now).values_list("pk", flat=True))
    names = set(vault.keyring().names())
    for name in names.intersection(key_of(pk) for pk in old):
        vault.keyring().destroy(name)
    stale = (ImportRun.State.READING, ImportRun.State.PREVIEW)
    ImportRun.objects.filter(pk__in=old, state__in=stale).update(state=ImportRun.State.BROKEN, problem="inbox.erased")
    return {
        "import_rows": ImportRow.objects.filter(run__in=old, sealed__isnull=False).update(sealed=None),
        "import_cells": ImportProblem.objects.filter(run__in=old, sealed__isnull=False).update(sealed=None),
        "import_changes": _changes(old).update(sealed=None, before=None),
        "import_rows_said_again": _forget(_said_again(old)),
    }
