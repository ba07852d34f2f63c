"""From an empty database to a neighbourhood with gates and a second user; strangers on the network stay outside."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from linli.accounts import actions as accounts
from linli.accounts import codes, second_factor, totp
from linli.accounts.models import Founding, User
from linli.accounts.tests.refused import refused
from linli.ground import setup
from linli.ground.actions.mandates import give_mandate
from linli.ground.actions.places import NewPlace, add_places
from linli.ground.models import Mandate, Place, PlaceName
from linli.ground.testing import Cast, client_as, make_cast
from linli.journal.models import Entry
from linli.kernel.refusal import Refusal

PASSWORD = "river lamp seven"
FIRST = {
    "name": "槐安居民区",
    "name_en": "Huai'an",
    "code": "310199001001",
    "subdistrict": "示例街道",
    "display_name": "王敏",
    "username": "Wang.Min",
    "password": PASSWORD,
    "again": PASSWORD,
}
LAN: dict[str, Any] = {"REMOTE_ADDR": "10.0.0.9", "HTTP_HOST": "10.0.0.4:8443"}

pytestmark = pytest.mark.django_db


def found() -> Client:
    """A client that has done the first step."""
    client = Client()
    assert client.post("/setup/", FIRST).url == "/setup/gates/"
    return client


@pytest.mark.parametrize(
    "path", ["/", "/homes/", "/accounts/login/", "/accounts/slip/", "/offices/", "/journal/", "/nowhere/"]
)
def test_every_page_of_an_empty_installation_leads_to_the_setup(client: Client, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.url) == (302, "/setup/")


def test_files_and_health_answer_before_there_is_an_account(client: Client) -> None:
    assert client.get("/healthz").status_code == 200


def test_after_the_first_account_pages_lead_to_signing_in(client: Client) -> None:
    found()
    assert client.get("/offices/").url.startswith("/accounts/login/")
    assert client.get("/setup/").url == "/accounts/login/"


def test_the_first_step_makes_place_account_and_office_and_signs_in() -> None:
    client = found()
    user, place = User.objects.get(), Place.objects.get(kind__code="neighbourhood")
    assert (user.username, user.display_name, user.home) == ("wang.min", "王敏", place.pk)
    assert (place.name, place.name_en, place.code) == ("槐安居民区", "Huai'an", "310199001001")
    assert place.parent is not None
    assert place.parent.name == "示例街道"
    mandate = Mandate.objects.get()
    assert (mandate.capacity, mandate.place, mandate.user) == ("secretary", place, user)
    assert client.get("/setup/gates/").status_code == 200
    assert Entry.objects.get(act="accounts.founded").neighbourhood == place.pk


def test_only_a_name_and_an_account_are_needed() -> None:
    client = Client()
    response = client.post("/setup/", {**FIRST, "name_en": "", "code": "", "subdistrict": ""})
    assert response.status_code == 302
    assert Place.objects.get(kind__code="neighbourhood").parent is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("code", "31a"),
        ("display_name", ""),
        ("username", "two words"),
        ("password", "short"),
        ("again", "river lamp eight"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(field: str, value: str) -> None:
    response = Client().post("/setup/", {**FIRST, field: value})
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert "示例街道" in response.content.decode()
    assert not User.objects.exists()
    assert not Place.objects.exists()


def test_the_first_step_works_once() -> None:
    found()
    response = Client().post("/setup/", {**FIRST, "username": "somebody.else"})
    assert response.url == "/accounts/login/"
    assert User.objects.count() == 1


def test_of_two_first_accounts_at_the_same_moment_one_is_refused() -> None:
    found()
    with pytest.raises(IntegrityError), transaction.atomic():
        Founding(id=1).save(force_insert=True)
    with refused("accounts.founded"):
        accounts.found(username="x.y", display_name="x", password=PASSWORD, language="en")


def test_nothing_is_left_when_the_first_step_fails_halfway(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(setup, "give_mandate", broken)
    with pytest.raises(RuntimeError):
        Client().post("/setup/", FIRST)
    assert not User.objects.exists()
    assert not Founding.objects.exists()
    assert not Place.objects.exists()


def test_over_the_network_the_code_from_the_console_is_asked() -> None:
    client = Client()
    assert "setup_code" in client.get("/setup/", **LAN).context["form"].fields
    without = client.post("/setup/", FIRST, **LAN)
    assert "setup_code" in without.context["form"].errors
    wrong = client.post("/setup/", {**FIRST, "setup_code": "2222-2222"}, **LAN)
    assert "setup_code" in wrong.context["form"].errors
    assert not User.objects.exists()
    typed = codes.grouped(codes.setup_code()).lower()
    assert client.post("/setup/", {**FIRST, "setup_code": typed}, **LAN).status_code == 302
    assert User.objects.exists()


@pytest.mark.parametrize(
    "meta",
    [
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "linli.example"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1:8000", "HTTP_X_FORWARDED_FOR": "10.0.0.9"},
        {"REMOTE_ADDR": "10.0.0.9", "HTTP_HOST": "localhost:8000"},
    ],
)
def test_a_name_bound_to_this_machine_or_a_proxy_is_not_this_machine(meta: dict[str, str]) -> None:
    assert "setup_code" in Client().get("/setup/", **meta).context["form"].fields


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000"])
def test_at_the_machine_itself_no_code_is_asked(host: str) -> None:
    address = "::1" if host.startswith("[") else "127.0.0.1"
    form = Client().get("/setup/", REMOTE_ADDR=address, HTTP_HOST=host).context["form"]
    assert "setup_code" not in form.fields


def test_guessing_the_setup_code_pauses() -> None:
    client = Client()
    wrong = {**FIRST, "setup_code": "2222-2222"}
    assert [client.post("/setup/", wrong, **LAN).status_code for _ in range(6)] == [200] * 5 + [429]
    right = {**FIRST, "setup_code": codes.setup_code()}
    assert client.post("/setup/", right, **LAN).status_code == 429
    assert client.post("/setup/", FIRST).status_code == 302


def test_guesses_from_elsewhere_do_not_lock_the_setup() -> None:
    wrong = {**FIRST, "setup_code": "2222-2222"}
    for number in range(25):
        assert Client().post("/setup/", wrong, **{**LAN, "REMOTE_ADDR": f"10.1.0.{number}"}).status_code == 200
    right = {**FIRST, "setup_code": codes.setup_code()}
    assert Client().post("/setup/", right, **LAN).status_code == 302


def test_the_steps_can_be_left_and_taken_up_again() -> None:
    client = found()
    assert client.get("/setup/").url == "/setup/gates/"
    client.post("/setup/gates/", {"gates": "东门\n\n 西门 \n东门"})
    assert [g.name for g in setup.gates_of(Place.objects.get(kind__code="neighbourhood"))] == ["东门", "西门"]
    later = Client()
    later.post("/accounts/login/", {"username": "wang.min", "password": PASSWORD})
    assert later.get("/setup/").url == "/setup/people/"
    gate = Place.objects.get(name="东门")
    page = later.post(
        "/setup/people/", {"display_name": "李建国", "username": "li", "capacity": "guard", "place": gate.pk}
    ).content.decode()
    assert "李建国" in page
    assert later.get("/setup/").url == "/setup/next/"
    assert later.get("/setup/next/").status_code == 200


def test_the_second_user_sets_a_password_with_the_slip_and_works_at_the_gate() -> None:
    client = found()
    client.post("/setup/gates/", {"gates": "东门"})
    gate = Place.objects.get(name="东门")
    response = client.post(
        "/setup/people/", {"display_name": "李建国", "username": "li", "capacity": "guard", "place": gate.pk}
    )
    guard = Client()
    done = guard.post("/accounts/slip/", {"code": response.context["code"], "password": PASSWORD, "again": PASSWORD})
    assert done.status_code == 302
    assert guard.get("/accounts/").status_code == 200
    assert guard.get("/offices/").status_code == 403
    mandate = Mandate.objects.get(capacity="guard")
    assert mandate.place == gate


def test_a_guard_cannot_be_put_where_no_gate_is_and_a_taken_name_is_said() -> None:
    client = found()
    place = Place.objects.get(kind__code="neighbourhood")
    client.post("/setup/gates/", {"gates": "东门"})
    gate = Place.objects.get(name="东门")
    data = {"display_name": "李", "username": "wang.min", "capacity": "guard", "place": gate.pk}
    assert "username" in client.post("/setup/people/", data).context["form"].errors
    data = {"display_name": "李", "username": "li", "capacity": "clerk", "place": gate.pk}
    assert "place" in client.post("/setup/people/", data).context["form"].errors
    data = {"display_name": "李", "username": "li", "capacity": "clerk", "place": 999999}
    assert "place" in client.post("/setup/people/", data).context["form"].errors
    assert User.objects.filter(home=place.pk).count() == 1


def test_gates_can_be_changed_closed_and_reopened(cast: Cast) -> None:
    here, by = cast.neighbourhood, cast.users["secretary"]
    assert [g.name for g in setup.gates_of(here)] == ["东门", "西门"]
    setup.set_gates(by=by, neighbourhood=here, names=["东门", "北门"])
    west = Place.objects.get(name="西门")
    assert west.until == timezone.localdate()
    assert [g.name for g in setup.gates_of(here)] == ["东门", "北门"]
    setup.set_gates(by=by, neighbourhood=here, names=["东门", "西门"])
    west.refresh_from_db()
    assert west.until is None
    assert Place.objects.filter(name="西门").count() == 1, "a gate comes back with its history"
    acts = set(Entry.objects.filter(by_user=by.pk).values_list("act", flat=True))
    assert {"ground.place_added", "ground.place_closed", "ground.place_reopened"} <= acts


def test_a_gate_at_which_somebody_works_is_not_taken_away(cast: Cast) -> None:
    with refused("setup.gate_held"):
        setup.set_gates(by=cast.users["secretary"], neighbourhood=cast.neighbourhood, names=["西门"])
    assert len(setup.gates_of(cast.neighbourhood)) == 2


MANY = [f"{n}门" for n in range(61)]


@pytest.mark.parametrize(
    ("names", "code"),
    [([], "setup.gates_missing"), (["门" * 41], "setup.gates_long"), (MANY, "setup.gates_long")],
)
def test_too_few_too_many_and_too_long_gates_are_refused(cast: Cast, names: list[str], code: str) -> None:
    with refused(code):
        setup.set_gates(by=cast.users["secretary"], neighbourhood=cast.neighbourhood, names=names)


def test_the_first_answers_can_be_corrected_and_the_old_name_stays(cast: Cast) -> None:
    client = client_as(cast.users["secretary"])
    page = client.get("/setup/place/")
    assert page.context["form"].initial["name"] == "槐安居民区"
    done = client.post("/setup/place/", {"name": "槐安第二居民区", "name_en": "Huai'an 2", "code": ""})
    assert done.url == "/setup/gates/"
    place = Place.objects.get(pk=cast.neighbourhood.pk)
    assert (place.name, place.name_en, place.code) == ("槐安第二居民区", "Huai'an 2", "")
    assert set(PlaceName.objects.filter(place=place).values_list("name", flat=True)) >= {"槐安第二居民区"}
    assert "name" in client.post("/setup/place/", {"name": " "}).context["form"].errors


@pytest.mark.parametrize("path", ["/setup/place/", "/setup/gates/", "/setup/people/", "/setup/next/"])
def test_only_who_manages_accounts_sees_the_steps(cast: Cast, path: str) -> None:
    assert Client().get(path).url.startswith("/accounts/login/")
    assert client_as(cast.users["stranger"]).get(path).status_code == 404
    for name in ("clerk", "guard", "officer", "building_leader"):
        assert client_as(cast.users[name]).get(path).status_code == 403
    assert client_as(cast.users["secretary"]).get(path).status_code == 200


def test_the_steps_ask_for_the_second_factor_once_there_is_one(cast: Cast) -> None:
    secretary = cast.users["secretary"]
    client = client_as(secretary, second_factor=False)
    assert client.get("/setup/people/").status_code == 200
    assert client.get("/offices/").url.startswith("/accounts/second-factor/")
    device = second_factor.begin(secretary)
    second_factor.confirm(user=secretary, code=totp.code_at(device.secret(), int(time.time()) // 30))
    assert client.get("/setup/people/").url.startswith("/accounts/second-factor/")


def test_no_step_without_its_token(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.users["secretary"])
    for path in ("/setup/place/", "/setup/gates/", "/setup/people/"):
        assert strict.post(path, {}).status_code == 403


def test_a_neighbourhood_needs_a_name() -> None:
    with refused("ground.name_missing"):
        setup.found(place=setup.Neighbourhood(" "), username="x.y", display_name="x", password=PASSWORD, language="en")


@pytest.mark.django_db(transaction=True)
def test_of_four_threads_that_found_at_once_one_wins() -> None:
    start, said = threading.Barrier(4), []

    def attempt(number: int) -> None:
        start.wait()
        try:
            setup.found(
                place=setup.Neighbourhood(f"居民区{number}"),
                username=f"user{number}",
                display_name="x",
                password=PASSWORD,
                language="en",
            )
            said.append("done")
        except (Refusal, IntegrityError):
            said.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["done", "refused", "refused", "refused"]
    assert User.objects.count() == 1
    assert Place.objects.count() == 1


def test_the_shared_subdistricts_name_is_not_one_secretarys_to_change(cast: Cast) -> None:
    (above,) = add_places([NewPlace("subdistrict", None, "示例街道")])
    other = make_cast("别处居民区", "other-")
    for place in (cast.neighbourhood, other.neighbourhood):
        put_below(place, above)
    secretary = cast.users["secretary"]
    answers = setup.Neighbourhood(cast.neighbourhood.name, subdistrict="另名街道")
    with refused("setup.shared_name"):
        setup.correct(by=secretary, place=cast.neighbourhood, to=answers)
    page = client_as(secretary).post("/setup/place/", {"name": cast.neighbourhood.name, "subdistrict": "另名街道"})
    assert "subdistrict" in page.context["form"].errors
    give_mandate(by=None, capacity="secretary", place=other.neighbourhood, user=secretary)
    setup.correct(by=secretary, place=cast.neighbourhood, to=answers)
    above.refresh_from_db()
    assert above.name == "另名街道"


def test_the_subdistrict_of_one_neighbourhood_can_be_renamed(cast: Cast) -> None:
    (above,) = add_places([NewPlace("subdistrict", None, "示例街道")])
    put_below(cast.neighbourhood, above)
    answers = setup.Neighbourhood(cast.neighbourhood.name, subdistrict="另名街道")
    setup.correct(by=cast.users["secretary"], place=cast.neighbourhood, to=answers)
    above.refresh_from_db()
    assert above.name == "另名街道"


def put_below(place: Place, above: Place) -> None:
    """Give a neighbourhood and all in it a place above, as if it had been made there."""
    old, place.parent = place.path, above
    for row in Place.objects.filter(path__startswith=old):
        Place.objects.filter(pk=row.pk).update(path=above.path + row.path)
    Place.objects.filter(pk=place.pk).update(parent=above)
    place.refresh_from_db()
