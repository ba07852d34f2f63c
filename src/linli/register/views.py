"""Pages of an import: drop a file, see what is in it, take it in, take it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.ground.access import needs
from linli.ground.doing import tried
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal
from linli.register import queries, words, words_changes
from linli.register.actions.apply import apply_step, begin_apply
from linli.register.actions.choose import leave_kinds
from linli.register.actions.read import read_run
from linli.register.actions.start import discard, start_import
from linli.register.actions.undo import begin_undo, undo_step
from linli.register.mappings import saved_of
from linli.register.models import ImportRow, ImportRun
from linli.register.reading.files import MAX_FILE_BYTES, check_size

WORKING = (ImportRun.State.READING, ImportRun.State.APPLYING, ImportRun.State.UNDOING)


def own(request: Any, pk: UUID) -> ImportRun:
    """The run, if it belongs to the chosen neighbourhood."""
    rows = ImportRun.objects.select_related("upload", "neighbourhood")
    found: ImportRun = get_object_or_404(rows, pk=pk, neighbourhood=request.neighbourhood)
    return found


@require_http_methods(["GET", "POST"])
@needs("register.import")
def imports(request: Any) -> HttpResponse:
    """Drop a file; what was imported before."""
    wrong = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            wrong = _("Please choose a file first.")
        else:
            try:
                check_size(file.size)
                run = start_import(
                    by=request.user, neighbourhood=request.neighbourhood, content=file.file, name=file.name
                )
                return redirect("register:run", run.pk)
            except Refusal as refusal:
                wrong = refusal_text(refusal)
    runs = ImportRun.objects.select_related("upload").order_by("-started_at")[:20]
    past = [{"run": one, "name": queries.file_name(one)} for one in runs]
    context = {"past": past, "wrong": wrong, "limit": MAX_FILE_BYTES // 1024 // 1024}
    return render(request, "register/imports.html", context, status=422 if wrong else 200)


@require_GET
@needs("register.import")
def run(request: Any, pk: UUID) -> HttpResponse:
    """One import at whatever point it stands."""
    one = own(request, pk)
    context: dict[str, Any] = {"run": one, "name": queries.file_name(one), "working": one.state in WORKING}
    if one.state in WORKING:
        context["value"], context["total"] = _progress(one)
    elif one.state == ImportRun.State.PREVIEW:
        context |= _preview(one)
    elif one.state == ImportRun.State.DONE:
        context |= {"counts": queries.verdict_counts(one), "later": queries.later_imports(one).exists()}
        context |= _changes(one)
    elif one.state == ImportRun.State.BROKEN:
        context["sentence"] = queries.sentence_of(one)
    return render(request, "register/run.html", context)


def _preview(one: ImportRun) -> dict[str, Any]:
    kinds = queries.problem_kinds(one)
    for entry in kinds:
        entry["title"] = words.kind_word(entry["kind"])
        entry["mark"] = words.LEVEL_MARKS.get(entry["level"], "info")
        entry["word"] = words.LEVEL_NAMES.get(entry["level"], "")
    counts = queries.verdict_counts(one)
    return _changes(one) | {
        "kinds": kinds,
        "serious": sum(entry["count"] for entry in kinds if entry["level"] in ("error", "ask")),
        "cells": sum(entry["count"] for entry in kinds),
        "counts": counts,
        "to_write": sum(counts.get(verdict, 0) for verdict in ("new", "state", "listed", "changed")),
        "unchanged": counts.get("same", 0) and set(counts) <= {"same", "left"} and not one.changes.exists(),
        "open": queries.open_questions(one).count(),
        "questions": one.questions.filter(certain=False).count(),
        "certain": one.questions.filter(certain=True).count(),
        "levels": [(words.LEVEL_MARKS[level], words.LEVEL_NAMES[level], text) for level, text in words.LEVELS.items()],
        "saved": saved_of(one),
        "guessed": any(entry["kind"] in ("column_guessed", "hidden_sheet") for entry in kinds),
    }


def _changes(one: ImportRun) -> dict[str, Any]:
    found = queries.change_kinds(one)
    for entry in found:
        entry["title"] = words_changes.KINDS.get(entry["kind"], entry["kind"])
    return {
        "changes": found,
        "change_count": sum(entry["count"] for entry in found),
        "change_look": sum(entry["look"] for entry in found),
        "change_taken": sum(entry["taken"] for entry in found),
    }


def _progress(one: ImportRun) -> tuple[int, int]:
    """(done, all) in homes and rows: the homes are added first."""
    if one.state == ImportRun.State.READING:
        return 0, 1
    homes = ImportRow.objects.filter(run=one, leads=True).count()
    done = queries.rows_done(one) + (homes if one.places_done else min(len(one.made_places), homes))
    total = max(one.rows_total + homes, 1)
    return (total - done if one.state == ImportRun.State.UNDOING else done), total


@require_POST
@needs("register.import")
def step(request: Any, pk: UUID) -> HttpResponse:
    """Do the next piece of work and say how far it is. The page asks again until ``done``."""
    one = own(request, pk)
    try:
        if one.state == ImportRun.State.READING:
            one = read_run(by=request.user, run=one)
        elif one.state == ImportRun.State.APPLYING:
            one = apply_step(by=request.user, run=one)
        elif one.state == ImportRun.State.UNDOING:
            one = undo_step(by=request.user, run=one)
    except Refusal as refusal:
        return JsonResponse({"error": refusal.code, "message": refusal_text(refusal)}, status=409)
    if "application/json" not in request.headers.get("Accept", ""):
        return redirect("register:run", pk)
    value, total = _progress(one) if one.state in WORKING else (1, 1)
    return JsonResponse({"value": value, "total": total, "done": one.state not in WORKING})


@require_POST
@needs("register.import")
def begin(request: Any, pk: UUID) -> HttpResponse:
    """Begin to take the file in."""
    return _act(request, pk, lambda one: begin_apply(by=request.user, run=one))


@require_POST
@needs("register.import")
def undo(request: Any, pk: UUID) -> HttpResponse:
    """Begin to take an import back."""
    return _act(request, pk, lambda one: begin_undo(by=request.user, run=one))


@require_POST
@needs("register.import")
def put_aside(request: Any, pk: UUID) -> HttpResponse:
    """Put a file aside without importing it."""
    try:
        discard(by=request.user, run=own(request, pk))
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
        return redirect("register:run", pk)
    messages.success(request, _("The file was put aside. Nothing was imported."))
    return redirect("register:imports")


@require_POST
@needs("register.import")
def kinds(request: Any, pk: UUID) -> HttpResponse:
    """Which kinds of problems leave their rows out."""
    return _act(request, pk, lambda one: leave_kinds(by=request.user, run=one, kinds=request.POST.getlist("leave")))


def _act(request: HttpRequest, pk: UUID, act: Any) -> HttpResponse:
    tried(request, None, act, own(request, pk))
    return redirect("register:run", pk)
