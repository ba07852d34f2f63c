"""Runs: vehicle, crew, places, the list of people; planned, left, arrived, called off (T04, T07, T11)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.ground.access import needs
from linli.ground.models import Mandate
from linli.ground.words import refusal_text
from linli.journeys import stories
from linli.journeys.access import MANAGE, READ, may_manage, own_run, require_manage
from linli.journeys.actions.runs import (
    arrive_run,
    call_off_run,
    change_run,
    depart_run,
    plan_run,
    plate_of,
    state_of,
    take_back_run,
)
from linli.journeys.faces import door_of, holder_of, name_of, run_signal, run_title, when
from linli.journeys.forms import FAR, MomentForm, RunForm, this_minute
from linli.journeys.hand_lists import escorts, on_the_way
from linli.journeys.knots import knots_of
from linli.journeys.models import Run, Traveller
from linli.journeys.rules import is_far
from linli.journeys.run_plans import (
    Shown,
    crew_of,
    left_out,
    office_rows,
    seated,
    stop_words,
    to_tick,
    trip_of,
    waiting,
)
from linli.journeys.trainings import trainings_url
from linli.journeys.views_run_parts import PARTS, Parts, shown
from linli.journeys.words import DUTIES, VEHICLES
from linli.kernel.refusal import Refusal
from linli.operations.queries import active_operation
from linli.ui.tables import Column, Table
from linli.ui.templatetags.linli_ui import signal
from linli.ui.words import listed, moment


class Runs(Table):
    """Runs, the latest night first."""

    title = gettext_lazy("Runs")
    sort = "-night"
    columns = (
        Column("run", gettext_lazy("Run"), run_title, head=True,
               show=lambda r: format_html('<a href="{}">{}</a>', reverse("journeys:run", args=[r.pk]), run_title(r))),
        Column("night", gettext_lazy("Night that began on"), lambda r: r.night, sort=("night", "number")),
        Column("people", gettext_lazy("People"), lambda r: len(r.seats.all()), number=True),
        Column("crew", pgettext_lazy("run", "Crew"), lambda r: listed(holder_of(one.hands) for one in r.crew.all())),
        Column("left", gettext_lazy("Departed"), lambda r: r.departed_at, sort=("departed_at",),
               show=lambda r: when(r.departed_at, r.departed_about)),
        Column("arrived", gettext_lazy("Arrived"), lambda r: r.arrived_at, sort=("arrived_at",),
               show=lambda r: when(r.arrived_at, r.arrived_about)),
        Column("state", gettext_lazy("State"), lambda r: run_signal(r, timezone.now())[1],
               show=lambda r: signal(*run_signal(r, timezone.now()))),
    )  # fmt: skip


@require_GET
@needs(READ)
def runs(request: Any) -> HttpResponse:
    """Every run that is not erased yet."""
    rows = stories.runs(request.neighbourhood)
    table = Runs(request, rows)
    under_way = rows.filter(departed_at__isnull=False, arrived_at__isnull=True, called_off_at__isnull=True)
    context = {
        "table": table,
        "any": rows.exists(),
        "under_way": under_way.count(),
        "manage": may_manage(request),
        "operation": active_operation(request.neighbourhood),
    }
    return table.download() or render(request, "journeys/runs.html", context)


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def run_add(request: Any) -> HttpResponse:
    """Plan a run. Whoever was not trained for it is refused by name (T11)."""
    offices = escorts(request)
    rows = to_tick(waiting(request))
    form = RunForm(
        rows, office_rows(offices, timezone.localdate()), request.POST or None, initial={"planned_at": this_minute()}
    )
    if request.method == "POST" and form.is_valid() and _is_near(request, form):
        try:
            made = _plan(request, form.cleaned_data, offices)
        except Refusal as refusal:
            _say(form, refusal)
        else:
            messages.success(request, _("The run is planned."))
            return redirect("journeys:run", made.pk)
    context = {"form": form, "left_out": left_out(request), "trainings": trainings_url(request)}
    return render(request, "journeys/run_form.html", context, status=422 if form.errors else 200)


def _is_near(request: Any, form: RunForm, before: datetime | None = None) -> bool:
    """Whether a run goes about when its people come, or was said to go before; one that is to go long afterwards is asked about, for the
    date may be a slip. What happened long ago is told afterwards, and not asked about."""
    at, people = form.cleaned_data["planned_at"], _chosen(request, form.cleaned_data)
    known = Traveller.objects.filter(pk__in=[one.pk for one in people])
    moments = known.values_list("movement__landed_at", "begun_at", "expected_at")
    now = timezone.now()
    if at > now and is_far(at, (now, before, *(one for row in moments for one in row))):
        form.ask("far", "planned_at", *FAR)
    return form.is_valid()


def _say(form: RunForm, refusal: Refusal) -> None:
    form.add_error("escort" if refusal.code == "journeys.untrained" else None, refusal_text(refusal))


def _chosen(request: Any, said: dict[str, Any]) -> list[Traveller]:
    return list(Traveller.objects.filter(neighbourhood=request.neighbourhood, pk__in=said["travellers"]))


def _plan(request: Any, said: dict[str, Any], offices: list[Mandate]) -> Run:
    trip = trip_of(said)
    with transaction.atomic():
        return plan_run(
            by=request.user, neighbourhood=request.neighbourhood, vehicle=trip.vehicle, planned_at=trip.planned_at,
            about=trip.about, travellers=_chosen(request, said), crew=crew_of(request, said, offices), stops=trip.stops,
            plate=trip.plate,
        )  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def run_change(request: Any, pk: UUID) -> HttpResponse:
    """Change a run that is not over: by what, when, where, with whom, and who is on it. Who was slower is told, and sees it."""
    one = own_run(request, pk)
    before, offices = Shown.of(one), escorts(request)
    rows = [*seated(one), *to_tick(waiting(request))]
    form = RunForm(rows, before.rows(offices), request.POST or None, initial=before.initial(one))
    if request.method == "POST" and form.is_valid() and _is_near(request, form, one.planned_at):
        said = form.cleaned_data
        try:
            with transaction.atomic():
                change_run(
                    by=request.user, run=one, travellers=_chosen(request, said), trip=trip_of(said, before),
                    crew=crew_of(request, said, before.offices(offices), before), seen=request.POST.get("seen") or "-",
                )  # fmt: skip
        except Refusal as refusal:
            _say(form, refusal)
            one = own_run(request, pk)
        else:
            messages.success(request, _("Written down."))
            return redirect("journeys:run", one.pk)
    context = {"form": form, "run": one, "title": run_title(one), "seen": state_of(one), "facts": _facts(one),
               "kept": before.kept(), "on_it": listed(name_of(seat.traveller) for seat in one.seats.all()),
               "left_out": left_out(request), "trainings": trainings_url(request)}  # fmt: skip
    return render(request, "journeys/run_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs(READ)
def run(request: Any, pk: UUID) -> HttpResponse:
    """One run; a POST changes its crew or its places, says that it left, arrived, or does not go, or takes the last of these back."""
    one = own_run(request, pk)
    form = MomentForm(request.POST if _is_timed(request) else None, initial={"at": this_minute()})
    parts = Parts.of(request, one)
    if request.method == "POST":
        require_manage(request)
        what = request.POST.get("what", "")
        answer = parts.carry_out(what) if what in PARTS else _step(request, one, form)
        if answer is not None:
            return answer
        one = own_run(request, pk)
    now = timezone.now()
    seats = [seat.traveller for seat in one.seats.all()]
    way = {each.traveller.pk: each for each in on_the_way(seats, now)}
    context = {
        "run": one, "title": run_title(one), "signal": run_signal(one, now), "form": form, "manage": may_manage(request),
        "people": [_person(each, way) for each in seats], "open_people": bool(way), "facts": _times(one), "parts": parts,
        "handovers": knots_of(stories.handovers(request.neighbourhood).filter(run=one), manage=False),
        "over": one.called_off_at or one.arrived_at or one.departed_at, "going": not (one.called_off_at or one.arrived_at),
    }  # fmt: skip
    context |= shown(one, way.values()) | {"trainings": trainings_url(request)}
    return render(request, "journeys/run.html", context, status=422 if form.errors or parts.wrong else 200)


def _is_timed(request: Any) -> bool:
    """Whether a POST says a step that has a time."""
    return request.POST.get("what") in ("depart", "arrive")


def _step(request: Any, one: Run, form: MomentForm) -> HttpResponse | None:
    """Carry a step out; None when the form must be shown again."""
    what = request.POST.get("what", "")
    timed = _is_timed(request)
    if timed and not form.is_valid():
        return None
    try:
        if timed:
            step = depart_run if what == "depart" else arrive_run
            step(by=request.user, run=one, at=form.cleaned_data["at"], about=form.cleaned_data["about"])
        elif what == "off":
            call_off_run(by=request.user, run=one)
        elif what == "back":
            take_back_run(by=request.user, run=one)
        else:
            raise Http404("no such step")
    except Refusal as refusal:
        if timed:
            form.add_error("at", refusal_text(refusal))
            return None
        messages.error(request, refusal_text(refusal))
    else:
        messages.success(request, _("Written down."))
    return redirect("journeys:run", one.pk)


def _person(one: Traveller, way: dict[UUID, Any]) -> dict[str, Any]:
    there = way.get(one.pk)
    state = ("info", there.held_by) if there is not None else ("green", _("arrived"))
    url = reverse("journeys:traveller", args=[one.pk])
    return {"name": name_of(one), "door": door_of(one), "holder": "", "signal": state, "url": url}


def _facts(one: Run) -> list[tuple[str, Any]]:
    """Everything about a run: beside the form that changes it."""
    night, vehicle, *times = _times(one)
    crew = [(capfirst(str(DUTIES[each.duty])), holder_of(each.hands)) for each in one.crew.all()]
    stops = [stop_words(stop) for stop in one.stops.all()]
    return [night, vehicle, *crew, *([(_("Places"), " → ".join(stops))] if stops else []), *times]


def _times(one: Run) -> list[tuple[str, Any]]:
    """Its night, by what, and when."""
    facts: list[tuple[str, Any]] = [
        (_("Night that began on"), moment(one.night, "day")),
        (_("Vehicle"), " ".join(filter(None, (str(VEHICLES[one.vehicle]), plate_of(one))))),
    ]
    moments: tuple[tuple[str, datetime | None, bool], ...] = (
        (_("Departs at"), one.planned_at, one.planned_about),
        (_("Departed"), one.departed_at, one.departed_about),
        (_("Arrived"), one.arrived_at, one.arrived_about),
    )
    return [*facts, *((word, when(at, about)) for word, at, about in moments if at is not None)]
