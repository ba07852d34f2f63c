"""The property company's pages: its own lists, what of them agrees, what does not. Never what the register says (a test keeps it)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.ground.access import needs
from linli.ground.mandates import places_with, under
from linli.ground.models import Place
from linli.ground.words import refusal_text
from linli.kernel.phones import masked
from linli.kernel.refusal import Refusal
from linli.tenancies import words
from linli.tenancies.actions.lists import take_list, words_of
from linli.tenancies.forms import UploadForm
from linli.tenancies.models import TenantList, TenantRow
from linli.ui.tables import Column, Table
from linli.ui.templatetags.linli_ui import signal

RIGHT = "tenancies.upload"


def _result(row: TenantRow) -> Any:
    """The verdict in shape and word, and what is meant in which cell."""
    parts: list[Any] = [signal(words.VERDICT_KINDS[row.verdict], words.VERDICTS[row.verdict])]
    parts += [_("new")] if row.fresh else []
    parts += [f"{cell}: {words.PROBLEMS.get(code, code)}" for cell, code in row.problems]
    return format_html_join(SafeString("<br>"), "{}", ((part,) for part in parts))


def _phones(row: TenantRow) -> str:
    return "、".join(masked(one) for one in words_of(row).get("phones", "").split("、") if one)


class ListRows(Table):
    """Rows of one list in the company's own words."""

    title = gettext_lazy("Tenant list")
    sort = "row"
    empty = gettext_lazy("No row matches")
    columns = (
        Column("row", gettext_lazy("Row"), lambda row: f"{row.sheet or ''} {row.row}".strip(), sort=("sheet", "row")),
        Column("door", gettext_lazy("Door"), lambda row: words_of(row).get("door", ""), head=True),
        Column("names", gettext_lazy("Tenants"), lambda row: words_of(row).get("names", "")),
        Column("phones", gettext_lazy("Phone"), _phones, nowrap=True),
        Column(
            "result",
            gettext_lazy("Result"),
            lambda row: str(words.VERDICTS[row.verdict]),
            sort=("verdict",),
            show=_result,
        ),
    )


def _lists(request: Any) -> QuerySet[TenantList]:
    """One's own lists; who reads the register also those of others about the places where he reads it."""
    condition = Q(by_user=request.user.pk) & under(places_with(request.mandates, RIGHT), "place__path")
    condition |= under(places_with(request.mandates, "register.read"), "place__path")
    rows: QuerySet[TenantList] = TenantList.objects.filter(condition, neighbourhood=request.neighbourhood)
    return rows.select_related("place")


def _places(request: Any) -> list[Place]:
    """The places about which one may hand in a list: those of one's mandate inside the neighbourhood."""
    found = []
    for place in places_with(request.mandates, RIGHT):
        inner = place if request.neighbourhood.contains(place) else request.neighbourhood
        if inner not in found and (request.neighbourhood.contains(place) or place.contains(request.neighbourhood)):
            found.append(inner)
    return found


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def uploads(request: Any) -> HttpResponse:
    """Hand in this month's list; the lists so far."""
    form = UploadForm(request.POST or None, request.FILES or None)
    places = _places(request)
    if request.method == "POST" and form.is_valid():
        wanted = next((one for one in places if str(one.pk) == request.POST.get("place", "")), places[0])
        file = form.cleaned_data["file"]
        try:
            taken = take_list(
                by=request.user, neighbourhood=request.neighbourhood, place=wanted, data=file.read(), filename=file.name
            )
        except Refusal as refusal:
            form.add_error("file", refusal_text(refusal))
        else:
            return redirect("tenancies:upload", taken.pk)
    context = {"form": form, "places": places, "lists": _lists(request)[:24]}
    return render(request, "tenancies/uploads.html", context, status=422 if form.errors else 200)


@require_GET
@needs(RIGHT)
def upload(request: Any, pk: UUID) -> HttpResponse:
    """One list row by row: its own words and how each was matched."""
    taken = get_object_or_404(_lists(request), pk=pk)
    verdict = request.GET.get("verdict", "")
    rows = TenantRow.objects.filter(list=taken).select_related("dwelling__parent__parent__parent")
    if verdict in words.VERDICTS:
        rows = rows.filter(verdict=verdict)
    if verdict == "fresh":
        rows = rows.filter(fresh=True)
    table = ListRows(request, rows)
    shown = [(code, word, taken.counts.get(code, 0)) for code, word in words.VERDICTS.items()]
    return table.download() or render(
        request,
        "tenancies/upload.html",
        {
            "taken": taken,
            "table": table,
            "verdicts": shown,
            "fresh": taken.counts.get("fresh", 0),
            "gone": taken.counts.get("gone", 0),
            "filled": taken.counts.get("filled", 0),
            "wrong": taken.rows_total - taken.counts.get("agrees", 0),
            "verdict": verdict,
            "reads": "register.read" in request.rights,
        },
    )
