"""The server's side of what goes wrong at a gate: clocks, stolen phones, forged and cloned cards, batches twice, elsewhere or cut.

Each is an item on a list or changes nothing at all; none stops a gate.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import OperationalError
from django.utils import timezone

from linli.gates.actions.devices import cut_off
from linli.gates.actions.late import take_in
from linli.gates.models import Check, Device, GateException, Permit
from linli.gates.testing import Issued, Phone, check, issue
from linli.ground.testing import Cast, client_as
from linli.inbox.models import RawUpload
from linli.kernel import permit_code
from linli.kernel.ids import uuid7
from linli.operations.models import Operation

pytestmark = pytest.mark.django_db
HELD_UNKNOWN = {"outcome": "held", "reason": "card_unknown"}


def kinds(cast: Cast) -> list[str]:
    """The kinds of the open exceptions, sorted."""
    with cast.scope():
        return sorted(GateException.objects.filter(settled_at__isnull=True).values_list("kind", flat=True))


def stored(cast: Cast) -> list[Check]:
    """Every passage, in the order of their ids."""
    with cast.scope():
        return list(Check.objects.order_by("pk"))


@pytest.fixture
def second(cast: Cast) -> Phone:
    """A phone at the other gate."""
    made = Phone()
    made.enrol(cast.users["secretary"], cast.gates[1])
    return made


# --- clocks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [24, -24])
def test_a_clock_a_day_off_is_heard_and_is_somebodys_to_look_at(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued, hours: int
) -> None:
    """The phone writes our time (decision 0053); only its signature says how wrong its own clock is."""
    phone.ahead = timedelta(hours=hours)
    (result,) = phone.send(check(issued))
    assert (result["status"], result["overridden"]) == ("stored", False)
    assert abs(stored(cast)[0].skew_ms - hours * 3_600_000) < 60_000
    assert kinds(cast) == ["clock"]
    phone.send(check(issued, direction="out", decision={"outcome": "admitted", "reason": "leaving"}))
    assert kinds(cast) == ["clock"]  # one a phone and day, not one a passage


def test_what_a_clock_dated_ahead_is_decided_by_the_moment_when_we_hear_of_it(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    """A card that holds today is not expired because a phone believes that it is tomorrow."""
    with cast.scope():
        Permit.objects.filter(pk=issued.permit.pk).update(until=timezone.now() + timedelta(hours=2))
    phone.ahead = timedelta(hours=5)
    ahead = (datetime.now(UTC) + phone.ahead).isoformat()
    (result,) = phone.send(check(issued, happened_at=ahead, code=None))
    assert (result["status"], result["overridden"]) == ("stored", False)
    row = stored(cast)[0]
    assert row.happened_at > row.heard_at  # both times stay as they are
    assert kinds(cast) == ["clock", "clock"]


def test_what_a_clock_dated_back_is_decided_by_the_moment_that_it_says(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    """An upload after hours without a network looks the same, so the moment it says holds; what differs is shown, never refused."""
    with cast.scope():
        Permit.objects.filter(pk=issued.permit.pk).update(since=timezone.now() - timedelta(hours=3))
    phone.ahead = timedelta(hours=-24)
    back = (datetime.now(UTC) + phone.ahead).isoformat()
    (result,) = phone.send(check(issued, happened_at=back, code=None, made_offline=True))
    assert (result["status"], result["overridden"]) == ("stored", True)
    assert result["decision"] == {"outcome": "held", "reason": "card_not_yet"}
    assert kinds(cast) == ["clock", "overridden"]


def test_a_clock_that_says_tomorrow_after_the_shift_waits_for_a_person(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    phone.ahead = timedelta(hours=24)
    (result,) = phone.send(check(issued, happened_at=(datetime.now(UTC) + phone.ahead).isoformat()))
    assert (result["status"], result["problem"]) == ("waiting", "after_shift")
    assert kinds(cast) == ["malformed"]


# --- a stolen phone ----------------------------------------------------------------------------------------------------


def test_a_stolen_phone_learns_nothing_more_and_what_it_sends_waits(
    cast: Cast, strict: Operation, phone: Phone, device: Device, issued: Issued
) -> None:
    cut_off(by=cast.users["secretary"], device=device)
    assert phone.post("beat", {"queued": 3})["cut_off"] is True
    assert (phone.get("pack")["error"], phone.get("search", "q=林")["error"]) == ("cut_off", "cut_off")
    assert phone.post("simulate", {"check": check(issued)})["error"] == "cut_off"
    batch = [check(issued), check(issued, direction="out", decision={"outcome": "admitted", "reason": "leaving"})]
    for _ in range(2):  # a thief who sends it again adds nothing
        assert {one["status"] for one in phone.send(*batch)} == {"waiting"}
    assert not stored(cast)
    assert kinds(cast) == ["late_upload"]
    with cast.scope():
        upload = RawUpload.objects.get()
        results = take_in(by=cast.users["secretary"], upload=upload)
    assert [one.status for one in results] == ["stored", "stored"]
    assert len(stored(cast)) == 2


def test_a_stolen_code_of_enrolment_makes_no_second_phone(cast: Cast, phone: Phone, device: Device) -> None:
    thief = Phone(device=phone.device)  # knows the phone's id, not its key
    assert thief.post("beat", {"queued": 0})["error"] == "bad_signature"
    assert thief.get("pack")["error"] == "bad_signature"


# --- cards that are not what they say ----------------------------------------------------------------------------------


def forged(issued: Issued, how: str) -> str:
    """A code that somebody made or changed himself."""
    own, place = ec.generate_private_key(ec.SECP256R1()), issued.permit.neighbourhood_id
    since, until = int(issued.permit.since.timestamp()), int(issued.permit.until.timestamp())
    claims = permit_code.PermitClaims(issued.card.pk, issued.permit.pk, place, None, "resident", since, until)
    if how == "other_key":  # signed by himself, in our name
        return permit_code.encode(claims, kid=issued.card.kid, private_key=own)
    if how == "other_kid":  # signed by himself, in his own name
        return permit_code.encode(claims, kid="zz", private_key=own)
    return issued.code[:-6] + ("AAAAAA" if not issued.code.endswith("AAAAAA") else "BBBBBB")


@pytest.mark.parametrize("how", ["other_key", "other_kid", "changed"])
def test_a_forged_card_is_never_green_and_is_on_the_list(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued, how: str
) -> None:
    (result,) = phone.send(check(code=forged(issued, how), person=None, permit=None))
    assert result["status"] == "stored"
    assert result["overridden"]  # a phone that was deceived let it in; that stays a fact beside what we know
    assert result["decision"]["outcome"] == "held"
    assert stored(cast)[0].card_state in ("unknown", "bad_signature")
    assert "unknown_card" in kinds(cast)


def test_a_cloned_card_at_two_gates_at_once_is_on_the_list(
    cast: Cast, strict: Operation, phone: Phone, second: Phone, issued: Issued
) -> None:
    phone.send(check(issued))
    (result,) = second.send(check(issued))
    assert (result["status"], result["overridden"]) == ("stored", False)  # nobody is refused for what a copy did
    assert kinds(cast) == ["double_use"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_clone_that_is_heard_of_later_is_on_the_list_whoever_uploads_first(
    cast: Cast, strict: Operation, phone: Phone, second: Phone, issued: Issued, order: tuple[int, int]
) -> None:
    began = datetime.now(UTC) - timedelta(hours=3)
    phones = [phone, second]
    for index in order:
        at = (began + timedelta(minutes=4 * index)).isoformat()
        phones[index].send(check(issued, happened_at=at, made_offline=True), check(klass="emergency", way="emergency"))
    assert kinds(cast).count("double_use") == 1


# --- batches that come twice, elsewhere, or not whole ------------------------------------------------------------------


def request(phone: Phone, checks: list[dict[str, Any]]) -> tuple[bytes, dict[str, str]]:
    """A signed upload as it goes over the wire."""
    raw = json.dumps({"checks": checks}, ensure_ascii=False).encode()
    return raw, phone.headers("POST", "/scan/api/checks", raw)


def wire(phone: Phone, raw: bytes, headers: dict[str, str], path: str = "/scan/api/checks") -> Any:
    """What the server answers to these very bytes."""
    response = phone.client.post(path, raw, "application/json", headers=headers)
    return {**response.json(), "status": response.status_code}


def test_a_batch_replayed_byte_for_byte_changes_nothing(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    raw, headers = request(phone, [check(issued, temperature=381), check(issued, made_offline=True)])
    assert {one["status"] for one in wire(phone, raw, headers)["results"]} == {"stored"}
    before, odd = stored(cast), kinds(cast)
    again = wire(phone, raw, headers)
    assert {one["status"] for one in again["results"]} == {"already"}
    assert [row.pk for row in stored(cast)] == [row.pk for row in before]
    assert kinds(cast) == odd


def test_a_captured_signature_covers_its_own_body_path_and_time_alone(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    raw, headers = request(phone, [check(issued)])
    other = json.dumps({"checks": [check(issued)]}).encode()
    assert wire(phone, other, headers)["error"] == "bad_signature"
    assert wire(phone, raw, headers, "/scan/api/simulate")["error"] == "bad_signature"
    assert wire(phone, raw, {**headers, "Linli-Time": str(int(headers["Linli-Time"]) + 1)})["error"] == "bad_signature"
    assert not stored(cast)
    phone.ahead = timedelta(hours=-37)
    old = request(phone, [check(issued)])
    answer = wire(phone, *old)
    assert (answer["status"], answer["error"], answer["keep"]) == (401, "clock", True)


def test_a_batch_in_the_name_of_another_phone_is_not_believed(
    cast: Cast, strict: Operation, phone: Phone, second: Phone, issued: Issued
) -> None:
    raw, headers = request(second, [check(issued)])
    answer = wire(phone, raw, {**headers, "Linli-Device": str(phone.device)})
    assert (answer["status"], answer["error"], answer["keep"]) == (401, "bad_signature", True)
    assert wire(phone, raw, {**headers, "Linli-Device": str(uuid7())})["error"] == "unknown_device"
    assert not stored(cast)


def test_a_phone_that_was_moved_sends_what_it_did_at_its_old_gate(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    """Its records stay where they were made, and somebody looks at it."""
    moved = Phone()
    moved.enrol(cast.users["secretary"], cast.gates[1])
    old = check(issued, gate=cast.gates[0].pk, made_offline=True)
    new = check(issued, gate=cast.gates[1].pk, direction="out", decision={"outcome": "admitted", "reason": "leaving"})
    assert {one["status"] for one in moved.send(old, new)} == {"stored"}
    gates = {str(row.pk): row.gate_id for row in stored(cast)}
    assert (gates[old["id"]], gates[new["id"]]) == (cast.gates[0].pk, cast.gates[1].pk)
    assert "wrong_gate" in kinds(cast)


@pytest.mark.parametrize("keep", [0.25, 0.5, 0.99])
def test_half_a_batch_stores_nothing_and_the_phone_keeps_it(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued, keep: float
) -> None:
    raw, headers = request(phone, [check(issued) for _ in range(20)])
    answer = wire(phone, raw[: int(len(raw) * keep)], headers)
    assert (answer["status"], answer["keep"]) == (401, True)
    assert not stored(cast)
    assert len(wire(phone, raw, headers)["results"]) == 20
    assert len(stored(cast)) == 20


def test_one_item_that_cannot_be_read_takes_no_other_with_it(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    statuses = [one["status"] for one in phone.send(check(issued), {"id": str(uuid7())}, check(issued), "nonsense")]  # type: ignore[arg-type]
    assert statuses == ["stored", "waiting", "stored", "waiting"]


# --- versions ----------------------------------------------------------------------------------------------------------

OLD_FIELDS = (
    "id", "seq", "happened_at", "direction", "way", "code", "card", "permit", "person", "klass", "purpose", "answers",
    "temperature", "plate", "vehicle", "companions", "decision", "rules", "made_offline",
)  # fmt: skip
"""What the app of the version before sends (docs/gates.md of that version)."""


def test_an_app_one_version_behind_is_understood(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    whole = check(issued)
    old = {name: whole[name] for name in OLD_FIELDS}
    assert [one["status"] for one in phone.send(old)] == ["stored"]
    row = stored(cast)[0]
    assert (row.outcome, row.overridden, row.gate_id) == ("admitted", False, cast.gates[0].pk)
    assert "server_time" in phone.post("beat", {"queued": 0})


def test_an_app_that_is_ahead_of_the_server_is_understood(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    (result,) = phone.send(check(issued, invented_later={"deep": [1, 2]}))
    assert result["status"] == "stored"


# --- a full disk -------------------------------------------------------------------------------------------------------


def test_a_full_disk_is_a_sentence_and_the_phone_keeps_what_it_has(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: Any, **_kwargs: Any) -> None:
        raise OperationalError("database or disk is full")

    batch = [check(issued), check(issued, temperature=381)]
    with monkeypatch.context() as patch:
        patch.setattr("linli.gates.actions.record._insert", full)
        answer = phone.post("checks", {"checks": batch})
    assert (answer["status"], answer["error"], answer["keep"]) == (507, "storage_full", True)
    assert "Tell the office" in answer["message"]
    assert not stored(cast)
    assert not kinds(cast)
    assert {one["status"] for one in phone.send(*batch)} == {"stored"}


def test_the_office_reads_a_sentence_when_the_disk_is_full(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: Any, **_kwargs: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("linli.gates.views_devices.actions.make_token", full)
    client = client_as(cast.users["secretary"])
    until = f"{timezone.localtime() + timedelta(hours=4):%H:%M}"
    answer = client.post("/gates/devices/", {"gate": cast.gates[0].pk, "until": until})
    assert answer.status_code == 507
    page = answer.content.decode()
    assert "服务器的磁盘已满或无法写入" in page
    assert "门岗照常工作" in page


def test_an_id_that_is_none_of_ours_is_nobodys(cast: Cast, phone: Phone) -> None:
    phone.device = UUID(int=1)
    assert phone.post("beat", {"queued": 0})["error"] == "unknown_device"


def test_a_lost_card_that_was_copied_opens_no_gate_again(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    """A copy dies with its card; the right stays, on another card."""
    with cast.scope():
        from_office = issue(cast.people[1], 2)
    assert not phone.send(check(from_office))[0]["overridden"]
    with cast.scope():
        Permit.objects.filter(pk=issued.permit.pk).update(cancelled_at=timezone.now() - timedelta(minutes=5))
    (result,) = phone.send(check(issued))
    assert result["decision"] == {"outcome": "held", "reason": "card_cancelled"}
