"""``/volunteers/calls/``: what help is called for, who answered when, who is in which batch."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from linli.duties.actions.calls import CallFacts, choose_batch, close_call, open_call, sign_up, withdraw
from linli.duties.actions.people import Facts, add_volunteer
from linli.duties.models import Call, SignUp, Volunteer
from linli.duties.typed import id_of, phone_of
from linli.ground.access import needs
from linli.ground.doing import tried
from linli.ground.setup_forms import show_refusal
from linli.kernel.refusal import Refusal

MINUTE = "%Y-%m-%dT%H:%M"


def _next_week() -> datetime:
    return (timezone.localtime() + timedelta(days=7)).replace(hour=18, minute=0, second=0, microsecond=0)


class CallForm(forms.Form):
    """A call."""

    title = forms.CharField(label=gettext_lazy("What help is needed"), max_length=80)
    text = forms.CharField(
        label=gettext_lazy("What people should know"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    capacity = forms.IntegerField(label=gettext_lazy("How many people"), min_value=1, max_value=999)
    closes_at = forms.DateTimeField(
        label=gettext_lazy("Sign up until"), initial=_next_week, input_formats=[MINUTE, f"{MINUTE}:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTE),
    )  # fmt: skip


class AnswerForm(forms.Form):
    """Somebody who is not on the roster yet: the office writes down what he said, or he himself does."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    phone = forms.CharField(
        label=gettext_lazy("Phone number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    born_year = forms.IntegerField(label=gettext_lazy("Year of birth"), min_value=1900, max_value=2100)


@require_http_methods(["GET", "POST"])
@needs("duties.take")
def index(request: Any) -> HttpResponse:
    """Calls, the open ones first; a new one."""
    manages = "volunteers.import" in request.rights
    form = CallForm(request.POST or None) if manages else None
    if request.method == "POST" and form is not None and form.is_valid():
        data = form.cleaned_data
        try:
            call = open_call(by=request.user, neighbourhood=request.neighbourhood, now=timezone.now(),
                             facts=CallFacts(data["title"], data["capacity"], data["closes_at"], data["text"]))  # fmt: skip
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("volunteers:call", call.pk)
    now = timezone.now()
    standing = ~Q(signups__state=SignUp.State.WITHDRAWN)
    calls = Call.objects.filter(neighbourhood=request.neighbourhood).annotate(up=Count("signups", filter=standing))
    found = [(one, one.closes_at > now) for one in calls.order_by("-closes_at")[:100]]
    context = {"calls": found, "open": sum(is_open for _one, is_open in found), "form": form}
    return render(request, "duties/calls.html", context, status=422 if form is not None and form.errors else 200)


def _call(request: Any, pk: UUID) -> Call:
    row: Call | None = Call.objects.filter(pk=pk, neighbourhood=request.neighbourhood).select_related("host").first()
    if row is None:
        raise Http404("no such call")
    return row


@require_http_methods(["GET", "POST"])
@needs("duties.take")
def call(request: Any, pk: UUID) -> HttpResponse:
    """One call: sign up; the office sees the order, the batches, and how long each answer took."""
    row = _call(request, pk)
    manages = "volunteers.import" in request.rights
    own = Volunteer.objects.filter(neighbourhood=request.neighbourhood, user=request.user, until__isnull=True).first()
    initial = {} if manages else {"name": request.user.display_name}
    form = AnswerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            _answer(request, row, form, oneself=not manages)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Signed up."))
            return redirect("volunteers:call", pk)
    now = timezone.now()
    signups = list(SignUp.objects.filter(call=row).select_related("volunteer", "batch").order_by("at", "pk"))
    mine = next((one for one in signups if own is not None and one.volunteer_id == own.pk), None)
    standing = [one for one in signups if one.state != SignUp.State.WITHDRAWN]
    waits = [one for one in standing if one.batch is None]
    context = {
        "call": row,
        "is_open": row.opened_at <= now < row.closes_at,
        "form": form,
        "own": own,
        "mine": mine,
        "place": waits.index(mine) + 1 if mine in waits else None,
        "manages": manages,
        "up": len(standing),
        "free": row.capacity - row.taken,
        "waits": waits,
        "batches": _batches(standing),
        "typical": median([one.at - row.opened_at for one in standing]) if standing else None,
        "others": _others(request, signups) if manages else (),
    }
    return render(request, "duties/call.html", context, status=422 if form.errors else 200)


def _batches(standing: list[SignUp]) -> list[tuple[Any, list[SignUp]]]:
    table: dict[int, tuple[Any, list[SignUp]]] = {}
    for one in standing:
        if one.batch is not None:
            table.setdefault(one.batch.number, (one.batch, []))[1].append(one)
    return [table[number] for number in sorted(table)]


def _others(request: Any, signups: list[SignUp]) -> list[Volunteer]:
    """Who is on the roster and has not answered."""
    there = [one.volunteer_id for one in signups if one.state != SignUp.State.WITHDRAWN]
    rows = Volunteer.objects.filter(neighbourhood=request.neighbourhood, until__isnull=True).exclude(pk__in=there)
    return list(rows.order_by("sort_name", "pk"))


def _answer(request: Any, row: Call, form: AnswerForm, *, oneself: bool) -> None:
    """A new entry of the roster that answers the call: one transaction each, the second harmless alone."""
    data, now = form.cleaned_data, timezone.now()
    facts = Facts(
        data["name"], born_year=data["born_year"], phone=phone_of(data["phone"]), user=request.user if oneself else None
    )
    person = add_volunteer(by=request.user, neighbourhood=request.neighbourhood, facts=facts, now=now, source="call")
    sign_up(by=request.user, call=row, volunteer=person, now=now)


@require_POST
@needs("duties.take")
def answer(request: Any, pk: UUID) -> HttpResponse:
    """Somebody on the roster signs up: oneself, or (the office) whoever is chosen."""
    row = _call(request, pk)
    rows = Volunteer.objects.filter(neighbourhood=request.neighbourhood, until__isnull=True)
    chosen = id_of(request.POST.get("volunteer", ""))
    if chosen is not None and "volunteers.import" in request.rights:
        person = rows.filter(pk=chosen).first()
    else:
        person = rows.filter(user=request.user).first()
    return _do(request, pk, lambda: person and sign_up(by=request.user, call=row, volunteer=person, now=timezone.now()))


@require_POST
@needs("duties.take")
def leave(request: Any, pk: UUID, signup: UUID) -> HttpResponse:
    """Withdraw oneself, or (the office) somebody."""
    row = _call(request, pk)
    rows = SignUp.objects.filter(pk=signup, call=row).select_related("call", "volunteer")
    if "volunteers.import" not in request.rights:
        rows = rows.filter(volunteer__user=request.user)
    found = rows.first()
    if found is None:
        raise Http404("no such answer")
    return _do(request, pk, lambda: withdraw(by=request.user, signup=found, now=timezone.now()))


@require_POST
@needs("volunteers.import")
def batch(request: Any, pk: UUID) -> HttpResponse:
    """Choose the next batch."""
    row = _call(request, pk)
    typed = request.POST.get("count", "")
    count = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0
    return _do(request, pk, lambda: choose_batch(by=request.user, call=row, count=count, now=timezone.now()))


@require_POST
@needs("volunteers.import")
def close(request: Any, pk: UUID) -> HttpResponse:
    """Nobody signs up any more."""
    row = _call(request, pk)
    return _do(request, pk, lambda: close_call(by=request.user, call=row, now=timezone.now()))


def _do(request: Any, pk: UUID, deed: Any) -> HttpResponse:
    tried(request, _("Saved."), deed)
    return redirect("volunteers:call", pk)
