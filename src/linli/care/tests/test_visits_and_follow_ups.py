"""Somebody looks in; a journey is followed with three attributes (Q02, E02, S05); a neighbourhood's practice and readiness (Q04)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import models
from django.utils import timezone

from linli.care import powers, queries
from linli.care.actions.follow_ups import UNKNOWN, Returns, set_follow_up
from linli.care.actions.practice import practice_of, set_net, set_practice, set_ready
from linli.care.actions.visits import annul_on_site, end_need, record_on_site, set_need
from linli.care.models import Case, FollowTag, FollowUp, Net, Readiness
from linli.care.sealed import words_of
from linli.care.tests.conftest import attention, quarantine, refused
from linli.ground.testing import Cast
from linli.kernel.ids import uuid7
from linli.operations.models import Operation


def followed(world: Cast, person: int = 9, home: int = 6) -> Case:
    return attention(world, "journey", home=home, person=person, ground="journey")


def test_a_visit_is_noted_once_and_can_be_taken_back(cast: Cast, operation: Operation) -> None:
    by, key = cast.users["building_leader"], uuid7()
    with cast.scope():
        case = quarantine(cast)
        visit = record_on_site(by=by, case=case, words="精神不错", key=key)
        assert record_on_site(by=by, case=case, key=key).pk == visit.pk
        assert (
            record_on_site(by=by, case=case, source="visit:7").pk
            == record_on_site(by=by, case=case, source="visit:7").pk
        )
        assert words_of(visit.sealed) == "精神不错"
        with refused("care.way"):
            record_on_site(by=by, case=case, way="drone")
        annul_on_site(by=by, visit=visit)
        annul_on_site(by=by, visit=visit)
        (line,) = queries.today(cast.users["clerk"], cast.neighbourhood, timezone.now()).cases
        assert (line.visits, line.never_visited) == (1, False)


def test_cases_never_visited_are_listed(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
        found = queries.today(cast.users["clerk"], cast.neighbourhood, timezone.now())
        assert [one.code for one in found.blind] == ["never_visited"]
        record_on_site(by=cast.users["clerk"], case=case, way="call")
        assert queries.today(cast.users["clerk"], cast.neighbourhood, timezone.now()).blind
        record_on_site(by=cast.users["clerk"], case=case)
        assert not queries.today(cast.users["clerk"], cast.neighbourhood, timezone.now()).blind


def test_a_need_is_due_every_so_many_days(cast: Cast) -> None:
    by = cast.users["clerk"]
    with cast.scope():
        case = attention(cast)
        with refused("care.need_days"):
            set_need(by=by, case=case, way="visit", every_days=0)
        with refused("care.way"):
            set_need(by=by, case=case, way="drone", every_days=7)
        set_need(by=by, case=case, way="visit", every_days=3)
        need = set_need(by=by, case=case, way="visit", every_days=7, words="看看药够不够")
        (line,) = queries.today(by, cast.neighbourhood, timezone.now()).cases
        assert [(one.need, one.due, one.due_on) for one in line.needs] == [(need, True, timezone.localdate())]
        record_on_site(by=by, case=case)
        (line,) = queries.today(by, cast.neighbourhood, timezone.now()).cases
        assert line.needs[0].due_on == timezone.localdate() + timedelta(days=7)
        end_need(by=by, need=need)
        end_need(by=by, need=need)
        (line,) = queries.today(by, cast.neighbourhood, timezone.now()).cases
        assert line.needs == []


def test_a_journey_is_complete_or_listed_as_incomplete(cast: Cast, operation: Operation) -> None:
    by, day = cast.users["clerk"], date(2026, 3, 20)
    with cast.scope():
        case = followed(cast)
        today = queries.today(by, cast.neighbourhood, timezone.now())
        assert today.cases[0].missing == ("health", "route", "returns")
        assert [one.code for one in today.blind] == ["incomplete"]
        set_follow_up(by=by, case=case, health="身体正常", returns=Returns(day, day + timedelta(days=2), about=True))
        assert queries.today(by, cast.neighbourhood, timezone.now()).cases[0].missing == ("route",)
        row = set_follow_up(by=by, case=case, route="经北京转机")
        assert (words_of(row.health), words_of(row.route), row.returns_about) == ("身体正常", "经北京转机", True)
        assert not queries.today(by, cast.neighbourhood, timezone.now()).blind
        set_follow_up(by=by, case=case, health="", returns=UNKNOWN)
        assert queries.today(by, cast.neighbourhood, timezone.now()).cases[0].missing == ("health", "returns")
        with refused("care.returns"):
            set_follow_up(by=by, case=case, returns=Returns(day, day - timedelta(days=1)))


def test_two_lists_are_counted_each_for_itself_and_never_added_up(cast: Cast, operation: Operation) -> None:
    by = cast.users["clerk"]
    with cast.scope():
        set_follow_up(by=by, case=followed(cast), tags=("key_region", "abroad"))
        second = followed(cast, person=11, home=7)
        set_follow_up(by=by, case=second, tags=("abroad", "key_region"))
        set_follow_up(by=by, case=second, tags=("abroad",))
        found = queries.today(by, cast.neighbourhood, timezone.now())
        assert found.tagged() == {"abroad": 2, "key_region": 1}
        assert len(found.cases) == 2
        assert FollowTag.objects.count() == 3
        with refused("care.tag"):
            set_follow_up(by=by, case=second, tags=("nationality",))


def test_a_follow_up_rests_on_a_journey_and_knows_no_nationality(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        for ground in ("request", "duty", "contact", "emergency", "nationality", "home"):
            with refused("care.ground"):
                attention(cast, "journey", ground=ground)
        with refused("care.not_a_journey"):
            set_follow_up(by=cast.users["clerk"], case=attention(cast), health="好")
    names = {field.name for model in (Case, FollowUp, FollowTag) for field in model._meta.get_fields()}
    assert not {name for name in names if any(word in name for word in ("nation", "origin", "region", "country"))}
    assert not any("籍" in one.zh or "籍" in one.en for one in powers.lists().values())


def test_a_neighbourhood_decides_how_days_are_counted(cast: Cast, operation: Operation, settings: object) -> None:
    now, by = timezone.now(), cast.users["secretary"]
    assert practice_of(cast.neighbourhood.pk, now).convention == "landing"
    with refused("care.convention"):
        set_practice(by=by, neighbourhood=cast.neighbourhood, convention="moon", households_each=1)
    for wrong in (0, 21):
        with refused("care.households_each"):
            set_practice(by=by, neighbourhood=cast.neighbourhood, convention="door", households_each=wrong)
    set_practice(by=by, neighbourhood=cast.neighbourhood, convention="door", households_each=2)
    with cast.scope():
        assert quarantine(cast).convention == "door"
    settings.LINLI_CARE_CONVENTION = "inclusive"  # type: ignore[attr-defined]
    assert practice_of(cast.neighbourhood.pk, now - timedelta(days=1)).convention == "inclusive"


def test_the_five_items_need_evidence_and_the_net_stays_free(cast: Cast) -> None:
    by = cast.users["clerk"]
    with cast.scope():
        with refused("care.item"):
            set_ready(by=by, neighbourhood=cast.neighbourhood, item="six", ok=True, words="好")
        with refused("care.evidence"):
            set_ready(by=by, neighbourhood=cast.neighbourhood, item="plan", ok=True)
        with refused("care.not_a_photo"):
            set_ready(by=by, neighbourhood=cast.neighbourhood, item="plan", ok=True, photo=b"no picture")
        row = set_ready(by=by, neighbourhood=cast.neighbourhood, item="plan", ok=True, words="预案贴在值班室")
        assert words_of(row.evidence) == "预案贴在值班室"
        assert set_ready(by=by, neighbourhood=cast.neighbourhood, item="stores", ok=False).ok is False
        assert Readiness.objects.count() == 2
        with refused("care.net_empty"):
            set_net(by=by, neighbourhood=cast.neighbourhood, words=" ")
        set_net(by=by, neighbourhood=cast.neighbourhood, words="信息网")
        assert words_of(Net.objects.get().words) == "信息网"


@pytest.mark.parametrize("model", [Case, FollowUp])
def test_texts_about_people_are_sealed(model: type[models.Model]) -> None:
    texts = [field.name for field in model._meta.get_fields() if isinstance(field, models.TextField)]
    assert texts == []
