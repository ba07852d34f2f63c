"""What a proposed roster is made from: people with everything they said, shifts to come, places that are taken already."""

from __future__ import annotations

import pytest

from linli.duties.actions.posts import PostFacts, add_post, end_post
from linli.duties.actions.stints import assign
from linli.duties.models import (
    Availability,
    Away,
    Pairing,
    Shift,
    Trained,
    Training,
    Volunteer,
    Wish,
)
from linli.duties.proposals import basis
from linli.duties.testing import Watch, person
from linli.duties.tests.rosters import DAY, NOW, asked, of_day, worked_out
from linli.kernel.roster import Bar, Desk, Fixed

pytestmark = pytest.mark.django_db


def test_people_are_known_with_everything_they_said(world: Watch) -> None:
    """Absence, hours, wishes, pairs, age, duties elsewhere; a roster is made of them and of nobody else."""
    place, tomorrow = world.cast.neighbourhood, NOW.date() + DAY
    one, other, third, *_ = world.guards
    Away.objects.create(neighbourhood=place, volunteer=one, since=tomorrow, until=tomorrow + DAY, reason="secondment")
    Availability.objects.create(neighbourhood=place, volunteer=other, weekday=2, part="night")
    Wish.objects.create(neighbourhood=place, volunteer=other, day=tomorrow)
    Wish.objects.create(neighbourhood=place, volunteer=third, day=tomorrow, off=False)
    Pairing.objects.create(neighbourhood=place, one=one, other=third, together=False)
    young = person(world.cast, NOW, "小年")
    Volunteer.objects.filter(pk=young.pk).update(born_year=2004, adult_said_on=None)
    late = person(world.cast, NOW, "新来")
    Volunteer.objects.filter(pk=late.pk).update(since=tomorrow + DAY)
    elsewhere = add_post(by=None, neighbourhood=place, facts=PostFacts("西门", "other"), since=NOW.date())
    away = Shift.objects.create(
        post=elsewhere,
        starts_at=of_day(world, 1)[0].starts_at,
        ends_at=of_day(world, 1)[0].ends_at,
        wanted=1,
        changed_at=NOW,
    )
    assign(by=None, shift=away, volunteer=third, now=NOW)
    proposal = asked(world, 2, lead_each_time=True)
    problem = basis(proposal, NOW).problem
    desk = Desk(problem)
    early, night = (desk.shifts[str(shift.pk)] for shift in of_day(world, 1))
    assert desk.bar(desk.people[str(one.pk)], early) is Bar.AWAY
    assert desk.bar(desk.people[str(other.pk)], early) is Bar.NOT_FREE
    assert desk.bar(desk.people[str(other.pk)], night) is None
    assert desk.bar(desk.people[str(third.pk)], night) is Bar.TAKEN
    assert desk.people[str(third.pk)].before.total == 1
    assert desk.people[str(other.pk)].wishes_off == {tomorrow}
    assert desk.people[str(third.pk)].wishes_on == {tomorrow}
    assert str(young.pk) not in desk.people
    assert desk.bar(desk.people[str(late.pk)], early) is Bar.AWAY
    assert [(pair.one, pair.other, pair.together) for pair in problem.pairs] == [(str(one.pk), str(third.pk), False)]
    assert [len(watch.shifts) for watch in problem.watches] == [1, 1, 1, 1]


def test_what_somebody_has_only_on_some_days_is_not_counted_on(world: Watch) -> None:
    """A training that ends on the way, one that begins on the way, and one that lasts."""
    place, tomorrow = world.cast.neighbourhood, NOW.date() + DAY
    learned = Training.objects.create(neighbourhood=place, code="gate", name="门岗设备")
    spans = [(NOW.date(), tomorrow + DAY), (tomorrow + DAY, None), (NOW.date(), None), (NOW.date(), tomorrow + 2 * DAY)]
    for one, (since, until) in zip(world.guards, spans, strict=False):
        Trained.objects.create(neighbourhood=place, volunteer=one, training=learned, since=since, until=until)
    people = Desk(basis(asked(world, 2), NOW).problem).people
    assert [bool(people[str(one.pk)].trainings) for one in world.guards[:4]] == [False, False, True, True]


def test_who_left_the_roster_but_stands_somewhere_is_counted_there(world: Watch) -> None:
    early, _late = of_day(world, 1)
    assign(by=None, shift=early, volunteer=world.guards[0], now=NOW)
    Volunteer.objects.filter(pk=world.guards[0].pk).update(until=NOW.date())
    problem = basis(asked(world, 1), NOW).problem
    assert problem.fixed == (Fixed(str(world.guards[0].pk), str(early.pk)),)
    assert str(world.guards[0].pk) in Desk(problem).people


def test_an_ended_post_has_nothing_to_fill(world: Watch, greedy: None) -> None:
    proposal = asked(world, 2)
    end_post(by=None, post=world.gate, on=NOW.date(), now=NOW)
    worked_out(proposal)
    assert (proposal.unmet, proposal.cost) == ([], 0)
