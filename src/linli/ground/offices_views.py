"""``/offices/``: who holds which office where, and what a secretary does about it. Only with ``users.manage``; every act is journaled."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.accounts import lockout
from linli.accounts.models import Slip, User
from linli.accounts.sessions import open_sessions
from linli.accounts.slip_page import slip_response
from linli.ground import offices
from linli.ground.access import needs
from linli.ground.doing import tried
from linli.ground.models import Mandate, Place
from linli.ground.offices_forms import HandOverForm
from linli.ground.offices_table import Offices, rows_of
from linli.ground.setup_forms import GiveForm, HolderForm, capacity_choices, show_refusal
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal


@needs("users.manage")
@require_GET
def index(request: Any) -> HttpResponse:
    """Who holds which office where, since when."""
    table, others = offices.holders(request.neighbourhood)
    with_office = [h for h in table if h.mandates]
    rows = Offices(request, rows_of(with_office, request.GET))
    context = {
        "table": rows,
        "count": len(with_office) + len({(m.person_id, m.body_id) for m in others}),
        "choices": capacity_choices(),
        "idle": [h for h in table if not h.mandates],
        "others": others,
        "suspended": sum(1 for h in with_office if not h.user.is_active),
    }
    return rows.download() or render(request, "ground/offices/index.html", context)


@needs("users.manage")
@require_http_methods(["GET", "POST"])
def add(request: Any) -> HttpResponse:
    """A new account with its office; ends in a slip to print."""
    form = HolderForm(request.neighbourhood, request.POST or None, first="clerk")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            slip, code = offices.add_holder(
                by=request.user,
                neighbourhood=request.neighbourhood,
                username=data["username"],
                display_name=data["display_name"],
                capacity=data["capacity"],
                place=Place.objects.select_related("kind").get(pk=data["place"]),
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return _slip(request, slip, code)
    return render(request, "ground/offices/add.html", {"form": form})


def _slip(request: Any, slip: Slip, code: str) -> HttpResponse:
    back = reverse("ground:office_holder", args=[slip.user_id])
    return slip_response(request, slip, code, back_url=back, maker=request.user.display_name)


def _account(request: Any, pk: int) -> User:
    user = offices.account_in_reach(request.user, pk)
    if user is None:
        raise Http404("no such account here")
    return user


@needs("users.manage")
@require_GET
def holder(request: Any, pk: int) -> HttpResponse:
    """One account: its offices, and what can be done."""
    return _holder_page(request, _account(request, pk), GiveForm(request.neighbourhood))


def _holder_page(request: Any, user: User, form: GiveForm) -> HttpResponse:
    mandates = list(offices.mandates_in(request.neighbourhood).filter(user=user))
    context = {
        "holder": user,
        "mandates": mandates,
        "households": sum(offices.households_of(mandates).values()),
        "factor": offices.has_factor(user),
        "sessions": len(open_sessions(user.pk, None)),
        "locked": lockout.is_locked(user),
        "form": form,
        "oneself": user.pk == request.user.pk,
    }
    return render(request, "ground/offices/holder.html", context)


@needs("users.manage")
@require_POST
def give(request: Any, pk: int) -> HttpResponse:
    """Give an account another office."""
    user = _account(request, pk)
    form = GiveForm(request.neighbourhood, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            where = Place.objects.select_related("kind").get(pk=data["place"])
            offices.give(by=request.user, user=user, capacity=data["capacity"], place=where)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The office is given. It counts from now."))
            return redirect("ground:office_holder", pk=user.pk)
    return _holder_page(request, user, form)


@needs("users.manage")
@require_POST
def slip(request: Any, pk: int, purpose: str) -> HttpResponse:
    """Make a slip and show it once, to be printed."""
    user = _account(request, pk)
    try:
        made, code = offices.make_slip(by=request.user, user=user, purpose=purpose)
    except Refusal as refusal:
        return _refused(request, user, refusal)
    return _slip(request, made, code)


@needs("users.manage")
@require_http_methods(["GET", "POST"])
def suspend(request: Any, pk: int) -> HttpResponse:
    """Suspend an account, after saying what that means in numbers."""
    user = _account(request, pk)
    if request.method == "POST":
        try:
            ended = offices.suspend(by=request.user, user=user)
        except Refusal as refusal:
            return _refused(request, user, refusal)
        messages.success(
            request, _("%(name)s is suspended; %(count)s devices were signed out.") % {"name": user, "count": ended}
        )
        return redirect("ground:office_holder", pk=user.pk)
    mandates = list(offices.mandates_in(request.neighbourhood).filter(user=user))
    counts = offices.households_of(mandates)
    context = {
        "holder": user,
        "lines": [(mandate, counts.get(mandate.pk, 0)) for mandate in mandates],
        "sessions": len(open_sessions(user.pk, None)),
        "households": sum(counts.values()),
    }
    return render(request, "ground/offices/suspend.html", context)


@needs("users.manage")
@require_POST
def act(request: Any, pk: int, verb: str) -> HttpResponse:
    """The short acts: lift a suspension, end a pause, sign out everywhere."""
    user = _account(request, pk)
    try:
        if verb == "resume":
            offices.resume(by=request.user, user=user)
            said = _("The suspension is lifted.")
        elif verb == "unlock":
            offices.unlock(by=request.user, user=user)
            said = _("The pause is over. Signing in works again.")
        elif verb == "sign-out":
            ended = offices.end_sessions(by=request.user, user=user)
            said = _("Signed out on %(count)s devices.") % {"count": ended}
        else:
            raise Http404("no such act")
    except Refusal as refusal:
        return _refused(request, user, refusal)
    messages.success(request, said)
    return redirect("ground:office_holder", pk=user.pk)


def _refused(request: Any, user: User, refusal: Refusal) -> HttpResponse:
    messages.error(request, refusal_text(refusal))
    return redirect("ground:office_holder", pk=user.pk)


def _mandate(request: Any, pk: int) -> Mandate:
    rows = Mandate.objects.filter(offices.here(request.neighbourhood)).select_related(
        "place__kind", "place__parent", "user"
    )
    return get_object_or_404(rows, pk=pk)


def _after_loss(request: Any, mandate: Mandate, holder_id: int | None) -> HttpResponse:
    """Where to go on: to one's own account when one has just given one's own office away."""
    if mandate.user_id == request.user.pk:
        return redirect("accounts:account")
    if holder_id is None:
        return redirect("ground:offices")
    return redirect("ground:office_holder", pk=holder_id)


@needs("users.manage")
@require_http_methods(["GET", "POST"])
def end(request: Any, pk: int) -> HttpResponse:
    """End an office today."""
    mandate = _mandate(request, pk)
    if request.method == "POST":
        tried(request, _("The office has ended."), offices.end, by=request.user, mandate=mandate)
        return _after_loss(request, mandate, mandate.user_id)
    households = offices.households_of([mandate]).get(mandate.pk, 0)
    return render(request, "ground/offices/end.html", {"mandate": mandate, "households": households})


@needs("users.manage")
@require_http_methods(["GET", "POST"])
def hand_over(request: Any, pk: int) -> HttpResponse:
    """Give an office with all its households to another account in one act."""
    mandate = _mandate(request, pk)
    form = HandOverForm(request.neighbourhood, mandate, request.POST or None)
    if request.method == "POST" and form.is_valid():
        to = _account(request, form.cleaned_data["to"])
        try:
            offices.hand_over(by=request.user, mandate=mandate, to=to)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The office is handed over to %(name)s.") % {"name": to})
            return _after_loss(request, mandate, to.pk)
    households = offices.households_of([mandate]).get(mandate.pk, 0)
    context = {"mandate": mandate, "form": form, "households": households}
    return render(request, "ground/offices/hand_over.html", context)
