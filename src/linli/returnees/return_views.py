"""预计返回: who is away, when they come back, who has not answered; and one of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from linli.accounts.models import User
from linli.ground.access import forbidden, needs
from linli.ground.mandates import places_with
from linli.ground.setup_forms import show_refusal
from linli.kernel.refusal import Refusal
from linli.returnees import words
from linli.returnees.actions.returns import Says, plan_return, try_to_ask
from linli.returnees.returns import STATES, Absent, absent
from linli.ui.tables import Column, Table
from linli.ui.templatetags.linli_ui import signal
from linli.ui.words import moment


def _last(one: Absent) -> str:
    if not one.tries:
        return ""
    last = one.tries[-1]
    return f"{moment(last.happened_at)} {words.CHANNELS[last.channel]} · {words.ASKED[last.outcome]}"


def _when(one: Absent) -> str:
    if one.plan is None or one.plan.arrives_from is None:
        return ""
    return words.window(one.plan.arrives_from, one.plan.arrives_until, one.plan.arrives_about)


class Away(Table):
    """Who is away, those who need somebody first."""

    title = gettext_lazy("People away")
    empty = gettext_lazy("Nobody here")
    columns = (
        Column(
            "name",
            gettext_lazy("Name"),
            lambda one: one.person.name,
            sort=("x",),
            url=lambda one: reverse("returnees:return", args=[one.person.pk]),
            name=True,
            head=True,
        ),
        Column("door", gettext_lazy("Door"), lambda one: one.address, sort=("x",)),
        Column(
            "state",
            gettext_lazy("State"),
            lambda one: str(words.RETURNS[one.state][1]),
            sort=("x",),
            show=lambda one: signal(*words.RETURNS[one.state]),
        ),
        Column("when", gettext_lazy("Comes back"), _when),
        Column("tries", gettext_lazy("Tries"), lambda one: len(one.tries), sort=("x",), number=True),
        Column("last", gettext_lazy("Last try"), _last),
    )


def away_table(request: Any, rows: list[Absent]) -> tuple[Table, str, list[tuple[str, Any, int]]]:
    """The list of one state (or of all), the state shown, and the tabs with how many there are."""
    shown = request.GET.get("away", "all")
    shown = shown if shown in STATES else "all"
    tabs = [(code, words.RETURNS[code][1], sum(1 for one in rows if one.state == code)) for code in STATES]
    return Away(request, [one for one in rows if shown in ("all", one.state)]), shown, tabs


class PlanForm(forms.Form):
    """What the person says."""

    intention = forms.ChoiceField(label=gettext_lazy("Comes back?"), choices=words.INTENTIONS, widget=forms.RadioSelect)
    arrives_from = forms.DateField(
        label=gettext_lazy("On"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    arrives_until = forms.DateField(
        label=gettext_lazy("Or until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Only where the day is not sure: the last day it can be."),
    )
    about = forms.BooleanField(label=gettext_lazy("Said roughly"), required=False)

    def says(self) -> Says:
        """As the writer takes it."""
        data = self.cleaned_data
        return Says(data["intention"], data["arrives_from"], data["arrives_until"], data["about"])


class TryForm(forms.Form):
    """One try to reach the person."""

    channel = forms.ChoiceField(label=gettext_lazy("By what way"), choices=list(words.CHANNELS.items()))
    outcome = forms.ChoiceField(label=gettext_lazy("What came of it"), choices=list(words.ASKED.items()))


@require_http_methods(["GET", "POST"])
@needs("register.read")
def one(request: Any, pk: UUID) -> HttpResponse:
    """Somebody who is away: what he said, every try, and noting either."""
    found = _find(request, pk, "register.read")
    plan = PlanForm(request.POST if request.POST.get("verb") == "plan" else None)
    attempt = TryForm(request.POST if request.POST.get("verb") == "try" else None)
    if request.method == "POST":
        if "register.state" not in request.rights:
            return forbidden(request, "register.state")
        _find(request, pk, "register.state")
        if _store(request, found, plan, attempt):
            return redirect("returnees:return", pk)
    names = {u.pk: u.display_name for u in User.objects.filter(pk__in=[t.by_user for t in found.tries])}
    context = {
        "one": found,
        "plan": plan,
        "attempt": attempt,
        "state": words.RETURNS[found.state],
        "when": _when(found),
        "tries": [
            (t.happened_at, words.CHANNELS[t.channel], words.ASKED[t.outcome], names.get(t.by_user or 0, ""))
            for t in reversed(found.tries)
        ],
        "may": "register.state" in request.rights,
    }
    return render(request, "returnees/return.html", context, status=422 if plan.errors or attempt.errors else 200)


def _find(request: Any, pk: UUID, right: str) -> Absent:
    rows = absent(request.neighbourhood, places_with(request.mandates, right))
    found = next((row for row in rows if row.person.pk == pk), None)
    if found is None:
        raise Http404("nobody who is away from here")
    return found


def _store(request: Any, found: Absent, plan: PlanForm, attempt: TryForm) -> bool:
    try:
        if plan.is_bound and plan.is_valid():
            plan_return(by=request.user, person=found.person, says=plan.says())
        elif attempt.is_bound and attempt.is_valid():
            try_to_ask(by=request.user, person=found.person, **attempt.cleaned_data)
        else:
            return False
    except Refusal as refusal:
        show_refusal(plan if plan.is_bound else attempt, refusal)
        return False
    messages.success(request, _("Noted."))
    return True
