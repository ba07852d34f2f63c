"""Runs: vehicle, crew, places, the list of people; planned, left, arrived, called off (T04, T07, T11)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.ground.access import needs
from linli.ground.models import Mandate
from linli.ground.words import refusal_text
from linli.journeys import beside, hands, stories
from linli.journeys.access import MANAGE, READ, may_manage, require_manage
from linli.journeys.actions.arrivals import operation_of
from linli.journeys.actions.runs import (
    Crew,
    Stop,
    arrive_run,
    call_off_run,
    depart_run,
    plan_run,
    plate_of,
    take_back_run,
)
from linli.journeys.details import Outsider
from linli.journeys.faces import TRAVELLER, door_of, holder_of, name_of, run_signal, run_title, when
from linli.journeys.forms import MomentForm, RunForm, this_minute
from linli.journeys.forms_hand import Ticked
from linli.journeys.hand_lists import escorts, on_the_way
from linli.journeys.knots import knots_of
from linli.journeys.models import Run, RunCrew, Traveller
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
    crew = escorts(request)
    people = _waiting(request)
    form = RunForm(
        [
            (str(one.traveller.pk), Ticked(one.name, " · ".join(filter(None, (one.door, one.held_by)))))
            for one in people
        ],
        crew,
        request.POST or None,
        initial={"planned_at": this_minute()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = _plan(request, form.cleaned_data, crew)
        except Refusal as refusal:
            form.add_error("escort" if refusal.code == "journeys.untrained" else None, refusal_text(refusal))
        else:
            messages.success(request, _("The run is planned."))
            return redirect("journeys:run", made.pk)
    return render(request, "journeys/run_form.html", {"form": form}, status=422 if form.errors else 200)


def _waiting(request: Any) -> list[Any]:
    """Who is announced or on the way, lives here, and is on no run that still goes."""
    rows = Traveller.objects.filter(neighbourhood=request.neighbourhood, closed_at__isnull=True)
    rows = rows.exclude(
        seats__run__arrived_at__isnull=True, seats__run__called_off_at__isnull=True, seats__isnull=False
    )
    ours = rows.exclude(person__isnull=True, dwelling__isnull=True)
    return on_the_way(ours.select_related(*TRAVELLER).order_by("heard_at", "pk")[: stories.MOST], timezone.now())


def _plan(request: Any, said: dict[str, Any], crew: list[Mandate]) -> Run:
    chosen = list(Traveller.objects.filter(neighbourhood=request.neighbourhood, pk__in=said["travellers"]))
    stops = [Stop(words=said[name].strip()) for name in ("from_place", "to_place") if said[name].strip()]
    with transaction.atomic():
        return plan_run(
            by=request.user, neighbourhood=request.neighbourhood, vehicle=said["vehicle"], planned_at=said["planned_at"],
            about=said["about"], travellers=chosen, crew=_crew(request, said, crew), stops=stops, plate=said["plate"],
        )  # fmt: skip


def _crew(request: Any, said: dict[str, Any], offices: list[Mandate]) -> list[Crew]:
    """Who goes with it: our own with the day of their training, and those from outside by name."""
    place, found = request.neighbourhood, []
    of = {str(one.pk): one for one in offices}
    for name, duty in (("escort", RunCrew.Duty.ESCORT), ("receiver", RunCrew.Duty.RECEIVER)):
        mandate = of.get(said[name])
        if mandate is not None:
            day = timezone.localdate(said["planned_at"])
            found.append(Crew(hands.of_mandate(place, mandate), duty, beside.trained(mandate, duty, day)))
    for who, duty in (("driver", RunCrew.Duty.DRIVER), ("escort", RunCrew.Duty.ESCORT)):
        outsider = Outsider(said[f"{who}_name"].strip(), said[f"{who}_phone"].strip())
        if outsider.name:
            found.append(Crew(hands.of_outsider(place, operation_of(place), who, outsider), duty))
    return found


@require_http_methods(["GET", "POST"])
@needs(READ)
def run(request: Any, pk: UUID) -> HttpResponse:
    """One run; a POST says that it left, arrived, or does not go, or takes the last of these back."""
    one: Run = get_object_or_404(stories.runs(request.neighbourhood), pk=pk)
    form = MomentForm(request.POST or None, initial={"at": this_minute()})
    if request.method == "POST":
        require_manage(request)
        if (answer := _step(request, one, form)) is not None:
            return answer
    now = timezone.now()
    seats = [seat.traveller for seat in one.seats.all()]
    way = {each.traveller.pk: each for each in on_the_way(seats, now)}
    context = {
        "run": one, "title": run_title(one), "signal": run_signal(one, now), "form": form, "manage": may_manage(request),
        "people": [_person(each, way) for each in seats], "open_people": bool(way), "facts": _facts(one),
        "handovers": knots_of(stories.handovers(request.neighbourhood).filter(run=one), manage=False),
        "over": one.called_off_at or one.arrived_at or one.departed_at,
    }  # fmt: skip
    return render(request, "journeys/run.html", context, status=422 if form.errors else 200)


def _step(request: Any, one: Run, form: MomentForm) -> HttpResponse | None:
    """Carry a step out; None when the form must be shown again."""
    what = request.POST.get("what", "")
    timed = what in ("depart", "arrive")
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
    facts: list[tuple[str, Any]] = [
        (_("Night that began on"), moment(one.night, "day")),
        (_("Vehicle"), " ".join(filter(None, (str(VEHICLES[one.vehicle]), plate_of(one))))),
    ]
    for crew in one.crew.all():
        trained = _("trained on %(day)s") % {"day": moment(crew.trained_on, "day")} if crew.trained_on else ""
        facts.append((str(DUTIES[crew.duty]), " · ".join(filter(None, (holder_of(crew.hands), trained)))))
    stops = [stop.place.name if stop.place is not None else stop.words for stop in one.stops.all()]
    if stops:
        facts.append((_("Places"), " → ".join(stops)))
    moments: tuple[tuple[str, datetime | None, bool], ...] = (
        (_("Departs at"), one.planned_at, one.planned_about),
        (_("Departed"), one.departed_at, one.departed_about),
        (_("Arrived"), one.arrived_at, one.arrived_about),
    )
    for word, at, about in moments:
        if at is not None:
            facts.append((word, when(at, about)))
    return facts
