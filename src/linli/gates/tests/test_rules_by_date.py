"""Rule sets by date (SEEDS G08, RULES.md B3): a switch changes decisions from its instant, old decisions keep their version."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from linli.gates import pack
from linli.gates.models import Check, Device
from linli.gates.rules import decide
from linli.gates.testing import STRICT, Issued, Phone, check
from linli.gates.timetable import Timetable, may_record
from linli.ground.testing import Cast
from linli.operations import rulesets
from linli.operations.actions import end_operation, switch_rules
from linli.operations.models import Operation, OperationRules

SECOND = "shanghai-2020-03-24"
WELL = {"answers": {"symptoms": False, "contact": False}, "temperature": 365}


def facts(klass: str, purpose: str | None = None, **more: Any) -> dict[str, Any]:
    """Somebody without a card, measured and well, who comes in."""
    return {
        "klass": klass, "direction": "in", "way": "visitor", "purpose": purpose, "card": "none", "known_resident": False,
        "vehicle": False, "plate": None, "host_consent": None, "hold": False, "emergency": False, "called": None,
        "guardian": False, "filed": None, "online": False, **WELL, **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "february", "march"),
    [
        (facts("courier", "delivery"), "leave_at_point", "ok"),
        (facts("visitor"), "class_not_allowed", "host_call"),
        (facts("visitor", host_consent=True), "class_not_allowed", "ok"),
        (facts("visitor", host_consent=False), "class_not_allowed", "host_refused"),
        (facts("worker", "repair"), "host_call", "host_call"),
        (facts("worker", "repair", host_consent=True), "ok", "ok"),
        (facts("worker", "agent"), "host_call", "host_call"),
        (facts("worker", "agent", host_consent=True), "ok", "ok"),
        (facts("worker", "building", host_consent=True), "ok", "filed_missing"),
        (facts("worker", "building", filed=True), "host_call", "ok"),
        (facts("staff", filed=True), "ok", "ok"),
        (facts("staff"), "filed_missing", "filed_missing"),
        (facts("resident", known_resident=True), "ok", "ok"),
        (facts("resident", known_resident=True, vehicle=True), "plate_missing", "ok"),
        (facts("resident", known_resident=True, temperature=373), "fever_home", "fever_home"),
        (facts("courier", "meal", temperature=None), "leave_at_point", "incomplete"),
    ],
)
def test_who_may_come_in_by_date(asked: dict[str, Any], february: str, march: str) -> None:
    now = int(datetime(2020, 4, 1, tzinfo=UTC).timestamp() * 1000)
    assert [decide(asked, rulesets.load(code), now).reason for code in (STRICT, SECOND)] == [february, march]


def test_an_earlier_version_stays_for_what_was_decided_by_it(cast: Cast, strict: Operation, phone: Phone) -> None:
    OperationRules.objects.filter(operation=strict).update(version=1)
    now = timezone.now()
    held = Timetable.load(cast.neighbourhood.pk, cast.gates[0].pk, now, now).at(now)
    assert held.rules["key"] == f"{STRICT}@1"
    (old,) = phone.send(check(klass="courier", way="visitor"))
    OperationRules.objects.filter(operation=strict).update(version=2)
    (new,) = phone.send(check(klass="courier", way="visitor"))
    assert [old["decision"]["reason"], new["decision"]["reason"]] == ["class_not_allowed", "leave_at_point"]


def test_keys_of_rule_sets() -> None:
    known = rulesets.by_key("quiet@1")
    assert known is not None
    assert (known["version"], rulesets.load("quiet")["version"]) == (1, 2)
    assert rulesets.load("quiet", 99)["version"] == 2, "a version no longer shipped reads as the latest"
    assert rulesets.by_key("none@0") is None
    assert [may_record(key) for key in ("quiet@1", "quiet@2", f"{STRICT}@2", "none@0", "quiet")] == [
        False, False, True, True, False,
    ]  # fmt: skip


def test_rules_change_at_an_instant(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    """G08: old decisions keep their version; the server judges by what held at the moment."""
    courier = {"klass": "courier", "way": "visitor"}
    before = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    switch_rules(by=None, operation=strict, ruleset=SECOND)
    old, new = check(**courier, happened_at=before), check(**courier, rules=f"{SECOND}@2")
    results = phone.send(old, new)
    assert [r["decision"]["reason"] for r in results] == ["leave_at_point", "ok"]
    with cast.scope():
        assert set(Check.objects.values_list("rules", flat=True)) == {f"{STRICT}@2", f"{SECOND}@2"}


def test_a_switch_ordered_beforehand_lies_in_the_pack(cast: Cast, strict: Operation, device: Device) -> None:
    gate, now = device.gate, timezone.now()
    before = Timetable.ahead(cast.neighbourhood.pk, gate.pk, now, now + pack.AHEAD)
    instant = (now + timedelta(hours=6)).replace(microsecond=0)
    switch_rules(by=None, operation=strict, ruleset=SECOND, since=instant)
    switch_rules(by=None, operation=strict, ruleset=STRICT, since=now + timedelta(days=9))
    held = Timetable.ahead(cast.neighbourhood.pk, gate.pk, now, now + pack.AHEAD)
    with cast.scope():
        content = pack.content(gate, "槐安", held, now)
        assert content["rules"]["code"] == STRICT
        (coming,) = content["rules_next"]
        assert coming["from_ms"] == instant.timestamp() * 1000
        assert (coming["rules"]["code"], coming["rules"]["ends_ms"]) == (SECOND, content["rules"]["ends_ms"])
        assert pack.version_of(gate, held, now) != pack.version_of(gate, before, now)
        after = Timetable.ahead(cast.neighbourhood.pk, gate.pk, instant, instant + pack.AHEAD)
        assert (after.rules["code"], after.coming) == (SECOND, ())


def test_the_server_changes_at_the_same_instant(cast: Cast, strict: Operation, phone: Phone) -> None:
    instant = timezone.now() + timedelta(minutes=30)
    switch_rules(by=None, operation=strict, ruleset=SECOND, since=instant)
    with time_machine.travel(instant + timedelta(minutes=1), tick=False):
        moments = [instant - timedelta(milliseconds=1), instant]
        sent = [check(klass="courier", way="visitor", happened_at=at.isoformat(), made_offline=True) for at in moments]
        assert [r["decision"]["reason"] for r in phone.send(*sent)] == ["leave_at_point", "ok"]


def test_without_an_operation_nothing_is_to_come(cast: Cast, strict: Operation) -> None:
    now = timezone.now()
    switch_rules(by=None, operation=strict, ruleset=SECOND, since=now + timedelta(hours=1))
    end_operation(by=None, operation=strict)
    held = Timetable.ahead(cast.neighbourhood.pk, cast.gates[0].pk, timezone.now(), now + pack.AHEAD)
    assert (held.operation, held.coming) == (None, ())
