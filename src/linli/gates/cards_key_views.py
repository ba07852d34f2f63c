"""Signing keys, and the faces of gate groups: what the office sets once (SEEDS G04)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from linli.gates import cards_faces
from linli.gates.cards_forms import GroupForm
from linli.gates.cards_keys import figures, rotate_key, withdraw_key
from linli.ground.access import needs
from linli.ground.models import Area
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal
from linli.ui.words import number


@require_http_methods(["GET", "POST"])
@needs("gates.manage")
def keys(request: Any) -> HttpResponse:
    """The signing keys: which signs, how many cards each holds; a new one on the spot, a stolen one after its count is shown."""
    if request.method == "POST":
        row = rotate_key(by=request.user, neighbourhood=request.neighbourhood)
        said = _("New cards are signed with key %(kid)s. Every card that is out stays good.") % {"kid": row.kid}
        messages.success(request, said)
        return redirect("gates:permits_keys")
    return render(request, "gates/cards/keys.html", {"keys": figures(request.neighbourhood)})


@require_http_methods(["GET", "POST"])
@needs("gates.manage")
def withdraw(request: Any, kid: str) -> HttpResponse:
    """Withdraw a key: first how many cards die, then the act, then the order of the new ones."""
    if request.method == "POST":
        try:
            dead = withdraw_key(by=request.user, neighbourhood=request.neighbourhood, kid=kid)
        except Refusal as refusal:
            messages.error(request, refusal_text(refusal))
            return redirect("gates:permits_keys")
        said = ngettext(
            "The key is withdrawn. %(n)s card is to be printed anew.",
            "The key is withdrawn. %(n)s cards are to be printed anew.",
            dead,
        ) % {"n": number(dead)}
        messages.warning(request, said)
        return redirect("gates:permits_new" if dead else "gates:permits_keys")
    found = next((one for one in figures(request.neighbourhood) if one.row.kid == kid), None)
    if found is None or found.row.withdrawn_at is not None:
        return redirect("gates:permits_keys")
    return render(request, "gates/cards/withdraw.html", {"key": found})


@require_http_methods(["GET", "POST"])
@needs("gates.manage")
def groups(request: Any) -> HttpResponse:
    """The gate groups with colour and shape, and a form for one more."""
    return _group_page(request, None)


@require_http_methods(["GET", "POST"])
@needs("gates.manage")
def group(request: Any, pk: int) -> HttpResponse:
    """One gate group: its name, its gates and parts, its colour and shape."""
    return _group_page(request, get_object_or_404(Area, pk=pk, neighbourhood=request.neighbourhood))


def _group_page(request: Any, area: Area | None) -> HttpResponse:
    place = request.neighbourhood
    form = GroupForm(request.POST or None, neighbourhood=place, area=area)
    if request.method == "POST" and form.is_valid():
        try:
            cards_faces.set_group(by=request.user, neighbourhood=place, area=area, chosen=form.chosen())
        except Refusal as refusal:
            form.add_error(None, refusal_text(refusal))
        else:
            messages.success(
                request,
                _("Saved. Cards that are printed from now on show it; the phones learn it with their next pack."),
            )
            return redirect("gates:permits_groups")
    context = {"form": form, "area": area, "groups": cards_faces.groups(place), "free": len(form.free_shapes())}
    return render(request, "gates/cards/groups.html", context)
