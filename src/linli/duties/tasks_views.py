"""``/volunteers/tasks/``: what there is to do, who said "I will go", what is done (C10)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from linli.duties.actions.tasks import add_task, finish_task, give_task_back, take_task
from linli.duties.models import Task, Volunteer
from linli.ground.access import needs
from linli.ground.setup_forms import show_refusal
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal

MINUTE = "%Y-%m-%dT%H:%M"
DONE_SHOWN = 20


class TaskForm(forms.Form):
    """Something to be done."""

    title = forms.CharField(label=gettext_lazy("What there is to do"), max_length=120)
    due_at = forms.DateTimeField(
        label=gettext_lazy("Done by"), required=False, input_formats=[MINUTE, f"{MINUTE}:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTE),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs("duties.take")
def index(request: Any) -> HttpResponse:
    """Open tasks, the late first; taken ones with who has them; the last ones done."""
    manages = "duties.manage" in request.rights
    form = TaskForm(request.POST or None) if manages else None
    now = timezone.now()
    if request.method == "POST" and form is not None and form.is_valid():
        data = form.cleaned_data
        try:
            add_task(
                by=request.user,
                neighbourhood=request.neighbourhood,
                title=data["title"],
                due_at=data["due_at"],
                now=now,
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("volunteers:tasks")
    rows = Task.objects.filter(neighbourhood=request.neighbourhood).select_related("taken_by__user", "place")
    open_rows = list(rows.filter(done_at__isnull=True).order_by("due_at", "opened_at"))
    own = oneself(request)
    context = {
        "form": form,
        "free": [(one, _late(one, now)) for one in open_rows if one.taken_at is None],
        "taken": [(one, _late(one, now), manages or _mine(one, own, request)) for one in open_rows if one.taken_at is not None],
        "done": rows.filter(done_at__isnull=False).order_by("-done_at")[:DONE_SHOWN],
        "manages": manages,
    }  # fmt: skip
    return render(request, "duties/tasks.html", context, status=422 if form is not None and form.errors else 200)


def oneself(request: Any) -> Volunteer | None:
    """Who the signed-in user is on the roster."""
    rows = Volunteer.objects.filter(Q(until__isnull=True), neighbourhood=request.neighbourhood, user=request.user)
    found: Volunteer | None = rows.first()
    return found


def _late(task: Task, now: Any) -> bool:
    return task.due_at is not None and task.due_at < now


def _mine(task: Task, own: Volunteer | None, request: Any) -> bool:
    if task.taken_by_id is not None:
        return own is not None and task.taken_by_id == own.pk
    return bool(task.taken_name == request.user.display_name)


@require_POST
@needs("duties.take")
def say(request: Any, pk: UUID, what: str) -> HttpResponse:
    """ "I will go", "it is done", "I cannot after all". The office may say each of them for somebody."""
    task = Task.objects.filter(pk=pk, neighbourhood=request.neighbourhood).select_related("taken_by").first()
    if task is None:
        raise Http404("no such task")
    own, manages = oneself(request), "duties.manage" in request.rights
    if what != "take" and not manages and not _mine(task, own, request):
        raise Http404("somebody else's")
    name = " ".join(request.POST.get("name", "").split()) if manages else ""
    try:
        if what == "take":
            take_task(by=request.user, task=task, now=timezone.now(), volunteer=None if name else own,
                      name=name or request.user.display_name)  # fmt: skip
        elif what == "done":
            finish_task(by=request.user, task=task, now=timezone.now())
        elif what == "back":
            give_task_back(by=request.user, task=task)
        else:
            raise Http404("no such word")
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect("volunteers:tasks")
