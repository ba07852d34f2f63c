"""Queries compiled once give what the ORM gives, for every card and moment, and refuse a value that they do not use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from linli.gates.models import Check, PermitKey
from linli.gates.prepared import IDENTITY, INTEGER, Prepared, matches
from linli.gates.standing import DEEPEST, DOUBLE_USE, ONE_CARD
from linli.gates.testing import Phone, check, event, issue
from linli.gates.timetable import IN_FORCE
from linli.ground.actions.places import set_area
from linli.ground.inserting import ready
from linli.ground.models import Person
from linli.ground.testing import Cast, make_cast
from linli.kernel.ids import uuid7
from linli.operations.actions import switch_rules
from linli.operations.models import Operation


def asked(cast: Cast, card: Any, ago: timedelta) -> dict[str, Any]:
    """The values for one card at a moment."""
    moment = timezone.now() - ago
    above = cast.gates[0].ancestor_ids()
    levels = {f"level{n}": pk for n, pk in enumerate((above + [0] * DEEPEST)[:DEEPEST])}
    return {
        "card": card, "neighbourhood": cast.neighbourhood.pk, "gate": cast.gates[0].pk, "moment": moment,
        "first": moment - DOUBLE_USE, "last": moment + DOUBLE_USE, **levels,
    }  # fmt: skip


def test_one_card(cast: Cast, strict: Operation) -> None:
    other = make_cast("另一居民区", prefix="other-")
    west = Phone()
    west.enrol(cast.users["secretary"], cast.gates[1])
    with cast.scope():
        areas = [set_area(by=None, neighbourhood=cast.neighbourhood, name=g.name, places=[g]) for g in cast.gates]
        plain, lost, here, there, used = (
            issue(cast.people[n], n, area=area) for n, area in enumerate([None, None, *areas, None])
        )
        event(lost.card, "lost", timezone.now() - timedelta(days=1))
    with other.scope():
        foreign = issue(other.people[0], 1)
    west.send(check(used))
    PermitKey.objects.filter(kid=plain.card.kid).update(withdrawn_at=None)
    with cast.scope():
        for one in (plain.card.pk, lost.card.pk, here.card.pk, there.card.pk, used.card.pk, foreign.card.pk, uuid7()):
            for ago in (timedelta(0), timedelta(days=2), timedelta(days=400)):
                assert matches(ONE_CARD, asked(cast, one, ago))
        (row,) = ONE_CARD.rows(**asked(cast, used.card.pk, timedelta(0)))
        assert (row["elsewhere"], row["event"], row["presence"]) == (True, "handed_out", "here")
        assert row["permit__until"] == used.permit.until
        (row,) = ONE_CARD.rows(**asked(cast, lost.card.pk, timedelta(days=2)))
        assert row["event"] == "handed_out"
        assert [ONE_CARD.rows(**asked(cast, c.card.pk, timedelta(0)))[0]["at_gate"] for c in (here, there)] == [
            True,
            False,
        ]
        assert ONE_CARD.rows(**asked(cast, foreign.card.pk, timedelta(0))) == []


def test_in_force(cast: Cast, strict: Operation) -> None:
    switch_rules(by=None, operation=strict, ruleset="shanghai-2020-03-24")
    for ago in (0, 1, 3, 40):
        moment = timezone.now() - timedelta(days=ago)
        values = {"neighbourhood": cast.neighbourhood.pk, "gate": cast.gates[0].pk, "first": moment, "last": moment}
        assert matches(IN_FORCE, values)
        assert len(IN_FORCE.rows(**values)) == {0: 2, 1: 1}.get(ago, 0)


def test_a_value_that_is_not_used_is_noticed(cast: Cast) -> None:
    def build(*, person: Any, place: int) -> Any:
        return Person.objects.filter(pk=person).values("pk")

    with cast.scope(), pytest.raises(LookupError, match="place"):
        Prepared(build, person=IDENTITY, place=INTEGER).rows(person=uuid7(), place=1)
    with cast.scope():
        assert not Check.objects.exists()


def test_a_passage_is_what_bulk_create_writes(cast: Cast, strict: Operation) -> None:
    """Every column, empty and filled, read back as the database keeps it."""
    moment = timezone.now()
    filled = {
        "id": uuid7(), "neighbourhood_id": cast.neighbourhood.pk, "gate_id": cast.gates[0].pk, "operation_id": strict.pk,
        "permit": uuid7(), "card": uuid7(), "person": uuid7(), "card_state": "valid", "klass": "visitor",
        "direction": "in", "way": "card", "purpose": "医", "outcome": "held", "reason": "host_call",
        "answers": {"symptoms": False}, "temperature": 365, "vehicle": True, "plate": b"\0\xff", "companions": 2,
        "host_consent": False, "rules": "x@1", "overridden": True, "server_reason": "ok", "skew_ms": -(2**40),
        "happened_at": moment.replace(microsecond=0), "heard_at": moment.astimezone(timezone.get_default_timezone()),
    }  # fmt: skip
    bare = {"by_user": 1, "klass": "resident", "outcome": "open", "happened_at": moment, "heard_at": moment}
    ids = ("neighbourhood_id", "gate_id", "operation_id")
    with cast.scope():
        for fields in (filled, {**{name: filled[name] for name in ids}, **bare}):
            mine, theirs = (Check(**{**fields, "id": uuid7()}) for _ in range(2))
            assert ready([mine]).write() == 1
            Check.objects.bulk_create([theirs])
            kept = [Check.objects.filter(pk=row.pk).values().get() for row in (mine, theirs)]
            for row in kept:
                row.pop("id")
                row.update({name: bytes(value) for name, value in row.items() if isinstance(value, memoryview)})
            assert kept[0] == kept[1]
