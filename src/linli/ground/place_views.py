"""Places over time: what each was called, and renaming, moving, merging, splitting, ending, with the consequences in numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.ground.access import needs
from linli.ground.actions import place_changes as act
from linli.ground.actions.places import rename_place, set_address
from linli.ground.doing import tried
from linli.ground.mandates import places_with
from linli.ground.models import Place
from linli.ground.place_forms import AddressForm, EndForm, IntoForm, RenameForm, SplitForm
from linli.ground.place_rules import MERGED_KINDS, consequence
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal

RIGHT = "register.write"
SHOWN = ("estate", "lane", "side_lane", "building", "unit")


def _place(request: Any, pk: int) -> Place:
    """A place where the user may correct the register; otherwise it does not exist for him."""
    place = get_object_or_404(
        Place.objects.select_related("kind", "parent", "merged_into", "split_from"),
        pk=pk,
        neighbourhood=request.neighbourhood,
    )
    if not any(root.contains(place) for root in places_with(request.mandates, RIGHT)):
        raise Http404("not in your area")
    return place


@require_GET
@needs(RIGHT)
def index(request: Any) -> HttpResponse:
    """The neighbourhood's estates and buildings, those that are gone last."""
    rows = Place.objects.filter(neighbourhood=request.neighbourhood, kind__code__in=SHOWN).select_related(
        "kind", "parent"
    )
    query = request.GET.get("q", "").strip()
    if query:
        rows = rows.filter(names__name__contains=query) | rows.filter(name__contains=query)
    listed = list(rows.distinct().order_by("path")[:1000])
    live = [place for place in listed if place.until is None]
    gone = [place for place in listed if place.until is not None]
    context = {"live": live, "gone": gone, "q": query, "neighbourhood": request.neighbourhood}
    return render(request, "ground/places/index.html", context)


@require_GET
@needs(RIGHT)
def place(request: Any, pk: int) -> HttpResponse:
    """One place: its names over time, and what can be done with it."""
    return _page(request, _place(request, pk))


def _page(request: Any, here: Place, bound: dict[str, forms.Form] | None = None) -> HttpResponse:
    parts = list(Place.objects.filter(parent=here, until__isnull=True).order_by("sort"))
    alike = Place.objects.filter(neighbourhood=here.neighbourhood_id, kind=here.kind, until__isnull=True).exclude(
        pk=here.pk
    )
    same = [other for other in alike.order_by("path")[:500] if not here.contains(other)]
    parents = Place.objects.filter(
        neighbourhood=here.neighbourhood_id, until__isnull=True, kind__rank__lt=here.kind.rank
    ).exclude(children=here)
    kind = here.kind.code
    live = here.until is None
    context: dict[str, Any] = {
        "place": here,
        "spans": list(here.names.select_related("parent").order_by("-since")),
        "merged": list(here.merged.all()),
        "touched": consequence(here),
        "parts": parts,
        "address": _address_form(here) if live and kind == "estate" else None,
        "rename": RenameForm(initial={"name": here.name}) if live else None,
        "merge": IntoForm(places=same, label=_("Which place goes on"))
        if live and kind in MERGED_KINDS and same
        else None,
        "split": SplitForm(parts=parts) if live and kind in MERGED_KINDS and len(parts) > 1 else None,
        "move": _move_form(here, parents) if live and kind != "neighbourhood" else None,
        "end": EndForm() if live and kind != "neighbourhood" else None,
        "links": _links(request) if live and kind == "neighbourhood" else [],
    }
    return render(request, "ground/places/place.html", context | (bound or {}), status=400 if bound else 200)


def _links(request: Any) -> list[tuple[str, Any]]:
    """What upper floors do with a whole neighbourhood."""
    return [(reverse(name), title) for name, title, right in settings.LINLI_PLACE_LINKS if right in request.rights]


def _address_form(here: Place) -> AddressForm:
    return AddressForm(initial={"address": here.address, "name_en": here.name_en})


def _move_form(here: Place, parents: Any) -> IntoForm | None:
    found = list(parents.filter(kind__code__in=("neighbourhood", *SHOWN)).order_by("path")[:500])
    return IntoForm(places=found, label=_("Part of which place")) if found else None


@require_POST
@needs(RIGHT)
def change(request: Any, pk: int, verb: str) -> HttpResponse:
    """Do one of the verbs; what was typed stays on the page when it cannot be done."""
    here = _place(request, pk)
    if verb in ("unmerge", "reopen"):
        undo: dict[str, Callable[..., Any]] = {"unmerge": act.unmerge_place, "reopen": act.reopen_place}
        return _try(request, here, lambda: undo[verb](by=request.user, place=here))
    form = _form(verb, request, here)
    if not form.is_valid():
        return _page(request, here, {verb: form})
    if verb == "address":
        return _addressed(request, here, form)
    said = form.cleaned_data
    since = said["since"]
    acts: dict[str, Callable[[], Any]] = {
        "rename": lambda: rename_place(by=request.user, place=here, name=said["name"], since=since),
        "merge": lambda: act.merge_places(
            by=request.user, place=here, into=_place(request, int(said["to"])), since=since
        ),
        "move": lambda: act.move_place(
            by=request.user, place=here, parent=_place(request, int(said["to"])), since=since
        ),
        "split": lambda: act.split_place(
            by=request.user,
            place=here,
            name=said["name"],
            parts=list(Place.objects.filter(pk__in=said["parts"])),
            since=since,
        ),
        "end": lambda: act.end_place(by=request.user, place=here, until=since),
    }
    return _try(request, here, acts[verb])


def _addressed(request: Any, here: Place, form: forms.Form) -> HttpResponse:
    """A mistake is said beside its box: the address is typed by hand."""
    try:
        set_address(by=request.user, place=here, **form.cleaned_data)
    except Refusal as refusal:
        form.add_error("address", refusal_text(refusal))
        return _page(request, here, {"address": form})
    messages.success(request, _("Saved."))
    return redirect("ground:place", here.pk)


def _form(verb: str, request: Any, here: Place) -> forms.Form:
    inside = Place.objects.filter(neighbourhood=here.neighbourhood_id, until__isnull=True)
    if verb == "address":
        return AddressForm(request.POST)
    if verb == "rename":
        return RenameForm(request.POST)
    if verb in ("merge", "move"):
        return IntoForm(request.POST, places=list(inside.exclude(kind__code__in=("dwelling", "gate"))))
    if verb == "split":
        return SplitForm(request.POST, parts=list(inside.filter(parent=here)))
    if verb == "end":
        return EndForm(request.POST)
    raise Http404("no such verb")


def _try(request: Any, here: Place, do: Callable[[], Any]) -> HttpResponse:
    tried(request, _("Done. It stands in the journal and can be taken back."), do)
    return redirect("ground:place", here.pk)
