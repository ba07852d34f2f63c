"""``docs/permissions.md`` line by line: the page is the specification, each line is a test."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone, translation

from linli.accounts import actions as accounts
from linli.accounts.models import User
from linli.accounts.tests.refused import refused
from linli.ground import offices
from linli.ground.access import rights_in
from linli.ground.actions.bodies import BodyFacts, add_body
from linli.ground.actions.mandates import give_mandate
from linli.ground.actions.members import add_member, send_group
from linli.ground.actions.places import NewPlace, add_places
from linli.ground.capacities import CAPACITIES, RIGHTS, capacities_with
from linli.ground.mandates import can, mandates_of, needs_second_factor, neighbourhoods_of
from linli.ground.models import BodyKind, Mandate, Place
from linli.ground.testing import PASSWORD, Cast, client_as, make_cast

PAGE = Path(__file__).parents[4] / "docs" / "permissions.md"
CELL = re.compile(r"^\| ([A-Z]\d\d) \|(.*)\|$", re.MULTILINE)

pytestmark = pytest.mark.django_db


def lines(letter: str) -> list[list[str]]:
    """The lines of one table: id and cells, without the backticks of code."""
    found = []
    for identity, rest in CELL.findall(PAGE.read_text(encoding="utf-8")):
        if identity.startswith(letter):
            found.append([identity, *(cell.strip().strip("`") for cell in rest.split("|"))])
    return found


RIGHT_LINES, RULE_LINES, PAGE_LINES = lines("P"), lines("R"), lines("G")
RULES: dict[str, Callable[[Cast], None]] = {}


@pytest.fixture
def whole_cast(cast: Cast) -> Cast:
    """The cast with an account for every office."""
    for capacity, place in (
        ("volunteer", cast.gates[1]),
        ("property", cast.lanes),
        ("liaison", cast.neighbourhood),
        ("patroller", cast.neighbourhood),
    ):
        user = User.objects.create_user(capacity, PASSWORD, display_name=capacity)
        cast.users[capacity] = user
        cast.mandates[capacity] = give_mandate(by=None, capacity=capacity, place=place, user=user)
    assert set(cast.mandates) == set(CAPACITIES)
    return cast


@pytest.mark.parametrize("line", RIGHT_LINES, ids=lambda line: line[0])
def test_right(whole_cast: Cast, line: list[str]) -> None:
    _identity, right, what, holders = line
    assert what == str(RIGHTS[right])
    allowed = {holder.strip() for holder in holders.split(",")}
    assert allowed == {capacity.code for capacity in capacities_with(right)}
    for capacity, mandate in whole_cast.mandates.items():
        assert can(whole_cast.users[capacity], right, mandate.place) is (capacity in allowed), capacity
    assert not can(whole_cast.users["stranger"], right, whole_cast.neighbourhood)


@pytest.fixture(autouse=True)
def _english() -> object:
    """The page is English."""
    with translation.override("en"):
        yield


def test_every_right_has_a_line_and_every_rule_a_test() -> None:
    assert {line[1] for line in RIGHT_LINES} == set(RIGHTS)
    assert {line[0] for line in RULE_LINES} == set(RULES)
    identities = [line[0] for line in RIGHT_LINES + RULE_LINES + PAGE_LINES]
    assert len(identities) == len(set(identities))
    assert "need a second factor" in PAGE.read_text(encoding="utf-8")
    assert {c.code for c in CAPACITIES.values() if c.sensitive} == {"secretary", "clerk"}


@pytest.mark.parametrize("line", PAGE_LINES, ids=lambda line: line[0])
def test_page(whole_cast: Cast, line: list[str]) -> None:
    _identity, path, right = line
    allowed = {capacity.code for capacity in capacities_with(right)}
    assert Client().get(path).url.startswith("/accounts/login/")
    assert client_as(whole_cast.users["stranger"]).get(path).status_code == 404
    for capacity in CAPACITIES:
        status = client_as(whole_cast.users[capacity]).get(path).status_code
        assert (status == 200) is (capacity in allowed), (capacity, status)
        if capacity not in allowed:
            assert status == 403, capacity


def rule(identity: str) -> Callable[[Callable[[Cast], None]], Callable[[Cast], None]]:
    """Names the line that a check belongs to."""

    def keep(check: Callable[[Cast], None]) -> Callable[[Cast], None]:
        RULES[identity] = check
        return check

    return keep


@rule("R01")
def _anonymous(cast: Cast) -> None:
    client = Client()
    response = client.get("/offices/?q=x")
    assert response.url == "/accounts/login/?next=/offices/%3Fq%3Dx"
    data = {"username": "guard", "password": PASSWORD, "next": "/offices/?q=x"}
    assert client.post("/accounts/login/", data).url == "/offices/?q=x"


@rule("R02")
def _stranger(cast: Cast) -> None:
    assert client_as(cast.users["stranger"]).get("/offices/").status_code == 404


@rule("R03")
def _other_office(cast: Cast) -> None:
    response = client_as(cast.users["guard"]).get("/journal/")
    assert response.status_code == 403
    assert list(map(str, response.context["capacities"])) == [c.name for c in capacities_with("journal.read")]


@rule("R04")
def _subtree(cast: Cast) -> None:
    leader = cast.users["building_leader"]
    inside = [d for d in cast.dwellings if cast.building.contains(d)]
    outside = [d for d in cast.dwellings if not cast.building.contains(d)]
    assert all(can(leader, "register.read", d) for d in inside)
    assert not any(can(leader, "register.read", d) for d in [*outside, cast.lanes, cast.neighbourhood])
    guard = cast.users["guard"]
    assert can(guard, "gates.work", cast.gates[0])
    assert not can(guard, "gates.work", cast.gates[1])


@rule("R05")
def _days(cast: Cast) -> None:
    today = timezone.localdate()
    user = cast.users["stranger"]
    mandate = give_mandate(
        by=None, capacity="clerk", place=cast.neighbourhood, user=user, since=today + timedelta(days=1)
    )
    assert not can(user, "register.read", cast.neighbourhood)
    Mandate.objects.filter(pk=mandate.pk).update(since=today, until=today + timedelta(days=1))
    assert can(user, "register.read", cast.neighbourhood)
    Mandate.objects.filter(pk=mandate.pk).update(since=today - timedelta(days=1), until=today)
    assert not can(user, "register.read", cast.neighbourhood)


@rule("R06")
def _suspended(cast: Cast) -> None:
    user = cast.users["clerk"]
    accounts.suspend(by=None, user=user)
    assert not any(can(user, right, cast.neighbourhood) for right in RIGHTS)
    assert Mandate.objects.filter(user=user, until__isnull=True).exists()


@rule("R07")
def _second_factor(cast: Cast) -> None:
    for capacity, user in cast.users.items():
        sensitive = capacity in CAPACITIES and CAPACITIES[capacity].sensitive
        assert needs_second_factor(mandates_of(user)) is sensitive
    early = client_as(cast.users["clerk"], second_factor=False)
    assert early.get("/homes/").url.startswith("/accounts/second-factor/?next=")
    assert client_as(cast.users["building_leader"], second_factor=False).get("/homes/").status_code == 200


@rule("R08")
def _without_account(cast: Cast) -> None:
    before = User.objects.count()
    with cast.scope():
        give_mandate(by=None, capacity="building_leader", place=cast.building, person=cast.people[0])
    assert User.objects.count() == before
    response = client_as(cast.users["secretary"]).get("/offices/")
    assert [m.holder_name for m in response.context["others"]] == [cast.people[0].name]


@rule("R09")
def _two_neighbourhoods(cast: Cast) -> None:
    other = make_cast("泉口居民区", "other-")
    user = cast.users["guard"]
    give_mandate(by=None, capacity="secretary", place=other.neighbourhood, user=user)
    mandates = mandates_of(user)
    assert rights_in(mandates, cast.neighbourhood) == CAPACITIES["guard"].rights
    assert "users.manage" in rights_in(mandates, other.neighbourhood)
    client = client_as(user)
    client.post("/neighbourhood", {"neighbourhood": cast.neighbourhood.pk})
    assert client.get("/offices/").status_code == 403
    client.post("/neighbourhood", {"neighbourhood": other.neighbourhood.pk})
    assert client.get("/offices/").status_code == 200
    client.post("/neighbourhood", {"neighbourhood": 999999})
    assert client.get("/offices/").context["neighbourhood"] == other.neighbourhood


@rule("R10")
def _from_above(cast: Cast) -> None:
    (subdistrict,) = add_places([NewPlace("subdistrict", None, "示例街道")])
    (below,) = add_places([NewPlace("neighbourhood", subdistrict, "下属居民区")])
    user = cast.users["stranger"]
    give_mandate(by=None, capacity="officer", place=subdistrict, user=user)
    assert neighbourhoods_of(mandates_of(user)) == [below]
    assert can(user, "board.totals", below)
    assert not can(user, "board.totals", cast.neighbourhood)


@rule("R11")
def _reach(cast: Cast) -> None:
    other = make_cast("泉口居民区", "other-")
    boss, guard = cast.users["secretary"], other.users["guard"]
    assert offices.account_in_reach(boss, guard.pk) is None
    with refused("offices.place_outside"):
        offices.give(by=boss, user=cast.users["stranger"], capacity="guard", place=other.gates[0])
    with refused("offices.user_elsewhere"):
        offices.make_slip(by=boss, user=guard, purpose="password")
    with refused("offices.user_elsewhere"):
        offices.suspend(by=boss, user=guard)
    with refused("offices.place_outside"):
        offices.end(by=boss, mandate=other.mandates["guard"])


@rule("R12")
def _unknown(cast: Cast) -> None:
    user = cast.users["stranger"]
    Mandate.objects.create(
        user=user,
        capacity="king",
        place=Place.objects.get(pk=cast.neighbourhood.pk),
        since="2020-01-01",
        holder_name="x",
    )
    assert not any(can(user, right, cast.neighbourhood) for right in RIGHTS)


@pytest.mark.parametrize("line", RULE_LINES, ids=lambda line: line[0])
def test_rule(cast: Cast, line: list[str]) -> None:
    RULES[line[0]](cast)


@rule("R13")
def _body_answers_for_itself(cast: Cast) -> None:
    kind = BodyKind.objects.get(code="company")
    own, other = (add_body(by=None, facts=BodyFacts(n, kind, cast.neighbourhood)) for n in ("云帆", "星河"))
    add_member(by=None, body=own, capacity="contact", user=cast.users["stranger"])
    client = client_as(cast.users["stranger"])
    assert client.get("/rounds/asked/").status_code == 200
    assert client.get(f"/bodies/{own.pk}/").status_code == 404
    assert client.get(f"/bodies/{other.pk}/").status_code == 404
    assert not neighbourhoods_of(mandates_of(cast.users["stranger"]))


@rule("R14")
def _body_lends_its_mandate(cast: Cast) -> None:
    group = add_body(by=None, facts=BodyFacts("陕北", BodyKind.objects.get(code="liaison_group"), cast.neighbourhood))
    send_group(by=None, group=group, places=[cast.neighbourhood])
    add_member(by=None, body=group, capacity="member", user=cast.users["stranger"])
    assert not can(cast.users["stranger"], "rounds.read", cast.neighbourhood)
    add_member(by=None, body=group, capacity="liaison", user=cast.users["stranger"])
    assert can(cast.users["stranger"], "rounds.read", cast.neighbourhood)


@rule("R15")
def _owner_of_a_finding(cast: Cast) -> None:
    office, captain = client_as(cast.users["secretary"]), client_as(cast.users["gate_captain"])
    today = timezone.localdate().isoformat()
    for name in ("gate_captain", "clerk"):
        data = {"place": cast.gates[0].pk, "found": name, "owner": cast.mandates[name].pk, "due_on": today}
        assert office.post("/rounds/findings/add/", data).status_code == 302
    page = office.get("/rounds/findings/").content.decode()
    pages = dict(re.findall(r'href="(/rounds/findings/[0-9a-f-]{36}/)">(\w+)<', page))
    assert set(pages.values()) == {"gate_captain", "clerk"}
    for path, name in pages.items():
        mine = name == "gate_captain"
        assert captain.get(path).status_code == (200 if mine else 403)
        assert captain.post(f"{path}close/", {"text": "done"}).status_code == (302 if mine else 403)
