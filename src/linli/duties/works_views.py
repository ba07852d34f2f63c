"""``/volunteers/works/``: works that come again, when they are due, who is there and who is not (O02)."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Max, Min
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.duties.access import bodies_of
from linli.duties.actions.works import WorkFacts, finish_work, plan_work, put_on_roster
from linli.duties.away import absent, people_of
from linli.duties.models import Shift, Work
from linli.duties.volunteers_forms import day_field
from linli.duties.words import ABSENCES
from linli.ground.access import needs
from linli.ground.models import Body
from linli.ground.setup_forms import show_refusal
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal

YEARS = 12
OWNERS = "owners_committee"
"""The kind of body that most often sends the crew of such works."""


class WorkForm(forms.Form):
    """Works: what, by when, how often, how many days, how many people."""

    title = forms.CharField(label=gettext_lazy("What is done"), max_length=80)
    due_on = day_field(gettext_lazy("Done by"))
    every = forms.IntegerField(label=gettext_lazy("Again after so many years"), min_value=0, max_value=20, initial=5,
                               help_text=gettext_lazy("0: once."))  # fmt: skip
    days = forms.IntegerField(label=gettext_lazy("Days or nights"), min_value=1, max_value=60, initial=10)
    crew = forms.IntegerField(label=gettext_lazy("People of the crew"), min_value=0, max_value=99, initial=4)
    helpers = forms.IntegerField(label=gettext_lazy("Helpers"), min_value=0, max_value=99, initial=2)


class RosterForm(forms.Form):
    """From when the works stand on the roster, and who sends the crew."""

    first = day_field(gettext_lazy("First day"), initial=timezone.localdate)
    starts = forms.TimeField(
        label=gettext_lazy("Begins at"),
        initial=time(19),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    hours = forms.IntegerField(label=gettext_lazy("How many hours"), min_value=1, max_value=12, initial=4)
    body = forms.ChoiceField(label=gettext_lazy("Who sends the crew"))

    def __init__(self, bodies: list[Body], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = sorted(bodies, key=lambda one: one.kind.code != OWNERS)
        self.bodies = {str(one.pk): one for one in owners}
        self.fields["body"].choices = [(pk, one.name) for pk, one in self.bodies.items()]  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@needs("duties.manage")
def index(request: Any) -> HttpResponse:
    """Works by their due day; new ones."""
    form = WorkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        facts = WorkFacts(
            data["title"], data["due_on"], data["every"] * YEARS, data["days"], data["crew"], data["helpers"]
        )
        try:
            work = plan_work(by=request.user, neighbourhood=request.neighbourhood, facts=facts)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("volunteers:work", work.pk)
    today = timezone.localdate()
    works = Work.objects.filter(neighbourhood=request.neighbourhood)
    context = {
        "form": form,
        "ahead": [(one, one.due_on < today) for one in works.filter(done_on__isnull=True).order_by("due_on")],
        "done": works.filter(done_on__isnull=False).order_by("-done_on")[:20],
    }
    return render(request, "duties/works.html", context, status=422 if form.errors else 200)


def _work(request: Any, pk: UUID) -> Work:
    row: Work | None = (
        Work.objects.filter(pk=pk, neighbourhood=request.neighbourhood).select_related("post__host").first()
    )
    if row is None:
        raise Http404("no such works")
    return row


@require_GET
@needs("duties.manage")
def work(request: Any, pk: UUID) -> HttpResponse:
    """One: its nights with who is there, and who of the crew's body is away on them."""
    row = _work(request, pk)
    context: dict[str, Any] = {"work": row, "people": row.crew + row.helpers, "today": timezone.localdate()}
    if row.post is not None:
        shifts = Shift.objects.filter(post=row.post, cancelled_at__isnull=True)
        context["shifts"] = list(shifts.order_by("starts_at"))
        span = shifts.aggregate(first=Min("starts_at"), last=Max("ends_at"))
        if row.post.host is not None and span["first"] is not None:
            people = people_of(row.post.host)
            since, until = timezone.localdate(span["first"]), timezone.localdate(span["last"]) + timedelta(days=1)
            context |= {
                "body": row.post.host,
                "members": people.count(),
                "absent": [(away, ABSENCES[away.reason]) for away in absent(people, since, until)],
            }
    elif row.done_on is None:
        context["form"] = RosterForm(bodies_of(request, senders=True))
    return render(request, "duties/work.html", context)


@require_POST
@needs("duties.manage")
def roster(request: Any, pk: UUID) -> HttpResponse:
    """Put the works on the roster."""
    row, form = _work(request, pk), RosterForm(bodies_of(request, senders=True), request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            put_on_roster(
                by=request.user, work=row, first=data["first"], starts=data["starts"], minutes=data["hours"] * 60,
                crew_of=form.bodies[data["body"]], now=timezone.now(),
            )  # fmt: skip
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("volunteers:work", pk)
    context = {"work": row, "people": row.crew + row.helpers, "form": form}
    return render(request, "duties/work.html", context, status=422)


@require_POST
@needs("duties.manage")
def done(request: Any, pk: UUID) -> HttpResponse:
    """The works are done; the next ones get their due day."""
    row = _work(request, pk)
    try:
        following = finish_work(by=request.user, work=row, on=timezone.localdate())
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
        return redirect("volunteers:work", pk)
    if following is None:
        messages.success(request, _("Done."))
    else:
        messages.success(request, _("Done. The next time is due on %(day)s.") % {"day": following.due_on.isoformat()})
    return redirect("volunteers:works")
