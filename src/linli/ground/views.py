"""住户: the board of homes, search, the public print."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from linli.ground import homes as board
from linli.ground.access import needs
from linli.ground.links import links_for
from linli.ground.mandates import places_with
from linli.ground.search import search
from linli.ui.squares import STATES, state_word
from linli.ui.tables import Column, Table
from linli.ui.words import number


class DoorTable(Table):
    """The table beside the squares."""

    title = _("Homes")
    sort = "door"
    per_page = 50
    columns = (
        Column("door", _("Door"), lambda r: r["door"], sort=("path",), head=True, show=lambda r: _door_link(r)),
        Column(
            "state",
            _("State"),
            lambda r: str(STATES[r["state"]]),
            sort=("state",),
            show=lambda r: state_word(r["state"]),
        ),
        Column("responsible", _("Who answers"), lambda r: r["responsible"], sort=("responsible",)),
    )


def _door_link(row: dict[str, Any]) -> str:
    """A row's link; made for the page's fifty rows, not for every door."""
    return format_html('<a href="{}">{}</a>', row["url"], row["door"])


def headline(homes: board.Homes) -> tuple[str, str]:
    """The sentence that answers the page, and the line below it."""
    counts, total = homes.counts, len(homes.own or homes.doors)
    unreached = counts["unreached"]
    if not total:
        return _("No home is on the register yet"), _("Import the office's file, or add places by hand.")
    if unreached:
        head = ngettext(
            "%(n)s of %(total)s homes is not reached yet", "%(n)s of %(total)s homes are not reached yet", unreached
        ) % {"n": number(unreached), "total": number(total)}
    else:
        head = _("All %(total)s homes have been reached") % {"total": number(total)}
    said = []
    if counts["blank"]:
        said.append(
            ngettext("%(n)s has no state yet", "%(n)s have no state yet", counts["blank"])
            % {"n": number(counts["blank"])}
        )
    orphans = homes.without_responsible
    said.append(
        ngettext(
            "%(n)s household has nobody who answers for it",
            "%(n)s households have nobody who answers for them",
            orphans,
        )
        % {"n": number(orphans)}
        if orphans
        else _("Every household has one who answers for it")
    )
    return head, " · ".join(said)


def _filtered(homes: board.Homes, request: HttpRequest) -> list[board.Estate]:
    """The estates that the address asks for: by estate, by responsible, by state; only doors that may be shown are filtered singly."""
    estate, responsible, state = (request.GET.get(k, "") for k in ("estate", "who", "state"))
    found = [e for e in homes.estates if not estate or str(e.place.pk) == estate]
    if not (responsible or state):
        return found
    kept = []
    for one in found:
        copy = board.Estate(one.place, leaders=one.leaders)
        for building in one.buildings:
            doors = [
                d
                for d in building.doors
                if d.url and (not responsible or str(d.responsible) == responsible) and (not state or d.state == state)
            ]
            if doors:
                copy.buildings.append(board.Building(building.name, building.place, doors, None))
        if copy.buildings:
            kept.append(copy)
    return kept


@require_GET
@needs("board.totals")
def homes(request: Any) -> HttpResponse:
    """The board: squares by estate and building inside one's own area, totals per building elsewhere."""
    own = places_with(request.mandates, "board.read")
    query = request.GET.get("q", "").strip()
    if query and "register.read" in request.rights:
        hits = search(request.neighbourhood, query, inside=places_with(request.mandates, "register.read"))
        template = "ground/_hits.html" if request.headers.get("HX-Request") else "ground/search.html"
        return render(request, template, {"hits": hits, "q": query})
    all_homes = board.load(request.neighbourhood, own=own)
    estates = _filtered(all_homes, request)
    head, sub = headline(all_homes)
    context = {
        "head": head,
        "subline": sub,
        "homes": all_homes,
        "estates": estates,
        "counts": all_homes.counts if own else None,
        "state_urls": {code: _with(request, state=code) for code in STATES} if own else None,
        "state": request.GET.get("state", ""),
        "responsibles": sorted(all_homes.mandates.values(), key=lambda m: m.holder_name),
        "own": bool(own),
        "shown": sum(len(e.doors) for e in estates),
        "by_type": _by_type(all_homes),
        "links": links_for("homes", request.rights),
    }
    if request.GET.get("view") == "table" and own:
        table = _table(request, estates, all_homes)
        return table.download() or render(request, "ground/homes_table.html", context | {"table": table})
    return render(request, "ground/homes.html", context)


def _with(request: HttpRequest, **values: str) -> str:
    query = request.GET.copy()
    for key, value in values.items():
        if query.get(key) == value:
            query.pop(key)
        else:
            query[key] = value
    return "?" + query.urlencode()


def _by_type(homes: board.Homes) -> dict[str, int]:
    """R07: estates by type; the totals add up."""
    villas = sum(1 for e in homes.estates if e.place.estate_type == "villa")
    return {"all": len(homes.estates), "villa": villas, "other": len(homes.estates) - villas}


def _table(request: HttpRequest, estates: list[board.Estate], homes: board.Homes) -> DoorTable:
    rows = [
        {
            "door": f"{e.place.name} {d.label}",
            "url": d.url,
            "path": d.path,
            "state": d.state,
            "responsible": homes.mandates[d.responsible].holder_name if d.responsible in homes.mandates else "",
        }
        for e in estates
        for d in e.doors
        if d.url
    ]
    return DoorTable(request, rows)


@require_GET
@needs("board.totals")
def public_print(request: Any) -> HttpResponse:
    """The wall board for everyone to see: totals per building, cells under five merged, no doors, no names (R04)."""
    homes_now = board.load(request.neighbourhood, own=[])
    return render(request, "ground/public_print.html", {"homes": homes_now})
