"""What is mine to walk, on a page without any script; the way to the page that works without a network; something seen on the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from linli.ground.access import needs
from linli.ground.models import Mandate, Place
from linli.kernel.ids import uuid7
from linli.rounds.actions import phones
from linli.rounds.actions.walked import Taken, Walker, observe, take_back, take_visit
from linli.rounds.models import Occurrence, Question, Visit
from linli.rounds.sheet_reading import questions_with_choices
from linli.rounds.walk_forms import ReportForm, VisitForm
from linli.rounds.walked_items import SentObservation, SentVisit, TakenBack
from linli.rounds.walkers import RIGHT, Stop, Way, acting_as, walking_mandates, way_of
from linli.rounds.walking_pack import places_of, questions_now
from linli.rounds.words import VISIT_OUTCOMES

TOGETHER = ("done", "no_answer", "refused")
"""What can be said of several at once."""


def _mandates(request: Any) -> list[Mandate]:
    """The offices by which somebody walks here, his bodies' among them."""
    now = timezone.now()
    own = walking_mandates(request.mandates, request.user.pk, request.neighbourhood)
    found = {one.pk: one for mandate in own for one in acting_as(mandate, now)}
    return list(found.values())


def _walker(request: Any) -> Walker:
    return Walker(request.user, _mandates(request), timezone.now())


def _way(request: Any) -> Way:
    return way_of(_mandates(request), request.neighbourhood, timezone.now())


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def walk(request: Any) -> HttpResponse:
    """My stops in walking order. A POST says of several of one round at once what came of them."""
    way = _way(request)
    if request.method == "POST":
        return _together(request, way)
    rounds = []
    for one in way.rounds:
        stops = [stop for stop in way.stops if stop.target.occurrence_id == one.pk]
        rounds.append({"one": one, "stops": stops, "left": sum(1 for stop in stops if not stop.done)})
    rounds.sort(key=lambda line: not line["left"])
    context = {"way": way, "rounds": rounds, "of": len(way.stops), "outcomes": VISIT_OUTCOMES, "together": TOGETHER}
    return render(request, "rounds/walk.html", context)


def _together(request: Any, way: Way) -> HttpResponse:
    chosen = set(request.POST.getlist("target"))
    stops = [stop for stop in way.stops if str(stop.target.pk) in chosen]
    outcome = request.POST.get("outcome", "")
    rounds = {stop.target.occurrence_id: stop.target.occurrence for stop in stops}
    if not stops or outcome not in TOGETHER or len(rounds) != 1:
        messages.error(request, _("Please tick at least one place, and only of one round."))
        return redirect("rounds:walk")
    occurrence = next(iter(rounds.values()))
    taken = _store(request, occurrence, stops, outcome, key=uuid7())
    _tell(request, taken, len(stops))
    return redirect("rounds:walk")


def _store(
    request: Any, occurrence: Occurrence, stops: Sequence[Stop], outcome: str, key: UUID, form: VisitForm | None = None
) -> Taken:
    said = form.cleaned_data if form is not None else {}
    back = said.get("call_back_at") if outcome == "call_back" else None
    sent = SentVisit(
        key,
        timezone.now(),
        False,
        occurrence.pk,
        tuple((stop.target.pk, outcome, back) for stop in stops),
        form.values if form is not None else {},
        tuple(form.photos) if form is not None else (),
        said.get("note", ""),
    )
    return take_visit(by=_walker(request), sent=sent, occurrence=occurrence)


def _tell(request: Any, taken: Taken, count: int) -> None:
    text = ngettext("Recorded.", "Recorded for %(n)s places.", count) % {"n": count}
    if taken.problem == "photos":
        text += " " + _("The photo could not be kept: it is no JPEG.")
    messages.success(request, text)


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def stop(request: Any, pk: UUID) -> HttpResponse:
    """One of my stops: what came of it, the sheet's questions, a note, a photo."""
    found = next((one for one in _way(request).stops if one.target.pk == pk), None)
    if found is None:
        raise Http404("no such target of yours")
    occurrence = found.target.occurrence
    form = VisitForm(_questions(request, occurrence), request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        taken = _store(request, occurrence, [found], data["outcome"], key=data["key"], form=form)
        _tell(request, taken, 1)
        return redirect("rounds:walk")
    visits = Visit.objects.filter(links__target=pk, by_user=request.user.pk).order_by("-happened_at")
    context = {"stop": found, "one": occurrence, "form": form, "last": visits.first()}
    return render(request, "rounds/walk_stop.html", context, status=422 if form.errors else 200)


def _questions(request: Any, occurrence: Occurrence) -> list[Question]:
    if occurrence.sheet_id is None:
        return []
    rows = questions_with_choices().filter(sheet=occurrence.sheet_id)
    return questions_now(rows, request.neighbourhood.pk, timezone.now())


@require_POST
@needs(RIGHT)
def back(request: Any, pk: UUID) -> HttpResponse:
    """Take a visit of mine back: a wrong tap."""
    if not take_back(by=_walker(request), sent=TakenBack(uuid7(), timezone.now(), pk)):
        raise Http404("no such visit of yours")
    messages.success(request, _("Taken back."))
    return redirect("rounds:walk")


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def report(request: Any) -> HttpResponse:
    """Something seen on the way (P07), or on duty (P10: ``?source=shift:…``)."""
    mandates, source = _mandates(request), _shift(request)
    places = places_of(mandates, request.neighbourhood)
    form = ReportForm(places, request.POST or None, request.FILES or None, initial={"place": request.GET.get("place")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        photos = (data["photo"],) if data["photo"] else ()
        now = timezone.now()
        sent = SentObservation(data["key"], now, False, data["place"], data["note"], form.due_on(), photos, source)
        place = Place.objects.select_related("kind").get(pk=data["place"])
        observe(by=_walker(request), sent=sent, place=place)
        messages.success(request, _("Reported. Thank you."))
        return redirect("rounds:walk")
    context = {"form": form, "source": source}
    return render(request, "rounds/walk_report.html", context, status=422 if form.errors else 200)


def _shift(request: Any) -> str:
    """The shift that a report comes from, if the address names one."""
    kind, _colon, key = request.GET.get("source", "").partition(":")
    try:
        return f"shift:{UUID(key)}" if kind == "shift" else ""
    except ValueError:
        return ""


@require_POST
@needs(RIGHT)
def own_phone(request: Any) -> HttpResponse:
    """Make this phone mine: a code that the field page spends at once."""
    mandate = next(iter(walking_mandates(request.mandates, request.user.pk, request.neighbourhood)), None)
    if mandate is None:
        raise Http404("walks no rounds here")
    _row, code = phones.make_code(by=request.user, mandate=mandate, neighbourhood=request.neighbourhood)
    response = redirect(f"/scan/#w={code}")
    response["Cache-Control"] = "no-store"
    return response
