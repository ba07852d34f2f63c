"""``/parting/``: a neighbourhood is split, or merged into another: chosen, looked at, agreed to, begun, watched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.accounts.models import User
from linli.ground.access import needs
from linli.ground.mandates import active, can, places_with
from linli.ground.models import Mandate, Place
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal
from linli.procedures.forms import MergeForm, SplitForm
from linli.procedures.models import Parting
from linli.procedures.parting import choosing, job
from linli.procedures.parting.preview import preview

RIGHT = choosing.RIGHT
CHOSEN = ("estate", "lane", "side_lane", "building", "gate", "unit")


def _whole(request: Any) -> Place:
    """The chosen neighbourhood, for who may part it as a whole; it does not exist for anybody else."""
    here: Place = request.neighbourhood
    if not any(root.contains(here) for root in places_with(request.mandates, RIGHT)):
        raise Http404("not the whole neighbourhood")
    return here


def _partings(here: Place) -> Any:
    return Parting.objects.filter(Q(source=here) | Q(target=here)).select_related("source__kind", "target__kind")


def _own(request: Any, pk: UUID) -> Parting:
    found: Parting | None = _partings(_whole(request)).filter(pk=pk).first()
    if found is None:
        raise Http404("of another neighbourhood")
    return found


@require_GET
@needs(RIGHT)
def index(request: Any) -> HttpResponse:
    """What can be done, what waits, what was done."""
    here = _whole(request)
    rows = list(_partings(here)[:30])
    open_ = [row for row in rows if row.state in (Parting.State.WAITING, Parting.State.RUNNING)]
    past = [row for row in rows if row.state == Parting.State.DONE]
    return render(request, "procedures/index.html", {"open": open_, "past": past, "here": here})


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def split(request: Any) -> HttpResponse:
    """Choose what goes, name the new neighbourhood; the preview comes next."""
    here = _whole(request)
    offices = active(Mandate.objects.filter(place__neighbourhood=here, user__is_active=True)).values("user")
    form = SplitForm(
        request.POST or None, users=list(User.objects.filter(pk__in=offices)), initial={"secretary": request.user.pk}
    )
    chosen = {int(pk) for pk in request.POST.getlist("parts") if pk.isdecimal()}
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        new = choosing.NewNeighbourhood(
            name=said["name"], code=said["code"], since=said["since"], parts=sorted(chosen),
            secretary=User.objects.get(pk=int(said["secretary"])),
        )  # fmt: skip
        try:
            made = choosing.propose_split(by=request.user, source=here, new=new)
        except Refusal as refusal:
            form.add_error(None, refusal_text(refusal))
        else:
            return redirect("procedures:parting", made.pk)
    context = {"form": form, "tree": _tree(here), "chosen": chosen, "here": here}
    return render(request, "procedures/split.html", context, status=400 if form.errors else 200)


def _tree(here: Place) -> list[dict[str, Any]]:
    """The parts that can be chosen: those right under the neighbourhood, each with the buildings in it."""
    rows = Place.objects.filter(neighbourhood=here, kind__code__in=CHOSEN, until__isnull=True).select_related("kind")
    found: dict[int, dict[str, Any]] = {}
    for place in rows.order_by("path"):
        if place.parent_id == here.pk:
            found[place.pk] = {"place": place, "parts": []}
        elif place.parent_id in found:
            found[place.parent_id]["parts"].append(place)
    return sorted(found.values(), key=lambda one: (one["place"].kind.code == "gate", one["place"].path))


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def merge(request: Any) -> HttpResponse:
    """Choose the neighbourhood that goes on for this one."""
    here = _whole(request)
    others = Place.objects.filter(kind__code="neighbourhood", until__isnull=True, parent=here.parent).exclude(
        pk=here.pk
    )
    if here.parent is None:
        others = others.filter(pk__in=[place.pk for place in request.neighbourhoods])
    form = MergeForm(request.POST or None, places=list(others.order_by("name")))
    if request.method == "POST" and form.is_valid():
        target = others.get(pk=int(form.cleaned_data["into"]))
        try:
            made = choosing.propose_merge(by=request.user, source=here, target=target, since=form.cleaned_data["since"])
        except Refusal as refusal:
            form.add_error(None, refusal_text(refusal))
        else:
            return redirect("procedures:parting", made.pk)
    context = {"form": form, "others": others.exists(), "here": here}
    return render(request, "procedures/merge.html", context, status=400 if form.errors else 200)


@require_GET
@needs(RIGHT)
def parting(request: Any, pk: UUID) -> HttpResponse:
    """One split or merge at whatever point it stands."""
    one = _own(request, pk)
    here = request.neighbourhood
    context: dict[str, Any] = {
        "one": one,
        "here": here,
        "coming": one.target == here and one.kind == Parting.Kind.MERGE,
    }
    if one.state == Parting.State.WAITING:
        seen = preview(one)
        context |= {
            "seen": seen,
            "blocks": [refusal_text(refusal) for refusal in seen.blocks],
            "agreed": one.kind == Parting.Kind.SPLIT or one.agreed_by is not None,
            "may_agree": one.target is not None and one.agreed_by is None and can(request.user, RIGHT, one.target),
            "may_read": one.source == here,
        }
    elif one.state == Parting.State.RUNNING:
        stays = (
            one.kind == Parting.Kind.SPLIT
            or one.source != here
            or (one.target and can(request.user, RIGHT, one.target))
        )
        then = reverse("procedures:parting", args=[one.pk]) if stays else "/"
        context |= {"value": one.homes - job.left(one), "total": max(one.homes, 1), "then": then}
    else:
        context |= {"people": one.moved.get("ground.Person", 0), "households": one.moved.get("ground.Household", 0)}
    return render(request, "procedures/parting.html", context)


@require_POST
@needs(RIGHT)
def step(request: Any, pk: UUID) -> HttpResponse:
    """Move the next homes and say how far it is. The page asks again until ``done``."""
    one = _own(request, pk)
    if one.state == Parting.State.RUNNING:
        one = job.step(by=request.user, parting=one)
    if "application/json" not in request.headers.get("Accept", ""):
        return redirect("procedures:parting", pk)
    done = one.state != Parting.State.RUNNING
    value = one.homes if done else one.homes - job.left(one)
    return JsonResponse({"value": value, "total": max(one.homes, 1), "done": done})


@require_POST
@needs(RIGHT)
def act(request: Any, pk: UUID, verb: str) -> HttpResponse:
    """Agree, begin, or put aside."""
    one = _own(request, pk)
    verbs: dict[str, Callable[[], Any]] = {
        "agree": lambda: choosing.agree(by=request.user, parting=one),
        "begin": lambda: job.begin(by=request.user, parting=one),
        "aside": lambda: choosing.put_aside(by=request.user, parting=one),
    }
    if verb not in verbs:
        raise Http404("no such verb")
    try:
        verbs[verb]()
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    else:
        if verb == "aside":
            messages.success(request, _("Put aside. Nothing was changed."))
            return redirect("procedures:partings")
    return redirect("procedures:parting", pk)
