"""Writers of what walkers say: a visit with its answers and findings, something seen on the way, a wrong tap taken back.

The same for a phone's upload and for the plain form. Nothing is refused for what it says: answers that cannot be read are told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from linli.accounts.models import User
from linli.ground.models import Mandate, Place
from linli.journal.record import record
from linli.kernel.jpeg import NotAPicture
from linli.operations.queries import over
from linli.rounds import acts, changes
from linli.rounds.actions.closing import tell_left
from linli.rounds.actions.values import new_photo, stored
from linli.rounds.actions.visits import Found, close_finding, record_finding
from linli.rounds.actions.walking import At, NewPhoto, NewValue, record_visit, store_photos, targets_here
from linli.rounds.asking import NotAValue, Value, amiss, read_answer
from linli.rounds.groups import owners
from linli.rounds.inspections import answers_for
from linli.rounds.models import Finding, Handing, Occurrence, Question, Target, Visit, VisitAnnulment, VisitPhoto
from linli.rounds.notes import written
from linli.rounds.sheet_reading import ask_of, questions_with_choices
from linli.rounds.walked_items import SentObservation, SentPhoto, SentVisit, TakenBack

TAKEN_BACK_TEXT = "走访已由本人撤回（点错）"
"""With what a finding is closed whose visit was a wrong tap; stored words are in the language of the neighbourhood."""


@dataclass(frozen=True)
class Walker:
    """Who walks: the account, as whom (his own office and his body's), with which phone; when we heard of it."""

    by: User | None
    mandates: Sequence[Mandate]
    now: datetime
    device: UUID | None = None

    @property
    def own(self) -> Mandate | None:
        """His own office."""
        return next((one for one in self.mandates if one.user_id is not None), None)


@dataclass(frozen=True)
class Taken:
    """A visit as it is stored; ``fresh``: False for a re-send.

    ``problem``: ``operation_over``, ``values``, ``photos``, ``former`` or empty."""

    visit: Visit
    fresh: bool
    problem: str = ""


@dataclass(frozen=True)
class _Answers:
    values: Mapping[int, Value]
    wrong: Sequence[Question]
    unread: bool


def take_visit(*, by: Walker, sent: SentVisit, occurrence: Occurrence) -> Taken:
    """Store a visit of a round; every answer that is amiss becomes a finding with somebody and a day, in the same transaction.

    Of a round whose operation is over by now only that somebody was there: what was said about people is erased with it.
    """
    ended = occurrence.plan.operation is not None and over(by.now).filter(pk=occurrence.plan.operation).exists()
    if ended:
        sent = replace(sent, values={}, photos=(), note="")
    place = _place_of(sent, occurrence)
    neighbourhood = place.neighbourhood_id or 0
    photos, lost = _photos(sent.photos, neighbourhood, sent.happened_at, by.now)
    said = _read(occurrence, sent.values, {photo.id for photo in photos})
    with transaction.atomic():
        walked = record_visit(
            by=by.by,
            id=sent.id,
            occurrence=occurrence,
            targets=[At(*one) for one in sent.targets],
            values=[NewValue(pk, stored(value, neighbourhood, by.now)) for pk, value in said.values.items()],
            photos=photos,
            happened_at=sent.happened_at,
            heard_at=by.now,
            mandate=_as_whom(by, sent),
            device=by.device,
            made_offline=sent.made_offline,
            note=sent.note,
        )
        if walked.fresh and not VisitAnnulment.objects.filter(pk=sent.id).exists():
            for question in said.wrong:
                _found(by, walked.visit, place, question)
    odd = (("operation_over", ended), ("values", said.unread), ("photos", lost), ("former", walked.visit.former))
    return Taken(walked.visit, walked.fresh, next((code for code, known in odd if known), ""))


def _place_of(sent: SentVisit, occurrence: Occurrence) -> Place:
    ids = [one[0] for one in sent.targets]
    rows = targets_here(occurrence, ids).filter(place__isnull=False)
    row = rows.select_related("place__kind").order_by("sort").first()
    return row.place if row is not None and row.place is not None else occurrence.place


def _as_whom(by: Walker, sent: SentVisit) -> Mandate | None:
    """The office by which he went: his body's where the targets are, or were, the body's; else his own."""
    if len(by.mandates) > 1:
        ids = [one[0] for one in sent.targets]
        held = set(Target.objects.filter(pk__in=ids).values_list("holder", flat=True))
        held |= set(Handing.objects.filter(target__in=ids).values_list("mandate", flat=True))
        body = next((one for one in by.mandates if one.body_id is not None and one.pk in held), None)
        if body is not None:
            return body
    return by.own


def _photos(
    sent: Sequence[SentPhoto], neighbourhood: int, happened_at: datetime, now: datetime
) -> tuple[list[NewPhoto], bool]:
    """The photos that are pictures, sealed; and whether one was none. One that is here already is not stored again."""
    found, lost = [], False
    known = set(VisitPhoto.objects.filter(pk__in=[one.id for one in sent]).values_list("pk", flat=True))
    for one in sent:
        try:
            if one.id not in known:
                found.append(new_photo(one.id, one.data, neighbourhood=neighbourhood, happened_at=happened_at, now=now))
        except NotAPicture:
            lost = True
    return found, lost


def _read(occurrence: Occurrence, values: Mapping[int, str], photos: set[UUID]) -> _Answers:
    """What was said, as the pinned sheet understands it; what was not asked, or not answered, is left out."""
    read: dict[int, Value] = {}
    wrong, unread = [], False
    questions = questions_with_choices().filter(sheet=occurrence.sheet_id) if occurrence.sheet_id and values else ()
    for question in questions:
        ask = ask_of(question)
        try:
            value = read_answer(ask, values.get(question.pk, ""))
        except NotAValue as problem:
            unread = unread or problem.code != "required"
            continue
        if value.photo is not None and value.photo not in photos:
            continue
        if not value.empty:
            read[question.pk] = value
            if amiss(ask, value):
                wrong.append(question)
    return _Answers(read, wrong, unread)


def _found(by: Walker, visit: Visit, place: Place, question: Question) -> Finding | None:
    """The finding behind an answer that is amiss: the sheet's words, who sees to such a place, the sheet's days."""
    due = timezone.localdate(visit.happened_at) + timedelta(days=question.days)
    return _finding(by, visit, place, question.finding or question.label, due)


def _finding(by: Walker, visit: Visit, place: Place, text: str, due_on: date, source: str = "") -> Finding | None:
    """A finding that belongs to who sees to such a place; to nobody it cannot belong: the visit then says it alone."""
    neighbourhood = Place.objects.get(pk=visit.neighbourhood_id)
    owner = answers_for(place, owners([neighbourhood])) or by.own
    if owner is None:
        return None
    return record_finding(
        by=by.by,
        place=place,
        found=Found(text, owner, max(due_on, timezone.localdate(visit.happened_at))),
        source=source or f"visit:{visit.pk}",
        happened_at=visit.happened_at,
    )


def observe(*, by: Walker, sent: SentObservation, place: Place) -> Taken:
    """Keep what somebody saw without a planned route (P07) or on duty (P10); with ``due_on`` it becomes a finding. Once by its id."""
    known = Visit.objects.filter(pk=sent.id).first()
    if known is not None:
        return Taken(known, fresh=False)
    neighbourhood = place.neighbourhood_id or 0
    photos, lost = _photos(sent.photos, neighbourhood, sent.happened_at, by.now)
    visit = Visit(
        id=sent.id,
        neighbourhood_id=neighbourhood,
        place=place,
        mandate=by.own,
        device=by.device,
        made_offline=sent.made_offline,
        source=sent.source or "observation",
        happened_at=min(sent.happened_at, by.now),
        heard_at=by.now,
        by_user=by.by.pk if by.by is not None else None,
        visitor=by.by.display_name if by.by is not None else "",
        **written(sent.note, neighbourhood, by.now),
    )
    try:
        with transaction.atomic():
            visit.save(force_insert=True)
            store_photos(visit, photos)
            if sent.due_on is not None and not VisitAnnulment.objects.filter(pk=sent.id).exists():
                _finding(by, visit, place, sent.note, sent.due_on, sent.source)
            record(
                acts.OBSERVED,
                by=by.by,
                subject=("visit", visit.pk),
                neighbourhood=neighbourhood,
                happened_at=visit.happened_at,
                data={"place": place.pk, "finding": sent.due_on is not None},
            )
    except IntegrityError:  # the same was sent twice at once
        return Taken(Visit.objects.get(pk=sent.id), fresh=False)
    return Taken(visit, fresh=True, problem="photos" if lost else "")


def take_back(*, by: Walker, sent: TakenBack) -> bool:
    """A visit was a wrong tap: it stays, counts no more, and its open findings are closed. The visit may come later than this.

    False when the visit is somebody else's: nothing is changed.
    """
    visit = _known(sent.visit)
    if visit is not None and not _own_visit(by, visit):
        return False
    annul(by=by, pk=sent.visit, visit=visit, happened_at=sent.happened_at)
    return True


def annul(*, by: Walker, pk: UUID, happened_at: datetime, visit: Visit | None = None) -> None:
    """A visit counts no more, whoever made it: what it had stood for came to nothing. Twice is the first."""
    visit = visit or _known(pk)
    with transaction.atomic():
        _row, fresh = VisitAnnulment.objects.get_or_create(
            visit=pk,
            defaults={
                "happened_at": min(happened_at, by.now),
                "heard_at": by.now,
                "by_user": by.by.pk if by.by is not None else None,
                "device": by.device,
            },
        )
        if fresh:
            _undo(by, pk, visit)
            record(
                acts.TAKEN_BACK,
                by=by.by,
                subject=("visit", pk),
                neighbourhood=visit.neighbourhood_id if visit is not None else None,
                happened_at=happened_at,
            )


def _undo(by: Walker, pk: UUID, visit: Visit | None) -> None:
    for finding in Finding.objects.filter(source=f"visit:{pk}", closed_at__isnull=True):
        close_finding(by=by.by, finding=finding, text=TAKEN_BACK_TEXT)
    if visit is not None and visit.occurrence is not None:
        of_round = visit.links.filter(target__isnull=False).values_list("target", flat=True)
        tell_left(visit.occurrence, of_round, by.now)
        changes.tell(by.by, visit)


def _known(pk: UUID) -> Visit | None:
    return Visit.objects.select_related("occurrence__plan", "occurrence__place").filter(pk=pk).first()


def _own_visit(by: Walker, visit: Visit) -> bool:
    by_phone = by.device is not None and visit.device == by.device
    return by_phone or (by.by is not None and visit.by_user == by.by.pk)
