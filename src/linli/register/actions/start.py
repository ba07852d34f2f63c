"""Begin an import: keep the file as it came, sealed, and open a run for it; or put one aside."""

from __future__ import annotations

from typing import BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli import vault
from linli.accounts.models import User
from linli.ground.locks import check_open
from linli.ground.models import Place
from linli.inbox import store
from linli.inbox.actions import keep
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.register import acts
from linli.register.models import ImportRow, ImportRun
from linli.register.packing import key_of
from linli.register.reading.files import check_size

KIND = "register.file"


def start_import(*, by: User | None, neighbourhood: Place, content: bytes | BinaryIO, name: str) -> ImportRun:
    """Keep a file and open a run in state ``reading``; a run of the same file that is not finished is returned again,
    so that dropping a file a second time goes on where the first time was interrupted. Refusal ``ground.homes_moving``.
    """
    check_open(neighbourhood)
    size = len(content) if isinstance(content, bytes) else store.measure(content)[0]
    check_size(size)
    if size == 0:
        raise Refusal("import.empty", gettext_noop("The file is empty."))
    source = f"user:{by.pk}" if by is not None else "cli"
    upload = keep(by=by, neighbourhood=neighbourhood, kind=KIND, source=source, content=content, name=name[:200])
    unfinished = (ImportRun.State.READING, ImportRun.State.PREVIEW, ImportRun.State.APPLYING)
    same = ImportRun.objects.filter(upload=upload, state__in=unfinished).first()
    if same is not None:
        return same
    with transaction.atomic():
        run: ImportRun = ImportRun.objects.create(
            neighbourhood=neighbourhood, upload=upload, by_user=by.pk if by else None, started_at=timezone.now()
        )
        record(acts.STARTED, by=by, subject=("import", run.pk), neighbourhood=neighbourhood.pk, data={"size": size})
    return run


def discard(*, by: User | None, run: ImportRun) -> None:
    """Put a file aside that was not imported; its rows are forgotten, the raw file stays until its retention ends."""
    open_states = (ImportRun.State.READING, ImportRun.State.PREVIEW, ImportRun.State.BROKEN)
    with transaction.atomic():
        changed = ImportRun.objects.filter(pk=run.pk, state__in=open_states).update(
            state=ImportRun.State.UNDONE, undone_at=timezone.now()
        )
        if not changed:
            raise Refusal("register.not_open", gettext_noop("This import has already gone on."))
        record(acts.DISCARDED, by=by, subject=("import", run.pk), neighbourhood=run.neighbourhood_id)
    while chunk := list(ImportRow.objects.filter(run=run).values_list("pk", flat=True)[:400]):
        ImportRow.objects.filter(pk__in=chunk).delete()
    run.problems.all().delete()
    run.changes.all().delete()
    vault.keyring().destroy(key_of(run.pk))
