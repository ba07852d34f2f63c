"""An arrival whose every step is killed again and again, and a server with a phone that brings people home: for the kill test.

    python -m tests.support.arrival_world told [STRIDE]    the whole story, killed at every STRIDEth statement of each step (0: never)
    python -m tests.support.arrival_world phone PUBLIC_KEY people on the way in the hands of who carries the phone
    python -m tests.support.arrival_world facts            in how many hands each is, and how many rows there are

Each prints JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import django
from django.test import Client

from tests.support import arrival_sent, template

PEOPLE = 3
FLIGHT = "ZZ936"
ON_THE_WAY = 40
Step = Callable[[], object]


def counted() -> dict[str, int]:
    """How many rows the story has written, by table; and how many travellers are in nobody's hands."""
    # reason: models can be imported only after Django is set up
    from django.apps import apps

    from linli.ground.scope import scoped_to_everything

    with scoped_to_everything(reason="test"):
        found = {
            model._meta.label: model._default_manager.count()
            for app in ("inbox", "journeys", "care", "gates", "rounds", "notices")
            for model in apps.get_app_config(app).get_models()
        }
    return found | {"lost": lost()}


def lost() -> int:
    """How many travellers are in nobody's hands."""
    # reason: as above
    from django.utils import timezone

    from linli.ground.scope import scoped_to_everything
    from linli.journeys.models import Traveller
    from linli.journeys.standing import chains_now
    from linli.kernel.handover import holder_at

    with scoped_to_everything(reason="test"):
        begun = list(Traveller.objects.filter(begun_at__isnull=False))
        chains = chains_now(begun, timezone.now())
        return sum(holder_at(chains[one.pk], timezone.now()) is None for one in begun)


def killed_at(step: Step, statement: int) -> bool:
    """Run a step in a process of its own that dies before its n-th statement, or after its last; whether it died before the last."""
    # reason: as above
    from django.db import connection

    connection.close()
    child = os.fork()
    if child == 0:
        seen = [0]

        def dies(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            seen[0] += 1
            if seen[0] >= statement:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(dies):
            _told_again(step)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _told_again(step: Step) -> None:
    """A step that was done already may say so; that is no fault."""
    # reason: as above
    from linli.kernel.refusal import Refusal

    try:
        step()
    except Refusal as refused:
        if refused.code not in DONE_ALREADY:
            raise


DONE_ALREADY = frozenset(
    ("journeys.on_another_run", "journeys.not_with_giver", "journeys.decided", "care.over", "care.order_over")
)


def storm(steps: list[tuple[str, Step]], stride: int) -> dict[str, int]:
    """Each step killed at every ``stride``-th statement, then done, then done once more; how often each was killed."""
    kills = {}
    for name, step in steps:
        kills[name], statement = 0, 1
        while stride and killed_at(step, statement):
            assert lost() == 0, name
            kills[name] += 1
            statement += stride
        _told_again(step)
        if stride:
            _told_again(step)  # it was done, and nobody was told: it is done again
        assert lost() == 0, name
    return kills


ORDER = (
    *("listed", "word", "matched", "met", "set_out", "received", "home"),
    *("papers", "supervised", "checked", "fetched", "phoned", "late", "over"),
)


class Told(arrival_sent.Heard):
    """The story, each step by itself: what it needs it looks up, as a page would."""

    def __init__(self) -> None:
        # reason: as above
        from linli.care.actions.practice import set_practice
        from linli.duties.actions.abilities import add_training, set_trainings
        from linli.duties.actions.people import Facts, add_volunteer
        from linli.duties.models import Trained
        from linli.gates.testing import open_strict
        from linli.ground.testing import make_cast
        from linli.journeys import hands
        from linli.kernel.ids import uuid7
        from linli.rounds.testing_walk import WalkersPhone

        self.cast, self.phone = make_cast(), WalkersPhone(client=Client(SERVER_NAME="localhost"))
        self.place, self.by, self.now = self.cast.neighbourhood, self.cast.users["clerk"], _now()
        with self.cast.scope():
            self.operation = open_strict(self.place)
            set_practice(by=self.by, neighbourhood=self.place, convention="landing", households_each=9)
            facts = Facts("文员", born_year=1985, user=self.by)
            long_ago = self.now.date() - timedelta(days=30)  # before the day of a run that left before midnight
            one = add_volunteer(by=None, neighbourhood=self.place, facts=facts, now=self.now, since=long_ago)
            suit = add_training(by=None, neighbourhood=self.place, name="防护服")
            set_trainings(by=None, volunteer=one, trainings=[suit])
            Trained.objects.update(since=long_ago)
            self.office = hands.of_mandate(self.place, self.cast.mandates["clerk"])
            self.phone.enrol(self.cast.users["secretary"], self.cast.mandates["clerk"], self.place)
        self.ids = [uuid7() for _ in range(6)]

    def people(self) -> list[Any]:
        """The travellers who come home."""
        # reason: as above
        from linli.journeys.models import Traveller

        rows = Traveller.objects.filter(movement__number=FLIGHT).order_by("pk")
        return list(rows.select_related("dwelling__kind", "neighbourhood"))

    def steps(self) -> list[tuple[str, Step]]:
        """In order."""
        return [(name, getattr(self, name)) for name in ORDER]

    def word(self) -> None:
        # reason: as above
        from linli.journeys.actions.arrivals import Flight
        from linli.journeys.actions.travellers import Listed, Source
        from linli.journeys.details import Details
        from linli.procedures import arrival

        flight = Flight(number=FLIGHT, day=self.now.date(), landed_at=self.now - timedelta(hours=4), country="DE")
        people = [
            Listed(Details(name=f"TRAVELLER/{n}", document=f"EZ00000{n}"), Source("chat:1", 1, part=n))
            for n in range(PEOPLE)
        ]
        received = self.now - timedelta(hours=3)
        word = arrival.Word(via="chat", received_at=received, text="ZZ936 三人", flight=flight, people=people)
        arrival.word_comes(by=self.by, neighbourhood=self.place, word=word)

    def matched(self) -> None:
        # reason: as above
        from linli.journeys.actions.matches import Proposal, propose_match
        from linli.journeys.models import Match
        from linli.procedures import arrival

        for traveller, person in zip(self.people(), self.cast.people, strict=False):
            if traveller.person_id is None:
                if not Match.objects.filter(traveller=traveller).exists():
                    propose_match(by=self.by, traveller=traveller, candidates=[Proposal(person, "match", 90)])
                arrival.it_is(by=self.by, match=Match.objects.filter(traveller=traveller, decision__isnull=True).get())

    def met(self) -> None:
        # reason: as above
        from linli.procedures import arrival

        meeting = arrival.Meeting(
            travellers=self.people(), held_by=_desk(self), since=self.now - timedelta(hours=4), vehicle="van",
            crew=[(self.office, "receiver")], home_at=self.now - timedelta(hours=1),
        )  # fmt: skip
        arrival.meet(by=self.by, neighbourhood=self.place, meeting=meeting)

    def set_out(self) -> None:
        # reason: as above
        from linli.journeys.models import Run
        from linli.procedures import arrival

        arrival.set_out(by=self.by, run=Run.objects.get(), at=self.now - timedelta(hours=2))

    def received(self) -> None:
        # reason: as above
        from linli.journeys.actions.handovers import Form, Side
        from linli.procedures import arrival

        at, people = self.now - timedelta(hours=1), self.people()
        form = Form(travellers=people, giver=_desk(self), taker=self.office, happened_at=at, counted=3, id=self.ids[0])
        arrival.hand_over(by=self.by, form=form, gave=Side(at), took=Side(at, self.by.pk))

    def home(self) -> None:
        # reason: as above
        from linli.procedures import arrival

        homes: dict[int, list[Any]] = {}
        for one in self.people():
            homes.setdefault(one.dwelling_id, []).append(one)
        for number, own in enumerate(homes.values(), 1):
            at = self.now - timedelta(minutes=50)
            arrival.come_home(by=self.by, people=own, giver=self.office, at=at, id=self.ids[number])

    def papers(self) -> None:
        # reason: as above
        from linli.care.models import Order
        from linli.procedures import arrival

        for order in Order.objects.all():
            arrival.papers_come(by=self.by, order=order, document="长防控 17")

    def supervised(self) -> None:
        # reason: as above
        from linli.procedures import arrival

        for household in self.cast.households[:2]:
            arrival.supervise(by=self.by, household=household, mandate=self.cast.mandates["clerk"])

    def checked(self) -> None:
        # reason: as above
        from linli.care.actions.readings import record_reading
        from linli.care.sealed import Said
        from linli.procedures.arrival_case import case_of

        for traveller in self.people():
            case = case_of(traveller)
            if case is not None:
                record_reading(by=self.by, case=case, said=Said(Decimal("36.6")), key=traveller.pk)

    def fetched(self) -> None:
        # reason: as above
        from linli.procedures import arrival

        clerk, home = self.cast.mandates["clerk"], self.cast.households[0]
        arrival.run_errand(by=self.by, household=home, helper=clerk, words="米、药", fen=5_990, id=self.ids[-1])

    def late(self) -> None:
        """The worker, a day later: rounds open, what nobody did is told."""
        _works(self.now, timedelta(days=1, hours=14))

    def over(self) -> None:
        """The worker, after the last day."""
        _works(self.now, timedelta(days=15))


def _desk(story: Told) -> Any:
    """The desk at the airport."""
    # reason: as above
    from linli.journeys import hands
    from linli.journeys.details import Outsider

    return hands.of_outsider(story.place, story.operation, "airport_desk", Outsider("机场专班"))


def _works(now: datetime, later: timedelta) -> None:
    # reason: as above
    import time_machine

    from linli.ground.scope import unscoped
    from linli.site.work import JOBS

    with time_machine.travel(now + later, tick=False), unscoped():
        for job in JOBS:
            if job.name not in ("hourly", "sheets"):
                job.run(now + later)


def _now() -> datetime:
    # reason: as above
    from django.utils import timezone

    return timezone.now().replace(second=0, microsecond=0)


def told(stride: int) -> dict[str, Any]:
    """The whole story; what it wrote, and how often each step was killed."""
    story = Told()
    with story.cast.scope():
        kills = storm(story.steps(), stride)
    return {"kills": kills, "rows": counted()}


def phone(public_key: str) -> dict[str, Any]:
    """People on the way, all in the hands of a volunteer with a phone; what the phone must know."""
    # reason: as above
    from linli.ground.actions.mandates import give_mandate
    from linli.ground.testing import make_cast
    from linli.inbox.phones.signature import from_base64url
    from linli.journeys import hands
    from linli.journeys.actions.travellers import begin
    from linli.journeys.testing import night
    from linli.rounds.actions.phones import Phone, enrol, make_code

    cast = make_cast()
    with cast.scope():
        arrived = night(cast, people=ON_THE_WAY, begun=False)
        user = cast.users["guard"]
        own = give_mandate(by=None, capacity="volunteer", place=cast.neighbourhood, user=user, since=date(2020, 1, 1))
        begin(
            by=arrived.by,
            travellers=arrived.travellers,
            hands=hands.of_mandate(cast.neighbourhood, own),
            at=arrived.landed,
        )
        _, code = make_code(by=cast.users["secretary"], mandate=own, neighbourhood=cast.neighbourhood)
        device = enrol(by=None, code=code, phone=Phone(from_base64url(public_key)))
    return {
        "device": str(device.pk),
        "door": cast.dwellings[0].pk,
        "since": arrived.landed.isoformat(),
        "travellers": [str(one.pk) for one in arrived.travellers],
    }


def main() -> None:
    """One of the three."""
    what, *words = sys.argv[1:]
    django.setup()
    # reason: as above
    from django.db import transaction

    if what != "facts":
        template.begin()
    if what == "told":
        print(json.dumps(told(int(words[0]) if words else 0)))
    elif what == "phone":
        with transaction.atomic():
            print(json.dumps(phone(words[0])))
    else:
        print(json.dumps(counted()))


if __name__ == "__main__":
    main()
