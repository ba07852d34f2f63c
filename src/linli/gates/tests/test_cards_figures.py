"""The figures of a campaign are those of its lists, in statements and in time that do not grow with them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from linli.gates.cards_actions import issue_permits, order_batch
from linli.gates.cards_figures import campaign
from linli.gates.cards_queries import ORDERED, State, by_building, lines
from linli.gates.models import Card, CardEvent
from linli.ground.actions.people import move
from linli.ground.models import Place
from linli.ground.testing import Cast, client_as

pytestmark = pytest.mark.django_db


def ordered(cast: Cast) -> list[Card]:
    """Permits for all, cards for the building, of which some went out, one was lost and one was replaced."""
    until = timezone.localdate() + timedelta(days=90)
    issue_permits(by=None, neighbourhood=cast.neighbourhood, until=until)
    order_batch(by=None, neighbourhood=cast.neighbourhood, place=cast.building)
    cards = list(Card.objects.order_by("serial"))
    now = timezone.now()
    for number, states in enumerate(
        (["printed"], ["printed", "handed_out"], ["printed", "handed_out", "lost"], ["spoiled"])
    ):
        for minute, state in enumerate(states):
            moment = now + timedelta(seconds=minute)
            CardEvent.objects.create(
                neighbourhood=cast.neighbourhood, card=cards[number], state=state, happened_at=moment, heard_at=moment
            )
    return cards


def both(cast: Cast, inside: list[Place]) -> None:
    rows = lines(cast.neighbourhood, inside=inside)
    found = campaign(cast.neighbourhood, inside=inside)
    assert found.buildings == by_building(rows)
    assert (found.total, found.permits) == (len(rows), sum(line.permit is not None for line in rows))
    assert found.handed_out == sum(line.handed_out for line in rows)


def test_the_figures_are_those_of_the_lines(cast: Cast) -> None:
    with cast.scope():
        both(cast, [cast.neighbourhood])
        cards = ordered(cast)
        move(by=cast.users["secretary"], person=cast.people[0], presence="away", note="")
        first, other = cards[1].permit.person, cards[5].permit.person
        type(first).objects.filter(pk=first.pk).update(merged_into=other)
        for inside in ([cast.neighbourhood], [cast.building], [cast.villas], []):
            both(cast, inside)
        found = campaign(cast.neighbourhood, inside=[cast.building])
        assert found.made == Counter(
            {ORDERED: 4, State.PRINTED: 1, State.HANDED_OUT: 1, State.LOST: 1, State.SPOILED: 1}
        )
        assert found.per_day == [(timezone.localdate(), 1)]


def test_a_card_handed_out_after_midnight_counts_for_the_day_of_the_place(cast: Cast) -> None:
    with cast.scope():
        cards = ordered(cast)
        morning = timezone.localtime().replace(hour=0, minute=30) + timedelta(days=1)
        cards[1].events.filter(state="handed_out").update(happened_at=morning)
        assert campaign(cast.neighbourhood, inside=[]).per_day == [(morning.date(), 1)]


def test_within_reads_one_building(cast: Cast) -> None:
    with cast.scope():
        ordered(cast)
        whole = lines(cast.neighbourhood)
        for place in (cast.building, cast.villas):
            own = lines(cast.neighbourhood, within=place)
            assert own == [line for line in whole if line.building == place.pk]
            assert own


def test_the_pages_take_a_fixed_number_of_statements(cast: Cast, django_assert_max_num_queries: Any) -> None:
    with cast.scope():
        cards = ordered(cast)
        with django_assert_max_num_queries(6):
            campaign(cast.neighbourhood, inside=[cast.neighbourhood])
        with django_assert_max_num_queries(6):
            lines(cast.neighbourhood, inside=[cast.neighbourhood], within=cast.building)
    client: Client = client_as(cast.users["secretary"])
    for path, most in (
        ("/gates/permits/", 20),
        (f"/gates/permits/places/{cast.building.pk}/", 19),
        ("/gates/permits/late/", 19),
        (f"/gates/permits/cards/{cards[0].pk}/", 23),
    ):
        client.get(path)
        with django_assert_max_num_queries(most):
            assert client.get(path).status_code == 200
