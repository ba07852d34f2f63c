"""My shifts, for a thumb: what comes, what is open near me, "I cannot come", "I am here"."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.duties import standing
from linli.duties.access import my_stint, oneself, own_shift
from linli.duties.actions.attendance import EARLY, read_note, say_came, say_left, write_note
from linli.duties.actions.people import Facts, add_volunteer, renew_address
from linli.duties.actions.stints import accept, release, sign_up
from linli.duties.calendars import secret_of
from linli.duties.forms import JoinForm
from linli.duties.hours import done, served
from linli.duties.models import HandoverNote, Shift, Stint, Volunteer
from linli.duties.notes import for_shift
from linli.duties.rules import Standing
from linli.duties.stepping_in import offers
from linli.duties.words import RELEASES, STANDINGS, why
from linli.ground.access import needs
from linli.ground.doing import tried
from linli.ground.models import Place
from linli.ground.setup_forms import show_refusal
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal

AHEAD = timedelta(days=14)
SHOWN = 30
HOURS_BACK = timedelta(days=365)


@require_GET
@needs("duties.take")
def mine(request: Any) -> HttpResponse:
    """What I have, what is open for me, how many hours I gave."""
    now, me = timezone.now(), oneself(request)
    if me is None:
        return render(request, "duties/mine_join.html", {"form": JoinForm()})
    rows = Stint.objects.filter(volunteer=me, released_at__isnull=True, shift__ends_at__gt=now - EARLY)
    rows = rows.filter(shift__cancelled_at__isnull=True).select_related("shift__post__place", "shift__pattern")
    stints = list(rows.order_by("shift__starts_at"))
    posts = standing.posts_of(request.neighbourhood, now)
    open_ = offers(me, posts, _near(request, me), now, AHEAD)
    mates = _mates(stints, me)
    context = {
        "me": me,
        "mine": [_card(one, mates.get(one.shift_id, []), now) for one in stints],
        "open": [one for one in open_ if not one.against][:SHOWN],
        "closed": [(one, why(one.against[0])) for one in open_ if one.against][:SHOWN],
        "reasons": RELEASES,
        "total": sum(one.minutes for one in served(done(now - HOURS_BACK, now).filter(volunteer=me), now)) / 60,
        "address": _address(request, me),
    }
    return render(request, "duties/mine.html", context)


def _card(stint: Stint, mates: list[str], now: Any) -> dict[str, Any]:
    """One of my shifts: how it is with it, who else is there, and what the shift before tells, once it is near."""
    how = standing.standing_of(stint, now)
    near = stint.shift.starts_at - EARLY <= now
    return {
        "stint": stint,
        "shift": stint.shift,
        "signal": STANDINGS[how],
        "mates": mates,
        "asked": how is Standing.INVITED,
        "can_come": near and stint.came_at is None and how is not Standing.INVITED and now < stint.shift.ends_at,
        "can_leave": stint.came_at is not None and stint.left_at is None,
        "can_release": stint.came_at is None and now < stint.shift.ends_at,
        "notes": for_shift(stint.shift) if near else [],
        "near": near,
    }


def _mates(stints: list[Stint], me: Volunteer) -> dict[UUID, list[str]]:
    """Who else stands on my shifts, by name."""
    found: dict[UUID, list[str]] = {}
    rows = Stint.objects.filter(
        shift__in=[one.shift_id for one in stints], taken_at__isnull=False, released_at__isnull=True
    )
    for shift, name in (
        rows.exclude(volunteer=me).order_by("volunteer__sort_name").values_list("shift", "volunteer__name")
    ):
        found.setdefault(shift, []).append(name)
    return found


def _near(request: Any, me: Volunteer) -> list[Place]:
    """Where the user works: the places of what he holds here."""
    return [one.place for one in request.mandates if one.place is not None and one.place != request.neighbourhood]


def _address(request: Any, me: Volunteer) -> str:
    secret = secret_of(me)
    return request.build_absolute_uri(f"/duties/calendar/person/{me.pk}/{secret}.ics") if secret else ""


@require_POST
@needs("duties.take")
def join(request: Any) -> HttpResponse:
    """Put oneself on the roster: the year of birth decides, and one's own word for the year of the eighteenth birthday."""
    form = JoinForm(request.POST)
    if form.is_valid():
        facts = Facts(request.user.display_name, user=request.user, **form.cleaned_data)
        try:
            add_volunteer(by=request.user, neighbourhood=request.neighbourhood, facts=facts, now=timezone.now())
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("duties:mine")
    return render(request, "duties/mine_join.html", {"form": form})


@require_POST
@needs("duties.take")
def take(request: Any, pk: UUID) -> HttpResponse:
    """One tap: sign up."""
    me = oneself(request)
    if me is None:
        return redirect("duties:mine")
    tried(
        request,
        _("You are on this shift. Thank you."),
        sign_up,
        by=request.user,
        shift=own_shift(request, pk),
        volunteer=me,
        now=timezone.now(),
    )
    return redirect("duties:mine")


@require_POST
@needs("duties.take")
def say(request: Any, pk: UUID, what: str) -> HttpResponse:
    """Yes, I am here, I leave, I cannot come."""
    stint, now = my_stint(request, pk), timezone.now()
    try:
        if what == "yes":
            accept(by=request.user, stint=stint, now=now)
        elif what == "came":
            say_came(by=request.user, stint=stint, at=now, now=now)
        elif what == "left":
            say_left(by=request.user, stint=stint, at=now, now=now)
        elif what == "cannot":
            release(by=request.user, stint=stint, reason=_reason(request), now=now)
            messages.success(request, _("The place is open again, and the office knows."))
        else:
            raise Http404("no such word")
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    return redirect("duties:mine")


def _reason(request: Any) -> str:
    """One of a volunteer's own reasons; the office's are not his."""
    said = str(request.POST.get("reason", ""))
    return said if said in RELEASES else ""


@require_POST
@needs("duties.take")
def note(request: Any, pk: UUID) -> HttpResponse:
    """Write what the next shift should know; only who is on this one."""
    shift = own_shift(request, pk)
    _on(request, shift)
    tried(
        request,
        _("The next shift reads it."),
        write_note,
        by=request.user,
        shift=shift,
        text=request.POST.get("text", ""),
        now=timezone.now(),
    )
    return redirect("duties:mine")


@require_POST
@needs("duties.take")
def read(request: Any, pk: UUID) -> HttpResponse:
    """I have read it: only who is on a shift of that post that comes after."""
    found = get_object_or_404(HandoverNote.objects.select_related("shift"), pk=pk)
    after = Stint.objects.filter(
        volunteer=oneself(request),
        shift__post=found.shift.post_id,
        shift__starts_at__gt=found.shift.starts_at,
        taken_at__isnull=False,
        released_at__isnull=True,
    )
    if not after.exists():
        raise Http404("not the next shift")
    read_note(by=request.user, note=found, now=timezone.now())
    return redirect("duties:mine")


def _on(request: Any, shift: Shift) -> None:
    rows = Stint.objects.filter(
        shift=shift, volunteer=oneself(request), taken_at__isnull=False, released_at__isnull=True
    )
    if not rows.exists():
        raise Http404("not on this shift")


@require_POST
@needs("duties.take")
def calendar(request: Any) -> HttpResponse:
    """A new address for my calendar."""
    me = oneself(request)
    if me is not None:
        renew_address(by=request.user, of=me)
        messages.success(request, _("Your calendar has a new address."))
    return redirect("duties:mine")
