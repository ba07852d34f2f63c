"""``/volunteers/import/``: drop a list, see what is in it and what is asked, take it in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.duties.access import bodies_of
from linli.duties.actions.volunteer_lists import Choices, roles_of, take_list
from linli.duties.volunteer_words import problem_sentence, week_words
from linli.duties.volunteers.reading import Someone, VolunteerList, read_volunteers
from linli.duties.volunteers.report import said
from linli.duties.volunteers_forms import ListForm, TakeForm
from linli.duties.words import EXEMPTIONS
from linli.ground.access import needs
from linli.ground.setup_forms import show_refusal
from linli.inbox.actions import handle, keep
from linli.inbox.models import RawUpload
from linli.inbox.queries import open_content
from linli.kernel.phones import masked
from linli.kernel.refusal import Refusal
from linli.ui.words import listed

KIND = "volunteers"


@require_http_methods(["GET", "POST"])
@needs("volunteers.import")
def upload(request: Any) -> HttpResponse:
    """Drop a file or paste rows. What is no list of people is refused before it is kept."""
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        data = file.read() if file else form.cleaned_data["pasted"].encode()
        try:
            read_volunteers(data, today=timezone.localdate())
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            row = keep(
                by=request.user, neighbourhood=request.neighbourhood, kind=KIND, source="page", content=data,
                name=file.name[:120] if file else "",
            )  # fmt: skip
            return redirect("volunteers:list", row.pk)
    return render(request, "duties/volunteers_import.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs("volunteers.import")
def one_list(request: Any, pk: UUID) -> HttpResponse:
    """What is in a list, cell by cell what is asked about it, and how it is taken in."""
    found = _read(request, pk)
    staff = sum(one.unit for one in found.people)
    bodies = bodies_of(request)
    guess = next((body for body in bodies if found.title.home and body.name == found.title.home), None)
    roles = roles_of(found) if "bodies.write" in request.rights else {}
    form = TakeForm(bodies, roles, staff, guess, request.POST or None)
    if request.method == "POST" and form.is_valid():
        home = form.bodies.get(form.cleaned_data.get("home", ""))
        choices = Choices(home=home, adults=form.cleaned_data["adults"], bodies=form.chosen())
        taken = take_list(by=request.user, neighbourhood=request.neighbourhood, found=found, choices=choices)
        handle(by=request.user, upload=RawUpload.objects.get(pk=pk))
        messages.success(
            request,
            _("%(new)s new, %(changed)s changed, %(same)s as before, %(left_out)s left out.") % taken.as_json(),
        )
        return redirect("volunteers:index")
    context = {
        "pk": pk,
        "form": form,
        "found": found,
        "volunteers": len(found.people) - staff,
        "staff": staff,
        "problems": [_problem(one) for one in found.problems],
        "people": [_line(found, at, one) for at, one in enumerate(found.people)],
    }
    return render(request, "duties/volunteers_list.html", context, status=422 if form.errors else 200)


def _read(request: Any, pk: UUID) -> VolunteerList:
    row = RawUpload.objects.filter(pk=pk, neighbourhood=request.neighbourhood, kind=KIND).first()
    if row is None or row.state == RawUpload.State.ERASED:
        raise Http404("no such list")
    with open_content(row) as content:
        return read_volunteers(content.read(), today=timezone.localdate())


def _problem(one: Any) -> dict[str, Any]:
    return {
        "where": f"{one.sheet} {one.cell}" if one.sheet else one.cell,
        "words": problem_sentence(one.kind),
        "raw": said(one.raw, show_numbers=False, show_roles=False),
        "proposal": one.proposal,
        "quiet": one.kind in ("same_name", "row_twice"),
    }


def _line(found: VolunteerList, at: int, one: Someone) -> dict[str, Any]:
    return {
        "name": one.name or "—",
        "phone": listed(masked(number) for number in one.phones),
        "hours": week_words(one.slots) if one.slots else said(one.said or "", show_numbers=False, show_roles=False),
        "open": one.slots is None,
        "limits": listed(EXEMPTIONS[code] for code in ("no_standing", "day_only") if at in found.marked(code)),
        "out": at in found.marked("exempt"),
        "row": f"{one.sheet} {one.row}" if one.sheet else str(one.row),
        "unit": one.unit,
    }
