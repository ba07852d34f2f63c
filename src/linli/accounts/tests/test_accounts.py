"""One's own account: password, sessions, what somebody else set must be changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from linli.accounts import actions
from linli.accounts.models import Session, User
from linli.accounts.sessions import SEEN, agent_words, open_sessions
from linli.accounts.tests.refused import refused
from linli.journal.models import Entry

PASSWORD = "correct horse 1"
FRESH = "river lamp seven"
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36"

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    """An account with a password."""
    return User.objects.create_user("wang.min", PASSWORD, display_name="王敏", home=7)


def signed_in(user: User, agent: str = CHROME) -> Client:
    """A client that used the form."""
    client = Client(HTTP_USER_AGENT=agent)
    client.post("/accounts/login/", {"username": user.username, "password": PASSWORD})
    return client


def test_changing_the_password_keeps_this_session_and_ends_the_others(user: User) -> None:
    here, elsewhere = signed_in(user), signed_in(user)
    response = here.post(
        "/accounts/password/", {"present": PASSWORD, "password": FRESH, "again": FRESH, "next": "/accounts/"}
    )
    assert response.url == "/accounts/"
    assert here.get("/accounts/").status_code == 200
    assert elsewhere.get("/accounts/").status_code == 302
    user.refresh_from_db()
    assert user.check_password(FRESH)
    assert Entry.objects.filter(act="accounts.password_changed", by_user=user.pk).exists()


@pytest.mark.parametrize(
    ("present", "password", "again", "field"),
    [
        ("wrong", FRESH, FRESH, "present"),
        (PASSWORD, "short", "short", "password"),
        (PASSWORD, "1234567890", "1234567890", "password"),
        (PASSWORD, "password123", "password123", "password"),
        (PASSWORD, "wang.min12", "wang.min12", "password"),
        (PASSWORD, FRESH, FRESH + "x", "again"),
    ],
)
def test_what_is_wrong_with_a_password_stands_beside_its_field(
    user: User, present: str, password: str, again: str, field: str
) -> None:
    response = signed_in(user).post("/accounts/password/", {"present": present, "password": password, "again": again})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_guessing_the_present_password_pauses(user: User) -> None:
    client = signed_in(user)
    wrong = {"present": "wrong", "password": FRESH, "again": FRESH}
    assert [client.post("/accounts/password/", wrong).status_code for _ in range(6)] == [200] * 5 + [429]
    right = {"present": PASSWORD, "password": FRESH, "again": FRESH}
    assert client.post("/accounts/password/", right).status_code == 429


def test_a_password_set_by_somebody_else_must_be_changed_first(user: User) -> None:
    user.must_change_password = True
    user.save()
    client = signed_in(user)
    response = client.get("/accounts/?x=1")
    assert response.url == "/accounts/password/?next=%2Faccounts%2F%3Fx%3D1"
    assert client.get("/accounts/password/").status_code == 200
    done = client.post(
        "/accounts/password/", {"present": PASSWORD, "password": FRESH, "again": FRESH, "next": "/accounts/?x=1"}
    )
    assert done.url == "/accounts/?x=1"
    assert client.get("/accounts/").status_code == 200


def test_signing_out_works_while_the_password_must_be_changed(user: User) -> None:
    user.must_change_password = True
    user.save()
    assert signed_in(user).post("/accounts/logout/").url == "/accounts/login/"


def test_the_list_of_sessions_says_which_browser_and_signs_out_the_others(user: User) -> None:
    here = signed_in(user)
    elsewhere = signed_in(user, "Mozilla/5.0 (Linux; Android 14) Chrome/120 MicroMessenger/8.0")
    page = here.get("/accounts/").content.decode()
    assert "Chrome · Windows" in page
    assert "WeChat · Android" in page
    here.post("/accounts/sessions/end-others/")
    assert elsewhere.get("/accounts/").status_code == 302
    assert here.get("/accounts/").status_code == 200
    assert Entry.objects.get(act="accounts.sessions_ended").data == {"sessions": 1}


def test_another_account_s_sessions_are_not_touched(user: User) -> None:
    other = User.objects.create_user("li", PASSWORD, display_name="李")
    theirs, mine = signed_in(other), signed_in(user)
    mine.post("/accounts/sessions/end-others/")
    assert theirs.get("/accounts/").status_code == 200
    assert len(open_sessions(user.pk, None)) == 1


def test_last_use_is_written_at_most_every_five_minutes(user: User) -> None:
    client = signed_in(user)
    before = client.session[SEEN]
    client.get("/accounts/")
    assert client.session[SEEN] == before
    session = client.session
    session[SEEN] = before - 301
    session.save()
    client.get("/accounts/")
    assert client.session[SEEN] >= before


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604", "Safari · iOS"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537.36 Edg/120.0", "Edge · Windows"),
        ("curl/8.0", ""),
    ],
)
def test_a_browser_in_words(agent: str, words: str) -> None:
    assert agent_words(agent) == words


def test_suspending_ends_every_session_at_once_and_cancels_slips(user: User) -> None:
    boss = User.objects.create_user("boss", PASSWORD, display_name="boss")
    client = signed_in(user)
    _slip, code = actions.make_slip(by=boss, user=user, purpose="password")
    assert actions.suspend(by=boss, user=user) == 1
    assert client.get("/accounts/").status_code == 302
    assert not Session.objects.filter(user=user.pk).exists()
    with refused("accounts.slip_unknown"):
        actions.set_password_by_slip(code=code, password=FRESH)
    actions.resume(by=boss, user=user)
    with refused("accounts.slip_unknown"):
        actions.set_password_by_slip(code=code, password=FRESH)
    assert {"accounts.suspended", "accounts.resumed"} <= set(Entry.objects.values_list("act", flat=True))


def test_nobody_suspends_his_own_account(user: User) -> None:
    with refused("accounts.suspend_oneself"):
        actions.suspend(by=user, user=user)


@pytest.mark.parametrize("name", ["a", "two words", "semi;colon", "x" * 61, ""])
def test_a_user_name_that_cannot_be_one_is_refused(name: str) -> None:
    with refused("accounts.username_bad"):
        actions.add_user(by=None, username=name, display_name="n", home=None)


@pytest.mark.parametrize(("typed", "stored"), [("Wang.Min", "wang.min"), ("王敏", "王敏"), ("ｌｉ２", "li2")])
def test_user_names_are_kept_in_one_form(typed: str, stored: str) -> None:
    assert actions.add_user(by=None, username=typed, display_name="n", home=None).username == stored


def test_a_user_name_is_given_once_and_a_name_is_needed(user: User) -> None:
    with refused("accounts.username_taken"):
        actions.add_user(by=None, username="WANG.MIN", display_name="n", home=None)
    with refused("accounts.name_missing"):
        actions.add_user(by=None, username="other", display_name="  ", home=None)


def test_an_account_page_costs_a_fixed_number_of_statements(user: User, django_assert_max_num_queries: object) -> None:
    client = signed_in(user)
    for _ in range(5):
        signed_in(user)
    with django_assert_max_num_queries(9):
        assert client.get("/accounts/").status_code == 200


def test_an_action_itself_refuses_a_weak_password(user: User) -> None:
    with refused("accounts.password_weak"):
        actions.change_password(by=user, user=user, password="1234567890")
    with refused("accounts.password_weak"):
        actions.check_password_rules("short", None)
    assert actions.change_password(by=user, user=user, password=FRESH).check_password(FRESH)


def test_sessions_that_ran_out_are_deleted_when_somebody_signs_in(user: User) -> None:
    signed_in(user)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    signed_in(user)
    assert Session.objects.count() == 1
