"""Sheets of questions: which there are, the editor with the page as on the phone beside it, down and up as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.ground.access import needs
from linli.ground.bodies import roots
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal
from linli.rounds.actions.sheets import BadSheet, retire_sheet, save_sheet
from linli.rounds.asking import Ask
from linli.rounds.models import Sheet
from linli.rounds.sheet_files import Read, read_file, write_file
from linli.rounds.sheet_form import Raw, forms_of, moved, raw_of, raws_of
from linli.rounds.sheet_reading import asks_of, kept_at
from linli.rounds.words import ASK_KINDS, SHEET_FAULTS, SHEET_MISTAKES
from linli.ui.exports import XLSX
from linli.ui.tables import Column, Table
from linli.ui.words import moment

RIGHT = "rounds.plan"
LARGEST_FILE = 1024 * 1024


class Sheets(Table):
    """The sheets of a place, newest versions."""

    title = gettext_lazy("Sheets of questions")
    empty = gettext_lazy("No sheet yet")
    per_page = 200
    columns: ClassVar[Sequence[Column]] = (
        Column("title", gettext_lazy("Sheet"), lambda r: r.title, sort=("title",), head=True,
               url=lambda r: reverse("rounds:sheet", args=[r.code])),
        Column("version", gettext_lazy("Version"), lambda r: r.version, sort=("version",)),
        Column("made", gettext_lazy("Saved"), lambda r: r.made_at, show=lambda r: moment(r.made_at), sort=("made_at",)),
        Column("state", gettext_lazy("State"), lambda r: _("out of use") if r.retired_at else _("in use")),
    )  # fmt: skip


@require_GET
@needs(RIGHT)
def sheets(request: Any) -> HttpResponse:
    """Which sheets there are."""
    table = Sheets(request, kept_at(roots(request, RIGHT)))
    return table.download() or render(request, "rounds/sheets.html", {"table": table})


def _own(request: Any, code: str) -> Sheet:
    """The newest version of a sheet that the user's offices keep."""
    found: Sheet | None = kept_at(roots(request, RIGHT)).filter(code=code).first()
    if found is None:
        raise Http404("no such sheet here")
    return found


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def new(request: Any) -> HttpResponse:
    """A new sheet."""
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def one(request: Any, code: str) -> HttpResponse:
    """One sheet: its questions, to change and to try."""
    return _edit(request, _own(request, code))


def _edit(request: Any, sheet: Sheet | None) -> HttpResponse:
    if request.method != "POST":
        asks = asks_of(sheet) if sheet is not None else []
        return _page(request, sheet, [raw_of(ask) for ask in asks], sheet.title if sheet is not None else "")
    raws, do, title = raws_of(request.POST.dict()), request.POST.get("do", ""), request.POST.get("title", "")
    if do == "save":
        return _save(request, sheet, raws, title)
    after = moved(raws, do)
    return _page(request, sheet, after.raws, title, at=after.at)


def _save(request: Any, sheet: Sheet | None, raws: list[Raw], title: str) -> HttpResponse:
    forms = forms_of(raws, bound=True)
    unready = [form for form in forms if not form.is_valid()]
    seen = request.POST.get("seen", "")
    try:
        if not unready:
            saved = save_sheet(
                by=request.user,
                place=sheet.place if sheet is not None and sheet.place is not None else roots(request, RIGHT)[0],
                title=title,
                asks=[form.ask() for form in forms],
                code=sheet.code if sheet is not None else "",
                seen=int(seen) if seen.isascii() and seen.isdigit() else 0,
            )
            messages.success(request, _("Saved as version %(n)s.") % {"n": saved.version})
            return redirect("rounds:sheet", code=saved.code)
        error = _("Not saved yet. Please look at the marked fields; what you typed is still here.")
    except BadSheet as wrong:
        error = refusal_text(wrong)
        for position, field, code in wrong.faults:
            forms[position - 1].mark(field, code)
    except Refusal as refusal:
        error = refusal_text(refusal)
    return _page(request, sheet, raws, title, forms=forms, error=error)


def _page(
    request: Any,
    sheet: Sheet | None,
    raws: list[Raw],
    title: str,
    *,
    forms: Any = None,
    error: str = "",
    at: int | None = None,
    file: Read | None = None,
) -> HttpResponse:
    shown = forms if forms is not None else forms_of(raws)
    context = {
        "sheet": sheet,
        "title": title,
        "forms": shown,
        "asks": [form.ask() for form in shown],
        "kinds": list(ASK_KINDS.items()),
        "error": error,
        "at": at,
        "mistakes": _mistakes(file) if file is not None else [],
    }
    wrong = bool(error) or bool(context["mistakes"])
    return render(request, "rounds/sheet.html", context, status=422 if wrong else 200)


@require_GET
@needs(RIGHT)
def file(request: Any, code: str) -> HttpResponse:
    """The sheet as a workbook."""
    sheet = _own(request, code)
    asks: list[Ask] = asks_of(sheet)
    response = HttpResponse(write_file(sheet.title, asks), content_type=XLSX)
    name = f"{sheet.title} v{sheet.version}.xlsx"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return response


@require_POST
@needs(RIGHT)
def upload(request: Any, code: str = "") -> HttpResponse:
    """A workbook of questions: shown in the editor, saved by nobody but the person who looks at it."""
    sheet = _own(request, code) if code else None
    title = request.POST.get("title", "") or (sheet.title if sheet is not None else "")
    kept = [raw_of(ask) for ask in asks_of(sheet)] if sheet is not None else []
    given = request.FILES.get("file")
    if given is None or given.size > LARGEST_FILE:
        return _page(request, sheet, kept, title, error=_("Please choose a workbook of at most 1 MB."))
    try:
        read = read_file(given.read(), given.name or "")
    except Refusal as refusal:
        return _page(request, sheet, kept, title, error=refusal_text(refusal))
    if read.mistakes:
        return _page(request, sheet, kept, title, file=read)
    messages.info(request, _("Read from the file, not saved yet. Look through the questions, then save."))
    return _page(request, sheet, [raw_of(ask) for ask in read.asks], title or (given.name or "").rpartition(".")[0])


def _mistakes(read: Read) -> list[dict[str, Any]]:
    """What is wrong in a file, by sheet and cell, in sentences."""
    return [
        {
            "where": f"{mistake.sheet} {mistake.cell}".strip(),
            "said": mistake.said,
            "text": SHEET_MISTAKES.get(mistake.code) or SHEET_FAULTS[mistake.code],
        }
        for mistake in read.mistakes
    ]


@require_POST
@needs(RIGHT)
def retire(request: Any, code: str) -> HttpResponse:
    """Take it out of use."""
    sheet = retire_sheet(by=request.user, sheet=_own(request, code))
    messages.success(request, _("“%(name)s” is out of use. Rounds that use it keep it.") % {"name": sheet.title})
    return redirect("rounds:sheets")
