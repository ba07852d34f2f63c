"""Liaison groups: who is sent where, and what each saw and found on a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.ground.access import needs
from linli.ground.actions.bodies import BodyFacts, add_body
from linli.ground.actions.members import send_group
from linli.ground.bodies import roots, visible, widest
from linli.ground.bodies_forms import parsed_day
from linli.ground.doing import tried
from linli.ground.models import BodyKind, Mandate, Place
from linli.ground.setup_forms import show_refusal
from linli.kernel.refusal import Refusal
from linli.rounds.access import neighbourhoods, scope_of
from linli.rounds.actions.visits import Found, record_finding, record_visit
from linli.rounds.forms import GroupForm, SendForm, VisitForm
from linli.rounds.groups import KIND, Group, load, owners
from linli.rounds.notes import close_of, text_of
from linli.rounds.rules import overdue


def day_of(request: Any) -> date:
    """The day of the address, or today."""
    day = parsed_day(request.GET.get("day", ""))
    return day if day is not None and 1900 < day.year < 9999 else timezone.localdate()


@require_GET
@needs("rounds.read")
def groups(request: Any) -> HttpResponse:
    """Every group with its day: visits, findings, neighbourhoods nobody went to."""
    day = day_of(request)
    with scope_of(request, "rounds.read"):
        found = load(roots(request, "rounds.read"), day)
        context = day_links(day) | {
            "groups": found,
            "visits": sum(len(g.visits) for g in found),
            "found": sum(len(g.found) for g in found),
        }
        return render(request, "rounds/groups.html", context)


def day_links(day: date) -> dict[str, Any]:
    """For ``_day.html``: the day, the one before it, and the one after it."""
    today = timezone.localdate()
    return {
        "day": day,
        "today": day == today,
        "before": (day - timedelta(days=1)).isoformat(),
        "after": (day + timedelta(days=1)).isoformat() if day < today else "",
    }


def _group(request: Any, pk: int, right: str) -> Group:
    """A group in reach; within a scope."""
    found = load(roots(request, right), day_of(request), only=pk)
    if not found:
        raise Http404("no such group here")
    return found[0]


@require_GET
@needs("rounds.read")
def group(request: Any, pk: int) -> HttpResponse:
    """One group: who is in it, where it is sent, its visits and findings of a day."""
    with scope_of(request, "rounds.read"):
        one = _group(request, pk, "rounds.read")
        today = timezone.localdate()
        sendable = _sendable(request)
        context = day_links(day_of(request)) | {
            "group": one,
            "visits": [(v, text_of(v)) for v in one.visits],
            "found": [(f, text_of(f), close_of(f), overdue(f.due_on, f.closed_at, today)) for f in one.found],
            "send": SendForm(sendable, initial={"places": [p.pk for p in one.places]}) if sendable else None,
        }
        return render(request, "rounds/group.html", context)


def _sendable(request: Any) -> list[Place]:
    """The neighbourhoods to which the user may send a group."""
    return neighbourhoods(request, "bodies.write") if "bodies.write" in request.rights else []


@require_http_methods(["GET", "POST"])
@needs("bodies.write")
def add(request: Any) -> HttpResponse:
    """A new liaison group."""
    places = roots(request, "bodies.write")
    bodies = [b for b in visible(places) if b.kind.code != KIND]
    offices = sorted(bodies, key=lambda b: b.kind.code != "office")
    reach = {p.pk: p for p in _sendable(request)}
    form = GroupForm(offices, reach.values(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        parent = next(b for b in offices if b.pk == data["parent"])
        facts = BodyFacts(data["name"], BodyKind.objects.get(code=KIND), widest(places), parent)
        try:
            with transaction.atomic():
                body = add_body(by=request.user, facts=facts)
                send_group(by=request.user, group=body, places=[reach[pk] for pk in data["places"]])
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The group is there. Now say who is in it."))
            return redirect("ground:body", pk=body.pk)
    return render(request, "rounds/group_add.html", {"form": form, "offices": offices})


@require_POST
@needs("bodies.write")
def send(request: Any, pk: int) -> HttpResponse:
    """Send a group to exactly these neighbourhoods; those outside one's reach stay as they are."""
    with scope_of(request, "bodies.write"):
        one = _group(request, pk, "bodies.write")
    reach = {p.pk: p for p in _sendable(request)}
    form = SendForm(reach.values(), request.POST)
    if form.is_valid():
        kept = [p for p in one.places if p.pk not in reach]
        tried(
            request,
            _("Saved."),
            send_group,
            by=request.user,
            group=one.body,
            places=[*kept, *(reach[pk] for pk in form.cleaned_data["places"])],
        )
    else:
        messages.error(request, _("Please choose at least one neighbourhood."))
    return redirect("rounds:group", pk=pk)


@require_http_methods(["GET", "POST"])
@needs("rounds.write")
def visit(request: Any, pk: int) -> HttpResponse:
    """Record a visit, and what was found there."""
    with scope_of(request, "rounds.write"):
        one = _group(request, pk, "rounds.write")
        reach = neighbourhoods(request, "rounds.write")
        here = [n for n in reach if any(p.contains(n) for p in one.places)]
        table = spots(here)
        people = owners(here)
        form = VisitForm(
            [(p, name) for p, name in table.items()],
            people,
            request.POST or None,
            initial={"visitor": request.user.display_name},
        )
        if request.method == "POST" and form.is_valid():
            try:
                _visit(request, one, form, people)
            except Refusal as refusal:
                show_refusal(form, refusal)
            else:
                messages.success(request, _("The visit is recorded."))
                return redirect("rounds:group", pk=pk)
        return render(request, "rounds/visit_add.html", {"form": form, "group": one})


def _visit(request: Any, one: Group, form: VisitForm, people: list[Mandate]) -> None:
    data = form.cleaned_data
    place = Place.objects.select_related("kind").get(pk=data["place"])
    with transaction.atomic():
        row = record_visit(
            by=request.user,
            group=one.body,
            place=place,
            visitor=data["visitor"],
            note=data["note"],
            happened_at=data["happened_at"],
        )
        if data["found"]:
            owner = next(m for m in people if m.pk == data["owner"])
            record_finding(
                by=request.user,
                place=place,
                found=Found(data["found"], owner, data["due_on"]),
                source=f"visit:{row.pk}",
                group=one.body,
                happened_at=data["happened_at"],
            )


def spots(reach: list[Place]) -> dict[int, str]:
    """Where a visit or a finding can be: the neighbourhoods, their gates, estates and public spots. Place id → words."""
    names = {n.pk: n.name for n in reach}
    rows = Place.objects.filter(
        neighbourhood__in=list(names),
        kind__code__in=("gate", "estate", "public_spot", "office_tower"),
        until__isnull=True,
    ).order_by("neighbourhood__path", "kind__rank", "sort")
    found: dict[int, str] = {}
    for place in reach:
        found[place.pk] = place.name
    for row in rows:
        found[row.pk] = f"{names[row.neighbourhood_id]} · {row.name}" if row.neighbourhood_id else row.name
    return found
