"""Announcing a visit: who may, what is refused, how long it is kept, what a phone's list says of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from linli.gates import pack
from linli.gates.models import Device, HostCode, Visit, VisitUse
from linli.gates.testing import Phone, open_strict, refused
from linli.gates.timetable import Timetable
from linli.gates.visits import codes, holdings, packing, retention
from linli.gates.visits.actions import register
from linli.gates.visits.actions.host_codes import make_host_codes, open_host_page, revoke_host_code
from linli.gates.visits.actions.register import register_visit, withdraw_visit
from linli.gates.visits.queries import searched
from linli.gates.visits.sealed import Coming, coming_of
from linli.gates.visits.testing import VISITORS, announced, arrival, wish
from linli.ground.holdings import held
from linli.ground.models import Place
from linli.ground.testing import Cast, make_cast
from linli.kernel import permit_number
from linli.operations.models import Operation
from linli.vault import keyring


@pytest.fixture
def open_gates(cast: Cast) -> Operation:
    """An operation under which visitors come in with consent."""
    return open_strict(cast.neighbourhood, VISITORS)


def test_a_visit_says_who_comes_to_those_alone_who_may_know(cast: Cast, open_gates: Operation) -> None:
    with cast.scope():
        visit = announced(cast)
        assert permit_number.is_number(visit.number)
        assert permit_number.serial_of(visit.number) >= codes.FIRST_SERIAL
        assert coming_of(visit) == Coming("苏小北", "19900001234", "沪A12345")
        for one in ("苏小北", "19900001234", "A12345"):
            assert one.encode() not in bytes(visit.sealed)
            assert one not in codes.text_of(visit, timezone.now())
        keyring().destroy(open_gates.key_name)
        assert coming_of(visit) == Coming()
        with refused("visits.no_operation"):
            announced(cast)


def refusals() -> dict[str, tuple[str, dict[str, Any]]]:
    """Name → the refusal and what is announced."""
    now = timezone.now()
    return {
        "too early": ("visits.times", {"since": now - timedelta(hours=3)}),
        "over": ("visits.times", {"since": now - timedelta(minutes=30), "until": now - timedelta(minutes=5)}),
        "turned": ("visits.times", {"until": now - timedelta(hours=1)}),
        "far ahead": ("visits.times", {"since": now + timedelta(days=15), "until": now + timedelta(days=15, hours=1)}),
        "two days": ("visits.too_long", {"until": now + timedelta(days=2)}),
        "beyond": ("visits.too_long", {"entries": "many", "klass": "worker", "until": now + timedelta(days=25)}),
        "nobody": ("visits.party", {"party": 0}),
        "a crowd": ("visits.party", {"party": 21}),
        "a resident": ("visits.kind", {"klass": "resident"}),
        "a purpose": ("visits.kind", {"purpose": "party"}),
        "entries": ("visits.kind", {"entries": "always"}),
        "staff": ("visits.kind", {"klass": "staff"}),
        "not filed": ("visits.needs_filing", {"klass": "worker", "purpose": "decoration"}),
    }


@pytest.mark.parametrize("name", refusals())
def test_what_is_refused(cast: Cast, open_gates: Operation, name: str) -> None:
    code, changes = refusals()[name]
    with cast.scope(), refused(code):
        announced(cast, **changes)


def test_gate_and_home_are_of_the_neighbourhood(cast: Cast, open_gates: Operation) -> None:
    other = make_cast("梧桐居民区", "other-")
    with cast.scope():
        with refused("visits.gate"):
            register_visit(by=None, wish=replace(wish(cast), gate=cast.building), consent="phone")
        with refused("visits.home"):
            announced(cast, host=other.dwellings[0])
        with refused("visits.home"):
            announced(cast, host=cast.neighbourhood)


def test_no_operation_no_announcement(cast: Cast) -> None:
    with cast.scope(), refused("visits.no_operation"):
        announced(cast)
    with cast.scope(), refused("visits.no_operation_here"):
        make_host_codes(by=cast.users["clerk"], neighbourhood=cast.neighbourhood, homes=cast.dwellings)


def test_rules_of_the_day_are_told_at_once(cast: Cast) -> None:
    open_strict(cast.neighbourhood)  # 10 February: no visitors
    with cast.scope():
        with refused("visits.not_allowed"):
            announced(cast)
        assert announced(cast, klass="worker", purpose="repair").klass == "worker"


def test_work_is_filed_with_or_without_its_promise(cast: Cast, open_gates: Operation) -> None:
    work = {"klass": "worker", "purpose": "decoration", "entries": "many", "until": timezone.now() + timedelta(days=5)}
    with cast.scope():
        filed = announced(cast, consent="filed", promise=False, **work)
        with refused("visits.filing"):
            announced(cast, consent="filed", **work)
        with refused("visits.filing"):
            announced(cast, consent="phone", promise=True)
        with refused("visits.filing"):
            announced(cast, consent="filed", promise=True)
        now = timezone.now()
        assert filed not in packing.expected(cast.neighbourhood.pk, now, pack.AHEAD)
        register.note_promise(by=cast.users["clerk"], visit=filed)
        assert filed in packing.expected(cast.neighbourhood.pk, now, pack.AHEAD)


def test_a_home_has_so_many_visits_to_come(cast: Cast, open_gates: Operation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "MOST_OPEN", 2)
    with cast.scope():
        first, _second = announced(cast), announced(cast)
        with refused("visits.too_many"):
            announced(cast)
        assert announced(cast, home=1)
        withdraw_visit(by=None, visit=first)
        assert withdraw_visit(by=None, visit=first).annulled_at == first.annulled_at
        assert announced(cast)


def test_no_free_number(cast: Cast, open_gates: Operation, monkeypatch: pytest.MonkeyPatch) -> None:
    with cast.scope():
        number = announced(cast).number
        monkeypatch.setattr(codes, "new_number", lambda: number)
        with refused("visits.again"):
            announced(cast)


def test_who_has_come_in_is_not_taken_back(cast: Cast, open_gates: Operation) -> None:
    phone = Phone()
    phone.enrol(cast.users["secretary"], cast.gates[0])
    with cast.scope():
        visit = announced(cast)
    phone.send(arrival(visit))
    with cast.scope(), refused("visits.came"):
        withdraw_visit(by=None, visit=visit)


def content(cast: Cast, device: Device) -> dict[str, Any]:
    """What a pack holds now."""
    now = timezone.now()
    with cast.scope():
        held_now = Timetable.ahead(cast.neighbourhood.pk, device.gate_id, now, now + pack.AHEAD)
        return pack.content(device.gate, "槐安", held_now, now)


def test_the_pack_lists_who_is_expected_and_names_nobody(cast: Cast, open_gates: Operation) -> None:
    phone = Phone()
    device = phone.enrol(cast.users["secretary"], cast.gates[0])
    empty = Place.objects.get(pk=cast.dwellings[5].pk)  # nobody lives there
    with cast.scope():
        visit, later = announced(cast), announced(cast, gate=1, home=5, party=3)
        far = timezone.now() + timedelta(days=5)
        announced(cast, since=far, until=far + timedelta(hours=2))
        withdraw_visit(by=None, visit=announced(cast))
    found = content(cast, device)
    rows = {UUID(row[0]): row for row in found["visits"]}
    assert rows.keys() == {visit.pk, later.pk}
    row = rows[visit.pk]
    assert row[1:4] == [visit.number, "visitor", cast.gates[0].pk]
    assert found["dwellings"][row[4]] == ["听松别墅", "1号", cast.dwellings[0].pk]
    assert row[5:] == ["family", int(visit.since.timestamp()), int(visit.until.timestamp()), 1, 0, "once"]
    assert found["dwellings"][rows[later.pk][4]] == ["泉口花苑 7号", "202室", empty.pk]
    assert "苏小北" not in str(found["visits"])
    phone.send(arrival(visit))
    assert {row[0]: row[9] for row in content(cast, device)["visits"]}[str(visit.pk)] == 1


def test_a_phone_hears_what_was_taken_back_and_fetches_the_rest_within_ten_minutes(
    cast: Cast, open_gates: Operation
) -> None:
    phone = Phone()
    device = phone.enrol(cast.users["secretary"], cast.gates[0])
    first = phone.get("pack")
    with cast.scope():
        visit = announced(cast)
    assert phone.post("beat", {"queued": 0})["revoked"] == []
    assert len(phone.get("pack")["sealed"]) > len(first["sealed"]), "whoever fetches gets the newest list"
    with cast.scope():
        withdraw_visit(by=None, visit=visit)
        now = timezone.now()
        held_now = Timetable.ahead(cast.neighbourhood.pk, device.gate_id, now, now + pack.AHEAD)
        soon = now + packing.EVERY
        assert pack.version_of(device.gate, held_now, soon) != pack.version_of(
            device.gate, held_now, now - packing.EVERY
        )
    assert phone.post("beat", {"queued": 0})["revoked"] == [str(visit.pk)]


def test_visits_go_with_their_days_and_their_operation(cast: Cast, open_gates: Operation) -> None:
    now = timezone.now()
    phone = Phone()
    phone.enrol(cast.users["secretary"], cast.gates[0])
    with cast.scope():
        old, young = announced(cast), announced(cast, home=1)
        phone.send(arrival(old))
        make_host_codes(by=cast.users["clerk"], neighbourhood=cast.neighbourhood, homes=cast.dwellings[:3])
        Visit.objects.filter(pk=old.pk).update(
            since=now - timedelta(days=15), until=now - timedelta(days=14, minutes=1)
        )
        assert retention.due(now) == {"visits": 1, "host_codes": 0}
        assert retention.erase(now) == {"visits": 1, "host_codes": 0}
        assert not VisitUse.objects.exists()
        Operation.objects.update(ended_at=now)
        assert retention.due(now) == {"visits": 1, "host_codes": 3}
        assert retention.erase(now) == {"visits": 1, "host_codes": 3}
        assert not Visit.objects.filter(pk=young.pk).exists()


def test_a_resident_sees_what_is_held_about_visits_to_her_home(cast: Cast, open_gates: Operation) -> None:
    with cast.scope():
        announced(cast)
        announced(cast, home=1, host_person=cast.people[0].pk)
        announced(cast, home=2)
        facts = {holding.code: found for holding, found in held([cast.people[0].pk])}["visits"]
        assert len(facts) == 2
        assert holdings.erase([cast.people[0].pk], timezone.now()) == 1


def test_found_by_number_room_and_plate(cast: Cast, open_gates: Operation) -> None:
    with cast.scope():
        visit = announced(cast, home=2)
        announced(cast, home=3, coming=Coming(plate="沪B99999"))
        rows = Visit.objects.all()
        for text in (permit_number.shown(visit.number), visit.number[:4].lower(), "7-101", "2345", "沪A12345"):
            assert [row.pk for row in searched(rows, cast.neighbourhood, text)] == [visit.pk], text
        assert searched(rows, cast.neighbourhood, "张三").count() == 0
        assert searched(rows, cast.neighbourhood, " ").count() == 2


def test_household_codes(cast: Cast, open_gates: Operation) -> None:
    clerk, place = cast.users["clerk"], cast.neighbourhood
    with cast.scope():
        first = make_host_codes(by=clerk, neighbourhood=place, homes=cast.dwellings[:2])
        (again,) = make_host_codes(by=clerk, neighbourhood=place, homes=cast.dwellings[:1])
        with refused("visits.no_homes"):
            make_host_codes(by=clerk, neighbourhood=place, homes=[])
        with refused("visits.many_homes"):
            make_host_codes(by=clerk, neighbourhood=place, homes=cast.dwellings * 51)
    assert len({slip.code for slip in [*first, again]}) == 3
    with refused("visits.wrong_code"):
        open_host_page(by=None, typed=first[0].code)
    typed = f" {again.code[:4].lower()}－{again.code[4:]} ".replace("5", "S")
    assert open_host_page(by=None, typed=typed).home_id == cast.dwellings[0].pk
    live = HostCode.objects.get(home=cast.dwellings[1], revoked_at__isnull=True)
    assert all(slip.code not in str(vars(live)) for slip in first)
    revoke_host_code(by=clerk, code=live)
    with refused("visits.wrong_code"):
        open_host_page(by=None, typed=first[1].code)
    Operation.objects.update(ended_at=timezone.now())
    with refused("visits.wrong_code"):
        open_host_page(by=None, typed=again.code)
