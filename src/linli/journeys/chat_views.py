"""``/journeys/lists/chat/``: paste a chat, confirm message by message what it says (T09). What is not understood stays on the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q
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
from linli.journeys.actions.arrivals import text_of
from linli.journeys.actions.chats import (
    KIND,
    Chat,
    chat_of,
    confirm_arrived,
    confirm_departed,
    confirm_notice,
    keep_chat,
)
from linli.journeys.chat_reading import Piece
from linli.journeys.faces import name_of, run_title
from linli.journeys.manifest_report import masked_words
from linli.journeys.manifest_views import answer_match
from linli.journeys.models import ArrivalNotice, Run, Traveller
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

    @property
    def text(self) -> str:
        """What was said, numbers masked."""
        return masked_words(self.piece.message.text)

    @property
    def rest(self) -> list[str]:
        """What was not understood of it."""
        return [masked_words(clause) for clause in self.piece.reading.rest]

    @property
    def fixes(self) -> list[tuple[str, str, str]]:
        """Who, what was taken back, what it is instead."""
        return [
            (
                _("No. %(n)s") % {"n": one.position} if one.position else one.name,
                masked_words(one.old),
                masked_words(one.value),
            )
            for one in self.piece.reading.corrections
        ]


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def chat(request: Any, pk: UUID) -> HttpResponse:
    """A kept chat, message by message. A POST confirms one message, or decides whom of the register somebody is."""
    upload = get_object_or_404(
        RawUpload.objects.exclude(state=RawUpload.State.ERASED), pk=pk, neighbourhood=request.neighbourhood, kind=KIND
    )
    found = chat_of(upload)
    here = _Here.load(request, found)
    if request.method == "POST" and "match" in request.POST:
        answer_match(request, here.travellers())
        return redirect("journeys:chat_one", pk)
    asked = request.POST.get("message", "")
    shown = [
        _shown(piece, here, request.POST if str(piece.message.number) == asked else None) for piece in found.pieces
    ]
    if request.method == "POST" and _confirm(request, found, shown, here):
        return redirect(f"{request.path}#m{asked}")
    open_ones = [one for one in shown if one.form is not None]
    context = {
        "upload": upload, "shown": shown, "open": len(open_ones), "copied_on": found.copied_on, "manage": True,
        "cases": cases.open_cases(here.travellers(), f"upload:{upload.pk}"), "decided": cases.decided(here.travellers()),
    }  # fmt: skip
    return render(request, "journeys/chat_one.html", context, status=422 if request.method == "POST" else 200)


@dataclass
class _Here:
    """What of this neighbourhood is written down already, so that nothing is confirmed twice."""

    notices: dict[str, ArrivalNotice]
    runs: list[Run]
    people: list[Traveller]

    @classmethod
    def load(cls, request: Any, found: Chat) -> _Here:
        told = ArrivalNotice.objects.filter(neighbourhood=request.neighbourhood, via=ArrivalNotice.Via.CHAT)
        rows = list(told.select_related("movement", "operation", "owner"))
        named = Q(notice__in=rows) | Q(listed__source__in=[f"upload:{row.upload}" for row in rows])
        people = Traveller.objects.filter(named, neighbourhood=request.neighbourhood, closed_at__isnull=True).distinct()
        runs = Run.objects.filter(neighbourhood=request.neighbourhood, called_off_at__isnull=True)
        first = min((one.message.at for one in found.pieces if one.message.at), default=None)
        if first is not None:
            runs = runs.filter(Q(planned_at__isnull=True) | Q(planned_at__gte=first - timedelta(days=1)))
        return cls(
            {_bare(text_of(one)): one for one in rows},
            list(runs.order_by("planned_at")[:MOST_RUNS]),
            list(people.select_related("operation", "person")),
        )

    def travellers(self) -> Any:
        """Those whom word from a chat announced."""
        return Traveller.objects.filter(pk__in=[one.pk for one in self.people])

    def notice_of(self, piece: Piece) -> ArrivalNotice | None:
        """The notice that a message became."""
        return self.notices.get(_bare(piece.message.text))

    def run_of(self, piece: Piece) -> Run | None:
        """The run that a message was confirmed to tell of."""
        if piece.reading.run is not None:
            left = _minute(piece.reading.run.at.at)
            return next((run for run in self.runs if _minute(run.departed_at) == left), None)
        there = _minute(piece.arrived.at.at) if piece.arrived is not None else None
        return next((run for run in self.runs if there is not None and _minute(run.arrived_at) == there), None)


def _minute(at: datetime | None) -> datetime | None:
    """A form says minutes; a message that names no time was sent at a second."""
    return at.replace(second=0, microsecond=0) if at is not None else None


def _bare(text: str) -> str:
    return " ".join(text.split())


def _shown(piece: Piece, here: _Here, data: Any) -> Shown:
    one = Shown(piece, quiet=piece.reading.kind in QUIET)
    if piece.reading.kind == "arrival_notice":
        one.notice = here.notice_of(piece)
        if one.notice is None:
            one.form, one.people = chat_forms.NoticeForm.of(piece, data), chat_forms.person_forms(piece, data)
    elif piece.reading.kind in ("run_departed", "handover"):
        one.run = here.run_of(piece)
        if one.run is None and piece.reading.kind == "run_departed":
            people = [(str(row.pk), name_of(row)) for row in here.people]
            one.form = chat_forms.DepartedForm.of(piece, people, data)
        elif one.run is None and piece.arrived is not None:
            waiting = [(str(run.pk), run_title(run)) for run in here.runs if run.arrived_at is None]
            runs = [*waiting, ("", _("a run that is not written down yet"))]
            one.form = chat_forms.ArrivedForm.of(piece, runs, data)
    return one


def _confirm(request: Any, found: Chat, shown: list[Shown], here: _Here) -> bool:
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
            confirm_departed(**told, said=said, travellers=chosen)
        else:
            run = next((run for run in here.runs if str(run.pk) == said["run"]), None)
            confirm_arrived(**told, said=said, run=run)
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
        return False
    messages.success(request, _("Confirmed."))
    return True
