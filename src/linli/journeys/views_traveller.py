"""One traveller: in whose hands, every hand-over, what comes next, what is missing (T03, T05)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from linli.ground.access import needs
from linli.ground.households import residents
from linli.ground.models import Household, Mandate, Person
from linli.ground.words import refusal_text
from linli.journeys import hands as holding
from linli.journeys import stories
from linli.journeys.access import ESCORT, MANAGE, READ, may_manage, own_traveller, require_manage
from linli.journeys.actions.arrivals import operation_of
from linli.journeys.actions.legs import cancel_leg, plan_leg
from linli.journeys.actions.matches import say_who
from linli.journeys.actions.travellers import annul_beginning, begin, close_traveller, reopen_traveller, was_handed_over
from linli.journeys.beside import aftercare
from linli.journeys.details import Details, Outsider, details_of
from linli.journeys.faces import HANDS, door_of, flight_of, holder_of, name_of, run_title, when
from linli.journeys.forms import FAR, BeginForm, LegForm, this_minute
from linli.journeys.hand_lists import escorts
from linli.journeys.knots import chain_of, next_of
from linli.journeys.models import Hands, Leg, Traveller
from linli.journeys.origins import country_of
from linli.journeys.standing import chains_now
from linli.journeys.terms import origin_of, term_of
from linli.journeys.words import CLOSED, WHYS
from linli.kernel.handover import Span
from linli.kernel.refusal import Refusal
from linli.ui.words import listed

HOME = "home"


@require_http_methods(["GET", "POST"])
@needs(READ)
def traveller(request: Any, pk: UUID) -> HttpResponse:
    """Somebody's page. A POST plans the next hand-over, says who met him, closes the line or takes it up again."""
    one = own_traveller(request, pk)
    what = request.POST.get("what", "")
    leg_form = LegForm(
        _takers(request, one), request.POST if what == "leg" else None, initial={"expected_at": this_minute()}
    )
    begin_form = BeginForm(request.POST if what == "begin" else None, initial={"at": _landed(one)})
    if request.method == "POST":
        require_manage(request)
        if (answer := _act(request, one, what, leg_form, begin_form)) is not None:
            return answer
    context = _page(request, one) | {"leg_form": leg_form, "begin_form": begin_form}
    wrong = bool(leg_form.errors or begin_form.errors)
    return render(request, "journeys/traveller.html", context, status=422 if wrong else 200)


def _page(request: Any, one: Traveller) -> dict[str, Any]:
    now, manage = timezone.now(), may_manage(request)
    spans: Sequence[Span[UUID]] = chains_now([one], now).get(one.pk, [])
    holder = Hands.objects.select_related(*HANDS).get(pk=spans[-1].holder) if spans else None
    legs = stories.open_legs([one])
    arrived = holder is not None and holder.is_final
    knots = chain_of(one, spans, stories.of_traveller(one), now, manage=manage)
    said, after = details_of(one), aftercare(one)
    return {
        "one": one, "at": now, "name": name_of(one), "door": door_of(one), "flight": flight_of(one.movement),
        "answer": _answer(one, holder, spans), "arrived": arrived, "knots": [*knots, *(next_of(leg, now) for leg in legs)],
        "legs": [{"leg": leg, "words": holder_of(leg.taker)} for leg in legs], "missing": _missing(one, said, holder, legs, manage=manage),
        "facts": known_facts(one, said), "term": term_of(one, after), "whys": WHYS, "closes": CLOSED,
        "closed": CLOSED.get(one.closed_as, ""), "manage": manage,
        "can_unbegin": manage and one.begun_at is not None and one.closed_at is None and not was_handed_over(one),
        "begun_with": holder_of(one.begun_hands), "who": _at_the_door(one) if manage else None,
        "case_page": after.page if after is not None and after.right in request.rights else "",
        "can_hand": ESCORT in request.rights and one.closed_at is None and not arrived,
    }  # fmt: skip


def _at_the_door(one: Traveller) -> list[Person] | None:
    """Whom the register knows at his door, while nobody has said who he is; None when there is nothing to say."""
    if one.person_id is not None or one.dwelling is None or one.closed_at is not None:
        return None
    household = Household.objects.filter(dwelling=one.dwelling, until__isnull=True).first()
    return [entry["person"] for entry in residents(household)]


def _answer(one: Traveller, holder: Hands | None, spans: Sequence[Span[UUID]]) -> str:
    """The sentence on top: where is he?"""
    words = {"name": name_of(one), "who": holder_of(holder), "at": when(spans[-1].since) if spans else ""}
    if one.closed_at is not None and not (holder is not None and holder.is_final):
        return _("%(name)s: %(why)s") % (words | {"why": CLOSED[one.closed_as]})
    if holder is None:
        return _("Nobody has met %(name)s yet") % words
    if holder.is_home:
        return _("%(name)s has been home since %(at)s") % words
    if holder.is_final:
        return _("%(name)s has been at %(who)s since %(at)s") % words
    return _("%(name)s has been with %(who)s since %(at)s") % words


def _missing(
    one: Traveller, said: Details, holder: Hands | None, legs: Sequence[Leg], *, manage: bool
) -> list[tuple[str, str, str]]:
    """What nobody has said yet, with the way to say it: (words, address, word of the link)."""
    if one.closed_at is not None:
        return []
    found = []
    enter = (reverse("journeys:correct", args=[one.pk]), _("Fill it in")) if manage else ("", "")
    notice = (reverse("journeys:notice", args=[one.notice_id]), _("Look at the notice"))
    here = ("#who", _("Say who it is")) if manage and one.dwelling_id is not None else notice
    if one.person_id is None:
        found.append((_("Nobody has decided who in the register this is."), *here))
    if one.dwelling_id is None:
        found.append((_("The door is not known."), *enter))
    if not said.phone:
        found.append((_("There is no telephone number."), *enter))
    if one.movement_id is None:
        found.append((_("The flight or train is not known."), "", ""))
    if not origin_of(one):
        found.append((_("It is not known where the journey began, so no rule of the day can be shown."), *enter))
    if holder is not None and not holder.is_final and not legs:
        found.append((_("Nobody is planned to take over next."), "", ""))
    return found


def began_in(one: Traveller) -> str:
    """The country by its letters, and the airport of the flight where it lies in that country."""
    origin = one.movement.origin if one.movement is not None else ""
    return f"{origin} · {one.country}" if one.country and country_of(origin) == one.country else one.country


def known_facts(one: Traveller, said: Details) -> list[tuple[str, Any]]:
    """What is known, numbers masked."""
    facts: list[tuple[str, Any]] = [(_("Means of travel"), flight_of(one.movement)), (_("Door"), door_of(one))]
    facts += [
        (pgettext("journey", "Telephone"), said.phone_masked),
        (_("Document"), said.document_masked),
        (_("Seat"), said.seat),
    ]
    facts.append((_("Where the journey began"), began_in(one)))
    if one.expected_at is not None:
        facts.append((_("Expected at the door"), when(one.expected_at, one.about)))
    facts.append((_("Runs"), listed(run_title(seat.run) for seat in one.seats.select_related("run"))))
    facts.append((_("Responsible"), one.owner.holder_name))
    facts.append((_("Notice received"), when(one.notice.received_at, one.notice.about)))
    return [(word, value) for word, value in facts if value]


def _landed(one: Traveller) -> str:
    """When he landed, as the box of a moment writes it; else now."""
    landed = one.movement.landed_at if one.movement is not None else None
    return timezone.localtime(landed).strftime("%Y-%m-%dT%H:%M") if landed is not None else this_minute()


def _takers(request: Any, one: Traveller) -> list[tuple[str, Any]]:
    home = [(HOME, _("Their own door"))] if one.dwelling_id is not None else []
    return [*home, *((str(office.pk), office.holder_name) for office in escorts(request))]


def _act(request: Any, one: Traveller, what: str, leg_form: LegForm, begin_form: BeginForm) -> HttpResponse | None:
    """Carry out what was pressed; None when a form must be shown again."""
    form = {"leg": leg_form, "begin": begin_form}.get(what)
    if form is not None and not form.is_valid():
        return None
    try:
        if what == "leg":
            _plan(request, one, leg_form.cleaned_data, sure=leg_form.is_sure("far"))
        elif what == "begin":
            _begin(request, one, begin_form.cleaned_data)
        elif what == "unbegin":
            annul_beginning(by=request.user, traveller=one)
        elif what == "who":
            people = _at_the_door(one) or []
            person = next((each for each in people if str(each.pk) == request.POST.get("person")), None)
            if person is None:
                raise Http404("nobody of this door")
            say_who(by=request.user, traveller=one, person=person)
        elif what == "close":
            close_traveller(by=request.user, traveller=one, closed_as=request.POST.get("closed_as", ""))
        elif what == "reopen":
            reopen_traveller(by=request.user, traveller=one)
        else:
            raise Http404("no such act")
    except Refusal as refusal:
        if refusal.code == "journeys.far":
            leg_form.ask("far", "expected_at", refusal_text(refusal), FAR[1])
            return None
        if form is not None:
            form.add_error(None, refusal_text(refusal))
            return None
        messages.error(request, refusal_text(refusal))
    else:
        messages.success(request, _("Written down."))
    return redirect("journeys:traveller", one.pk)


def _plan(request: Any, one: Traveller, said: dict[str, Any], *, sure: bool) -> None:
    if said["taker"] == HOME and one.dwelling is not None:
        taker = holding.of_dwelling(request.neighbourhood, one.dwelling)
    else:
        taker = holding.of_mandate(request.neighbourhood, get_object_or_404(Mandate, pk=said["taker"]))
    plan_leg(
        by=request.user, travellers=[one], taker=taker, expected_at=said["expected_at"], about=said["about"],
        grace_minutes=said["grace"], sure=sure,
    )  # fmt: skip


def _begin(request: Any, one: Traveller, said: dict[str, Any]) -> None:
    operation = operation_of(request.neighbourhood)
    outsider = Outsider(said["outside_name"].strip(), said["outside_phone"].strip())
    hands = holding.of_outsider(request.neighbourhood, operation, said["outside_role"], outsider)
    begin(by=request.user, travellers=[one], hands=hands, at=said["at"], about=said["about"])


@require_POST
@needs(MANAGE)
def leg_cancel(request: Any, pk: UUID) -> HttpResponse:
    """Put aside what was planned next."""
    leg = get_object_or_404(Leg.objects.select_related("traveller"), pk=pk)
    cancel_leg(by=request.user, legs=[leg])
    messages.success(request, _("Cancelled. While no next hand-over is planned, the office is reminded."))
    return redirect("journeys:traveller", leg.traveller_id)
