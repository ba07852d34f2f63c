"""Lists of an import: cells with problems, rows with their result, questions side by side, columns."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.ground.access import needs
from linli.ground.doing import tried
from linli.kernel import identity, phones
from linli.register import own_words, queries, words, words_changes
from linli.register.actions.choose import answer_question, set_columns
from linli.register.interpret.report import shown
from linli.register.mappings import saved_of
from linli.register.models import ImportProblem, ImportQuestion, ImportRow, ImportRun
from linli.register.packing import Packed, opened, unpack_problem
from linli.register.reading.sheet import column_letter
from linli.register.views import own
from linli.ui.tables import Column, Table


def _cell_text(row: ImportProblem, which: int) -> str:
    if row.sealed is None:
        return ""
    value = shown(unpack_problem(row.sealed)[which], row.kind, show=False)
    if row.kind == "column_guessed" and which:
        return str(words.FIELDS.get(str(value), value))
    return "、".join(str(one) for one in value) if isinstance(value, list) else "" if value is None else str(value)


class Cells(Table):
    """Cells with problems; numbers are masked."""

    title = gettext_lazy("Cells of the file")
    columns = (
        Column(
            "where",
            gettext_lazy("Cell"),
            lambda p: f"{p.sheet} {p.cell}".strip(),
            sort=("sheet", "row", "cell"),
            head=True,
        ),
        Column("kind", gettext_lazy("What"), lambda p: words.kind_word(p.kind), sort=("kind",)),
        Column("raw", gettext_lazy("Stands in the cell"), lambda p: _cell_text(p, 0)),
        Column("proposal", gettext_lazy("Linli reads"), lambda p: _cell_text(p, 1)),
        Column("level", gettext_lazy("Result"), lambda p: words.level_word(p.kind, p.level)),
    )
    sort = "where"


def _opened(row: ImportRow) -> Packed | None:
    return opened(row.sealed)


def _door(row: ImportRow) -> str:
    return words_changes.door_text(row.door)


class Rows(Table):
    """Every row of the file and what became of it."""

    title = gettext_lazy("Rows of the file")
    columns = (
        Column("where", gettext_lazy("Row"), lambda r: f"{r.sheet} {r.row}".strip(), sort=("position",), head=True),
        Column("door", gettext_lazy("Door"), _door, sort=("door",)),
        Column("name", gettext_lazy("Name"), lambda r: (_opened(r) or r).name if _opened(r) else ""),
        Column("verdict", gettext_lazy("Result"), lambda r: _verdict(r), sort=("verdict",)),
    )
    sort = "where"


def _verdict(row: ImportRow) -> str:
    ahead = row.run.state in (ImportRun.State.PREVIEW, ImportRun.State.READING)
    if row.run.state == ImportRun.State.UNDONE:
        return _("kept: a permit was issued") if row.effects.get("kept") else _("taken back")
    return str((words.VERDICTS_AHEAD if ahead else words.VERDICTS)[row.verdict])


@require_GET
@needs("register.import")
def cells(request: Any, pk: UUID) -> HttpResponse:
    """Cells with problems, of one kind or all."""
    run = own(request, pk)
    kind = request.GET.get("kind", "")
    found = ImportProblem.objects.filter(run=run)
    if request.GET.get("level") == "open":
        found = found.filter(level__in=("error", "ask"))
    table = Cells(request, found.filter(kind=kind) if kind else found, sub=words.kind_word(kind) if kind else "")
    entries = [{**entry, "title": words.kind_word(entry["kind"])} for entry in queries.problem_kinds(run)]
    context = {"run": run, "table": table, "kind": kind, "title": words.kind_word(kind), "kinds": entries}
    return table.download() or render(request, "register/cells.html", context)


@require_GET
@needs("register.import")
def rows(request: Any, pk: UUID) -> HttpResponse:
    """Rows with their result."""
    run = own(request, pk)
    verdict = request.GET.get("verdict", "")
    found = ImportRow.objects.filter(run=run).select_related("run")
    table = Rows(request, found.filter(verdict=verdict) if verdict else found)
    ahead = run.state == ImportRun.State.PREVIEW
    names = words.VERDICTS_AHEAD if ahead else words.VERDICTS
    verdicts = [(code, names[code], count) for code, count in sorted(queries.verdict_counts(run).items())]
    context = {"run": run, "table": table, "verdict": verdict, "verdicts": verdicts}
    return table.download() or render(request, "register/rows.html", context)


@require_http_methods(["GET", "POST"])
@needs("register.import")
def questions(request: Any, pk: UUID) -> HttpResponse:
    """Rows that may be one person, side by side."""
    run = own(request, pk)
    if request.method == "POST":
        asked = ImportQuestion.objects.select_related("run")
        question = get_object_or_404(asked, pk=_number(request.POST.get("question", "")), run=run)
        tried(request, None, answer_question, by=request.user, question=question, answer=request.POST.get("answer", ""))
        return redirect(f"{request.path}?page={_number(request.POST.get('page', '')) or 1}#q{question.pk}")
    found = ImportQuestion.objects.filter(run=run, certain=False).select_related("one", "other").order_by("pk")
    page = Paginator(found, 20).get_page(request.GET.get("page"))
    pairs = [{"question": one, "lines": _lines(one)} for one in page]
    context = {"run": run, "page": page, "pairs": pairs, "open": queries.open_questions(run).count()}
    return render(request, "register/questions.html", context)


def _number(text: str) -> int:
    """A number that a form sent; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _lines(question: ImportQuestion) -> list[dict[str, Any]]:
    """Lines of the comparison: what, one, other, whether they differ."""
    sides = queries.question_sides(question)
    if sides is None:
        return []
    one, other = sides
    labels = (
        (_("Row"), lambda p, r: f"{r.sheet} {r.row}".strip()),
        (_("Door"), lambda p, r: _door(r)),
        (_("Name"), lambda p, r: p.name or ""),
        (_("Sex"), lambda p, r: {"m": _("male"), "f": _("female")}.get(p.sex, "")),
        (_("Born"), lambda p, r: p.born.isoformat() if p.born else ""),
        (_("Document"), lambda p, r: identity.masked(p.number) if p.number else _("none")),
        (_("Phone number"), lambda p, r: "、".join(phones.masked(number) for number in p.phones)),
        (_("Relation"), lambda p, r: str(words.RELATIONS.get(p.rel, p.rel))),
        (_("Remark"), lambda p, r: p.remark),
    )
    found = []
    for label, read in labels:
        left, right = read(one, question.one), read(other, question.other)
        if left or right:
            found.append({"label": label, "one": left, "other": right, "differs": left != right})
    return found


@require_http_methods(["GET", "POST"])
@needs("register.import")
def columns(request: Any, pk: UUID) -> HttpResponse:
    """What each column means; a correction reads the file again."""
    run = own(request, pk)
    if request.method == "POST":
        sheet = request.POST.get("sheet", "")
        known: dict[str, Any] = next((entry for entry in run.mapping if entry["sheet"] == sheet), {"columns": []})
        wanted = {
            column["at"]: request.POST.get(f"field{column['at']}", column["field"]) for column in known["columns"]
        }
        changed = {at: field for at, field in wanted.items() if field != _field(known, at)}
        if changed:
            before = {int(at): field for at, field in run.overrides.get(sheet, {}).items()}
            tried(request, None, set_columns, by=request.user, run=run, sheet=sheet, columns={**before, **changed})
        return redirect("register:run", run.pk)
    fields = sorted(
        ((code, str(word)) for code, word in words.FIELDS.items()), key=lambda entry: (entry[0] != "", entry[1])
    )
    context = {"run": run, "sheets": _with_guesses(run), "fields": fields, "saved": saved_of(run)}
    context["unknown"] = own_words.unknown_headings(run.mapping, run.neighbourhood_id)
    return render(request, "register/columns.html", context)


def _with_guesses(run: ImportRun) -> list[dict[str, Any]]:
    """The tables with their columns; ``guessed``: nobody wrote what the column is, its content was looked at."""
    found = ImportProblem.objects.filter(run=run, kind="column_guessed").values_list("sheet", "cell")
    guessed = {(sheet or "", "".join(sign for sign in cell if sign.isalpha())) for sheet, cell in found}
    return [
        {
            **sheet,
            "headless": not any(column["label"] for column in sheet["columns"]),
            "columns": [
                {**column, "guessed": (sheet["sheet"] or "", column_letter(column["at"])) in guessed}
                for column in sheet["columns"]
            ],
        }
        for sheet in run.mapping
    ]


def _field(sheet: dict[str, Any], at: int) -> str:
    return next((column["field"] for column in sheet["columns"] if column["at"] == at), "")
