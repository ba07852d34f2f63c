"""Offices: add, give, hand over, end, suspend, slips; who may, who may not, and what a stranger sees."""

from __future__ import annotations

from typing import Any

import pytest
from axes.models import AccessFailureLog
from django.test import Client
from django.utils import timezone

from linli.accounts import actions as accounts
from linli.accounts import lockout, second_factor
from linli.accounts.models import Authenticator, Session, Slip, User
from linli.accounts.tests.refused import refused
from linli.ground import offices, setup
from linli.ground.actions.mandates import give_mandate
from linli.ground.actions.places import NewPlace, add_places
from linli.ground.mandates import mandates_of
from linli.ground.models import Mandate
from linli.ground.testing import PASSWORD, Cast, client_as, make_cast
from linli.ground.tests.test_setup import put_below
from linli.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(cast: Cast) -> Client:
    """A client of the secretary, with the second factor."""
    return client_as(cast.users["secretary"])


@pytest.fixture
def other(db: None) -> Cast:
    """A second neighbourhood on the same installation."""
    return make_cast("泉口居民区", "other-")


def home(cast: Cast, name: str) -> User:
    """An account of the cast that belongs to its neighbourhood."""
    user = cast.users[name]
    user.home = cast.neighbourhood.pk
    user.save()
    return user


def last(act: str) -> Entry:
    """The latest entry of an act."""
    return Entry.objects.filter(act=act).first()


def test_the_page_says_who_holds_what_where_since_when(cast: Cast, secretary: Client) -> None:
    idle = home(cast, "stranger")
    response = secretary.get("/offices/")
    page = response.content.decode()
    for mandate in cast.mandates.values():
        assert mandate.user.display_name in page
    assert idle in [h.user for h in response.context["idle"]]


def test_the_list_can_be_searched_filtered_exported_and_printed(cast: Cast, secretary: Client) -> None:
    def names(query: str) -> list[str]:
        return [row.holder.user.username for row in secretary.get(f"/offices/?{query}").context["table"].rows]

    assert names("office=guard") == ["guard"]
    assert names("q=CLERK") == ["clerk"]
    assert names("q=东门") == ["guard"]
    assert names("q=nobody+at+all") == []
    sheet = secretary.get("/offices/?as=xlsx")
    assert "spreadsheet" in sheet["Content-Type"]
    assert secretary.get("/offices/?as=print&office=guard").status_code == 200


def test_the_page_costs_the_same_for_ten_more_people(
    cast: Cast, secretary: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(10):
        user = User.objects.create_user(f"more{number}", PASSWORD, display_name=f"m{number}")
        give_mandate(by=None, capacity="volunteer", place=cast.gates[0], user=user)
    with django_assert_max_num_queries(14):
        assert secretary.get("/offices/").status_code == 200


def test_adding_somebody_gives_account_office_and_slip(cast: Cast, secretary: Client) -> None:
    data = {"display_name": "李建国", "username": "li", "capacity": "guard", "place": cast.gates[1].pk}
    response = secretary.post("/offices/add/", data)
    assert response["Cache-Control"] == "no-store"
    user = User.objects.get(username="li")
    assert not user.has_usable_password()
    assert user.home == cast.neighbourhood.pk
    mandate = Mandate.objects.get(user=user)
    assert (mandate.capacity, mandate.place, mandate.since) == ("guard", cast.gates[1], timezone.localdate())
    assert accounts.set_password_by_slip(code=response.context["code"], password="river lamp seven") == user
    for act in ("accounts.user_added", "ground.mandate_given", "accounts.slip_made"):
        assert last(act).by_user == cast.users["secretary"].pk
        assert last(act).neighbourhood == cast.neighbourhood.pk


def test_nothing_is_left_of_an_account_whose_office_is_refused(cast: Cast) -> None:
    with refused("offices.place_kind"):
        offices.add_holder(
            by=cast.users["secretary"],
            neighbourhood=cast.neighbourhood,
            username="li",
            display_name="李",
            capacity="building_leader",
            place=cast.gates[0],
        )
    assert not User.objects.filter(username="li").exists()


def test_another_office_is_given(cast: Cast, secretary: Client) -> None:
    user = cast.users["guard"]
    done = secretary.post(f"/offices/{user.pk}/give/", {"capacity": "gate_captain", "place": cast.gates[0].pk})
    assert done.status_code == 302
    assert {m.capacity for m in mandates_of(user)} == {"guard", "gate_captain"}
    wrong = secretary.post(f"/offices/{user.pk}/give/", {"capacity": "building_leader", "place": cast.gates[0].pk})
    assert "place" in wrong.context["form"].errors


def test_an_office_outside_one_s_reach_cannot_be_given(cast: Cast, other: Cast) -> None:
    with refused("offices.place_outside"):
        offices.give(by=cast.users["secretary"], user=cast.users["guard"], capacity="clerk", place=other.neighbourhood)
    with refused("ground.capacity_unknown"):
        offices.give(by=cast.users["secretary"], user=cast.users["guard"], capacity="king", place=cast.neighbourhood)


def test_handing_over_is_one_act_and_takes_the_households_along(cast: Cast, secretary: Client) -> None:
    successor = home(cast, "stranger")
    mandate = cast.mandates["secretary"]
    page = secretary.get(f"/offices/mandate/{mandate.pk}/hand-over/")
    assert page.context["households"] == len(cast.households)
    done = secretary.post(f"/offices/mandate/{mandate.pk}/hand-over/", {"to": successor.pk})
    assert done.url == "/accounts/", "who gave the office away manages it no more"
    assert secretary.get("/offices/").status_code == 404
    assert client_as(successor).get("/offices/").status_code == 200
    with cast.scope():
        heir = Mandate.objects.get(user=successor)
        assert offices.households_of([heir]) == {heir.pk: len(cast.households)}
    assert last("ground.office_handed_over").data["households"] == len(cast.households)


def test_an_office_is_not_handed_to_its_holder_to_a_suspended_account_or_to_a_stranger(
    cast: Cast, other: Cast, secretary: Client
) -> None:
    mandate, guard = cast.mandates["clerk"], cast.users["guard"]
    url = f"/offices/mandate/{mandate.pk}/hand-over/"
    for pk in (cast.users["clerk"].pk, other.users["guard"].pk, 999999):
        assert "to" in secretary.post(url, {"to": pk}).context["form"].errors
    accounts.suspend(by=None, user=guard)
    assert "to" in secretary.post(url, {"to": guard.pk}).context["form"].errors
    with refused("accounts.suspended"):
        offices.hand_over(by=cast.users["secretary"], mandate=mandate, to=guard)


def test_ending_an_office_takes_its_rights_the_same_day(cast: Cast, secretary: Client) -> None:
    mandate = cast.mandates["clerk"]
    assert secretary.get(f"/offices/mandate/{mandate.pk}/end/").status_code == 200
    assert Mandate.objects.get(pk=mandate.pk).until is None, "looking at it ends nothing"
    secretary.post(f"/offices/mandate/{mandate.pk}/end/")
    assert mandates_of(cast.users["clerk"]) == []
    assert last("ground.mandate_ended").by_user == cast.users["secretary"].pk
    with refused("offices.ended"):
        offices.end(by=cast.users["secretary"], mandate=Mandate.objects.get(pk=mandate.pk))


def test_the_last_secretary_stays(cast: Cast, secretary: Client) -> None:
    page = secretary.post(f"/offices/mandate/{cast.mandates['secretary'].pk}/end/", follow=True)
    assert Mandate.objects.get(pk=cast.mandates["secretary"].pk).until is None
    assert page.context["messages"]


def test_the_last_secretary_is_not_suspended_even_from_above(db: None) -> None:
    place = setup.Neighbourhood("槐安居民区", subdistrict="示例街道")
    user, made = setup.found(place=place, username="wang", display_name="王", password=PASSWORD, language="en")
    above = User.objects.create_user("above", PASSWORD, display_name="above")
    give_mandate(by=None, capacity="secretary", place=made.parent, user=above)
    with refused("offices.last_secretary"):
        offices.suspend(by=above, user=user)
    deputy = User.objects.create_user("deputy", PASSWORD, display_name="deputy")
    give_mandate(by=None, capacity="secretary", place=made, user=deputy)
    offices.suspend(by=above, user=user)
    with refused("offices.last_secretary"):
        offices.suspend(by=above, user=deputy)


def test_suspending_says_what_it_means_and_ends_sessions_at_once(cast: Cast, secretary: Client) -> None:
    user = cast.users["building_leader"]
    theirs = Client()
    theirs.post("/accounts/login/", {"username": user.username, "password": PASSWORD})
    page = secretary.get(f"/offices/{user.pk}/suspend/")
    assert page.context["sessions"] == 1
    assert theirs.get("/accounts/").status_code == 200
    secretary.post(f"/offices/{user.pk}/suspend/")
    assert theirs.get("/accounts/").status_code == 302
    assert not Session.objects.filter(user=user.pk).exists()
    user.refresh_from_db()
    assert mandates_of(user) == []
    assert Mandate.objects.filter(user=user, until__isnull=True).exists(), "the mandate stays in the books"
    secretary.post(f"/offices/{user.pk}/do/resume/")
    user.refresh_from_db()
    assert len(mandates_of(user)) == 1


def test_suspending_warns_about_households_that_would_be_left(cast: Cast, secretary: Client) -> None:
    give_mandate(by=None, capacity="secretary", place=cast.neighbourhood, user=cast.users["clerk"])
    deputy = client_as(cast.users["clerk"])
    page = deputy.get(f"/offices/{cast.users['secretary'].pk}/suspend/")
    assert page.context["households"] == len(cast.households)
    assert f"/offices/mandate/{cast.mandates['secretary'].pk}/hand-over/" in page.content.decode()


def test_slips_are_made_for_others_and_shown_once(cast: Cast, secretary: Client) -> None:
    user = cast.users["guard"]
    assert secretary.get(f"/offices/{user.pk}/slip/password/").status_code == 405
    response = secretary.post(f"/offices/{user.pk}/slip/password/")
    assert Slip.objects.get().user == user
    assert response.context["maker"] == cast.users["secretary"].display_name
    assert secretary.post(f"/offices/{user.pk}/slip/nonsense/").status_code == 302
    secretary.post(f"/offices/{cast.users['secretary'].pk}/slip/password/")
    assert Slip.objects.count() == 1, "nobody makes a slip for himself"


def test_a_lost_second_factor_is_reset_by_another_secretary_s_slip(cast: Cast, secretary: Client) -> None:
    user = cast.users["clerk"]
    Authenticator.objects.create(user=user, name="totp", confirmed=True, sealed=second_factor.totp.new_secret())
    code = secretary.post(f"/offices/{user.pk}/slip/second_factor/").context["code"]
    theirs = Client()
    theirs.post("/accounts/login/", {"username": user.username, "password": PASSWORD})
    theirs.post("/accounts/second-factor/lost/", {"code": code})
    assert second_factor.of(user) is None


def test_the_short_acts_unlock_and_sign_out(cast: Cast, secretary: Client) -> None:
    user = cast.users["guard"]
    AccessFailureLog.objects.bulk_create(
        AccessFailureLog(username=lockout.name_digest(user.username), ip_address="10.0.0.1") for _ in range(5)
    )
    assert secretary.get(f"/offices/{user.pk}/").context["locked"]
    secretary.post(f"/offices/{user.pk}/do/unlock/")
    assert not lockout.is_locked(user)
    theirs = Client()
    theirs.post("/accounts/login/", {"username": user.username, "password": PASSWORD})
    secretary.post(f"/offices/{user.pk}/do/sign-out/")
    assert theirs.get("/accounts/").status_code == 302
    assert secretary.post(f"/offices/{user.pk}/do/anything/").status_code == 404
    assert secretary.get(f"/offices/{user.pk}/do/unlock/").status_code == 405


def paths(cast: Cast) -> list[tuple[str, str]]:
    """Every address of the offices with its method, about the guard of a cast."""
    user, mandate = cast.users["guard"].pk, cast.mandates["guard"].pk
    return [
        ("get", "/offices/"),
        ("get", "/offices/add/"),
        ("get", f"/offices/{user}/"),
        ("post", f"/offices/{user}/give/"),
        ("post", f"/offices/{user}/slip/password/"),
        ("get", f"/offices/{user}/suspend/"),
        ("post", f"/offices/{user}/suspend/"),
        ("post", f"/offices/{user}/do/resume/"),
        ("post", f"/offices/{user}/do/unlock/"),
        ("post", f"/offices/{user}/do/sign-out/"),
        ("get", f"/offices/mandate/{mandate}/end/"),
        ("post", f"/offices/mandate/{mandate}/end/"),
        ("get", f"/offices/mandate/{mandate}/hand-over/"),
        ("post", f"/offices/mandate/{mandate}/hand-over/"),
    ]


def test_nobody_without_the_right_reaches_any_of_it(cast: Cast) -> None:
    for method, path in paths(cast):
        assert getattr(Client(), method)(path).url.startswith("/accounts/login/"), path
        assert getattr(client_as(cast.users["stranger"]), method)(path).status_code == 404, path
        for name in ("clerk", "guard", "building_leader", "officer", "gate_captain"):
            assert getattr(client_as(cast.users[name]), method)(path).status_code == 403, (name, path)
        early = client_as(cast.users["secretary"], second_factor=False)
        assert getattr(early, method)(path).url.startswith("/accounts/second-factor/"), path
    assert Mandate.objects.get(pk=cast.mandates["guard"].pk).until is None
    assert User.objects.get(pk=cast.users["guard"].pk).is_active
    assert not Slip.objects.exists()


def test_another_neighbourhood_s_accounts_and_offices_do_not_exist(cast: Cast, other: Cast, secretary: Client) -> None:
    for method, path in paths(other)[2:]:
        assert getattr(secretary, method)(path).status_code == 404, path
    assert User.objects.get(pk=other.users["guard"].pk).is_active
    assert "other-guard" not in secretary.get("/offices/").content.decode()


def test_an_account_with_an_office_elsewhere_is_not_touched(cast: Cast, other: Cast, secretary: Client) -> None:
    user = cast.users["guard"]
    give_mandate(by=None, capacity="clerk", place=other.neighbourhood, user=user)
    assert secretary.get(f"/offices/{user.pk}/").status_code == 200
    boss = cast.users["secretary"]
    for act in (
        lambda: offices.make_slip(by=boss, user=user, purpose="password"),
        lambda: offices.suspend(by=boss, user=user),
        lambda: offices.resume(by=boss, user=user),
        lambda: offices.unlock(by=boss, user=user),
        lambda: offices.end_sessions(by=boss, user=user),
    ):
        with refused("offices.user_elsewhere"):
            act()
    with cast.scope():
        offices.end(by=boss, mandate=cast.mandates["guard"])
    assert secretary.get(f"/offices/{user.pk}/").status_code == 404


def test_every_form_needs_its_token(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client_as(cast.users["secretary"]).cookies
    for method, path in paths(cast):
        if method == "post":
            assert strict.post(path).status_code == 403, path


def test_an_officer_above_is_given_by_who_manages_all_neighbourhoods_below(cast: Cast, other: Cast) -> None:
    (above,) = add_places([NewPlace("subdistrict", None, "示例街道")])
    for place in (cast.neighbourhood, other.neighbourhood):
        put_below(place, above)
    by, stranger = cast.users["secretary"], home(cast, "stranger")
    with refused("offices.place_outside"):
        offices.give(by=by, user=stranger, capacity="officer", place=above)
    give_mandate(by=None, capacity="secretary", place=other.neighbourhood, user=by)
    client = client_as(by)
    answer = client.post(f"/offices/{stranger.pk}/give/", {"capacity": "officer", "place": above.pk})
    assert answer.status_code == 302
    with refused("offices.place_kind"):
        offices.give(by=by, user=stranger, capacity="clerk", place=above)
    assert client_as(stranger).get("/homes/").status_code == 200
    mandate = Mandate.objects.get(user=stranger)
    assert "示例街道" in client.get(f"/offices/{stranger.pk}/").content.decode()
    there = client_as(other.users["secretary"])
    assert mandate in there.get("/offices/").context["others"], "who reads the totals is seen by every secretary below"
    there.post(f"/offices/mandate/{mandate.pk}/end/")
    mandate.refresh_from_db()
    assert mandate.until is None, "and ended by none of them alone"
    client.post(f"/offices/mandate/{mandate.pk}/end/")
    mandate.refresh_from_db()
    assert mandate.until is not None


def test_a_neighbourhood_below_no_other_place_has_no_place_above_to_offer(cast: Cast, secretary: Client) -> None:
    page = secretary.get("/offices/add/")
    assert page.context["form"].fields["place"].choices[0][0] == cast.neighbourhood.pk
    assert isinstance(page.context["form"].fields["place"].choices[1][1], list)
