"""A round keeps no name of whom it is about: pages and phones read it in the register, of joined entries the kept one's."""

from __future__ import annotations

import pytest
from django.utils import timezone

from linli.ground.models import Mandate, Person
from linli.ground.testing import Cast
from linli.rounds import standing, walkers
from linli.rounds.models import Occurrence, TargetSubject
from linli.rounds.queries import persons
from linli.rounds.round_pages import lines
from linli.rounds.testing_walk import make_walker, open_round
from tests.support.step_back import without


@pytest.fixture
def walker(cast: Cast) -> Mandate:
    return make_walker(cast)


@pytest.fixture
def watched(cast: Cast, walker: Mandate) -> Occurrence:
    """A round about somebody at a door."""
    found = open_round(cast, cast.dwellings[:1], walker)
    with cast.scope():
        who = Person.objects.create(neighbourhood=cast.neighbourhood, name="司徒明月")
        TargetSubject.objects.create(neighbourhood=cast.neighbourhood, target=found.targets.get(), person=who)
    return found


def named(occurrence: Occurrence, walker: Mandate) -> tuple[str, str]:
    """As the page of the round names him, and as the phone does."""
    now = timezone.now()
    (line,) = lines(standing.of([occurrence], now)[occurrence.pk])
    (stop,) = walkers.way_of([walker], occurrence.place, now).stops
    return line.person, stop.whom


@pytest.mark.django_db
def test_the_name_is_the_registers_of_today(cast: Cast, watched: Occurrence, walker: Mandate) -> None:
    with cast.scope():
        assert named(watched, walker) == ("司徒明月", "司**")
        who = Person.objects.get(name="司徒明月")
        kept = Person.objects.create(neighbourhood=cast.neighbourhood, name="欧阳知夏")
        Person.objects.filter(pk=who.pk).update(merged_into=kept)
        assert named(watched, walker) == ("欧阳知夏", "欧**")
        TargetSubject.objects.update(person=None)
        assert named(watched, walker) == ("", "")


@pytest.mark.django_db(transaction=True)
def test_the_column_of_names_goes_and_comes_back_with_the_migration(cast: Cast, watched: Occurrence) -> None:
    with cast.scope():
        with without("rounds", "0008_names_stand_in_the_register") as before:
            assert before.get_model("rounds", "TargetSubject").objects.get().name == "司徒明月"
        assert persons(target__occurrence=watched) == {watched.targets.get().pk: "司徒明月"}
