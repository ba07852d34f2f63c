"""访客: who is expected, who came, who did not; announce a visit, file work, print its slip, take it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.gates.models import Visit
from linli.gates.queries import gate_label
from linli.gates.reach import gates_for, within
from linli.gates.visits import codes, queries
from linli.gates.visits.actions import register
from linli.gates.visits.forms import OfficeForm
from linli.gates.visits.sealed import Coming, coming_of
from linli.gates.visits.shown import came, hours, state, state_signal, when, who
from linli.gates.visits.words import CONSENTS, ENTRIES, STATES
from linli.gates.words import word
from linli.ground.access import needs
from linli.ground.doing import tried
from linli.ground.doors_search import dwelling_hits
from linli.ground.mandates import places_with
from linli.ground.models import Place
from linli.ground.places import DOOR_KINDS, short_address
from linli.ground.words import refusal_text
from linli.kernel import permit_number
from linli.kernel.refusal import Refusal
from linli.operations.queries import active_operation, ruleset_for
from linli.ui.tables import Column, Table
from linli.ui.words import moment

BEFORE, AFTER = 14, 14
"""Days that can be looked at: as long as visits are kept, and as far ahead as they are announced."""
MOST_HOMES = 30


class Visits(Table):
    """The visits of a day."""

    title = gettext_lazy("Visitors")
    sort = "when"
    per_page = 50
    empty = gettext_lazy("No visit matches")
    columns: ClassVar[Sequence[Column]] = (
        Column("number", gettext_lazy("Visit number"), lambda v: permit_number.shown(v.number), sort=("number",), head=True, nowrap=True,
               url=lambda v: reverse("gates:visit", args=[v.pk])),
        Column("when", gettext_lazy("Time"), hours, sort=("since", "until")),
        Column("state", gettext_lazy("State"), lambda v: word(STATES, state(v)), show=state_signal),
        Column("home", gettext_lazy("Goes to"), lambda v: short_address(v.host), sort=("host__path",)),
        Column("who", gettext_lazy("Who"), who),
        Column("gate", gettext_lazy("Gate"), lambda v: gate_label(v.gate), sort=("gate__path",)),
        Column("came", gettext_lazy("Came in"), came),
    )  # fmt: skip


def _day(request: Any) -> date:
    today = timezone.localdate()
    try:
        day = parse_date(request.GET.get("day", "")) or today
    except ValueError:
        day = None
    if day is None or abs((day - today).days) > max(BEFORE, AFTER):
        raise Http404
    return day


@require_GET
@needs("gates.read")
def visits(request: Any) -> HttpResponse:
    """Who is expected, and who came? By day, gate and state; a search looks through all days."""
    now, day, asked = timezone.now(), _day(request), request.GET.get("q", "").strip()
    mine = Visit.objects.filter(within(request, "gates.read"), neighbourhood=request.neighbourhood)
    today = queries.with_uses(mine & queries.of_day(request.neighbourhood, day))
    counted = queries.counts(today, now)
    rows = queries.searched(queries.with_uses(mine), request.neighbourhood, asked) if asked else today
    gates = gates_for(request, "gates.read")
    gate = next((one for one in gates if str(one.pk) == request.GET.get("gate")), None)
    rows = rows.filter(gate=gate) if gate else rows
    chosen = request.GET.get("state", "")
    rows = queries.in_state(rows, chosen, now).select_related(*queries.WITH_HOME)
    table = Visits(request, rows, sub=moment(day, "day"))
    return table.download() or render(
        request,
        "gates/visits/list.html",
        {
            "table": table,
            "counts": counted,
            "day": day,
            "days": [timezone.localdate() + timedelta(days=n) for n in range(AFTER, -BEFORE, -1)],
            "today": day == timezone.localdate(),
            "gates": [(one.pk, gate_label(one)) for one in gates],
            "gate": gate,
            "state": chosen,
            "states": STATES.items(),
            "q": asked,
            "operation": active_operation(request.neighbourhood),
            "any": counted["all"] or Visit.objects.filter(neighbourhood=request.neighbourhood).exists(),
        },
    )


@require_GET
@needs("gates.read")
def visit(request: Any, pk: UUID) -> HttpResponse:
    """One visit: who, when, where, how the household agreed, and what became of it."""
    return render(request, "gates/visits/visit.html", _facts(request, _visit(request, pk, "gates.read")))


def _visit(request: Any, pk: UUID, right: str) -> Visit:
    rows = queries.with_uses(Visit.objects.filter(within(request, right), neighbourhood=request.neighbourhood))
    found: Visit = get_object_or_404(rows.select_related("operation", *queries.WITH_HOME), pk=pk)
    return found


def _facts(request: Any, row: Visit) -> dict[str, Any]:
    may = any(place.contains(row.gate) for place in places_with(request.mandates, "gates.visits"))
    now = state(row)
    uses = row.uses.select_related("gate", "device").order_by("-happened_at")[:50]
    return {
        "visit": row,
        "number": permit_number.shown(row.number),
        "state": state_signal(row),
        "who": who(row),
        "coming": coming_of(row) if may else Coming(),
        "home": short_address(row.host),
        "gate": gate_label(row.gate),
        "hours": hours(row),
        "when": when(row),
        "entries": word(ENTRIES, row.entries),
        "consent": word(CONSENTS, row.consent_by),
        "uses": uses,
        "may": may,
        "waits": now == "promise",
        "holds": now not in ("withdrawn", "promise", "not_come"),
        "open": now in ("expected", "promise") or (now in ("in", "used") and row.entries != Visit.Entries.ONCE),
    }


@require_http_methods(["GET", "POST"])
@needs("gates.visits")
def new(request: Any) -> HttpResponse:
    """Announce a visit for a household: find the home first, then say who comes."""
    now, home = timezone.now(), _home(request)
    inside = places_with(request.mandates, "gates.visits")
    asked = request.GET.get("q", "").strip()
    homes = dwelling_hits([request.neighbourhood], asked, inside, MOST_HOMES) if asked and home is None else []
    operation = active_operation(request.neighbourhood, now)
    context: dict[str, Any] = {
        "q": asked,
        "homes": [(one.pk, short_address(one)) for one in homes],
        "home": home,
        "operation": operation,
    }
    if home is None or operation is None:
        return render(request, "gates/visits/new.html", context)
    gates = [gate for gate in queries.gates_to(home) if any(place.contains(gate) for place in inside)]
    form = OfficeForm(
        request.POST or None,
        home=home,
        gates=gates,
        now=now,
        ends=timezone.localdate(operation.ends_at),
        rules=ruleset_for(operation, now),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = register.register_visit(
                by=request.user, wish=form.wish(), consent=form.cleaned_data["consent"], promise=form.promised()
            )
        except Refusal as refusal:
            form.refuse(refusal.code, refusal_text(refusal))
        else:
            messages.success(request, _("Announced as %(number)s.") % {"number": permit_number.shown(made.number)})
            return redirect("gates:visit", made.pk)
    context |= {"form": form, "address": short_address(home), "gates": gates}
    return render(request, "gates/visits/new.html", context, status=422 if form.errors else 200)


def _home(request: Any) -> Place | None:
    """The home that the address names, where the user may announce visits."""
    asked = request.GET.get("place", "")
    if not asked.isascii() or not asked.isdecimal() or len(asked) > 18:
        return None
    rows = Place.objects.filter(neighbourhood=request.neighbourhood, kind__code__in=DOOR_KINDS, until__isnull=True)
    home = rows.select_related("kind", "parent__parent__parent").filter(pk=int(asked)).first()
    if home is None or not any(place.contains(home) for place in places_with(request.mandates, "gates.visits")):
        raise Http404
    return home


@require_POST
@needs("gates.visits")
def withdraw(request: Any, pk: UUID) -> HttpResponse:
    """Take a visit back."""
    tried(
        request,
        _("Taken back. Its code is refused from now on."),
        register.withdraw_visit,
        by=request.user,
        visit=_visit(request, pk, "gates.visits"),
    )
    return redirect("gates:visit", pk)


@require_POST
@needs("gates.visits")
def promise(request: Any, pk: UUID) -> HttpResponse:
    """The written promise has been seen."""
    register.note_promise(by=request.user, visit=_visit(request, pk, "gates.visits"))
    messages.success(request, _("The promise is noted; the code holds now."))
    return redirect("gates:visit", pk)


@require_GET
@needs("gates.visits")
def slip(request: Any, pk: UUID) -> HttpResponse:
    """A slip with the code, for who has no phone. It carries no name."""
    row = _visit(request, pk, "gates.visits")
    facts = _facts(request, row)
    if not facts["holds"]:
        raise Http404
    context = {**facts, "picture": codes.picture(codes.text_of(row, timezone.now()))}
    response = render(request, "gates/visits/slip.html", {**context, "back_url": reverse("gates:visit", args=[row.pk])})
    response["Cache-Control"] = "no-store"
    return response
