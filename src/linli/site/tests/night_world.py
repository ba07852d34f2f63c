"""A neighbourhood on the night of arrivals, and its clock: seeded from a :class:`Night`, told step by step as the chat has it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.utils import timezone

from linli.accounts.models import User
from linli.duties.actions.abilities import add_training, set_trainings
from linli.duties.actions.attendance import say_came
from linli.duties.actions.people import Facts, add_volunteer
from linli.duties.actions.posts import PostFacts, add_post
from linli.duties.actions.shifts import add_shift
from linli.duties.actions.stints import assign
from linli.duties.models import Stint
from linli.ground.actions.homes import find_state, open_household
from linli.ground.actions.mandates import give_mandate
from linli.ground.actions.people import document_row, key_rows, person_row, phone_row
from linli.ground.actions.places import NewPlace, add_places, create_neighbourhood
from linli.ground.models import Household, Mandate, Person, Place, Residence
from linli.ground.scope import scoped
from linli.ground.testing import PASSWORD
from linli.journeys import hands
from linli.journeys.actions.arrivals import Flight, settle_notice
from linli.journeys.actions.handovers import Form, Side
from linli.journeys.actions.matches import Proposal, propose_match
from linli.journeys.actions.runs import arrive_run
from linli.journeys.actions.travellers import Listed, Source
from linli.journeys.details import Details, Outsider, details_of
from linli.journeys.manifest_people import Passenger
from linli.journeys.matching import match_with_register
from linli.journeys.models import ArrivalNotice, Hands, Match, Run, Traveller
from linli.kernel.arrival_night import Arrived, arrivals_of, travellers_of
from linli.kernel.arrival_notices import NoticeReading, read_notices
from linli.kernel.chat_log import read_chat
from linli.operations.actions import Order, open_operation
from linli.operations.models import Operation
from linli.procedures import arrival
from linli.procedures.arrival import Meeting, Word
from linli.site.tests.night_samples import Night, Somebody
from linli.site.work import JOBS

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONG_AGO = date(2020, 1, 1)
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    """13 19:25: a moment of March 2020."""
    day, clock = text.split()
    return datetime.fromisoformat(f"2020-03-{int(day):02}T{clock}:00").replace(tzinfo=SHANGHAI)


@dataclass
class Story:
    """The neighbourhood and everybody who has a part in the night."""

    night: Night
    clock: Any
    place: Place
    operation: Operation
    users: dict[str, User]
    mandates: dict[str, Mandate]
    people: dict[str, Person] = field(default_factory=dict)
    homes: dict[tuple[str, str], Household] = field(default_factory=dict)
    readings: tuple[NoticeReading, ...] = ()
    travellers: list[Traveller] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    stints: dict[str, Stint] = field(default_factory=dict)

    @property
    def by(self) -> User:
        """Whose night it is in the office: 小许, 小陶."""
        return self.users["clerk"]

    def to(self, moment: datetime, jobs: bool = True) -> None:
        """It gets to be ``moment``, and the worker comes by."""
        self.clock.move_to(moment)
        if jobs:
            self.works()

    def works(self) -> None:
        """The worker's turn, but for what runs once an hour."""
        for job in JOBS:
            if job.name != "hourly":
                job.run(timezone.now())

    def outside(self, role: str) -> Hands:
        """The desk at the airport, or who goes along on the vehicle."""
        names = {"airport_desk": "机场专班", "escort": "跟车小季"}
        return hands.of_outsider(self.place, self.operation, role, Outsider(names[role]))

    def office(self, who: str = "clerk") -> Hands:
        """One of ours."""
        return hands.of_mandate(self.place, self.mandates[who])

    # the steps, as the chat tells them

    def word(self, number: int, moment: datetime) -> list[Traveller]:
        """The message comes, is pasted, and everybody on it is listed."""
        said = next(one for one in self.readings if one.message.number == number)
        flight = said.flight
        assert flight is not None
        assert flight.landed is not None
        mine = [
            one for message, one in travellers_of(self.readings, ours=(self.night.neighbourhood,)) if message == number
        ]
        country = self.somebody(mine[0].name).country
        word = Word(
            via=ArrivalNotice.Via.CHAT,
            received_at=moment,
            text=said.message.text,
            flight=Flight(
                number=flight.number,
                day=timezone.localdate(flight.landed.at),
                origin=flight.origin,
                country=country,
                landed_at=flight.landed.at,
                passengers=flight.passengers.value if flight.passengers else None,
                crew=flight.crew.value if flight.crew else None,
            ),
            people=[
                Listed(
                    Details(name=one.name, address=one.address, document="", note=one.document),
                    Source(f"chat:{number}", number, part=part),
                    ask=True,
                )
                for part, one in enumerate(mine)
            ],
        )
        notice, found = arrival.word_comes(by=self.by, neighbourhood=self.place, word=word)
        settle_notice(by=self.by, notice=notice)
        for traveller, one in zip(found, mine, strict=True):
            _propose(self, traveller, one.name, one.address)
        self.travellers += found
        return found

    def decides(self, travellers: Sequence[Traveller]) -> None:
        """A person looks at what is proposed, and says yes to whoever it is; one whom no rule finds is looked up by hand, by his door."""
        for traveller in travellers:
            person = self.people[self.somebody(details_of(traveller).name).name]
            match = Match.objects.filter(traveller=traveller, person=person, decision__isnull=True).first()
            if match is None:
                (match,) = propose_match(
                    by=self.by, traveller=traveller, candidates=[Proposal(person, Match.Verdict.ASK)]
                )
            arrival.it_is(by=self.by, match=match)
            traveller.refresh_from_db()

    def somebody(self, written: str) -> Somebody:
        """One of the eleven, by his name in the chat."""
        return next(one for one in self.night.people if one.written == written)

    def meets(
        self, travellers: Sequence[Traveller], landed: datetime, home_at: datetime, receiver: str = "clerk"
    ) -> Run:
        """The desk holds them since the landing; a run is planned, and who receives them at the gate."""
        run = arrival.meet(
            by=self.by,
            neighbourhood=self.place,
            meeting=Meeting(
                travellers=travellers,
                held_by=self.outside("airport_desk"),
                since=landed,
                vehicle="van",
                crew=[(self.outside("escort"), "escort"), (self.office(receiver), "receiver")],
                home_at=home_at,
            ),
        )
        self.runs.append(run)
        return run

    def leaves(self, run: Run, travellers: Sequence[Traveller], moment: datetime) -> None:
        """The desk hands them to who goes along, and the vehicle leaves."""
        self.passes(self.outside("airport_desk"), self.outside("escort"), travellers, moment, run=run)
        arrival.set_out(by=self.by, run=run, at=moment)

    def passes(
        self,
        giver: Hands,
        taker: Hands,
        travellers: Sequence[Traveller],
        moment: datetime,
        about: bool = False,
        **more: Any,
    ) -> Any:
        """From hand to hand, counted."""
        form = Form(
            travellers=travellers,
            giver=giver,
            taker=taker,
            happened_at=moment,
            about=about,
            counted=len(travellers),
            **more,
        )
        return arrival.hand_over(by=self.by, form=form, gave=Side(moment), took=Side(moment, self.by.pk))

    def comes(
        self, run: Run, travellers: Sequence[Traveller], moment: datetime, about: bool, receiver: str = "clerk"
    ) -> None:
        """They are received at the gate, counted against the list, and brought to their doors."""
        self.passes(self.outside("escort"), self.office(receiver), travellers, moment, about, run=run)
        for _door, own in groupby(sorted(travellers, key=_door_of), key=_door_of):
            arrival.come_home(by=self.by, people=list(own), giver=self.office(receiver), at=moment, about=about)
        arrive_run(by=self.by, run=run, at=moment, about=about)

    def replay(self) -> None:
        """The whole night as the chat tells it: word at 16:41, home at about 19:25, 20:48 and 03:37."""
        first, late = [one for one in self.readings if one.kind == "arrival_notice"]
        told = arrivals_of(self.readings)
        self.to(at("13 16:41"))
        self.is_there("clerk", at("13 16:00"))
        ten = self.word(first.message.number, at("13 16:41"))
        self.to(at("13 17:00"))
        self.decides(ten)
        four = told[0].people or 0
        self.drives(first, ten[:four], told[0], leaves=at("13 18:02"), home_at=at("13 19:00"))
        self.drives(first, ten[four:], told[1], leaves=at("13 19:30"), home_at=at("13 20:30"))
        self.to(at("14 00:30"))
        self.is_there("volunteer", at("13 22:00"))
        one = self.word(late.message.number, at("14 00:30"))
        self.to(at("14 00:35"))
        self.decides(one)
        self.drives(late, one, told[2], leaves=at("14 02:50"), home_at=at("14 03:30"), receiver="volunteer")
        for traveller in self.travellers:
            traveller.refresh_from_db()

    def is_there(self, who: str, since: datetime) -> None:
        """Somebody came to his shift."""
        say_came(by=None, stint=self.stints[who], at=since, now=timezone.now())

    def drives(
        self,
        word: NoticeReading,
        some: list[Traveller],
        arrived: Arrived,
        *,
        leaves: datetime,
        home_at: datetime,
        receiver: str = "clerk",
    ) -> None:
        """One run: planned when the word is out, under way, and home."""
        assert word.flight is not None
        assert word.flight.landed is not None
        run = self.meets(some, word.flight.landed.at, home_at, receiver)
        self.to(leaves + timedelta(minutes=1))
        self.leaves(run, some, leaves)
        self.to(arrived.at.at + timedelta(minutes=4))
        self.comes(run, some, arrived.at.at, arrived.at.about, receiver)


def _propose(story: Story, traveller: Traveller, name: str, address: str) -> None:
    """Whom of the register he may be, by the product's own rules."""
    line = Passenger(sheet=None, row=1, name=name, address=address)
    (matched,) = match_with_register(story.place, [line])
    people = Person.objects.in_bulk([one.resident for one in matched.finding.candidates])
    propose_match(
        by=story.by,
        traveller=traveller,
        candidates=[
            Proposal(
                people[one.resident],
                Match.Verdict.MATCH if one.resident == matched.finding.resident else Match.Verdict.ASK,
                one.score, one.reasons, one.against,
            )
            for one in matched.finding.candidates
        ],
    )  # fmt: skip


def _door_of(traveller: Traveller) -> int:
    return traveller.dwelling_id or 0


@contextmanager
def told(night: Night) -> Iterator[Story]:
    """The neighbourhood a fortnight before the night, inside its scope; the clock stands still unless it is moved."""
    with time_machine.travel(at("1 08:00"), tick=False) as clock:
        place = create_neighbourhood(by=None, name=night.neighbourhood, code="310105102")
        with scoped(neighbourhood_ids={place.pk}, reason="test"):
            yield _story(night, clock, place)


def _story(night: Night, clock: Any, place: Place) -> Story:
    users, mandates = _offices(place)
    operation = open_operation(by=None, neighbourhood=place, order=_order(), ends_at=at("30 08:00"))
    messages = read_chat(night.chat, copied_on=date(2020, 3, 15)).messages()
    readings = read_notices(messages, ours=(night.neighbourhood,), now=at("15 09:00"))
    story = Story(night, clock, place, operation, users, mandates, readings=readings)
    _live_there(story)
    _roster(story)
    return story


def _order() -> Order:
    return Order(
        "境外来沪人员接送", "接送到家、居家观察", "emergency", "传染病防治法 第四十一条", "长宁区人民政府", "021-00000310",
        "shanghai-2020-02-10",
    )  # fmt: skip


def _offices(place: Place) -> tuple[dict[str, User], dict[str, Mandate]]:
    names = {
        "secretary": "陈书记",
        "clerk": "小许",
        "volunteer": "入党申请人",
        "helper": "包户人小陶",
        "officer": "街道干部",
    }
    users = {one: User.objects.create_user(one, PASSWORD, display_name=name) for one, name in names.items()}
    mandates = {
        one: give_mandate(
            by=None, capacity="volunteer" if one == "helper" else one, place=place, user=user, since=LONG_AGO
        )
        for one, user in users.items()
    }
    return users, mandates


def _live_there(story: Story) -> None:
    """The eleven, each at his own door; whoever shares one is one household."""
    estates: dict[str, Place] = {}
    for one in story.night.people:
        if one.estate not in estates:
            (estates[one.estate],) = add_places([NewPlace("estate", story.place, one.estate, estate_type="villa")])
        key = (one.estate, one.door)
        if key not in story.homes:
            (dwelling,) = add_places([NewPlace("dwelling", estates[one.estate], one.door)])
            find_state(by=None, dwelling=dwelling, state="owner")
            story.homes[key] = open_household(by=None, dwelling=dwelling, since=LONG_AGO)
        story.people[one.name] = _person(story.homes[key], one)


def _person(household: Household, one: Somebody) -> Person:
    home = household.neighbourhood_id
    person = person_row(neighbourhood=home, name=one.name, sex=one.sex, born=one.born)
    person.save(force_insert=True)
    for row in key_rows(person):
        row.save(force_insert=True)
    kind = "id" if len(one.number) == 18 else "passport"
    document_row(person=person, kind=kind, number=one.number, checked=True, since=LONG_AGO).save(force_insert=True)
    phone_row(person=person, number=one.phone, since=LONG_AGO).save(force_insert=True)
    Residence.objects.create(neighbourhood_id=home, person=person, household=household, relation="head", since=LONG_AGO)
    return person


def _roster(story: Story) -> None:
    """Somebody on duty day and night from the 13th on (T08), who has learned to put the suit on (T11)."""
    post = add_post(
        by=None, neighbourhood=story.place, facts=PostFacts("转运值守", "other", place=story.place, gapless=True)
    )
    suit = add_training(by=None, neighbourhood=story.place, name="防护服")
    now = timezone.now()
    for who, starts, ends in (("clerk", "13 16:00", "13 22:00"), ("volunteer", "13 22:00", "14 08:00")):
        user = story.users[who]
        facts = Facts(user.display_name, born_year=1985, user=user)
        one = add_volunteer(by=None, neighbourhood=story.place, facts=facts, now=now, since=LONG_AGO)
        set_trainings(by=None, volunteer=one, trainings=[suit])
        shift = add_shift(by=None, post=post, starts_at=at(starts), ends_at=at(ends), wanted=1, now=now)
        story.stints[who] = assign(by=None, shift=shift, volunteer=one, now=now)
