"""The page of a passage: what for, whom visited, what a call said, what belongs together; a stranger's words masked and on request."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from linli.accounts.models import User
from linli.gates.actions.details import masked, see
from linli.gates.models import Check
from linli.gates.testing import Phone, check, refused
from linli.ground.testing import Cast, client_as
from linli.journal.models import Entry
from linli.journal.record import detail_of
from linli.operations.models import Operation

PHONE = "199-0000-0001"
WORKER = {"klass": "worker", "way": "visitor", "purpose": "repair", "host_consent": None}


def english(user: User) -> Client:
    """Signed in, with pages in English."""
    User.objects.filter(pk=user.pk).update(language="en")
    return client_as(user)


@pytest.fixture
def called(cast: Cast, strict: Operation, phone: Phone) -> Check:
    """A repairer who was held, called for, and let in; his mate came along."""
    home = cast.households[0].dwelling_id
    said: dict[str, Any] = {"details": {"name": "来客甲", "phone": PHONE, "from": "修理行", "note": "带梯子"}}
    first = check(**WORKER, host=home, **said, decision={"outcome": "held", "reason": "host_call"})
    second = check(
        **WORKER, host=home, **said, follows=first["id"], call="agreed", goods=2, papers="foreign", returning=True, companions=1,
        decision={"outcome": "admitted", "reason": "called"},
    )  # fmt: skip
    mate = check(**WORKER, party=second["id"], call="agreed", decision={"outcome": "admitted", "reason": "called"})
    phone.send(first, second, mate)
    with cast.scope():
        row: Check = Check.objects.select_related("operation").get(pk=second["id"])
    return row


def test_what_there_is_to_say(cast: Cast, called: Check) -> None:
    client = english(cast.users["secretary"])
    text = client.get(f"/gates/checks/{called.pk}/").content.decode()
    for words in (
        "repair or installation", "听松别墅 1号", "agreed", "a foreign document", "2 parcels", "says so himself", "Completes",
        "Came together with", f"/gates/checks/{called.follows}/", "来*", "修理行", "带梯子",
    ):  # fmt: skip
        assert words in text, words
    assert "来客甲" not in text
    assert PHONE not in text
    held = client.get(f"/gates/checks/{called.follows}/").content.decode()
    assert "Completed by" in held
    assert f"/gates/checks/{called.pk}/" in held


def test_a_passage_that_says_nothing_more_has_no_empty_line(cast: Cast, strict: Operation, phone: Phone) -> None:
    phone.send(check(klass="visitor", way="visitor"))
    with cast.scope():
        row = Check.objects.get()
    text = english(cast.users["secretary"]).get(f"/gates/checks/{row.pk}/").content.decode()
    for label in ("A call", "Goods", "Said of himself", "Completes", "Home visited", "Comes for", "Consent", "Filing"):
        assert f"<dt>{label}</dt>" not in text


def test_the_words_of_a_stranger_need_a_right_and_a_reason(cast: Cast, called: Check) -> None:
    path = f"/gates/checks/{called.pk}/"
    captain = english(cast.users["gate_captain"])
    shown = captain.get(path).content.decode()
    assert "something; not shown here" in shown
    assert "修理行" not in shown
    assert captain.post(path + "details/", {"reason": "核对来访"}).status_code == 403
    client = english(cast.users["secretary"])
    assert client.post(path + "details/", {"reason": " "}).status_code == 422
    seen = client.post(path + "details/", {"reason": "联系接触者"})
    assert PHONE in seen.content.decode()
    assert seen["Cache-Control"] == "no-store"
    entry = Entry.objects.get(act="gates.details_seen")
    assert (entry.by_user, entry.subject) == (cast.users["secretary"].pk, str(called.pk))
    assert detail_of(entry.pk) == "联系接触者"


def test_refusals(cast: Cast, called: Check) -> None:
    with cast.scope():
        assert masked(called) == {"name": "来*", "phone": "199******0001", "from": "修理行", "note": "带梯子"}
        with refused("gates.details_reason"):
            see(by=cast.users["secretary"], check=called, reason="?")
        called.details = None
        with refused("gates.no_details"):
            see(by=cast.users["secretary"], check=called, reason="联系接触者")
        assert not Entry.objects.filter(act="gates.details_seen").exists()
