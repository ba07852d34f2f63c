"""The second factor: set up, asked, replayed, throttled, recovered, taken away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY

from linli.accounts import actions, codes, second_factor, totp
from linli.accounts.models import Authenticator, RecoveryCode, User
from linli.accounts.tests.refused import refused
from linli.journal.models import Entry

PASSWORD = "correct horse 1"
PAGE = "/accounts/second-factor/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    """An account with a password."""
    return User.objects.create_user("wang.min", PASSWORD, display_name="王敏", home=7)


@pytest.fixture
def client(user: User) -> Client:
    """Signed in, without the factor."""
    client = Client()
    client.force_login(user)
    return client


def now_code(device: Authenticator, steps: int = 0) -> str:
    """What the app shows ``steps`` half minutes from now."""
    return totp.code_at(device.secret(), int(timezone.now().timestamp()) // totp.STEP + steps)


def set_up(user: User) -> tuple[Authenticator, list[str]]:
    """A confirmed factor with its recovery codes; the code it was confirmed with lies one step back."""
    device = second_factor.begin(user)
    return second_factor.confirm(user=user, code=now_code(device, -1))


def test_codes_are_those_of_the_standard() -> None:
    secret = b"12345678901234567890"  # RFC 6238, appendix B, the last six of eight digits
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (20000000000, "353130")):
        assert totp.code_at(secret, seconds // 30) == code
        assert totp.matching_step(secret, code, seconds, after=-1) == seconds // 30


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12a456", "１２３４５６"])
def test_what_is_no_code_matches_nothing(code: str) -> None:
    assert totp.matching_step(b"12345678901234567890", code, 59, after=-1) is None


def test_setting_it_up_shows_a_qr_then_ten_codes_once(client: Client, user: User) -> None:
    page = client.get(f"{PAGE}?next=/accounts/").content.decode()
    assert "data:image/svg+xml" in page
    device = Authenticator.objects.get()
    assert not device.confirmed
    assert totp.grouped_secret(device.secret()) in page
    response = client.post(PAGE, {"code": now_code(device), "next": "/accounts/"})
    shown = response.context["codes"]
    assert len(shown) == 10 == len(set(shown))
    assert all(code in response.content.decode() for code in shown)
    assert client.session[DEVICE_ID_SESSION_KEY] == device.persistent_id
    assert Entry.objects.filter(act="accounts.factor_set", by_user=user.pk).exists()
    assert client.get("/accounts/").context["codes_left"] == 10


def test_the_secret_and_the_recovery_codes_are_not_readable_in_the_database(user: User) -> None:
    device, shown = set_up(user)
    assert device.secret() not in bytes(device.sealed)
    stored = " ".join(RecoveryCode.objects.values_list("digest", flat=True))
    assert not any(codes.clean(code) in stored for code in shown)


def test_a_wrong_first_code_sets_nothing_up(client: Client, user: User) -> None:
    client.get(PAGE)
    response = client.post(PAGE, {"code": "000000"})
    assert "code" in response.context["form"].errors
    assert second_factor.of(user) is None


def test_looking_again_shows_the_same_secret_until_it_is_confirmed(client: Client, user: User) -> None:
    client.get(PAGE)
    first = Authenticator.objects.get().secret()
    client.get(PAGE)
    assert Authenticator.objects.get().secret() == first


def test_a_confirmed_factor_is_not_replaced_by_setting_up_again(user: User) -> None:
    device, _shown = set_up(user)
    with refused("accounts.factor_there"):
        second_factor.confirm(user=user, code=now_code(device))


def test_the_session_has_it_only_after_the_code_and_gets_a_new_key(client: Client, user: User) -> None:
    device, _shown = set_up(user)
    assert "accounts/factor_ask.html" in [t.name for t in client.get(PAGE).templates]
    before = client.session.session_key
    response = client.post(PAGE, {"code": now_code(device), "next": "/accounts/?a=1"})
    assert response.url == "/accounts/?a=1"
    assert client.session.session_key != before
    assert client.session[DEVICE_ID_SESSION_KEY] == device.persistent_id


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example"])
def test_it_goes_on_only_to_pages_of_ours(client: Client, user: User, target: str) -> None:
    device, _shown = set_up(user)
    assert client.post(PAGE, {"code": now_code(device), "next": target}).url == "/"


def test_a_code_works_once(user: User) -> None:
    device, _shown = set_up(user)
    code = now_code(device)
    second_factor.verify(user=user, typed=code)
    with refused("accounts.factor_wrong"):
        second_factor.verify(user=user, typed=code)


def test_an_older_code_than_the_last_one_does_not_work(user: User) -> None:
    device, _shown = set_up(user)
    second_factor.verify(user=user, typed=now_code(device, 1))
    with refused("accounts.factor_wrong"):
        second_factor.verify(user=user, typed=now_code(device, 0))


def test_two_minutes_off_is_wrong_and_half_a_minute_is_not(user: User) -> None:
    device, _shown = set_up(user)
    with refused("accounts.factor_wrong"):
        second_factor.verify(user=user, typed=now_code(device, 4))
    Authenticator.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    second_factor.verify(user=user, typed=now_code(device, 1))


def test_every_wrong_code_doubles_the_wait(user: User) -> None:
    device, _shown = set_up(user)
    for expected in (1, 2, 4, 8, 16):
        with refused("accounts.factor_wrong"):
            second_factor.verify(user=user, typed="000000")
        device.refresh_from_db()
        assert second_factor.wait_seconds(device) == expected
        with refused("accounts.factor_wait"):
            second_factor.verify(user=user, typed=now_code(device))
        Authenticator.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(seconds=expected + 1))
    second_factor.verify(user=user, typed=now_code(device))
    device.refresh_from_db()
    assert device.throttling_failure_count == 0


def test_a_recovery_code_works_once_and_is_written_down(client: Client, user: User) -> None:
    _device, shown = set_up(user)
    response = client.post(PAGE, {"code": shown[3].lower(), "next": "/accounts/"})
    assert response.url == "/accounts/"
    assert second_factor.codes_left(user) == 9
    assert Entry.objects.filter(act="accounts.recovery_used", by_user=user.pk).exists()
    with refused("accounts.factor_wrong"):
        second_factor.verify(user=user, typed=shown[3])


def test_wrong_recovery_codes_are_slowed_down_too(user: User) -> None:
    _device, shown = set_up(user)
    with refused("accounts.factor_wrong"):
        second_factor.verify(user=user, typed="22222-22222")
    with refused("accounts.factor_wait"):
        second_factor.verify(user=user, typed=shown[0])
    assert second_factor.codes_left(user) == 10


def test_another_user_s_recovery_code_does_not_work(user: User) -> None:
    other = User.objects.create_user("li", PASSWORD, display_name="李")
    _device, _mine = set_up(user)
    _theirs, shown = set_up(other)
    with refused("accounts.factor_wrong"):
        second_factor.verify(user=user, typed=shown[0])
    assert second_factor.codes_left(other) == 10


def test_without_a_factor_nothing_can_be_verified(user: User) -> None:
    with refused("accounts.factor_missing"):
        second_factor.verify(user=user, typed="123456")


def test_new_recovery_codes_need_the_factor_and_replace_the_old(client: Client, user: User) -> None:
    device, old = set_up(user)
    assert client.post("/accounts/second-factor/codes/").url.startswith(PAGE)
    assert client.get("/accounts/second-factor/codes/").status_code == 405
    client.post(PAGE, {"code": now_code(device)})
    fresh = client.post("/accounts/second-factor/codes/").context["codes"]
    assert not set(fresh) & set(old)
    with refused("accounts.factor_wrong"):
        second_factor.verify(user=user, typed=old[0])


def test_a_new_phone_needs_the_factor_and_the_password(client: Client, user: User) -> None:
    device, _shown = set_up(user)
    assert client.post("/accounts/second-factor/remove/", {"present": PASSWORD}).url.startswith(PAGE)
    client.post(PAGE, {"code": now_code(device)})
    assert "present" in client.post("/accounts/second-factor/remove/", {"present": "no"}).context["form"].errors
    assert second_factor.of(user) is not None
    assert client.post("/accounts/second-factor/remove/", {"present": PASSWORD}).url == PAGE
    assert second_factor.of(user) is None
    assert not client.get("/accounts/").wsgi_request.user.is_verified()


def test_phone_and_codes_lost_needs_a_slip_from_somebody_else(client: Client, user: User) -> None:
    set_up(user)
    boss = User.objects.create_user("boss", PASSWORD, display_name="boss")
    other = User.objects.create_user("li", PASSWORD, display_name="李")
    wrong = actions.make_slip(by=boss, user=other, purpose="second_factor")[1]
    assert "code" in client.post("/accounts/second-factor/lost/", {"code": wrong}).context["form"].errors
    with refused("accounts.slip_other"):
        second_factor.remove_by_slip(user=user, code=wrong)
    assert second_factor.of(user) is not None
    code = actions.make_slip(by=boss, user=user, purpose="second_factor")[1]
    assert client.post("/accounts/second-factor/lost/", {"code": code}).url == PAGE
    assert second_factor.of(user) is None
    acts = set(Entry.objects.values_list("act", flat=True))
    assert {"accounts.slip_made", "accounts.slip_spent", "accounts.factor_removed"} <= acts


def test_guessing_slips_for_the_factor_pauses(client: Client, user: User) -> None:
    set_up(user)
    wrong = {"code": "2222-2222-2222"}
    got = [client.post("/accounts/second-factor/lost/", wrong).status_code for _ in range(6)]
    assert got == [200] * 5 + [429]


def test_a_password_slip_does_not_open_the_second_lock(user: User) -> None:
    set_up(user)
    boss = User.objects.create_user("boss", PASSWORD, display_name="boss")
    code = actions.make_slip(by=boss, user=user, purpose="password")[1]
    client = Client()
    client.post("/accounts/slip/", {"code": code, "password": "river lamp seven", "again": "river lamp seven"})
    assert client.get("/accounts/").status_code == 200
    assert DEVICE_ID_SESSION_KEY not in client.session
    assert second_factor.of(user) is not None
