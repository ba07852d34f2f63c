"""What bodies report again and again: a monthly theme of 134 units (L02), an enterprise's daily report with a cut-off (E03)."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from linli.accounts.models import User
from linli.accounts.tests.refused import refused
from linli.ground.actions.bodies import BodyFacts, add_body
from linli.ground.actions.members import add_member
from linli.ground.bodies import visible
from linli.ground.figures import AsOf
from linli.ground.models import Body, BodyKind, Place
from linli.ground.testing import Cast, client_as
from linli.ground.tests.test_bodies import as_csv, sheet, subdistrict, take
from linli.notices.models import Notice
from linli.rounds import queries
from linli.rounds.actions.answers import Said, answer, remind
from linli.rounds.actions.collections import open_series, rule_of
from linli.rounds.actions.requests import Asked, Request, open_request
from linli.rounds.figures_reports import reports
from linli.rounds.jobs import tick
from linli.rounds.models import Answer, Attempt, Occurrence, Plan, Question, Target
from linli.rounds.words import said

pytestmark = pytest.mark.django_db
__all__ = ["subdistrict"]
THEME = [
    Asked("yes_no", "是否开展"),
    Asked("choice", "形式", choices=("线下", "线上", "混合"), required=False),
    Asked("number", "参加人数", "人", required=False),
]
DAILY = [Asked("number", word, "人") for word in ("应到", "实到", "未返沪", "隔离", "发热")]


def fill(target: Target, *values: str, at: datetime | None = None, **how: Any) -> Answer:
    """Answer in the order of the sheet; a choice by its words."""
    fields = list(
        Question.objects.filter(sheet=target.occurrence.sheet).prefetch_related("choices").order_by("position")
    )
    coded = {}
    for field, value in zip(fields, values, strict=False):
        codes = {choice.label: choice.code for choice in field.choices.all()}
        coded[field.pk] = codes.get(value, value)
    return answer(by=None, target=target, values=coded, said=Said(happened_at=at, **how))


def test_l02_a_theme_of_134_units(subdistrict: Place, cast: Cast) -> None:
    """L02: 134 rows, done or not, in which form, how many were present; and it comes again next month."""
    take(subdistrict, as_csv(sheet()))
    units = visible([subdistrict])
    due = timezone.now() + timedelta(days=20)
    officer = cast.users["officer"]
    plan, one = open_series(
        by=officer, place=subdistrict, request=Request("3月主题党日", due, THEME), bodies=units, repeat="monthly"
    )
    assert one is not None
    assert one.frozen == 134 == Target.objects.filter(occurrence=one).count()
    forms = ["线下"] * 60 + ["线上"] * 40 + ["混合"] * 20
    targets = list(Target.objects.filter(occurrence=one).order_by("pk"))
    for target, form in zip(targets, forms, strict=False):
        fill(target, "yes", form, "12")
    for target in targets[120:127]:
        fill(target, "no")
    lines, fields = queries.lines(one, timezone.now()), queries.questions(one)
    assert Counter(line.state for line in lines) == {"answered": 127, "waiting": 7}
    assert queries.sums(lines, fields)[-1].sums == [120, "线下 60、线上 40、混合 20", 1440]
    row = next(line for line in lines if line.target.pk == targets[60].pk)
    assert [said(row.values.get(field.pk), field) for field in fields] == ["是", "线上", "12"]
    page = client_as(officer).get(f"/rounds/requests/{one.pk}/?show=all").content.decode()
    assert page.count("线上") >= 40
    assert "线下 60、线上 40、混合 20" in page
    tick(one.due_at + timedelta(days=15))
    later = Occurrence.objects.filter(plan=plan).exclude(pk=one.pk).get()
    assert later.frozen == 134
    assert later.sheet_id == one.sheet_id


@pytest.fixture
def firms(cast: Cast) -> list[Body]:
    """Four enterprises; the first has somebody who speaks for it with an account, the second a name and a number, the others nobody."""
    kind = BodyKind.objects.filter(code="enterprise").first() or BodyKind.objects.order_by("rank").last()
    assert kind is not None
    names = ("云帆设计", "长宁贸易", "同济咨询", "恒丰食品")
    found = [add_body(by=None, facts=BodyFacts(name, kind, cast.neighbourhood)) for name in names]
    user = User.objects.create_user("firm", "correct horse 1", display_name="陶经理")
    add_member(by=None, body=found[0], capacity="contact", user=user)
    add_member(by=None, body=found[1], capacity="contact", name="柳会计")
    return found


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=timezone.get_default_timezone())


@pytest.fixture
def daily(cast: Cast, firms: list[Body]) -> Plan:
    """The daily report of the enterprises with the cut-off 16:00, from tomorrow on."""
    first = local(timezone.localdate() + timedelta(days=1), 16)
    plan, now_open = open_series(
        by=cast.users["clerk"],
        place=cast.neighbourhood,
        request=Request("企业日报", first, DAILY),
        bodies=firms,
        repeat="daily",
    )
    assert now_open is None, "tomorrow's opens tomorrow"
    return plan


def test_e03_missing_by_name_at_the_cut_off_corrections_and_calls(cast: Cast, firms: list[Body], daily: Plan) -> None:
    """E03: who has not reported by 16:00 is named and told; late and corrected ones keep both versions; who was called when."""
    day = timezone.localdate() + timedelta(days=1)
    tick(local(day, 0, 1))
    one = Occurrence.objects.get(plan=daily)
    assert (one.due_at, one.frozen) == (local(day, 16), 4)
    targets = {t.body_id: t for t in Target.objects.filter(occurrence=one).select_related("occurrence", "body")}
    with pytest.MonkeyPatch.context() as clock:
        clock.setattr(timezone, "now", lambda: local(day, 9))
        fill(targets[firms[1].pk], "20", "18", "1", "1", "0")
        clock.setattr(timezone, "now", lambda: local(day, 15))
        fill(targets[firms[1].pk], "20", "17", "2", "1", "0", seen=1, why="一人今天没有来")
        tick(local(day, 16, 1))
        clock.setattr(timezone, "now", lambda: local(day, 16, 1))
        with cast.scope():
            told = {
                (n.subject_type, n.to_mandate.holder_name if n.to_mandate else n.to_capacity): n.count
                for n in Notice.objects.all()
            }
        assert told == {("report", "陶经理"): 1, ("reports", "secretary"): 2}
        lines = queries.lines(one, local(day, 16, 1))
        assert {line.target.name for line in lines if not line.answered} == {"云帆设计", "同济咨询", "恒丰食品"}
        remind(by=cast.users["clerk"], target=targets[firms[0].pk], outcome="no_answer")
        clock.setattr(timezone, "now", lambda: local(day, 16, 40))
        remind(by=cast.users["clerk"], target=targets[firms[0].pk], outcome="told")
        clock.setattr(timezone, "now", lambda: local(day, 17))
        fill(targets[firms[0].pk], "9", "5", "3", "1", "0")
    calls = list(Attempt.objects.filter(target=targets[firms[0].pk]).values_list("happened_at", "outcome", "by_user"))
    clerk = cast.users["clerk"].pk
    assert calls == [(local(day, 16, 1), "no_answer", clerk), (local(day, 16, 40), "told", clerk)]
    states = {line.target.name: line.state for line in queries.lines(one, local(day, 18))}
    assert states == {"云帆设计": "late", "长宁贸易": "answered", "同济咨询": "missing", "恒丰食品": "missing"}
    versions = [[v.number for v in a.values.order_by("question__position")] for a in targets[firms[1].pk].answers.all()]
    assert versions == [[20, 18, 1, 1, 0], [20, 17, 2, 1, 0]]
    with cast.scope():
        assert Notice.objects.get(subject_type="report").settled_at is not None
        assert Notice.objects.get(subject_type="reports").settled_at is None
        eight = local(day + timedelta(days=1), 8)
        (count,) = reports([cast.neighbourhood], AsOf.of(eight)).values()
        assert (count.value, count.of, dict(count.parts)) == (2, 4, {"answered": 1, "late": 1, "missing": 2})
        assert [late.body for late in count.late] == [firms[2].pk, firms[3].pk]
        at_cut_off = reports([cast.neighbourhood], AsOf.of(local(day, 16, 30)))
        assert [c.value for c in at_cut_off.values()] == [1], "what came at 17:00 was not known at 16:30"


def test_the_last_of_those_without_a_contact_ends_the_notice_of_the_office(
    cast: Cast, firms: list[Body], daily: Plan
) -> None:
    day = timezone.localdate() + timedelta(days=1)
    tick(local(day, 0, 1))
    tick(local(day, 16, 1))
    for firm in firms[2:]:
        with cast.scope():
            assert Notice.objects.get(subject_type="reports").settled_at is None
        fill(
            Target.objects.select_related("occurrence").get(occurrence__plan=daily, body=firm), "1", "1", "0", "0", "0"
        )
    with cast.scope():
        assert Notice.objects.get(subject_type="reports").settled_at is not None


def test_asking_again_and_again_by_the_page(cast: Cast, firms: list[Body]) -> None:
    client = client_as(cast.users["clerk"])
    due = timezone.localtime(timezone.now() + timedelta(hours=2))
    form = {
        "title": "企业日报", "due_at": f"{due:%Y-%m-%dT%H:%M}", "repeat": "workdays", "label_1": "形式", "field_1": "choice",
        "unit_1": "线下、线上", "body": [str(firm.pk) for firm in firms],
    }  # fmt: skip
    client.post("/rounds/requests/new/", form)
    plan = Plan.objects.get()
    assert plan.rule == "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    assert [c.label for c in Question.objects.get(sheet=plan.sheet).choices.order_by("position")] == ["线下", "线上"]


@pytest.mark.parametrize(("day", "rule"), [(15, "FREQ=MONTHLY;BYMONTHDAY=15"), (31, "FREQ=MONTHLY;BYMONTHDAY=-1")])
def test_a_day_that_some_months_lack_is_their_last(day: int, rule: str) -> None:
    assert rule_of("monthly", local(date(2026, 3, day), 16)) == rule


def test_a_choice_needs_something_to_choose_from(cast: Cast, firms: list[Body]) -> None:
    due, here = timezone.now() + timedelta(hours=1), cast.neighbourhood
    for code, asked in (
        ("rounds.choices", Asked("choice", "形式", choices=("线下",))),
        ("rounds.unit_long", Asked("number", "人数", "人" * 21)),
    ):
        with refused(code):
            open_request(by=None, place=here, request=Request("x", due, [asked]), bodies=firms)
