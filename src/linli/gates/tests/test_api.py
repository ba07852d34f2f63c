"""The gate API: enrolment, signatures, pack, beat, search, simulate; and how many statements each takes."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.gates import pack
from linli.gates.actions import devices
from linli.gates.actions.devices import change_shift, cut_off, make_token
from linli.gates.actions.late import take_in
from linli.gates.models import Check, Device, EnrolmentToken, GateException, HourlyCount
from linli.gates.testing import Issued, Phone, check, event, issue, refused
from linli.gates.timetable import Timetable
from linli.ground.actions.places import set_area
from linli.ground.models import PersonKey
from linli.ground.testing import Cast
from linli.inbox.actions import keep
from linli.inbox.models import RawUpload
from linli.inbox.phones.signature import from_base64url
from linli.journal.models import Entry
from linli.kernel.ids import uuid7
from linli.operations.models import Operation

TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def statements(context: CaptureQueriesContext) -> list[str]:
    """What was asked of the database, transaction statements apart; "None" is one that PostgreSQL had prepared."""
    return [str(q["sql"]) for q in context.captured_queries if not str(q["sql"]).upper().startswith(TRANSACTION)]


def opened(answer: dict[str, Any]) -> dict[str, Any]:
    """The pack of an answer, in the clear."""

    def raw(name: str) -> bytes:
        return base64.urlsafe_b64decode(answer[name] + "==")

    content: dict[str, Any] = json.loads(AESGCM(raw("key")).decrypt(raw("iv"), raw("sealed"), None))
    return content


# --- enrolment -----------------------------------------------------------------------------------------------------


def test_a_code_enrols_one_phone(cast: Cast) -> None:
    now = timezone.now()
    _, code = make_token(
        by=cast.users["secretary"], gate=cast.gates[0], shift_start=now, shift_end=now + timedelta(hours=12)
    )
    assert len(code) == 8
    phone = Phone()
    body = {"token": f" {code[:4].lower()}-{code[4:]} ", "public_key": phone.public_key(), "name": "东门1号"}
    answer = phone.post_plain("enrol", body)
    assert answer["status"] == 201
    assert answer["gate"] == {"id": cast.gates[0].pk, "name": "东门", "directions": ["in", "out"]}
    assert answer["neighbourhood"]["id"] == cast.neighbourhood.pk
    row = Device.objects.get(pk=answer["device"])
    assert (row.name, row.enrolled_by) == ("东门1号", cast.users["secretary"].pk)
    assert Entry.objects.filter(act="gates.device_enrolled").count() == 1
    again = Phone().post_plain("enrol", {**body, "public_key": Phone().public_key()})
    assert (again["status"], again["error"], again["keep"]) == (400, "token_spent", True)
    assert Device.objects.count() == 1
    assert code.encode() not in bytes(EnrolmentToken.objects.get().digest)


def test_a_code_is_never_spent_by_get_and_expires(cast: Cast) -> None:
    now = timezone.now()
    row, code = make_token(
        by=cast.users["secretary"], gate=cast.gates[0], shift_start=now, shift_end=now + timedelta(hours=12)
    )
    phone = Phone(language="zh-CN")
    assert phone.client.get("/scan/api/enrol").status_code == 405
    EnrolmentToken.objects.filter(pk=row.pk).update(expires_at=now)
    answer = phone.post_plain("enrol", {"token": code, "public_key": phone.public_key()})
    assert answer["error"] == "token_spent"
    assert not Device.objects.exists()


@pytest.mark.parametrize(("key", "error"), [("", "key_unreadable"), ("AAAA", "key_unreadable"), ("!!!", "not_json")])
def test_a_key_that_is_none(cast: Cast, key: str, error: str) -> None:
    answer = Phone().post_plain("enrol", {"token": "ABCDEFGH", "public_key": key})
    assert (answer["status"], answer["error"]) == (400, error)


def test_enrolling_by_hand_is_refused_by_name(cast: Cast) -> None:
    with refused("gates.token_spent"):
        devices.enrol(by=None, code="22222222", phone=devices.Phone(from_base64url(Phone().public_key())))
    with refused("gates.key_unreadable"):
        devices.enrol(by=None, code="22222222", phone=devices.Phone(b"none"))


def test_what_a_phone_says_of_itself_is_kept_in_bounds(device: Device) -> None:
    said = {"queued": -5, "battery": 0.42, "app": "x" * 99, "pack_version": None}
    devices.note_beat(by=None, device=device, skew_ms=7, said=said)
    device.refresh_from_db()
    assert (device.queued, device.battery, len(device.app), device.pack_version) == (0, 42, 40, "")
    devices.note_beat(by=None, device=device, skew_ms=7, said={"queued": True, "battery": "full"})
    device.refresh_from_db()
    assert (device.queued, device.battery) == (0, None)


def test_guessing_codes_is_slowed_down(cast: Cast) -> None:
    phone = Phone()
    for _ in range(30):
        assert phone.post_plain("enrol", {"token": "x", "public_key": phone.public_key()})["error"] == "token_spent"
    answer = phone.post_plain("enrol", {"token": "x", "public_key": phone.public_key()})
    assert (answer["status"], answer["error"]) == (429, "too_often")


def test_a_shift_has_an_end(cast: Cast) -> None:
    now = timezone.now()
    by, gate = cast.users["secretary"], cast.gates[0]
    for start, end in ((now, now), (now - timedelta(hours=3), now)):
        with refused("gates.shift_order"):
            make_token(by=by, gate=gate, shift_start=start, shift_end=end)
    with refused("gates.shift_too_long"):
        make_token(by=by, gate=gate, shift_start=now, shift_end=now + timedelta(hours=17))
    with refused("gates.not_a_gate"):
        make_token(by=cast.users["secretary"], gate=cast.building, shift_start=now, shift_end=now + timedelta(hours=8))


# --- signatures ----------------------------------------------------------------------------------------------------


def test_who_does_not_sign_is_not_heard(cast: Cast, phone: Phone) -> None:
    assert phone.post_plain("checks", {"checks": []})["error"] == "unsigned"
    other = Phone(device=phone.device)
    assert (answer := other.post("beat", {}))["error"] == "bad_signature"
    assert (answer["status"], answer["keep"]) == (401, True)
    stranger = Phone(device=Phone().device)
    assert stranger.post("beat", {})["error"] == "unsigned"


def test_the_body_and_the_path_are_signed(phone: Phone) -> None:
    raw = b'{"queued": 1}'
    headers = phone.headers("POST", "/scan/api/beat", raw)
    for path, body in (("/scan/api/beat", b'{"queued": 2}'), ("/scan/api/simulate", raw)):
        response = phone.client.post(path, body, "application/json", headers=headers)
        assert response.json()["error"] == "bad_signature"
    assert phone.client.post("/scan/api/beat", raw, "application/json", headers=headers).status_code == 200


@pytest.mark.parametrize("hours", [-35, 35])
def test_a_clock_a_day_off_is_heard_and_noted(phone: Phone, device: Device, hours: int) -> None:
    phone.ahead = timedelta(hours=hours)
    assert phone.post("beat", {"queued": 3})["status"] == 200
    device.refresh_from_db()
    assert abs(device.skew_ms - hours * 3_600_000) < 60_000
    assert device.queued == 3


def test_a_clock_two_days_off_is_not(phone: Phone) -> None:
    phone.ahead = timedelta(hours=37)
    answer = phone.post("beat", {})
    assert (answer["status"], answer["error"], answer["keep"]) == (401, "clock", True)
    assert abs(datetime.fromisoformat(answer["server_time"]) - timezone.now()) < timedelta(minutes=1)


def test_errors_speak_two_languages(phone: Phone) -> None:
    english = phone.post_plain("beat", {})["message"]
    phone.language = "zh-Hans"
    chinese = phone.post_plain("beat", {})["message"]
    assert english == "This request is not signed by an enrolled phone."
    assert chinese != english


@pytest.mark.parametrize("body", [b"", b"[", b"[]", b'{"checks": {}}', b'{"checks": []}'])
def test_a_body_that_is_none(phone: Phone, body: bytes) -> None:
    headers = phone.headers("POST", "/scan/api/checks", body)
    response = phone.client.post("/scan/api/checks", body, "application/json", headers=headers)
    assert (response.status_code, response.json()["keep"]) == (400, False)


def test_more_than_a_batch(phone: Phone) -> None:
    assert phone.post("checks", {"checks": [{}] * 201})["error"] == "too_many"


# --- pack, beat, search, simulate ----------------------------------------------------------------------------------


def test_the_pack(cast: Cast, strict: Operation, phone: Phone, device: Device, issued: Issued) -> None:
    with cast.scope():
        area = set_area(by=None, neighbourhood=cast.neighbourhood, name="东门组", places=[cast.gates[0]])
        lost = issue(cast.people[1], 2)
        event(lost.card, "lost")
        old = issue(cast.people[2], 3)
        old.permit.since = timezone.now() - timedelta(days=90)
        old.permit.until = timezone.now() - timedelta(days=40)
        old.permit.save()
    answer = phone.get("pack")
    assert datetime.fromisoformat(answer["expires"]) == device.shift_end + timedelta(hours=1)
    content = opened(answer)
    assert content["gate"] == {"id": cast.gates[0].pk, "name": "东门"}
    assert content["area"] == [area.pk]
    assert content["operation"]["id"] == str(strict.pk)
    assert content["operation"]["records"]
    assert content["rules"]["code"] == "shanghai-2020-02-10"
    assert content["rules"]["ends_ms"] == int(strict.ends_at.timestamp() * 1000)
    rows = {row[0]: row for row in content["cards"]}
    assert rows[str(issued.card.pk)][2:4] == [issued.permit.number, "active"]
    assert rows[str(lost.card.pk)][3] == "lost"
    assert str(old.card.pk) not in rows
    person = content["people"][rows[str(issued.card.pk)][7]]
    assert person[:2] == [str(cast.people[0].pk), "林**"]
    assert content["dwellings"][person[2]] == ["听松别墅", "1号", cast.dwellings[0].pk]
    assert ["泉口花苑 7号", "101室", cast.dwellings[2].pk] in content["dwellings"]
    text = json.dumps(content, ensure_ascii=False)
    assert not any(someone.name in text for someone in cast.people)


def test_the_pack_takes_few_statements(cast: Cast, strict: Operation, device: Device, issued: Issued) -> None:
    now = timezone.now()
    device = Device.objects.select_related("gate").get(pk=device.pk)
    with cast.scope(), CaptureQueriesContext(connection) as asked:
        held = Timetable.load(cast.neighbourhood.pk, device.gate_id, now, now).at(now)
        pack.content(device.gate, "槐安", held, now)
    assert len(statements(asked)) <= 10


def test_the_pack_is_remembered_by_its_version(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    first = phone.get("pack")
    again = phone.get("pack")
    assert first["version"] == again["version"]
    assert first["sealed"] != again["sealed"]
    with cast.scope():
        issue(cast.people[4], 9)
    assert phone.get("pack")["version"] != first["version"]


def test_no_pack_after_the_shift_or_after_being_cut_off(cast: Cast, phone: Phone, device: Device) -> None:
    Device.objects.filter(pk=device.pk).update(
        shift_start=timezone.now() - timedelta(hours=14), shift_end=timezone.now() - timedelta(hours=2)
    )
    for name in ("pack", "search"):
        assert (phone.get(name)["status"], phone.get(name)["error"]) == (403, "shift_over")
    change_shift(by=cast.users["secretary"], device=device, shift_end=timezone.now() + timedelta(hours=3))
    assert phone.get("pack")["status"] == 200
    cut_off(by=cast.users["secretary"], device=device)
    for name in ("pack", "search"):
        assert (phone.get(name)["status"], phone.get(name)["error"]) == (403, "cut_off")
    with refused("gates.device_cut_off"):
        change_shift(
            by=cast.users["secretary"],
            device=Device.objects.get(pk=device.pk),
            shift_end=timezone.now() + timedelta(hours=3),
        )


def test_beat_tells_what_changed(cast: Cast, phone: Phone, device: Device, issued: Issued) -> None:
    first = phone.post("beat", {"queued": 0, "battery": 0.5, "app": "1", "pack_version": "x"})
    assert (first["revoked"], first["cut_off"]) == ([], False)
    assert first["pack_version"] == phone.get("pack")["version"]
    assert first["inside"] == len(cast.people)  # a number, no names
    assert "@" in first["rules"]
    with cast.scope():
        event(issued.card, "lost")
        other = issue(cast.people[1], 2)
        other.permit.cancelled_at = timezone.now()
        other.permit.save()
    answer = phone.post("beat", {})
    assert sorted(answer["revoked"]) == sorted([str(issued.card.pk), str(other.card.pk)])
    assert answer["pack_version"] != first["pack_version"]
    cut_off(by=cast.users["secretary"], device=device)
    assert phone.post("beat", {})["cut_off"] is True


def test_search_finds_who_lives_here_and_masks(cast: Cast, phone: Phone, issued: Issued) -> None:
    with cast.scope():
        PersonKey.objects.create(neighbourhood=cast.neighbourhood, person=cast.people[0], key="linzhixia")
    for query in ("q=林知夏", "q=linzhi", f"q={issued.permit.number}", "q=1号"):
        people = phone.get("search", query)["people"]
        assert people[0] == {
            "person": str(cast.people[0].pk),
            "permit": str(issued.permit.pk),
            "permit_no": issued.permit.number,
            "name": "林**",
            "place": "听松别墅 1号",
        }
    assert [p["place"] for p in phone.get("search", "q=101")["people"]] == ["泉口花苑 7号 101室"] * 3
    assert phone.get("search", "q=林")["people"] == []


def test_simulate_records_nothing(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    answer = phone.post("simulate", {"check": check(issued, temperature=385)})
    assert answer["decision"] == {"outcome": "held", "reason": "fever_home"}
    assert phone.post("simulate", {"check": {}})["error"] == "not_json"
    with cast.scope():
        assert not Check.objects.exists()
        assert not GateException.objects.exists()
    assert not HourlyCount.objects.exists()


# --- cut off ---------------------------------------------------------------------------------------------------------


def test_what_comes_after_cut_off_waits_for_a_person(
    cast: Cast, strict: Operation, phone: Phone, device: Device, issued: Issued
) -> None:
    cut_off(by=cast.users["secretary"], device=device)
    batch = [check(issued), check(issued)]
    for _ in range(2):
        assert [(r["status"], r["problem"]) for r in phone.send(*batch)] == [("waiting", "cut_off")] * 2
    with cast.scope():
        assert not Check.objects.exists()
        upload = RawUpload.objects.get()
        assert GateException.objects.get().kind == "late_upload"
        assert [r.status for r in take_in(by=cast.users["secretary"], upload=upload)] == ["stored", "stored"]
        with refused("inbox.erased"):  # handled: its content is gone
            take_in(by=cast.users["secretary"], upload=upload)
        assert Check.objects.count() == 2
        assert RawUpload.objects.get().state == "done"


def test_only_uploads_of_phones_are_taken_in(cast: Cast) -> None:
    with cast.scope():
        place = cast.neighbourhood
        file = keep(by=None, neighbourhood=place, kind="register.file", source="user:1", content=b"x")
        with refused("gates.not_checks"):
            take_in(by=cast.users["secretary"], upload=file)
        for source in ("device:none", f"device:{uuid7()}"):
            batch = keep(by=None, neighbourhood=place, kind="gates.batch", source=source, content=b"[]")
            with refused("gates.device_gone"):
                take_in(by=cast.users["secretary"], upload=batch)


# --- statements ------------------------------------------------------------------------------------------------------

CASES: list[tuple[str, dict[str, Any], int]] = [
    ("a plain admission", {}, 4),
    ("out", {"direction": "out", "decision": {"outcome": "admitted", "reason": "leaving"}}, 4),
    ("without card", {"code": None, "card": None, "way": "room"}, 4),
    ("held", {"temperature": 381, "decision": {"outcome": "held", "reason": "fever_home"}}, 7),
    ("overridden", {"temperature": 381}, 7),
    ("open", {"temperature": None}, 7),
    ("an unknown card", {"code": "LINLI1:ABC", "decision": {"outcome": "held", "reason": "card_unknown"}}, 7),
    ("refused", {"klass": "courier", "code": None, "card": None, "person": None,
                 "decision": {"outcome": "refused", "reason": "class_not_allowed"}}, 7),
]  # fmt: skip


@pytest.mark.parametrize(("name", "changes", "most"), CASES, ids=[c[0] for c in CASES])
def test_statements_of_an_online_check(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued, name: str, changes: dict[str, Any], most: int
) -> None:
    phone.send(check(issued))  # the public keys are read once a process
    with CaptureQueriesContext(connection) as asked:
        (result,) = phone.send(check(issued, **changes))
    assert result["status"] == "stored"
    assert len(statements(asked)) <= most, "\n".join(statements(asked))


def test_statements_of_a_count(cast: Cast, phone: Phone) -> None:
    phone.send(check(rules="quiet@1"))
    with CaptureQueriesContext(connection) as asked:
        (result,) = phone.send(check(rules="quiet@1"))
    assert result["status"] == "counted"
    assert len(statements(asked)) <= 4, "\n".join(statements(asked))


def test_statements_of_a_batch(cast: Cast, strict: Operation, phone: Phone) -> None:
    with cast.scope():
        cards = [issue(person, n) for n, person in enumerate(cast.people)]
    hours = [datetime.now(UTC) - timedelta(minutes=3 * n) for n in range(200)]
    batch = [
        check(cards[n % len(cards)], happened_at=at.isoformat(), made_offline=True, temperature=365 + n % 12)
        for n, at in enumerate(hours)
    ]
    with CaptureQueriesContext(connection) as asked:
        results = phone.send(*batch)
    assert {r["status"] for r in results} == {"stored"}
    assert len(statements(asked)) <= 24, "\n".join(s[:150] for s in statements(asked))
    quiet = [check(rules="quiet@1", happened_at=at.isoformat(), made_offline=True) for at in hours]
    with CaptureQueriesContext(connection) as asked:
        results = phone.send(*quiet)
    assert {r["status"] for r in results} == {"counted"}
    assert len(statements(asked)) <= 8, "\n".join(s[:150] for s in statements(asked))
    assert sum(HourlyCount.objects.values_list("count", flat=True)) == 200
