"""``/volunteers/groups/``: a lent team in groups, each with its host; moved by hand (P08)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from linli.duties.access import bodies_of
from linli.duties.actions.groups import divide, end_division, regroup
from linli.duties.groups import divisions
from linli.duties.models import Volunteer
from linli.duties.typed import id_of
from linli.ground.access import needs
from linli.ground.models import Body
from linli.ground.setup_forms import show_refusal
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal


class DivideForm(forms.Form):
    """Whose people, in groups of how many, for whom."""

    home = forms.ChoiceField(label=gettext_lazy("Whose people"))
    size = forms.IntegerField(label=gettext_lazy("How many in a group"), min_value=2, max_value=20, initial=4)
    hosts = forms.MultipleChoiceField(label=gettext_lazy("Whom they help"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, homes: list[tuple[Body, int]], bodies: list[Body], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = {str(one.pk): one for one in bodies}
        names = [(str(body.pk), f"{body.name} ({count})") for body, count in homes]
        self.fields["home"].choices = names  # type: ignore[attr-defined]
        self.fields["hosts"].choices = [(pk, one.name) for pk, one in self.bodies.items()]  # type: ignore[attr-defined]


def _homes(request: Any) -> tuple[list[tuple[Body, int]], dict[str, list[Volunteer]]]:
    """Units that send people, and who."""
    rows = Volunteer.objects.filter(neighbourhood=request.neighbourhood, until__isnull=True, home__isnull=False)
    sent: dict[str, list[Volunteer]] = {}
    bodies: dict[str, Body] = {}
    for one in rows.select_related("home").order_by("sort_name", "pk"):
        if one.home is not None:
            bodies[str(one.home_id)] = one.home
            sent.setdefault(str(one.home_id), []).append(one)
    return [(body, len(sent[pk])) for pk, body in bodies.items()], sent


@require_http_methods(["GET", "POST"])
@needs("duties.manage")
def index(request: Any) -> HttpResponse:
    """The groups that hold; a new division."""
    homes, sent = _homes(request)
    form = (
        DivideForm(homes, bodies_of(request, senders=True), request.POST or None)
        if homes and "volunteers.import" in request.rights
        else None
    )
    if request.method == "POST" and form is not None and form.is_valid():
        data = form.cleaned_data
        try:
            made = divide(
                by=request.user, neighbourhood=request.neighbourhood, people=sent[data["home"]],
                hosts=[form.bodies[pk] for pk in data["hosts"]], size=data["size"], now=timezone.now(),
            )  # fmt: skip
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("volunteers:division", made)
    found = divisions(request.neighbourhood)
    context = {"found": found, "groups": sum(len(one.groups) for one in found), "form": form}
    return render(request, "duties/groups.html", context, status=422 if form is not None and form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs("duties.manage")
def division(request: Any, pk: UUID) -> HttpResponse:
    """One division; each person has a choice of the group, saved together."""
    if request.method == "POST" and "volunteers.import" in request.rights:
        places = {}
        for name, typed in request.POST.items():
            person = id_of(name)
            if person is not None and typed.isascii() and typed.isdigit() and len(typed) < 4:
                places[person] = int(typed)
        try:
            moved = regroup(by=request.user, neighbourhood=request.neighbourhood, division=pk, places=places)
        except Refusal as refusal:
            messages.error(request, refusal_text(refusal))
        else:
            messages.success(request, _("%(n)s people moved.") % {"n": moved})
        return redirect("volunteers:division", pk)
    found = divisions(request.neighbourhood, pk)
    if not found:
        raise Http404("no such groups")
    numbers = [group.number for group, _people in found[0].groups]
    edits = "volunteers.import" in request.rights
    return render(request, "duties/division.html", {"one": found[0], "numbers": numbers, "edits": edits})


@require_POST
@needs("volunteers.import")
def end(request: Any, pk: UUID) -> HttpResponse:
    """These groups are no more."""
    end_division(by=request.user, neighbourhood=request.neighbourhood, division=pk, now=timezone.now())
    messages.success(request, _("Saved."))
    return redirect("volunteers:groups")
