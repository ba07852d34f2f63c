"""Slips: made by somebody else, spent once, by POST, within a day."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from linli.accounts import actions, codes, lockout
from linli.accounts.models import Session, Slip, User
from linli.accounts.slip_page import slip_response
from linli.accounts.tests.refused import refused
from linli.journal.models import Entry

FRESH = "river lamp seven"

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    """Who makes slips."""
    return User.objects.create_user("boss", "correct horse 1", display_name="书记")


@pytest.fixture
def newcomer(boss: User) -> User:
    """An account without a password."""
    return actions.add_user(by=boss, username="li", display_name="李建国", home=7)


def code_for(boss: User | None, user: User, purpose: str = "password") -> str:
    """A slip's code."""
    return actions.make_slip(by=boss, user=user, purpose=purpose)[1]


def test_a_code_is_readable_and_only_its_hash_is_kept(boss: User, newcomer: User) -> None:
    code = code_for(boss, newcomer)
    assert re.fullmatch(f"[{codes.ALPHABET}]{{12}}", code)
    assert not set("0O1ILU") & set(codes.ALPHABET)
    assert code not in str(Slip.objects.values().get())


@pytest.mark.parametrize("typed", ["{0}", " {0} ", "{1}", "{2}"])
def test_a_slip_sets_the_password_and_signs_in_however_it_is_typed(boss: User, newcomer: User, typed: str) -> None:
    code = code_for(boss, newcomer)
    client = Client()
    shown = typed.format(code, codes.grouped(code), codes.grouped(code).lower())
    response = client.post("/accounts/slip/", {"code": shown, "password": FRESH, "again": FRESH})
    assert response.status_code == 302
    assert client.get("/accounts/").status_code == 200
    newcomer.refresh_from_db()
    assert newcomer.check_password(FRESH)
    assert Entry.objects.filter(act="accounts.slip_spent", by_user=newcomer.pk, neighbourhood=7).exists()


def test_a_slip_works_once(boss: User, newcomer: User) -> None:
    code = code_for(boss, newcomer)
    actions.set_password_by_slip(code=code, password=FRESH)
    response = Client().post(
        "/accounts/slip/", {"code": code, "password": "another pass word", "again": "another pass word"}
    )
    assert "code" in response.context["form"].errors
    newcomer.refresh_from_db()
    assert newcomer.check_password(FRESH)


def test_of_two_at_the_same_moment_one_wins(boss: User, newcomer: User) -> None:
    slip, _code = actions.make_slip(by=boss, user=newcomer, purpose="password")
    actions.spend(slip)
    with refused("accounts.slip_unknown"):
        actions.spend(slip)


def test_opening_the_link_spends_nothing(boss: User, newcomer: User) -> None:
    code = code_for(boss, newcomer)
    for _ in range(3):
        assert Client().get(f"/accounts/slip/?c={code}").status_code == 200
    assert Client().head("/accounts/slip/").status_code == 405 or Slip.objects.get().spent_at is None
    assert Slip.objects.get().spent_at is None


def test_a_weak_password_does_not_spend_the_slip(boss: User, newcomer: User) -> None:
    code = code_for(boss, newcomer)
    response = Client().post("/accounts/slip/", {"code": code, "password": "12345678901", "again": "12345678901"})
    assert "password" in response.context["form"].errors
    similar = Client().post(
        "/accounts/slip/", {"code": code, "password": "李建国李建国李建国李", "again": "李建国李建国李建国李"}
    )
    assert similar.status_code in (200, 302)
    if similar.status_code == 200:
        assert Slip.objects.get().spent_at is None


def test_a_slip_dies_after_a_day(boss: User, newcomer: User) -> None:
    code = code_for(boss, newcomer)
    Slip.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with refused("accounts.slip_unknown"):
        actions.set_password_by_slip(code=code, password=FRESH)
    assert timedelta(hours=24) == actions.SLIP_LIFE


def test_a_newer_slip_kills_the_older(boss: User, newcomer: User) -> None:
    old, new = code_for(boss, newcomer), code_for(boss, newcomer)
    with refused("accounts.slip_unknown"):
        actions.slip_for(old, "password")
    assert actions.slip_for(new, "password").user == newcomer


def test_a_slip_for_the_second_factor_sets_no_password(boss: User, newcomer: User) -> None:
    with refused("accounts.slip_unknown"):
        actions.set_password_by_slip(code=code_for(boss, newcomer, "second_factor"), password=FRESH)


def test_nobody_makes_a_slip_for_himself_or_for_a_suspended_account(boss: User, newcomer: User) -> None:
    with refused("accounts.slip_for_oneself"):
        code_for(boss, boss)
    with refused("accounts.slip_purpose"):
        code_for(boss, newcomer, "anything")
    actions.suspend(by=boss, user=newcomer)
    with refused("accounts.suspended"):
        code_for(boss, newcomer)


def test_guessing_codes_pauses(boss: User, newcomer: User) -> None:
    client = Client()
    wrong = {"code": "2222-2222-2222", "password": FRESH, "again": FRESH}
    assert [client.post("/accounts/slip/", wrong).status_code for _ in range(6)] == [200] * 5 + [429]
    code = code_for(boss, newcomer)
    assert client.post("/accounts/slip/", {**wrong, "code": code}).status_code == 429
    assert client.post("/accounts/slip/", {**wrong, "code": code}, REMOTE_ADDR="10.0.0.9").status_code == 302


def test_a_slip_signs_out_whoever_used_the_old_password(boss: User, newcomer: User) -> None:
    actions.set_password_by_slip(code=code_for(boss, newcomer), password=FRESH)
    client = Client()
    client.post("/accounts/login/", {"username": "li", "password": FRESH})
    actions.set_password_by_slip(code=code_for(boss, newcomer), password="another pass word")
    assert client.get("/accounts/").status_code == 302
    assert not Session.objects.filter(user=newcomer.pk).exists()


def test_the_paper_has_a_qr_only_where_a_phone_can_reach_it(boss: User, newcomer: User) -> None:
    slip, code = actions.make_slip(by=boss, user=newcomer, purpose="password")
    factory = RequestFactory()
    pages = {}
    for host in ("127.0.0.1:8000", "10.0.0.4:8443"):
        request = factory.get("/", HTTP_HOST=host)
        request.user = boss
        pages[host] = slip_response(request, slip, code, back_url="/")
    assert "data:image/svg+xml" in pages["10.0.0.4:8443"].content.decode()
    assert "data:image/svg+xml" not in pages["127.0.0.1:8000"].content.decode()
    assert pages["10.0.0.4:8443"]["Cache-Control"] == "no-store"
    assert codes.grouped(code) in pages["127.0.0.1:8000"].content.decode()


def test_wrong_slips_from_elsewhere_lock_nobodys_slip(boss: User, newcomer: User) -> None:
    code, wrong = code_for(boss, newcomer), {"code": "2222-2222-2222", "password": FRESH, "again": FRESH}
    for number in range(lockout.USER.failures + 5):
        assert Client().post("/accounts/slip/", wrong, REMOTE_ADDR=f"10.1.0.{number}").status_code == 200
    right = {"code": code, "password": FRESH, "again": FRESH}
    assert Client().post("/accounts/slip/", right, REMOTE_ADDR="10.2.0.1").status_code == 302


def test_guessing_slips_from_one_address_pauses_there(boss: User) -> None:
    wrong = {"code": "2222-2222-2222", "password": FRESH, "again": FRESH}
    answers = [Client().post("/accounts/slip/", wrong, REMOTE_ADDR="10.1.0.1").status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]
