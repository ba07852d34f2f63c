"""A pasted chat is kept without its secrets, and what a person confirms of it becomes notices, travellers, runs (T09)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli import vault
from linli.accounts.models import User
from linli.ground.door_words import DoorWords
from linli.ground.models import Place
from linli.inbox.actions import keep
from linli.inbox.models import RawUpload
from linli.inbox.queries import content_of, name_of
from linli.journeys import hands
from linli.journeys.actions.arrivals import Flight, add_movement, hold, operation_of, settle_notice, take_notice
from linli.journeys.actions.handed import check_heads
from linli.journeys.actions.manifests import proposals_for
from linli.journeys.actions.matches import propose_matches
from linli.journeys.actions.runs import Crew, arrive_run, change_run, depart_run, plan_run, plate_of
from linli.journeys.actions.travellers import Listed, Source, add_travellers
from linli.journeys.chat_reading import Piece, read_pieces, without_secrets
from linli.journeys.details import Details, Outsider, details_of
from linli.journeys.manifest_people import Passenger
from linli.journeys.matching import match_with_register, named_alike
from linli.journeys.models import ArrivalNotice, Hands, Match, Movement, Run, RunCrew, Traveller
from linli.kernel.chat_log import ChatMessage
from linli.kernel.manifest_cells import passport_spellings
from linli.kernel.refusal import Refusal

KIND = "journeys.chat"


@dataclass(frozen=True)
class Chat:
    """A kept chat and what it proposes."""

    upload: RawUpload
    copied_on: date
    pieces: Sequence[Piece]

    def piece(self, number: int) -> Piece:
        """The message of this number. Raises ``journeys.no_message``."""
        found = next((one for one in self.pieces if one.message.number == number), None)
        if found is None:
            raise Refusal("journeys.no_message", gettext_noop("There is no such message in this chat."))
        return found


def keep_chat(*, by: User | None, neighbourhood: Place, text: str, copied_on: date) -> tuple[RawUpload, int]:
    """Keep a chat, sealed, and say how much was taken out before. The same chat again is the first one.

    Refusals: ``journeys.no_operation``, ``journeys.no_text``.
    """
    operation = operation_of(neighbourhood)
    if not text.strip():
        raise Refusal("journeys.no_text", gettext_noop("Please paste the messages."))
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    clean, removed = without_secrets(plain, ours=ours_of(neighbourhood), copied_on=copied_on, now=timezone.now())
    upload = keep(
        by=by, neighbourhood=neighbourhood, kind=KIND, source="chat", content=clean.encode(), name=copied_on.isoformat(),
        key=operation.key_name,
    )  # fmt: skip
    return upload, removed


def ours_of(neighbourhood: Place) -> tuple[str, ...]:
    """How a chat may call this neighbourhood: as it is called now, and was before."""
    return (neighbourhood.name, *neighbourhood.names.exclude(name=neighbourhood.name).values_list("name", flat=True))


def chat_of(upload: RawUpload) -> Chat:
    """A kept chat, read again."""
    told = name_of(upload)
    copied_on = date.fromisoformat(told) if told else timezone.localdate(upload.received_at)
    text = content_of(upload).decode()
    pieces = read_pieces(text, ours=ours_of(upload.neighbourhood), copied_on=copied_on, now=upload.received_at)
    return Chat(upload, copied_on, pieces)


def confirm_notice(
    *, by: User, chat: Chat, number: int, flight: Mapping[str, Any], people: Sequence[Mapping[str, Any]]
) -> ArrivalNotice:
    """A message is word of an arrival: its flight, and those whom a person ticked. Who is listed already is not listed twice.

    Word came that he is ours: where the message names no door, somebody decides, though he is like nobody of the register.
    ``flight``: cleaned data of the form; ``people``: of each person, with ``part``, his place in the message. Refusals: those of
    ``take_notice``, ``add_movement`` and ``add_travellers``.
    """
    piece = chat.piece(number)
    neighbourhood = chat.upload.neighbourhood
    received = piece.message.at or chat.upload.received_at
    movement = _movement(by, neighbourhood, flight, received)
    notice = take_notice(
        by=by, neighbourhood=neighbourhood, via=ArrivalNotice.Via.CHAT, received_at=received, text=piece.message.text,
        movement=movement, upload=chat.upload.pk,
    )  # fmt: skip
    known = named_alike(notice, [str(one["name"]) for one in people])
    doors = DoorWords.load(neighbourhood)
    listed = [_listed(chat, number, one, flight, doors, known.get(str(one["name"]))) for one in people]
    travellers = add_travellers(by=by, notice=notice, listed=[one for one in listed if one is not None])
    _propose(by, neighbourhood, [one for one in travellers if one.notice_id == notice.pk])
    return settle_notice(by=by, notice=notice)


def _movement(by: User, neighbourhood: Place, said: Mapping[str, Any], received: datetime) -> Movement | None:
    if not said["number"] and not said["landed_at"]:
        return None
    day = timezone.localdate(said["landed_at"] or received)
    flight = Flight(
        kind=Movement.Kind.TRAIN if said["number"][:1] in "GDCZTK" and not said["number"][1:2].isalpha() and said["number"] else
        Movement.Kind.FLIGHT,
        number=said["number"], day=day, origin=said["origin"], country=said["country"], landed_at=said["landed_at"],
        about=said["landed_about"], passengers=said["passengers"], crew=said["crew"],
    )  # fmt: skip
    return add_movement(by=by, neighbourhood=neighbourhood, flight=flight)


def _listed(
    chat: Chat,
    number: int,
    said: Mapping[str, Any],
    flight: Mapping[str, Any],
    doors: DoorWords,
    known: Traveller | None,
) -> Listed | None:
    """Somebody to list, with his door where the words name one; None for one who is listed already and has no document."""
    words = Details(
        name=said["name"], address=said["address"], phone=said["phone"], note=said["note"], document=said["document"]
    )
    if len(words.document) <= TAIL_ONLY:
        words = replace(words, document="", note=" ".join(part for part in (said["document"], said["note"]) if part))
    if known is not None:
        document = details_of(known).document
        if not document:
            return None
        words = replace(words, document=document)
    source = Source(f"upload:{chat.upload.pk}", number, part=int(said["part"]))
    dwelling = doors.dwelling(words.address) if words.address else None
    return Listed(
        words, source, dwelling=dwelling, expected_at=flight["expected_at"], about=flight["expected_about"],
        ask=dwelling is None,
    )  # fmt: skip


TAIL_ONLY = 6
"""So few characters are the end of a document's number, not the number."""


def _propose(by: User, neighbourhood: Place, travellers: Sequence[Traveller]) -> None:
    """Whom of the register those new on our list may be."""
    fresh = [one for one in travellers if one.person_id is None and not Match.objects.filter(traveller=one).exists()]
    people = [_passenger(at, details_of(one)) for at, one in enumerate(fresh)]
    if people:
        pairs = list(zip(fresh, match_with_register(neighbourhood, people), strict=True))
        propose_matches(by=by, proposals=proposals_for(pairs))


def _passenger(at: int, words: Details) -> Passenger:
    document = words.document or next((part for part in words.note.split() if part[-4:].isdigit()), "")
    spellings = passport_spellings(words.document) if words.document else ()
    phones = (words.phone,) if words.phone else ()
    return Passenger(None, at, words.name, document=document, spellings=spellings, phones=phones, address=words.address)


def word_of(neighbourhood: Place, message: ChatMessage) -> UUID:
    """By what a run knows the message that told of it: keyed, the same for a message that was pasted twice."""
    said = f"{message.at.isoformat() if message.at else ''} {message.sender} {' '.join(message.text.split())}"
    return UUID(bytes=vault.blind_index(said, neighbourhood=neighbourhood.pk, purpose="journeys.word"))


def confirm_departed(
    *,
    by: User,
    chat: Chat,
    number: int,
    said: Mapping[str, Any],
    travellers: Sequence[Traveller],
    run: Run | None = None,
) -> Run:
    """A message tells that a run left: ``run``, which was planned, else one is written down with who was in it.

    Of a planned run its list stays, whoever is ticked comes upon it, and what nobody knew of plate and escort is filled in. Confirmed
    twice it is one run. Refusals: those of ``plan_run``, ``change_run`` and ``depart_run``.
    """
    neighbourhood = chat.upload.neighbourhood
    word = word_of(neighbourhood, chat.piece(number).message)
    crew = [Crew(_escort(neighbourhood, said["escort"]), RunCrew.Duty.ESCORT)] if said["escort"] else []
    with transaction.atomic():
        hold(operation_of(neighbourhood).pk)
        before = Run.objects.filter(neighbourhood=neighbourhood, departed_word=word, called_off_at__isnull=True).first()
        if before is not None:
            return before
        if run is None:
            run = plan_run(
                by=by, neighbourhood=neighbourhood, vehicle=said["vehicle"], planned_at=said["at"], about=said["about"],
                travellers=travellers, crew=crew, plate=said["plate"],
            )  # fmt: skip
        else:
            _complete(by, run, travellers, crew, said["plate"])
        return depart_run(by=by, run=run, at=said["at"], about=said["about"], word=word)


def _escort(neighbourhood: Place, name: str) -> Hands:
    return hands.of_outsider(neighbourhood, operation_of(neighbourhood), Hands.Role.ESCORT, Outsider(name))


def _complete(by: User, run: Run, travellers: Sequence[Traveller], crew: Sequence[Crew], plate: str) -> None:
    """Add to a planned run what the message knows besides."""
    seated = [seat.traveller for seat in run.seats.select_related("traveller")]
    known = [Crew(one.hands, one.duty, one.trained_on) for one in run.crew.select_related("hands__mandate")]
    more = [one for one in crew if one.duty not in {each.duty for each in known}]
    fresh = {one.pk for one in travellers} - {one.pk for one in seated}
    unknown = "" if plate_of(run) else plate
    if fresh or more or unknown:
        change_run(
            by=by, run=run, travellers=[*seated, *travellers] if fresh else None, crew=[*known, *more] if more else None,
            plate=unknown or None,
        )  # fmt: skip


def confirm_arrived(*, by: User, chat: Chat, number: int, said: Mapping[str, Any], run: Run | None) -> Run:
    """A message tells that a run is there. Without one written down, one is; who handed over whom is confirmed on its own page.

    Refusals: ``journeys.head_count`` when another number was counted than is on the run's list; those of ``plan_run`` and ``arrive_run``.
    """
    neighbourhood = chat.upload.neighbourhood
    word = word_of(neighbourhood, chat.piece(number).message)
    with transaction.atomic():
        hold(operation_of(neighbourhood).pk)
        before = Run.objects.filter(neighbourhood=neighbourhood, arrived_word=word, called_off_at__isnull=True).first()
        if before is not None:
            return before
        if run is not None:
            seats = [seat.traveller for seat in run.seats.select_related("traveller")]
            if seats:
                check_heads(by, seats, seats, said["count"])
        found = run or plan_run(
            by=by, neighbourhood=neighbourhood, vehicle=Run.Vehicle.CAR, planned_at=said["at"], about=said["about"]
        )
        return arrive_run(by=by, run=found, at=said["at"], about=said["about"], word=word)
