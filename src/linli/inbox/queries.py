"""Readers of the inbox; inside a scope."""

from __future__ import annotations

import tempfile
from typing import IO

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from linli import vault
from linli.ground.models import Place
from linli.inbox import store
from linli.inbox.models import RawUpload
from linli.kernel.refusal import Refusal


def open_content(upload: RawUpload) -> IO[bytes]:
    """The payload in the clear, as a stream at its start; in memory up to 1 MiB, else an unnamed temporary file.

    Raises :class:`Refusal` when it is erased, or its key is.
    """
    erased = Refusal("inbox.erased", gettext_noop("The retention of this upload has ended; its content is erased."))
    if upload.state == RawUpload.State.ERASED or (upload.sealed is None and not store.path_of(upload.pk).exists()):
        raise erased
    try:
        return _opened(upload)
    except vault.KeyMissing as gone:  # an old backup came back after the key was destroyed
        raise erased from gone


def _opened(upload: RawUpload) -> IO[bytes]:
    # The caller closes it.
    out = tempfile.SpooledTemporaryFile(max_size=store.PIECE, dir=str(store.spool()))  # noqa: SIM115
    if upload.sealed is not None:
        out.write(vault.unseal(upload.sealed, context=f"{store.CONTEXT}:{upload.pk}"))
    else:
        for piece in store.read_file(upload.pk):
            out.write(piece)
    out.seek(0)
    return out


def content_of(upload: RawUpload) -> bytes:
    """The whole payload in memory: for small ones."""
    with open_content(upload) as stream:
        return stream.read()


def name_of(upload: RawUpload) -> str:
    """The file's name as it was given; empty when it had none, or its key is destroyed."""
    try:
        return vault.unseal_text(upload.name, context=store.NAME_CONTEXT) if upload.name is not None else ""
    except vault.KeyMissing:
        return ""


def waiting(neighbourhood: Place | int) -> QuerySet[RawUpload]:
    """What waits for a person, oldest first."""
    place = neighbourhood if isinstance(neighbourhood, int) else neighbourhood.pk
    rows: QuerySet[RawUpload] = RawUpload.objects.filter(neighbourhood_id=place, state=RawUpload.State.WAITING)
    return rows.order_by("received_at")
