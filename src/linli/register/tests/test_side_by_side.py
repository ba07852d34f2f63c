"""Old pages, two people at once, and registers of another day: nothing is undone by a stale form, doubled, or left without anybody."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from linli.accounts.tests.refused import refused
from linli.ground.actions.mandates import give_mandate
from linli.ground.models import Household, Mandate, Person, Residence, Responsibility
from linli.ground.queries import responsible_on
from linli.ground.testing import Cast, make_cast
from linli.kernel.refusal import Refusal
from linli.register.actions import apply
from linli.register.actions.apply import apply_step, begin_apply
from linli.register.actions.choose import answer_question, leave_kinds, set_columns
from linli.register.actions.read import read_run
from linli.register.actions.start import start_import
from linli.register.interpret.interpretation import interpret
from linli.register.models import ImportQuestion, ImportRow, ImportRun
from linli.register.tests.test_interpret import number

HEAD = "楼号,室号,姓名,性别,证件号码,与户主关系,联系电话\n"
ROWS = (
    HEAD
    + "11号,101,王小二,男,,户主,19900000001\n11号,102,李小三,女,,户主,19900000002\n11号,103,赵小四,女,,户主,19900000003\n"
)
TWO = HEAD + "11号,101,王小二,男,,户主,19900000001\n11号,102,王小二,男,,户主,19900000001\n11号,103,赵小四,女,,户主,\n"


def preview(cast: Cast, text: str, name: str = "a.csv") -> ImportRun:
    """A file that was read and waits for answers; inside a scope."""
    run = start_import(by=None, neighbourhood=cast.neighbourhood, content=text.encode(), name=name)
    run = read_run(by=None, run=run)
    assert run.state == "preview", run.problem
    return run


def finish(run: ImportRun) -> ImportRun:
    """Apply it to its end."""
    run = begin_apply(by=None, run=run)
    while run.state == "applying":
        run = apply_step(by=None, run=run)
    return run


def households(cast: Cast) -> list[Household]:
    """Those that an import made; inside a scope."""
    return list(Household.objects.exclude(pk__in=[one.pk for one in cast.households]))


# --- pages that are old ----------------------------------------------------------------------------------------------

STALE: list[Callable[[ImportRun], Any]] = [
    lambda run: set_columns(by=None, run=run, sheet="", columns={}),
    lambda run: leave_kinds(by=None, run=run, kinds=[]),
]


@pytest.mark.parametrize("act", STALE)
def test_an_old_page_does_not_reopen_a_finished_import(cast: Cast, act: Callable[[ImportRun], Any]) -> None:
    with cast.scope():
        run = preview(cast, ROWS)
        old = ImportRun.objects.get(pk=run.pk)
        run = finish(run)
        with refused("register.not_preview"):
            act(old)
        run.refresh_from_db()
        assert run.state == "done"
        read_run(by=None, run=run)
        assert ImportRow.objects.filter(run=run).exclude(effects={}).count() == 3


def test_an_old_question_is_not_answered_after_the_end(cast: Cast) -> None:
    with cast.scope():
        run = preview(cast, TWO)
        question = ImportQuestion.objects.select_related("run").get(run=run)
        finish(run)
        assert question.run.state == "preview"
        with refused("register.not_preview"):
            answer_question(by=None, question=question, answer="same")
        assert ImportQuestion.objects.get().answer == ""


def test_an_old_page_begins_with_what_was_chosen_last(cast: Cast) -> None:
    with cast.scope():
        run = preview(cast, ROWS.replace("19900000002", "1990000"))
        old = ImportRun.objects.get(pk=run.pk)
        kinds = list(run.problems.filter(row__isnull=False).values_list("kind", flat=True))
        assert kinds
        leave_kinds(by=None, run=run, kinds=kinds)
        finish(old)
        assert ImportRow.objects.filter(run=run, verdict="left").exists()


# --- two at once -----------------------------------------------------------------------------------------------------


def test_of_two_begun_at_once_one_is_read_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with cast.scope():
        one, other = preview(cast, ROWS), preview(cast, ROWS + "\n", "b.csv")
        real, begun = apply.hold_neighbourhood, []

        def held(place: int) -> None:
            """The other's begin comes first to the lock."""
            if not begun:
                begun.append(True)
                begin_apply(by=None, run=other)
            real(place)

        monkeypatch.setattr(apply, "hold_neighbourhood", held)
        with refused("register.changed_meanwhile"):
            begin_apply(by=None, run=one)
        states = {run.pk: run.state for run in ImportRun.objects.all()}
        assert (states[one.pk], states[other.pk]) == ("reading", "applying")


@pytest.mark.django_db(transaction=True)
def test_two_people_begin_two_files_at_the_same_moment() -> None:
    cast = make_cast()
    with cast.scope():
        runs = [preview(cast, ROWS), preview(cast, ROWS + "\n", "b.csv")]
    barrier = Barrier(2)

    def work(run: ImportRun) -> str:
        barrier.wait()
        try:
            with cast.scope():
                return finish(run).state
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(work, runs)) == ["done", "register.changed_meanwhile"]
    with cast.scope():
        assert Person.objects.filter(name__in=["王小二", "李小三", "赵小四"]).count() == 3


# --- registers of another day ----------------------------------------------------------------------------------------


def test_a_title_of_a_day_to_come_is_asked_about(cast: Cast) -> None:
    today = timezone.localdate()
    coming = f"新村登记表 {today.year + 30}-03-01,,,,,,\n"
    result = interpret((coming + ROWS).encode(), "a.csv", today=today)
    (problem,) = [one for one in result.problems if one.kind == "title_date_in_future"]
    assert (problem.level, problem.raw, problem.proposal) == ("ask", f"{today.year + 30}-03-01", today.isoformat())
    with cast.scope():
        finish(preview(cast, coming + ROWS))
        made = households(cast)
        assert {one.since for one in made} == {today}
        assert all(responsible_on(one.pk) is not None for one in made)
        assert not Residence.objects.filter(since__gt=today).exists()


def test_a_register_of_a_day_before_the_secretary(cast: Cast) -> None:
    began = timezone.localdate() - timedelta(days=10)
    Mandate.objects.filter(pk=cast.mandates["secretary"].pk).update(since=began)
    with cast.scope():
        finish(preview(cast, "新村登记表 2020-03-01,,,,,,\n" + ROWS))
        for one in households(cast):
            assert one.since == began
            assert responsible_on(one.pk, date(2020, 3, 2)) is None
            found = responsible_on(one.pk)
            assert found is not None
            assert found.pk == cast.mandates["secretary"].pk


def test_who_was_secretary_then_answered_then(cast: Cast) -> None:
    today = timezone.localdate()
    Mandate.objects.filter(pk=cast.mandates["secretary"].pk).update(since=date(2019, 1, 1), until=date(2021, 6, 1))
    heir = give_mandate(
        by=None, capacity="secretary", place=cast.neighbourhood, user=cast.users["clerk"], since=date(2021, 9, 1)
    )
    with cast.scope():
        finish(preview(cast, "新村登记表 2020-03-01,,,,,,\n" + ROWS))
        (first, *others) = households(cast)
        assert len(others) == 2
        rows = list(Responsibility.objects.filter(household=first).order_by("since").values_list("since", "mandate"))
        assert rows == [(date(2020, 3, 1), cast.mandates["secretary"].pk), (date(2021, 9, 1), heir.pk)]
        then, now = responsible_on(first.pk, date(2020, 3, 2)), responsible_on(first.pk, today)
        assert then is not None
        assert now is not None
        assert (then.pk, now.pk) == (cast.mandates["secretary"].pk, heir.pk)


# --- what a number says ----------------------------------------------------------------------------------------------


def test_an_empty_sex_comes_from_the_number() -> None:
    """GB 11643: the 17th digit, odd for men."""
    rows = HEAD + "11号,101,王小二,,%s,户主,\n11号,102,李小三,#VALUE!,,户主,\n11号,103,赵小四,女,,户主,\n"
    result = interpret((rows % number()).encode(), "a.csv", today=date(2026, 1, 1))
    assert [row.sex for row in result.rows] == ["男", None, "女"]
    assert [(one.kind, one.level, one.row) for one in result.problems if one.kind == "sex_from_id"] == [
        ("sex_from_id", "note", 1)
    ]
