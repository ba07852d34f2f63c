"""A neighbourhood is split: homes go whole, nothing is lost, nobody sees the other side, and the way back leaves no trace."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from linli import vault
from linli.gates.models import Permit
from linli.ground.actions.places import NewPlace, add_places
from linli.ground.alike import open_pairs
from linli.ground.models import Document, Household, Person, Phone, Residence, Tie
from linli.ground.places import resolve
from linli.ground.queries import responsible_on
from linli.ground.scope import scoped
from linli.ground.search import search
from linli.ground.testing import Cast
from linli.journal.models import Entry
from linli.procedures import acts
from linli.procedures.holdings import PARTED
from linli.procedures.models import Parting, Trace
from linli.procedures.parting import job
from linli.procedures.parting.choosing import NewNeighbourhood, propose_merge, propose_split
from linli.procedures.parting.mover import Mover
from linli.procedures.tests.world import NUMBERS, crossing, fill, halves, snapshot
from linli.register.base import Base, printer_of

YESTERDAY = timezone.localdate() - timedelta(days=1)


def split_villas(cast: Cast, **said: Any) -> Parting:
    parts = said.pop("parts", [cast.villas.pk, cast.gates[0].pk])
    new = NewNeighbourhood("听松居民区", parts, cast.users["clerk"], since=said.pop("since", None))
    return propose_split(by=cast.users["secretary"], source=cast.neighbourhood, new=new)


def moved(parting: Parting) -> Parting:
    return job.run(by=None, parting=job.begin(by=None, parting=parting))


@pytest.fixture
def full(cast: Cast) -> Cast:
    fill(cast)
    return cast


def test_homes_go_with_everything_that_belongs_to_them(full: Cast) -> None:
    before = snapshot()
    done = moved(split_villas(full))
    assert done.state == "done"
    assert done.target is not None
    new = done.target
    assert crossing() == []
    full.villas.refresh_from_db()
    assert full.villas.neighbourhood_id == new.pk
    assert full.villas.path.startswith(new.path)
    with scoped(neighbourhood_ids={new.pk}, reason="test"):
        names = set(Person.objects.values_list("name", flat=True))
        assert {full.people[n].name for n in range(4)} <= names
        assert full.people[5].name not in names
        assert Residence.objects.filter(person=full.people[0]).count() == 2
    after = snapshot()
    made = {label: after[label].keys() - before[label].keys() for label in after}
    assert all(before[label].keys() <= after[label].keys() for label in before if label not in PAIRS)
    assert {label for label, rows in made.items() if rows} <= MAY_GROW


PAIRS = {"ground.Merge", "ground.AlikeAnswer"}
MAY_GROW = {
    "ground.Place", "ground.Area", "ground.Household", "ground.Person", "ground.PersonKey", "ground.Phone",
    "ground.Responsibility", "tenancies.TenantList", "gates.PrintBatch", "journal.Entry",
}  # fmt: skip


def test_split_and_merged_back_it_is_the_same_register(full: Cast) -> None:
    before = snapshot()
    done = moved(split_villas(full))
    assert done.target is not None
    moved(propose_merge(by=None, source=done.target, target=full.neighbourhood))
    after = snapshot()
    for label in sorted(before):
        if label == "ground.Place":
            del after[label][str(done.target.pk)]  # ended: its name and code lead to the one that goes on
        if label != "journal.Entry":
            assert after[label] == before[label], label
    assert not Trace.objects.exists()
    assert crossing() == []


def test_at_every_moment_a_home_is_whole_in_one_of_the_two(full: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "BEGIN", 1)
    monkeypatch.setattr(job, "LARGEST", 1)
    monkeypatch.setattr(job, "SMALLEST", 1)
    parting = job.begin(by=None, parting=split_villas(full, parts=[full.lanes.pk]))
    assert (crossing(), halves()) == ([], [])
    steps = 0
    while parting.state == "running":
        parting = job.step(by=None, parting=parting, seconds=0)
        assert (crossing(), halves()) == ([], [])
        steps += 1
    assert steps == 7  # six homes, and what lies above them


def test_killed_in_the_middle_it_goes_on(full: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    before = snapshot()
    monkeypatch.setattr(job, "BEGIN", 1)
    parting = job.begin(by=None, parting=split_villas(full))
    job.step(by=None, parting=parting, seconds=0)
    at = snapshot()
    with monkeypatch.context() as broken:
        broken.setattr(Mover, "_answered_for", _killed)
        with pytest.raises(SystemExit), transaction.atomic():
            job.step(by=None, parting=parting)
    assert snapshot() == at
    assert (crossing(), halves()) == ([], [])
    with monkeypatch.context() as broken:
        broken.setattr("linli.procedures.parting.finishing.areas", _killed)
        with pytest.raises(SystemExit):
            job.run(by=None, parting=parting)
    assert (crossing(), halves()) == ([], [])
    assert job.go_on() == 1
    parting.refresh_from_db()
    assert parting.state == "done"
    assert (crossing(), halves()) == ([], [])
    assert parting.target is not None
    moved(propose_merge(by=None, source=parting.target, target=full.neighbourhood))
    after = snapshot()
    assert after["ground.Person"] == before["ground.Person"]
    assert after["ground.Document"] == before["ground.Document"]


def _killed(*args: Any, **kwargs: Any) -> None:
    raise SystemExit("killed")


def test_numbers_are_found_on_the_side_where_the_people_are(full: Cast) -> None:
    done = moved(split_villas(full))
    for side, found in ((done.target, [full.people[0].pk]), (full.neighbourhood, [])):
        with scoped(neighbourhood_ids={side.pk}, reason="test"):
            index = vault.blind_index(NUMBERS[0], neighbourhood=side.pk, purpose="document")
            assert list(Document.objects.filter(whole_index=index).values_list("person", flat=True)) == found
            assert bool(search(side, NUMBERS[0][-4:], inside=[side])) == bool(found)


def test_who_owns_a_flat_on_the_other_side_is_known_there_by_name_and_telephone(full: Cast) -> None:
    done = moved(split_villas(full))
    with scoped(neighbourhood_ids={full.neighbourhood.pk}, reason="test"):
        tie = Tie.objects.get(household=full.households[4], kind="owner")
        assert tie.person.name == full.people[1].name
        assert tie.person.pk != full.people[1].pk
        assert not Document.objects.filter(person=tie.person).exists()
        (phone,) = Phone.objects.filter(person=tie.person)
        assert bytes(phone.whole_index) == vault.blind_index(
            "19900000001", neighbourhood=full.neighbourhood.pk, purpose="phone"
        )
    with scoped(neighbourhood_ids={done.target.pk}, reason="test"):
        former = Residence.objects.get(person=full.people[0], since__year=2018)
        assert former.household.dwelling == full.households[3].dwelling
        assert former.household.until is not None


def test_somebody_wrote_of_the_entry_meanwhile_so_it_stays_and_is_asked_about(full: Cast) -> None:
    done = moved(split_villas(full))
    with scoped(neighbourhood_ids={full.neighbourhood.pk}, reason="test"):
        copy = Tie.objects.get(household=full.households[4], kind="owner").person
        Residence.objects.create(
            neighbourhood=full.neighbourhood, person=copy, household=full.households[4], since=YESTERDAY
        )
    moved(propose_merge(by=None, source=done.target, target=full.neighbourhood))
    with scoped(neighbourhood_ids={full.neighbourhood.pk}, reason="test"):
        assert Person.objects.filter(pk=copy.pk).exists()
        pairs = {frozenset((pair.one.id, pair.other.id)) for pair in open_pairs(full.neighbourhood)}
        assert frozenset((str(copy.pk), str(full.people[1].pk))) in pairs
    assert not Trace.objects.filter(model="ground.Person").exists()


def test_every_household_has_one_who_answers_for_it(full: Cast) -> None:
    done = moved(split_villas(full))
    with scoped(neighbourhood_ids={done.target.pk}, reason="test"):
        for household in Household.objects.filter(until__isnull=True):
            office = responsible_on(household.pk)
            assert office is not None
            assert (office.capacity, office.place_id) == ("secretary", done.target.pk)


def test_a_building_goes_without_its_estate(full: Cast) -> None:
    (other,) = add_places([NewPlace("building", full.lanes, "9号")])
    before = snapshot()
    done = moved(split_villas(full, parts=[full.building.pk]))
    full.building.refresh_from_db()
    half = full.building.parent
    assert half is not None
    assert (half.name, half.split_from_id, half.neighbourhood_id) == (full.lanes.name, full.lanes.pk, done.target.pk)
    other.refresh_from_db()
    assert other.neighbourhood_id == full.neighbourhood.pk
    moved(propose_merge(by=None, source=done.target, target=full.neighbourhood))
    full.building.refresh_from_db()
    assert full.building.parent_id == full.lanes.pk
    after = snapshot()
    assert after["ground.Household"] == before["ground.Household"]
    half.refresh_from_db()
    assert half.merged_into_id == full.lanes.pk


def test_old_and_new_code_both_resolve(full: Cast) -> None:
    secretary = full.users["secretary"]
    new = NewNeighbourhood("听松居民区", [full.villas.pk], secretary, "310101002099")
    done = moved(propose_split(by=secretary, source=full.neighbourhood, new=new))
    assert resolve("310199001") == full.neighbourhood
    assert resolve("310101002099") == done.target
    moved(propose_merge(by=None, source=done.target, target=full.neighbourhood))
    assert resolve("310101002099") == full.neighbourhood


def test_a_split_under_the_old_name_takes_a_merge_back(full: Cast) -> None:
    first = moved(split_villas(full))
    moved(propose_merge(by=None, source=first.target, target=full.neighbourhood))
    before = snapshot()
    again = moved(split_villas(full))
    assert again.target == first.target
    assert again.target.until is None
    moved(propose_merge(by=None, source=again.target, target=full.neighbourhood))
    after = snapshot()
    assert after["ground.Person"] == before["ground.Person"]


def test_cards_end_with_the_move_and_hold_again_on_the_way_back(full: Cast) -> None:
    done = moved(split_villas(full))
    with scoped(neighbourhood_ids={done.target.pk}, reason="test"):
        assert set(Permit.objects.values_list("reason", flat=True)) == {"parted"}
    moved(propose_merge(by=None, source=done.target, target=full.neighbourhood))
    with scoped(neighbourhood_ids={full.neighbourhood.pk}, reason="test"):
        assert not Permit.objects.filter(cancelled_at__isnull=False).exists()


def test_the_journal_says_it_in_both_neighbourhoods(full: Cast) -> None:
    done = moved(split_villas(full))
    for place in (full.neighbourhood, done.target):
        said = set(Entry.objects.filter(neighbourhood=place.pk, subject=str(done.pk)).values_list("act", flat=True))
        assert said >= {acts.BEGUN, acts.DONE, acts.REINDEXED}
    numbers = Entry.objects.get(act=acts.REINDEXED, neighbourhood=done.target.pk)
    assert numbers.by_user is None
    assert numbers.data == {"documents": 4, "phones": 4}


def test_what_is_set_aside_is_told_and_goes_with_the_person(full: Cast) -> None:
    done = moved(split_villas(full))
    with scoped(neighbourhood_ids={done.target.pk}, reason="test"):
        (fact, _other) = PARTED.facts([full.people[0].pk, full.people[1].pk])
        assert fact.person in (full.people[0].pk, full.people[1].pk)
        assert PARTED.erase is not None
        assert PARTED.erase([full.people[1].pk], timezone.now()) == 1
    assert Trace.objects.filter(kind="row").count() == 1


def test_the_next_file_does_not_speak_of_homes_that_left(full: Cast) -> None:
    with full.scope():
        both = Base.load(full.neighbourhood.pk, printer_of(full.neighbourhood.pk), set())
        assert set(both.doors.values()) == {full.dwellings[0].pk, full.dwellings[2].pk}
    moved(split_villas(full))
    with full.scope():
        left = Base.load(full.neighbourhood.pk, printer_of(full.neighbourhood.pk), set())
        assert set(left.doors.values()) == {full.dwellings[2].pk}
        assert full.people[0].pk not in left.persons
