"""Readiness (Q04): the five items with what shows them, the free field of the “网”; for a subdistrict which neighbourhoods lack what."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.care import readiness, words
from linli.care.access import MANAGE, READ
from linli.care.actions.practice import set_net, set_ready
from linli.care.forms import ReadyForm
from linli.care.models import ReadinessPhoto
from linli.care.pages import attempt
from linli.ground.access import forbidden, needs
from linli.ground.scope import scoped
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal
from linli.ui.tables import Column, Table
from linli.ui.templatetags.linli_ui import signal
from linli.ui.words import listed

LARGEST = 3 * 1024 * 1024
RIGHT = "sheet.read"
"""Who reads the daily sheet of a place reads how ready it is: there is nobody's data in it."""


class Places(Table):
    """A line a neighbourhood: what is in place, and what is not, in words."""

    title = gettext_lazy("Readiness")
    sort = "done"
    columns = (
        Column("place", gettext_lazy("Neighbourhood"), lambda one: one.neighbourhood.name, sort=("place",), head=True),
        Column("done", gettext_lazy("In place, of 5"), lambda one: one.done, sort=("done",), number=True),
        Column(
            "missing",
            gettext_lazy("Not in place"),
            lambda one: listed(words.FIVE[code] for code in one.missing),
            show=lambda one: listed(words.FIVE[code] for code in one.missing) or signal("green", _("all five")),
        ),
        Column("net", gettext_lazy("The “网”"), lambda one: one.net_words),
    )


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def board(request: Any) -> HttpResponse:
    """The five of this neighbourhood; of the others under the same office a line each."""
    if request.method == "POST" and MANAGE not in request.rights:
        return forbidden(request, MANAGE)
    if request.method == "POST" and request.POST.get("verb") == "net":
        return _net(request)
    form = ReadyForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: _say(request, form)):
        messages.success(request, _("Noted with your name and the time."))
        return redirect("care:readiness")
    places = request.neighbourhoods
    with scoped(neighbourhood_ids={one.pk for one in places}, reason=f"request:{request.user.pk}:readiness"):
        every = readiness.of(places)
    own = next(one for one in every if one.neighbourhood.pk == request.neighbourhood.pk)
    table = Places(request, every)
    context = {
        "own": own,
        "items": [(item, words.FIVE[item.code], _form_of(request, form, item)) for item in own.items],
        "table": table if len(every) > 1 else None,
        "lacking": sum(1 for one in every if one.missing),
        "of": len(every),
        "manage": MANAGE in request.rights,
        "reads": READ in request.rights,
    }
    return table.download() or render(
        request,
        "care/readiness_print.html" if request.GET.get("as") == "paper" else "care/readiness.html",
        context,
        status=422 if form.errors else 200,
    )


def _form_of(request: Any, sent: ReadyForm, item: readiness.Item) -> ReadyForm:
    """The form of one item: what was typed, if it was this one's."""
    if request.method == "POST" and sent.data.get("item") == item.code:
        return sent
    said = "" if item.row is None else "yes" if item.row.ok else "no"
    return ReadyForm(initial={"item": item.code, "ok": said, "words": item.evidence}, auto_id=f"id_{item.code}_%s")


def _say(request: Any, form: ReadyForm) -> None:
    data, given = form.cleaned_data, form.cleaned_data["photo"]
    if given is not None and given.size > LARGEST:
        raise Refusal("care.not_a_photo", "This is no photo that can be read. JPEG, at most 3 MB.")
    set_ready(
        by=request.user,
        neighbourhood=request.neighbourhood,
        item=data["item"],
        ok=data["ok"] == "yes",
        words=data["words"],
        photo=given.read() if given is not None else None,
    )


def _net(request: Any) -> HttpResponse:
    try:
        set_net(by=request.user, neighbourhood=request.neighbourhood, words=request.POST.get("words", ""))
        messages.success(request, _("Noted with your name and the time."))
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    return redirect("care:readiness")


@require_GET
@needs(RIGHT)
def photo(request: Any, pk: UUID) -> HttpResponse:
    """A picture of what is in place."""
    row = get_object_or_404(ReadinessPhoto, pk=pk, neighbourhood=request.neighbourhood)
    response = HttpResponse(readiness.picture_of(row), content_type="image/jpeg")
    response["Cache-Control"] = "no-store"
    return response
