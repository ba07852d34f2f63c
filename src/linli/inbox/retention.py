"""What of the inbox is due for erasure: payloads older than their data class allows. The line about them stays."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from linli.inbox import store
from linli.inbox.models import RawUpload
from linli.kernel.data_classes import RAW_UPLOAD


def _due(now: datetime) -> QuerySet[RawUpload]:
    rows: QuerySet[RawUpload] = RawUpload.objects.exclude(state=RawUpload.State.ERASED)
    return rows.filter(received_at__lte=now - timedelta(days=RAW_UPLOAD.days or 0))


def due(now: datetime) -> dict[str, int]:
    """How many payloads would be erased."""
    return {"raw_uploads": _due(now).count()}


def erase(now: datetime) -> dict[str, int]:
    """Erase them: the payload's own key destroyed, sealed bytes and file name out of the row, the file off the disk. Safe to run again."""
    return {"raw_uploads": erase_rows(_due(now), now)}


def erase_rows(rows: QuerySet[RawUpload], now: datetime) -> int:
    """Erase these payloads now, whatever their age (rooms above call it when what a payload belongs to ends). Returns how many."""
    count = 0
    for upload in list(rows.only("pk", "neighbourhood_id")):
        store.end(upload.pk)
        count += RawUpload.objects.filter(pk=upload.pk).update(
            sealed=None, name=None, state=RawUpload.State.ERASED, handled_at=now
        )
    return count
