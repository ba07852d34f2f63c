"""Pages of arrivals: who comes, who is registered, how long it took."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.ground.access import forbidden, needs
from linli.ground.mandates import places_with
from linli.ground.models import Place
from linli.ground.places import short_address
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal
from linli.operations.queries import active_operation
from linli.returnees import queries, rules, words
from linli.returnees.actions import cases
from linli.returnees.forms import CloseForm, RegisterForm, SignalForm, initial
from linli.returnees.matching import proposals
from linli.returnees.models import Case
from linli.returnees.return_views import away_table
from linli.returnees.returns import absent, windows
from linli.ui.tables import Column, Table
from linli.ui.templatetags.linli_ui import signal as signal_mark
from linli.ui.words import moment


def _link(one: queries.Line) -> Any:
    return format_html('<a class="name" href="{}">{}</a>', f"/returnees/{one.row.pk}/", one.name)


def _state(one: queries.Line) -> Any:
    if one.late:
        due = _("due %(at)s") % {"at": moment(one.row.due_at)}
        return format_html('{} <span class="muted">{}</span>', signal_mark("red", _("past its time")), due)
    return signal_mark(words.KINDS[one.state], words.STATES[one.state])


class Arrivals(Table):
    """Cases of one state."""

    title = gettext_lazy("Arrivals")
    sort = "first"
    empty = gettext_lazy("Nobody here")
    columns = (
        Column("name", gettext_lazy("Name"), lambda one: one.name, sort=("name",), show=_link, head=True),
        Column(
            "door",
            gettext_lazy("Door"),
            lambda one: one.address,
            sort=("door",),
            show=lambda one: one.address or _("not known yet"),
        ),
        Column(
            "first",
            gettext_lazy("First word"),
            lambda one: one.facts.first_at,
            sort=("first",),
            about=lambda one: one.facts.about,
            show=lambda one: (
                (_("about %(value)s") % {"value": moment(one.facts.first_at)})
                if one.facts.about
                else moment(one.facts.first_at)
            ),
        ),
        Column(
            "source",
            gettext_lazy("Word came from"),
            lambda one: "、".join(str(words.SOURCES[s]) for s in dict.fromkeys(x.source for x in one.signals)),
        ),
        Column(
            "minutes",
            gettext_lazy("Until registered"),
            lambda one: one.minutes,
            sort=("minutes",),
            show=lambda one: words.duration(one.minutes, one.facts.about),
            number=True,
        ),
        Column(
            "arrives",
            gettext_lazy("Arrives"),
            lambda one: one.row.arrives_until or one.row.arrives_from,
            sort=("arrives",),
            about=lambda one: one.row.arrives_about,
            show=lambda one: words.window(one.row.arrives_from, one.row.arrives_until, one.row.arrives_about),
        ),
        Column("owner", gettext_lazy("Owner"), lambda one: one.row.owner.holder_name, sort=("owner",)),
        Column("state", gettext_lazy("State"), lambda one: str(words.STATES[one.state]), show=_state),
    )


def _roots(request: Any, right: str = "register.read") -> list[Place]:
    return places_with(request.mandates, right)


@require_GET
@needs("register.read")
def index(request: Any) -> HttpResponse:
    """Who arrives, the unregistered first; the time from the first word to the register."""
    now = timezone.now()
    lines = [queries.line(one, now) for one in queries.cases(request.neighbourhood, _roots(request))]
    shown = request.GET.get("state", "open")
    shown = shown if shown in words.STATES else "open"
    table = Arrivals(request, [one for one in lines if one.state == shown])
    answer = table.download()
    if answer is not None:
        return answer
    spread = rules.spread([one.facts for one in lines], now)
    hours, source = rules.hours_allowed(timezone.localdate(now))
    return render(
        request,
        "returnees/index.html",
        {
            "table": table,
            "spread": spread,
            "median": words.clock(spread.median),
            "slowest": words.clock(spread.slowest),
            "longest": words.clock(spread.open_longest),
            "bands": [(words.BANDS[name], number) for name, number in spread.within],
            "tabs": [(code, word, sum(1 for one in lines if one.state == code)) for code, word in words.STATES.items()],
            "shown": shown,
            "hours": hours,
            "source": source,
            "operation": active_operation(request.neighbourhood, now),
            "may_note": "register.state" in request.rights,
            "may_list": "register.import" in request.rights,
            "any": bool(lines),
        },
    )


@require_http_methods(["GET", "POST"])
@needs("register.state")
def new(request: Any) -> HttpResponse:
    """Note that somebody arrives; registering follows on the next page."""
    operation = active_operation(request.neighbourhood)
    given: dict[str, Any] = {}
    door = request.GET.get("place", "")
    if door.isdecimal() and len(door) < 18:
        place = Place.objects.filter(pk=int(door), neighbourhood=request.neighbourhood).first()
        given = {"address": short_address(place).replace(" ", "")} if place else {}
    form = SignalForm(request.POST or None, neighbourhood=request.neighbourhood, quiet=operation is None, initial=given)
    if request.method == "POST" and form.is_valid():
        roots = _roots(request, "register.state")
        if form.dwelling is not None and not any(root.contains(form.dwelling) for root in roots):
            form.add_error("address", _("This door is not in your area."))
        else:
            try:
                found = cases.signal(
                    by=request.user,
                    neighbourhood=request.neighbourhood,
                    source=form.cleaned_data["source"],
                    details=form.details(),
                    told=form.when(),
                    dwelling=form.dwelling,
                    journey=form.journey(),
                )
            except Refusal as refusal:
                form.add_error(None, refusal_text(refusal))
            else:
                messages.success(request, _("Noted. The case has an owner and a due time from now on."))
                if queries.cases(request.neighbourhood, _roots(request)).filter(pk=found.pk).exists():
                    return redirect("returnees:case", found.pk)
                return redirect("returnees:index")
    context = {"form": form, "operation": operation}
    return render(request, "returnees/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs("register.read")
def case(request: Any, pk: UUID) -> HttpResponse:
    """One arrival: what is known, the registration, what is left to do."""
    now = timezone.now()
    row = get_object_or_404(queries.cases(request.neighbourhood, _roots(request)), pk=pk)
    one = queries.line(row, now)
    verb = request.POST.get("verb", "")
    asked = {"neighbourhood": request.neighbourhood, "quiet": row.operation is None}
    form = RegisterForm(request.POST if verb == "register" else None, initial=initial(row, one.said), **asked)
    close_form = CloseForm(request.POST if verb == "close" else None)
    if request.method == "POST":
        if "register.state" not in request.rights:
            return forbidden(request, "register.state")
        try:
            if _act(request, row, verb, form, close_form):
                return redirect("returnees:case", pk)
        except Refusal as refusal:
            messages.error(request, refusal_text(refusal))
            return redirect("returnees:case", pk)
    row.refresh_from_db()
    meant = proposals(request.neighbourhood, one.said, row.dwelling, inside=_roots(request))
    return render(
        request,
        "returnees/case.html",
        {
            "one": one,
            "form": form,
            "close_form": close_form,
            "took": words.duration(one.minutes, one.facts.about),
            "arrives": words.window(row.arrives_from, row.arrives_until, row.arrives_about),
            "signals": [(words.SOURCES[s.source], s) for s in one.signals],
            "state": words.STATES[one.state],
            "kind": "red" if one.late else words.KINDS[one.state],
            "owner": queries.owner_now(row, timezone.localdate(now)),
            "closed_as": words.CLOSED.get(row.closed_as, _("joined with another signal")),
            "meant": [(p, "、".join(str(words.REASONS[r]) for r in p.reasons)) for p in meant],
            "alike": queries.alike(row, _roots(request), now) if one.state in (rules.OPEN, rules.REGISTERED) else [],
            "may": "register.state" in request.rights and one.state in (rules.OPEN, rules.REGISTERED),
        },
        status=422 if form.errors or close_form.errors else 200,
    )


def _act(request: Any, row: Case, verb: str, form: RegisterForm, close_form: CloseForm) -> bool:
    if verb == "register" and form.is_valid():
        if form.dwelling is not None and not any(r.contains(form.dwelling) for r in _roots(request, "register.state")):
            form.add_error("address", _("This door is not in your area."))
            return False
        person = None
        for meant in proposals(request.neighbourhood, form.details(), form.dwelling, inside=_roots(request)):
            if str(meant.person.pk) == request.POST.get("person", ""):
                person = meant.person
        cases.register(
            by=request.user,
            case=row,
            details=form.details(),
            journey=form.journey(),
            dwelling=form.dwelling,
            person=person,
        )
        messages.success(request, _("Registered."))
        return True
    if verb == "settle":
        cases.settle(by=request.user, case=row)
        messages.success(request, _("Settled. The register says that the person is at home."))
        return True
    if verb == "close" and close_form.is_valid():
        cases.close(
            by=request.user, case=row, reason=close_form.cleaned_data["reason"], text=close_form.cleaned_data["text"]
        )
        messages.success(request, _("Closed with its reason."))
        return True
    if verb == "join":
        wanted = {str(one.row.pk): one.row for one in queries.alike(row, _roots(request), timezone.now())}
        into = wanted.get(request.POST.get("into", ""))
        if into is None:
            raise Http404("no such case")
        cases.join(by=request.user, case=row, into=into)
        messages.success(request, _("Joined. The earliest word counts."))
        return True
    return False


@require_GET
@needs("register.read")
def expected(request: Any) -> HttpResponse:
    """Who is expected on which day; exact days and rough ones apart."""
    now = timezone.now()
    lines = [queries.line(one, now) for one in queries.cases(request.neighbourhood, _roots(request))]
    coming = [one for one in lines if one.state in (rules.OPEN, rules.REGISTERED) and not one.row.arrived]
    table = Arrivals(request, coming)
    table.sort = "arrives"  # type: ignore[misc]
    gone = absent(request.neighbourhood, _roots(request))
    plans = windows(gone)
    away, shown, tabs = away_table(request, gone)
    days = queries.expected(lines, timezone.localdate(now), plans=plans)
    return table.download() or render(
        request,
        "returnees/expected.html",
        {
            "may_list": "register.import" in request.rights,
            "days": days,
            "table": table,
            "coming": len(coming) + len(plans),
            "cases": len(coming),
            "away": away,
            "gone": len(gone),
            "shown": shown,
            "tabs": tabs,
            "unknown": sum(1 for one in coming if one.row.arrives_from is None),
        },
    )
