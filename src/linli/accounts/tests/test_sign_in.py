"""Signing in and out: what it tells, when it pauses, whom the pause does not hit."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessFailureLog
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.accounts import devices, lockout
from linli.accounts.models import Session, User
from linli.journal.models import Entry

PASSWORD = "correct horse 1"
LOGIN = "/accounts/login/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    """An account with a password."""
    return User.objects.create_user("wang.min", PASSWORD, display_name="王敏", home=7)


def post(client: Client, name: str, password: str, address: str = "10.0.0.1", **more: str) -> object:
    """One attempt from an address."""
    return client.post(LOGIN, {"username": name, "password": password, **more}, REMOTE_ADDR=address)


def fail(client: Client, name: str, times: int, address: str = "10.0.0.1") -> object:
    """Several failures; the last response."""
    response = None
    for number in range(times):
        response = post(client, name, f"wrong {number}", address)
    return response


def test_signing_in_opens_a_new_session_and_is_written_down(client: Client, user: User) -> None:
    client.get(LOGIN)
    session = client.session
    session["mark"] = "before"
    session.save()
    before = session.session_key
    response = post(client, "Wang.Min", PASSWORD)
    assert response.status_code == 302
    assert response.url == "/"
    assert client.session.session_key != before, "a session key known before signing in must not live on"
    assert Session.objects.get(session_key=client.session.session_key).user == user.pk
    entry = Entry.objects.get(act="accounts.signed_in")
    assert (entry.by_user, entry.neighbourhood) == (user.pk, 7)


def test_a_wrong_password_an_unknown_name_and_a_suspended_account_get_the_same_answer(
    client: Client, user: User
) -> None:
    gone = User.objects.create_user("gone", PASSWORD, display_name="gone", is_active=False)
    pages = [
        post(Client(), name, password).content.decode()
        for name, password in ((user.username, "no"), ("nobody", "no"), (gone.username, PASSWORD))
    ]
    errors = {page.split("notice notice-red")[1].split("</div>")[0] for page in pages}
    assert len(errors) == 1


def test_an_unknown_name_costs_a_password_hash_too(client: Client, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.auth.hashers import MD5PasswordHasher  # the hasher of the test run

    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    post(client, "nobody", "attempt one")
    post(client, user.username, "attempt two")
    assert "attempt one" in hashed
    assert "attempt two" in hashed


def test_five_failures_of_a_user_from_an_address_pause_for_fifteen_minutes(client: Client, user: User) -> None:
    assert fail(client, user.username, 4).status_code == 200
    locked = fail(client, user.username, 1)
    assert locked.status_code == 429
    assert 0 < int(locked["Retry-After"]) <= 15 * 60
    ends = timezone.localtime(timezone.now() + timedelta(minutes=15)).strftime("%H:%M")
    assert ends in locked.content.decode()
    assert "linli unlock" in locked.content.decode()
    assert post(client, user.username, PASSWORD).status_code == 429, "the right password must not open a locked door"
    assert Entry.objects.filter(act="accounts.locked", subject=str(user.pk)).count() == 1


def test_the_pause_ends_by_itself(client: Client, user: User) -> None:
    fail(client, user.username, 5)
    AccessFailureLog.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert post(client, user.username, PASSWORD).status_code == 302


def test_knocking_on_a_locked_door_does_not_lengthen_the_pause(client: Client, user: User) -> None:
    fail(client, user.username, 5)
    fail(client, user.username, 10)
    assert AccessFailureLog.objects.count() == 5


def test_the_same_user_from_another_address_is_not_locked(client: Client, user: User) -> None:
    fail(client, user.username, 5, "10.0.0.1")
    assert post(client, user.username, PASSWORD, "10.0.0.2").status_code == 302


def test_an_unknown_name_is_locked_like_a_known_one(client: Client, user: User) -> None:
    assert fail(client, "nobody", 5).status_code == 429


def test_one_office_behind_one_address_does_not_lock_itself_out(client: Client, user: User) -> None:
    names = [f"user{number}" for number in range(20)]
    for name in names:
        User.objects.create_user(name, PASSWORD, display_name=name)
        assert fail(client, name, 1).status_code == 200
    for name in names:
        assert post(Client(), name, PASSWORD).status_code == 302


def from_many_addresses(name: str) -> None:
    """Twenty failures of one user, each from another address."""
    for number in range(lockout.USER.failures):
        assert fail(Client(), name, 1, f"10.1.0.{number}").status_code in (200, 429)


def test_a_user_over_many_addresses_is_slowed_down(client: Client, user: User) -> None:
    from_many_addresses(user.username)
    slow = post(client, user.username, PASSWORD, "10.2.0.1")
    assert slow.status_code == 429
    assert 0 < int(slow["Retry-After"]) <= 120
    AccessFailureLog.objects.update(attempt_time=timezone.now() - timedelta(minutes=2, seconds=1))
    assert fail(client, user.username, 1, "10.2.0.1").status_code == 429, "one attempt, then the next pause"
    AccessFailureLog.objects.update(attempt_time=timezone.now() - timedelta(minutes=2, seconds=1))
    assert post(client, user.username, PASSWORD, "10.2.0.1").status_code == 302


def test_strangers_elsewhere_do_not_slow_a_device_on_which_the_user_has_signed_in(client: Client, user: User) -> None:
    assert post(client, user.username, PASSWORD, "10.0.0.9").status_code == 302
    cookie = client.cookies[devices.COOKIE].value
    assert user.username not in cookie
    from_many_addresses(user.username)
    fresh = Client()
    fresh.cookies[devices.COOKIE] = cookie
    assert post(fresh, user.username, PASSWORD, "10.0.0.9").status_code == 302
    other = User.objects.create_user("li.na", PASSWORD, display_name="李娜")
    from_many_addresses(other.username)
    known = Client()
    known.cookies[devices.COOKIE] = cookie
    assert post(known, other.username, PASSWORD, "10.0.0.9").status_code == 429, "known for whom it was signed only"
    forged = Client()
    forged.cookies[devices.COOKIE] = cookie[:-2] + "xx"
    assert post(forged, user.username, PASSWORD, "10.0.0.8").status_code == 429


def test_a_known_device_is_not_free_to_guess(client: Client, user: User) -> None:
    post(client, user.username, PASSWORD)
    cookie = client.cookies[devices.COOKIE].value
    guesser = Client()
    guesser.cookies[devices.COOKIE] = cookie
    assert fail(guesser, user.username, 5).status_code == 429


def test_other_ways_to_type_a_name_are_no_further_attempts(client: Client, user: User) -> None:
    for name in ("wang.min", "Wang.Min", "WANG.MIN", "wang.min"):
        assert fail(client, name, 1).status_code == 200
    assert fail(client, "wang.MIN", 1).status_code == 429


def test_an_address_is_locked_only_after_very_many_failures(client: Client, user: User) -> None:
    AccessFailureLog.objects.bulk_create(
        AccessFailureLog(username=f"u{n}", ip_address="10.0.0.1") for n in range(lockout.ADDRESS.failures - 1)
    )
    assert post(Client(), user.username, PASSWORD).status_code == 302
    AccessFailureLog.objects.create(username="one more", ip_address="10.0.0.1")
    assert post(Client(), user.username, PASSWORD).status_code == 429
    assert post(Client(), user.username, PASSWORD, "10.0.0.9").status_code == 302


def test_a_success_clears_the_failures_of_that_user_from_there(client: Client, user: User) -> None:
    fail(client, user.username, 4)
    post(client, user.username, PASSWORD)
    assert fail(Client(), user.username, 4).status_code == 200


def test_what_was_typed_as_a_user_name_is_not_kept(client: Client, user: User) -> None:
    fail(client, "my secret password", 1)
    row = AccessFailureLog.objects.get()
    assert "secret" not in f"{row.username}{row.path_info}{row.http_accept}{row.user_agent}"


def test_failures_older_than_a_day_are_forgotten(client: Client, user: User) -> None:
    fail(client, "nobody", 1)
    AccessFailureLog.objects.update(attempt_time=timezone.now() - timedelta(days=1, minutes=1))
    fail(client, "somebody", 1)
    assert AccessFailureLog.objects.count() == 1


def test_unlocking_ends_the_pause(client: Client, user: User) -> None:
    fail(client, user.username, 5)
    assert lockout.is_locked(user)
    assert lockout.unlock(by=None, user=user) == 5
    assert not lockout.is_locked(user)
    assert post(client, user.username, PASSWORD).status_code == 302
    assert Entry.objects.filter(act="accounts.unlocked").exists()


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_signing_in_goes_only_to_pages_of_ours(client: Client, user: User, target: str) -> None:
    assert post(client, user.username, PASSWORD, next=target).url == "/"


def test_signing_in_goes_back_to_where_one_wanted(client: Client, user: User) -> None:
    assert post(client, user.username, PASSWORD, next="/accounts/").url == "/accounts/"


def test_signing_out_needs_a_post_and_ends_the_session(client: Client, user: User) -> None:
    client.force_login(user)
    assert client.get("/accounts/logout/").status_code == 405
    assert client.get("/accounts/").status_code == 200
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/accounts/").url.startswith(LOGIN)


@pytest.mark.parametrize(
    "name",
    [
        "login",
        "logout",
        "password",
        "end_other_sessions",
        "slip",
        "second_factor",
        "recovery_codes",
        "remove_factor",
        "lost_factor",
    ],
)
def test_no_form_without_its_token(user: User, name: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    assert strict.post(reverse(f"accounts:{name}"), {}).status_code == 403


@pytest.mark.parametrize("name", ["account", "password", "second_factor", "remove_factor", "lost_factor"])
def test_a_stranger_sees_nothing_of_an_account(client: Client, user: User, name: str) -> None:
    response = client.get(reverse(f"accounts:{name}"))
    assert response.status_code == 302
    assert response.url.startswith(LOGIN)


def test_the_address_behind_our_own_proxy_is_the_one_it_saw(client: Client, user: User, settings: object) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    client.post(
        LOGIN,
        {"username": "nobody", "password": "x"},
        REMOTE_ADDR="127.0.0.1",
        HTTP_X_FORWARDED_FOR="6.6.6.6, 10.0.0.5",
        HTTP_X_FORWARDED_PROTO="https",
    )
    assert AccessFailureLog.objects.get().ip_address == "10.0.0.5"


def test_without_a_proxy_a_forwarded_address_is_not_believed(client: Client, user: User) -> None:
    client.post(LOGIN, {"username": "nobody", "password": "x"}, REMOTE_ADDR="10.0.0.7", HTTP_X_FORWARDED_FOR="6.6.6.6")
    assert AccessFailureLog.objects.get().ip_address == "10.0.0.7"
