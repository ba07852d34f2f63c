"""What ends with its operation stays ended: no key comes back, nothing is stored late, what waited goes, nothing counts twice."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from linli import vault
from linli.gates import retention
from linli.gates.actions.devices import cut_off
from linli.gates.actions.late import take_in
from linli.gates.actions.settle import sealed_sentence
from linli.gates.models import Check, Device, GateException, HourlyCount
from linli.gates.testing import Issued, Phone, check, refused
from linli.ground.scope import scoped_to_everything
from linli.ground.testing import Cast, make_cast
from linli.inbox.models import RawUpload
from linli.inbox.queries import content_of
from linli.operations.actions import end_operation, purge
from linli.operations.models import Operation

PLATE = "沪A12345"


def counted() -> int:
    """All passages in hourly counts."""
    return sum(HourlyCount.objects.values_list("count", flat=True))


def over_and_purged(cast: Cast, operation: Operation) -> None:
    """End it and erase what it kept."""
    end_operation(by=cast.users["secretary"], operation=operation)
    purge(by=None, neighbourhood=cast.neighbourhood)
    assert operation.key_name not in vault.keyring().names()


def test_what_arrives_after_the_end_is_counted_only(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    before = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    one = check(issued, happened_at=before, plate=PLATE, vehicle=True, made_offline=True)
    over_and_purged(cast, strict)
    assert [result["status"] for result in phone.send(one)] == ["counted"]
    assert strict.key_name not in vault.keyring().names()
    with cast.scope():
        assert not Check.objects.exists()
    assert counted() == 1


def test_no_writer_brings_a_destroyed_key_back(cast: Cast, strict: Operation) -> None:
    over_and_purged(cast, strict)
    with pytest.raises(vault.KeyMissing):
        vault.seal(PLATE, key=strict.key_name, context="gates.plate")
    with refused("gates.operation_over"):
        sealed_sentence("她说已好转", strict.key_name)
    assert strict.key_name not in vault.keyring().names()


def test_a_batch_that_waited_is_counted_only_after_the_end(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    cut_off(by=cast.users["secretary"], device=Device.objects.get())
    phone.send(check(issued, plate=PLATE, vehicle=True))
    end_operation(by=cast.users["secretary"], operation=strict)
    with cast.scope():
        upload = RawUpload.objects.get()
        assert [r.status for r in take_in(by=cast.users["secretary"], upload=upload)] == ["counted"]
        assert not Check.objects.exists()


def test_what_waits_ends_with_its_operation(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    phone.send(check(issued, plate=PLATE, vehicle=True, temperature=9999))
    cut_off(by=cast.users["secretary"], device=Device.objects.get())
    phone.send(check(issued, plate=PLATE, vehicle=True))
    with cast.scope():
        rows = list(RawUpload.objects.order_by("received_at"))
        assert [(row.kind, row.key) for row in rows] == [
            ("gates.item", strict.key_name),
            ("gates.batch", strict.key_name),
        ]
        assert all("12345" in content_of(row).decode() for row in rows)
    end_operation(by=cast.users["secretary"], operation=strict)
    assert purge(by=None, neighbourhood=cast.neighbourhood).counts["raw_uploads"] == 2
    with cast.scope():
        assert set(RawUpload.objects.values_list("state", "sealed")) == {("erased", None)}


def test_without_an_operation_only_ids_wait(cast: Cast, phone: Phone, issued: Issued) -> None:
    odd = check(issued, plate=PLATE, temperature=9999, rules="quiet@1")
    phone.send(odd, {"id": "no id", "plate": PLATE})
    cut_off(by=cast.users["secretary"], device=Device.objects.get())
    late = check(issued, plate=PLATE)
    phone.send(late)
    with cast.scope():
        kept = [content_of(row).decode() for row in RawUpload.objects.order_by("received_at")]
        assert kept == [f'{{"id": "{odd["id"]}"}}', "{}", f'[{{"id": "{late["id"]}"}}]']
        assert set(RawUpload.objects.values_list("problem", flat=True)) == {"temperature", "decision", "cut_off"}


def test_a_handled_upload_is_empty_and_not_taken_for_a_new_one(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    cut_off(by=cast.users["secretary"], device=Device.objects.get())
    one = check(issued)
    phone.send(one)
    with cast.scope():
        take_in(by=cast.users["secretary"], upload=RawUpload.objects.get())
        row = RawUpload.objects.get()
        assert (row.state, row.sealed) == ("done", None)
        with refused("inbox.erased"):
            content_of(row)
    phone.send(one)
    with cast.scope():
        assert (RawUpload.objects.count(), GateException.objects.count(), Check.objects.count()) == (1, 1, 1)


def test_half_a_character_waits_like_anything_unreadable(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    half = json.dumps({"checks": [check(issued, plate="\ud800"), {"id": "\ud800"}]}).encode()
    path = "/scan/api/checks"
    answer = phone.client.post(path, half, "application/json", headers=phone.headers("POST", path, half)).json()
    assert [(one["status"], one["problem"]) for one in answer["results"]] == [
        ("waiting", "plate"),
        ("waiting", "decision"),
    ]


def test_two_purges_at_once_count_once(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.send(check(issued), check(issued))
    end_operation(by=cast.users["secretary"], operation=strict)
    real, started = retention.transaction.atomic, []

    class Interrupted:
        """The other purge comes between the look at what is due and the transaction."""

        @staticmethod
        def atomic(*args: Any, **more: Any) -> Any:
            """Let it run once."""
            if not started:
                started.append(True)
                retention.erase(timezone.now() + timedelta(seconds=1))
            return real(*args, **more)

    monkeypatch.setattr(retention, "transaction", Interrupted)
    with scoped_to_everything(reason="test"):
        assert retention.erase(timezone.now() + timedelta(seconds=1))["passages"] == 0
    assert started
    assert counted() == 2


def test_what_is_sent_again_after_the_purge_is_not_counted_again(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    one, other = check(issued), check(issued)
    phone.send(one)
    end_operation(by=cast.users["secretary"], operation=strict)
    phone.send(other, one)
    purge(by=None, neighbourhood=cast.neighbourhood)
    phone.send(one, other)
    assert counted() == 2


def test_a_certificate_counts_its_own_neighbourhood(cast: Cast, phone: Phone) -> None:
    other = make_cast("别处居民区", "other-")
    phone.send(check(rules="quiet@1"))
    later = timezone.now() + timedelta(days=40)
    assert purge(by=None, neighbourhood=other.neighbourhood, now=later).counts["count_receipts"] == 0
    counts = purge(by=None, neighbourhood=cast.neighbourhood, now=later).counts
    assert (counts["count_receipts"], counts["enrolment_codes"]) == (1, 1)


def test_a_cut_off_phone_simulates_nothing(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    assert phone.post("simulate", {"check": check(issued)})["decision"]["outcome"] == "admitted"
    Device.objects.update(shift_end=timezone.now() - timedelta(hours=1))
    Device.objects.update(shift_start=timezone.now() - timedelta(hours=9))
    assert phone.post("simulate", {"check": check(issued)})["error"] == "shift_over"
    cut_off(by=cast.users["secretary"], device=Device.objects.get())
    assert phone.post("simulate", {"check": check(issued)})["error"] == "cut_off"


def test_phones_behind_the_proxy_do_not_share_wrong_codes(cast: Cast, settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    phone = Phone()

    def attempt(address: str) -> int:
        body = f'{{"token": "WRONG123", "public_key": "{phone.public_key()}"}}'
        more = {"X-Forwarded-For": address}
        return int(phone.client.post("/scan/api/enrol", body, "application/json", headers=more).status_code)

    assert [attempt("10.0.0.1") for _ in range(31)] == [400] * 30 + [429]
    assert attempt("10.0.0.2") == 400
