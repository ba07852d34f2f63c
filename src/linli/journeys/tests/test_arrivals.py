"""Word comes, people are listed, somebody decides who is ours (T01, T02, T09)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from linli import vault
from linli.ground.models import Residence
from linli.ground.testing import Cast
from linli.journal.models import Entry
from linli.journeys import changes, hands
from linli.journeys.actions.arrivals import (
    Flight,
    add_movement,
    owner_for,
    reopen_notice,
    settle_notice,
    take_notice,
    text_of,
)
from linli.journeys.actions.matches import Proposal, decide_match, propose_match, say_who, undo_match
from linli.journeys.actions.travellers import (
    Listed,
    Source,
    add_traveller,
    add_travellers,
    begin,
    cells_of,
    close_traveller,
    correct_traveller,
    reopen_traveller,
)
from linli.journeys.details import Details, Outsider, details_of, outsider_of
from linli.journeys.models import ListedRow, Match, Movement, Traveller
from linli.journeys.testing import Night, night, refused

pytestmark = pytest.mark.django_db


def test_nobody_is_recorded_without_an_operation(cast: Cast) -> None:
    with cast.scope():
        with refused("journeys.no_operation"):
            take_notice(by=None, neighbourhood=cast.neighbourhood, via="chat", received_at=timezone.now(), text="x")
        with refused("journeys.no_operation"):
            add_movement(by=None, neighbourhood=cast.neighbourhood, flight=Flight(day=timezone.localdate()))


def test_a_flight_is_one_row_a_day_and_is_completed(arrived: Night) -> None:
    place, day = arrived.cast.neighbourhood, timezone.localdate(arrived.landed)
    same = add_movement(by=arrived.by, neighbourhood=place, flight=Flight(number=" ca 936", day=day, passengers=287))
    assert same == arrived.movement
    same.refresh_from_db()
    assert (same.passengers, same.crew, same.landed_at) == (287, 17, arrived.landed)
    add_movement(by=arrived.by, neighbourhood=place, flight=Flight(number="CA936", day=day + timedelta(days=1)))
    assert Movement.objects.count() == 2
    with refused("journeys.movement_kind"):
        add_movement(by=arrived.by, neighbourhood=place, flight=Flight(kind="balloon", day=day))


def test_a_text_is_kept_as_it_came_and_the_same_text_is_one_notice(arrived: Night) -> None:
    place = arrived.cast.neighbourhood
    text = "CA936 12:37落地\n涉程桥居民区10人"
    first = take_notice(by=arrived.by, neighbourhood=place, via="chat", received_at=arrived.after(244), text=text)
    again = take_notice(
        by=arrived.by,
        neighbourhood=place,
        via="chat",
        received_at=arrived.after(236),
        text=text,
        movement=arrived.movement,
    )
    assert again == first
    assert again.movement == arrived.movement
    assert text_of(again) == text
    assert "程桥".encode() not in bytes(again.sealed or b"")
    vault.keyring().destroy(arrived.operation.key_name)
    assert text_of(again) == ""
    assert details_of(arrived.travellers[0]) == Details()
    assert outsider_of(arrived.desk) == Outsider()


def test_what_a_notice_cannot_be(arrived: Night) -> None:
    place = arrived.cast.neighbourhood
    with refused("journeys.notice_via"):
        take_notice(by=arrived.by, neighbourhood=place, via="pigeon", received_at=arrived.landed)
    with refused("journeys.future"):
        take_notice(by=arrived.by, neighbourhood=place, via="chat", received_at=timezone.now() + timedelta(hours=1))
    with refused("journeys.text_long"):
        take_notice(by=arrived.by, neighbourhood=place, via="chat", received_at=arrived.landed, text="长" * 100_001)


def test_without_a_secretary_an_owner_is_asked_for(arrived: Night) -> None:
    with refused("journeys.no_owner"):
        owner_for(arrived.cast.lanes)


def test_a_notice_is_seen_to_and_taken_up_again(arrived: Night) -> None:
    settled = settle_notice(by=arrived.by, notice=arrived.notice)
    assert settled.settled_by == arrived.by.pk
    assert settle_notice(by=arrived.by, notice=settled).settled_at == settled.settled_at
    assert reopen_notice(by=arrived.by, notice=settled).settled_at is None
    acts = list(Entry.objects.filter(act__startswith="journeys.notice").values_list("act", flat=True))
    assert sorted(acts) == ["journeys.notice_reopened", "journeys.notice_settled", "journeys.notice_taken"]


def test_two_lists_of_one_flight_are_the_same_people(arrived: Night) -> None:
    spaced = Listed(
        Details(document="e0000000 0", address="听松别墅 34号", note="靠窗"),
        Source("upload:2", 4, "旅客"),
        country="DE",
    )
    fresh = Listed(
        Details(name="WHO/ELSE", document="E99"),
        Source("upload:2", 5, "旅客", problems=[("A5", "name.odd")], cells={"甲": "乙"}),
    )
    found = add_travellers(by=arrived.by, notice=arrived.notice, listed=[spaced, fresh])
    assert found[0] == arrived.travellers[0]
    words = details_of(Traveller.objects.get(pk=found[0].pk))
    assert (words.name, words.address, words.note) == ("TRAVELLER/A", "听松别墅", "靠窗")
    assert Traveller.objects.count() == 4
    again = add_travellers(by=arrived.by, notice=arrived.notice, listed=[spaced, fresh])
    assert again == found
    assert ListedRow.objects.filter(source="upload:2").count() == 2
    row = ListedRow.objects.get(row=5)
    assert cells_of(row) == {"甲": "乙"}
    assert row.problems == [["A5", "name.odd"]]
    assert "乙".encode() not in bytes(row.sealed or b"")


def test_who_says_no_country_comes_from_where_the_flight_came(arrived: Night) -> None:
    plain = add_traveller(by=arrived.by, notice=arrived.notice, listed=Listed(Details(name="A/B")))
    changed = add_traveller(by=arrived.by, notice=arrived.notice, listed=Listed(Details(name="C/D"), country="it"))
    assert (plain.country, changed.country) == ("DE", "IT")


def test_who_came_home_from_one_flight_comes_anew_with_the_next(arrived: Night) -> None:
    day = timezone.localdate() + timedelta(days=1)
    other = add_movement(
        by=arrived.by, neighbourhood=arrived.cast.neighbourhood, flight=Flight(number="MU552", day=day)
    )
    listed = Listed(Details(name="TRAVELLER/A", document="E00000000"))
    same = add_traveller(by=arrived.by, notice=arrived.notice, listed=listed, movement=other)
    assert same == arrived.travellers[0]
    arrived.hand(arrived.desk, arrived.home(), 60, arrived.travellers[:1])
    anew = add_traveller(by=arrived.by, notice=arrived.notice, listed=listed, movement=other)
    assert anew != same
    assert Traveller.objects.get(pk=same.pk).closed_as == "over"


def test_a_correction_by_who_was_slower_is_told_so(arrived: Night) -> None:
    row = arrived.travellers[0]
    words = replace(details_of(row), address="银杏湾别墅31号")
    changed = correct_traveller(
        by=arrived.by, traveller=row, words=words, revision=0, dwelling=arrived.cast.dwellings[0]
    )
    assert details_of(changed).address == "银杏湾别墅31号"
    assert changed.dwelling == arrived.cast.dwellings[0]
    with refused("journeys.changed"):
        correct_traveller(by=arrived.by, traveller=row, words=words, revision=0)
    with refused("journeys.document_known"):
        taken = replace(words, document="E00000001")
        correct_traveller(by=arrived.by, traveller=row, words=taken, revision=1)


def test_a_journey_begins_once(arrived: Night) -> None:
    begin(by=arrived.by, travellers=arrived.travellers, hands=arrived.escort, at=arrived.after(5))
    assert {row.begun_hands for row in Traveller.objects.all()} == {arrived.desk}
    with refused("journeys.future"):
        begin(by=arrived.by, travellers=arrived.travellers, hands=arrived.escort, at=arrived.after(10_000))


def test_close_and_open_again(arrived: Night) -> None:
    row = arrived.travellers[0]
    with refused("journeys.on_the_way"):
        close_traveller(by=arrived.by, traveller=row, closed_as="over")
    with refused("journeys.closed_as"):
        close_traveller(by=arrived.by, traveller=row, closed_as="tired")
    close_traveller(by=arrived.by, traveller=row, closed_as="double")
    assert reopen_traveller(by=arrived.by, traveller=row).closed_as == ""
    close_traveller(by=arrived.by, traveller=row, closed_as="double")
    add_traveller(by=arrived.by, notice=arrived.notice, listed=Listed(Details(document="E00000000")))
    with refused("journeys.listed_again"):
        reopen_traveller(by=arrived.by, traveller=row)


def proposed(night: Night, number: int = 0, person: int = 0) -> Match:
    candidate = Proposal(night.cast.people[person], "match", 90, ["passport_equal"], ["address_differs"])
    return propose_match(by=night.by, traveller=night.travellers[number], candidates=[candidate])[0]


def test_a_person_decides_and_his_home_is_the_travellers(arrived: Night) -> None:
    match = proposed(arrived)
    assert proposed(arrived).pk != match.pk
    match = Match.objects.get()
    row = decide_match(by=arrived.by, match=match, yes=True)
    lives = Residence.objects.filter(person=arrived.cast.people[0]).latest("since").household
    assert (row.person, row.household, row.dwelling) == (arrived.cast.people[0], lives, lives.dwelling)
    assert decide_match(by=arrived.by, match=match, yes=True) == row
    with refused("journeys.decided"):
        decide_match(by=arrived.by, match=match, yes=False)
    other = proposed(arrived, 1)
    with refused("journeys.person_taken"):
        decide_match(by=arrived.by, match=other, yes=True)
    decide_match(by=arrived.by, match=other, yes=False)
    assert Match.objects.get(pk=other.pk).decision is False


def test_a_decision_is_taken_back_by_a_row(arrived: Night) -> None:
    match = proposed(arrived)
    with refused("journeys.not_decided"):
        undo_match(by=arrived.by, match=match)
    decide_match(by=arrived.by, match=match, yes=True)
    row = undo_match(by=arrived.by, match=match)
    assert (row.person, row.household, row.dwelling) == (None, None, None)
    assert Match.objects.get(pk=match.pk).undone.by_user == arrived.by.pk
    again = Match.objects.get(decision__isnull=True)
    assert again.reasons == ["passport_equal"]
    assert decide_match(by=arrived.by, match=again, yes=True).person == arrived.cast.people[0]
    with refused("journeys.not_decided"):
        undo_match(by=arrived.by, match=match)


def test_nobody_of_the_register_cannot_be_he(arrived: Night) -> None:
    (match,) = propose_match(by=arrived.by, traveller=arrived.travellers[0], candidates=[Proposal(None, "none")])
    with refused("journeys.nobody_to_match"):
        decide_match(by=arrived.by, match=match, yes=True)


def test_whoever_follows_travellers_hears_of_changes(arrived: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[set[Traveller]] = []
    monkeypatch.setattr(changes, "_listeners", [])
    changes.listen(lambda by, rows: heard.append(set(rows)))
    match = proposed(arrived)
    decide_match(by=arrived.by, match=match, yes=True)
    arrived.hand(arrived.desk, arrived.escort, 100)
    assert heard == [set(arrived.travellers[:1]), set(arrived.travellers)]


def test_hands_are_found_again(arrived: Night) -> None:
    place = arrived.cast.neighbourhood
    assert (
        hands.of_outsider(place, arrived.operation, "airport_desk", Outsider("浦东机场专班", "19900000001"))
        == arrived.desk
    )
    assert arrived.home() == arrived.home()
    assert arrived.home().is_home
    with refused("journeys.role"):
        hands.of_outsider(place, arrived.operation, "friend", Outsider("x"))
    with refused("journeys.no_dwelling"):
        hands.of_dwelling(place, arrived.cast.gates[0])


def test_who_goes_to_central_quarantine_has_arrived(arrived: Night) -> None:
    hotel = hands.of_outsider(arrived.cast.neighbourhood, arrived.operation, "central", Outsider("集中隔离点"))
    assert hotel.is_final
    assert not arrived.escort.is_final


def test_the_whole_plane_is_listed_in_a_few_statements(cast: Cast, django_assert_max_num_queries: object) -> None:
    with cast.scope():
        one = night(cast, people=0)
        listed = [Listed(Details(name=f"N/{n}", document=f"D{n:06d}"), Source("upload:9", n)) for n in range(303)]
        with django_assert_max_num_queries(20):  # type: ignore[operator]
            add_travellers(by=one.by, notice=one.notice, listed=listed)
        assert Traveller.objects.count() == 303


def test_who_was_said_not_to_be_somebody_may_be_said_to_be_him_after_all(arrived: Night) -> None:
    person, one = arrived.cast.people[0], arrived.travellers[0]
    (match,) = propose_match(by=arrived.by, traveller=one, candidates=[Proposal(person, "ask")])
    decide_match(by=arrived.by, match=match, yes=False)
    say_who(by=arrived.by, traveller=one, person=person)
    one.refresh_from_db()
    assert one.person_id == person.pk
