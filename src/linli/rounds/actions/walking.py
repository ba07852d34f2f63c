"""Writer of visits of a round. A fact is never refused after the event: what is odd about a visit is stored with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from linli.accounts.models import User
from linli.ground.mandates import mandates_of
from linli.ground.models import Mandate, Place
from linli.ground.scope import current_scope
from linli.journal.record import record
from linli.rounds import acts, changes
from linli.rounds.actions.settling import settle_done
from linli.rounds.models import Handing, Occurrence, Target, Visit, VisitPhoto, VisitTarget, VisitValue
from linli.rounds.notes import written

LONGEST_NAME = 80


@dataclass(frozen=True)
class At:
    """What came of a visit at one target. ``target``: the id that the phone or the page sent, known or not."""

    target: UUID
    outcome: str = VisitTarget.Outcome.DONE
    call_back_at: datetime | None = None


@dataclass(frozen=True)
class NewValue:
    """One answer of the sheet: the columns of ``VisitValue`` that hold it; at one target, or for the visit as a whole."""

    question: int
    columns: Mapping[str, Any]
    target: UUID | None = None


@dataclass(frozen=True)
class NewPhoto:
    """A photo, already sealed (with the operation's key, or the register's without one)."""

    id: UUID
    sealed: bytes
    width: int
    height: int
    size: int
    happened_at: datetime
    operation: UUID | None = None


@dataclass(frozen=True)
class Walked:
    """A visit as it is stored now. ``fresh``: False for one that was there already; ``unknown``: ids that are no target of the round."""

    visit: Visit
    fresh: bool = True
    unknown: Sequence[UUID] = field(default=())


def record_visit(
    *,
    by: User | None,
    id: UUID,
    occurrence: Occurrence,
    targets: Iterable[At] = (),
    places: Iterable[Place] = (),
    values: Iterable[NewValue] = (),
    photos: Iterable[NewPhoto] = (),
    happened_at: datetime,
    heard_at: datetime | None = None,
    visitor: str = "",
    mandate: Mandate | None = None,
    device: UUID | None = None,
    made_offline: bool = False,
    note: str = "",
    source: str = "",
) -> Walked:
    """Store a visit of a round: at any number of its targets, and at ``places`` that are no targets of it. Needs its scope.

    By ``id`` once: a re-send is a success without a second row. Nothing is refused: a late visit counts as late, one by who no longer
    answers for a target is flagged ``former``, an id that is no target waits as a stray for a person to let it join. A moment in the
    future is the moment at which it was heard of. What it covers settles its notices.
    """
    now = timezone.now()
    heard = heard_at or now
    if (known := Visit.objects.filter(pk=id).first()) is not None:
        return Walked(known, fresh=False)
    visit = Visit(
        id=id,
        occurrence=occurrence,
        sheet_id=occurrence.sheet_id,
        mandate=mandate,
        device=device,
        made_offline=made_offline,
        source=source,
        happened_at=min(happened_at, heard),
        heard_at=heard,
        by_user=by.pk if by is not None else None,
        visitor=_visitor(visitor, by, mandate),
    )
    told = _Told.of(occurrence, targets, places, values, photos)
    _put_somewhere(visit, told, occurrence.place, note, now)
    try:
        return _store(by, visit, told, now)
    except IntegrityError:
        known = Visit.objects.filter(pk=id).first()
        if known is None:
            raise
        return Walked(known, fresh=False)  # the same visit was sent twice at once


def targets_here(occurrence: Occurrence, ids: Iterable[UUID]) -> QuerySet[Target]:
    """Those of ``ids`` that are targets of this round and lie in the scope: nobody covers what is in another neighbourhood."""
    rows = Target.objects.filter(pk__in=list(ids), occurrence=occurrence)
    seen = current_scope().neighbourhoods
    if seen is None:
        return rows
    return rows.filter(Q(place__neighbourhood__in=seen) | Q(place__neighbourhood__isnull=True))


@dataclass(frozen=True)
class _Told:
    """What a visit says, with the targets that are known here."""

    wanted: Mapping[UUID, At]
    rows: Mapping[UUID, Target]
    places: Sequence[Place]
    values: Iterable[NewValue]
    photos: Iterable[NewPhoto]

    @classmethod
    def of(
        cls,
        occurrence: Occurrence,
        targets: Iterable[At],
        places: Iterable[Place],
        values: Iterable[NewValue],
        photos: Iterable[NewPhoto],
    ) -> _Told:
        """One statement."""
        wanted = {one.target: one for one in targets}
        rows = targets_here(occurrence, wanted).select_related("place", "occurrence")
        return cls(wanted, {row.pk: row for row in rows}, list(places), values, photos)


def _put_somewhere(visit: Visit, told: _Told, plain: Place, note: str, now: datetime) -> None:
    """Where the visit was: at the first of its targets that is a place, else of the places it names, else where the plan is."""
    first = next((row.place for row in told.rows.values() if row.place is not None), None)
    place = first or next(iter(told.places), plain)
    visit.place, visit.neighbourhood_id = place, place.neighbourhood_id or place.pk
    for name, value in written(note, visit.neighbourhood_id, now).items():
        setattr(visit, name, value)


def _store(by: User | None, visit: Visit, told: _Told, now: datetime) -> Walked:
    """The visit with all it says, its flag, its notices and its entry, in one transaction."""
    rows = told.rows
    with transaction.atomic():
        visit.former = _is_former(by, visit.mandate, rows.values())
        visit.save(force_insert=True)
        _write(visit, told)
        done = [rows[one.target] for one in told.wanted.values() if one.target in rows and one.outcome == _DONE]
        settle_done(done, visit.neighbourhood_id, now)
        record(
            acts.WALKED,
            by=by,
            subject=("visit", visit.pk),
            neighbourhood=visit.neighbourhood_id,
            happened_at=visit.happened_at,
            mandate=visit.mandate_id,
            data={"occurrence": str(visit.occurrence_id), "targets": len(rows), "done": len(done)},
        )
        changes.tell(by, visit)
    return Walked(visit, unknown=[pk for pk in told.wanted if pk not in rows])


_DONE = VisitTarget.Outcome.DONE


def _visitor(said: str, by: User | None, mandate: Mandate | None) -> str:
    name = " ".join(said.split()) or (by.display_name if by is not None else "")
    return (name or (mandate.holder_name if mandate is not None else ""))[:LONGEST_NAME]


def _is_former(by: User | None, mandate: Mandate | None, rows: Iterable[Target]) -> bool:
    """Whether a target was given to somebody else, and who went had it before."""
    own = {mandate.pk} if mandate is not None else {m.pk for m in mandates_of(by)} if by is not None else set()
    held = {row.pk: [row.holder_id] for row in rows}
    if not own or not held:
        return False
    for target, given in (
        Handing.objects.filter(target__in=list(held)).order_by("since").values_list("target", "mandate")
    ):
        held[target].append(given)
    return any(chain[-1] not in own and own.intersection(chain) for chain in held.values())


def _write(visit: Visit, told: _Told) -> None:
    """The links, photos and answers of a visit."""
    whole = {"visit": visit, "neighbourhood_id": visit.neighbourhood_id}
    links = [
        VisitTarget(
            **whole,
            target=told.rows.get(one.target),
            said=None if one.target in told.rows else one.target,
            outcome=one.outcome,
            call_back_at=one.call_back_at,
        )
        for one in told.wanted.values()
    ]
    links += [VisitTarget(**whole, place=place) for place in told.places]
    made = {link.target_id or link.said: link for link in VisitTarget.objects.bulk_create(links)}
    store_photos(visit, told.photos)
    VisitValue.objects.bulk_create(
        VisitValue(
            **whole,
            question_id=value.question,
            link=made.get(value.target) if value.target is not None else None,
            **value.columns,
        )
        for value in told.values
    )


def store_photos(visit: Visit, photos: Iterable[NewPhoto]) -> None:
    """The photos of a visit, inside its transaction."""
    VisitPhoto.objects.bulk_create(
        VisitPhoto(
            visit=visit,
            neighbourhood_id=visit.neighbourhood_id,
            id=photo.id,
            sealed=photo.sealed,
            operation=photo.operation,
            width=photo.width,
            height=photo.height,
            size=photo.size,
            happened_at=photo.happened_at,
        )
        for photo in photos
    )
