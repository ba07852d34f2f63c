"""R09: a return plan for each resident who is away, several ways and tries, a forecast by day, and who has not answered by name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.ground.figures import AsOf, Patch
from linli.ground.models import Person, Residence
from linli.ground.testing import Cast, client_as
from linli.journal.models import Entry
from linli.returnees import queries, retention
from linli.returnees.actions.returns import Says, plan_return, try_to_ask
from linli.returnees.models import ReturnAttempt, ReturnPlan
from linli.returnees.returns import absent, known, windows
from linli.returnees.tests.conftest import refused

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def away(cast: Cast) -> list[Person]:
    """Four residents of the villas and of one flat are away."""
    with cast.scope():
        for person in cast.people[:4]:
            Residence.objects.filter(person=person).update(presence=Residence.Presence.AWAY)
    return cast.people[:4]


def states(cast: Cast) -> dict[str, str]:
    return {one.person.name: one.state for one in absent(cast.neighbourhood, [cast.neighbourhood])}


def test_the_forecast_by_day_and_who_has_not_answered(cast: Cast, away: list[Person]) -> None:
    clerk = cast.users["clerk"]
    with cast.scope():
        plan_return(by=clerk, person=away[0], says=Says("comes", TODAY + timedelta(days=2)))
        plan_return(by=clerk, person=away[1], says=Says("comes", TODAY + timedelta(days=1), TODAY + timedelta(days=3)))
        for channel in ("phone", "wechat", "family"):
            try_to_ask(by=clerk, person=away[2], channel=channel, outcome="no_answer")
        found = absent(cast.neighbourhood, [cast.neighbourhood])
        assert states(cast) == dict(zip([p.name for p in away], ["known", "known", "silent", "unasked"], strict=True))
        days = queries.expected([], TODAY, 5, plans=windows(found))
        assert [(d.surely, d.perhaps) for d in days] == [(0, 0), (0, 1), (1, 1), (0, 1), (0, 0)]
        count = known([cast.neighbourhood], AsOf.of(timezone.now()))[Patch(cast.neighbourhood.pk)]
        assert (count.value, count.of, dict(count.parts)) == (2, 4, {"known": 2, "silent": 1, "unasked": 1})
    assert Entry.objects.filter(act="returnees.return_asked").count() == 3
    page = client_as(clerk).get("/returnees/expected/?away=silent").content.decode()
    assert away[2].name in page
    assert away[3].name not in page


def test_the_latest_word_holds_and_a_day_that_is_over_is_asked_again(cast: Cast, away: list[Person]) -> None:
    with cast.scope():
        plan_return(by=None, person=away[0], says=Says("stays"))
        plan_return(by=None, person=away[0], says=Says("comes", TODAY))
        assert states(cast)[away[0].name] == "known"
        ReturnPlan.objects.filter(intention="comes").update(
            arrives_from=TODAY - timedelta(days=2), arrives_until=TODAY - timedelta(days=1)
        )
        assert states(cast)[away[0].name] == "past"
        try_to_ask(by=None, person=away[1], channel="phone", outcome="no_answer")
        assert states(cast)[away[1].name] == "trying"
        for outcome in ("no_answer", "reached", "no_answer", "no_answer"):
            try_to_ask(by=None, person=away[1], channel="phone", outcome=outcome)
        assert states(cast)[away[1].name] == "trying", "who was reached once is not silent after two more tries"


def test_who_is_back_is_not_listed_and_not_asked(cast: Cast, away: list[Person]) -> None:
    with cast.scope():
        Residence.objects.filter(person=away[0]).update(presence=Residence.Presence.HERE)
        assert away[0].name not in states(cast)
        with refused("returns.not_away"):
            plan_return(by=None, person=away[0], says=Says("stays"))
        with refused("returns.day_missing"):
            plan_return(by=None, person=away[1], says=Says("comes"))
        with refused("returns.day_order"):
            plan_return(by=None, person=away[1], says=Says("comes", TODAY, TODAY - timedelta(days=1)))
        with refused("returns.intention"):
            plan_return(by=None, person=away[1], says=Says("perhaps"))
        with refused("returns.attempt"):
            try_to_ask(by=None, person=away[1], channel="pigeon", outcome="reached")


def test_on_the_page_and_only_in_ones_own_area(cast: Cast, away: list[Person]) -> None:
    client = client_as(cast.users["clerk"])
    url = f"/returnees/away/{away[0].pk}/"
    assert client.post(url, {"verb": "plan", "intention": "comes"}).status_code == 422
    client.post(url, {"verb": "plan", "intention": "comes", "arrives_from": str(TODAY), "about": "on"})
    client.post(url, {"verb": "try", "channel": "wechat", "outcome": "reached"})
    with cast.scope():
        plan, attempt = ReturnPlan.objects.get(), ReturnAttempt.objects.get()
    assert (plan.arrives_about, plan.by_user, attempt.channel) == (True, cast.users["clerk"].pk, "wechat")
    assert "微信" in client.get(url).content.decode()
    leader = client_as(cast.users["building_leader"])
    assert leader.get(url).status_code == 404, "the villas are not in his building"
    assert client_as(cast.users["guard"]).get(url).status_code == 403


def test_a_fixed_number_of_statements(cast: Cast, away: list[Person]) -> None:
    with cast.scope():
        with CaptureQueriesContext(connection) as few:
            absent(cast.neighbourhood, [cast.neighbourhood])
        Residence.objects.update(presence=Residence.Presence.AWAY)
        with CaptureQueriesContext(connection) as many:
            absent(cast.neighbourhood, [cast.neighbourhood])
    assert len(few) == len(many) == 4


def test_it_goes_when_its_days_are_over(cast: Cast, away: list[Person]) -> None:
    with cast.scope():
        plan_return(by=None, person=away[0], says=Says("stays"))
        try_to_ask(by=None, person=away[0], channel="phone", outcome="reached")
        later = timezone.now() + timedelta(days=400)
        assert retention.due(later)["return_plans"] == 2
        retention.erase(later)
        assert not ReturnPlan.objects.exists()
        assert not ReturnAttempt.objects.exists()
