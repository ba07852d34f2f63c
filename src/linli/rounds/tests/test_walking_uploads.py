"""What a walker's phone uploads: each item once, nothing refused for what it says, photos without their position."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.ground.actions.places import NewPlace, add_places
from linli.ground.models import Mandate
from linli.ground.testing import Cast, make_cast
from linli.inbox.models import RawUpload
from linli.inbox.phones.signature import from_base64url
from linli.journal.models import Entry
from linli.kernel.ids import uuid7
from linli.operations.actions import Order, open_operation
from linli.rounds import retention
from linli.rounds.actions.walked import Walker, observe, take_visit
from linli.rounds.models import (
    Finding,
    Handing,
    Occurrence,
    Question,
    QuestionChoice,
    Sheet,
    Target,
    Visit,
    VisitAnnulment,
    VisitPhoto,
    VisitTarget,
    VisitValue,
)  # fmt: skip
from linli.rounds.photos import picture_of
from linli.rounds.testing_walk import WalkersPhone, make_walker, observation, open_round, sent_photo, visit
from linli.rounds.walked_items import SentObservation, SentVisit
from linli.rounds.walkers import way_of
from linli.vault import keyring

PLACES = 4


@pytest.fixture
def walker(cast: Cast) -> Mandate:
    return make_walker(cast)


@pytest.fixture
def round_(cast: Cast, walker: Mandate) -> Occurrence:
    return open_round(cast, cast.dwellings[2 : 2 + PLACES], walker)


@pytest.fixture
def phone(cast: Cast, walker: Mandate) -> WalkersPhone:
    found = WalkersPhone()
    found.enrol(cast.users["secretary"], walker, cast.neighbourhood)
    return found


def targets(occurrence: Occurrence) -> list[Target]:
    return list(occurrence.targets.order_by("sort"))


def pack_of(phone: WalkersPhone) -> dict[str, Any]:
    answer = phone.get("pack")
    assert answer["status"] == 200, answer
    plain = AESGCM(from_base64url(answer["key"])).decrypt(
        from_base64url(answer["iv"]), from_base64url(answer["sealed"]), None
    )
    found: dict[str, Any] = json.loads(plain)
    return found


def sheet() -> Sheet:
    found = Sheet.objects.create(code="patrol", title="巡查三问")
    rows = [
        Question(position=1, field="yes_no", label="门关好了吗", wrong=False, finding="门没有关", days=2),
        Question(position=2, field="number", label="几个人", least=Decimal(1), finding="没有人", required=False),
        Question(position=3, field="choice", label="路灯", finding="路灯坏了", required=False),
        Question(position=4, field="photo", label="照片", required=False),
        Question(position=5, field="time", label="几点", required=False),
        Question(position=6, field="temperature", label="体温", required=False, when="measures"),
    ]
    for row in rows:
        row.sheet = found
        row.save()
    for position, (code, wrong) in enumerate([("good", False), ("broken", True)], 1):
        QuestionChoice.objects.create(question=rows[2], position=position, code=code, label=code, wrong=wrong)
    return found


def test_a_visit_is_stored_once_and_covers_many_targets(cast: Cast, round_: Occurrence, phone: WalkersPhone) -> None:
    item = visit(round_, targets(round_)[:3])
    assert phone.send(item)[0] == {"id": item["id"], "status": "stored", "problem": None}
    assert phone.send(item)[0]["status"] == "already"
    with cast.scope():
        row = Visit.objects.get()
        assert (row.device, row.made_offline, row.links.count()) == (phone.device, False, 3)
    assert [one["outcome"] for one in pack_of(phone)["targets"]] == ["done", "done", "done", None]


def test_the_pack_holds_his_own_targets_only(cast: Cast, round_: Occurrence, phone: WalkersPhone) -> None:
    other = make_walker(cast, "other")
    open_round(cast, cast.gates, other, title="别人的巡查")
    pack = pack_of(phone)
    assert [one["title"] for one in pack["rounds"]] == [round_.title]
    assert [one["door"] for one in pack["targets"]] == [place.name for place in cast.dwellings[2:6]]
    assert {one["building"] for one in pack["targets"]} == {"泉口花苑 7号"}
    with cast.scope():
        said = json.dumps(pack, ensure_ascii=False)
        assert not any(person.name in said for person in cast.people)


def test_a_field_page_of_sixty_doors_takes_as_many_statements_as_one_of_six(
    cast: Cast, walker: Mandate, phone: WalkersPhone
) -> None:
    doors = add_places([NewPlace("dwelling", cast.building, f"9{n:02}室") for n in range(60)])

    def statements() -> int:
        with CaptureQueriesContext(connection) as caught, cast.scope():
            way_of([walker], cast.neighbourhood, timezone.now())
        return len(caught)

    open_round(cast, doors[:6], walker)
    few = statements()
    open_round(cast, doors, walker, title="六十户")
    assert statements() == few == 5
    with CaptureQueriesContext(connection) as caught:
        assert len(pack_of(phone)["targets"]) == 66
    assert len(caught) <= 12


def test_two_days_late_and_out_of_order(cast: Cast, round_: Occurrence, phone: WalkersPhone) -> None:
    now = datetime.now(UTC)
    first, second = (now - timedelta(days=2)).isoformat(), (now - timedelta(days=1, hours=23)).isoformat()
    one = targets(round_)[0]
    later = visit(round_, [one], happened_at=second, made_offline=True)
    earlier = visit(round_, [one], "no_answer", happened_at=first, made_offline=True)
    assert [r["status"] for r in phone.send(later, earlier)] == ["stored", "stored"]
    with cast.scope():
        rows = list(Visit.objects.order_by("happened_at"))
        assert [row.links.get().outcome for row in rows] == ["no_answer", "done"]
        assert all(row.heard_at - row.happened_at > timedelta(days=1) for row in rows)
    assert pack_of(phone)["targets"][0]["outcome"] == "done"


def test_reassigned_meanwhile_is_taken_and_flagged(cast: Cast, round_: Occurrence, phone: WalkersPhone) -> None:
    one, new = targets(round_)[0], make_walker(cast, "new")
    with cast.scope():
        Handing.objects.create(
            neighbourhood=cast.neighbourhood, target=one, mandate=new, since=timezone.now(), reason="换班"
        )
    assert len(pack_of(phone)["targets"]) == PLACES - 1
    (result,) = phone.send(visit(round_, [one], made_offline=True))
    assert (result["status"], result["problem"]) == ("stored", "former")
    with cast.scope():
        assert Visit.objects.get().former


def test_answers_of_the_pinned_sheet_and_what_is_amiss(cast: Cast, walker: Mandate, phone: WalkersPhone) -> None:
    round_ = open_round(cast, cast.dwellings[2:4], walker, sheet=sheet())
    yes, number, choice, picture, clock, heat = Question.objects.order_by("position")
    asked = pack_of(phone)["sheets"][str(round_.sheet_id)]["questions"]
    assert [one["id"] for one in asked] == [
        yes.pk,
        number.pk,
        choice.pk,
        picture.pk,
        clock.pk,
    ]  # nobody is told to measure
    shot = sent_photo()
    values = {
        str(yes.pk): "no", str(number.pk): "3", str(choice.pk): "broken", str(picture.pk): shot["id"], str(clock.pk): "08:30",
    }  # fmt: skip
    (result,) = phone.send(visit(round_, targets(round_)[:1], values=values, photos=[shot]))
    assert (result["status"], result["problem"]) == ("stored", None)
    with cast.scope():
        row = Visit.objects.get()
        assert VisitValue.objects.filter(visit=row).count() == 5
        found = {one.note: one for one in Finding.objects.all()}
        assert set(found) == {"门没有关", "路灯坏了"}
        assert {one.source for one in found.values()} == {f"visit:{row.pk}"}
        assert found["门没有关"].due_on == timezone.localdate() + timedelta(days=2)
        assert found["门没有关"].owner == cast.mandates["secretary"]
        kept = picture_of(VisitPhoto.objects.get())
        assert kept is not None
        assert b"N31.2" not in kept


def test_answers_that_cannot_be_read_wait_beside_the_visit(cast: Cast, walker: Mandate, phone: WalkersPhone) -> None:
    round_ = open_round(cast, cast.dwellings[2:4], walker, sheet=sheet())
    number = Question.objects.get(position=2)
    (result,) = phone.send(visit(round_, targets(round_)[:1], values={str(number.pk): "约三个"}))
    assert (result["status"], result["problem"]) == ("stored", "values")
    with cast.scope():
        assert Visit.objects.count() == 1
        assert RawUpload.objects.get().problem == "values"


def test_a_photo_that_is_none_waits_and_the_visit_stands(cast: Cast, round_: Occurrence, phone: WalkersPhone) -> None:
    (result,) = phone.send(visit(round_, targets(round_)[:1], photos=[sent_photo(b"\x89PNG")]))
    assert (result["status"], result["problem"]) == ("stored", "photos")
    with cast.scope():
        assert (Visit.objects.count(), VisitPhoto.objects.count()) == (1, 0)


def test_a_photo_ends_with_its_operation(cast: Cast, round_: Occurrence, phone: WalkersPhone) -> None:
    now = timezone.now()
    order = Order(
        "演练", "演练封闭式管理", "emergency", "传染病防治法 第四十二条", "区防控办", "居委会", "shanghai-2020-02-10"
    )
    operation = open_operation(
        by=None,
        neighbourhood=cast.neighbourhood,
        order=order,
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(days=20),
    )
    phone.send(visit(round_, targets(round_)[:1], photos=[sent_photo()], note="敲门无人"))
    with cast.scope():
        photo = VisitPhoto.objects.get()
        assert (photo.operation, picture_of(photo) is None) == (operation.pk, False)
        keyring().destroy(operation.key_name)
        assert picture_of(photo) is None
        after = now + timedelta(days=60)
        assert retention.due(after)["visit_photos"] == retention.erase(after)["visit_photos"] == 1
        assert VisitPhoto.objects.get().sealed is None


def test_a_wrong_tap_is_taken_back_in_whatever_order_it_comes(
    cast: Cast, round_: Occurrence, phone: WalkersPhone
) -> None:
    item = visit(round_, targets(round_)[:2])
    undo = {"id": str(uuid7()), "kind": "annulment", "visit": item["id"], "happened_at": datetime.now(UTC).isoformat()}
    assert [one["status"] for one in phone.send(undo, item, undo)] == ["stored"] * 3
    with cast.scope():
        assert (Visit.objects.count(), VisitAnnulment.objects.count()) == (1, 1)
    assert [one["outcome"] for one in pack_of(phone)["targets"]] == [None] * PLACES


def test_taking_back_closes_what_the_visit_had_found(cast: Cast, walker: Mandate, phone: WalkersPhone) -> None:
    round_ = open_round(cast, cast.dwellings[2:4], walker, sheet=sheet())
    item = visit(round_, targets(round_)[:1], values={str(Question.objects.get(position=1).pk): "no"})
    undo = {"id": str(uuid7()), "kind": "annulment", "visit": item["id"], "happened_at": datetime.now(UTC).isoformat()}
    phone.send(item, undo)
    with cast.scope():
        assert Finding.objects.get().closed_at is not None
    assert Entry.objects.filter(act="rounds.taken_back").count() == 1


def test_nobody_takes_back_somebody_elses_visit(cast: Cast, round_: Occurrence, phone: WalkersPhone) -> None:
    item = visit(round_, targets(round_)[:1])
    phone.send(item)
    other = WalkersPhone()
    other.enrol(cast.users["secretary"], make_walker(cast, "other"), cast.neighbourhood)
    undo = {"id": str(uuid7()), "kind": "annulment", "visit": item["id"], "happened_at": datetime.now(UTC).isoformat()}
    assert other.send(undo)[0]["problem"] == "not_own"
    assert not VisitAnnulment.objects.exists()


def test_an_observation_without_a_planned_route_becomes_an_issue(cast: Cast, phone: WalkersPhone) -> None:
    """P07: a lap around the neighbourhood is logged, and what was found is somebody's by a day."""
    day = timezone.localdate() + timedelta(days=3)
    phone.send(observation(cast.gates[0], due_on=day.isoformat()), observation(cast.gates[1], "一切正常"))
    with cast.scope():
        assert list(Visit.objects.order_by("id").values_list("source", flat=True)) == ["observation", "observation"]
        found = Finding.objects.get()
        assert (found.note, found.due_on, found.owner) == ("路灯不亮", day, cast.mandates["gate_captain"])
        assert found.source == f"visit:{Visit.objects.earliest('id').pk}"


def test_an_issue_raised_on_duty_carries_its_shift(cast: Cast, phone: WalkersPhone) -> None:
    """P10."""
    shift = f"shift:{uuid7()}"
    item = observation(cast.gates[0], due_on=timezone.localdate().isoformat(), source=shift)
    assert phone.send(item)[0]["status"] == "stored"
    assert phone.send(item)[0]["status"] == "already"
    with cast.scope():
        assert Finding.objects.get().source == shift == Visit.objects.get().source


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"kind": "poem"}, "kind"),
        ({"happened_at": "gestern"}, "moment"),
        ({"happened_at": "2020-03-13T09:00:00"}, "moment"),
        ({"happened_at": "0001-01-01T00:00:00+14:00"}, "moment"),
        ({"targets": [[str(uuid7()), "call_back", "9999-12-31T23:59:00-12:00"]]}, "moment"),
        ({"targets": []}, "targets"),
        ({"targets": [["x", "done", None]]}, "targets"),
        ({"targets": [[str(uuid7()), "eaten", None]]}, "targets"),
        ({"values": {"a": "b"}}, "values"),
        ({"values": [1]}, "values"),
        ({"photos": "x"}, "photos"),
        ({"photos": [{"id": str(uuid7())}]}, "photos"),
        ({"photos": [{"id": str(uuid7()), "jpeg": "%%%"}]}, "photos"),
        ({"note": 7}, "note"),
        ({"occurrence": str(uuid7())}, "unknown_round"),
        ({"occurrence": None}, "malformed"),
        ({"kind": "observation", "place": None}, "malformed"),
        ({"kind": "observation", "place": 999_999_999, "note": "x"}, "unknown_place"),
        ({"kind": "observation", "place": 10**30, "note": "x"}, "unknown_place"),
        ({"kind": "observation", "place": 1, "note": " "}, "note"),
        ({"kind": "observation", "place": 1, "note": "x", "due_on": "soon"}, "moment"),
        ({"kind": "observation", "place": 1, "note": "x", "source": "visit:1"}, "source"),
        ({"kind": "observation", "place": 1, "note": "x", "source": "shift:1"}, "source"),
        ({"kind": "annulment", "visit": "x"}, "malformed"),
    ],
)
def test_what_cannot_be_read_waits_for_a_person(
    cast: Cast, round_: Occurrence, phone: WalkersPhone, change: dict[str, Any], problem: str
) -> None:
    item = visit(round_, targets(round_)[:1]) | change
    good = visit(round_, targets(round_)[1:2])
    results = phone.send(item, good)
    assert [(one["status"], one["problem"]) for one in results] == [("waiting", problem), ("stored", None)]
    with cast.scope():
        assert RawUpload.objects.get().problem == problem


def test_characters_that_no_database_keeps_hold_nothing_up(cast: Cast, round_: Occurrence, phone: WalkersPhone) -> None:
    """A phone sends its queue until it is taken: one odd character must not stop everything behind it."""
    twice = sent_photo()
    odd = visit(round_, targets(round_)[:1], note="门\x00口\ud800灯", photos=[twice, twice])
    path, raw = "/scan/api/walk/checks", json.dumps({"checks": [odd]}).encode()
    answer = phone.client.post(path, raw, "application/json", headers=phone.headers("POST", path, raw))
    assert answer.json()["results"][0]["status"] == "stored"
    with cast.scope():
        assert Visit.objects.get().note == "门 口 灯"
        assert VisitPhoto.objects.count() == 1


def test_a_phone_covers_nothing_of_another_neighbourhood(cast: Cast, round_: Occurrence, phone: WalkersPhone) -> None:
    there = make_cast("柏安居民区", prefix="there_")
    foreign = open_round(there, there.gates, make_walker(there, "there_walker"))
    of_theirs, of_mine = targets(foreign)[0], targets(round_)[0]
    assert phone.send(visit(foreign, [of_theirs]))[0]["problem"] == "unknown_round"
    assert phone.send(visit(round_, [of_theirs, of_mine]))[0]["status"] == "stored"
    with cast.scope():
        links = VisitTarget.objects.order_by("target")
        assert {(link.target_id, link.said) for link in links} == {(None, of_theirs.pk), (of_mine.pk, None)}
        assert Visit.objects.get().place == of_mine.place
    with there.scope():
        assert not VisitTarget.objects.exists()


def test_what_was_taken_back_before_it_came_finds_nothing(cast: Cast, walker: Mandate, phone: WalkersPhone) -> None:
    round_ = open_round(cast, cast.dwellings[2:4], walker, sheet=sheet())
    item = visit(round_, targets(round_)[:1], values={str(Question.objects.get(position=1).pk): "no"})
    seen = observation(cast.gates[0], due_on=timezone.localdate().isoformat())
    undo = [
        {"id": str(uuid7()), "kind": "annulment", "visit": one["id"], "happened_at": datetime.now(UTC).isoformat()}
        for one in (item, seen)
    ]
    assert [one["status"] for one in phone.send(*undo, item, seen)] == ["stored"] * 4
    with cast.scope():
        assert not Finding.objects.exists()


def test_what_is_no_item_at_all_waits_too(cast: Cast, phone: WalkersPhone) -> None:
    assert phone.send([1])[0] == {"id": None, "status": "waiting", "problem": "malformed"}  # type: ignore[arg-type]
    assert phone.send({"kind": "visit", "id": "no"})[0]["problem"] == "id"


def test_a_target_that_is_none_is_taken_as_a_stray(cast: Cast, round_: Occurrence, phone: WalkersPhone) -> None:
    item = visit(round_, []) | {"targets": [[str(uuid7()), "done", None]]}
    assert phone.send(item)[0]["status"] == "stored"
    with cast.scope():
        assert VisitTarget.objects.get().target is None


def test_the_same_visit_and_the_same_report_are_stored_once(cast: Cast, walker: Mandate, round_: Occurrence) -> None:
    now = timezone.now()
    by = Walker(walker.user, [walker], now)
    sent = SentVisit(uuid7(), now, False, round_.pk, ((targets(round_)[0].pk, "done", None),), {}, (), "")
    seen = SentObservation(uuid7(), now, False, cast.gates[0].pk, "路灯不亮", timezone.localdate(), (), "")
    with cast.scope():
        visits = [take_visit(by=by, sent=sent, occurrence=round_) for _twice in range(2)]
        reports = [observe(by=by, sent=seen, place=cast.gates[0]) for _twice in range(2)]
        assert [one.fresh for one in (*visits, *reports)] == [True, False, True, False]
        assert (Visit.objects.count(), Finding.objects.count()) == (2, 1)
