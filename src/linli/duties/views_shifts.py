"""One shift: who stands there, who could step in, who came, what is handed over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.duties import standing
from linli.duties.access import may_manage, own_person, own_shift, own_stint, require
from linli.duties.actions.attendance import say_came, say_left, say_missed, withdraw_attendance, write_note
from linli.duties.actions.shifts import cancel_shift
from linli.duties.actions.stints import assign, invite, release
from linli.duties.models import Shift, Stint
from linli.duties.notes import notes_of
from linli.duties.rules import OVERRIDABLE
from linli.duties.stepping_in import Option, options
from linli.duties.words import HOWS, STANDINGS, why
from linli.ground.access import needs
from linli.ground.doing import tried
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal

FIRST = 8


@require_GET
@needs("duties.read")
def shift(request: Any, pk: UUID) -> HttpResponse:
    """The page of a shift."""
    now, one = timezone.now(), own_shift(request, pk)
    (held,) = standing.held([one], now)
    manage = may_manage(request, one.post)
    everybody = options(one, now) if manage and one.ends_at > now and one.cancelled_at is None else []
    here = {seat.volunteer.pk for seat in held.seats}
    others = [option for option in everybody if option.volunteer.pk not in here]
    can = [option for option in others if option.can]
    context = {
        "held": held,
        "shift": one,
        "seats": [(seat, *STANDINGS[seat.standing], HOWS[seat.stint.how]) for seat in held.seats],
        "needs": one.needs.select_related("training", "body"),
        "can": can[:FIRST],
        "more": can[FIRST:],
        "despite": [(option, _reasons(option)) for option in others if option.despite],
        "cannot": [(option, _reasons(option)) for option in others if not option.can and not option.despite],
        "notes": notes_of(one),
        "manage": manage,
        "at": now,
        "begun": one.starts_at <= now,
        "over": one.ends_at <= now,
    }
    return render(request, "duties/shift.html", context)


def _reasons(option: Option) -> list[str]:
    return [why(code) for code in option.against]


def _managed(request: Any, pk: UUID) -> Shift:
    one = own_shift(request, pk)
    require(may_manage(request, one.post))
    return one


@require_POST
@needs("duties.manage")
def put(request: Any, pk: UUID) -> HttpResponse:
    """Put somebody on the shift, or ask him; ``despite``: with the office's name, whatever of it can be put aside."""
    one = _managed(request, pk)
    who = own_person(request, _uuid(request.POST.get("person", "")))
    try:
        if request.POST.get("how") == "ask":
            invite(by=request.user, shift=one, volunteer=who, now=timezone.now())
            messages.success(request, _("%(name)s is asked.") % {"name": who.name})
        else:
            despite = OVERRIDABLE if request.POST.get("despite") else frozenset()
            assign(by=request.user, shift=one, volunteer=who, now=timezone.now(), despite=despite)
            messages.success(request, _("%(name)s is on this shift.") % {"name": who.name})
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    return redirect("duties:shift", pk=pk)


@require_POST
@needs("duties.manage")
def cancel(request: Any, pk: UUID) -> HttpResponse:
    """Cancel the shift."""
    cancel_shift(by=request.user, shift=_managed(request, pk), now=timezone.now())
    messages.success(request, _("The shift is cancelled."))
    return redirect("duties:shift", pk=pk)


@require_POST
@needs("duties.manage")
def note(request: Any, pk: UUID) -> HttpResponse:
    """Write a hand-over note for the office."""
    one = _managed(request, pk)
    tried(request, None, write_note, by=request.user, shift=one, text=request.POST.get("text", ""), now=timezone.now())
    return redirect("duties:shift", pk=pk)


@require_POST
@needs("duties.manage")
def say(request: Any, pk: UUID) -> HttpResponse:
    """Say of somebody that he came, left, did not come; take it back; or take him off the shift."""
    stint = own_stint(request, pk)
    require(may_manage(request, stint.shift.post))
    tried(request, None, speak, request, stint, request.POST.get("what", ""))
    return redirect("duties:shift", pk=stint.shift_id)


def speak(request: Any, stint: Stint, what: str) -> None:
    """Carry out what one button says; anything else says nothing."""
    by, now = request.user, timezone.now()
    if what == "came":
        say_came(by=by, stint=stint, at=now, now=now)
    elif what == "came_on_time":
        say_came(by=by, stint=stint, at=min(stint.shift.starts_at, now), now=now)
    elif what == "left":
        say_left(by=by, stint=stint, at=now, now=now)
    elif what == "missed":
        say_missed(by=by, stint=stint, now=now)
    elif what == "withdraw":
        withdraw_attendance(by=by, stint=stint, now=now)
    elif what == "off":
        release(by=by, stint=stint, reason=Stint.Release.OFFICE, now=now)


def _uuid(raw: str) -> UUID:
    try:
        return UUID(raw)
    except ValueError:
        return UUID(int=0)
