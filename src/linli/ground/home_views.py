"""The page of one dwelling: who lives there, what it is, who answers for it; and the acts that change that."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from linli.accounts.models import User
from linli.ground.access import forbidden, needs
from linli.ground.actions.correct import correct_person, correct_state, facts_of
from linli.ground.actions.homes import hand_over_households, open_household
from linli.ground.actions.people import add_person, unmask
from linli.ground.home_forms import HandOverForm, MoveForm, PersonForm, ReasonForm, StateForm
from linli.ground.households import departed, dwelling_of, residents
from linli.ground.links import links_for
from linli.ground.mandates import active, places_with
from linli.ground.models import (
    Document,
    DwellingState,
    Household,
    Mandate,
    Person,
    Phone,
    Place,
    Residence,
    Responsibility,
)
from linli.ground.openings import note_home_opened
from linli.ground.person_views import clash_page
from linli.ground.places import short_address
from linli.ground.who import known_here_as
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal

NUMBERS = {"document": Document, "phone": Phone}
_SEE_NO_HOME = ("guard", "gate_captain", "property")


@require_http_methods(["GET", "POST"])
@needs("register.read")
def home(request: Any, pk: int) -> HttpResponse:
    """One dwelling."""
    place = dwelling_of(request, pk, "register.read")
    may_write = any(root.contains(place) for root in places_with(request.mandates, "register.write"))
    if request.method == "POST":
        right = "register.state" if request.POST.get("verb") == "state" else "register.write"
        if not any(root.contains(place) for root in places_with(request.mandates, right)):
            return forbidden(request, right)
        try:
            clash = _act(request, place)
        except Refusal as refusal:
            messages.error(request, refusal_text(refusal))
            clash = None
        return clash or redirect("ground:home", place.pk)
    household = Household.objects.filter(dwelling=place, until__isnull=True).first()
    note_home_opened(by=request.user, household=household)
    states = list(DwellingState.objects.filter(dwelling=place).order_by("-happened_at")[:20])
    held = _responsibilities(household)
    names = dict(User.objects.filter(pk__in=[s.by_user for s in states if s.by_user]).values_list("pk", "display_name"))
    mandates = _may_answer(request.neighbourhood)
    return render(
        request,
        "ground/home.html",
        {
            "place": place,
            "links": links_for("home", request.rights, place=place.pk),
            "address": short_address(place),
            "household": household,
            "residents": residents(household),
            "departed": departed(household),
            "ties": household.ties.filter(person__merged_into__isnull=True).select_related("person")
            if household
            else [],
            "known_as": known_here_as(household),
            "states": [{"row": s, "by": names.get(s.by_user or 0, "")} for s in states],
            "state": states[0].state if states else "blank",
            "responsibilities": held,
            "may_write": may_write,
            "may_find": any(root.contains(place) for root in places_with(request.mandates, "register.state")),
            "may_unmask": "register.unmask" in request.rights,
            "state_form": StateForm(initial={"state": states[0].state if states else "blank"}),
            "person_form": PersonForm(),
            "move_form": MoveForm(),
            "hand_over_form": HandOverForm(mandates=mandates, initial={"to": held[0].mandate_id if held else ""}),
        },
    )


def _responsibilities(household: Household | None) -> list[Responsibility]:
    if household is None:
        return []
    return list(Responsibility.objects.filter(household=household).select_related("mandate").order_by("-since"))


def _act(request: Any, place: Place) -> HttpResponse | None:
    """Do what the form asks; a page if somebody else was faster."""
    verb = request.POST.get("verb", "")
    if verb == "state":
        return _found(request, place)
    if verb == "move":
        return _moved(request, place)
    _other(request, place, verb)
    return None


def _found(request: Any, place: Place) -> HttpResponse | None:
    """A finding; asked again if another one came after the one that the page showed."""
    state = request.POST.get("state", "")
    outcome = correct_state(by=request.user, dwelling=place, was=request.POST.get("was"), state=state)
    if outcome.clashes:
        return clash_page(request, place, outcome, reverse("ground:home", args=[place.pk]))
    messages.success(request, _("The state is recorded with your name and the time."))
    return None


def _moved(request: Any, place: Place) -> HttpResponse | None:
    """Moved, away, back from today; asked again if somebody else has said where the person is."""
    person = get_object_or_404(Person, pk=_uuid(request.POST.get("person", "")))
    shown = facts_of(person)
    was = {
        "presence": request.POST.get("was", shown["presence"]),
        "away_note": request.POST.get("was_note", shown["away_note"]),
    }
    to = {"presence": request.POST.get("presence", ""), "away_note": request.POST.get("note", was["away_note"])}
    outcome = correct_person(by=request.user, person=person, was=was, to=to)
    if outcome.clashes:
        return clash_page(request, place, outcome, reverse("ground:person", args=[place.pk, person.pk]), person)
    messages.success(request, _("Recorded from today. What was before today stays in the history."))
    return None


def _other(request: Any, place: Place, verb: str) -> None:
    if verb == "person":
        form = PersonForm(request.POST)
        if not form.is_valid():
            raise Refusal("ground.name_missing", "Please write the name.")
        add_person(by=request.user, household=open_household(by=request.user, dwelling=place), **form.cleaned_data)
        messages.success(request, _("The person is on the register."))
    elif verb == "hand_over":
        wanted = request.POST.get("to", "")
        to = get_object_or_404(
            Mandate, pk=int(wanted) if wanted.isdecimal() else 0, place__neighbourhood=request.neighbourhood
        )
        open_household(by=request.user, dwelling=place)
        hand_over_households(by=request.user, place=place, to=to)
        messages.success(request, _("From today %(name)s answers for this household.") % {"name": to.holder_name})


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404("no such id") from None


@require_POST
@needs("register.unmask")
def unmask_number(request: Any, kind: str, pk: UUID) -> HttpResponse:
    """Show one whole number, once, for a stated reason; who saw it and why is in the journal."""
    model: Any = NUMBERS.get(kind)
    if model is None:
        raise Http404("no such kind of number")
    row: Document | Phone = get_object_or_404(model, pk=pk)
    lived = Residence.objects.filter(person=row.person_id, household__isnull=False).order_by("-since")
    last = lived.select_related("household__dwelling").first()
    home = last.household.dwelling if last is not None and last.household is not None else request.neighbourhood
    if not any(place.contains(home) for place in places_with(request.mandates, "register.unmask")):
        raise Http404("not in your area")
    form = ReasonForm(request.POST)
    try:
        whole = unmask(by=request.user, row=row, reason=form.data.get("reason", ""))
    except Refusal as refusal:
        return render(
            request, "ground/_unmasked.html", {"error": refusal_text(refusal), "row": row, "kind": kind}, status=422
        )
    response = render(request, "ground/_unmasked.html", {"whole": whole, "row": row, "kind": kind})
    response.headers["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
@needs("users.manage")
def hand_over(request: Any, pk: int) -> HttpResponse:
    """Hand every household of an estate or building to another responsible, in one act (R02)."""
    place = get_object_or_404(Place, pk=pk, neighbourhood=request.neighbourhood)
    mandates = _may_answer(request.neighbourhood)
    form = HandOverForm(request.POST or None, mandates=mandates)
    if request.method == "POST" and form.is_valid():
        to = next(m for m in mandates if str(m.pk) == form.cleaned_data["to"])
        try:
            count = hand_over_households(by=request.user, place=place, to=to)
        except Refusal as refusal:
            form.add_error(None, refusal_text(refusal))
        else:
            messages.success(
                request,
                _("From today %(name)s answers for %(count)s households.") % {"name": to.holder_name, "count": count},
            )
            return redirect("ground:homes")
    return render(request, "ground/hand_over.html", {"form": form, "place": place, "address": short_address(place)})


def _may_answer(neighbourhood: Place) -> list[Mandate]:
    """Who can be given households: every office here but those of the gates and of the property company, which see no home."""
    rows = active(Mandate.objects.filter(place__neighbourhood=neighbourhood)).exclude(capacity__in=_SEE_NO_HOME)
    return list(rows.order_by("holder_name"))
