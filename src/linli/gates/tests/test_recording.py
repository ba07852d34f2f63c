"""What a gate did is stored once, never refused, beside what the server would have decided (G05–G08)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from linli import vault
from linli.gates.actions.record import record_checks
from linli.gates.deciding import PLATE_CONTEXT, Source
from linli.gates.models import Check, CountReceipt, Device, GateException, HourlyCount
from linli.gates.testing import Issued, Phone, check, event, issue
from linli.ground.actions.places import set_area
from linli.ground.testing import Cast
from linli.inbox.models import RawUpload
from linli.kernel.ids import uuid7
from linli.operations.actions import end_operation
from linli.operations.models import Operation


def kinds() -> list[str]:
    """The kinds of the exceptions there are."""
    return sorted(GateException.objects.values_list("kind", flat=True))


def test_a_plain_admission(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    (result,) = phone.send(one := check(issued))
    assert result == {
        "id": one["id"],
        "status": "stored",
        "decision": {"outcome": "admitted", "reason": "ok"},
        "overridden": False,
        "problem": None,
    }
    with cast.scope():
        row = Check.objects.get()
        assert (row.outcome, row.card_state, row.person) == ("admitted", "valid", issued.permit.person_id)
        assert (row.temperature, row.answers) == (365, {"symptoms": False, "contact": False})
        assert row.operation_id == strict.pk
        assert kinds() == []


def test_sending_again_stores_nothing_twice(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    one, two = check(issued), check(issued)
    assert [r["status"] for r in phone.send(one)] == ["stored"]
    assert [r["status"] for r in phone.send(one)] == ["already"]
    assert [r["status"] for r in phone.send(one, two)] == ["already", "stored"]
    assert [r["status"] for r in phone.send(two, one)] == ["already", "already"]
    with cast.scope():
        assert Check.objects.count() == 2


def test_the_same_id_twice_in_a_batch(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    one = check(issued)
    phone.send(one, one, check(issued))
    with cast.scope():
        assert Check.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "server"),
    [
        ({"decision": {"outcome": "admitted", "reason": "ok"}, "temperature": 385}, ("held", "fever_home")),
        ({"code": "LINLI1:NONSENSE"}, ("held", "card_unknown")),
    ],
)
def test_what_the_server_would_not_have_done_is_stored_and_marked(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued, changes: dict[str, Any], server: tuple[str, str]
) -> None:
    (result,) = phone.send(check(issued, **changes))
    assert (result["status"], result["overridden"]) == ("stored", True)
    with cast.scope():
        row = Check.objects.get()
        assert (row.outcome, row.overridden, row.server_outcome, row.server_reason) == ("admitted", True, *server)
        assert "overridden" in kinds()


def test_an_incomplete_admission_stays_open(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    (result,) = phone.send(check(issued, temperature=None))
    assert (result["status"], result["problem"]) == ("stored", "incomplete")
    with cast.scope():
        row = Check.objects.get()
        assert (row.outcome, row.overridden, row.server_reason) == ("open", True, "incomplete")
        assert kinds() == ["incomplete"]


def test_a_plate_is_sealed(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    phone.send(check(issued, vehicle=True, plate="沪AD12345"), check(issued, vehicle=True))
    with cast.scope():
        kept, missing = Check.objects.order_by("outcome")
        assert b"AD12345" not in bytes(kept.plate)
        assert vault.unseal_text(kept.plate, context=PLATE_CONTEXT) == "沪AD12345"
        assert missing.outcome == "open"


def test_an_emergency_needs_nothing(cast: Cast, strict: Operation, phone: Phone) -> None:
    emergency = check(
        klass="emergency", way="emergency", answers=None, temperature=None,
        decision={"outcome": "admitted", "reason": "emergency"},
    )  # fmt: skip
    (result,) = phone.send(emergency)
    assert (result["status"], result["overridden"]) == ("stored", False)


def test_a_fever_is_an_incident(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    held = {"outcome": "held", "reason": "fever_home"}
    (result,) = phone.send(check(issued, temperature=381, decision=held))
    assert not result["overridden"]
    with cast.scope():
        assert kinds() == ["fever"]
        assert Check.objects.get().outcome == "held"


def test_cards_that_are_not_good(cast: Cast, strict: Operation, phone: Phone) -> None:
    with cast.scope():
        area = set_area(by=None, neighbourhood=cast.neighbourhood, name="西门组", places=[cast.gates[1]])
        lost, cancelled, early, late, other = (issue(cast.people[n], n + 1) for n in range(5))
        event(lost.card, "lost")
        cancelled.permit.cancelled_at = timezone.now() - timedelta(minutes=1)
        cancelled.permit.save()
        early.permit.since = timezone.now() + timedelta(days=1)
        early.permit.save()
        late.permit.until = timezone.now() - timedelta(days=1)
        late.permit.save()
        other.permit.area = area
        other.permit.save()
    phone.send(*(check(one) for one in (lost, cancelled, early, late, other)))
    with cast.scope():
        rows = {row.permit: (row.card_state, row.server_outcome) for row in Check.objects.all()}
    assert rows == {
        lost.permit.pk: ("lost", "held"),
        cancelled.permit.pk: ("cancelled", "held"),
        early.permit.pk: ("not_yet", "held"),
        late.permit.pk: ("expired", "held"),
        other.permit.pk: ("other_gate", "held"),
    }


def test_a_forged_code(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    forged = issued.code[:-2] + ("00" if issued.code[-2:] != "00" else "11")
    phone.send(check(issued, code=forged))
    with cast.scope():
        assert Check.objects.get().card_state in ("bad_signature", "unknown")
        assert "unknown_card" in kinds()


def test_a_resident_without_card(cast: Cast, strict: Operation, phone: Phone) -> None:
    known = check(way="room", person=str(cast.people[0].pk))
    unknown = check(way="room", person=str(uuid7()))
    results = phone.send(known, unknown)
    assert [r["decision"]["reason"] for r in results] == ["ok", "not_found"]


def test_a_visitor_by_the_phones_word(cast: Cast, strict: Operation, phone: Phone) -> None:
    worker = {"klass": "worker", "way": "visitor", "purpose": "repair"}
    told, asked, no = check(**worker), check(**worker, host_consent=True), check(**worker, host_consent=False)
    results = phone.send(told, asked, no)
    assert [r["decision"]["reason"] for r in results] == ["ok", "ok", "host_refused"]


def test_the_same_card_at_two_gates(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    other = Phone()
    other.enrol(cast.users["secretary"], cast.gates[1])
    phone.send(check(issued))
    other.send(check(issued))
    with cast.scope():
        assert kinds() == ["double_use"]
    offline = datetime.now(UTC) - timedelta(hours=3)
    phone.send(check(issued, happened_at=offline.isoformat(), made_offline=True))
    other.send(check(issued, happened_at=(offline + timedelta(minutes=2)).isoformat(), made_offline=True))
    with cast.scope():
        assert kinds() == ["double_use", "double_use"]


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ({"happened_at": "yesterday"}, "happened_at"),
        ({"happened_at": "2026-03-01T10:00:00"}, "happened_at"),
        ({"id": "7"}, "id"),
        ({"id": "6f9619ff-8b86-4011-b42d-00c04fc964ff"}, "id"),
        ({"klass": "tourist"}, "klass"),
        ({"direction": "up"}, "direction"),
        ({"way": "window"}, "way"),
        ({"decision": {"outcome": "open", "reason": "ok"}}, "outcome"),
        ({"decision": {"outcome": "held", "reason": "mood"}}, "reason"),
        ({"decision": None}, "decision"),
        ({"temperature": 3650}, "temperature"),
        ({"temperature": "36.5"}, "temperature"),
        ({"answers": {"symptoms": 1}}, "answers"),
        ({"answers": [1]}, "answers"),
        ({"person": "somebody"}, "person"),
        ({"vehicle": "yes"}, "vehicle"),
        ({"plate": "x" * 21}, "plate"),
        ({"companions": 1000}, "companions"),
    ],
)
def test_what_cannot_be_read_waits_in_the_inbox(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued, broken: dict[str, Any], problem: str
) -> None:
    one, good = check(issued, **broken), check(issued)
    results = phone.send(one, good)
    assert [(r["id"], r["status"], r["problem"]) for r in results] == [
        (one["id"], "waiting", problem),
        (good["id"], "stored", None),
    ]
    phone.send(one, good)
    with cast.scope():
        assert Check.objects.count() == 1
        assert RawUpload.objects.get().problem == problem
        assert kinds() == ["malformed"]


def test_what_is_no_object_waits_too(cast: Cast, strict: Operation, phone: Phone) -> None:
    answer = phone.post("checks", {"checks": [17]})
    assert answer["results"] == [
        {"id": None, "status": "waiting", "decision": None, "overridden": False, "problem": "not_an_object"}
    ]


def test_without_an_operation_it_is_counted(cast: Cast, phone: Phone) -> None:
    def bare(**more: Any) -> dict[str, Any]:
        return check(answers=None, temperature=None, rules="quiet@1", **more)

    one, two = bare(), bare(direction="out", decision={"outcome": "admitted", "reason": "leaving"})
    assert [(r["status"], r["overridden"]) for r in phone.send(one)] == [("counted", False)]
    assert [r["status"] for r in phone.send(one)] == ["counted"]
    assert [r["status"] for r in phone.send(one, two, bare())] == ["counted"] * 3
    assert [r["status"] for r in phone.send(one, two)] == ["counted"] * 2
    with cast.scope():
        assert Check.objects.count() == 0
    assert CountReceipt.objects.count() == 3
    assert dict(HourlyCount.objects.values_list("direction", "count")) == {"in": 2, "out": 1}


def test_what_a_phone_measured_after_the_end_is_not_kept(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    end_operation(by=None, operation=strict)
    assert [r["status"] for r in phone.send(check(issued))] == ["counted"]
    with cast.scope():
        assert Check.objects.count() == 0
    before = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    assert [r["status"] for r in phone.send(check(issued, happened_at=before))] == ["counted"]


def test_what_a_gate_counted_is_not_turned_into_a_record(cast: Cast, strict: Operation, phone: Phone) -> None:
    """The phone had told the person that nothing is kept."""
    assert [r["status"] for r in phone.send(check(rules="quiet@1"))] == ["counted"]


def test_a_wrong_clock_is_an_exception_and_both_times_stay(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    phone.ahead = timedelta(hours=24)
    late = (datetime.now(UTC) + timedelta(minutes=20)).isoformat()
    assert [r["status"] for r in phone.send(check(issued, happened_at=late))] == ["stored"]
    with cast.scope():
        row = Check.objects.get()
        assert abs(row.skew_ms - 24 * 3600 * 1000) < 60_000
        assert row.happened_at > row.heard_at
        assert kinds() == ["clock", "clock"]


def test_after_the_packs_death_it_waits(cast: Cast, strict: Operation, phone: Phone, device: Device) -> None:
    Device.objects.filter(pk=device.pk).update(
        shift_start=timezone.now() - timedelta(hours=14), shift_end=timezone.now() - timedelta(hours=2)
    )
    (result,) = phone.send(check())
    assert (result["status"], result["problem"]) == ("waiting", "after_shift")


def test_a_guard_without_a_phone(cast: Cast, strict: Operation, issued: Issued) -> None:
    with cast.scope():
        source = Source(gate=cast.gates[0], now=timezone.now(), by=cast.users["guard"])
        (result,) = record_checks(source=source, raw=[check(issued)])
        assert result.status == "stored"
        assert Check.objects.get().by_user == cast.users["guard"].pk
