"""What a person decided about a file stands when the file is read again for another column, another word or another import."""

from __future__ import annotations

from linli.ground.testing import Cast
from linli.register.actions.changes import choose_changes
from linli.register.actions.choose import answer_question, set_columns
from linli.register.actions.own_words import add_word
from linli.register.actions.read import read_run
from linli.register.models import ImportChange, ImportQuestion, ImportRun
from linli.register.tests.test_conversation import SMALL, finish, here, start
from linli.register.tests.test_interpret import HEAD, book
from linli.register.tests.test_weekly import edit, office, vanish

__all__ = ["here"]


def again(cast: Cast, run: ImportRun) -> ImportRun:
    """Read the file once more as a corrected column does."""
    columns = {column["at"]: column["field"] for column in run.mapping[0]["columns"]}
    return read_run(
        by=cast.users["clerk"], run=set_columns(by=None, run=run, sheet=run.mapping[0]["sheet"], columns=columns)
    )


def test_an_answer_stands_when_the_file_is_read_again(here: Cast) -> None:
    run = start(here)
    before = run.totals["persons"]
    (question,) = run.questions.filter(certain=False)
    clerk = here.users["clerk"]
    answer_question(by=clerk, question=question, answer=ImportQuestion.Answer.SAME)
    run = again(here, run)
    (question,) = run.questions.filter(certain=False)
    assert (question.answer, question.answered_by) == (ImportQuestion.Answer.SAME, clerk.pk)
    assert run.totals["persons"] == before - 1
    assert run.totals["questions"] == 0


def test_a_choice_stands_as_long_as_the_change_says_the_same(here: Cast) -> None:
    finish(here, start(here, book([HEAD, *office().values()])))
    rows = office()
    vanish("a3")(rows)
    edit(rows, "g1", name="葛壹", state="铁将军把门")
    edit(rows, "f1", phone="19900000008")
    run = start(here, book([HEAD, *rows.values()]), "v2.xlsx")
    choose_changes(by=here.users["clerk"], run=run, taken=True, kinds=["moved_out"])
    choose_changes(by=here.users["clerk"], run=run, taken=False, kinds=["name_corrected"])
    add_word(
        by=here.users["clerk"], neighbourhood=here.neighbourhood, vocabulary="states", entry="closed", word="铁将军把门"
    )
    run = again(here, run)
    found = {change.kind: change for change in ImportChange.objects.filter(run=run)}
    assert (found["moved_out"].taken, found["moved_out"].decided_by) == (True, here.users["clerk"].pk)
    assert (found["name_corrected"].taken, found["name_corrected"].decided_by) == (False, here.users["clerk"].pk)
    assert (found["phone_changed"].taken, found["phone_changed"].decided_at) == (True, None)
    assert found["dwelling_state"].decided_at is None


def test_what_was_never_asked_is_not_answered(here: Cast) -> None:
    run = again(here, start(here, book(SMALL)))
    assert not run.questions.filter(certain=False).exclude(answer="").exists()
