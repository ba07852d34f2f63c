"""Groups and mailboxes that hear of notices: which there are, whether they work, a test, another address, the end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.ground.access import needs
from linli.ground.doing import tried
from linli.ground.models import Area
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal
from linli.notices import mail, queries
from linli.notices.actions import channels as act
from linli.notices.addresses import address_of
from linli.notices.forms import AddressForm, ChannelForm
from linli.notices.jobs import post
from linli.notices.models import Channel
from linli.notices.words import SERVICES, problem
from linli.vault import KeyMissing

RIGHT = "notices.manage"


@require_GET
@needs(RIGHT)
def channels(request: Any) -> HttpResponse:
    """Every group and mailbox with its state; zones without a group by name (P03)."""
    rows = queries.in_use(request.neighbourhood)
    waits = queries.pending(rows)
    have = {one.area_id for one in rows if one.kind != Channel.Kind.MAIL}
    zones = Area.objects.filter(neighbourhood=request.neighbourhood, purpose="zone").order_by("pk")
    context = {
        "rows": [{"channel": one, "waits": waits.get(one.pk, 0), **_said(one)} for one in rows],
        "bare": [one for one in zones if one.pk not in have],
        "failing": sum(one.failing_since is not None for one in rows),
    }
    return render(request, "notices/channels.html", context)


def _said(channel: Channel) -> dict[str, Any]:
    """How a page says a channel: the service, the masked address, what is wrong and the way out."""
    try:
        masked = address_of(channel).masked
    except KeyMissing:
        masked = ""
    trouble, way_out = problem(channel.problem) if channel.problem else ("", "")
    return {"service": SERVICES[channel.kind], "masked": masked, "trouble": trouble, "way_out": way_out}


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def add(request: Any) -> HttpResponse:
    """A new group or mailbox; a test follows on its page."""
    zones = Area.objects.filter(neighbourhood=request.neighbourhood, purpose="zone").order_by("pk")
    form = ChannelForm(list(zones), mail=mail.available(), data=request.POST or None)
    if request.method == "GET":
        form.initial["area"] = request.GET.get("area", "")
    if request.method == "POST" and form.is_valid():
        try:
            made = act.add_channel(by=request.user, neighbourhood=request.neighbourhood, **form.values())
        except Refusal as refusal:
            _show(form, refusal)
        else:
            messages.success(request, _("Added. Send a test, and look whether it arrives."))
            return redirect("notices:channel", made.pk)
    return render(request, "notices/channel_add.html", {"form": form})


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def channel(request: Any, pk: UUID) -> HttpResponse:
    """One group or mailbox: does it work, send a test, another address, the end."""
    row = _found(request, pk)
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act.change_address(by=request.user, channel=row, **form.cleaned_data)
        except Refusal as refusal:
            _show(form, refusal)
        else:
            messages.success(request, _("The new address is kept. Send a test, and look whether it arrives."))
            return redirect("notices:channel", row.pk)
    waits = queries.pending([row]).get(row.pk, 0)
    return render(request, "notices/channel.html", {"channel": row, "form": form, "waits": waits, **_said(row)})


@require_POST
@needs(RIGHT)
def test(request: Any, pk: UUID) -> HttpResponse:
    """Send a test and say what came of it."""
    row = _found(request, pk)
    try:
        answer = act.try_channel(by=request.user, channel=row, send=post)
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
        return redirect("notices:channels")
    if answer.ok:
        messages.success(request, _("The service took the test. Look in the group whether it stands there."))
    else:
        trouble, way_out = problem(answer.problem)
        number = _("(number %(number)s)") % {"number": answer.number} if answer.number else ""
        messages.error(request, " ".join(part for part in (str(trouble), str(way_out), number) if part))
    return redirect("notices:channel", row.pk)


@require_POST
@needs(RIGHT)
def end(request: Any, pk: UUID) -> HttpResponse:
    """Nothing goes out through it any more."""
    tried(
        request,
        _("Ended. Nothing goes there any more; its address is erased."),
        act.end_channel,
        by=request.user,
        channel=_found(request, pk),
    )
    return redirect("notices:channels")


FIELDS = {"notices.zone_has_group": "area", "notices.zone_elsewhere": "area", "notices.channel_over": None}


def _show(form: AddressForm, refusal: Refusal) -> None:
    """Beside the field that it is about: nearly always the address."""
    form.add_error(FIELDS.get(refusal.code, "address"), refusal_text(refusal))


def _found(request: Any, pk: UUID) -> Channel:
    found: Channel = get_object_or_404(
        Channel.objects.select_related("area"), pk=pk, neighbourhood=request.neighbourhood, ended_at__isnull=True
    )
    return found
