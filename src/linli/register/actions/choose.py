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
from linli.register.interpret.matching import Union
from linli.register.interpret.model import RowKey
from linli.register.models import ImportQuestion, ImportRun
from linli.register.packing import unpack


def hold(run: ImportRun) -> None:
    """Inside a transaction: go on only if the run still waits for answers, and let nobody begin it meanwhile.

    A page may be old: what it says of the run is not believed; the row's state decides, in one conditional UPDATE.
    """
    preview = ImportRun.State.PREVIEW
    if ImportRun.objects.filter(pk=run.pk, state=preview).update(state=preview) != 1:
        raise Refusal("register.not_preview", gettext_noop("This import is no longer waiting for answers."))
    run.refresh_from_db()


def answer_question(*, by: User | None, question: ImportQuestion, answer: str) -> ImportQuestion:
    """Say whether two rows are the same person (``same``) or two (``other``); may be said again until the import begins."""
    run = question.run
    if answer not in (ImportQuestion.Answer.SAME, ImportQuestion.Answer.OTHER):
        raise Refusal("register.answer", gettext_noop("Please say: the same person, or two people."))
    with transaction.atomic():
        hold(run)
        question.answer, question.answered_by, question.answered_at = answer, by.pk if by else None, timezone.now()
        question.save(update_fields=["answer", "answered_by", "answered_at"])
        run.totals = {**run.totals, **recount(run, run.totals)}
        run.save(update_fields=["totals"])
        record(
            acts.ANSWERED,
            by=by,
            subject=("import", run.pk),
            neighbourhood=run.neighbourhood_id,
            data={"question": question.pk, "answer": answer},
        )
    return question


def recount(run: ImportRun, totals: dict[str, int]) -> dict[str, int]:
    """Persons and permit holders with the answers so far: rows of one person count once."""
    joined = Union()
    present: dict[RowKey, bool] = {}
    pairs = ImportQuestion.objects.filter(run=run).select_related("one", "other")
    for question in pairs:
        keys: list[RowKey] = []
        for row in (question.one, question.other):
            keys.append((row.sheet, row.row))
            present[keys[-1]] = row.sealed is not None and unpack(row.sealed).counts
        if question.answer == ImportQuestion.Answer.SAME:
            joined.join(keys[0], keys[1])
    groups = {joined.find(key) for key in present}
    here = {joined.find(key) for key, is_here in present.items() if is_here}
    return {
        "persons": totals["person_rows"] - len(present) + len(groups),
        "residents_to_hold_permits": totals["present_rows"] - sum(present.values()) + len(here),
        "questions": sum(1 for question in pairs if not question.answer),
    }


def leave_kinds(*, by: User | None, run: ImportRun, kinds: list[str]) -> ImportRun:
    """Leave out the rows that have one of these kinds of problems; an empty list takes all."""
    with transaction.atomic():
        hold(run)
        present = set(run.problems.filter(row__isnull=False).values_list("kind", flat=True).distinct())
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
    fields = set(words.load("headings"))
    if any(field and field not in fields for field in columns.values()):
        raise Refusal("register.field", gettext_noop("There is no such field."))
    with transaction.atomic():
        hold(run)
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
