"""What a person says between reading and applying: answers, what to leave out, what a column means."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.register import acts
from linli.register.interpret import words
from linli.register.models import ImportQuestion, ImportRun


def _in_preview(run: ImportRun) -> None:
    if run.state != ImportRun.State.PREVIEW:
        raise Refusal("register.not_preview", gettext_noop("This import is no longer waiting for answers."))


def answer_question(*, by: User | None, question: ImportQuestion, answer: str) -> ImportQuestion:
    """Say whether two rows are the same person (``same``) or two (``other``); may be said again until the import begins."""
    run = question.run
    _in_preview(run)
    if answer not in (ImportQuestion.Answer.SAME, ImportQuestion.Answer.OTHER):
        raise Refusal("register.answer", gettext_noop("Please say: the same person, or two people."))
    with transaction.atomic():
        question.answer, question.answered_by, question.answered_at = answer, by.pk if by else None, timezone.now()
        question.save(update_fields=["answer", "answered_by", "answered_at"])
        record(
            acts.ANSWERED,
            by=by,
            subject=("import", run.pk),
            neighbourhood=run.neighbourhood_id,
            data={"question": question.pk, "answer": answer},
        )
    return question


def leave_kinds(*, by: User | None, run: ImportRun, kinds: list[str]) -> ImportRun:
    """Leave out the rows that have one of these kinds of problems; an empty list takes all."""
    _in_preview(run)
    present = set(run.problems.filter(row__isnull=False).values_list("kind", flat=True).distinct())
    with transaction.atomic():
        run.left_kinds = sorted(set(kinds) & present)
        run.save(update_fields=["left_kinds"])
        record(
            acts.CHOSEN,
            by=by,
            subject=("import", run.pk),
            neighbourhood=run.neighbourhood_id,
            data={"left": run.left_kinds},
        )
    return run


def set_columns(*, by: User | None, run: ImportRun, sheet: str, columns: dict[int, str]) -> ImportRun:
    """Correct what the columns of a sheet mean; the file is read again. An empty field: the column is not imported."""
    _in_preview(run)
    fields = set(words.load("headings"))
    if any(field and field not in fields for field in columns.values()):
        raise Refusal("register.field", gettext_noop("There is no such field."))
    with transaction.atomic():
        run.overrides = {**run.overrides, sheet: {str(at): field for at, field in columns.items()}}
        run.state = ImportRun.State.READING
        run.save(update_fields=["overrides", "state"])
        record(
            acts.CHOSEN,
            by=by,
            subject=("import", run.pk),
            neighbourhood=run.neighbourhood_id,
            data={"columns": len(columns)},
        )
    return run
