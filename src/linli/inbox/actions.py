"""The only writers of the inbox."""

from __future__ import annotations

import io
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli import vault
from linli.accounts.models import User
from linli.ground.models import Place
from linli.inbox import acts, store
from linli.inbox.models import RawUpload
from linli.journal.record import record
from linli.kernel.ids import uuid7
from linli.kernel.refusal import Refusal


def keep(
    *,
    by: User | None,
    neighbourhood: Place | int,
    kind: str,
    source: str,
    content: bytes | BinaryIO,
    name: str = "",
    problem: str = "",
    key: str = "",
) -> RawUpload:
    """Keep a payload as it came and return its row; the same payload of the same source returns the first row.

    ``content``: bytes or a seekable binary stream of any size. ``problem``: a code when a person must look (state ``waiting``).
    ``key``: the vault key of what it ends with (an operation); else it gets one of its own, destroyed with it.
    """
    place = neighbourhood if isinstance(neighbourhood, int) else neighbourhood.pk
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    size, digest = store.measure(stream)
    keyed = vault.blind_index(digest, neighbourhood=place, purpose="inbox")
    pk = uuid7()
    key = key or store.own_key(pk)
    row = RawUpload(
        id=pk,
        neighbourhood_id=place,
        kind=kind,
        source=source,
        digest=keyed,
        size=size,
        key=key,
        name=vault.seal(name, key=key, context=store.NAME_CONTEXT) if name else None,
        state=RawUpload.State.WAITING if problem else RawUpload.State.KEPT,
        problem=problem,
        received_at=timezone.now(),
    )
    same = RawUpload.objects.filter(neighbourhood_id=place, kind=kind, source=source, digest=keyed)
    present = same.first()
    if present is not None and present.state != RawUpload.State.ERASED:
        return present
    store.put(row, stream)
    with transaction.atomic():
        same.filter(state=RawUpload.State.ERASED).delete()
        RawUpload.objects.bulk_create([row], ignore_conflicts=True)
        kept: RawUpload = same.get()
        if kept.pk == row.pk:
            said = {"kind": kind, "size": size, "problem": problem}
            record(acts.KEPT, by=by, subject=("upload", row.pk), neighbourhood=place, data=said)
    if kept.pk != row.pk:
        store.end(row.pk)
    return kept


def handle(*, by: User | None, upload: RawUpload, empty: bool = False) -> RawUpload:
    """Say that a payload was interpreted, or looked at and set aside. Doing it twice changes nothing.

    ``empty``: its content goes at once; the line and its digest stay, so that the same payload is not taken for a new one.
    """
    now = timezone.now()
    if upload.state == RawUpload.State.ERASED:
        raise Refusal("inbox.erased", gettext_noop("The retention of this upload has ended; its content is erased."))
    with transaction.atomic():
        changed = (
            RawUpload.objects.filter(pk=upload.pk)
            .exclude(state__in=[RawUpload.State.DONE, RawUpload.State.ERASED])
            .update(state=RawUpload.State.DONE, handled_at=now, handled_by=by.pk if by else None)
        )
        if empty:
            RawUpload.objects.filter(pk=upload.pk).update(sealed=None, name=None)
        if changed:
            record(acts.HANDLED, by=by, subject=("upload", upload.pk), neighbourhood=upload.neighbourhood_id, data={})
    if empty:
        store.end(upload.pk)
    upload.refresh_from_db()
    return upload
