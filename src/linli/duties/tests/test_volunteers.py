"""Who is away, what somebody can, and the list of them all (P09, T10, C05)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from linli.accounts.tests.refused import refused
from linli.duties.actions.abilities import (
    add_training,
    come_back,
    pair,
    say_of_age,
    send_away,
    set_exemptions,
    set_trainings,
)
from linli.duties.actions.posts import PostFacts, add_post
from linli.duties.actions.shifts import add_shift
from linli.duties.actions.stints import assign
from linli.duties.away import days_away, seconded, secondments
from linli.duties.models import (
    Availability,
    Away,
    Exemption,
    Pairing,
    Shift,
    Trained,
    Volunteer,
)
from linli.duties.testing import person
from linli.duties.volunteers_list import lines, listed
from linli.ground.testing import Cast, client_as

NOW = timezone.now()
TODAY = timezone.localdate()
DAY = timedelta(days=1)
EVERY = [(day, part) for day in range(1, 8) for part in ("early", "afternoon", "night")]


def test_p09_two_people_for_36_days_are_72_person_days_and_the_home_roster_shows_them_away(cast: Cast) -> None:
    since = TODAY - timedelta(days=60)
    with cast.scope():
        two = [person(cast, NOW, name) for name in ("甲", "乙")]
        Volunteer.objects.update(since=since)
        for one in two:
            send_away(
                by=None,
                volunteer=one,
                since=since,
                until=since + timedelta(days=36),
                reason="secondment",
                place="火车站",
            )
            send_away(
                by=None,
                volunteer=one,
                since=since,
                until=since + timedelta(days=36),
                reason="secondment",
                place="火车站",
            )
        station = secondments(seconded(cast.neighbourhood.pk), TODAY)[0]
        assert (station.place, len(station.rows), station.days) == ("火车站", 2, 72)
        on = since + timedelta(days=35)
        assert [line.away is not None for line in lines(listed(cast.neighbourhood, on), on)] == [True, True]
        back = since + timedelta(days=36)
        assert [line.away is not None for line in lines(listed(cast.neighbourhood, back), back)] == [False, False]
    page = client_as(cast.users["clerk"]).get("/volunteers/away/").content.decode()
    assert "火车站" in page
    assert "72" in page


def test_t10_a_secondment_of_53_days_counts_its_first_and_its_last(cast: Cast) -> None:
    with cast.scope():
        own = person(cast, NOW, "丙")
        row = send_away(
            by=None, volunteer=own, since=TODAY - timedelta(days=52), until=None, reason="secondment", place="转运"
        )
        assert days_away(row, TODAY) == 53
        come_back(by=None, away=row, on=TODAY + DAY)
        assert days_away(row, TODAY + timedelta(days=9)) == 53
        assert days_away(Away(since=TODAY + DAY, until=None), TODAY) == 0
    assert "53" in client_as(cast.users["clerk"]).get("/volunteers/away/").content.decode(), (
        "while it lasts today counts too"
    )


def test_when_somebody_is_not_sent_away(cast: Cast) -> None:
    with cast.scope():
        own = person(cast, NOW, "丙")
        row = send_away(
            by=None, volunteer=own, since=TODAY - timedelta(days=52), until=None, reason="secondment", place="转运"
        )
        for code, facts in (
            ("duties.away_reason", {"since": TODAY, "until": None, "reason": "holiday"}),
            ("duties.away_order", {"since": TODAY, "until": TODAY, "reason": "ill"}),
            ("duties.away_twice", {"since": TODAY, "until": None, "reason": "ill"}),
        ):
            with refused(code):
                send_away(by=None, volunteer=own, **facts)  # type: ignore[arg-type]
        with refused("duties.away_order"):
            come_back(by=None, away=row, on=row.since)


def test_what_somebody_can_is_changed_on_his_page(cast: Cast) -> None:
    client = client_as(cast.users["clerk"])
    with cast.scope():
        one, other = person(cast, NOW, "甲"), person(cast, NOW, "乙")
        training = add_training(by=None, neighbourhood=cast.neighbourhood, name="防护服")
        assert add_training(by=None, neighbourhood=cast.neighbourhood, name=" 防护服 ") == training
        with refused("duties.training_name"):
            add_training(by=None, neighbourhood=cast.neighbourhood, name=" ")
        with refused("duties.exemption_unknown"):
            set_exemptions(by=None, volunteer=one, codes=["no_rain"])
        with refused("duties.pair_of_one"):
            pair(by=None, one=one, other=one, together=True)
        say_of_age(by=cast.users["clerk"], volunteer=one)
    page = f"/volunteers/people/{one.pk}/"
    assert client.post(f"{page}hours/", {"slot": ["1-early", "7-night", "9-early"]}).status_code == 302
    posted = {"trainings": [str(training.pk)], "new_training": "测温", "exempt": ["no_nights"]}
    assert client.post(f"{page}abilities/", posted).status_code == 302
    assert client.post(f"{page}abilities/", {"exempt": ["?"]}).status_code == 422
    assert client.post(f"{page}pair/", {"other": str(other.pk), "how": "apart"}).status_code == 302
    assert client.post(f"{page}away/", {"reason": "ill", "since": (TODAY - DAY).isoformat()}).status_code == 302
    assert client.post(f"{page}away/", {"reason": "ill", "since": "?"}).status_code == 422
    assert client.post(f"{page}adult/").status_code == 302
    assert client.post(f"{page}nothing/").status_code == 404
    with cast.scope():
        assert set(Availability.objects.values_list("weekday", "part")) == {(1, "early"), (7, "night")}
        assert Trained.objects.filter(volunteer=one, until__isnull=True).count() == 2
        assert Exemption.objects.get(until__isnull=True).code == "no_nights"
        assert not Pairing.objects.get().together
        away = Away.objects.get()
    shown = client.get(page).content.decode()
    assert "防护服" in shown
    assert "乙" in shown
    assert client.post(f"{page}back/", {"away": str(away.pk)}).status_code == 302
    assert client.post(f"{page}back/", {"away": "?"}).status_code == 302
    with cast.scope():
        set_trainings(by=None, volunteer=one, trainings=[])
        set_exemptions(by=None, volunteer=one, codes=[])
        pair(by=None, one=other, other=one, together=None)
        assert pair(by=None, one=other, other=one, together=None) is None
        assert not Pairing.objects.exists()
        assert not Exemption.objects.filter(until__isnull=True).exists()
        away.refresh_from_db()
        assert away.until == TODAY
    assert client_as(cast.users["gate_captain"]).get(page).status_code == 200
    assert client_as(cast.users["gate_captain"]).post(f"{page}hours/").status_code == 403
    assert client_as(cast.users["guard"]).get(page).status_code == 403
    assert client_as(cast.users["stranger"]).get(page).status_code == 404


@pytest.mark.parametrize("count", [40, 400])
def test_the_roster_costs_the_same_for_many(cast: Cast, count: int, django_assert_max_num_queries: Any) -> None:
    with cast.scope():
        Volunteer.objects.bulk_create(
            Volunteer(neighbourhood=cast.neighbourhood, name=f"志愿者{n}", sort_name=f"{n:04}", since=TODAY)
            for n in range(count)
        )
        with django_assert_max_num_queries(5):
            assert len(lines(listed(cast.neighbourhood, TODAY), TODAY)) == count


def test_the_list_is_searched_filtered_and_exported_without_numbers(cast: Cast) -> None:
    client = client_as(cast.users["clerk"])
    with cast.scope():
        one, other = person(cast, NOW, "林小满"), person(cast, NOW, "周一苇")
        post = add_post(
            by=None,
            neighbourhood=cast.neighbourhood,
            facts=PostFacts("7号楼", "building", place=cast.building),
            since=TODAY,
        )
        shift = add_shift_of(post)
        assign(by=None, shift=shift, volunteer=one, now=NOW)
        training = add_training(by=None, neighbourhood=cast.neighbourhood, name="测温")
        set_trainings(by=None, volunteer=other, trainings=[training])
    for query, there, absent in (
        ("q=林", "林小满", "周一苇"),
        ("q=zhou", "周一苇", "林小满"),
        (f"estate={cast.lanes.pk}", "林小满", "周一苇"),
        (f"training={training.code}", "周一苇", "林小满"),
    ):
        page = client.get(f"/volunteers/?{query}").content.decode()
        assert there in page
        assert absent not in page
    assert "林小满" not in client.get(f"/volunteers/?estate={cast.villas.pk}").content.decode()
    assert client.get("/volunteers/?as=xlsx").status_code == 200
    assert client.get("/volunteers/?as=print").status_code == 200


def add_shift_of(post: Any) -> Shift:
    start = NOW + timedelta(hours=20)
    return add_shift(by=None, post=post, starts_at=start, ends_at=start + timedelta(hours=4), wanted=2, now=NOW)
