"""Rosters that are worked out: asked for, watched, fixed cell by cell, taken over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.duties import proposals_solving
from linli.duties.access import MANAGE, may_manage_all
from linli.duties.actions import proposals as actions
from linli.duties.models import Post, Proposal, Volunteer
from linli.duties.proposals import Standing, standing
from linli.duties.proposals_forms import ProposalForm
from linli.duties.proposals_page import Day, day_of, grid
from linli.duties.proposals_words import broken_words, open_places
from linli.duties.solving import has_solver
from linli.duties.standing import in_order
from linli.ground.access import forbidden, needs
from linli.ground.bodies_forms import parsed_day
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal

View = Callable[..., HttpResponse]
SHOWN = 30
FREE, OFF = "free", "off"


def of_the_office(view: View) -> View:
    """For who manages the duties of the whole neighbourhood: a roster is for all its posts at once."""

    @wraps(view)
    @needs(MANAGE)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_manage_all(request):
            return forbidden(request, MANAGE)
        return view(request, *args, **kwargs)

    return guarded


def _posts(request: Any) -> list[Post]:
    today = timezone.localdate()
    rows = Post.objects.filter(neighbourhood=request.neighbourhood).exclude(ended_on__lte=today)
    return in_order(rows)


def _proposal(request: Any, pk: UUID) -> Proposal:
    rows = Proposal.objects.select_related("neighbourhood")
    found: Proposal = get_object_or_404(rows, pk=pk, neighbourhood=request.neighbourhood)
    return found


def _back(pk: UUID) -> HttpResponse:
    return redirect("duties:proposal", pk)


@require_GET
@of_the_office
def proposals(request: Any) -> HttpResponse:
    """Those that were asked for, the latest first."""
    now = timezone.now()
    rows = Proposal.objects.filter(neighbourhood=request.neighbourhood)[:SHOWN]
    shown = [(row, standing(row, now), row.until - timedelta(days=1)) for row in rows]
    waiting = sum(one in actions.OPEN for _row, one, _last in shown)
    return render(request, "duties/proposals/list.html", {"rows": shown, "waiting": waiting})


@require_http_methods(["GET", "POST"])
@of_the_office
def new(request: Any) -> HttpResponse:
    """Ask for one and begin at once."""
    form = ProposalForm(request.POST or None, posts=_posts(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            proposal = actions.open_proposal(
                by=request.user,
                neighbourhood=request.neighbourhood,
                posts=form.chosen(),
                since=said["since"],
                until=said["last"] + timedelta(days=1),
                now=timezone.now(),
                seconds=said["seconds"],
                lead_each_time=said["lead_each_time"],
            )
        except Refusal as refusal:
            form.add_error(None, refusal_text(refusal))
        else:
            return _begun(request, proposal)
    context = {"form": form, "posts": form.known, "solver": has_solver()}
    return render(request, "duties/proposals/new.html", context)


def _begun(request: Any, proposal: Proposal) -> HttpResponse:
    proposals_solving.start(actions.begin(by=request.user, proposal=proposal, now=timezone.now()))
    return _back(proposal.pk)


@require_GET
@of_the_office
def proposal(request: Any, pk: UUID) -> HttpResponse:
    """One proposal: how far it is, the roster as a table, what stays open and why."""
    row = _proposal(request, pk)
    state = standing(row, timezone.now())
    context: dict[str, Any] = {
        "proposal": row,
        "last": row.until - timedelta(days=1),
        "state": state.value,
        "open": state in actions.OPEN,
        "seconds": min(int(row.progress.get("seconds", 0)), row.seconds),
        "proven": row.progress.get("proven", False),
    }
    if state not in (Standing.TAKEN, Standing.DROPPED):
        found = grid(row)
        places = open_places(found.open, found.there) if found.filled else []
        context |= {
            "grid": found,
            "missing": found.places - found.filled,
            "unmet": places[:SHOWN],
            "more": len(places) - SHOWN,
            "broken": broken_words(found.broken, found.there),
        }
    return render(request, "duties/proposals/proposal.html", context)


@require_GET
@of_the_office
def progress(request: Any, pk: UUID) -> HttpResponse:
    """How far it is, for the page that waits."""
    row = _proposal(request, pk)
    running = standing(row, timezone.now()) is Standing.RUNNING
    seconds = min(int(row.progress.get("seconds", 0)), row.seconds) if row.state != Proposal.State.WAITING else 0
    said = {"seconds": seconds, "limit": row.seconds}
    text = _("%(seconds)s of %(limit)s seconds") % said
    if row.cost is not None and row.state != Proposal.State.WAITING:
        missing = sum(one["missing"] for one in row.unmet)
        places = ngettext("%(n)s place open", "%(n)s places open", missing) % {"n": missing}
        text = _("%(text)s · best so far: %(places)s, deviations %(cost)s") % {
            "text": text, "places": places, "cost": f"{row.cost:.0f}"}  # fmt: skip
    url = reverse("duties:proposal", args=[row.pk])
    return JsonResponse({"value": seconds, "total": row.seconds, "text": text, "done": not running, "url": url})


@require_POST
@of_the_office
def begin(request: Any, pk: UUID) -> HttpResponse:
    """Work it out again, around what was fixed."""
    try:
        return _begun(request, _proposal(request, pk))
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    return _back(pk)


@require_POST
@of_the_office
def stop(request: Any, pk: UUID) -> HttpResponse:
    """End the search and keep the best."""
    actions.stop(by=request.user, proposal=_proposal(request, pk))
    return _back(pk)


@require_POST
@of_the_office
def drop(request: Any, pk: UUID) -> HttpResponse:
    """Put it aside."""
    try:
        actions.drop(by=request.user, proposal=_proposal(request, pk))
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
        return _back(pk)
    messages.success(request, _("Put aside. Nobody was put on a shift by it."))
    return redirect("duties:proposals")


@require_POST
@of_the_office
def take(request: Any, pk: UUID) -> HttpResponse:
    """Take it over into the duties, all or nothing."""
    try:
        places = actions.take_over(by=request.user, proposal=_proposal(request, pk), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    else:
        said = ngettext("%(n)s place was taken over.", "%(n)s places were taken over.", places)
        messages.success(request, said % {"n": places})
    return _back(pk)


@require_http_methods(["GET", "POST"])
@of_the_office
def cell(request: Any, pk: UUID, volunteer: UUID, day: str) -> HttpResponse:
    """One person's day: on which shift he is, that he is on none, or that the search decides."""
    row = _proposal(request, pk)
    when: date | None = parsed_day(day)
    person = get_object_or_404(Volunteer, pk=volunteer, neighbourhood=request.neighbourhood)
    state = standing(row, timezone.now())
    if when is None or not row.since <= when < row.until or state in (Standing.TAKEN, Standing.DROPPED):
        raise Http404("no such day in the proposal")
    found = day_of(row, person, when)
    if request.method == "POST" and not found.agreed:
        return _decided(request, row, person, when, found)
    context = {"proposal": row, "person": person, "day": when, "found": found, "open": state in actions.OPEN}
    return render(request, "duties/proposals/cell.html", context)


def _decided(request: Any, row: Proposal, person: Volunteer, when: date, found: Day) -> HttpResponse:
    said = request.POST.get("day", "")
    on = next((shift for shift in found.shifts if str(shift.pk) == said), None)
    if on is not None or said in (FREE, OFF):
        try:
            actions.decide(
                by=request.user,
                proposal=row,
                volunteer=person,
                shifts=found.shifts,
                on=on,
                off=said == OFF,
                now=timezone.now(),
            )
        except Refusal as refusal:
            messages.error(request, refusal_text(refusal))
            return redirect("duties:proposal_cell", row.pk, person.pk, when.isoformat())
    return _back(row.pk)
