"""计划: which rounds there are, when they happen, what they are about; blind spots before the start, each one tap from assigned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.ground.access import needs
from linli.ground.bodies import roots, totals, visible
from linli.ground.mandates import under
from linli.ground.models import Area, Mandate, Place, PlaceKind
from linli.ground.setup_forms import show_refusal
from linli.ground.words import refusal_text
from linli.ground.zones import PURPOSE, points
from linli.kernel.refusal import Refusal
from linli.rounds import boards, jobs, rhythms
from linli.rounds.access import leads_walkers, number_of, scope_of, words_of
from linli.rounds.actions.plans import assign, end_plan, make_plan, pause_plan, picked, resume_plan, start_plan
from linli.rounds.fenced import seen
from linli.rounds.models import Occurrence, Plan
from linli.rounds.plan_forms import CallsForm, DisinfectionForm, PatrolForm, PlanForm, ReportForm
from linli.rounds.plan_words import KINDS, about_words, kind_word, state_of
from linli.rounds.plans.holding import Before, before
from linli.rounds.plans.timing import following, said
from linli.rounds.round_forms import SignForm
from linli.rounds.sheet_reading import kept_at
from linli.rounds.walkers import takers

RIGHT = "rounds.plan"
SHOWN_BLIND = 100
DISINFECTED = ("stairwell", "lift", "door_entry")


def _plans(request: Any, right: str) -> QuerySet[Plan]:
    rows = Plan.objects.filter(under(roots(request, right), "place__path")).exclude(kind="request")
    return seen(rows, request.rights, "").select_related("place__neighbourhood", "sheet")


@require_GET
@needs("rounds.read")
def plans(request: Any) -> HttpResponse:
    """Every plan with when it happens and what it is about; those that run first."""
    now, language = timezone.now(), get_language() or "en"
    rows = list(_plans(request, "rounds.read").prefetch_related("rhythms__kind").order_by("created_at"))
    opened = Occurrence.objects.filter(plan__in=[row.pk for row in rows]).order_by().values_list("plan")
    counts = dict(opened.annotate(n=Count("pk")))
    lines = [
        {"plan": row, "said": said(row, language), "state": state_of(row), "kind": kind_word(row), "rounds": counts.get(row.pk, 0),
         "next": following(row, now) if state_of(row)[0] == "green" else None}
        for row in rows
    ]  # fmt: skip
    lines.sort(key=lambda line: ("green", "amber", "info").index(line["state"][0]))
    running = sum(1 for line in lines if line["state"][0] == "green")
    context = {"lines": lines, "running": running, "may": RIGHT in request.rights}
    return render(request, "rounds/plans.html", context)


@require_GET
@needs(RIGHT)
def choose(request: Any) -> HttpResponse:
    """What kind of plan."""
    return render(request, "rounds/plan_choose.html", {"kinds": KINDS})


def _form(request: Any, kind: str) -> PlanForm:
    """The form of a kind of plan, with what there is here to choose from."""
    here: Place = request.neighbourhood
    data = request.POST or None
    sheets = kept_at(roots(request, RIGHT)).filter(retired_at__isnull=True)
    areas = list(Area.objects.filter(neighbourhood=here, purpose=PURPOSE).order_by("pk"))
    if kind == "patrol":
        return PatrolForm(here, sheets, areas, data)
    if kind == "disinfection":
        return DisinfectionForm(here, sheets, _kinds(here), data)
    if kind == "calls":
        return CallsForm(here, sheets, areas, points(here, ("estate",)), data)
    if kind == "report":
        units, teams = totals(visible([here]))
        return ReportForm(here, sheets, [*units, *teams], data)
    raise Http404("no such kind of plan")


def _kinds(here: Place) -> list[tuple[PlaceKind, int]]:
    """The kinds of place that are disinfected, each with how many there are."""
    live = Place.objects.filter(neighbourhood=here, until__isnull=True, kind__code__in=DISINFECTED)
    counts = dict(live.order_by().values_list("kind").annotate(n=Count("pk")))
    return [(kind, counts.get(kind.pk, 0)) for kind in PlaceKind.objects.filter(code__in=DISINFECTED)]


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def new(request: Any, kind: str) -> HttpResponse:
    """A new plan; it starts on its page, once its blind spots are known."""
    form = _form(request, kind)
    if request.method == "POST" and form.is_valid():
        try:
            plan = make_plan(by=request.user, place=request.neighbourhood, new=form.new())
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The plan is made. It begins when you start it."))
            return redirect("rounds:plan", pk=plan.pk)
    word, hint = KINDS[kind]
    return render(request, "rounds/plan_new.html", {"form": form, "kind": kind, "word": word, "hint": hint})


def _plan(request: Any, pk: UUID, right: str) -> Plan:
    found: Plan | None = _plans(request, right).filter(pk=pk).first()
    if found is None:
        raise Http404("no such plan here")
    return found


@require_GET
@leads_walkers
@needs("rounds.read")
def one(request: Any, pk: UUID) -> HttpResponse:
    """One plan: when, what, who; before its start the blind spots; then its rounds, and what is overdue."""
    with scope_of(request, "rounds.read"):
        plan = _plan(request, pk, "rounds.read")
        now = timezone.now()
        found = before(plan, timezone.localdate(now))
        recent = Occurrence.objects.filter(plan=plan, opened_at__isnull=False).select_related("plan", "place")
        context = {
            "plan": plan,
            "kind": kind_word(plan),
            "state": state_of(plan),
            "said": said(plan, get_language() or "en"),
            "about": about_words(plan),
            "next": following(plan, now),
            "before": found,
            "nobody": found.nobody[:SHOWN_BLIND],
            "several": [(target, who) for target, who in found.several[:SHOWN_BLIND]],
            "names": _names(found),
            "bars": boards.bars(recent.order_by("-slot_at")[:10], now),
            "rhythms": rhythms.of(plan, now),
            "may": RIGHT in request.rights,
            "people": takers(plan.place) if RIGHT in request.rights else [],
            "sign": SignForm(initial={"name": request.user.display_name}),
        }
        return render(request, "rounds/plan.html", context)


def _names(found: Before) -> dict[int, str]:
    ids = {pk for _target, who in found.several for pk in who}
    return dict(Mandate.objects.filter(pk__in=ids).values_list("pk", "holder_name"))


@require_POST
@needs(RIGHT)
def change(request: Any, pk: UUID, verb: str) -> HttpResponse:
    """Start, pause, resume or end a plan; assign what nobody answers for."""
    with scope_of(request, RIGHT):
        plan = _plan(request, pk, RIGHT)
        try:
            messages.success(request, _do(request, plan, verb))
        except Refusal as refusal:
            messages.error(request, refusal_text(refusal))
    return redirect("rounds:plan", pk=pk)


def _do(request: Any, plan: Plan, verb: str) -> str:
    if verb == "start":
        start_plan(by=request.user, plan=plan, name=words_of(request, "name", 80), why=words_of(request, "why", 200))
        jobs.open_due(plan, timezone.now())
        return _("Started. Its rounds open by themselves from now on.")
    if verb == "pause":
        pause_plan(by=request.user, plan=plan)
        return _("Paused. No further round opens.")
    if verb == "resume":
        resume_plan(by=request.user, plan=plan)
        return _("Resumed. Its rounds open again.")
    if verb == "end":
        end_plan(by=request.user, plan=plan)
        return _("Ended. What was walked stays.")
    if verb == "assign":
        count = _assign(request, plan)
        return ngettext("One place is assigned.", "%(n)s places are assigned.", count) % {"n": count}
    raise Http404("no such act")


def _assign(request: Any, plan: Plan) -> int:
    """One place, or all the ticked ones, to one office."""
    ids = [pk for raw in request.POST.getlist("place") if (pk := number_of(raw)) is not None]
    places: Sequence[Place] = list(Place.objects.filter(under([plan.place]), pk__in=ids[:1000]))
    wanted = number_of(request.POST.get("to", ""))
    mandate = picked(takers(plan.place), wanted)
    for place in places:
        assign(by=request.user, plan=plan, place=place, mandate=mandate)
    return len(places)
