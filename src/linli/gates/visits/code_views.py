"""Codes for households' own pages: who has one, print slips for a building or for one home, end one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from linli.accounts import totp
from linli.accounts.slip_page import LOCAL, host_name
from linli.gates.models import HostCode
from linli.gates.reach import within
from linli.gates.visits import codes, queries
from linli.gates.visits.actions import host_codes as actions
from linli.ground.access import needs
from linli.ground.doors_search import dwelling_hits
from linli.ground.mandates import places_with
from linli.ground.models import Place
from linli.ground.places import short_address
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal
from linli.operations.queries import active_operation

MOST_HOMES = 20


@require_http_methods(["GET", "POST"])
@needs("permits.print")
def host_codes(request: Any) -> HttpResponse:
    """Which households can announce visits themselves? A POST makes codes and shows them once, to be printed."""
    inside = places_with(request.mandates, "permits.print")
    if request.method == "POST":
        return _print(request, queries.homes_at(request.neighbourhood, request.POST.get("place", ""), inside))
    operation = active_operation(request.neighbourhood)
    asked = request.GET.get("q", "").strip()
    live = queries.codes_by_place(request.neighbourhood, operation) if operation else {}
    found = dwelling_hits([request.neighbourhood], asked, inside, MOST_HOMES) if asked else []
    buildings = queries.buildings(request.neighbourhood, inside, live)
    return render(
        request,
        "gates/visits/codes.html",
        {
            "operation": operation,
            "buildings": buildings,
            "homes": sum(one.homes for one in buildings),
            "with_code": sum(one.codes for one in buildings),
            "q": asked,
            "found": [(home, short_address(home), live.get(home.pk)) for home in found],
        },
    )


def _print(request: Any, homes: list[Place]) -> HttpResponse:
    """The slips, rendered straight from the POST that made them: the codes are stored nowhere, and the page is never cached."""
    try:
        slips = actions.make_host_codes(by=request.user, neighbourhood=request.neighbourhood, homes=homes)
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
        return redirect("gates:host_codes")
    address = request.build_absolute_uri(reverse("host:home"))
    reachable = host_name(request) not in LOCAL
    response = render(
        request,
        "gates/visits/code_slips.html",
        {
            "slips": [
                (
                    short_address(slip.home),
                    codes.grouped(slip.code),
                    totp.qr(f"{address}#c={slip.code}") if reachable else "",
                )
                for slip in slips
            ],
            "address": address,
            "operation": active_operation(request.neighbourhood),
            "back_url": reverse("gates:host_codes"),
        },
    )
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@needs("permits.print")
def revoke(request: Any, pk: UUID) -> HttpResponse:
    """End the code of one household."""
    rows = HostCode.objects.filter(within(request, "permits.print", "home__path"), neighbourhood=request.neighbourhood)
    code = get_object_or_404(rows.select_related("home__parent__parent__parent"), pk=pk)
    actions.revoke_host_code(by=request.user, code=code)
    messages.success(request, _("The code of %(home)s holds no longer.") % {"home": short_address(code.home)})
    return redirect("gates:host_codes")
