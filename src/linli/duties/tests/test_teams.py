"""R03, as its article has it: 1+2+N in every building; and the response team of five roles (C04)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from linli.accounts.tests.refused import refused
from linli.duties.actions.abilities import join_body
from linli.duties.actions.teams import leave_seat, seat, start_teams
from linli.duties.models import Seat, Team, TeamRole, Volunteer
from linli.duties.team_rules import Role, Sitting, standing
from linli.duties.teams import load
from linli.duties.testing import body, person
from linli.ground.actions.mandates import give_mandate
from linli.ground.actions.members import add_member
from linli.ground.actions.places import NewPlace, add_places
from linli.ground.models import Body
from linli.ground.testing import Cast, client_as
from linli.journal.models import Entry

NOW = timezone.now()
ONE_TWO_N = [Role("leader", 1, 1), Role("branch", 2), Role("open", 0)]


def sits(role: str, *who: str, name: str = "") -> Sitting:
    return Sitting(role, frozenset(who), name)


@pytest.mark.parametrize(
    ("seats", "missing", "extra"),
    [
        ([], [1, 2, 0], [0, 0, 0]),
        ([sits("leader", "user:1"), sits("branch", "volunteer:a"), sits("branch", "volunteer:b")], [0, 0, 0], [0, 0, 0]),
        # the leader is never one of the two
        ([sits("leader", "user:1"), sits("branch", "user:1", "volunteer:a"), sits("branch", "volunteer:b")], [0, 1, 0], [0, 0, 0]),
        # two leaders are one too many
        ([sits("leader", "user:1"), sits("leader", "user:2"), sits("branch", "volunteer:a")], [0, 1, 0], [1, 0, 0]),
        # one person is one person, however often he is put there; N is open
        ([sits("leader", "user:1"), *[sits("branch", "volunteer:a")] * 2, *[sits("open", f"volunteer:{n}") for n in range(9)]],
         [0, 1, 0], [0, 0, 0]),
    ],
)  # fmt: skip
def test_what_a_team_lacks(seats: list[Sitting], missing: list[int], extra: list[int]) -> None:
    found = standing(ONE_TWO_N, seats)
    assert [one.missing for one in found.states] == missing
    assert [one.extra for one in found.states] == extra
    assert found.filled == (sum(missing) + sum(extra) == 0)


def test_a_name_alone_never_makes_two_people_of_one_nor_one_of_two() -> None:
    leader = sits("leader", "user:1", name="王芳")
    doubtful = standing(ONE_TWO_N, [leader, sits("branch", "volunteer:a", name="王芳"), sits("branch", "volunteer:b")])
    assert doubtful.states[1].doubts == ("王芳",)
    assert doubtful.states[1].missing == 1
    told_apart = [leader, sits("branch", "user:2", name="王芳"), sits("branch", "volunteer:b")]
    assert standing(ONE_TWO_N, told_apart).filled


@pytest.fixture
def branch(cast: Cast) -> Body:
    with cast.scope():
        return body(cast, "第一支部")


def member(cast: Cast, branch: Body, name: str, **facts: Any) -> Volunteer:
    row = person(cast, NOW, name, **facts)
    join_body(by=None, volunteer=row, body=branch)
    return row


def test_r03_every_building_has_its_team_or_says_what_is_missing(cast: Cast, branch: Body) -> None:
    """R03: a group with ≠ 1 leader or < 2 members of the branch is flagged; N is open; the leader is not one of the two."""
    (other,) = add_places([NewPlace("building", cast.lanes, "8号")])
    with cast.scope():
        assert start_teams(by=cast.users["clerk"], neighbourhood=cast.neighbourhood, code="one_two_n") == 2
        assert start_teams(by=None, neighbourhood=cast.neighbourhood, code="one_two_n") == 0
        seven, eight = load(cast.neighbourhood)
        # the building's leader is there by his office, and no. 8 has none
        assert [one.missing for one in seven.standing.states] == [0, 2, 0]
        assert [one.missing for one in eight.standing.states] == [1, 2, 0]
        two = TeamRole.objects.get(code="branch")
        leader = member(cast, branch, "楼组长本人", user=cast.users["building_leader"])
        seat(by=None, team=seven.team, role=two, volunteer=leader)
        first = member(cast, branch, "甲")
        seat(by=None, team=seven.team, role=two, volunteer=first)
        assert [one.missing for one in load(cast.neighbourhood)[0].standing.states] == [0, 1, 0]
        sitting = seat(by=None, team=seven.team, role=two, volunteer=member(cast, branch, "乙"))
        assert load(cast.neighbourhood)[0].standing.filled
        # N is open: anybody, by name too
        many = TeamRole.objects.get(code="open")
        for name in ("业主代表", "理事", "志愿者"):
            seat(by=None, team=seven.team, role=many, name=name)
        assert load(cast.neighbourhood)[0].standing.filled
        # who leaves the branch no longer counts; who leaves the team neither
        first.memberships.update(until=timezone.localdate())
        assert load(cast.neighbourhood)[0].standing.states[1].missing == 1
        first.memberships.update(until=None)
        leave_seat(by=None, seat=sitting)
        leave_seat(by=None, seat=sitting)
        assert not load(cast.neighbourhood)[0].standing.filled
        # a second leader is one too many
        give_mandate(
            by=None, capacity="building_leader", place=other, user=cast.users["stranger"], since=date(2020, 1, 1)
        )
        give_mandate(by=None, capacity="building_leader", place=other, user=cast.users["guard"], since=date(2020, 1, 1))
        assert load(cast.neighbourhood)[1].standing.states[0].extra == 1
        tomorrow = timezone.localdate() + timedelta(days=1)
        assert len(load(cast.neighbourhood, on=tomorrow)) == 2
    client = client_as(cast.users["clerk"])
    page = client.get("/volunteers/teams/").content.decode()
    assert "7号" in page
    assert "8号" in page
    assert page.index("8号") > 0
    # said of the building, never of a person: the list names nobody, and an officer sees no member by name
    assert "甲" not in page
    one = f"/volunteers/teams/{seven.team.pk}/"
    assert "甲" in client.get(one).content.decode()
    assert "甲" not in client_as(cast.users["officer"]).get(one).content.decode()
    acts = set(Entry.objects.values_list("act", flat=True))
    assert {"duties.teams_started", "duties.seated", "duties.unseated"} <= acts


def test_c04_the_response_team_has_five_roles(cast: Cast, branch: Body) -> None:
    with cast.scope():
        assert start_teams(by=None, neighbourhood=cast.neighbourhood, code="response_team") == 1
        team = load(cast.neighbourhood, rule="response_team")[0]
        assert len(team.roles) == 5
        assert len(team.lacks) == 5
        for role in team.roles[1:]:
            seat(by=None, team=team.team, role=role, name=role.title)
        assert len(load(cast.neighbourhood)[0].lacks) == 1
        mandate = add_member(by=None, body=branch, capacity="member", name="委员")
        seat(by=None, team=team.team, role=team.roles[0], mandate=mandate)
        assert load(cast.neighbourhood)[0].standing.filled


def test_who_cannot_sit_there(cast: Cast, branch: Body) -> None:
    with cast.scope():
        start_teams(by=None, neighbourhood=cast.neighbourhood, code="one_two_n")
        start_teams(by=None, neighbourhood=cast.neighbourhood, code="response_team")
        team = Team.objects.get(rule__code="one_two_n")
        roles = {role.code: role for role in TeamRole.objects.filter(rule=team.rule)}
        with refused("duties.team_rule_unknown"):
            start_teams(by=None, neighbourhood=cast.neighbourhood, code="nothing")
        with refused("duties.team_role"):
            seat(by=None, team=team, role=TeamRole.objects.get(code="police"), name="某")
        with refused("duties.team_body"):
            seat(by=None, team=team, role=roles["branch"], volunteer=person(cast, NOW, "外人"))
        with refused("duties.team_body"):
            seat(by=None, team=team, role=roles["branch"], name="某")
        with refused("duties.name_missing"):
            seat(by=None, team=team, role=roles["open"], name=" ")
        one = member(cast, branch, "甲")
        first = seat(by=None, team=team, role=roles["branch"], volunteer=one)
        assert seat(by=None, team=team, role=roles["branch"], volunteer=one) == first
        with refused("duties.team_twice"):
            seat(by=None, team=team, role=roles["open"], volunteer=one)


def test_the_pages_of_a_team(cast: Cast, branch: Body) -> None:
    client = client_as(cast.users["clerk"])
    assert client.get("/volunteers/teams/").status_code == 200
    assert client.post("/volunteers/teams/start/", {"code": "one_two_n"}).status_code == 302
    assert client.post("/volunteers/teams/start/", {"code": "?"}).status_code == 302
    with cast.scope():
        team = Team.objects.get()
        role = TeamRole.objects.get(code="branch")
        office = TeamRole.objects.get(code="building_leader")
        one = member(cast, branch, "甲")
    page = f"/volunteers/teams/{team.pk}/"
    assert client.post(f"{page}put/{role.pk}/", {"branch-volunteer": str(one.pk)}).status_code == 302
    assert client.post(f"{page}put/{office.pk}/", {"building_leader-name": "某"}).status_code == 404
    with cast.scope():
        sitting = Seat.objects.get()
    assert client.post(f"{page}leave/{sitting.pk}/").status_code == 302
    assert client.get("/volunteers/teams/?as=xlsx").status_code == 200
    assert client_as(cast.users["officer"]).post(f"{page}put/{role.pk}/").status_code == 403
    assert client_as(cast.users["guard"]).get(page).status_code == 403
    assert client_as(cast.users["stranger"]).get(page).status_code == 404


@pytest.mark.parametrize("count", [40, 400])
def test_the_list_of_teams_costs_the_same_for_many(cast: Cast, count: int, django_assert_max_num_queries: Any) -> None:
    add_places([NewPlace("building", cast.lanes, f"{n}幢") for n in range(count)])
    with cast.scope():
        start_teams(by=None, neighbourhood=cast.neighbourhood, code="one_two_n")
        with django_assert_max_num_queries(5):
            assert len(load(cast.neighbourhood)) == count + 1
