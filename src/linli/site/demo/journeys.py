"""An evening of arrivals in progress: a fictional flight with 303 people aboard, ten of them ours; some home, some on the way, one late."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from linli.accounts.models import User
from linli.duties.actions.abilities import add_training, set_trainings
from linli.duties.actions.people import Facts, add_volunteer
from linli.duties.models import Trained
from linli.ground.models import Mandate, Place, Residence
from linli.ground.scope import scoped
from linli.journeys import hands
from linli.journeys.actions.arrivals import Flight, add_movement, settle_notice, take_notice
from linli.journeys.actions.handovers import Form, Side, hand_over, offer
from linli.journeys.actions.legs import plan_leg
from linli.journeys.actions.runs import Crew, Stop, arrive_run, depart_run, plan_run
from linli.journeys.actions.travellers import Listed, Source, add_travellers, begin
from linli.journeys.details import Details, Outsider
from linli.journeys.models import ArrivalNotice, Hands, Run, Traveller
from linli.procedures.beside_journeys import SUITS
from linli.site.demo.build import ESCORT, Built

Say = Callable[[str], None]
OURS = 10
FLIGHT, ORIGIN, COUNTRY = "ZZ936", "法兰克福", "DE"
SIGNED = (
    "M60 150L90 90L120 160L150 80L180 150M210 100L260 100L235 100L235 170M290 90L340 160M340 90L290 160L400 130L520 120"
)
TOLD = (
    "各居委注意：ZZ936 法兰克福-浦东 已落地，乘客286 机组17，名单里有你们的十位，请准备接人，第一车预计两小时后出发。"
)
LATER = "再有一位：KIM/MINSEO 槐安新村3号201室，乘 ZZ552，正在办手续，请留人。"


@dataclass
class Evening:
    """Who is there, and when it began: so many minutes before the demo was built."""

    built: Built
    by: User
    now: datetime
    people: list[Traveller]
    desk: Hands
    escort: Hands
    own: Hands

    def ago(self, minutes: int) -> datetime:
        """So many minutes ago, to the minute."""
        return (self.now - timedelta(minutes=minutes)).replace(second=0, microsecond=0)

    def hand(self, who: Sequence[Traveller], giver: Hands, taker: Hands, ago: int, run: Run, signed: str = "") -> None:
        """A hand-over that both sides confirmed; with a time that is about at a door."""
        at = self.ago(ago)
        form = Form(
            travellers=who, giver=giver, taker=taker, happened_at=at, about=taker.is_home, counted=len(who), run=run
        )
        took = Side(at, None, "signature" if signed else "word", signed)
        hand_over(by=self.by, form=form, gave=Side(at, self.by.pk), took=took)


def journeys(built: Built, say: Say) -> None:
    """One run is home, the second on the road with an escort of ours, one person is late, an eleventh was announced just now."""
    say("who is on the way home")
    with scoped(neighbourhood_ids={built.neighbourhood.pk}, reason="cli:demo"), transaction.atomic():
        evening = _arrive(built)
        _first_run(evening)
        _second_run(evening)
        _late(evening)
        _eleventh(evening)


def _arrive(built: Built) -> Evening:
    """The flight lands, word comes, ten are recognised; two more on the list are asked about."""
    place, by, now = built.neighbourhood, built.users["zhuren"], timezone.now()
    landed = (now - timedelta(minutes=320)).replace(second=0, microsecond=0)
    flight = Flight(
        number=FLIGHT,
        day=timezone.localdate(landed),
        origin=ORIGIN,
        country=COUNTRY,
        landed_at=landed,
        passengers=286,
        crew=17,
    )
    movement = add_movement(by=by, neighbourhood=place, flight=flight)
    heard = landed + timedelta(minutes=94)
    notice = take_notice(by=by, neighbourhood=place, via="chat", received_at=heard, text=TOLD, movement=movement)
    homes = _homes(OURS)
    listed = [
        Listed(_words(home, n), Source(f"notice:{notice.pk}", 1, part=n), COUNTRY, home.person, _dwelling(home))
        for n, home in enumerate(homes)
    ]
    people = add_travellers(by=by, notice=notice, listed=listed)
    _asked(by, notice)
    settle_notice(by=by, notice=notice)
    desk = hands.of_outsider(place, built.operation, "airport_desk", Outsider("浦东机场专班", "19900007001"))
    escort = hands.of_outsider(place, built.operation, "escort", Outsider("陈志远", "19900007002"))
    begin(by=by, travellers=people, hands=desk, at=landed)
    own = hands.of_mandate(place, _trained(built))
    return Evening(built, by, now, list(Traveller.objects.filter(pk__in=[one.pk for one in people])), desk, escort, own)


def _homes(count: int) -> list[Residence]:
    """People of the register who are away; those whom other parts of the demo use come first and are left out."""
    rows = Residence.objects.filter(presence="away", household__isnull=False)
    found = list(rows.select_related("person", "household__dwelling").order_by("-pk")[: 4 * count])
    return [*found[:2], *{one.household_id: one for one in found[2:]}.values()][:count]


def _dwelling(home: Residence) -> Place | None:
    return home.household.dwelling if home.household is not None else None


def _door(one: Traveller) -> Hands:
    """The hands of somebody's home."""
    if one.dwelling is None:
        raise ValueError("everybody of the demo has a home")
    return hands.of_dwelling(one.neighbourhood, one.dwelling)


def _words(home: Residence, number: int) -> Details:
    return Details(name=home.person.name, document=f"EZ{number:07d}", phone=f"1990000{7100 + number}")


def _asked(by: User, notice: ArrivalNotice) -> None:
    """Two on the same list of whom nobody has said yet whether they are ours."""
    rows = [
        Listed(Details(name=name, address=address), Source(f"notice:{notice.pk}", 1, part=90 + n), COUNTRY, ask=True)
        for n, (name, address) in enumerate((("LIN/YUE", "Huai'an Xincun 5"), ("WEBER/ANNA", "3 hao 201")))
    ]
    add_travellers(by=by, notice=notice, listed=rows)


def _trained(built: Built) -> Mandate:
    """A volunteer goes along: trained a fortnight ago (T11)."""
    user, place = built.users[ESCORT], built.neighbourhood
    since = timezone.now() - timedelta(days=14)
    facts = Facts(user.display_name, born_year=since.year - 34, user=user)
    who = add_volunteer(by=None, neighbourhood=place, facts=facts, now=since, since=timezone.localdate(since))
    training = add_training(by=built.users["shuji"], neighbourhood=place, name=SUITS[1])
    set_trainings(by=built.users["shuji"], volunteer=who, trainings=[training])
    Trained.objects.filter(volunteer=who).update(since=timezone.localdate(since))
    found: Mandate = Mandate.objects.get(user=user, capacity="volunteer", place=place)
    return found


def _run(evening: Evening, ago: int, people: Sequence[Traveller], crew: Sequence[Crew]) -> Run:
    stops = [Stop(words="浦东机场 T2"), Stop(place=evening.built.gates[0])]
    return plan_run(
        by=evening.by, neighbourhood=evening.built.neighbourhood, vehicle="van", planned_at=evening.ago(ago),
        travellers=people, crew=crew, stops=stops, plate="沪Z·D0031",
    )  # fmt: skip


def _first_run(evening: Evening) -> None:
    """Four came home about half an hour ago, each to his own door."""
    four = evening.people[:4]
    run = _run(evening, 95, four, [Crew(evening.escort, "escort")])
    depart_run(by=evening.by, run=run, at=evening.ago(90))
    evening.hand(four, evening.desk, evening.escort, 92, run)
    arrive_run(by=evening.by, run=run, at=evening.ago(38), about=True)
    doors = {one.dwelling_id: [each for each in four if each.dwelling_id == one.dwelling_id] for one in four}
    for n, home in enumerate(doors.values()):
        evening.hand(home, evening.escort, _door(home[0]), 34 - 3 * n, run, SIGNED if n == 0 else "")


def _second_run(evening: Evening) -> None:
    """Four are on the road with our own escort; a fifth is offered to him and waits for his word."""
    five = evening.people[4:9]
    day = timezone.localdate(evening.now - timedelta(days=14))
    run = _run(evening, 25, five, [Crew(evening.own, "escort", day), Crew(evening.escort, "driver")])
    four = five[:4]
    at = evening.ago(22)
    form = Form(travellers=four, listed=four, giver=evening.desk, taker=evening.own, happened_at=at, counted=4, run=run)
    hand_over(by=evening.by, form=form, gave=Side(at), took=Side(at, evening.built.users[ESCORT].pk))
    depart_run(by=evening.by, run=run, at=evening.ago(20))
    for one in four:
        soon = evening.now + timedelta(minutes=35)
        plan_leg(by=evening.by, travellers=[one], taker=_door(one), expected_at=soon, about=True, run=run)
    at = evening.ago(4)
    last = Form(
        travellers=five[4:], listed=five[4:], giver=evening.desk, taker=evening.own, happened_at=at, counted=1, run=run
    )
    offer(by=evening.by, form=last, gave=Side(at))


def _late(evening: Evening) -> None:
    """One is still at the desk, forty minutes past the limit."""
    plan_leg(by=evening.by, travellers=evening.people[9:], taker=evening.escort, expected_at=evening.ago(70))


def _eleventh(evening: Evening) -> None:
    """Late word of one more, by another flight; nobody has seen to it yet."""
    by, place = evening.by, evening.built.neighbourhood
    at = evening.ago(9)
    flight = Flight(
        number="ZZ552", day=timezone.localdate(at), origin="首尔", country="KR", landed_at=evening.ago(70), about=True
    )
    movement = add_movement(by=by, neighbourhood=place, flight=flight)
    notice = take_notice(by=by, neighbourhood=place, via="chat", received_at=at, text=LATER, movement=movement)
    words = Details(name="KIM/MINSEO", address="槐安新村3号201室", phone="19900007111", language="ko")
    add_travellers(by=by, notice=notice, listed=[Listed(words, Source(f"notice:{notice.pk}", 1), "KR", ask=True)])
