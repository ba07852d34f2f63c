"""A night of arrivals and the fourteen days after it, from the first word to the release, in the order in which it happens.

Each step is one plain call and one transaction. It may come late, or twice; beside it stands what takes it back. Pages, phones and files
call the rooms' own actions for a step that touches one room only, and so does this story; what must happen in another room then happens in
the same transaction (``arrival_case.settle``, ``care_case.keep``), because the room tells whoever listens.

==================  ====================  =====================================================================
step                taken back by         what another room does then
==================  ====================  =====================================================================
word_comes          word_was_nothing      the office is told
it_is               it_is_not             a case that waited for a name opens
meet                nobody_meets          the roster says who is trained for it (T11)
set_out             come_back
hand_over           take_back             an alarm ends, or begins to count
come_home           take_back             a case opens: order, supervisor, two checks a day, a call at the gate
supervise           supervise             the checks and the gate's call follow
papers_come         (a new order)         the case does not lapse
check               take_check_back       the round counts it as done; fever asks for the next step
run_errand          take_errand_back
release             open_again            nothing more is asked, no gate calls anybody
==================  ====================  =====================================================================
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from linli.accounts.models import User
from linli.care.actions import cases, errands, orders, readings, supervisors
from linli.care.actions.errand_money import buy_errand, reverse_entry, settle_errand
from linli.care.models import Case, CaseChange, Errand, Order, Reading, Supervisor
from linli.care.sealed import Said
from linli.care.writing import Authority
from linli.ground.models import Household, Mandate, Place
from linli.journeys import beside, hands
from linli.journeys.actions import arrivals, handovers, legs, matches, runs, travellers
from linli.journeys.actions.arrivals import Flight
from linli.journeys.actions.handovers import Form, Side
from linli.journeys.actions.runs import Crew
from linli.journeys.actions.travellers import Listed
from linli.journeys.models import ArrivalNotice, Handover, Hands, Match, Run, Traveller
from linli.procedures.arrival_case import case_of


@dataclass(frozen=True, kw_only=True)
class Word:
    """Word that people come: by what way (``ArrivalNotice.Via``), when, as written; by what flight, and who they are."""

    via: str
    received_at: datetime
    text: str = ""
    flight: Flight | None = None
    people: Sequence[Listed] = ()
    about: bool = False


def word_comes(*, by: User | None, neighbourhood: Place, word: Word) -> tuple[ArrivalNotice, list[Traveller]]:
    """Word comes: it is kept as it was written, and everybody on it has somebody who must see to him (T02, T09)."""
    with transaction.atomic():
        flight = word.flight
        movement = arrivals.add_movement(by=by, neighbourhood=neighbourhood, flight=flight) if flight else None
        notice = arrivals.take_notice(
            by=by,
            neighbourhood=neighbourhood,
            via=word.via,
            received_at=word.received_at,
            about=word.about,
            text=word.text,
            movement=movement,
        )
        listed = [replace(one, country=one.country or (flight.country if flight else "")) for one in word.people]
        return notice, travellers.add_travellers(by=by, notice=notice, listed=listed)


def word_was_nothing(*, by: User, notice: ArrivalNotice) -> None:
    """Nobody comes after all: everybody on the word who has not set out is closed as entered by mistake."""
    with transaction.atomic():
        for one in notice.travellers.filter(closed_at__isnull=True, begun_at__isnull=True):
            travellers.close_traveller(by=by, traveller=one, closed_as=Traveller.Closed.ANNULLED)
        arrivals.settle_notice(by=by, notice=notice)


def it_is(*, by: User, match: Match) -> Traveller:
    """A person says who of the register somebody is; the rules only propose."""
    return matches.decide_match(by=by, match=match, yes=True)


def it_is_not(*, by: User, match: Match) -> Traveller:
    """It was somebody else: the traveller is nobody of the register again."""
    return matches.undo_match(by=by, match=match)


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """Who meets whom: the travellers are in ``held_by`` since ``since``; ``crew`` goes with the vehicle, home about ``home_at``.

    ``crew``: (hands, ``RunCrew.Duty``).
    """

    travellers: Sequence[Traveller]
    held_by: Hands
    since: datetime
    vehicle: str
    crew: Sequence[tuple[Hands, str]]
    home_at: datetime
    about: bool = True
    plate: str = ""


def meet(*, by: User, neighbourhood: Place, meeting: Meeting) -> Run:
    """Somebody meets them: from now on each is in somebody's hands, a run is planned, and each waits for his own door.

    Whoever goes along must be trained by what the roster knows of that day: ``journeys.untrained`` (T11).
    """
    day = timezone.localdate(meeting.home_at)
    crew = [Crew(one, duty, _trained(one, duty, day)) for one, duty in meeting.crew]
    with transaction.atomic():
        travellers.begin(by=by, travellers=meeting.travellers, hands=meeting.held_by, at=meeting.since)
        run = runs.plan_run(
            by=by,
            neighbourhood=neighbourhood,
            vehicle=meeting.vehicle,
            planned_at=meeting.home_at,
            about=meeting.about,
            travellers=meeting.travellers,
            crew=crew,
            plate=meeting.plate,
        )
        for one in meeting.travellers:
            if one.dwelling is not None:
                door = hands.of_dwelling(neighbourhood, one.dwelling)
                legs.plan_leg(
                    by=by, travellers=[one], taker=door, expected_at=meeting.home_at, about=meeting.about, run=run
                )
    return run


def _trained(hands: Hands, duty: str, day: date) -> date | None:
    return beside.trained(hands.mandate, duty, day) if hands.mandate is not None else None


def nobody_meets(*, by: User, run: Run) -> Run:
    """The run does not go: whoever waited for it waits for another, and an alarm says so until there is one."""
    return runs.call_off_run(by=by, run=run)


def set_out(*, by: User, run: Run, at: datetime, about: bool = False) -> Run:
    """The vehicle leaves."""
    return runs.depart_run(by=by, run=run, at=at, about=about)


def come_back(*, by: User, run: Run) -> Run:
    """It has not left (or not arrived) after all."""
    return runs.take_back_run(by=by, run=run)


def hand_over(*, by: User, form: Form, gave: Side, took: Side) -> Handover:
    """From hand to hand, both sides confirming; a head count that is not the list is refused with the difference named (T04)."""
    return handovers.hand_over(by=by, form=form, gave=gave, took=took)


def come_home(
    *, by: User, people: Sequence[Traveller], giver: Hands, at: datetime, about: bool = False, id: UUID | None = None
) -> Handover:
    """Those of one household are at their own door (T05): they are delivered, and what follows at home begins."""
    first = people[0]
    if first.dwelling is None:
        raise ValueError("who comes home has a home")
    door = hands.of_dwelling(first.neighbourhood, first.dwelling)
    form = Form(travellers=people, giver=giver, taker=door, happened_at=at, about=about, counted=len(people), id=id)
    return handovers.hand_over(by=by, form=form, gave=Side(at, by.pk), took=Side(at))


def take_back(*, by: User | None, handover: Handover, why: str) -> None:
    """A hand-over did not happen so: everybody is where he would be without it, and a case that rested on it is annulled."""
    handovers.annul_handover(by=by, handover=handover, why=why)


def supervise(*, by: User, household: Household, mandate: Mandate) -> Supervisor:
    """One person looks after a household from now on, and nobody else does (Q01); the one before hands over."""
    return supervisors.name_supervisor(by=by, household=household, mandate=mandate)


def papers_come(*, by: User, order: Order, document: str) -> Order:
    """The document of what was ordered aloud at the door; without it the order lapses after a day, and the case with it."""
    return orders.document_order(by=by, order=order, document=document)


def check(
    *, by: User, traveller: Traveller, said: Said, at: datetime | None = None, id: UUID | None = None
) -> Reading | None:
    """Morning or evening: what somebody at home reads; by ``id`` once. None for whom no case is open."""
    case = case_of(traveller)
    return readings.record_reading(by=by, case=case, said=said, happened_at=at, key=id) if case is not None else None


def take_check_back(*, by: User, reading: Reading) -> Reading:
    """It was somebody else's, or a slip of the pen: the check is open again."""
    return readings.annul_reading(by=by, reading=reading)


def run_errand(
    *, by: User, household: Household, helper: Mandate, words: str, fen: int, id: UUID | None = None
) -> Errand:
    """Somebody at home asks for something; it is bought, laid at the door and paid for, to the fen (Q03). By ``id`` once."""
    with transaction.atomic():
        one = errands.ask_errand(by=by, household=household, words=words, id=id)
        if one.taken_at is not None:
            return one
        errands.take_errand(by=by, errand=one, mandate=helper)
        buy_errand(by=by, errand=one, fen=fen, no_receipt="none_given")
        errands.deliver_errand(by=by, errand=one, contactless=True)
        return settle_errand(by=by, errand=one)


def take_errand_back(*, by: User, errand: Errand) -> Errand:
    """It did not happen so: every amount is undone by a row, it is not delivered, and it waits again for somebody."""
    with transaction.atomic():
        for entry in errand.entries.filter(reverses__isnull=True, reversed_by__isnull=True):
            reverse_entry(by=by, entry=entry)
        errands.take_delivery_back(by=by, errand=errand)
        return errands.give_errand_back(by=by, errand=errand)


def release(*, by: User, case: Case, body: Authority) -> CaseChange:
    """Before the last day: who ordered it ends it. After its 24:00 it is over by itself. Nothing more is asked, no gate calls anybody."""
    return cases.release(by=by, case=case, body=body)


def open_again(*, by: User, case: Case, words: str) -> Case:
    """It was released too soon."""
    return cases.reopen(by=by, case=case, words=words)
