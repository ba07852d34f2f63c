"""Walkers' phones for the office: make a code, see when each was heard, cut one off, look at what waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from linli.ground.access import needs
from linli.ground.capacities import CAPACITIES, capacities_with
from linli.ground.mandates import active, under
from linli.ground.models import Mandate, Place
from linli.ground.words import refusal_text
from linli.inbox import actions as inbox
from linli.inbox.models import RawUpload
from linli.inbox.phones import rooms
from linli.inbox.queries import waiting
from linli.kernel.refusal import Refusal
from linli.rounds.actions import phones
from linli.rounds.actions.uploads import BATCH, ITEM, phone_of, take_in
from linli.rounds.models import WalkerPhone
from linli.rounds.walk_forms import CodeForm
from linli.rounds.walkers import RIGHT as WALK
from linli.rounds.words import UPLOAD_PROBLEMS

RIGHT = "rounds.plan"
SHOWN = timedelta(days=31)


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def walkers(request: Any) -> HttpResponse:
    """Whose phones walk rounds? A POST makes a one-time code and shows it once."""
    people = {one.pk: one for one in _people(request.neighbourhood)}
    form = CodeForm([(pk, _name(one)) for pk, one in people.items()], request.POST or None)
    if request.method == "POST" and form.is_valid():
        mandate = people[form.cleaned_data["mandate"]]
        try:
            row, code = phones.make_code(by=request.user, mandate=mandate, neighbourhood=request.neighbourhood)
        except Refusal as refusal:
            messages.error(request, refusal_text(refusal))
        else:
            return _show_code(request, row, code, mandate)
    now = timezone.now()
    lines = [_line(phone, now) for phone in _phones(request)]
    context = {
        "form": form,
        "people": people,
        "lines": lines,
        "live": sum(1 for line in lines if line["live"]),
        "uploads": [_upload(one) for one in _waiting(request.neighbourhood)],
    }
    return render(request, "rounds/walkers.html", context)


def _people(neighbourhood: Place) -> list[Mandate]:
    """Whoever walks rounds here by an account of his own; an office above or inside, or a place in a body at home here."""
    codes = [one.code for one in capacities_with(WALK)]
    rows = active(Mandate.objects.filter(user__is_active=True, capacity__in=codes))
    here = rows.filter(under([neighbourhood], "place__path")) | rows.filter(of_body__place__neighbourhood=neighbourhood)
    return list(here.select_related("user", "of_body", "place").order_by("holder_name", "pk"))


def _name(mandate: Mandate) -> str:
    office = str(CAPACITIES[mandate.capacity].name)
    where = mandate.of_body.name if mandate.of_body is not None else mandate.place.name if mandate.place else ""
    return " · ".join(part for part in (mandate.holder_name, office, where) if part)


def _phones(request: Any) -> QuerySet[WalkerPhone]:
    rows = WalkerPhone.objects.filter(
        neighbourhood=request.neighbourhood, shift_end__gt=timezone.now() - SHOWN
    ).select_related("mandate__of_body", "mandate__place")
    return rows.order_by("mandate__holder_name", "-enrolled_at")


def _line(phone: WalkerPhone, now: Any) -> dict[str, Any]:
    if phone.cut_off_at is not None:
        kind, word = "red", _("cut off")
    elif phone.shift_end <= now:
        kind, word = "info", _("over")
    else:
        kind, word = "green", _("in use")
    return {"phone": phone, "who": _name(phone.mandate), "kind": kind, "word": word, "live": kind == "green"}


def _show_code(request: Any, row: Any, code: str, mandate: Mandate) -> HttpResponse:
    """The page with the code; it is shown once, never stored, never cached."""
    address = request.build_absolute_uri("/scan/") + f"#w={code}"
    picture = segno.make(address, error="m", micro=False).svg_data_uri(scale=6, border=4, dark="#111", light="#fff")
    secure = address.startswith("https:") or request.get_host().split(":")[0] in ("localhost", "127.0.0.1")
    context = {"row": row, "picture": picture, "code": [code[:4], code[4:]], "who": _name(mandate), "secure": secure}
    response = render(request, "rounds/walker_code.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@needs(RIGHT)
def cut_off(request: Any, pk: UUID) -> HttpResponse:
    """Cut a phone off."""
    phone = phones.cut_off(by=request.user, device=get_object_or_404(_phones(request), pk=pk))
    messages.success(
        request,
        _("The phone of %(name)s is cut off. What it still sends waits for you.") % {"name": phone.mandate.holder_name},
    )
    return redirect("rounds:walkers")


def _waiting(neighbourhood: Place) -> QuerySet[RawUpload]:
    return waiting(neighbourhood).filter(kind__in=(BATCH, ITEM))


def _upload(upload: RawUpload) -> dict[str, Any]:
    phone = phone_of(upload)
    return {
        "upload": upload,
        "who": phone.mandate.holder_name if phone is not None else "—",
        "why": (rooms.problem_words() | UPLOAD_PROBLEMS).get(upload.problem, upload.problem),
        "whole": upload.kind == BATCH,
    }


@require_POST
@needs(RIGHT)
def upload(request: Any, pk: UUID, verb: str) -> HttpResponse:
    """Take in what a phone that was cut off has sent, or set something aside."""
    row = get_object_or_404(_waiting(request.neighbourhood), pk=pk)
    try:
        if verb == "take":
            count = len(take_in(by=request.user, upload=row, now=timezone.now()))
            text = ngettext("One record was taken in.", "%(n)s records were taken in.", count) % {"n": count}
        else:
            inbox.handle(by=request.user, upload=row, empty=True)
            text = _("Set aside.")
        messages.success(request, text)
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    return redirect("rounds:walkers")
