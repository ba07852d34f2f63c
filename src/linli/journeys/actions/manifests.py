"""A passenger list is taken in: kept as it came, its people listed chunk by chunk, each compared with the register (T02).

Every chunk is one short transaction and finds by itself what is done: after a kill the next call goes on, and the same list, or another
list of the same flight, adds nobody twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from linli.accounts.models import User
from linli.ground.models import Person, Place
from linli.inbox.actions import handle, keep
from linli.inbox.models import RawUpload
from linli.journeys.actions.arrivals import Flight, add_movement, operation_of, take_notice
from linli.journeys.actions.matches import Proposal, propose_matches
from linli.journeys.actions.travellers import Listed, Source, add_travellers, correct_traveller
from linli.journeys.details import Details, details_of, document_index
from linli.journeys.manifest_people import CREW, PASSENGER, Passenger
from linli.journeys.manifest_reading import Manifest
from linli.journeys.matching import Matched, named_alike
from linli.journeys.models import ArrivalNotice, ListedRow, Match, Traveller
from linli.kernel.manifest_match import Candidate, same_travellers
from linli.kernel.manifest_match import Traveller as Ticket

KIND = "journeys.manifest"
AT_ONCE = 15
"""So many are listed in one transaction."""
TWICE = (Traveller.Closed.NOT_OURS, Traveller.Closed.DOUBLE, Traveller.Closed.ANNULLED)


@dataclass
class Taking:
    """How far a list has come. ``waiting``: whom it names and who is not listed yet; ``new``: travellers added by these calls."""

    notice: ArrivalNotice
    source: str
    people: Sequence[Passenger]
    waiting: list[Passenger] = field(default_factory=list)
    new: int = 0
    proposed: int = 0
    done: bool = False
    differs: list[dict[str, Any]] = field(default_factory=list)

    @property
    def listed(self) -> int:
        """How many are on our list."""
        return len(self.people) - len(self.waiting)

    def as_json(self) -> dict[str, Any]:
        """Counts, and what this list says otherwise than another one of the same flight."""
        return {
            "new": self.new,
            "same": len(self.people) - self.new,
            "proposed": self.proposed,
            "differs": self.differs,
        }


def keep_list(*, by: User | None, neighbourhood: Place, data: bytes, name: str) -> RawUpload:
    """Keep a list as it came, sealed with the operation's key; the same file again is the first one. Refusal: ``journeys.no_operation``."""
    operation = operation_of(neighbourhood)
    return keep(
        by=by,
        neighbourhood=neighbourhood,
        kind=KIND,
        source="list",
        content=data,
        name=name[:120],
        key=operation.key_name,
    )


def begin_list(
    *, by: User | None, neighbourhood: Place, data: bytes, name: str, manifest: Manifest, day: date | None = None
) -> Taking:
    """Word of the arrival and its flight, or those of before when the file was brought before. ``day``: where the list says none."""
    upload = keep_list(by=by, neighbourhood=neighbourhood, data=data, name=name)
    return begin_kept(by=by, upload=upload, manifest=manifest, day=day)


def begin_kept(*, by: User | None, upload: RawUpload, manifest: Manifest, day: date | None = None) -> Taking:
    """The same for a list that was kept."""
    return taking_of(upload, manifest) or _begun(by, upload, manifest, day)


def _begun(by: User | None, upload: RawUpload, manifest: Manifest, day: date | None) -> Taking:
    flight, neighbourhood = manifest.flight, upload.neighbourhood
    movement = add_movement(
        by=by,
        neighbourhood=neighbourhood,
        flight=Flight(
            kind=flight.kind, number=flight.number, day=day or flight.day or timezone.localdate(upload.received_at),
            origin=flight.origin, passengers=manifest.count(PASSENGER), crew=manifest.count(CREW),
        ),
    )  # fmt: skip
    notice = take_notice(
        by=by, neighbourhood=neighbourhood, via=ArrivalNotice.Via.MANIFEST, received_at=upload.received_at, movement=movement,
        upload=upload.pk,
    )  # fmt: skip
    return _taking(notice, upload.pk, manifest)


def taking_of(upload: RawUpload, manifest: Manifest) -> Taking | None:
    """How far a list that was begun has come; None for one that was only kept."""
    notices = ArrivalNotice.objects.filter(neighbourhood=upload.neighbourhood_id, upload=upload.pk)
    notice = notices.select_related("movement", "operation", "owner").first()
    return _taking(notice, upload.pk, manifest) if notice is not None else None


def _taking(notice: ArrivalNotice, upload: UUID, manifest: Manifest) -> Taking:
    taking = Taking(notice, f"upload:{upload}", manifest.on_board)
    here = set(ListedRow.objects.filter(source=taking.source).values_list("sheet", "row"))
    rest = [one for one in taking.people if ((one.sheet or "")[:60], one.row) not in here]
    taking.waiting = _not_known(notice, rest)
    return taking


def _not_known(notice: ArrivalNotice, people: Sequence[Passenger]) -> list[Passenger]:
    """Without those whom a list of this flight named before and whom only their row would find again: closed, or without a document."""
    if notice.movement is None or not people:
        return list(people)
    rows = Traveller.objects.filter(movement=notice.movement)
    closed = {
        bytes(index)
        for index in rows.filter(closed_as__in=TWICE, document_index__isnull=False).values_list(
            "document_index", flat=True
        )
    }
    without = list(rows.filter(document_index__isnull=True).exclude(notice=notice))
    known = same_travellers(
        [_ticket(one) for one in people if not one.document], [_of(details_of(one)) for one in without]
    )
    bare = [one for one in people if not one.document]
    gone = {id(bare[at]) for at, _there in known}
    gone |= {id(one) for one in people if document_index(one.document, notice.neighbourhood_id) in closed}
    return [one for one in people if id(one) not in gone]


def _ticket(one: Passenger) -> Ticket:
    return Ticket(one.row, one.name, one.sex, one.born)


def _of(words: Details) -> Ticket:
    return Ticket("", words.name, words.sex, date.fromisoformat(words.born) if words.born else None)


def take_rows(*, by: User | None, taking: Taking, matched: Sequence[Matched] | None = None) -> Taking:
    """One step: the next people are listed; when all are, whom of the register they may be is proposed, and the list is done.

    ``matched`` is needed for that last step only. Refusals: those of ``add_travellers``.
    """
    if taking.waiting:
        some = taking.waiting[:AT_ONCE]
        before = Traveller.objects.filter(notice=taking.notice).count()
        _complete_announced(by, taking.notice, some)
        add_travellers(by=by, notice=taking.notice, listed=[_listed(one, taking.source) for one in some])
        taking.new += Traveller.objects.filter(notice=taking.notice).count() - before
        del taking.waiting[:AT_ONCE]
    elif matched is not None and not taking.done:
        _finish(by, taking, matched)
    return taking


def _complete_announced(by: User | None, notice: ArrivalNotice, people: Sequence[Passenger]) -> None:
    """Who was announced by name alone, in a chat, is the passenger of that name on the same flight: he gets his document."""
    names = Counter(one.name for one in people)
    alone = {one.name: one for one in people if one.document and names[one.name] == 1}
    for name, row in named_alike(notice, list(alone), without_document=True).items():
        old, one = details_of(row), alone[name]
        words = replace(old, document=one.document, name=one.name, seat=old.seat or one.seat)
        same = Traveller.objects.filter(
            operation=row.operation_id, closed_at__isnull=True, document_index__isnull=False
        )
        if not same.filter(document_index=document_index(one.document, row.neighbourhood_id)).exists():
            correct_traveller(
                by=by, traveller=row, words=words, revision=row.revision, expected_at=row.expected_at, about=row.about,
                country=row.country, dwelling=row.dwelling,
            )  # fmt: skip


def _listed(one: Passenger, source: str) -> Listed:
    shared = "document_shared" in one.problems
    problems = [(one.cells.get(field_of(kind), f"A{one.row}"), kind) for kind in one.problems]
    words = Details(
        name=one.name, document="" if shared else one.document, phone=one.phone, address=one.address, sex=one.sex,
        born=one.born.isoformat() if one.born else "", seat=one.seat, said=one.extra,
    )  # fmt: skip
    return Listed(words, Source(source, one.row, (one.sheet or "")[:60], 0, problems, one.raw))


def field_of(kind: str) -> str:
    """The column that a problem is about."""
    head = kind.partition("_")[0]
    return {"passport": "document", "listed": "document", "surname": "surname", "total": "number"}.get(head, head)


def _finish(by: User | None, taking: Taking, matched: Sequence[Matched]) -> None:
    rows = ListedRow.objects.filter(source=taking.source).select_related("traveller__notice", "traveller__operation")
    travellers = {(row.sheet, row.row): row.traveller for row in rows}
    pairs = [
        (traveller, one)
        for one in matched
        if (traveller := travellers.get(((one.one.sheet or "")[:60], one.one.row))) is not None
    ]
    taking.differs = [said for traveller, one in pairs if (said := _other_seat(traveller, one.one))]
    proposals = proposals_for(pairs)
    for start in range(0, len(proposals), AT_ONCE):
        taking.proposed += len(propose_matches(by=by, proposals=proposals[start : start + AT_ONCE]))
    upload = RawUpload.objects.filter(pk=taking.notice.upload).first()
    if upload is not None:
        handle(by=by, upload=upload)
    taking.done = True


def proposals_for(pairs: Sequence[tuple[Traveller, Matched]]) -> list[tuple[Traveller, list[Proposal]]]:
    """What the rules say of travellers who are nobody of the register yet, without whom a person has said no to."""
    wanted = [(row, one) for row, one in pairs if one.finding.verdict != "none" and row.person_id is None]
    refused = set(
        Match.objects.filter(traveller__in=[row for row, _one in wanted], decision=False, undone__isnull=True)
        .values_list("traveller_id", "person_id")
    )  # fmt: skip
    people = Person.objects.in_bulk([c.resident for _row, one in wanted for c in one.finding.candidates])
    return [
        (row, _proposals([c for c in one.finding.candidates if (row.pk, c.resident) not in refused], one, people))
        for row, one in wanted
        if (row.pk, None) not in refused
    ]


def _proposals(candidates: Sequence[Candidate], matched: Matched, people: dict[Any, Person]) -> list[Proposal]:
    """The candidates as proposals; for somebody who names an estate of ours and is nobody we know, one without a person."""
    if not matched.finding.candidates:
        return [Proposal(None, Match.Verdict.ASK, 0, list(matched.finding.why))]
    sure = matched.finding.resident
    return [
        Proposal(
            people.get(one.resident), Match.Verdict.MATCH if one.resident == sure else Match.Verdict.ASK, one.score,
            one.reasons, one.against,
        )
        for one in candidates
    ]  # fmt: skip


def _other_seat(traveller: Traveller, one: Passenger) -> dict[str, Any] | None:
    seat = details_of(traveller).seat
    if not one.seat or not seat or one.seat == seat:
        return None
    return {"sheet": one.sheet, "row": one.row, "name": one.name, "field": "seat", "was": seat, "now": one.seat}
