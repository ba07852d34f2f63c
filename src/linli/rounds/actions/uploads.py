"""Taking in what a walker's phone uploads: one item after the other, each once. Items of another room are handed to it
(``inbox.phones.rooms``). What cannot be read, or comes from a phone that was cut off, waits in the inbox for a person, as it came."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground.mandates import under
from linli.ground.models import Place
from linli.inbox import actions as inbox
from linli.inbox.models import RawUpload
from linli.inbox.phones import rooms
from linli.inbox.phones.items import Malformed
from linli.inbox.queries import content_of
from linli.journal.record import record
from linli.kernel.jpeg import NotAPicture, bare
from linli.kernel.refusal import Refusal
from linli.operations.queries import active_operation
from linli.rounds import acts
from linli.rounds.actions.walked import Walker, observe, take_back, take_visit
from linli.rounds.models import Occurrence, WalkerPhone
from linli.rounds.walked_items import Sent, SentObservation, SentVisit, TakenBack, parse
from linli.rounds.walkers import bearer_of, offices_of

BATCH, ITEM = "rounds.batch", "rounds.item"
STORED, ALREADY, WAITING = "stored", "already", "waiting"


@dataclass(frozen=True)
class Result:
    """The answer for one item: its id as it was sent, what became of it, what is odd about it."""

    id: Any
    status: str
    problem: str | None = None

    def as_json(self) -> dict[str, Any]:
        """In the form of the API of phones."""
        return {"id": self.id, "status": self.status, "problem": self.problem}


def take(*, phone: WalkerPhone, now: datetime, raw: Sequence[Any], accepted: bool = False) -> list[Result]:
    """Store a batch (1–200 items) and answer for each. Sending it again stores nothing twice.

    ``accepted``: a person takes in what had waited, because the phone was cut off.
    """
    if phone.is_late(now) and not accepted:
        _keep(phone, now, list(raw), BATCH, "cut_off")
        return [Result(_id_of(one), WAITING, "cut_off") for one in raw]
    walker = Walker(phone.mandate.user, offices_of(phone.mandate, phone.neighbourhood, now), now, phone.pk)
    return [_take_one(phone, walker, one) for one in raw]


def _take_one(phone: WalkerPhone, walker: Walker, raw: Any) -> Result:
    try:
        take_elsewhere = rooms.taker_of(raw)
        if take_elsewhere is None:
            return _store(phone, walker, parse(raw), raw)
        taken = take_elsewhere(bearer_of(phone, walker.mandates, walker.now), raw)
        return Result(_id_of(raw), STORED if taken.fresh else ALREADY, taken.problem or None)
    except (Malformed, Refusal) as wrong:  # a refusal would make the phone send it again for ever
        problem = wrong.problem if isinstance(wrong, Malformed) else wrong.code.rpartition(".")[2]
        _keep(phone, walker.now, raw, ITEM, problem)
        return Result(_id_of(raw), WAITING, problem)


def _store(phone: WalkerPhone, walker: Walker, sent: Sent, raw: Any) -> Result:
    if isinstance(sent, TakenBack):
        if not take_back(by=walker, sent=sent):
            raise Malformed("not_own")
        return Result(str(sent.id), STORED)
    if isinstance(sent, SentVisit):
        taken = take_visit(by=walker, sent=sent, occurrence=_occurrence(phone, sent))
    else:
        taken = observe(by=walker, sent=sent, place=_place(phone, sent))
    if taken.fresh and taken.problem in ("values", "photos"):
        _keep(phone, walker.now, raw, ITEM, taken.problem)
    return Result(str(sent.id), STORED if taken.fresh else ALREADY, taken.problem or None)


def _occurrence(phone: WalkerPhone, sent: SentVisit) -> Occurrence:
    """The round that a visit names: one of the phone's neighbourhood, or of what lies above it."""
    here = phone.neighbourhood
    rows = Occurrence.objects.filter(under([here], "place__path") | Q(place__in=here.ancestor_ids()))
    found = rows.select_related("place", "plan").filter(pk=sent.occurrence).first()
    if found is None:
        raise Malformed("unknown_round")
    return found


def _place(phone: WalkerPhone, sent: SentObservation) -> Place:
    rows = Place.objects.select_related("kind").filter(pk=sent.place, neighbourhood=phone.neighbourhood_id)
    found = rows.first()
    if found is None:
        raise Malformed("unknown_place")
    return found


def _id_of(raw: Any) -> Any:
    return raw.get("id") if isinstance(raw, dict) else None


def _keep(phone: WalkerPhone, now: datetime, raw: Any, kind: str, problem: str) -> RawUpload:
    """Keep it as it came until a person has looked: with its operation's key while one is on. Its photos are bare here, too."""
    operation = active_operation(phone.neighbourhood_id, now)
    return inbox.keep(
        by=None,
        neighbourhood=phone.neighbourhood_id,
        kind=kind,
        source=f"walker:{phone.pk}",
        content=json.dumps(_bare_photos(raw), sort_keys=True).encode(),
        problem=problem,
        key=operation.key_name if operation is not None else "",
    )


def _bare_photos(raw: Any) -> Any:
    """An item, or a batch of them, whose photos have nothing beside their picture; what is no picture is left out."""
    if isinstance(raw, list):
        return [_bare_photos(one) for one in raw]
    if not isinstance(raw, dict) or not isinstance(raw.get("photos"), list):
        return raw
    return {**raw, "photos": [found for one in raw["photos"] if (found := _bare_photo(one)) is not None]}


def _bare_photo(one: Any) -> dict[str, Any] | None:
    try:
        picture = bare(base64.b64decode(one["jpeg"], validate=True))
    except (NotAPicture, ValueError, TypeError, KeyError):
        return None
    return {**one, "jpeg": base64.b64encode(picture.data).decode()}


def take_in(*, by: User, upload: RawUpload, now: datetime) -> list[Result]:
    """Record what a cut-off phone had uploaded, as if it had come in time: ids make that safe to do twice.

    Refusals: ``rounds.not_walked`` for an upload of another room, ``rounds.phone_gone``, ``inbox.erased``.
    """
    phone = phone_of(upload)
    if upload.kind != BATCH:
        raise Refusal("rounds.not_walked", gettext_noop("This upload cannot be taken in; it can only be set aside."))
    if phone is None:
        raise Refusal("rounds.phone_gone", gettext_noop("The phone of this upload is not known any more."))
    results = take(phone=phone, now=now, raw=json.loads(content_of(upload)), accepted=True)
    with transaction.atomic():
        inbox.handle(by=by, upload=upload, empty=True)
        record(
            acts.UPLOAD_TAKEN,
            by=by,
            subject=("upload", upload.pk),
            neighbourhood=upload.neighbourhood_id,
            data={"items": len(results)},
        )
    return results


def phone_of(upload: RawUpload) -> WalkerPhone | None:
    """The phone that an upload came from."""
    try:
        pk = UUID(upload.source.removeprefix("walker:"))
    except ValueError:
        return None
    return WalkerPhone.objects.select_related("mandate__user", "neighbourhood").filter(pk=pk).first()
