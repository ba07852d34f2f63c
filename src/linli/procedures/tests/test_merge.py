"""Two neighbourhoods become one: everything goes, names and numbers that clash are told apart, people who may be one become questions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from linli.gates.models import GateException, Permit, Review
from linli.gates.models.faces import AreaFace
from linli.ground.actions.people import document_row
from linli.ground.actions.places import set_area
from linli.ground.alike import open_pairs
from linli.ground.models import Area, Body, BodyKind, Document, Person, Place
from linli.ground.places import resolve
from linli.ground.scope import scoped
from linli.ground.testing import Cast, make_cast
from linli.kernel.refusal import Refusal
from linli.procedures.models import Parting
from linli.procedures.parting import job
from linli.procedures.parting.choosing import agree, propose_merge, put_aside
from linli.procedures.parting.preview import preview
from linli.procedures.tests.world import MOMENT, NUMBERS, crossing, fill, halves, snapshot


@pytest.fixture
def other(db: None) -> Cast:
    """A second neighbourhood with the same names of gates and estates, and one person of the first."""
    made = make_cast("梧桐居民区", prefix="w_")
    Place.objects.filter(pk=made.neighbourhood.pk).update(code="310199002")
    made.neighbourhood.refresh_from_db()
    with made.scope():
        twin = document_row(person=made.people[5], kind="id", number=NUMBERS[0], checked=True, since=MOMENT.date())
        Document.objects.bulk_create([twin])
    return made


@pytest.fixture
def full(cast: Cast) -> Cast:
    fill(cast)
    with cast.scope():
        GateException.objects.update(settled_at=MOMENT)
    return cast


def merged(source: Cast, into: Cast) -> Parting:
    parting = propose_merge(by=None, source=source.neighbourhood, target=into.neighbourhood)
    return job.run(by=None, parting=job.begin(by=None, parting=parting))


def test_no_row_is_lost(full: Cast, other: Cast) -> None:
    before = snapshot()
    done = merged(full, other)
    after = snapshot()
    assert done.state == "done"
    for label in before:
        assert before[label].keys() <= after[label].keys(), label
    made = {label for label in after if after[label].keys() - before[label].keys()}
    assert made <= {"journal.Entry", "ground.Responsibility"}
    assert (crossing(), halves()) == ([], [])
    with scoped(neighbourhood_ids={full.neighbourhood.pk}, reason="test"):
        assert not Person.objects.exists()


def test_the_old_name_and_code_lead_to_the_one_that_goes_on(full: Cast, other: Cast) -> None:
    merged(full, other)
    full.neighbourhood.refresh_from_db()
    assert full.neighbourhood.until == timezone.localdate()
    assert resolve("310199001") == other.neighbourhood


def test_the_same_document_on_both_sides_is_a_question(full: Cast, other: Cast) -> None:
    seen = preview(propose_merge(by=None, source=full.neighbourhood, target=other.neighbourhood))
    assert seen.same_documents == 1
    merged(full, other)
    with other.scope():
        pairs = {frozenset((pair.one.id, pair.other.id)) for pair in open_pairs(other.neighbourhood)}
    assert frozenset((str(full.people[0].pk), str(other.people[5].pk))) in pairs


def test_names_and_numbers_that_clash_are_told_apart(full: Cast, other: Cast) -> None:
    set_area(by=None, neighbourhood=other.neighbourhood, name="east", places=other.gates[:1])
    mine = Area.objects.get(neighbourhood=full.neighbourhood, name="east")
    theirs = Area.objects.get(neighbourhood=other.neighbourhood, name="east")
    AreaFace.objects.create(area=mine, neighbourhood=full.neighbourhood, colour="ink", shape="circle")
    AreaFace.objects.create(area=theirs, neighbourhood=other.neighbourhood, colour="ink", shape="square")
    merged(full, other)
    gates = Place.objects.filter(neighbourhood=other.neighbourhood, kind__code="gate").values_list("name", flat=True)
    assert sorted(gates) == ["东门", "东门（槐安居民区）", "西门", "西门（槐安居民区）"]
    mine.refresh_from_db()
    assert mine.name == "east（槐安居民区）"
    face = AreaFace.objects.get(area=mine)
    assert (face.shape, face.colour) == ("circle", "blue")
    assert Place.objects.get(pk=full.gates[0].pk).names.filter(name="东门").exists()


def test_permit_numbers_stay_unique(full: Cast, other: Cast) -> None:
    with scoped(neighbourhood_ids={full.neighbourhood.pk, other.neighbourhood.pk}, reason="test"):
        number = Permit.objects.filter(neighbourhood=full.neighbourhood).values_list("number", flat=True)[0]
        Permit.objects.create(
            neighbourhood=other.neighbourhood, number=number, person=other.people[0], since=MOMENT,
            until=timezone.now() + timedelta(days=9),
        )  # fmt: skip
    merged(full, other)
    with other.scope():
        numbers = list(Permit.objects.values_list("number", flat=True))
    assert len(numbers) == len(set(numbers))


def test_bodies_of_the_whole_go_on_and_accounts_are_managed_there(full: Cast, other: Cast) -> None:
    kind = BodyKind.objects.create(code="test", name_zh="t", name_en="t")
    body = Body.objects.create(kind=kind, place=full.neighbourhood, name="物业公司")
    user = full.users["guard"]
    type(user).objects.filter(pk=user.pk).update(home=full.neighbourhood.pk)
    merged(full, other)
    body.refresh_from_db()
    user.refresh_from_db()
    assert body.place_id == other.neighbourhood.pk
    assert user.home == other.neighbourhood.pk


def test_the_other_neighbourhood_agrees_first(full: Cast, other: Cast) -> None:
    asking, asked = full.users["secretary"], other.users["secretary"]
    parting = propose_merge(by=asking, source=full.neighbourhood, target=other.neighbourhood)
    for refused, code in (
        (lambda: job.begin(by=asking, parting=parting), "parting.not_agreed"),
        (lambda: agree(by=asking, parting=parting), "parting.not_yours"),
    ):
        with pytest.raises(Refusal) as caught:
            refused()
        assert caught.value.code == code
    agree(by=asked, parting=parting)
    with pytest.raises(Refusal) as caught:
        job.begin(by=full.users["clerk"], parting=parting)
    assert caught.value.code == "parting.not_yours"
    assert job.begin(by=asking, parting=parting).state == "running"
    for again in (lambda: agree(by=asked, parting=parting), lambda: put_aside(by=asking, parting=parting)):
        parting.refresh_from_db()
        with pytest.raises(Refusal) as caught:
            again()
        assert caught.value.code == "parting.not_waiting"


def test_what_nobody_could_settle_afterwards_is_settled_first(full: Cast, other: Cast) -> None:
    with full.scope():
        GateException.objects.update(settled_at=None)
        Review.objects.create(
            neighbourhood=full.neighbourhood, check_id=full.people[0].pk, gate=full.gates[0], asked_at=MOMENT, due_at=MOMENT
        )  # fmt: skip
    parting = propose_merge(by=None, source=full.neighbourhood, target=other.neighbourhood)
    assert [refusal.code for refusal in preview(parting).blocks] == ["parting.decide_first"] * 2
    with pytest.raises(Refusal) as caught:
        job.begin(by=None, parting=parting)
    assert caught.value.code == "parting.decide_first"


def test_into_itself_or_into_one_that_ended_it_cannot_be_merged(full: Cast, other: Cast) -> None:
    for target, code in ((full.neighbourhood, "parting.into_itself"), (full.lanes, "parting.not_running")):
        with pytest.raises(Refusal) as caught:
            propose_merge(by=None, source=full.neighbourhood, target=target)
        assert caught.value.code == code
