"""The life of a case: opened on a ground, extended, shortened, moved, ended, released by who ordered it, opened again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from linli.care import changes
from linli.care.actions.cases import (
    Authority,
    Term,
    annul,
    end,
    extend,
    move,
    prolong,
    recount,
    release,
    reopen,
    set_fit,
    set_plan_person,
    shorten,
)
from linli.care.models import Case, CaseChange
from linli.care.sealed import words_of
from linli.care.tests.conftest import DISTRICT, attention, ordered, quarantine, refused
from linli.ground.actions.consents import Given, give_consent
from linli.ground.models import Person
from linli.ground.testing import Cast
from linli.journal.models import Entry
from linli.operations.models import Operation


def kinds(case: Case) -> list[str]:
    return list(case.changes.values_list("kind", flat=True))


def test_a_quarantine_has_day_0_its_days_and_its_release(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast, words="住二楼，电梯坏了")
        today = timezone.localdate()
        assert (case.day0, case.days, case.convention) == (today - timedelta(days=2), 14, "landing")
        assert case.release_at is not None
        assert timezone.localtime(case.release_at).hour == 0
        assert timezone.localdate(case.release_at) == today + timedelta(days=13)
        (change,) = case.changes.all()
        assert (change.kind, change.body_name, words_of(change.sealed)) == (
            "started",
            DISTRICT.name,
            "住二楼，电梯坏了",
        )
        assert Entry.objects.filter(act="care.opened", subject=str(case.pk)).exists()


def test_the_same_again_is_the_same(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast, source="traveller:1")
        assert quarantine(cast, source="traveller:1").pk == case.pk
        assert quarantine(cast).pk == case.pk
        assert quarantine(cast, person=8, source="traveller:1").pk == case.pk
        assert quarantine(cast, person=8).pk != case.pk


def test_by_the_door_it_is_a_day_more_and_an_open_term_can_be_counted_anew(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
        before = case.release_at
        recount(by=cast.users["clerk"], case=case, convention="door")
        assert before is not None
        assert case.release_at == before + timedelta(days=1)
        recount(by=cast.users["clerk"], case=case, convention="landing")
        assert case.release_at == before
        recount(by=cast.users["clerk"], case=case, convention="inclusive")
        assert case.release_at == before - timedelta(days=1)
        assert kinds(case) == ["started", "extended", "shortened", "shortened"]
        assert set(case.changes.exclude(kind="started").values_list("reason", flat=True)) == {"recount"}
        with refused("care.convention"):
            recount(by=cast.users["clerk"], case=case, convention="moon")


def test_a_contact_is_counted_from_the_last_exposure(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        day = timezone.localdate() - timedelta(days=3)
        case = quarantine(cast, ground="contact", term=Term(day0=day))
        assert (case.day0, case.convention) == (day, "exposure")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ground": "request"}, "care.ground"),
        ({"term": Term(days=0, door_at=None)}, "care.days"),
        ({"term": Term()}, "care.day0"),
        ({"term": Term(convention="moon", day0=date(2026, 1, 1))}, "care.convention"),
        ({"ordered": None}, "care.order_missing"),
    ],
)
def test_what_a_quarantine_needs(cast: Cast, operation: Operation, change: dict[str, object], code: str) -> None:
    with cast.scope():
        with refused(code):
            quarantine(cast, **change)
        assert not Case.objects.exists()


def test_without_an_operation_nobody_is_kept_at_home_or_followed(cast: Cast) -> None:
    with cast.scope():
        with refused("care.no_operation"):
            quarantine(cast)
        with refused("care.no_operation"):
            attention(cast, "journey", ground="journey")
        assert attention(cast).operation is None


def test_other_attention_outlives_an_operation_but_for_an_emergencys(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        assert attention(cast).operation is None
        assert attention(cast, "medicine", ground="emergency").operation == operation


def test_other_attention_has_an_end_within_a_year_and_can_be_prolonged(cast: Cast) -> None:
    today = timezone.localdate()
    with cast.scope():
        for wrong in (None, today, today + timedelta(days=366)):
            with refused("care.end_far"):
                attention(cast, ends_on=wrong)
        case = attention(cast)
        prolong(by=cast.users["clerk"], case=case, ends_on=today + timedelta(days=365))
        assert case.ends_on == today + timedelta(days=365)
        assert kinds(case) == ["started", "extended"]
        with refused("care.not_a_term"):
            extend(by=cast.users["clerk"], case=case, days=3, reason="order", ordered=ordered())


def test_a_child_under_14_needs_a_guardians_consent_unless_the_law_asks(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        Person.objects.filter(pk=cast.people[0].pk).update(born=timezone.localdate() - timedelta(days=3000))
        cast.people[0].refresh_from_db()
        with refused("care.guardian_consent"):
            attention(cast)
        assert attention(cast, "child_alone", ground="duty").pk
        assert quarantine(cast, home=0, person=0, supervisor=cast.mandates["clerk"]).pk
        given = Given("health", "mother", "林母", "paper")
        give_consent(by=cast.users["clerk"], person=cast.people[0], given=given)
        assert attention(cast).pk


def test_extended_and_shortened_by_an_order_of_its_own(cast: Cast, operation: Operation) -> None:
    clerk = cast.users["clerk"]
    with cast.scope():
        case = quarantine(cast)
        before = case.release_at
        assert before is not None
        extend(by=clerk, case=case, days=21, reason="test", ordered=ordered())
        assert (case.days, case.release_at) == (21, before + timedelta(days=7))
        shorten(by=clerk, case=case, days=10, reason="order", ordered=ordered())
        assert (case.days, case.release_at) == (10, before - timedelta(days=4))
        assert kinds(case) == ["started", "extended", "shortened"]
        assert case.orders.count() == 3


def test_a_change_of_days_must_fit_and_rest_on_an_order(cast: Cast, operation: Operation) -> None:
    clerk = cast.users["clerk"]
    with cast.scope():
        case = quarantine(cast)
        for verb, days in ((extend, 14), (extend, 200), (shorten, 14), (shorten, 1), (shorten, 0)):
            reason = "order"
            with refused("care.days"):
                verb(by=clerk, case=case, days=days, reason=reason, ordered=ordered())
        with refused("care.reason"):
            extend(by=clerk, case=case, days=21, reason="whim", ordered=ordered())
        with refused("care.order_missing"):
            extend(by=clerk, case=case, days=21, reason="test")
        with refused("care.not_empowered"):
            extend(
                by=clerk, case=case, days=21, reason="test", ordered=ordered(body=Authority("committee", "槐安居委会"))
            )
        case.refresh_from_db()
        assert case.days == 14
        assert kinds(case) == ["started"]


def test_moved_to_a_central_place_and_home_again(cast: Cast, operation: Operation) -> None:
    clerk = cast.users["clerk"]
    with cast.scope():
        case = quarantine(cast)
        home = case.dwelling
        move(by=clerk, case=case, dwelling=None, reason="unfit")
        assert case.dwelling is None
        move(by=clerk, case=case, dwelling=home, reason="home_again")
        assert case.dwelling == home
        assert case.closed_at is None
        assert [one.dwelling for one in case.changes.all()] == [home, None, home]


def test_released_by_who_ordered_it_and_nobody_else(cast: Cast, operation: Operation) -> None:
    clerk = cast.users["clerk"]
    with cast.scope():
        case = quarantine(cast)
        for other in (Authority("district_government", "另一区人民政府"), Authority("committee", DISTRICT.name)):
            with refused("care.not_who_ordered"):
                release(by=clerk, case=case, body=other)
        with refused("care.ordered"):
            end(by=clerk, case=case, reason="no_need")
        change = release(by=clerk, case=case, body=Authority(DISTRICT.kind, "演练区 人民政府"))
        assert (case.closed_as, change.kind, change.reason) == ("released", "released", "early")
        with refused("care.over"):
            release(by=clerk, case=case, body=DISTRICT)


def test_ended_with_a_reason_and_annulled(cast: Cast, operation: Operation) -> None:
    clerk = cast.users["clerk"]
    with cast.scope():
        case = quarantine(cast)
        with refused("care.reason"):
            end(by=clerk, case=case, reason="")
        end(by=clerk, case=case, reason="hospital")
        assert case.closed_as == "ended"
        other = quarantine(cast, person=8)
        annul(by=clerk, case=other, reason="wrong_person")
        assert other.closed_as == "annulled"
        with refused("care.over"):
            move(by=clerk, case=other, dwelling=None, reason="central")


def test_a_closing_can_be_taken_back(cast: Cast, operation: Operation) -> None:
    clerk = cast.users["clerk"]
    with cast.scope():
        case = quarantine(cast)
        with refused("care.still_open"):
            reopen(by=clerk, case=case)
        end(by=clerk, case=case, reason="left")
        reopen(by=clerk, case=case, words="记错了")
        assert case.closed_at is None
        assert kinds(case) == ["started", "ended", "reopened"]
        end(by=clerk, case=case, reason="left")
        quarantine(cast)
        with refused("care.other_open"):
            reopen(by=clerk, case=case)


def test_what_is_over_is_not_opened_again(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
        end(by=cast.users["clerk"], case=case, reason="left")
        Case.objects.filter(pk=case.pk).update(release_at=timezone.now() - timedelta(hours=1))
        with refused("care.term_over"):
            reopen(by=cast.users["clerk"], case=case)


def test_whether_the_home_is_fit(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
        with refused("care.unfit_why"):
            set_fit(by=cast.users["clerk"], case=case, fit=False)
        set_fit(by=cast.users["clerk"], case=case, fit=False, why=("no_room",))
        assert set_fit(by=cast.users["clerk"], case=case, fit=True).fit
        assert [row.fit for row in case.fits.all()] == [False, True]
        set_plan_person(case=case, plan_person=case.pk)
        case.refresh_from_db()
        assert case.plan_person == case.pk


def test_rooms_above_hear_of_every_step(cast: Cast, operation: Operation, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    for name in ("_opened", "_changed", "_ended", "_read", "_alarmed", "_named"):
        monkeypatch.setattr(changes, name, [])

    def changed(by: object, case: Case, change: CaseChange) -> None:
        heard.append(change.kind)

    changes.listen(
        opened=lambda by, case: heard.append("opened"),
        changed=changed,
        ended=changed,
        named=lambda by, household: heard.append("named"),
    )
    with cast.scope():
        case = quarantine(cast)
        move(by=cast.users["clerk"], case=case, dwelling=None, reason="central")
        end(by=cast.users["clerk"], case=case, reason="central")
        reopen(by=cast.users["clerk"], case=case)
    assert heard == ["named", "opened", "moved", "ended", "opened"]
