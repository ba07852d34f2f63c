"""What a phone uploads after it was cut off waits in the inbox; a person takes it in or sets it aside."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.gates import acts
from linli.gates.actions import odd, waiting
from linli.gates.actions import record as recording
from linli.gates.deciding import Source
from linli.gates.models import Device, GateException
from linli.inbox import actions as inbox
from linli.inbox.models import RawUpload
from linli.inbox.queries import content_of
from linli.journal.record import record
from linli.kernel.refusal import Refusal

BATCH, ITEM = "gates.batch", "gates.item"


def keep_batch(*, source: Source, raw: Sequence[Any]) -> list[recording.Result]:
    """Keep a cut-off phone's batch as it came, for as long as its operation; every item waits. Sent again it is kept once.

    Without an operation nothing about anybody may be kept: only the ids stay.
    """
    device = source.device
    content, key = waiting.payload(source, raw)
    upload = inbox.keep(
        by=source.by,
        neighbourhood=source.gate.neighbourhood_id or 0,
        kind=BATCH,
        source=f"device:{device.pk if device else ''}",
        content=content,
        problem="cut_off",
        key=key,
    )
    odd.uploaded(source, GateException.Kind.LATE_UPLOAD, upload.pk)
    return [
        recording.Result(one.get("id") if isinstance(one, dict) else None, recording.WAITING, problem="cut_off")
        for one in raw
    ]


def take_in(*, by: User, upload: RawUpload) -> list[recording.Result]:
    """Record what a cut-off phone had uploaded, as if it had come in time: ids make that safe to do twice."""
    if upload.kind not in (BATCH, ITEM):
        raise Refusal("gates.not_checks", gettext_noop("This upload does not come from a gate."))
    content = json.loads(content_of(upload))
    raw = content if isinstance(content, list) else [content]
    device = device_of(upload)
    if device is None:
        raise Refusal("gates.device_gone", gettext_noop("The phone of this upload is not known any more."))
    source = Source(gate=device.gate, now=timezone.now(), device=device)
    results = recording.record_checks(source=source, raw=raw, accepted=True)
    with transaction.atomic():
        inbox.handle(by=by, upload=upload, empty=True)
        record(
            acts.LATE_ACCEPTED,
            by=by,
            subject=("upload", upload.pk),
            neighbourhood=upload.neighbourhood_id,
            data={"items": len(results)},
        )
    return results


def take_in_waiting(*, by: User, exceptions: Iterable[GateException]) -> int:
    """Take in every upload that some exceptions wait for; how many records came in. What is erased already is left out."""
    wanted = [row.upload for row in exceptions if row.upload is not None]
    uploads = RawUpload.objects.filter(pk__in=wanted, state=RawUpload.State.WAITING).order_by("received_at", "pk")
    results = [one for upload in uploads for one in take_in(by=by, upload=upload)]
    return sum(1 for one in results if one.status != recording.WAITING)


def device_of(upload: RawUpload) -> Device | None:
    """The phone that an upload came from."""
    try:
        pk = UUID(upload.source.removeprefix("device:"))
    except ValueError:
        return None
    return Device.objects.select_related("gate__kind", "neighbourhood").filter(pk=pk).first()
