"""My rounds on a page without a script, walkers' phones in the office, one visit with its answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from linli.ground.actions.bodies import BodyFacts, add_body
from linli.ground.models import BodyKind, Mandate
from linli.ground.testing import Cast, client_as
from linli.inbox.models import RawUpload
from linli.kernel.ids import uuid7
from linli.rounds import walkers
from linli.rounds.actions.phones import cut_off
from linli.rounds.actions.sheets import save_sheet
from linli.rounds.models import Finding, Occurrence, Plan, Sheet, Visit, VisitAnnulment, VisitPhoto, WalkerPhone
from linli.rounds.sheet_reading import questions_with_choices
from linli.rounds.testing_walk import WalkersPhone, make_walker, open_round, photo, visit
from linli.rounds.tests.test_sheets import ALL
from linli.rounds.walkers import way_of
from linli.rounds.walking_pack import content


@pytest.fixture
def walker(cast: Cast) -> Mandate:
    return make_walker(cast)


@pytest.fixture
def mine(walker: Mandate) -> Client:
    assert walker.user is not None
    return client_as(walker.user)


@pytest.fixture
def office(cast: Cast) -> Client:
    return client_as(cast.users["secretary"])


def test_several_doors_are_ticked_and_recorded_at_once(cast: Cast, walker: Mandate, mine: Client) -> None:
    round_ = open_round(cast, cast.dwellings[2:8], walker)
    assert all(place.name in mine.get("/rounds/walk/").content.decode() for place in cast.dwellings[2:8])
    ids = [str(one.pk) for one in round_.targets.all()]
    mine.post("/rounds/walk/", {"target": ids[:4], "outcome": "done"})
    mine.post("/rounds/walk/", {"target": [], "outcome": "done"})
    mine.post("/rounds/walk/", {"target": ids[4:], "outcome": "eaten"})
    with cast.scope():
        assert [one.links.count() for one in Visit.objects.all()] == [4]


def test_what_is_left_of_a_long_list_is_not_hidden_behind_what_is_done(
    cast: Cast, walker: Mandate, mine: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walkers, "MOST_TARGETS", 3)
    round_ = open_round(cast, cast.dwellings[2:7], walker)
    ids = [str(one.pk) for one in round_.targets.order_by("sort")]
    mine.post("/rounds/walk/", {"target": ids[:3], "outcome": "done"})
    with cast.scope():
        way = way_of([walker], cast.neighbourhood, timezone.now())
    assert [str(one.target.pk) for one in way.stops if not one.done] == ids[3:]
    assert len(way.stops) == 3


def test_a_stop_is_answered_with_its_sheet_and_a_photo(
    cast: Cast, walker: Mandate, mine: Client, office: Client
) -> None:
    sheet = save_sheet(
        by=None, place=cast.neighbourhood, title="巡查八问", asks=[one for one in ALL if one.kind != "time"]
    )
    round_ = open_round(cast, cast.gates, walker, sheet=sheet)
    url = f"/rounds/walk/{round_.targets.order_by('sort')[0].pk}/"
    asked = {one.code: one.pk for one in questions_with_choices().filter(sheet=sheet)}
    shot = SimpleUploadedFile("p.jpg", photo(), "image/jpeg")
    said = {
        "key": str(uuid7()), "outcome": "done", f"q{asked['there']}": "no", f"q{asked['lamp']}": "good",
        f"q{asked['where']}": ["a", "b"], f"q{asked['people']}": "3", f"q{asked['shot']}": shot, "note": "雨天",
    }  # fmt: skip
    assert mine.post(url, said | {f"q{asked['people']}": "约三"}).status_code == 422
    shot.seek(0)
    assert mine.post(url, said).status_code == 302
    with cast.scope():
        row = Visit.objects.get()
        assert (row.values.count(), Finding.objects.get().note, VisitPhoto.objects.count()) == (5, "门岗无人", 1)
        picture = VisitPhoto.objects.get()
    page = office.get(f"/rounds/visits/{row.pk}/").content.decode()
    assert all(words in page for words in ("门岗有人吗", "大门", "围墙", "雨天", "门岗无人"))
    answer = office.get(f"/rounds/visits/{row.pk}/photos/{picture.pk}/")
    assert (answer["Content-Type"], b"N31.2" in answer.content) == ("image/jpeg", False)
    assert client_as(cast.users["guard"]).get(f"/rounds/visits/{row.pk}/").status_code == 403
    assert office.get(f"/rounds/visits/{uuid7()}/").status_code == 404


def test_who_comes_again_says_when_and_a_wrong_tap_is_taken_back(cast: Cast, walker: Mandate, mine: Client) -> None:
    round_ = open_round(cast, cast.dwellings[2:4], walker)
    url = f"/rounds/walk/{round_.targets.order_by('sort')[0].pk}/"
    said = {"key": str(uuid7()), "outcome": "call_back", "note": ""}
    assert mine.post(url, said).status_code == 422
    at = (timezone.localtime() + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
    mine.post(url, said | {"call_back_at": at})
    with cast.scope():
        row = Visit.objects.get()
        assert row.links.get().call_back_at is not None
    assert str(row.pk) in mine.get(url).content.decode()
    mine.post(f"/rounds/walk/visits/{row.pk}/back/")
    assert VisitAnnulment.objects.get().pk == row.pk
    other = make_walker(cast, "other")
    assert other.user is not None
    assert client_as(other.user).post(f"/rounds/walk/visits/{row.pk}/back/").status_code == 404
    assert client_as(other.user).get(url).status_code == 404


def test_something_seen_is_reported_without_a_round_or_from_a_shift(cast: Cast, mine: Client) -> None:
    shift = uuid7()
    said = {"key": str(uuid7()), "place": str(cast.gates[0].pk), "note": "路灯不亮", "due": "three"}
    assert mine.post("/rounds/walk/report/", said | {"note": ""}).status_code == 422
    mine.post("/rounds/walk/report/", said)
    mine.post(f"/rounds/walk/report/?source=shift:{shift}", said | {"key": str(uuid7()), "due": "none"})
    mine.post("/rounds/walk/report/?source=visit:1", said | {"key": str(uuid7()), "due": "none"})
    with cast.scope():
        assert Finding.objects.get().due_on == timezone.localdate() + timedelta(days=3)
        sources = Visit.objects.order_by("pk").values_list("source", flat=True)
        assert list(sources) == ["observation", f"shift:{shift}", "observation"]


def test_a_branch_walks_what_the_branch_holds(cast: Cast) -> None:
    kind = BodyKind.objects.get(code="branch")
    branch = add_body(by=None, facts=BodyFacts(kind=kind, name="第一支部", place=cast.neighbourhood))
    held = Mandate.objects.create(
        body=branch, capacity="patroller", place=cast.neighbourhood, since="2020-01-01", holder_name=branch.name
    )
    member = make_walker(cast, "member")
    Mandate.objects.filter(pk=member.pk).update(place=None, of_body=branch)
    open_round(cast, cast.gates, held)
    assert member.user is not None
    page = client_as(member.user)
    assert cast.gates[0].name in page.get("/rounds/walk/").content.decode()
    page.post("/rounds/walk/", {"target": [str(Occurrence.objects.get().targets.first().pk)], "outcome": "done"})  # type: ignore[union-attr]
    with cast.scope():
        row = Visit.objects.get()
        assert (row.mandate, row.former) == (held, False)


def test_a_phone_is_made_ones_own_with_one_tap(cast: Cast, walker: Mandate, mine: Client) -> None:
    answer = mine.post("/rounds/walk/phone/")
    assert answer.headers["Location"].startswith("/scan/#w=")
    phone = WalkersPhone()
    code = answer.headers["Location"].partition("=")[2]
    told = phone.post_plain("enrol", {"token": code, "public_key": phone.public_key()})
    assert (told["kind"], told["walker"]) == ("walker", walker.holder_name)
    assert client_as(cast.users["officer"]).post("/rounds/walk/phone/").status_code in (403, 404)


def test_a_phone_made_ones_own_carries_what_the_page_shows(cast: Cast, walker: Mandate, mine: Client) -> None:
    kind = BodyKind.objects.get(code="branch")
    branch = add_body(by=None, facts=BodyFacts(kind=kind, name="第一支部", place=cast.neighbourhood))
    held = Mandate.objects.create(
        body=branch, capacity="patroller", place=cast.neighbourhood, since="2020-01-01", holder_name=branch.name
    )
    Mandate.objects.create(
        user=walker.user, of_body=branch, capacity="patroller", since="2020-01-01", holder_name=walker.holder_name
    )
    open_round(cast, cast.gates, held)
    phone = WalkersPhone()
    phone.post_plain(
        "enrol",
        {
            "token": mine.post("/rounds/walk/phone/").headers["Location"].partition("=")[2],
            "public_key": phone.public_key(),
        },
    )
    with cast.scope():
        pack = content(WalkerPhone.objects.get(), timezone.now())
    assert {one["door"] for one in pack["targets"]} == {gate.name for gate in cast.gates}


def test_the_office_makes_a_code_and_cuts_a_phone_off(cast: Cast, walker: Mandate, office: Client) -> None:
    page = office.post("/rounds/walkers/", {"mandate": str(walker.pk)})
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    phone = WalkersPhone()
    device = phone.enrol(cast.users["secretary"], walker, cast.neighbourhood)
    assert walker.holder_name in office.get("/rounds/walkers/").content.decode()
    office.post(f"/rounds/walkers/{device.pk}/cut-off/")
    assert WalkerPhone.objects.get().cut_off_at is not None
    assert client_as(cast.users["guard"]).get("/rounds/walkers/").status_code == 403


def test_what_a_cut_off_phone_sent_is_taken_in_or_set_aside(cast: Cast, walker: Mandate, office: Client) -> None:
    round_, phone = open_round(cast, cast.gates, walker), WalkersPhone()
    device = phone.enrol(cast.users["secretary"], walker, cast.neighbourhood)
    cut_off(by=cast.users["secretary"], device=device)
    targets = list(round_.targets.all())
    phone.send(visit(round_, targets[:1]))
    phone.send(visit(round_, targets[1:]))
    with cast.scope():
        one, two = RawUpload.objects.order_by("pk")
    page = office.get("/rounds/walkers/").content.decode()
    assert str(one.pk) in page
    office.post(f"/rounds/walkers/uploads/{one.pk}/take/")
    office.post(f"/rounds/walkers/uploads/{two.pk}/aside/")
    with cast.scope():
        assert Visit.objects.count() == 1
        assert set(RawUpload.objects.values_list("state", flat=True)) == {"done"}


def test_who_walks_no_rounds_has_no_such_page(cast: Cast) -> None:
    assert client_as(cast.users["guard"]).get("/rounds/walk/").status_code == 403
    assert client_as(cast.users["stranger"]).get("/rounds/walk/").status_code == 404
    assert not Sheet.objects.exists()


def test_the_answers_of_a_round_are_read_back_on_one_page(cast: Cast, walker: Mandate, office: Client) -> None:
    sheet = save_sheet(by=None, place=cast.neighbourhood, title="巡查八问", asks=ALL[:2])
    round_, phone = open_round(cast, cast.gates, walker, sheet=sheet), WalkersPhone()
    phone.enrol(cast.users["secretary"], walker, cast.neighbourhood)
    there, lamp = (str(one.pk) for one in questions_with_choices().filter(sheet=sheet))
    one, two = round_.targets.order_by("sort")
    good, bad = visit(round_, [one], values={there: "yes", lamp: "good"}), visit(round_, [two], values={there: "no"})
    phone.send(good, bad)
    page = office.get(f"/rounds/{round_.pk}/answers/").content.decode()
    assert all(words in page for words in ("门岗有人吗", "都亮", one.name, two.name))
    assert office.get(f"/rounds/{round_.pk}/answers/?as=xlsx").status_code == 200
    assert f"/rounds/{round_.pk}/answers/" in office.get(f"/rounds/{round_.pk}/").content.decode()
    with cast.scope():
        finding = Finding.objects.get()
    assert f"/rounds/visits/{bad['id']}/" in office.get(f"/rounds/findings/{finding.pk}/").content.decode()
    assert client_as(cast.users["stranger"]).get(f"/rounds/{round_.pk}/answers/").status_code == 404


def test_what_a_body_answers_itself_is_nobodys_way(cast: Cast, walker: Mandate, mine: Client) -> None:
    round_ = open_round(cast, cast.gates, walker)
    Plan.objects.filter(pk=round_.plan_id).update(filled_by=Plan.FilledBy.TARGET)
    assert cast.gates[0].name not in mine.get("/rounds/walk/").content.decode().partition("<main")[2]
