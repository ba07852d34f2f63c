"""One code, one entry (SEEDS G09): the first that the server learns of stands, and the second is somebody's to look at."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.gates.actions.record import record_checks
from linli.gates.actions.settle import annul
from linli.gates.deciding import Source
from linli.gates.models import Check, Device, GateException, Visit, VisitUse
from linli.gates.testing import Phone, issue, open_strict
from linli.gates.visits.actions.register import note_promise, withdraw_visit
from linli.gates.visits.actions.use import ask, claim, release
from linli.gates.visits.testing import VISITORS, announced, arrival
from linli.ground.testing import Cast, make_cast
from linli.kernel.ids import uuid7
from linli.operations.models import Operation


@pytest.fixture
def open_gates(cast: Cast) -> Operation:
    """An operation under which visitors come in with consent."""
    return open_strict(cast.neighbourhood, VISITORS)


@pytest.fixture
def phones(cast: Cast, open_gates: Operation) -> list[Phone]:
    """A phone at each of the two gates."""
    made = [Phone(), Phone()]
    for phone, gate in zip(made, cast.gates, strict=True):
        phone.enrol(cast.users["secretary"], gate)
    return made


@pytest.fixture
def visit(cast: Cast, open_gates: Operation) -> Visit:
    """A visitor expected at the first gate."""
    with cast.scope():
        return announced(cast)


def stored(cast: Cast, sent: dict[str, Any]) -> Check:
    """The row of a check."""
    with cast.scope():
        return Check.objects.get(pk=sent["id"])


def kinds(cast: Cast) -> list[str]:
    """The kinds of the exceptions there are."""
    with cast.scope():
        return sorted(GateException.objects.values_list("kind", flat=True))


def test_a_code_lets_in_once(cast: Cast, phones: list[Phone], visit: Visit) -> None:
    sent = arrival(visit)
    (result,) = phones[0].send(sent)
    assert (result["status"], result["overridden"]) == ("stored", False)
    row = stored(cast, sent)
    assert (row.visit, row.card, row.permit, row.host) == (visit.pk, None, None, visit.host_id)
    assert (row.card_state, row.server_reason) == ("valid", "ok")
    assert kinds(cast) == []
    with cast.scope():
        use = VisitUse.objects.get()
    assert (use.check_id, use.gate_id, use.slot) == (row.pk, cast.gates[0].pk, "")
    (again,) = phones[0].send(sent)
    assert (again["status"], again["overridden"]) == ("already", False)


def test_two_offline_gates_and_the_first_heard_stands(cast: Cast, phones: list[Phone], visit: Visit) -> None:
    early = (timezone.now() - timedelta(minutes=20)).isoformat()
    first = arrival(visit, made_offline=True)
    second = arrival(visit, made_offline=True, happened_at=early)  # happened before, heard after
    phones[1].send(first)
    (result,) = phones[0].send(second)
    assert result["overridden"]
    assert result["decision"] == {"outcome": "refused", "reason": "code_used"}
    row = stored(cast, second)
    assert (row.outcome, row.card_state, row.server_reason) == ("admitted", "used", "code_used")
    with cast.scope():
        use = VisitUse.objects.get()
    assert use.check_id == UUID(first["id"])
    assert kinds(cast) == [
        "double_use",
        "overridden",
    ]  # the first was taken without a network at a gate that the code does not name


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_in_one_batch(cast: Cast, phones: list[Phone], visit: Visit, order: tuple[int, int]) -> None:
    now = timezone.now()
    sent = [arrival(visit, happened_at=(now - timedelta(minutes=n)).isoformat(), made_offline=True) for n in (9, 3)]
    results = {r["id"]: r for r in phones[0].send(*(sent[n] for n in order))}
    assert not results[sent[0]["id"]]["overridden"]
    assert results[sent[1]["id"]]["overridden"]
    assert kinds(cast) == ["double_use"]


def test_who_was_turned_away_is_judged_as_of_then(cast: Cast, phones: list[Phone], visit: Visit) -> None:
    now = timezone.now()
    held = {"outcome": "held", "reason": "incomplete"}
    refused = {"outcome": "refused", "reason": "code_used"}
    batch = [
        arrival(visit, happened_at=(now - timedelta(minutes=9)).isoformat(), decision=held, temperature=None),
        arrival(visit, happened_at=(now - timedelta(minutes=8)).isoformat()),
        arrival(visit, happened_at=(now - timedelta(minutes=2)).isoformat(), decision=refused),
    ]
    results = phones[0].send(*batch)
    assert [r["overridden"] for r in results] == [False, False, False]
    assert kinds(cast) == []


def test_going_out_uses_nothing_up(cast: Cast, phones: list[Phone], visit: Visit) -> None:
    out = {
        "direction": "out",
        "decision": {"outcome": "admitted", "reason": "leaving"},
        "answers": None,
        "temperature": None,
    }
    (entered,) = phones[0].send(arrival(visit))
    (left,) = phones[1].send(arrival(visit, **out))
    assert not entered["overridden"]
    assert not left["overridden"]
    (back,) = phones[0].send(arrival(visit))
    assert back["overridden"], "an exit gives no second entry"
    with cast.scope():
        assert VisitUse.objects.count() == 1


def test_people_who_come_together_share_the_entry(cast: Cast, phones: list[Phone]) -> None:
    with cast.scope():
        visit = announced(cast, party=3)
    first = arrival(visit)
    others = [arrival(visit, party=first["id"]) for _ in range(2)]
    results = phones[0].send(first, *others)
    assert not any(r["overridden"] for r in results)
    assert kinds(cast) == []


def test_after_a_used_code_a_call_lets_in_as_any_visitor(cast: Cast, phones: list[Phone], visit: Visit) -> None:
    phones[0].send(arrival(visit))
    turned = arrival(visit, decision={"outcome": "refused", "reason": "code_used"})
    called = arrival(visit, code=None, visit=None, follows=turned["id"], call="agreed", host_consent=True)
    results = phones[0].send(turned, called)
    assert [r["overridden"] for r in results] == [False, False]
    assert kinds(cast) == []


def test_daily_and_many(cast: Cast, phones: list[Phone]) -> None:
    now = timezone.now()
    work = {"klass": "worker", "purpose": "repair", "consent": "office", "until": now + timedelta(days=3)}
    with cast.scope():
        daily, many = announced(cast, entries="daily", **work), announced(cast, entries="many", **work)
    later = (now + timedelta(seconds=1)).isoformat()
    daily_results = phones[0].send(arrival(daily), arrival(daily, happened_at=later))
    many_results = phones[0].send(arrival(many), arrival(many, happened_at=later))
    assert [r["overridden"] for r in daily_results] == [False, True]
    assert [r["overridden"] for r in many_results] == [False, False]
    with cast.scope():
        assert VisitUse.objects.filter(visit=daily).get().slot == f"{timezone.localdate(now):%F}"
        answer = ask(
            by=None, source=Source(cast.gates[0], now), visit=daily.pk, item=uuid7(), at=now + timedelta(days=1)
        )
    assert answer.state == "free", "tomorrow has an entry of its own"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("taken back", "card_cancelled"),
        ("over", "card_expired"),
        ("promise", "card_not_yet"),
    ],
)
def test_a_code_that_does_not_hold(cast: Cast, phones: list[Phone], visit: Visit, change: str, reason: str) -> None:
    sent = arrival(visit)
    with cast.scope():
        if change == "taken back":
            withdraw_visit(by=None, visit=visit, at=timezone.now() - timedelta(minutes=1))
        elif change == "over":
            Visit.objects.filter(pk=visit.pk).update(until=timezone.now() - timedelta(minutes=1))
        else:
            Visit.objects.filter(pk=visit.pk).update(promise=False)
    (result,) = phones[0].send(sent)
    assert result["overridden"]
    assert result["decision"]["reason"] == reason


def test_a_promise_makes_the_code_hold(cast: Cast, phones: list[Phone]) -> None:
    with cast.scope():
        visit = announced(cast, klass="worker", purpose="decoration", consent="filed", promise=False)
        note_promise(by=cast.users["secretary"], visit=visit)
    (result,) = phones[0].send(arrival(visit))
    assert not result["overridden"]


def test_another_gate_takes_it_online_only(cast: Cast, phones: list[Phone], visit: Visit) -> None:
    held = {"outcome": "held", "reason": "visit_other_gate"}
    (offline,) = phones[1].send(arrival(visit, made_offline=True, decision=held))
    assert not offline["overridden"]
    check = arrival(visit)
    answer = phones[1].post(f"visits/{visit.pk}/use", {"check": check["id"], "happened_at": check["happened_at"]})
    assert (answer["free"], answer["state"], answer["used"]) == (True, "free", None)
    again = phones[1].post(f"visits/{visit.pk}/use", {"check": check["id"]})
    assert again["free"]
    other = phones[0].post(f"visits/{visit.pk}/use", {"check": str(uuid7())})
    assert other["state"] == "used"
    assert other["used"]["gate"] == {"id": cast.gates[1].pk, "name": cast.gates[1].name}
    assert other["used"]["at"] == timezone.datetime.fromisoformat(check["happened_at"]).isoformat()
    (stored_now,) = phones[1].send(check)
    assert not stored_now["overridden"]
    (late,) = phones[0].send(arrival(visit))
    assert late["overridden"], "its own gate came second"


def test_an_entry_that_was_asked_for_and_not_used_is_given_back(cast: Cast, phones: list[Phone], visit: Visit) -> None:
    fever = arrival(visit, temperature=385, decision={"outcome": "refused", "reason": "fever"})
    assert phones[1].post(f"visits/{visit.pk}/use", {"check": fever["id"]})["free"]
    phones[1].send(fever)
    with cast.scope():
        assert not VisitUse.objects.exists()
    (result,) = phones[0].send(arrival(visit))
    assert not result["overridden"]


def test_a_completed_check_keeps_the_entry_that_the_held_one_asked_for(
    cast: Cast, phones: list[Phone], visit: Visit
) -> None:
    held = arrival(visit, decision={"outcome": "held", "reason": "incomplete"}, temperature=None)
    phones[1].post(f"visits/{visit.pk}/use", {"check": held["id"]})
    done = arrival(visit, follows=held["id"])
    (result,) = phones[1].send(done)
    phones[1].send(held)  # the held one comes late
    assert not result["overridden"]
    with cast.scope():
        assert VisitUse.objects.get().check_id == UUID(done["id"])


def test_annulling_the_entry_does_not_free_the_code(cast: Cast, phones: list[Phone], visit: Visit) -> None:
    sent = arrival(visit)
    phones[0].send(sent)
    with cast.scope():
        annul(by=cast.users["secretary"], check=stored(cast, sent), reason="wrong_person")
    (result,) = phones[0].send(arrival(visit))
    assert result["overridden"]


def test_whoever_shows_a_visitors_code_is_a_visitor(cast: Cast, phones: list[Phone]) -> None:
    with cast.scope():
        visit = announced(cast)
    Operation.objects.update(ends_at=timezone.now() + timedelta(days=1))
    sent = arrival(visit, klass="resident", temperature=385, decision={"outcome": "held", "reason": "fever_home"})
    (result,) = phones[0].send(sent)
    assert result["decision"] == {"outcome": "refused", "reason": "fever"}


def test_questions_that_cannot_be_answered(cast: Cast, phones: list[Phone], visit: Visit) -> None:
    def asked(pk: Any, body: dict[str, Any]) -> tuple[int, str]:
        answer = phones[0].post(f"visits/{pk}/use", body)
        return answer["status"], answer.get("state") or answer["error"]

    check = str(uuid7())
    assert asked(uuid7(), {"check": check}) == (200, "unknown")
    for body in (
        {},
        {"check": "x"},
        {"check": "00000000-0000-4000-8000-000000000000"},
        {"check": check, "happened_at": "noon"},
    ):
        assert asked(visit.pk, body) == (400, "not_json")
    with cast.scope():
        assert not VisitUse.objects.exists()
    Device.objects.update(cut_off_at=timezone.now())
    assert asked(visit.pk, {"check": check}) == (403, "cut_off")
    unsigned = phones[0].client.post(f"/scan/api/visits/{visit.pk}/use", "{}", "application/json")
    assert unsigned.status_code == 401


def test_after_the_operation_nothing_is_booked(cast: Cast, phones: list[Phone], visit: Visit) -> None:
    Operation.objects.update(ended_at=timezone.now() - timedelta(minutes=1))
    answer = phones[0].post(f"visits/{visit.pk}/use", {"check": str(uuid7())})
    assert answer["state"] == "expired"
    with cast.scope():
        assert not VisitUse.objects.exists()


def test_another_neighbourhoods_visit_is_unknown(cast: Cast, phones: list[Phone]) -> None:
    other = make_cast("梧桐居民区", "other-")
    open_strict(other.neighbourhood, VISITORS)
    with other.scope():
        visit = announced(other)
        sent = arrival(visit)
    assert phones[0].post(f"visits/{visit.pk}/use", {"check": sent["id"]})["state"] == "unknown"
    (result,) = phones[0].send(sent)
    assert result["decision"] == {"outcome": "held", "reason": "card_unknown"}


def test_statements_of_a_visitors_check(cast: Cast, phones: list[Phone], visit: Visit) -> None:
    with cast.scope():
        issued = issue(cast.people[0], 1)
    phones[0].send(arrival(visit))
    with cast.scope():
        second = announced(cast)
    sent = arrival(second)
    with CaptureQueriesContext(connection) as asked:
        phones[0].send(sent)
    real = [q["sql"] for q in asked if not str(q["sql"]).startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
    assert len(real) <= 7, real
    assert issued


Offer = Callable[[], Any]


def at_once(*work: Offer) -> list[Any]:
    """Run each in a thread of its own, all from the same moment."""
    barrier = Barrier(len(work))

    def run(one: Offer) -> Any:
        barrier.wait()
        try:
            return one()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


@pytest.mark.django_db(transaction=True)
def test_two_phones_upload_at_once_and_exactly_one_wins() -> None:
    cast = make_cast()
    open_strict(cast.neighbourhood, VISITORS)
    with cast.scope():
        visits = [announced(cast) for _ in range(6)]
        batches = [[arrival(visit, made_offline=True) for visit in visits] for _ in cast.gates]

    def upload(number: int, reverse: bool) -> Offer:
        def run() -> list[Any]:
            source = Source(gate=cast.gates[number], now=timezone.now())
            with cast.scope():
                raw = batches[number][::-1] if reverse else batches[number]
                return record_checks(source=source, raw=raw)

        return run

    at_once(upload(0, False), upload(1, True))
    with cast.scope():
        for visit in visits:
            rows = list(Check.objects.filter(visit=visit.pk))
            lost = [row for row in rows if row.server_reason == "code_used"]
            assert len(rows) == 2
            assert len(lost) == 1
            assert lost[0].overridden
            winner = next(row for row in rows if row not in lost)
            assert VisitUse.objects.get(visit=visit).check_id == winner.pk
        assert GateException.objects.filter(kind="double_use").count() == len(visits)


@pytest.mark.django_db(transaction=True)
def test_two_phones_ask_at_once_and_exactly_one_is_told_free() -> None:
    cast = make_cast()
    open_strict(cast.neighbourhood, VISITORS)
    with cast.scope():
        visit = announced(cast)

    def asking(number: int) -> Offer:
        def run() -> str:
            now = timezone.now()
            with cast.scope():
                return ask(
                    by=None, source=Source(cast.gates[number % 2], now), visit=visit.pk, item=uuid7(), at=now
                ).state

        return run

    assert sorted(at_once(*(asking(n) for n in range(4)))) == ["free", "used", "used", "used"]
    with cast.scope():
        assert release(by=None, checks=[VisitUse.objects.get().check_id]) == 1
        assert claim(by=None, source=Source(cast.gates[0], timezone.now()), entries=[]) is None
