"""Pages of let flats: who rents where, where they are, when somebody last tried to reach them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from linli.ground.access import forbidden, needs
from linli.ground.mandates import places_with
from linli.ground.places import short_address
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal
from linli.tenancies import queries, words
from linli.tenancies.actions.flats import find_tenant, open_from_register, set_days, try_contact
from linli.tenancies.forms import AttemptForm, DaysForm
from linli.tenancies.models import Tenancy, Whereabouts
from linli.ui.tables import Column, Table
from linli.ui.words import moment


def _last(one: queries.Flat) -> Any:
    if one.last is None:
        return _("nobody has tried yet")
    return _("%(at)s %(result)s (%(who)s)") % {
        "at": moment(one.last.happened_at),
        "result": words.RESULTS[one.last.result],
        "who": one.last.by_name,
    }


class Flats(Table):
    """Let flats."""

    title = gettext_lazy("Let flats")
    sort = "door"
    empty = gettext_lazy("No flat matches")
    columns = (
        Column(
            "door",
            gettext_lazy("Door"),
            lambda one: one.address,
            sort=("door",),
            url=lambda one: reverse("tenancies:flat", args=[one.row.pk]),
            head=True,
        ),
        Column("names", gettext_lazy("Tenants"), lambda one: one.names, sort=("names",)),
        Column("state", gettext_lazy("Where they are"), lambda one: str(words.STATES[one.state]), sort=("state",)),
        Column(
            "last",
            gettext_lazy("Last attempt"),
            lambda one: one.last.happened_at if one.last else None,
            sort=("last",),
            show=_last,
        ),
        Column(
            "since",
            gettext_lazy("Let since"),
            lambda one: one.row.since,
            sort=("since",),
            about=lambda one: one.row.since_about,
        ),
        Column(
            "until",
            gettext_lazy("Let until"),
            lambda one: one.row.until,
            sort=("until",),
            about=lambda one: one.row.until_about,
        ),
        Column(
            "landlord",
            gettext_lazy("Landlord"),
            lambda one: one.row.landlord.person.name if one.row.landlord else "",
            sort=("landlord",),
        ),
        Column("owner", gettext_lazy("Owner"), lambda one: one.owner.holder_name if one.owner else "", sort=("owner",)),
    )


@require_http_methods(["GET", "POST"])
@needs("register.read")
def index(request: Any) -> HttpResponse:
    """Every let flat, with the exact number of tenants abroad and the list behind it."""
    if request.method == "POST":
        if "register.write" not in request.rights:
            return forbidden(request, "register.write")
        number = open_from_register(by=request.user, neighbourhood=request.neighbourhood)
        messages.success(request, _("%(n)s let flats taken over from the register.") % {"n": number})
        return redirect("tenancies:index")
    roots = places_with(request.mandates, "register.read")
    door = request.GET.get("place", "")
    if door.isdecimal() and len(door) < 18:
        one = queries.open_tenancies(request.neighbourhood, roots).filter(dwelling=int(door)).first()
        if one is not None:
            return redirect("tenancies:flat", one.pk)
        messages.info(request, _("By the register this home is not let."))
        return redirect("tenancies:index")
    flats = queries.flats(request.neighbourhood, roots)
    shown = request.GET.get("state", "")
    wanted = request.GET.get("q", "").strip()[:60]
    rows = [one for one in flats if shown not in words.STATES or any(r.state == shown for r in one.renters)]
    if request.GET.get("last") == "none":
        rows = [one for one in rows if one.last is None]
    if wanted:
        rows = [
            one
            for one in rows
            if wanted in one.names or wanted in one.address or wanted in one.address.replace(" ", "")
        ]
    table = Flats(request, rows)
    counts = queries.counts(flats)
    return table.download() or render(
        request,
        "tenancies/index.html",
        {
            "table": table,
            "flats": len(flats),
            "tenants": sum(counts.values()),
            "counts": [(code, word, counts[code]) for code, word in words.STATES.items()],
            "abroad": counts["abroad"],
            "untried": sum(1 for one in flats if one.last is None),
            "open": queries.differences(request.neighbourhood, roots).filter(resolved_at__isnull=True).count(),
            "shown": shown,
            "q": wanted,
            "may_open": "register.write" in request.rights,
        },
    )


@require_http_methods(["GET", "POST"])
@needs("register.read")
def flat(request: Any, pk: UUID) -> HttpResponse:
    """One let flat."""
    roots = places_with(request.mandates, "register.read")
    row = get_object_or_404(queries.open_tenancies(request.neighbourhood, roots), pk=pk)
    verb = request.POST.get("verb", "")
    attempt_form = AttemptForm(request.POST if verb == "attempt" else None)
    known = {"since": row.since.isoformat() if row.since else "", "until": row.until.isoformat() if row.until else ""}
    days_form = DaysForm(request.POST if verb == "days" else None, initial=known)
    if request.method == "POST":
        right = "register.write" if verb == "days" else "register.state"
        if not any(root.contains(row.dwelling) for root in places_with(request.mandates, right)):
            return forbidden(request, right)
        try:
            if _act(request, row, verb, attempt_form, days_form):
                return redirect("tenancies:flat", pk)
        except Refusal as refusal:
            messages.error(request, refusal_text(refusal))
            return redirect("tenancies:flat", pk)
    people = queries.renters([row]).get(row.pk, [])
    latest = {w.tenant_id: w for w in Whereabouts.objects.filter(tenant__tenancy=row).order_by("happened_at")}
    return render(
        request,
        "tenancies/flat.html",
        {
            "row": row,
            "address": short_address(row.dwelling),
            "people": [(one, words.STATES[one.state], latest.get(one.row.pk)) for one in people],
            "states": words.STATES.items(),
            "attempts": [(words.WAYS[a.way], words.RESULTS[a.result], a) for a in row.attempts.all()[:50]],
            "owner": queries.owners_of(request.neighbourhood).get(row.dwelling_id),
            "open": queries.differences(request.neighbourhood, roots)
            .filter(dwelling=row.dwelling, resolved_at__isnull=True)
            .count(),
            "attempt_form": attempt_form,
            "days_form": days_form,
            "may": "register.state" in request.rights,
            "may_write": "register.write" in request.rights,
        },
        status=422 if attempt_form.errors or days_form.errors else 200,
    )


def _act(request: Any, row: Tenancy, verb: str, attempt_form: AttemptForm, days_form: DaysForm) -> bool:
    if verb == "attempt" and attempt_form.is_valid():
        try_contact(by=request.user, tenancy=row, **attempt_form.cleaned_data)
        messages.success(request, _("The attempt is noted with your name and the time."))
        return True
    if verb == "days" and days_form.is_valid():
        set_days(by=request.user, tenancy=row, **days_form.cleaned_data)
        messages.success(request, _("The days are corrected."))
        return True
    if verb == "state":
        tenant = next(
            (one for one in row.tenants.select_related("person") if str(one.pk) == request.POST.get("tenant", "")), None
        )
        if tenant is None:
            raise Http404("no such tenant")
        find_tenant(by=request.user, tenant=tenant, state=request.POST.get("state", ""))
        messages.success(request, _("Recorded. Who is away is away on the register too."))
        return True
    return False
