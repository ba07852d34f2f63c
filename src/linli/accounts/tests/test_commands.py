"""The verbs of the console: for when no other secretary is there."""

from __future__ import annotations

import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from linli.accounts import actions, codes, lockout, second_factor, totp
from linli.accounts.models import User
from linli.journal.models import Entry

FRESH = "river lamp seven"

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    """What a verb prints."""
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


@pytest.fixture
def user() -> User:
    """An account."""
    return User.objects.create_user("wang.min", "correct horse 1", display_name="王敏", home=7)


def test_the_setup_code_is_printed_until_there_is_an_account() -> None:
    printed = run("setup_code").strip()
    assert codes.is_setup_code(printed)
    assert codes.is_setup_code(printed.lower().replace("-", " "))
    User.objects.create_user("a.user", FRESH, display_name="a")
    assert codes.setup_code() not in codes.clean(run("setup_code"))


def test_a_password_is_reset_by_a_code_that_works_once(user: User) -> None:
    code = run("reset_password", "Wang.Min").splitlines()[0]
    assert actions.set_password_by_slip(code=code, password=FRESH) == user
    assert Entry.objects.get(act="accounts.slip_made").by_user is None


def test_resetting_ends_a_pause_and_unlocking_does_too(user: User) -> None:
    from axes.models import AccessFailureLog  # only this test looks into the table

    for verb in ("reset_password", "unlock"):
        AccessFailureLog.objects.bulk_create(
            AccessFailureLog(username=lockout.name_digest(user.username), ip_address="10.0.0.1") for _ in range(5)
        )
        assert lockout.is_locked(user)
        run(verb, "wang.min")
        assert not lockout.is_locked(user)


def test_a_second_factor_is_taken_away_and_written_down(user: User) -> None:
    device = second_factor.begin(user)
    second_factor.confirm(user=user, code=totp.code_at(device.secret(), int(time.time()) // 30))
    assert "Taken away" in run("reset_second_factor", "wang.min")
    assert second_factor.of(user) is None
    assert Entry.objects.filter(act="accounts.factor_removed", subject=str(user.pk)).exists()
    assert "none" in run("reset_second_factor", "wang.min")


def test_an_account_is_made_with_a_code_for_its_password() -> None:
    code = run("create_user", "li", "--name", "李建国", "--neighbourhood", "7").splitlines()[0]
    user = actions.set_password_by_slip(code=code, password=FRESH)
    assert (user.username, user.display_name, user.home) == ("li", "李建国", 7)


@pytest.mark.parametrize(
    "words",
    [
        ("reset_password", "nobody"),
        ("reset_second_factor", "nobody"),
        ("unlock", "nobody"),
        ("create_user", "two words", "--name", "x"),
        ("create_user", "wang.min", "--name", "x"),
    ],
)
def test_what_cannot_be_is_said(user: User, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run(*words)


def test_a_suspended_account_gets_no_code(user: User) -> None:
    actions.suspend(by=None, user=user)
    with pytest.raises(CommandError, match="suspended"):
        run("reset_password", "wang.min")
