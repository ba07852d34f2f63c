"""Service to the door (S05): who has somebody by name, to whom things are brought, and who would still have to queue."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from linli.care import service, words
from linli.care.access import MANAGE, needs_care
from linli.ui.tables import Column, Table
from linli.ui.templatetags.linli_ui import signal
from linli.ui.words import listed, moment


def _helper(one: service.Line) -> Any:
    if not one.has_helper or one.helper is None or one.helper.mandate is None:
        return signal("amber", _("nobody by name yet"))
    return one.helper.mandate.holder_name


def _brought(one: service.Line) -> Any:
    if not one.served:
        return signal("amber", _("not arranged"))
    if one.late(timezone.localdate()):
        return signal("red", _("due since %(day)s") % {"day": moment(one.due, "day")})
    return signal("green", moment(one.brought, "day") if one.brought else _("arranged"))


class Homes(Table):
    """A line a household."""

    title = gettext_lazy("Service to the door")
    sort = "due"
    empty = gettext_lazy("No household is left here")
    columns = (
        Column(
            "door",
            gettext_lazy("Household"),
            lambda one: one.address,
            sort=("door",),
            url=lambda one: reverse("care:household", args=[one.household]),
            head=True,
        ),
        Column("who", gettext_lazy("Who lives there"), lambda one: listed(one.names)),
        Column("kind", gettext_lazy("Why"), lambda one: listed(str(words.KINDS[case.kind]) for case in one.cases)),
        Column(
            "helper",
            gettext_lazy("Who helps"),
            lambda one: one.helper.mandate.holder_name if one.has_helper else "",
            sort=("helper",),
            show=_helper,
        ),
        Column("brought", gettext_lazy("Brought last"), lambda one: one.brought, sort=("brought",), show=_brought),
        Column("due", gettext_lazy("Brought again by"), lambda one: one.due, sort=("due",)),
    )


SHOWS = {
    "all": gettext_lazy("All"),
    "helper": gettext_lazy("nobody by name yet"),
    "queue": gettext_lazy("nothing is brought"),
    "late": gettext_lazy("past its day"),
}


@require_GET
@needs_care
def homes(request: Any) -> HttpResponse:
    """Every household that needs it."""
    now = timezone.now()
    lines = service.load(request.user, request.neighbourhood, now)
    today = timezone.localdate(now)
    parts = {
        "all": lines,
        "helper": [one for one in lines if not one.has_helper],
        "queue": [one for one in lines if not one.served],
        "late": [one for one in lines if one.late(today)],
    }
    shown = request.GET.get("show", "all")
    shown = shown if shown in parts else "all"
    table = Homes(request, parts[shown], sub=str(SHOWS[shown]))
    return table.download() or render(
        request,
        "care/service.html",
        {
            "table": table,
            "of": len(lines),
            "named": len(lines) - len(parts["helper"]),
            "served": len(lines) - len(parts["queue"]),
            "late": len(parts["late"]),
            "tabs": [(code, SHOWS[code], len(rows)) for code, rows in parts.items()],
            "shown": shown,
            "manage": MANAGE in request.rights,
        },
    )
