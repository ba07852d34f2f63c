"""``/journeys/lists/``: drop a passenger list, see what is wrong where, take it in, decide who of it is ours (T02)."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.ground.access import needs
from linli.ground.setup_forms import show_refusal
from linli.ground.words import refusal_text
from linli.inbox.models import RawUpload
from linli.inbox.queries import content_of, name_of
from linli.journeys import manifest_cases as cases
from linli.journeys.access import MANAGE
from linli.journeys.actions.manifests import KIND, Taking, begin_kept, keep_list, take_rows, taking_of
from linli.journeys.actions.matches import decide_match, undo_match
from linli.journeys.actions.travellers import close_traveller
from linli.journeys.details import details_of
from linli.journeys.faces import flight_of
from linli.journeys.manifest_forms import FileForm, FlightForm
from linli.journeys.manifest_people import CREW, PASSENGER
from linli.journeys.manifest_reading import Manifest, read_manifest
from linli.journeys.manifest_report import masked_words
from linli.journeys.manifest_words import problem_said
from linli.journeys.matching import match_with_register
from linli.journeys.models import ArrivalNotice, ListedRow, Match, Traveller
from linli.kernel.refusal import Refusal
from linli.operations.queries import active_operation
from linli.ui.tables import Column, Table
from linli.ui.words import number

LIMIT_MB = 8
AT_ONCE = 0.8
"""Seconds of work in one step."""
PRESSED_ONCE = 20.0
"""Seconds of work for a button that promises to close everybody: a whole flight, on a slow machine too."""
SHOWN = 8
"""So many cells of one kind are named."""
CLOSED_AT_ONCE = 20


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def manifests(request: Any) -> HttpResponse:
    """Drop a list. What is no list of people is refused before it is kept."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        data = file.read()
        try:
            read_manifest(data, today=timezone.localdate(), filename=file.name)
            upload = keep_list(by=request.user, neighbourhood=request.neighbourhood, data=data, name=file.name)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("journeys:manifest", upload.pk)
    past = RawUpload.objects.filter(neighbourhood=request.neighbourhood, kind=KIND).order_by("-received_at")[:20]
    notices = {
        one.upload: one
        for one in ArrivalNotice.objects.filter(upload__in=[row.pk for row in past]).select_related("movement")
    }
    context = {
        "form": form, "limit": LIMIT_MB, "operation": active_operation(request.neighbourhood),
        "past": [{"row": row, "name": name_of(row), "notice": notices.get(row.pk), "flight": _flight(notices.get(row.pk))} for row in past],
    }  # fmt: skip
    return render(request, "journeys/manifests.html", context, status=422 if form.errors else 200)


def _flight(notice: ArrivalNotice | None) -> str:
    return flight_of(notice.movement) if notice is not None else ""


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def manifest(request: Any, pk: UUID) -> HttpResponse:
    """One list: what was read, how far it is taken in, what is to be decided. A POST begins to take it in."""
    upload = _own(request, pk)
    found = _read(upload)
    taking = taking_of(upload, found)
    if taking is None:
        return _preview(request, upload, found)
    if taking.waiting or upload.state != RawUpload.State.DONE:
        context = {"upload": upload, "name": name_of(upload), "value": taking.listed, "total": len(taking.people) + 1}
        return render(request, "journeys/manifest_working.html", context)
    people = cases.travellers_of_list(taking.source)
    rest = cases.rest_of(people)
    context = _read_facts(found) | {
        "upload": upload, "name": name_of(upload), "flight": flight_of(taking.notice.movement), "notice": taking.notice,
        "cases": cases.open_cases(people, taking.source), "decided": cases.decided(people), "rest": rest.count(),
        "closed": people.filter(closed_as=Traveller.Closed.NOT_OURS).count(), "owner": taking.notice.owner.holder_name,
        "ours": people.filter(person__isnull=False).count(),
    }  # fmt: skip
    return render(request, "journeys/manifest.html", context)


def _preview(request: Any, upload: RawUpload, found: Manifest) -> HttpResponse:
    """What is on the list, before anything of it is stored as a traveller."""
    flight = found.flight
    first = {
        "number": flight.number,
        "day": flight.day or timezone.localdate(upload.received_at),
        "origin": flight.origin,
    }
    form = FlightForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        flight.number, flight.origin, flight.day = said["number"], said["origin"], said["day"]
        try:
            begin_kept(by=request.user, upload=upload, manifest=found)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("journeys:manifest", upload.pk)
    context = _read_facts(found) | {"upload": upload, "name": name_of(upload), "form": form}
    return render(request, "journeys/manifest_preview.html", context, status=422 if form.errors else 200)


def _read_facts(found: Manifest) -> dict[str, Any]:
    """Counts, doubts by kind with their cells, columns that nobody knew."""
    kinds = Counter(one.kind for one in found.problems)
    return {
        "people": len(found.on_board), "passengers": found.count(PASSENGER), "crew": found.count(CREW), "unknown": found.unknown,
        "problems": [
            {
                "words": problem_said(kind), "count": count,
                "cells": [
                    {"where": f"{one.sheet} {one.cell}" if one.sheet else one.cell, "raw": masked_words(one.raw)}
                    for one in [one for one in found.problems if one.kind == kind][:SHOWN]
                ],
                "more": max(0, count - SHOWN),
            }
            for kind, count in kinds.most_common()
        ],
    }  # fmt: skip


@require_POST
@needs(MANAGE)
def step(request: Any, pk: UUID) -> HttpResponse:
    """The next piece of work; the page asks again until ``done``. May be left and taken up by anybody."""
    upload = _own(request, pk)
    found = _read(upload)
    taking = taking_of(upload, found)
    if taking is None:
        raise Http404("not begun")
    try:
        done = _work(request, upload, taking)
    except Refusal as refusal:
        return JsonResponse({"error": refusal.code, "message": refusal_text(refusal)}, status=409)
    if "application/json" not in request.headers.get("Accept", ""):
        return redirect("journeys:manifest", pk)
    return JsonResponse({"value": taking.listed + done, "total": len(taking.people) + 1, "done": done})


def _work(request: Any, upload: RawUpload, taking: Taking) -> bool:
    began = time.monotonic()
    while taking.waiting and time.monotonic() - began < AT_ONCE:
        take_rows(by=request.user, taking=taking)
    if taking.waiting:
        return False
    if upload.state != RawUpload.State.DONE and time.monotonic() - began < AT_ONCE:
        take_rows(by=request.user, taking=taking, matched=match_with_register(request.neighbourhood, taking.people))
    return taking.done or upload.state == RawUpload.State.DONE


@require_POST
@needs(MANAGE)
def decide(request: Any, pk: UUID) -> HttpResponse:
    """It is he, it is not, or what was decided is taken back."""
    answer_match(request, cases.travellers_of_list(f"upload:{_own(request, pk).pk}"))
    return redirect("journeys:manifest", pk)


def answer_match(request: Any, people: QuerySet[Traveller]) -> None:
    """Do what a button beside a proposal says: ``match`` its id, ``answer`` yes, no or undo."""
    rows = Match.objects.filter(traveller__in=people).select_related("traveller")
    match = get_object_or_404(rows, pk=_uuid(request.POST.get("match", "")))
    answer = request.POST.get("answer", "")
    try:
        if answer == "undo":
            undo_match(by=request.user, match=match)
        elif answer in ("yes", "no"):
            decide_match(by=request.user, match=match, yes=answer == "yes")
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as wrong:
        raise Http404("no such proposal") from wrong


class Rest(Table):
    """Whom nobody of the register is: a list with an owner."""

    title = gettext_lazy("Not one of ours, it seems")
    sort = "row"
    columns = (
        Column("row", gettext_lazy("Row"), lambda one: one["row"], sort=("row",)),
        Column("name", gettext_lazy("Name"), lambda one: one["name"], sort=("name",), head=True),
        Column("document", gettext_lazy("Document"), lambda one: one["document"]),
        Column("phone", gettext_lazy("Phone number"), lambda one: one["phone"]),
        Column("address", gettext_lazy("Address"), lambda one: one["address"], sort=("address",)),
    )


@require_GET
@needs(MANAGE)
def rest(request: Any, pk: UUID) -> HttpResponse:
    """Those whom nobody of the register is and who name no home of ours, numbers masked."""
    upload = _own(request, pk)
    source = f"upload:{upload.pk}"
    rows = cases.rest_of(cases.travellers_of_list(source)).select_related("operation")
    places = {row.traveller_id: row for row in ListedRow.objects.filter(source=source)}
    lines = [_rest_line(one, places.get(one.pk)) for one in rows]
    table = Rest(request, lines)
    notice = get_object_or_404(ArrivalNotice.objects.select_related("owner", "movement"), upload=upload.pk)
    context = {
        "upload": upload, "table": table, "count": len(lines), "owner": notice.owner.holder_name,
        "flight": flight_of(notice.movement),
    }  # fmt: skip
    return table.download() or render(request, "journeys/manifest_rest.html", context)


def _rest_line(one: Traveller, row: ListedRow | None) -> dict[str, Any]:
    said = details_of(one)
    where = f"{row.sheet} {row.row}".strip() if row is not None else ""
    return {
        "row": where, "name": said.name, "document": said.document_masked, "phone": said.phone_masked,
        "address": masked_words(said.address),
    }  # fmt: skip


@require_POST
@needs(MANAGE)
def close_rest(request: Any, pk: UUID) -> HttpResponse:
    """A person has looked: the rest does not live here. Closed some at a time, with that reason; each can be opened again."""
    upload = _own(request, pk)
    rows = cases.rest_of(cases.travellers_of_list(f"upload:{upload.pk}"))
    asks_again = "application/json" in request.headers.get("Accept", "")
    total, began, within = rows.count(), time.monotonic(), AT_ONCE if asks_again else PRESSED_ONCE
    left = total
    try:
        while left and time.monotonic() - began < within:
            for one in list(rows[:CLOSED_AT_ONCE]):
                close_traveller(by=request.user, traveller=one, closed_as=Traveller.Closed.NOT_OURS)
            left = rows.count()
    except Refusal as refusal:
        if asks_again:
            return JsonResponse({"error": refusal.code, "message": refusal_text(refusal)}, status=409)
        messages.error(request, refusal_text(refusal))
        return redirect("journeys:manifest_rest", pk)
    if not asks_again:
        done = total - left
        messages.success(request, ngettext("%(n)s person closed.", "%(n)s people closed.", done) % {"n": number(done)})
        return redirect("journeys:manifest_rest" if left else "journeys:manifest", pk)
    return JsonResponse({"value": total - left, "total": total, "done": not left})


def _own(request: Any, pk: UUID) -> RawUpload:
    row: RawUpload = get_object_or_404(
        RawUpload.objects.exclude(state=RawUpload.State.ERASED), pk=pk, neighbourhood=request.neighbourhood, kind=KIND
    )
    return row


def _read(upload: RawUpload) -> Manifest:
    try:
        return read_manifest(content_of(upload), today=timezone.localdate(upload.received_at), filename=name_of(upload))
    except Refusal as gone:
        raise Http404(_("The list was erased.")) from gone
