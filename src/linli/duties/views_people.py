"""A page for everybody on the roster: duties, hours, the calendar. The list of all is ``volunteers_views``."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.accounts.models import User
from linli.duties import standing
from linli.duties.access import bodies_of, may_manage_all, own_person, require
from linli.duties.actions.erasing import NOBODY, erase_volunteer
from linli.duties.actions.people import add_volunteer, change_volunteer, end_volunteer, renew_address
from linli.duties.calendars import secret_of
from linli.duties.candidates import lasting
from linli.duties.forms import EndForm, PersonForm
from linli.duties.hours import done, served
from linli.duties.models import Stint, Volunteer
from linli.duties.rules import age_of
from linli.duties.words import ABSENCES, EXEMPTIONS, RELEASED, STANDINGS
from linli.ground.access import needs
from linli.ground.doing import tried
from linli.ground.mandates import active, under
from linli.ground.models import Mandate
from linli.ground.setup_forms import show_refusal
from linli.kernel.refusal import Refusal

DAY = timedelta(days=1)
YEAR = timedelta(days=365)
LATELY = timedelta(days=60)


@require_GET
@needs("duties.read")
def person(request: Any, pk: UUID) -> HttpResponse:
    """One person: duties behind and ahead, hours once, what to mind, the calendar."""
    now, who = timezone.now(), own_person(request, pk)
    rows = Stint.objects.filter(volunteer=who, shift__starts_at__gt=now - LATELY)
    stints = list(rows.select_related("shift__post", "shift__pattern").order_by("shift__starts_at"))
    today = timezone.localdate(now)
    total = served(done(now - YEAR, now).filter(volunteer=who), now)
    manage = may_manage_all(request)
    context = {
        "who": who,
        "ahead": [_line(one, now) for one in stints if one.shift.ends_at > now],
        "behind": [_line(one, now) for one in reversed(stints) if one.shift.ends_at <= now],
        "served": total[0] if total else None,
        "age": age_of(who.born_year, who.adult_said_on, today),
        "exemptions": [EXEMPTIONS[one.code] for one in who.exemptions.filter(lasting(today, today + DAY))],
        "absences": [(one, ABSENCES[one.reason]) for one in who.absences.exclude(until__lte=today)],
        "trainings": [
            one.training for one in who.trainings.filter(lasting(today, today + DAY)).select_related("training")
        ],
        "manage": manage,
        "erased": who.name == NOBODY,
        "end_form": EndForm(),
        "address": _address(request, who) if manage else "",
    }
    return render(request, "duties/person.html", context)


def _line(stint: Stint, now: Any) -> dict[str, Any]:
    how = STANDINGS[standing.standing_of(stint, now)]
    reason = RELEASED.get(stint.release_reason, "")
    return {"stint": stint, "shift": stint.shift, "signal": how, "reason": reason}


def _address(request: Any, who: Volunteer) -> str:
    secret = secret_of(who)
    return request.build_absolute_uri(f"/duties/calendar/person/{who.pk}/{secret}.ics") if secret else ""


def _users(request: Any) -> list[User]:
    """Accounts that hold something in the neighbourhood."""
    rows = active(Mandate.objects.filter(under([request.neighbourhood], "place__path"), user__isnull=False))
    return list(User.objects.filter(pk__in=rows.values("user"), is_active=True).order_by("display_name"))


def _form(request: Any, *args: Any, **kwargs: Any) -> PersonForm:
    return PersonForm(bodies_of(request, senders=True), _users(request), *args, **kwargs)


@require_http_methods(["GET", "POST"])
@needs("duties.manage")
def add(request: Any) -> HttpResponse:
    """Put somebody on the roster."""
    require(may_manage_all(request))
    form = _form(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_volunteer(
                by=request.user, neighbourhood=request.neighbourhood, facts=form.facts(), now=timezone.now()
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("%(name)s is on the roster.") % {"name": made.name})
            return redirect("duties:person", pk=made.pk)
    return render(request, "duties/person_edit.html", {"form": form})


@require_http_methods(["GET", "POST"])
@needs("duties.manage")
def edit(request: Any, pk: UUID) -> HttpResponse:
    """Change what the roster says of somebody."""
    require(may_manage_all(request))
    who = own_person(request, pk)
    form = _form(request, request.POST or None, initial=PersonForm.initial_of(who))
    if request.method == "POST" and form.is_valid():
        try:
            change_volunteer(by=request.user, volunteer=who, facts=form.facts(), now=timezone.now())
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("duties:person", pk=pk)
    return render(request, "duties/person_edit.html", {"form": form, "who": who})


@require_POST
@needs("duties.manage")
def end(request: Any, pk: UUID) -> HttpResponse:
    """Take somebody off the roster."""
    require(may_manage_all(request))
    who, form = own_person(request, pk), EndForm(request.POST)
    if form.is_valid():
        tried(
            request,
            _("%(name)s leaves the roster.") % {"name": who.name},
            end_volunteer,
            by=request.user,
            volunteer=who,
            on=form.cleaned_data["on"],
            now=timezone.now(),
        )
    return redirect("duties:person", pk=pk)


@require_POST
@needs("duties.manage")
def erase(request: Any, pk: UUID) -> HttpResponse:
    """Somebody asked to be forgotten: off the roster, and without a name."""
    require(may_manage_all(request))
    tried(
        request,
        _("Name and number are erased. The hours stay, without a name."),
        erase_volunteer,
        by=request.user,
        volunteer=own_person(request, pk),
        now=timezone.now(),
    )
    return redirect("duties:person", pk=pk)


@require_POST
@needs("duties.manage")
def calendar(request: Any, pk: UUID) -> HttpResponse:
    """A new address for somebody's calendar: for who has no account, to be handed to him."""
    require(may_manage_all(request))
    renew_address(by=request.user, of=own_person(request, pk))
    messages.success(request, _("The calendar has a new address."))
    return redirect("duties:person", pk=pk)
