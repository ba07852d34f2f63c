"""Readers of imports; inside a scope."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet

from linli.ground.words import refusal_text
from linli.inbox.queries import name_of
from linli.kernel.refusal import Refusal
from linli.register.changes.kinds import KINDS
from linli.register.models import ImportChange, ImportQuestion, ImportRow, ImportRun
from linli.register.packing import Packed, opened

WROTE = (ImportRow.Verdict.NEW, ImportRow.Verdict.STATE, ImportRow.Verdict.LISTED, ImportRow.Verdict.CHANGED)


def later_imports(run: ImportRun) -> QuerySet[ImportRun]:
    """Imports after this one that wrote at one of its doors and still stand."""
    mine = ImportRow.objects.filter(run=run, verdict__in=WROTE, dwelling__isnull=False).values("dwelling")
    theirs = ImportRow.objects.filter(dwelling__in=mine, verdict__in=WROTE, done=True).exclude(run=run).values("run")
    vanished = ImportChange.objects.filter(outcome=ImportChange.Outcome.APPLIED, row=None, place__in=mine).exclude(
        run=run
    )
    states = (ImportRun.State.APPLYING, ImportRun.State.DONE, ImportRun.State.UNDOING)
    rows: QuerySet[ImportRun] = ImportRun.objects.filter(
        Q(pk__in=theirs) | Q(pk__in=vanished.values("run")), state__in=states, started_at__gt=run.started_at
    )
    return rows


def file_name(run: ImportRun) -> str:
    """The name of the file; empty once it is erased."""
    return name_of(run.upload) if run.upload is not None else ""


def sentence_of(run: ImportRun) -> str:
    """Why a file could not be read, in the active language."""
    return refusal_text(Refusal(run.problem, run.problem_text, **run.problem_params))


def verdict_counts(run: ImportRun) -> dict[str, int]:
    """How many rows of each verdict."""
    rows = ImportRow.objects.filter(run=run).values_list("verdict").annotate(n=Count("pk"))
    return dict(rows.values_list("verdict", "n"))


def rows_done(run: ImportRun) -> int:
    """How far applying or undoing has come, in rows."""
    return int(ImportRow.objects.filter(run=run, done=True).count())


def problem_kinds(run: ImportRun) -> list[dict[str, Any]]:
    """Kinds of problems with their number of cells, the serious ones first."""
    order = {"error": 0, "ask": 1, "warn": 2, "note": 3}
    found: dict[str, dict[str, Any]] = {}
    rows = run.problems.values("kind", "level").annotate(n=Count("pk"), in_rows=Count("row"))
    for entry in rows.values_list("kind", "level", "n", "in_rows"):
        kind, level, n, in_rows = entry
        found[kind] = {"kind": kind, "level": level, "count": n, "in_rows": in_rows, "left": kind in run.left_kinds}
    return sorted(found.values(), key=lambda entry: (order.get(entry["level"], 9), -entry["count"]))


def open_questions(run: ImportRun) -> QuerySet[ImportQuestion]:
    """Questions nobody has answered."""
    rows: QuerySet[ImportQuestion] = ImportQuestion.objects.filter(run=run, answer="")
    return rows


def question_sides(question: ImportQuestion) -> tuple[Packed, Packed] | None:
    """Both rows of a question in the clear, None once they are erased."""
    one, other = opened(question.one.sealed), opened(question.other.sealed)
    return (one, other) if one is not None and other is not None else None


def change_kinds(run: ImportRun) -> list[dict[str, Any]]:
    """Kinds of changes with how many there are, are taken, conflict, wait for a look, were lost; in the order of the page."""
    rows = run.changes.values("kind").annotate(
        n=Count("pk"),
        took=Count("pk", filter=Q(taken=True)),
        conflicts=Count("pk", filter=Q(conflict=True)),
        look=Count("pk", filter=Q(decided_at=None, taken=False)),
        lost=Count("pk", filter=Q(outcome="lost")),
    )
    order = {kind: at for at, kind in enumerate(KINDS)}
    names = ("kind", "count", "taken", "conflicts", "look", "lost")
    columns = ("kind", "n", "took", "conflicts", "look", "lost")
    found = [dict(zip(names, row, strict=True)) for row in rows.values_list(*columns)]
    return sorted(found, key=lambda entry: order.get(entry["kind"], len(order)))


def change_outcomes(run: ImportRun) -> dict[str, dict[str, int]]:
    """Kind → outcome → how many."""
    found: dict[str, dict[str, int]] = {}
    rows = run.changes.values("kind", "outcome").annotate(n=Count("pk"))
    for kind, outcome, n in rows.values_list("kind", "outcome", "n"):
        found.setdefault(kind, {})[outcome or "open"] = n
    return found
