"""Follow-up of journeys (E02): list by list, health, route and day of return of each, or said to be incomplete."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from linli.care import acts, follow, powers, words
from linli.care.access import MANAGE, needs_care
from linli.journal.record import record
from linli.ui.tables import Column, Table
from linli.ui.templatetags.linli_ui import signal
from linli.ui.words import listed, moment


def _returns(one: follow.Line) -> str:
    if one.returns is None:
        return ""
    first, last, about = one.returns
    text = moment(first, "day") if first == last else f"{moment(first, 'day')} – {moment(last, 'day')}"
    return _("about %(value)s") % {"value": text} if about else text


def _or_missing(value: str) -> Any:
    return value or signal("amber", _("not known"))


class Journeys(Table):
    """One list of journeys."""

    title = gettext_lazy("Follow-up of journeys")
    sort = "state"
    empty = gettext_lazy("Nobody is on this list")
    columns = (
        Column(
            "name",
            gettext_lazy("Name"),
            lambda one: one.name,
            sort=("name",),
            url=lambda one: reverse("care:case", args=[one.case.pk]),
            name=True,
            head=True,
        ),
        Column("door", gettext_lazy("Door"), lambda one: one.address, sort=("door",)),
        Column("health", gettext_lazy("Health"), lambda one: one.health, show=lambda one: _or_missing(one.health)),
        Column("route", gettext_lazy("Route"), lambda one: one.route, show=lambda one: _or_missing(one.route)),
        Column(
            "returns",
            gettext_lazy("Returns on"),
            lambda one: one.returns[0] if one.returns else None,
            sort=("returns",),
            about=lambda one: bool(one.returns and one.returns[2]),
            show=lambda one: _or_missing(_returns(one)),
        ),
        Column(
            "state",
            gettext_lazy("State"),
            lambda one: listed(words.FOLLOWED[code] for code in one.missing) if one.missing else _("complete"),
            sort=("state",),
            show=lambda one: signal("amber", _("incomplete")) if one.missing else signal("green", _("complete")),
        ),
    )


@require_GET
@needs_care
def journeys(request: Any) -> HttpResponse:
    """One list at a time: how many are on it, of how many something is missing. The lists are never added up."""
    lines = follow.load(request.user, request.neighbourhood)
    counts = follow.counted(lines)
    shown = request.GET.get("list", "")
    shown = shown if shown in {one.code for one in counts} else counts[0].code
    own = next(one for one in counts if one.code == shown)
    name = _word(shown)
    table = Journeys(request, follow.on(lines, shown), sub=str(name))
    if request.GET.get("as") == "xlsx":
        record(
            acts.EXPORTED,
            by=request.user,
            neighbourhood=request.neighbourhood.pk,
            data={"what": "journeys", "list": shown, "rows": own.people},
        )
    return table.download() or render(
        request,
        "care/journeys.html",
        {
            "table": table,
            "own": own,
            "name": name,
            "shown": shown,
            "tabs": [(one.code, _word(one.code), one.people) for one in counts],
            "manage": MANAGE in request.rights,
            "any": bool(lines),
            "now": timezone.localtime(),
        },
    )


def _word(code: str) -> str:
    return _("on no list") if code == follow.NO_LIST else words.named(powers.lists().get(code), code)
