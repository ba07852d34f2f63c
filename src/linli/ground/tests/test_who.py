"""Who is who: joins are pointers that every reader follows; nothing is joined by a name alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.ground import who
from linli.ground.actions.merge import ask_again, join_all_sure, join_people, say_two_people, take_join_back
from linli.ground.actions.people import add_person, document_row, key_rows, move, person_row, phone_row
from linli.ground.alike import open_pairs, pair_of
from linli.ground.models import AlikeAnswer, Document, Household, Merge, Person, PersonKey, Phone, Residence, Tie
from linli.ground.people import households_now, persons_now
from linli.ground.search import search
from linli.ground.testing import Cast
from linli.journal.models import Entry
from linli.kernel.refusal import Refusal

DAY = date(2020, 3, 1)
BORN = date(1980, 5, 1)
ID_A, ID_B = "31019919800501002X", "310199198005010038"


@pytest.fixture
def scope(cast: Cast) -> Iterator[None]:
    with cast.scope():
        yield


def put(cast: Cast, name: str, home: int, born: date | None = None, sex: str = "", **numbers: Any) -> Person:
    """A person at the n-th door, with a document and a phone if given."""
    person = person_row(neighbourhood=cast.neighbourhood.pk, name=name, born=born, sex=sex)
    person.save(force_insert=True)
    PersonKey.objects.bulk_create(key_rows(person))
    Residence.objects.create(
        neighbourhood=cast.neighbourhood, person=person, household=cast.households[home], since=DAY, source="import:x"
    )
    if "document" in numbers:
        document_row(person=person, kind="id", number=numbers["document"], checked=True, since=DAY).save()
    if "phone" in numbers:
        phone_row(person=person, number=numbers["phone"], since=DAY).save()
    return person


def refused(code: str, call: Any) -> None:
    with pytest.raises(Refusal) as caught:
        call()
    assert caught.value.code == code


def verdicts(cast: Cast) -> dict[tuple[str, str], str]:
    return {
        (min(p.one.name, p.other.name), max(p.one.name, p.other.name)): p.verdict
        for p in open_pairs(cast.neighbourhood)
    }


@pytest.mark.usefixtures("scope")
def test_two_spellings_of_one_name_are_flagged_not_joined(cast: Cast) -> None:
    """X02: same person, two spellings: flagged for a human, not merged or split silently."""
    one = put(cast, "章荣茂", 0, BORN)
    other = put(cast, "章蓉茂", 4, BORN)
    assert verdicts(cast) == {("章荣茂", "章蓉茂"): "spelling"}
    for person in (one, other):
        person.refresh_from_db()
        assert person.merged_into_id is None


@pytest.mark.usefixtures("scope")
def test_the_same_name_in_two_roles_is_never_joined_by_name_alone(cast: Cast) -> None:
    """X03: same name, two roles (probably two people)."""
    put(cast, "章荣茂", 0)
    put(cast, "章荣茂", 4)
    assert verdicts(cast) == {}


@pytest.mark.usefixtures("scope")
def test_twins_namesakes_and_an_agents_phone_are_not_asked_about(cast: Cast) -> None:
    put(cast, "许一帆", 0, BORN, document=ID_A)
    put(cast, "许一凡", 0, BORN, document=ID_B)
    put(cast, "许一诺", 0, BORN)
    put(cast, "章伟", 1, BORN)
    put(cast, "章伟", 1, date(1955, 1, 1))
    for home in range(6):
        put(cast, "租客", home, phone="19900001234")
    # doors next to each other hold the same name: that alone is asked about, the telephone never
    phones = [p for p in open_pairs(cast.neighbourhood) if "phone" in p.evidence.agrees]
    assert phones == []
    assert not [pair for pair in verdicts(cast) if "租客" not in pair]


@pytest.mark.usefixtures("scope")
def test_the_same_name_at_the_next_door_is_asked_about(cast: Cast) -> None:
    put(cast, "章荣茂", 2)
    put(cast, "章荣茂", 3)
    put(cast, "章荣茂", 4)
    assert len(open_pairs(cast.neighbourhood)) == 1  # 101 and 102; 201 is on another floor


@pytest.mark.usefixtures("scope")
def test_a_joined_person_counts_once_and_is_found_by_both_spellings(cast: Cast) -> None:
    one, other = put(cast, "章荣茂", 0, BORN), put(cast, "章蓉茂", 4, BORN, phone="19900005678")
    merge = join_people(by=cast.users["clerk"], kept=one, other=other)
    assert merge.evidence["agrees"] == ["born", "sound"]
    assert who.everyone(other) == [one.pk, other.pk]
    assert who.roots([one.pk, other.pk]) == {one.pk}
    assert who.joined_with([one.pk]) == {other.pk: one.pk}
    for text in ("章荣茂", "章蓉茂", "zrm", "5678"):
        hits = [hit.person.pk for hit in search(cast.neighbourhood, text, inside=[cast.neighbourhood]) if hit.person]
        assert hits == [one.pk], text
    assert [e.person.pk for e in who.known_here_as(cast.households[4])] == [one.pk]
    assert who.known_here_as(cast.households[0]) == []
    assert who.known_here_as(None) == []
    assert verdicts(cast) == {}
    assert Entry.objects.filter(act="ground.people_joined").count() == 2
    assert str(other.pk) not in str(list(Entry.objects.values_list("data", flat=True)))
    other.refresh_from_db()
    assert other.phones.count() == 1  # nothing was moved


@pytest.mark.usefixtures("scope")
def test_what_a_join_refuses(cast: Cast) -> None:
    one, other, third = put(cast, "章荣茂", 0, BORN), put(cast, "章蓉茂", 4, BORN), put(cast, "章容茂", 5, BORN)
    refused("ground.join_self", lambda: join_people(by=None, kept=one, other=one))
    join_people(by=None, kept=one, other=other)
    refused("ground.join_chain", lambda: join_people(by=None, kept=other, other=third))
    refused("ground.join_chain", lambda: join_people(by=None, kept=third, other=one))
    refused("ground.join_chain", lambda: join_people(by=None, kept=other, other=one))
    refused("ground.are_joined", lambda: say_two_people(by=None, one=one, other=other))
    refused("ground.join_self", lambda: say_two_people(by=None, one=one, other=one))
    join_people(by=None, kept=one, other=third)
    assert who.everyone(one)[0] == one.pk
    assert len(who.everyone(one)) == 3


@pytest.mark.usefixtures("scope")
def test_the_one_who_lives_here_is_kept(cast: Cast) -> None:
    here, gone = put(cast, "章荣茂", 0, BORN), put(cast, "章荣茂", 4, BORN)
    move(by=None, person=gone, presence="moved", since=date(2020, 4, 1))
    refused("ground.join_wrong_way", lambda: join_people(by=None, kept=gone, other=here))
    assert join_people(by=None, kept=here, other=gone).into == here


@pytest.mark.usefixtures("scope")
def test_two_numbers_need_a_written_reason(cast: Cast) -> None:
    one, other = put(cast, "章荣茂", 0, BORN, document=ID_A), put(cast, "章荣茂", 4, BORN, document=ID_B)
    assert open_pairs(cast.neighbourhood) == []
    refused("ground.join_reason", lambda: join_people(by=None, kept=one, other=other, note=" 是 "))
    merge = join_people(by=None, kept=one, other=other, note="号码录错，本人到场出示证件")
    assert merge.evidence["differs"] == ["document", "door"]
    assert merge.note == "号码录错，本人到场出示证件"


@pytest.mark.usefixtures("scope")
def test_two_neighbourhoods_keep_their_people(cast: Cast) -> None:
    one = put(cast, "章荣茂", 0, BORN)
    stranger = Person(neighbourhood_id=cast.neighbourhood.pk + 1000, name="章荣茂")
    refused("ground.join_elsewhere", lambda: join_people(by=None, kept=one, other=stranger))


@pytest.mark.usefixtures("scope")
def test_the_same_number_joins_all_at_once_if_a_person_says_so(cast: Cast) -> None:
    put(cast, "章荣茂", 0, BORN, document=ID_A)
    gone = put(cast, "章荣茂", 4, BORN, document=ID_A)
    move(by=None, person=gone, presence="moved", since=date(2020, 4, 1))
    put(cast, "李四", 5, document=ID_A)
    assert sorted(verdicts(cast).values()) == ["number", "same"]
    assert join_all_sure(by=cast.users["clerk"], pairs=open_pairs(cast.neighbourhood)) == 1
    gone.refresh_from_db()
    assert gone.merged_into_id is not None
    assert join_all_sure(by=None, pairs=open_pairs(cast.neighbourhood)) == 0


@pytest.mark.usefixtures("scope")
def test_two_who_are_two_are_not_asked_about_again(cast: Cast) -> None:
    one, other = put(cast, "章荣茂", 0, BORN), put(cast, "章荣茂", 4, BORN)
    answer = say_two_people(by=cast.users["clerk"], one=other, other=one, note="两人都见过")
    assert say_two_people(by=None, one=one, other=other).pk == answer.pk
    assert open_pairs(cast.neighbourhood) == []
    third = put(cast, "章蓉茂", 0, BORN)
    join_people(by=None, kept=one, other=third)
    assert open_pairs(cast.neighbourhood) == []
    ask_again(by=None, answer=answer)
    assert AlikeAnswer.objects.count() == 0
    assert len(open_pairs(cast.neighbourhood)) == 1


@pytest.mark.usefixtures("scope")
def test_taking_a_join_back_lets_a_person_say_to_whom_later_facts_belong(cast: Cast) -> None:
    one, other = put(cast, "章荣茂", 0, BORN), put(cast, "章蓉茂", 4, BORN)
    merge = join_people(by=None, kept=one, other=other)
    later = phone_row(person=one, number="19900007777", since=DAY)
    later.save()
    moved = move(by=None, person=one, presence="away", since=date(2020, 6, 1))
    refused("ground.fact_unknown", lambda: take_join_back(by=None, merge=merge, belongs={"phones:0": "other"}))
    refused(
        "ground.fact_stays", lambda: take_join_back(by=None, merge=merge, belongs={f"identity:{one.pk}.name": "other"})
    )
    back = take_join_back(
        by=cast.users["clerk"],
        merge=merge,
        belongs={f"phones:{later.pk}": "other", f"homes:{moved.pk}": "kept"},
        note="两兄弟",
    )
    assert back.ended_at is not None
    later.refresh_from_db()
    moved.refresh_from_db()
    other.refresh_from_db()
    assert (later.person_id, moved.person_id, other.merged_into_id) == (other.pk, one.pk, None)
    refused("ground.join_over", lambda: take_join_back(by=None, merge=back))
    again = join_people(by=None, kept=one, other=other)
    refused(
        "ground.fact_twice", lambda: take_join_back(by=None, merge=again, belongs={f"homes:{_first(one)}": "other"})
    )
    assert Merge.objects.filter(ended_at__isnull=True).count() == 1


def _first(person: Person) -> Any:
    return Residence.objects.filter(person=person).order_by("since").values_list("pk", flat=True)[0]


@pytest.mark.usefixtures("scope")
def test_the_evidence_of_two_people_knows_an_agents_phone(cast: Cast) -> None:
    people = [put(cast, f"租客{n}", n, phone="19900001234") for n in range(4)]
    assert "phone" not in pair_of(cast.neighbourhood, people[0], people[1]).evidence.agrees
    two = [put(cast, f"房客{n}", 6, phone="19900004321") for n in range(2)]
    assert "phone" in pair_of(cast.neighbourhood, two[0], two[1]).evidence.agrees


@pytest.mark.usefixtures("scope")
def test_the_questions_take_a_fixed_number_of_statements(cast: Cast) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as found:
            open_pairs(cast.neighbourhood)
        return len(found)

    put(cast, "章荣茂", 0, BORN)
    few = statements()
    for n in range(30):
        put(cast, f"章荣{chr(0x4E00 + n)}", n % 8, BORN, phone=f"1990000{n:04}")
    assert statements() == few <= 10


@pytest.mark.usefixtures("scope")
def test_ties_and_added_people_are_compared_too(cast: Cast) -> None:
    one = put(cast, "章荣茂", 0)
    Tie.objects.create(
        neighbourhood=cast.neighbourhood, person=one, household=cast.households[4], kind="owner", since=DAY
    )
    added = add_person(by=None, household=Household.objects.get(pk=cast.households[4].pk), name="章荣茂")
    assert [{p.one.id, p.other.id} for p in open_pairs(cast.neighbourhood)] == [{str(one.pk), str(added.pk)}]
    assert Document.objects.count() + Phone.objects.count() == 0


@pytest.mark.usefixtures("scope")
def test_other_systems_and_next_weeks_file_count_a_joined_person_once(cast: Cast) -> None:
    one, other = put(cast, "章荣茂", 0, BORN), put(cast, "章蓉茂", 4, BORN, phone="19900005678")
    join_people(by=None, kept=one, other=other)
    (there,) = households_now([cast.households[4]])
    assert other.pk not in there.persons
    (now,) = persons_now([one])
    assert [kind for kind, _masked in now.numbers] == ["phone"]
