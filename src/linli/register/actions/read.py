"""Read the kept file into rows, problems and questions; nothing of the register is touched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from linli.accounts.models import User
from linli.ground.inserting import ready
from linli.inbox.queries import content_of, name_of
from linli.kernel.refusal import Refusal
from linli.register import own_words
from linli.register.actions.choose import recount
from linli.register.actions.decided import Decisions
from linli.register.actions.mappings import note_use
from linli.register.comparing import Comparison
from linli.register.interpret.interpretation import interpret
from linli.register.interpret.model import Interpretation, Problem
from linli.register.keeping import change_row
from linli.register.known import Known
from linli.register.mappings import Corrector
from linli.register.models import ImportChange, ImportProblem, ImportQuestion, ImportRow, ImportRun
from linli.register.packing import pack, pack_problem, packed
from linli.register.returning import Returning, comparison_of
from linli.register.roundtrip import returned

LEASE = timedelta(seconds=45)
"""A reader that says nothing for this long (longer for a large file) is taken for dead; the next one begins again."""
_BYTES_A_SECOND = 50_000
_CHUNK = 250
T = TypeVar("T")


def read_run(*, by: User | None, run: ImportRun) -> ImportRun:
    """Bring a run from ``reading`` to ``preview`` or ``broken``. One reader at a time; safe to repeat after a kill."""
    now = timezone.now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    mine = ImportRun.objects.filter(free, pk=run.pk, state=ImportRun.State.READING).update(
        lease_until=now + _lease(run)
    )
    run.refresh_from_db()
    if not mine:
        return run
    try:
        return _read(run)
    except _LeaseLost:
        run.refresh_from_db()
        return run


def _lease(run: ImportRun) -> timedelta:
    return LEASE + timedelta(seconds=(run.upload.size if run.upload else 0) // _BYTES_A_SECOND)


class _LeaseLost(Exception):
    """Another reader has begun again; what this one made was or will be forgotten."""


def _renew(run: ImportRun) -> None:
    """Say that this reader lives; the lease it holds is its token."""
    until = timezone.now() + _lease(run)
    rows = ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.READING, lease_until=run.lease_until)
    if not rows.update(lease_until=until):
        raise _LeaseLost
    run.lease_until = until


def _read(run: ImportRun) -> ImportRun:
    try:
        corrector = Corrector.of(run)
        result = _interpret(run, corrector)
    except Refusal as refusal:
        ImportRun.objects.filter(pk=run.pk).update(
            state=ImportRun.State.BROKEN,
            problem=refusal.code,
            problem_text=refusal.message[:300],
            problem_params={name: str(value) for name, value in refusal.params.items()},
            lease_until=None,
        )
        run.refresh_from_db()
        return run
    _renew(run)
    decided = Decisions.of(run)
    _forget(run)
    _store(run, result, decided)
    note_use(by=None, run=run, corrector=corrector)
    ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.READING, lease_until=run.lease_until).update(
        state=ImportRun.State.PREVIEW,
        read_at=timezone.now(),
        lease_until=None,
        totals={**result.totals, **recount(run, result.totals)},
        mapping=[_sheet(name, table) for name, table in result.tables.items()],
        rows_total=len(result.rows),
        aliases=run.aliases,
    )
    run.refresh_from_db()
    return run


def _interpret(run: ImportRun, corrector: Corrector) -> Interpretation:
    if run.upload is None:
        raise Refusal("import.empty", "The file is empty.")
    today, data, name = timezone.localdate(run.started_at), content_of(run.upload), name_of(run.upload)
    result = interpret(data, name, today=today, overrides=corrector, own_words=own_words.of(run.neighbourhood_id))
    result.never_merge = []  # only the preview of a file tells them; namesakes are many pairs
    return returned(result, data, name, run.neighbourhood_id)


def _sheet(name: str | None, table: Any) -> dict[str, Any]:
    columns = [
        {
            "at": at,
            "label": table.labels.get(at, ""),
            "field": table.columns.get(at, ""),
            "ignored": table.ignored.get(at, ""),
        }
        for at in sorted({*table.labels, *table.columns, *table.ignored} - set(table.hidden))
    ]
    word = {"building_word": table.building_word, "filled": table.filled.isoformat() if table.filled else None}
    return {
        "sheet": name or "",
        "estate": table.estate,
        "address": table.address,
        "addresses": table.addresses(),
        "columns": columns,
        "header": table.header + 1,
        "first": table.first,
        **word,
    }


def _forget(run: ImportRun) -> None:
    """What an interrupted reading left behind."""
    for model in (ImportQuestion, ImportProblem, ImportChange, ImportRow):
        rows: models.QuerySet[Any] = model.objects.filter(run=run)
        while chunk := list(rows.values_list("pk", flat=True)[:400]):
            model.objects.filter(pk__in=chunk).delete()


def _store(run: ImportRun, result: Interpretation, decided: Decisions) -> None:
    compared = comparison_of(Known.load(run.neighbourhood_id), result).run()
    run.aliases = [[one.was, one.to] for one in compared.known.doors.renamed]
    for begin in range(0, len(result.rows), _CHUNK):
        made = [_row(run, compared, at) for at in range(begin, min(begin + _CHUNK, len(result.rows)))]
        _write(run, made)
    for problems in chunks(result.problems, _CHUNK):
        cells = [_problem(run, problem) for problem in problems]
        _write(run, cells)
    _changes(run, compared, decided)
    _questions(run, result, decided)


def _row(run: ImportRun, compared: Comparison | Returning, position: int) -> ImportRow:
    row = compared.result.rows[position]
    return ImportRow(
        neighbourhood_id=run.neighbourhood_id,
        run=run,
        position=position,
        turn=position,
        sheet=(row.sheet or "")[:60],
        row=row.row,
        door=row.door.code()[:160],
        leads=compared.leads[position],
        person_row=row.is_person,
        verdict=compared.verdicts[position],
        dwelling_id=compared.dwellings[position],
        person_id=compared.persons[position],
        sealed=pack(packed(row), run.pk),
        prints=compared.lasting(position),
    )


def _changes(run: ImportRun, compared: Comparison | Returning, decided: Decisions) -> None:
    """The changes in the order of the list; those without a row of this file are taken after all rows."""
    positions = {change.row for change in compared.changes if change.row is not None}
    rows: dict[int, int] = {}
    for wanted in chunks(sorted(positions), 400):
        rows |= dict(ImportRow.objects.filter(run=run, position__in=wanted).values_list("position", "pk"))
    for begin in range(0, len(compared.changes), _CHUNK):
        made = [
            decided.choose(
                change_row(run, change, begin + at, rows.get(change.row) if change.row is not None else None), change
            )
            for at, change in enumerate(compared.changes[begin : begin + _CHUNK])
        ]
        _write(run, made)


def _problem(run: ImportRun, problem: Problem) -> ImportProblem:
    return ImportProblem(
        neighbourhood_id=run.neighbourhood_id,
        run=run,
        sheet=(problem.sheet or "")[:60],
        row=problem.row,
        cell=(problem.cell or "")[:60],
        kind=problem.kind,
        level=problem.level,
        sealed=pack_problem(problem, run.pk),
    )


def _questions(run: ImportRun, result: Interpretation, decided: Decisions) -> None:
    """One question a pair. Answered already: rows that are certainly one person, and rows whose persons the register knows."""
    pairs = [(pair, True) for pair in result.merge] + [(pair, False) for pair in result.ask]
    wanted = {row for pair, _ in pairs for _sheet, row in pair}
    rows = {(row.sheet, row.row): row for row in ImportRow.objects.filter(run=run, row__in=wanted)}
    made = []
    for keys, certain in pairs:
        one, other = (rows[((sheet or "")[:60], row)] for sheet, row in keys)
        if one.person_id is not None and other.person_id is not None and not certain:
            if one.person_id != other.person_id:
                continue
            certain = True
        made.append(
            ImportQuestion(
                neighbourhood_id=run.neighbourhood_id,
                run=run,
                one=one,
                other=other,
                certain=certain,
                answer=ImportQuestion.Answer.SAME if certain else ImportQuestion.Answer.OPEN,
            )
        )
    for question in made:
        decided.answer(question)
    for some in chunks(made, _CHUNK):
        _write(run, some)


def _write(run: ImportRun, rows: Sequence[models.Model]) -> None:
    """One short transaction: the rows are made ready before it."""
    made = ready(rows)
    with transaction.atomic():
        _renew(run)
        made.write()


def chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Slices of at most ``size``."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
