"""The gates follow a join: one person, one line, one permit; a card of either entry opens; found under either name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from linli.gates import cards_queries, pack, search
from linli.gates.cards_actions import issue_permits
from linli.gates.holdings import passages, permits, stays
from linli.gates.models import Check, Permit
from linli.gates.parse import parse
from linli.gates.queries import residents_by_home, with_names
from linli.gates.standing import load
from linli.gates.testing import Phone, check, issue, open_strict
from linli.gates.timetable import Timetable
from linli.ground.actions.erase import decide_erasure
from linli.ground.actions.merge import join_people, take_join_back
from linli.ground.actions.requests import Asked, note_request
from linli.ground.models import PersonKey
from linli.ground.testing import Cast
from linli.kernel.refusal import Refusal


@pytest.fixture
def joined(cast: Cast) -> Iterator[Cast]:
    """The second of the cast is the first; the second has a card."""
    with cast.scope():
        issue(cast.people[1], 1)
        PersonKey.objects.create(neighbourhood=cast.neighbourhood, person=cast.people[1], key="xuanhe")
        join_people(by=None, kept=cast.people[0], other=cast.people[1])
        yield cast


def test_a_joined_person_counts_once_and_needs_no_second_permit(joined: Cast) -> None:
    place = joined.neighbourhood
    lines = cards_queries.lines(place)
    assert len(lines) == len(joined.people) - 1
    assert sum(residents_by_home(place).values()) == len(joined.people) - 1
    (line,) = [line for line in lines if line.person == joined.people[0].pk]
    assert line.number == Permit.objects.get().number
    issued = issue_permits(by=None, neighbourhood=place, until=timezone.localdate() + timedelta(days=30))
    assert issued == len(joined.people) - 2


def test_the_pack_and_its_version_follow_the_join(joined: Cast) -> None:
    gate = joined.gates[0]
    now = timezone.now()
    held = Timetable.load(joined.neighbourhood.pk, gate.pk, now, now).at(now)
    content = pack.content(gate, "槐安", held, now)
    people = [row[0] for row in content["people"]]
    assert str(joined.people[1].pk) not in people
    (card,) = content["cards"]
    assert people[card[7]] == str(joined.people[0].pk)
    version = pack.version_of(gate, held, now)
    take_join_back(by=None, merge=joined.people[0].joins.get())
    assert pack.version_of(gate, held, now) != version


def test_the_gate_finds_one_person_under_both_names_and_by_the_card(joined: Cast) -> None:
    place, number = joined.neighbourhood.pk, Permit.objects.get().number
    for text in ("xuanhe", number):
        (hit,) = search.find(place, text)
        assert (hit["person"], hit["permit_no"]) == (str(joined.people[0].pk), number)


def test_a_card_of_the_joined_entry_is_a_resident_s(joined: Cast) -> None:
    phone = Phone()
    open_strict(joined.neighbourhood)
    phone.enrol(joined.users["secretary"], joined.gates[0])
    item = check(None) | {"person": str(joined.people[1].pk)}
    (sent,) = phone.send(item)
    assert sent["status"] in ("stored", "counted")
    (row,) = with_names(Check.objects.all())
    assert row.name == joined.people[0].name
    seen = load(joined.gates[0], [parse(item)]).of(parse(item))
    assert seen.known_resident


def test_permits_are_handed_over_when_a_join_is_taken_back(joined: Cast) -> None:
    one, other = joined.people[0], joined.people[1]
    merge = one.joins.get()
    late = issue(one, 2, klass="worker").permit
    take_join_back(by=None, merge=merge, belongs={f"permits:{late.pk}": "other"})
    late.refresh_from_db()
    assert late.person_id == other.pk
    again = join_people(by=None, kept=one, other=other)
    third = issue(one, 3).permit
    with pytest.raises(Refusal) as caught:
        take_join_back(by=None, merge=again, belongs={f"permits:{third.pk}": "other"})
    assert caught.value.code == "cards.permit_twice"


def test_an_operation_that_runs_keeps_who_lives_here(joined: Cast) -> None:
    one = joined.people[0]
    request = note_request(by=None, person=one, asked=Asked("delete", "document"))
    open_strict(joined.neighbourhood)
    with pytest.raises(Refusal) as caught:
        decide_erasure(by=None, request=request, parts=["person"])
    assert caught.value.code == "ground.erase_blocked"
    assert [stay.blocks for stay in stays([one.pk], timezone.now())] == [True]


def test_an_erased_person_leaves_cards_without_a_name(joined: Cast) -> None:
    one, other = joined.people[0], joined.people[1]
    assert [fact.person for fact in permits([one.pk, other.pk])] == [other.pk]
    assert passages([one.pk]) == []
    request = note_request(by=None, person=one, asked=Asked("delete", "document"))
    done = decide_erasure(by=joined.users["secretary"], request=request, parts=["person"])
    assert done.erased["counts"]["permits"] == 1
    permit = Permit.objects.get()
    assert (permit.cancelled_at is not None, permit.reason, permit.person.name) == (True, "erased", "—")
    assert permit.person.merged_into_id is None
