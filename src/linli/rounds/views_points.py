"""谁负责: zones nobody leads, lanes, gates and bodies nobody answers for (R12): none, or listed."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from linli.ground.access import needs
from linli.ground.bodies_table import contact_name
from linli.rounds.points import Point, areas, points
from linli.ui.tables import Column, Table
from linli.ui.templatetags.linli_ui import signal
from linli.ui.words import number


def _name(point: Point) -> str:
    place = point.place
    if place is None:
        return point.area.name if point.area is not None else point.body.name if point.body is not None else ""
    above = place.parent
    return f"{above.name} {place.name}" if above is not None and above.pk != place.neighbourhood_id else place.name


def _kind(point: Point) -> str:
    if point.area is not None:
        return _("zone")
    if point.body is not None:
        return _("body")
    return _("gate") if point.place is not None and point.place.kind.code == "gate" else _("lane")


def _held(point: Point) -> Any:
    return contact_name(point.mandate) if point.mandate is not None else signal("amber", _("nobody"))


def _link(point: Point) -> Any:
    """Where somebody can be named: a body's page, a zone's, or the zones for a lane or a gate."""
    if point.body is not None:
        url = reverse("ground:body", args=[point.body.pk])
    elif point.area is not None:
        url = reverse("rounds:zone", args=[point.area.pk])
    else:
        url = reverse("rounds:zones")
    return format_html('<a href="{}">{}</a>', url, _name(point))


class Points(Table):
    """Areas and points with who answers for each."""

    title = gettext_lazy("Who is responsible")
    empty = gettext_lazy("Nothing matches")
    per_page = 100
    columns = (
        Column("name", gettext_lazy("What"), _name, sort=("x",), show=_link, head=True),
        Column("kind", gettext_lazy("Kind"), _kind, sort=("x",)),
        Column(
            "held",
            gettext_lazy("Who answers"),
            lambda r: contact_name(r.mandate) if r.mandate else "",
            sort=("x",),
            show=_held,
        ),
    )


@require_GET
@needs("rounds.read")
def responsible(request: Any) -> HttpResponse:
    """Every zone, lane, gate and body of the neighbourhood; those without anybody first."""
    here, today = [request.neighbourhood], timezone.localdate()
    every = [*areas(here, today), *points(here, today)]
    alone = [point for point in every if point.mandate is None]
    shown = every if request.GET.get("show") == "all" else alone
    words = request.GET.get("q", "").strip().casefold()
    rows = [
        point for point in shown if not words or words in f"{_name(point)} {contact_name(point.mandate)}".casefold()
    ]
    table = Points(request, rows)
    head = (
        ngettext("Nobody answers for %(n)s point", "Nobody answers for %(n)s points", len(alone))
        % {"n": number(len(alone))}
        if alone
        else _("Somebody answers for every zone, lane, gate and body")
    )
    context = {"table": table, "head": head, "every": len(every), "all": request.GET.get("show") == "all"}
    return table.download() or render(request, "rounds/points.html", context)
