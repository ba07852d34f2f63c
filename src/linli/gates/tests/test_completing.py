"""What a gate writes of who comes: a call that completes, companions, words of a stranger; read strictly, kept sealed, erased."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from linli import vault
from linli.gates import acts, retention
from linli.gates.actions.completing import complete
from linli.gates.deciding import DETAILS_CONTEXT, details_of
from linli.gates.models import Check, GateException, HourlyCount
from linli.gates.parse import Malformed, parse
from linli.gates.queries import cells
from linli.gates.testing import Issued, Phone, check
from linli.ground.testing import Cast
from linli.journal.models import Entry
from linli.kernel.ids import uuid7
from linli.operations.actions import end_operation
from linli.operations.models import Operation, OperationData

STRANGER = {"klass": "worker", "way": "visitor", "purpose": "repair", "host_consent": None}


def admitted(reason: str) -> dict[str, Any]:
    """A decision of a phone."""
    return {"outcome": "admitted", "reason": reason}


def passed(cast: Cast) -> int:
    """How many came in, by the board."""
    now = timezone.now()
    found = cells([gate.pk for gate in cast.gates], now - timedelta(days=1), now + timedelta(days=1))
    return sum(cell.count for cell in found if cell.direction == "in" and cell.outcome in ("admitted", "open"))


def test_a_call_completes_a_held_passage(cast: Cast, strict: Operation, phone: Phone) -> None:
    first = check(**STRANGER, decision={"outcome": "held", "reason": "host_call"})
    second = check(**STRANGER, follows=first["id"], call="agreed", decision=admitted("called"))
    results = phone.send(first) + phone.send(second)
    assert [r["decision"]["reason"] for r in results] == ["host_call", "called"]
    assert [r["overridden"] for r in results] == [False, False]
    with cast.scope():
        held, called = Check.objects.order_by("pk")
        assert (held.outcome, called.outcome, called.call) == ("held", "admitted", "agreed")
        assert called.follows == held.pk
        assert passed(cast) == 1


def test_who_was_let_in_against_the_calls_answer_is_looked_at(cast: Cast, strict: Operation, phone: Phone) -> None:
    (result,) = phone.send(check(**STRANGER, call="declined", decision=admitted("called")))
    assert (result["overridden"], result["decision"]["reason"]) == (True, "call_declined")


@pytest.mark.parametrize("together", [False, True])
def test_what_was_left_open_is_completed_by_the_next_row(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued, together: bool
) -> None:
    first = check(issued, temperature=None)
    second = check(issued, follows=first["id"])
    if together:
        phone.send(first, second)
    else:
        phone.send(first)
        phone.send(second)
    with cast.scope():
        exception = GateException.objects.get(kind="incomplete")
        if not together:
            assert exception.settled_at is not None
            assert exception.settled_by is None
            entry = Entry.objects.get(act=acts.SETTLED)
            assert entry.data["completed_by"] == second["id"]
        assert [row.outcome for row in Check.objects.order_by("pk")] == ["open", "admitted"]
        assert passed(cast) == 1, "who came in counts once"
    phone.send(second)
    with cast.scope():
        assert Entry.objects.filter(act=acts.SETTLED).count() <= 1


def test_a_second_row_that_lacks_the_same_completes_nothing(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    first = check(issued, temperature=None)
    phone.send(first)
    phone.send(check(issued, temperature=None, follows=first["id"]))
    with cast.scope():
        assert GateException.objects.filter(kind="incomplete", settled_at__isnull=True).count() == 2


def test_who_was_completed_counts_once_after_the_passages_are_gone(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    first = check(issued, temperature=None)
    phone.send(first)
    phone.send(check(issued, follows=first["id"]))
    with cast.scope():
        end_operation(by=None, operation=strict)
        retention.erase(timezone.now())
        assert not Check.objects.exists()
    counts = {row.outcome: row.count for row in HourlyCount.objects.all()}
    assert counts == {"admitted": 1}


def test_nothing_to_complete_asks_nothing(cast: Cast, django_assert_num_queries: Any) -> None:
    with cast.scope(), django_assert_num_queries(0):
        assert complete(by=None, rows=[Check(outcome="admitted"), Check(outcome="held", follows=uuid7())]) == 0


def test_companions_are_checks_of_their_own(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    """G07: each is measured; a child without a temperature leaves its own row open, not the group's."""
    first = check(issued, companions=2)
    group = [first, *(check(party=first["id"], klass="visitor", way="visitor", host_consent=True) for _ in range(2))]
    group[2]["temperature"] = None
    phone.send(*group)
    with cast.scope():
        rows = list(Check.objects.filter(party=UUID(first["id"])).order_by("pk"))
        assert [row.outcome for row in rows] == ["admitted", "open"]
        assert Check.objects.get(pk=first["id"]).companions == 2


def test_what_a_stranger_says_of_himself_is_sealed(cast: Cast, strict: Operation, phone: Phone) -> None:
    said = {
        "name": "来客甲",
        "phone": "199-0000-0001",
        "from": "外省",
        "note": " 送家具 ",
        "favourite": "blue",
        "plate_note": "",
    }
    home = cast.households[0].dwelling_id
    phone.send(check(**STRANGER, details=said, host=home, goods=3, papers="foreign", returning=True, call="agreed"))
    with cast.scope():
        row = Check.objects.get()
        assert (row.host, row.goods, row.papers, row.returning) == (home, 3, "foreign", True)
        assert "来客甲".encode() not in bytes(row.details)
        assert json.loads(vault.unseal_text(row.details, context=DETAILS_CONTEXT)) == details_of(row)
        assert details_of(row) == {"name": "来客甲", "phone": "199-0000-0001", "from": "外省", "note": "送家具"}
        row.details = None
        assert details_of(row) == {}


def test_details_end_with_the_key(cast: Cast, strict: Operation, phone: Phone) -> None:
    phone.send(check(**STRANGER, details={"name": "来客甲"}))
    with cast.scope():
        row = Check.objects.get()
        vault.keyring().destroy(strict.key_name)
        assert details_of(row) == {}


def test_details_may_go_before_the_passage(cast: Cast, strict: Operation, phone: Phone) -> None:
    OperationData.objects.filter(operation=strict, code="details").update(days=1)
    phone.send(check(**STRANGER, details={"name": "来客甲"}, temperature=None))
    with cast.scope():
        later = timezone.now() + timedelta(days=2)
        assert retention.due(later)["details"] == 1
        assert retention.erase(later)["details"] == 1
        assert Check.objects.get().details is None


def test_without_an_operation_nothing_of_it_is_kept(cast: Cast, phone: Phone) -> None:
    (result,) = phone.send(check(rules="quiet@2", klass="visitor", way="visitor", details={"name": "来客甲"}, goods=2))
    assert result["status"] == "counted"
    with cast.scope():
        assert not Check.objects.exists()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"visit": "x"}, "visit"),
        ({"party": 1}, "party"),
        ({"follows": "0"}, "follows"),
        ({"call": "maybe"}, "call"),
        ({"host": 0}, "host"),
        ({"host": 2**31}, "host"),
        ({"host": "7"}, "host"),
        ({"goods": 100}, "goods"),
        ({"goods": True}, "goods"),
        ({"papers": "own"}, "papers"),
        ({"returning": 1}, "returning"),
        ({"filed": "yes"}, "filed"),
        ({"details": "x"}, "details"),
        ({"details": {"name": 7}}, "details"),
        ({"details": {"name": "长" * 81}}, "details"),
        ({"details": {"note": "\ud800"}}, "details"),
        ({"klass": "tourist"}, "klass"),
    ],
)
def test_what_cannot_be_read_names_its_field(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(Malformed) as wrong:
        parse(check(**changes))
    assert wrong.value.problem == problem


def test_what_is_left_out_is_nothing() -> None:
    item = parse(check())
    nothing = (
        item.visit,
        item.party,
        item.follows,
        item.call,
        item.host,
        item.goods,
        item.papers,
        item.details,
        item.filed,
    )
    assert nothing == (None, None, None, "", None, 0, "", None, None)
    assert parse(check(details={"name": "  "})).details is None
    assert parse(check(klass="staff", visit=str(uuid7()))).klass == "staff"
