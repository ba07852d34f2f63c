"""Export the register: which homes, masked or (with the right, a reason and a second yes) whole numbers."""

from __future__ import annotations

import io
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.ground import homes as board
from linli.ground.access import forbidden, needs
from linli.ground.mandates import places_with
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal
from linli.register.export import Wanted, export_register
from linli.ui.exports import XLSX
from linli.ui.squares import STATES

CLEAR = "register.unmask"


@require_http_methods(["GET", "POST"])
@needs("register.write")
def export(request: Any) -> HttpResponse:
    """The page and the file."""
    wrong = ""
    asked = request.POST if request.method == "POST" else request.GET
    clear = asked.get("numbers") == "whole"
    if request.method == "POST":
        if clear and CLEAR not in request.rights:
            return forbidden(request, CLEAR)
        if clear and asked.get("sure") != "yes":
            wrong = _("Please confirm a second time that the file is to hold whole numbers.")
        else:
            try:
                return _file(request, asked, clear)
            except Refusal as refusal:
                wrong = refusal_text(refusal)
    homes = board.load(request.neighbourhood, own=places_with(request.mandates, "register.write"))
    context = {
        "homes": homes,
        "mandates": sorted(homes.mandates.values(), key=lambda mandate: mandate.holder_name),
        "states": STATES,
        "asked": {key: asked.get(key, "") for key in ("estate", "who", "state", "reason")},
        "clear": clear,
        "may_clear": CLEAR in request.rights,
        "wrong": wrong,
    }
    return render(request, "register/export.html", context, status=422 if wrong else 200)


def _file(request: Any, asked: Any, clear: bool) -> HttpResponse:
    buffer = io.BytesIO()
    wanted = Wanted(
        request.neighbourhood,
        places_with(request.mandates, CLEAR if clear else "register.write"),
        _number(asked.get("estate", "")),
        _number(asked.get("who", "")),
        asked.get("state", "") if asked.get("state", "") in STATES else "",
    )
    export_register(by=request.user, wanted=wanted, target=buffer, clear=clear, reason=asked.get("reason", ""))
    response = HttpResponse(buffer.getvalue(), content_type=XLSX)
    name = _("Register of %(place)s %(day)s.xlsx") % {
        "place": request.neighbourhood.name,
        "day": f"{timezone.localdate():%Y-%m-%d}",
    }
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
