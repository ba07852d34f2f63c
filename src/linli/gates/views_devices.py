"""Phones at gates: enrol by a one-time QR, see when each was last heard, change its shift, cut it off."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_time
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from linli.gates import words
from linli.gates.actions import devices as actions
from linli.gates.forms import EnrolForm, ends_from, next_time
from linli.gates.models import Device
from linli.gates.queries import gate_label
from linli.gates.reach import gates_for, within
from linli.ground.access import needs
from linli.ground.bodies import standing
from linli.ground.mandates import under
from linli.ground.models import Body, Place
from linli.kernel.refusal import Refusal

SILENT = timedelta(minutes=10)
"""A phone on shift that has not been heard for this long is shown as silent (*(ours)*; it says something each minute)."""
SHOWN_DAYS = 7


def refusal_text(refusal: Refusal) -> str:
    """The refusal's sentence in the active language."""
    text = _(refusal.message)
    return text % refusal.params if refusal.params else text


@require_http_methods(["GET", "POST"])
@needs("devices.manage")
def devices(request: Any) -> HttpResponse:
    """Which phones stand at which gates? A POST makes a one-time code and shows it once."""
    gates = gates_for(request, "devices.manage")
    now = timezone.now()
    form = EnrolForm(request.POST or None, gates=gates, bodies=bodies_near(request.neighbourhood))
    if request.method == "POST" and form.is_valid():
        start, end = form.shift(now)
        gate = form.gates[form.cleaned_data["gate"]]
        try:
            token, code = actions.make_token(
                by=request.user,
                gate=gate,
                shift_start=start,
                shift_end=end,
                name=form.cleaned_data["name"],
                holder=form.holder(),
            )
        except Refusal as refusal:
            messages.error(request, refusal_text(refusal))
        else:
            return _show_code(request, token, code, gate)
    return render(request, "gates/devices.html", {"form": form, "gates": gates, **_lists(request, now)})


def bodies_near(neighbourhood: Place) -> QuerySet[Body]:
    """For which bodies somebody can stand at a gate here: those at home in the neighbourhood, and property companies and
    teams of volunteers from above it."""
    above = Q(place__in=neighbourhood.ancestor_ids(), kind__code__in=("property_company", "volunteer_team"))
    here = under([neighbourhood], "place__path")
    return Body.objects.filter(standing(), here | above).order_by("kind__rank", "name")


def _show_code(request: Any, token: Any, code: str, gate: Any) -> HttpResponse:
    """The page with the code; it is shown once, never stored, never cached."""
    address = request.build_absolute_uri("/scan/") + f"#e={code}"
    picture = segno.make(address, error="m", micro=False).svg_data_uri(scale=6, border=4, dark="#111", light="#fff")
    response = render(
        request,
        "gates/enrol.html",
        {
            "token": token,
            "picture": picture,
            "code": [code[:4], code[4:]],
            "gate": gate_label(gate),
            "holder": words.holder(token),
            "secure": address.startswith("https:") or request.get_host().split(":")[0] in ("localhost", "127.0.0.1"),
        },
    )
    response["Cache-Control"] = "no-store"
    return response


def _lists(request: Any, now: Any) -> dict[str, Any]:
    rows = Device.objects.filter(
        within(request, "devices.manage"),
        neighbourhood=request.neighbourhood,
        shift_end__gt=now - timedelta(days=SHOWN_DAYS),
    ).select_related("gate__parent", "gate__kind", "body")
    lines = [_line(device, now) for device in rows.order_by("gate__sort", "-shift_end", "name")]
    on_shift = [line for line in lines if line["state"] in ("on", "silent")]
    return {
        "on_shift": on_shift,
        "past": [line for line in lines if line not in on_shift],
        "ends": ends_from(now),
        "silent": sum(1 for line in on_shift if line["state"] == "silent"),
    }


def _line(device: Device, now: Any) -> dict[str, Any]:
    if device.cut_off_at is not None:
        state, kind, word = "cut", "red", _("cut off")
    elif device.shift_end <= now:
        state, kind, word = "over", "info", _("shift over")
    elif device.last_seen_at is None or now - device.last_seen_at > SILENT:
        state, kind, word = "silent", "amber", _("not heard for a while")
    else:
        state, kind, word = "on", "green", _("on shift")
    return {
        "device": device,
        "gate": gate_label(device.gate),
        "holder": words.holder(device),
        "state": state,
        "kind": kind,
        "word": word,
        "skew": round(device.skew_ms / 60_000) if abs(device.skew_ms) > 60_000 else 0,
    }


def _own(request: Any, pk: UUID) -> Device:
    rows = Device.objects.filter(within(request, "devices.manage"), neighbourhood=request.neighbourhood)
    return get_object_or_404(rows, pk=pk)


@require_POST
@needs("devices.manage")
def cut_off(request: Any, pk: UUID) -> HttpResponse:
    """Cut a phone off."""
    device = actions.cut_off(by=request.user, device=_own(request, pk))
    messages.success(
        request,
        _("“%(name)s” is cut off. It erases its list at its next contact; what it still sends waits for you.")
        % {"name": device.name or device.pk},
    )
    return redirect("gates:devices")


def _clock(text: str) -> time | None:
    try:
        return parse_time(text)
    except ValueError:
        return None


@require_POST
@needs("devices.manage")
def change_shift(request: Any, pk: UUID) -> HttpResponse:
    """Let a shift end at another time."""
    clock = _clock(request.POST.get("until", ""))
    if clock is None:
        messages.error(request, _("Please give the time as hours and minutes, for example 20:00."))
        return redirect("gates:devices")
    try:
        device = actions.change_shift(
            by=request.user, device=_own(request, pk), shift_end=next_time(clock, timezone.now())
        )
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    else:
        messages.success(
            request,
            _("The shift of “%(name)s” ends at %(time)s.")
            % {"name": device.name, "time": f"{timezone.localtime(device.shift_end):%H:%M}"},
        )
    return redirect("gates:devices")
