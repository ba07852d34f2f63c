"""``/journeys/lists/chat/``: paste a chat, confirm message by message what it says (T09). What is not understood stays on the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from linli.ground.access import needs
from linli.ground.setup_forms import show_refusal
from linli.ground.words import refusal_text
from linli.inbox.models import RawUpload
from linli.journeys import chat_forms
from linli.journeys import manifest_cases as cases
from linli.journeys.access import MANAGE
from linli.journeys.actions.chats import (
    KIND,
    Chat,
    chat_of,
    confirm_arrived,
    confirm_departed,
    confirm_notice,
    keep_chat,
)
from linli.journeys.chat_fixes import Told, told_of
from linli.journeys.chat_reading import Piece
from linli.journeys.chat_standing import Here
from linli.journeys.manifest_report import masked_words
from linli.journeys.manifest_views import answer_match
from linli.journeys.models import ArrivalNotice, Run
from linli.kernel.refusal import Refusal
from linli.operations.queries import active_operation
from linli.ui.words import number

MOST_RUNS = 40
QUIET = ("noise", "duplicate", "other_neighbourhood", "correction")


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def paste(request: Any) -> HttpResponse:
    """Paste a chat. Codes and telephones of nobody who comes are taken out before anything is kept."""
    form = chat_forms.PasteForm(request.POST or None, initial={"copied_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            upload, removed = keep_chat(
                by=request.user, neighbourhood=request.neighbourhood, text=said["text"], copied_on=said["copied_on"]
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            if removed:
                text = ngettext(
                    "%(n)s code or number was taken out and not kept.",
                    "%(n)s codes or numbers were taken out and not kept.",
                    removed,
                )
                messages.info(request, text % {"n": number(removed)})
            return redirect("journeys:chat_one", upload.pk)
    past = RawUpload.objects.filter(neighbourhood=request.neighbourhood, kind=KIND).order_by("-received_at")[:10]
    context = {"form": form, "past": past, "operation": active_operation(request.neighbourhood)}
    return render(request, "journeys/chat.html", context, status=422 if form.errors else 200)


@dataclass
class Shown:
    """One message on the page. ``done``: what it became, once confirmed."""

    piece: Piece
    form: forms.Form | None = None
    people: list[chat_forms.PersonForm] = field(default_factory=list)
    notice: ArrivalNotice | None = None
    run: Run | None = None
    quiet: bool = False
    fixes: list[Told] = field(default_factory=list)

    @property
    def applied(self) -> bool:
        """Of a correction: whether everything it says was taken over."""
        return bool(self.fixes) and all(one.done for one in self.fixes)

    @property
    def text(self) -> str:
        """What was said, numbers masked."""
        return masked_words(self.piece.message.text)

    @property
    def rest(self) -> list[str]:
        """What was not understood of it."""
        return [masked_words(clause) for clause in self.piece.reading.rest]


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def chat(request: Any, pk: UUID) -> HttpResponse:
    """A kept chat, message by message. A POST confirms one message, or decides whom of the register somebody is."""
    upload = get_object_or_404(
        RawUpload.objects.exclude(state=RawUpload.State.ERASED), pk=pk, neighbourhood=request.neighbourhood, kind=KIND
    )
    found = chat_of(upload)
    here = Here.load(request.neighbourhood, found)
    if request.method == "POST" and "match" in request.POST:
        answer_match(request, here.travellers())
        return redirect("journeys:chat_one", pk)
    asked = request.POST.get("message", "")
    shown = [
        _shown(piece, here, request.POST if str(piece.message.number) == asked else None) for piece in found.pieces
    ]
    by_number = {piece.message.number: piece for piece in found.pieces}
    for one in shown:
        one.fixes = told_of(one.piece, by_number, here)
    if request.method == "POST" and _confirm(request, found, shown, here):
        return redirect(f"{request.path}#m{asked}")
    open_ones = [one for one in shown if one.form is not None]
    context = {
        "upload": upload, "shown": shown, "open": len(open_ones), "copied_on": found.copied_on, "manage": True,
        "cases": cases.open_cases(here.travellers()), "decided": cases.decided(here.travellers()),
    }  # fmt: skip
    return render(request, "journeys/chat_one.html", context, status=422 if request.method == "POST" else 200)


def _shown(piece: Piece, here: Here, data: Any) -> Shown:
    one = Shown(piece, quiet=piece.reading.kind in QUIET)
    if piece.reading.kind == "arrival_notice":
        one.notice = here.notice_of(piece)
        if one.notice is None:
            one.form, one.people = chat_forms.NoticeForm.of(piece, data), chat_forms.person_forms(piece, data)
    elif piece.reading.kind in ("run_departed", "handover"):
        one.run = here.run_of(piece)
        if one.run is None and piece.reading.kind == "run_departed":
            people, others = here.to_bring
            one.form = chat_forms.DepartedForm.of(piece, people, here.may_have_left(piece), others, data)
        elif one.run is None and piece.arrived is not None:
            one.form = chat_forms.ArrivedForm.of(piece, here.may_be_there(), data)
    return one


def _confirm(request: Any, found: Chat, shown: list[Shown], here: Here) -> bool:
    """Do what the form of one message says; False when it must be looked at again."""
    one = next((one for one in shown if one.form is not None and one.form.is_bound), None)
    if one is None or one.form is None:
        return True
    taken = [form for form in one.people if form.is_valid() and form.cleaned_data["take"]]
    if not one.form.is_valid() or any(not form.is_valid() and form["take"].value() for form in one.people):
        return False
    said, told = one.form.cleaned_data, {"by": request.user, "chat": found, "number": one.piece.message.number}
    try:
        if isinstance(one.form, chat_forms.NoticeForm):
            people = [form.cleaned_data | {"part": one.people.index(form)} for form in taken]
            confirm_notice(**told, flight=said, people=people)
        elif isinstance(one.form, chat_forms.DepartedForm):
            chosen = [row for row in here.people if str(row.pk) in said["travellers"]]
            confirm_departed(**told, said=said, travellers=chosen, run=here.run(said.get("run", "")))
        else:
            confirm_arrived(**told, said=said, run=here.run(said["run"]))
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
        return False
    messages.success(request, _("Confirmed."))
    return True
