"""简报: what do I report at eight? The sheet of a neighbourhood or a subdistrict, sent by name, corrected without losing the first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_time
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.briefing import sheet_lines, sheet_table, sheets
from linli.briefing.actions.sending import correct, send, set_hour
from linli.briefing.models import Sheet
from linli.briefing.naming import Names
from linli.briefing.numbers import Numbers, changes
from linli.briefing.streets import ABOVE, hours, whole_street
from linli.ground.access import CHOSEN, needs
from linli.ground.figures import AsOf, Figure, Patch, registered
from linli.ground.mandates import places_with, rights_at
from linli.ground.models import Place
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal

READ, SEND = "sheet.read", "sheet.send"
MOST_UPRIGHT = 8
"""So many columns of zones or neighbourhoods stand on an upright page; more on one that lies."""


@require_GET
@needs(READ)
def index(request: Any) -> HttpResponse:
    """The sheet one answers for: the subdistrict's for who reads there, else that of the chosen neighbourhood."""
    above = [place for place in places_with(request.mandates, READ) if place.contains(request.neighbourhood)]
    street = Place.objects.filter(pk__in=[p.pk for p in above], kind__code__in=ABOVE).first()
    return sheet(request, place=(street or request.neighbourhood).pk)


def _place(request: Any, pk: int, right: str) -> Place:
    """A neighbourhood or subdistrict where the reader has ``right``; 404 for everybody else."""
    place = get_object_or_404(Place.objects.filter(kind__code__in=("neighbourhood", *ABOVE)), pk=pk)
    if right not in rights_at(request.mandates, place):
        raise Http404("no such sheet for you")
    return place


def _wanted(request: Any) -> tuple[date | None, int | None]:
    """The day and the version in the address."""
    version = request.GET.get("version", "")
    return _day(request.GET.get("day", "")), int(version) if version.isascii() and version.isdigit() and len(
        version
    ) < 5 else None


def _day(raw: str) -> date | None:
    try:
        return parse_date(raw)
    except ValueError:  # the 31st of February
        return None


@require_GET
@needs(READ)
def sheet(request: Any, place: int) -> HttpResponse:
    """One sheet: on the screen, as a spreadsheet (``as=xlsx``), on one A4 (``as=print``)."""
    where = _place(request, place, READ)
    day, version = _wanted(request)
    found = sheets.shown(where, day, version)
    context: dict[str, Any] = {"place": where, "hour": hours([where])[where.pk], "day": day}
    if found is None:
        return render(request, "briefing/sheet_none.html", context)
    names = Names([found.numbers, *([found.before] if found.before else [])])
    lines = sheet_lines.sections(found.sheet, found.numbers, found.before, names, _link(request, found.sheet))
    if request.GET.get("as") == "xlsx":
        return sheet_table.response(found.sheet, lines)
    context |= {"found": found, "sections": lines, "look": sheet_lines.to_look_at(lines), "today": timezone.localdate()}
    context |= {
        "pieces": sheet_lines.pieces_of(found.sheet, found.numbers, names),
        "street": not where.neighbourhood_id,
    }
    context |= {"groups": _groups(found.numbers, names), "changed": _changed(found, names)}
    if where.neighbourhood_id is None:
        context["members"] = _neighbourhoods(found, names)
        context["unsent"] = [one for one in context["members"] if one["state"] != "sent"]
        context["unsent_names"] = [one["place"].name for one in context["unsent"]]
    if request.GET.get("as") == "print":
        context["columns"] = len(context["pieces"]) + 3
        context["wide"] = len(context["pieces"]) > MOST_UPRIGHT
        context["back_url"] = f"{request.path}?{urlencode({'day': found.sheet.day, 'version': found.sheet.version})}"
        return render(request, "briefing/sheet_print.html", context)
    context |= {"days": sheets.days(where), "may_send": SEND in rights_at(request.mandates, where)}
    return render(request, "briefing/sheet.html", context)


def _link(request: Any, sheet: Sheet) -> Callable[[Figure], str]:
    """The address that leads to the rows of a figure, for who may open them; nothing for a subdistrict as a whole."""
    rights = rights_at(request.mandates, sheet.place)
    address = reverse("sheet:rows", args=[sheet.place_id, "x"])[:-2]

    def link(figure: Figure) -> str:
        if sheet.place.neighbourhood_id is None or (figure.right and figure.right not in rights):
            return ""
        return f"{address}{figure.code}/?{urlencode({'day': sheet.day, 'version': sheet.version})}"

    return link


def _groups(numbers: Numbers, names: Names) -> list[dict[str, Any]]:
    """What each liaison group did, over the neighbourhoods of the sheet (R13)."""
    table: dict[int, dict[str, Any]] = {}
    for day in numbers.groups:
        row = table.setdefault(
            day.group, {"name": names.body(day.group), "visits": 0, "found": 0, "open": 0, "unseen": []}
        )
        row["visits"] += day.visits
        row["found"] += day.found
        row["open"] += day.open
        if day.sent and not day.visits:
            row["unseen"].append(names.place(day.place))
    return sorted(table.values(), key=lambda row: row["name"])


def _changed(found: sheets.Shown, names: Names) -> list[dict[str, Any]]:
    """What a correction says otherwise than the version before it."""
    older = [one for one in found.versions if one.version == found.sheet.version - 1]
    if not older:
        return []
    titles = {figure.code: figure for figure in registered()}
    return [
        {
            "title": titles[one.code].title if one.code in titles else one.code,
            "place": names.place(one.place) if found.sheet.place.neighbourhood_id is None else "",
            "before": one.before,
            "after": one.after,
        }
        for one in changes(Numbers.from_json(older[0].numbers), found.numbers)
    ]


def _neighbourhoods(found: sheets.Shown, names: Names) -> list[dict[str, Any]]:
    """A line a neighbourhood: whether it has sent its sheet, and what is open there, in words."""
    now, rows = timezone.now(), []
    for one in sheets.reported(whole_street(found.sheet.place).neighbourhoods, found.sheet.day):
        own = Sheet(place=one.place, day=found.sheet.day, as_of=found.sheet.as_of)
        part = found.numbers.part([one.place.pk])
        lines = sheet_lines.sections(own, part, None, names, lambda _figure: "")
        rows.append(
            {"place": one.place, "reported": one, "state": one.state(now), "look": sheet_lines.to_look_at(lines)}
        )
    return rows


@require_GET
@needs(READ)
def rows(request: Any, place: int, code: str) -> HttpResponse:
    """To the rows behind a figure of a neighbourhood, which becomes the chosen one."""
    where = _place(request, place, READ)
    figure = next((one for one in registered() if one.code == code), None)
    day, version = _wanted(request)
    found = sheets.shown(where, day, version)
    if figure is None or found is None or where.neighbourhood_id is None:
        raise Http404("no such figure")
    request.session[CHOSEN] = where.pk
    return redirect(figure.rows(Patch(where.pk), AsOf(found.sheet.as_of, found.sheet.heard_by)))


def _latest(request: Any, place: int) -> Sheet:
    where = _place(request, place, SEND)
    found = sheets.shown(where, _day(request.POST.get("day", "")), None)
    if found is None:
        raise Http404("no sheet")
    return found.sheet


def _back(sheet: Sheet) -> HttpResponse:
    return redirect(reverse("sheet:sheet", args=[sheet.place_id]) + f"?{urlencode({'day': sheet.day})}")


@require_POST
@needs(SEND)
def send_it(request: Any, place: int) -> HttpResponse:
    """Send the version that holds, by name."""
    row = _latest(request, place)
    if str(row.version) != request.POST.get("version"):
        messages.warning(request, _("It was corrected meanwhile. This is the latest version."))
        return _back(row)
    try:
        send(by=request.user, sheet=row)
        messages.success(request, _("Sent, in your name."))
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    return _back(row)


@require_POST
@needs(SEND)
def correct_it(request: Any, place: int) -> HttpResponse:
    """Make the next version, of the same moment, with what was heard since."""
    row = _latest(request, place)
    try:
        made = correct(by=request.user, sheet=row, why=request.POST.get("why", "")[:200])
        messages.success(request, _("Version %(n)s is made. The one before stays readable.") % {"n": made.version})
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    return _back(row)


@require_POST
@needs(SEND)
def set_the_hour(request: Any, place: int) -> HttpResponse:
    """Set the hour at which the sheet of a place is made."""
    where = _place(request, place, SEND)
    try:
        at = parse_time(request.POST.get("at", ""))
    except ValueError:
        at = None
    if at is None:
        messages.error(request, _("Please give a time such as 08:00."))
    else:
        set_hour(by=request.user, place=where, at=at.replace(second=0, microsecond=0, tzinfo=None))
        messages.success(request, _("From the next sheet on it is made at %(at)s.") % {"at": f"{at:%H:%M}"})
    return redirect("sheet:sheet", place=where.pk)
