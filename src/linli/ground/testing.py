"""A small cast for tests: one neighbourhood that speaks the domain's words. Import ``cast`` and ``client_as`` in a conftest."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_static.models import StaticDevice

from linli.accounts.models import User
from linli.accounts.sessions import MODEL_BACKEND, SessionStore
from linli.ground.actions.homes import find_state, open_household
from linli.ground.actions.mandates import give_mandate
from linli.ground.actions.places import NewPlace, add_places, create_neighbourhood
from linli.ground.models import Household, Mandate, Person, Place, Residence
from linli.ground.scope import scoped
from linli.ground.staging import Stage

PASSWORD = "correct horse 1"
NAMES = [
    "林知夏",
    "许安和",
    "周一苇",
    "沈听雨",
    "陆䶮",
    "顾小满",
    "姚春生",
    "钱若水",
    "孙晓棠",
    "何远山",
    "方?",
    "买买提·吐尔逊",
]


@dataclass
class Cast:
    """The neighbourhood 槐安 with two estates, two gates, six accounts and twelve people in eight dwellings."""

    neighbourhood: Place
    villas: Place
    lanes: Place
    building: Place
    gates: list[Place]
    dwellings: list[Place]
    users: dict[str, User]
    mandates: dict[str, Mandate]
    people: list[Person] = field(default_factory=list)
    households: list[Household] = field(default_factory=list)

    def scope(self) -> Any:
        """A scope on this neighbourhood, for ``with``."""
        return scoped(neighbourhood_ids={self.neighbourhood.pk}, reason="test")


def make_cast(name: str = "槐安居民区", prefix: str = "") -> Cast:
    """Build the cast; ``prefix`` keeps a second one's user names apart."""
    place = create_neighbourhood(by=None, name=name, name_en="Huai'an", code="310199001")
    villas, lanes = add_places(
        [
            NewPlace("estate", place, "听松别墅", "Tingsong Villas", estate_type="villa"),
            NewPlace("estate", place, "泉口花苑", "Quankou Garden", estate_type="other"),
        ]
    )
    gates = add_places([NewPlace("gate", place, "东门", "East gate"), NewPlace("gate", place, "西门", "West gate")])
    (building,) = add_places([NewPlace("building", lanes, "7号", "No. 7")])
    dwellings = add_places(
        [NewPlace("dwelling", villas, f"{n}号") for n in (1, 2)]
        + [NewPlace("dwelling", building, f"{floor}0{n}室") for floor in (1, 2, 3) for n in (1, 2)]
    )
    where = {
        "secretary": place, "clerk": place, "guard": gates[0], "building_leader": building, "officer": place,
        "gate_captain": place,
    }  # fmt: skip
    users = {c: User.objects.create_user(prefix + c, PASSWORD, display_name=f"{c} {name[:2]}") for c in where}
    stranger = User.objects.create_user(prefix + "stranger", PASSWORD, display_name="stranger")
    mandates = {
        c: give_mandate(by=None, capacity=c, place=p, user=users[c], since=date(2020, 1, 1)) for c, p in where.items()
    }
    users["stranger"] = stranger
    cast = Cast(place, villas, lanes, building, gates, dwellings, users, mandates)
    with cast.scope():
        _people(cast)
    return cast


def _people(cast: Cast) -> None:
    states = ["owner", "let", "owner", "owner", "vacant", "unreached", "let", "blank"]
    for dwelling, state in zip(cast.dwellings, states, strict=True):
        find_state(by=None, dwelling=dwelling, state=state)
        cast.households.append(open_household(by=None, dwelling=dwelling, since=date(2020, 1, 1)))
    homes = [0, 0, 1, 1, 2, 2, 2, 3, 3, 6, 6, 7]
    for name, home in zip(NAMES, homes, strict=True):
        person = Person.objects.create(neighbourhood=cast.neighbourhood, name=name, sex="f", sort_name=name)
        Residence.objects.create(
            neighbourhood=cast.neighbourhood,
            person=person,
            household=cast.households[home],
            relation="head",
            since=date(2020, 1, 1),
        )
        cast.people.append(person)


STAGE = Stage(make_cast)


@pytest.fixture
def cast(db: None) -> Cast:
    """One neighbourhood with its people: its rows in the database, its objects a copy of this test's own."""
    return STAGE.copy()


def client_as(user: User, *, second_factor: bool = True) -> Client:
    """A test client signed in as ``user``; with the second factor passed unless told otherwise.

    The session is written as a sign-in leaves it, in two statements: ``force_login`` takes fifteen.
    """
    client, session = Client(), SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = MODEL_BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    if second_factor:
        device, _ = StaticDevice.objects.get_or_create(user=user, name="test")
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.create()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    return client
