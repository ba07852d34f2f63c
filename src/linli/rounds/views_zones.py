"""片区: zones, what lies in each, who holds it, its parties; and in words what lies in none."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from linli.ground.access import needs
from linli.ground.actions.places import NewPlace, add_place
from linli.ground.actions.zones import (
    end_zone,
    hold_zone,
    make_zone,
    rename_zone,
    set_party,
    set_wanted_parties,
    set_zone_places,
)
from linli.ground.bodies import visible
from linli.ground.bodies_forms import parsed_day
from linli.ground.models import Area, Body, Mandate, Place, PlaceKind
from linli.ground.setup_forms import show_refusal
from linli.ground.words import refusal_text
from linli.ground.zones import PURPOSE, Zone, points, wanted_parties, zone
from linli.kernel.refusal import Refusal
from linli.rounds.access import number_of
from linli.rounds.groups import owners
from linli.rounds.zone_forms import POINT_KINDS, PartiesForm, PointsForm, ZoneNameForm, who_choices
from linli.rounds.zone_pages import board, by_kind, groups_of_zones, ticks

RIGHT = "rounds.plan"


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def zones(request: Any) -> HttpResponse:
    """Every zone with what it lacks, what lies in none; a new zone by its name."""
    here = request.neighbourhood
    form = ZoneNameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            area = make_zone(by=request.user, neighbourhood=here, name=form.cleaned_data["name"])
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The zone is there. Now tick what lies in it."))
            return redirect("rounds:zone", pk=area.pk)
    found = board(here)
    context = {
        "board": found,
        "outside": by_kind(found.outside),
        "form": form,
        "parties": PartiesForm(wanted_parties(here)),
    }
    return render(request, "rounds/zones.html", context)


@require_POST
@needs(RIGHT)
def parties(request: Any) -> HttpResponse:
    """Which parties every zone has to have."""
    here = request.neighbourhood
    form = PartiesForm(wanted_parties(here), request.POST)
    if form.is_valid():
        _try(request, lambda: set_wanted_parties(by=request.user, neighbourhood=here, parties=form.wanted()))
    return redirect("rounds:zones")


def _zone(request: Any, pk: int) -> Zone:
    area = Area.objects.filter(pk=pk, neighbourhood=request.neighbourhood, purpose=PURPOSE).first()
    if area is None:
        raise Http404("no such zone here")
    area.neighbourhood = request.neighbourhood
    return zone(area)


@require_http_methods(["GET"])
@needs(RIGHT)
def one(request: Any, pk: int) -> HttpResponse:
    """One zone: its places to tick, who holds it, its parties, its group."""
    found = _zone(request, pk)
    wanted = wanted_parties(request.neighbourhood)
    choices = _choices(request)
    context = {
        "zone": found,
        "groups": ticks(found, [place.pk for place in found.places]),
        "rename": ZoneNameForm(initial={"name": found.area.name}),
        "choices": choices,
        "holder": _chosen(found.holder.body if found.holder else None, found.holder),
        "parties": [
            (party, row, _chosen(row.body, row.mandate) if row else "")
            for party in wanted
            for row in [found.parties.get(party.code)]
        ],
        "missing": found.without(wanted),
        "group": groups_of_zones(request.neighbourhood).get(found.area.pk),
    }
    return render(request, "rounds/zone.html", context)


def _choices(request: Any) -> list[Any]:
    return who_choices(visible([request.neighbourhood]), owners([request.neighbourhood]))


def _chosen(body: Body | None, mandate: Mandate | None) -> str:
    return f"b{body.pk}" if body is not None else f"m{mandate.pk}" if mandate is not None else ""


@require_POST
@needs(RIGHT)
def change(request: Any, pk: int, verb: str) -> HttpResponse:
    """Tick its places, say who holds it, who its parties are, rename or dissolve it."""
    found = _zone(request, pk)
    acts = {"places": _places, "holder": _holder, "parties": _parties, "rename": _rename, "end": _end}
    if verb not in acts:
        raise Http404("no such act")
    return acts[verb](request, found)


def _try(request: Any, do: Any) -> bool:
    try:
        do()
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
        return False
    messages.success(request, _("Saved."))
    return True


def _places(request: Any, found: Zone) -> HttpResponse:
    ids = [pk for raw in request.POST.getlist("place") if (pk := number_of(raw)) is not None]
    rows = Place.objects.filter(pk__in=ids, neighbourhood=request.neighbourhood, until__isnull=True)
    _try(request, lambda: set_zone_places(by=request.user, area=found.area, places=rows))
    return redirect("rounds:zone", pk=found.area.pk)


def _who(request: Any, raw: str) -> dict[str, Any]:
    """What a list of bodies and people sent: ``{"body": …}``, ``{"mandate": …}`` or nothing."""
    pk = number_of(raw[1:])
    if raw.startswith("b"):
        return {"body": next((body for body in visible([request.neighbourhood]) if body.pk == pk), None)}
    if raw.startswith("m"):
        return {"mandate": next((row for row in owners([request.neighbourhood]) if row.pk == pk), None)}
    return {}


def _holder(request: Any, found: Zone) -> HttpResponse:
    since = parsed_day(request.POST.get("since", ""))
    who = _who(request, request.POST.get("holder", ""))
    _try(request, lambda: hold_zone(by=request.user, area=found.area, since=since or timezone.localdate(), **who))
    return redirect("rounds:zone", pk=found.area.pk)


def _parties(request: Any, found: Zone) -> HttpResponse:
    for party in wanted_parties(request.neighbourhood):
        who = _who(request, request.POST.get(f"party_{party.code}", ""))
        set_party(by=request.user, area=found.area, party=party.code, **who)
    messages.success(request, _("Saved."))
    return redirect("rounds:zone", pk=found.area.pk)


def _rename(request: Any, found: Zone) -> HttpResponse:
    _try(request, lambda: rename_zone(by=request.user, area=found.area, name=request.POST.get("name", "")[:60]))
    return redirect("rounds:zone", pk=found.area.pk)


def _end(request: Any, found: Zone) -> HttpResponse:
    _try(request, lambda: end_zone(by=request.user, area=found.area))
    return redirect("rounds:zones")


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def add_points(request: Any) -> HttpResponse:
    """Add lanes, side lanes, stairwells, lifts, door entries: the same below every ticked place."""
    here = request.neighbourhood
    rows = PlaceKind.objects.filter(code__in=POINT_KINDS).order_by("rank")
    kinds = {kind.code: kind for kind in sorted(rows, key=lambda kind: POINT_KINDS.index(kind.code))}
    form = PointsForm(kinds.values(), request.POST or None, initial={"kind": request.GET.get("kind", "lane")})
    parents = [here, *points(here, ("estate", "lane", "building", "unit"))]
    picked = {pk for raw in request.POST.getlist("under") if (pk := number_of(raw)) is not None}
    if request.method == "POST" and form.is_valid():
        chosen = [place for place in parents if place.pk in picked]
        if not chosen:
            form.add_error(None, _("Please tick at least one place."))
        else:
            made = _add(request, kinds[form.cleaned_data["kind"]], form.cleaned_data["names"], chosen)
            messages.success(request, _("%(count)s added.") % {"count": made})
            return redirect("rounds:zones")
    context = {"form": form, "parents": [(place, place.pk in picked) for place in parents]}
    return render(request, "rounds/points_add.html", context)


def _add(request: Any, kind: PlaceKind, said: str, parents: list[Place]) -> int:
    """How many were added; what is there already stays as it is."""
    names = [line.strip()[:60] for line in said.splitlines() if line.strip()] or [kind.name_zh]
    made = 0
    for parent in parents:
        for name in names:
            with suppress(Refusal):  # it is there already
                add_place(by=request.user, new=NewPlace(kind.code, parent, name))
                made += 1
    return made
