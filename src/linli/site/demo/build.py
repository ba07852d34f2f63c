"""Builds the fictional neighbourhood in an empty database, in a few seconds, with the writers that the product uses."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from linli.accounts.models import User
from linli.ground.actions.homes import hand_over_households
from linli.ground.actions.mandates import assign, give_mandate
from linli.ground.actions.people import document_row, key_rows, person_row, phone_row
from linli.ground.actions.places import NewPlace, add_places, create_neighbourhood, set_area
from linli.ground.models import Document, DwellingState, Household, Mandate, Person, PersonKey, Phone, Place, Residence
from linli.ground.scope import scoped
from linli.operations.actions import Order, open_operation
from linli.operations.models import Operation
from linli.site.demo import plan
from linli.site.demo.bodies import bodies
from linli.site.demo.people import Invented, Maker

SEED = 20200213
PASSWORD = "huaian-demo-1"
ESCORT, HELPER = "genche", "baohu"
ROLES = [
    ("shuji", "林书记", "secretary"), ("zhuren", "许干事", "clerk"), ("bao1", "周师傅", "guard"), ("bao2", "沈师傅", "guard"),
    ("duizhang", "顾队长", "gate_captain"), ("louzu", "姚组长", "building_leader"), ("jiedao", "孙科长", "officer"),
    ("wuye", "方经理", "property"), ("xuncha", "何长青", "patroller"), (ESCORT, "魏建平", "volunteer"),
    (HELPER, "秦月英", "volunteer"),
]  # fmt: skip
Say = Callable[[str], None]


@dataclass
class Built:
    """What the demo consists of."""

    neighbourhood: Place
    gates: list[Place]
    users: dict[str, User]
    operation: Operation
    people: int


def build(say: Say) -> Built:
    """Make everything; ``say`` is told each step. The database must be migrated and empty."""
    today = timezone.localdate()
    maker = Maker(SEED, today)
    say("places")
    subdistrict, place = _top()
    gates = add_places([NewPlace("gate", place, zh, en) for zh, en in plan.GATES])
    set_area(by=None, neighbourhood=place, name="全部门岗", places=gates, purpose="gates")
    doors, buildings = _doors(place)
    users = {role[0]: User.objects.create_user(role[0], PASSWORD, display_name=role[1]) for role in ROLES}
    with scoped(neighbourhood_ids={place.pk}, reason="cli:demo"):
        mandates = _mandates(users, place, subdistrict, gates, buildings)
        say("homes and people")
        count = _homes(maker, place, doors, mandates["shuji"], today)
        say("who answers for which building")
        _leaders(maker, place, buildings, mandates, today)
    say("operation (replay)")
    operation = _operation(users["shuji"], place)
    say("bodies of the subdistrict")
    with transaction.atomic():
        bodies(place=place, subdistrict=subdistrict, users=users)
    return Built(place, gates, users, operation, count)


def _top() -> tuple[Place, Place]:
    (subdistrict,) = add_places([NewPlace("subdistrict", None, plan.SUBDISTRICT, plan.SUBDISTRICT_EN)])
    return subdistrict, create_neighbourhood(
        by=None, name=plan.NAME, name_en=plan.NAME_EN, code=plan.CODE, parent=subdistrict
    )


def _doors(place: Place) -> tuple[list[Place], list[Place]]:
    """Adds estates, buildings and dwellings; returns the dwellings, and the places that get a leader (buildings and villa estates)."""
    plans = plan.estates()
    estates = add_places(
        [NewPlace("estate", place, e.name, e.name_en, estate_type="villa" if e.villa else "other") for e in plans]
    )
    new: list[NewPlace] = []
    led: list[Place] = []
    for estate, one in zip(estates, plans, strict=True):
        if one.villa:
            led.append(estate)
            new += [NewPlace("dwelling", estate, door) for door in one.buildings[0][1]]
            continue
        rows = add_places([NewPlace("building", estate, name) for name, _ in one.buildings])
        led += rows
        for building, (_, rooms) in zip(rows, one.buildings, strict=True):
            new += [NewPlace("dwelling", building, room) for room in rooms]
    return add_places(new), led


def _mandates(
    users: dict[str, User], place: Place, subdistrict: Place, gates: list[Place], led: list[Place]
) -> dict[str, Mandate]:
    where = {"bao1": gates[0], "bao2": gates[1], "louzu": led[8], "jiedao": subdistrict}
    since = timezone.localdate() - timedelta(days=400)
    return {
        name: give_mandate(by=None, capacity=capacity, place=where.get(name, place), user=users[name], since=since)
        for name, _, capacity in ROLES
    }


def _homes(maker: Maker, place: Place, doors: list[Place], secretary: Mandate, today: date) -> int:
    rng = random.Random(SEED + 1)
    states = plan.states(rng)
    sizes = iter(plan.sizes(rng, sum(1 for s in states if s in plan.OCCUPIED)))
    now = timezone.now()
    since = today - timedelta(days=300)
    found_at = now - timedelta(days=2)
    found: list[DwellingState] = []
    households: list[Household] = []
    living: list[tuple[Household, str, Invented, str]] = []
    for dwelling, state in zip(doors, states, strict=True):
        found.append(_state(dwelling, state, found_at - timedelta(minutes=rng.randrange(2000)), secretary))
        if state in ("vacant", "refused", "unreached", "closed"):
            continue
        household = Household(neighbourhood=place, dwelling=dwelling, since=since)
        households.append(household)
        size = next(sizes) if state in plan.OCCUPIED else rng.choice((1, 2))
        presence = "here" if state in plan.OCCUPIED else "away"
        living += [(household, relation, person, presence) for relation, person in maker.family(size, state == "let")]
    with transaction.atomic():
        DwellingState.objects.bulk_create(found, batch_size=500)
        Household.objects.bulk_create(households, batch_size=500)
        assign(by=None, households=[(h.pk, place.pk) for h in households], mandate=secretary, since=since)
        _people(place, living, since)
    return sum(1 for one in living if one[3] == "here")


def _state(dwelling: Place, state: str, at: datetime, secretary: Mandate) -> DwellingState:
    return DwellingState(
        dwelling=dwelling,
        neighbourhood_id=dwelling.neighbourhood_id or 0,
        state=state,
        happened_at=at,
        heard_at=at,
        by_user=secretary.user_id,
        source="demo",
    )


def _people(place: Place, living: list[tuple[Household, str, Invented, str]], since: date) -> None:
    people, keys, documents, phones, residences = [], [], [], [], []
    for household, relation, one, presence in living:
        person = person_row(neighbourhood=place.pk, name=one.name, sex=one.sex, born=one.born, nation=one.nation)
        people.append(person)
        keys += key_rows(person)
        if one.document:
            documents.append(
                document_row(person=person, kind=one.document[0], number=one.document[1], checked=True, since=since)
            )
        if one.phone:
            phones.append(phone_row(person=person, number=one.phone, since=since))
        residences.append(
            Residence(
                neighbourhood=place,
                person=person,
                household=household,
                relation=relation,
                presence=presence,
                since=since,
                source="demo",
            )
        )
    for model, rows in (
        (Person, people),
        (PersonKey, keys),
        (Document, documents),
        (Phone, phones),
        (Residence, residences),
    ):
        model.objects.bulk_create(rows, batch_size=500)  # type: ignore[attr-defined]


def _leaders(maker: Maker, place: Place, led: list[Place], mandates: dict[str, Mandate], today: date) -> None:
    """One resident of each building (or villa estate) answers for it (R02); the eighth building's is the account ``louzu``."""
    for number, one in enumerate(led):
        if number == 8:
            hand_over_households(by=None, place=one, to=mandates["louzu"], since=today - timedelta(days=60))
            continue
        row = (
            Residence.objects.filter(
                household__dwelling__path__startswith=one.path, presence="here", relation__in=["head", "tenant"]
            )
            .select_related("person")
            .order_by("pk")
            .first()
        )
        if row is None:
            continue
        mandate = give_mandate(
            by=None, capacity="building_leader", place=one, person=row.person, since=today - timedelta(days=60)
        )
        hand_over_households(by=None, place=one, to=mandate, since=today - timedelta(days=60))


def _operation(secretary: User, place: Place) -> Operation:
    now = timezone.now()
    order = Order(
        name="演练：春季回家",
        purpose="演示：核验进出小区的人员，测温并询问，防止疫情传入",
        ground="emergency",
        ground_text="传染病防治法（2013）第四十二条；演练用，非现行规定",
        authority="槐安街道办事处（虚构）",
        order_number=f"槐街〔{timezone.localdate(now).year}〕2号",
        contact="槐安居委会办公室，021-0000-0101",
        ruleset="shanghai-2020-02-10",
    )
    return open_operation(
        by=secretary,
        neighbourhood=place,
        order=order,
        starts_at=now - timedelta(days=4),
        ends_at=now + timedelta(days=14),
    )
