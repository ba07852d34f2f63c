"""Routes of the register under ``/api/v1``: an import from its file to its undoing, the same steps as on the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import File, Router, Schema, Status, UploadedFile
from pydantic import Field

from linli.ground.rest.access import Token, caller_of
from linli.ground.rest.problems import invalid, not_found
from linli.ground.rest.types import Body, Page, Pages, Text, cursor_number, cursor_uuid, cut, replies, storable
from linli.register import queries, words
from linli.register.actions.apply import apply_step, begin_apply
from linli.register.actions.choose import leave_kinds
from linli.register.actions.read import read_run
from linli.register.actions.start import discard, start_import
from linli.register.actions.undo import begin_undo, undo_step
from linli.register.models import ImportRow, ImportRun
from linli.register.reading.files import check_size

router = Router(tags=["imports"])
SCOPE = "imports"
State = ImportRun.State
WORK: dict[str, Callable[..., ImportRun]] = {
    State.READING: read_run,
    State.APPLYING: apply_step,
    State.UNDOING: undo_step,
}


class KindOut(Schema):
    """A kind of problem in the file and how many cells have it."""

    kind: str
    title: str
    level: str = Field(description="error, ask, warn, note")
    count: int
    left: bool = Field(description="rows with it are left out")


class ImportOut(Schema):
    """An import at whatever point it stands."""

    id: UUID
    file: str = Field(description="its name; empty once the file is erased")
    state: str = Field(description="reading, preview, applying, done, undoing, undone, broken", examples=["preview"])
    started_at: datetime
    finished_at: datetime | None
    undone_at: datetime | None
    rows: int
    rows_done: int
    working: bool = Field(description="send POST …/steps until it is false")
    verdicts: dict[str, int] = Field(description="rows by what becomes of them")
    problems: list[KindOut]
    open_questions: int
    why_broken: str


class ImportPage(Page):
    """Imports in the order in which they were started."""

    items: list[ImportOut]


class RowOut(Schema):
    """A row of the file and what becomes of it; no name and no number."""

    position: int
    sheet: str
    row: int
    door: str
    verdict: str
    dwelling: int | None
    person: UUID | None


class RowPage(Page):
    """Rows in the order of the file."""

    items: list[RowOut]


class ProblemOut(Schema):
    """A cell that a person should look at."""

    sheet: str
    row: int | None
    cell: str
    kind: str
    title: str
    level: str


class ProblemPage(Page):
    """Problems in the order in which they were found."""

    items: list[ProblemOut]


class LeaveIn(Body):
    """Kinds of problems whose rows are left out; an empty list takes all."""

    kinds: list[Text] = Field(max_length=100)


def import_out(run: ImportRun) -> dict[str, Any]:
    """An import as it is sent."""
    preview = run.state != State.READING
    kinds = queries.problem_kinds(run) if preview else []
    names = ("id", "state", "started_at", "finished_at", "undone_at")
    return {
        **{name: getattr(run, name) for name in names},
        "file": queries.file_name(run),
        "rows": run.rows_total,
        "rows_done": queries.rows_done(run),
        "working": run.state in WORK,
        "verdicts": queries.verdict_counts(run) if preview else {},
        "problems": [
            {
                **{key: one[key] for key in ("kind", "level", "count", "left")},
                "title": str(words.kind_word(one["kind"])),
            }
            for one in kinds
        ],
        "open_questions": queries.open_questions(run).count() if preview else 0,
        "why_broken": queries.sentence_of(run) if run.state == State.BROKEN else "",
    }


def _run(request: HttpRequest, pk: UUID) -> ImportRun:
    rows = ImportRun.objects.select_related("upload", "neighbourhood")
    found: ImportRun | None = rows.filter(pk=pk, neighbourhood=caller_of(request).neighbourhood).first()
    if found is None:
        raise not_found()
    return found


@router.get(
    "/imports",
    response=replies(ImportPage),
    auth=Token(SCOPE),
    summary=gettext_noop("Imports"),
    operation_id="list_imports",
)
def list_imports(request: HttpRequest, page: Pages) -> Any:
    """Every import of the neighbourhood."""
    rows = ImportRun.objects.filter(neighbourhood=caller_of(request).neighbourhood).select_related("upload")
    after = cursor_uuid(page)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    kept, following = cut(rows.order_by("pk"), page, lambda row: row.pk)
    return {"items": [import_out(row) for row in kept], "next": following}


@router.post(
    "/imports",
    response=replies(ImportOut, 400, 409, 413, 415, status=201),
    auth=Token(SCOPE),
    summary=gettext_noop("Send a register file"),
    operation_id="start_import",
)
def post_import(request: HttpRequest, file: File[UploadedFile]) -> Any:
    """The same file again, while it is not finished, is the same import. Nothing is stored on the register before ``apply``."""
    caller = caller_of(request)
    try:
        name = storable(file.name or "register")[-120:]
    except ValueError:
        raise invalid("file.file", "unstorable") from None
    check_size(file.size or 0)
    run = start_import(by=caller.user, neighbourhood=caller.neighbourhood, content=cast(BinaryIO, file.file), name=name)
    return Status(201, import_out(_run(request, run.pk)))


@router.get(
    "/imports/{uuid:run}",
    response=replies(ImportOut),
    auth=Token(SCOPE),
    summary=gettext_noop("One import"),
    operation_id="get_import",
)
def get_import(request: HttpRequest, run: UUID) -> Any:
    """Where an import stands, and what would happen."""
    return import_out(_run(request, run))


@router.get(
    "/imports/{uuid:run}/rows",
    response=replies(RowPage),
    auth=Token(SCOPE),
    summary=gettext_noop("Rows of an import"),
    operation_id="list_import_rows",
)
def list_rows(request: HttpRequest, page: Pages, run: UUID, verdict: Text | None = None) -> Any:
    """A verdict for each row: the preview before, the result after."""
    rows = ImportRow.objects.filter(run=_run(request, run)).order_by("position")
    if verdict is not None:
        if verdict not in ImportRow.Verdict.values:
            raise invalid("query.verdict", "literal_error")
        rows = rows.filter(verdict=verdict)
    after = cursor_number(page)
    if after is not None:
        rows = rows.filter(position__gt=after)
    kept, following = cut(rows, page, lambda row: row.position)
    return {"items": [_row(row) for row in kept], "next": following}


def _row(row: ImportRow) -> dict[str, Any]:
    names = ("position", "sheet", "row", "door", "verdict")
    return {**{n: getattr(row, n) for n in names}, "dwelling": row.dwelling_id, "person": row.person_id}


@router.get(
    "/imports/{uuid:run}/problems",
    response=replies(ProblemPage),
    auth=Token(SCOPE),
    summary=gettext_noop("Problems in the file"),
    operation_id="list_import_problems",
)
def list_problems(request: HttpRequest, page: Pages, run: UUID, kind: Text | None = None) -> Any:
    """Sheet and cell of everything that a person should look at."""
    rows = _run(request, run).problems.order_by("pk")
    if kind is not None:
        rows = rows.filter(kind=kind)
    after = cursor_number(page)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    kept, following = cut(rows, page, lambda row: row.pk)
    names = ("sheet", "row", "cell", "kind", "level")
    items = [{**{n: getattr(row, n) for n in names}, "title": str(words.kind_word(row.kind))} for row in kept]
    return {"items": items, "next": following}


@router.post(
    "/imports/{uuid:run}/steps",
    response=replies(ImportOut, 409),
    auth=Token(SCOPE),
    summary=gettext_noop("Do the next piece of work"),
    operation_id="step_import",
)
def step(request: HttpRequest, run: UUID) -> Any:
    """About a second of reading, applying or undoing. Send it again until ``working`` is false; otherwise it changes nothing."""
    one = _run(request, run)
    if one.state in WORK:
        WORK[one.state](by=caller_of(request).user, run=one)
        one = _run(request, run)
    return import_out(one)


@router.post(
    "/imports/{uuid:run}/leave",
    response=replies(ImportOut, 400, 409, 415),
    auth=Token(SCOPE),
    summary=gettext_noop("Leave out rows with some kinds of problems"),
    operation_id="leave_import_kinds",
)
def leave(request: HttpRequest, run: UUID, payload: LeaveIn) -> Any:
    """Before ``apply``; may be said again."""
    leave_kinds(by=caller_of(request).user, run=_run(request, run), kinds=payload.kinds)
    return import_out(_run(request, run))


@router.post(
    "/imports/{uuid:run}/apply",
    response=replies(ImportOut, 409),
    auth=Token(SCOPE),
    summary=gettext_noop("Begin to take the file in"),
    operation_id="apply_import",
)
def apply(request: HttpRequest, run: UUID) -> Any:
    """From ``preview`` to ``applying``; then ``steps``."""
    begin_apply(by=caller_of(request).user, run=_run(request, run))
    return import_out(_run(request, run))


@router.post(
    "/imports/{uuid:run}/undo",
    response=replies(ImportOut, 409),
    auth=Token(SCOPE),
    summary=gettext_noop("Begin to take an import back"),
    operation_id="undo_import",
)
def undo(request: HttpRequest, run: UUID) -> Any:
    """From ``done`` to ``undoing``; then ``steps``."""
    begin_undo(by=caller_of(request).user, run=_run(request, run))
    return import_out(_run(request, run))


@router.delete(
    "/imports/{uuid:run}",
    response=replies(None, 409, status=204),
    auth=Token(SCOPE),
    summary=gettext_noop("Put a file aside"),
    operation_id="discard_import",
)
def delete_import(request: HttpRequest, run: UUID) -> Any:
    """Without importing it; its rows are forgotten."""
    discard(by=caller_of(request).user, run=_run(request, run))
    return Status(204, None)
