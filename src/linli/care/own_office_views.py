"""The office's side of own pages, under /care/own/: make a code and print its slip, end one, note a guardian's consent (PIPL art. 31)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.accounts import totp
from linli.accounts.slip_page import LOCAL, host_name
from linli.care import guardian, seeing
from linli.care import own_codes as codes
from linli.care.access import needs_care
from linli.care.actions import guardians as consents
from linli.care.actions import own_codes
from linli.care.calling import call_of
from linli.care.guardian_forms import GuardianForm
from linli.care.models import Case, OwnCode
from linli.care.own_shown import helper_of, said_until, term_of
from linli.care.own_until import live
from linli.care.pages import attempt
from linli.ground.people_words import RELATIONS_OF_CONSENT, WAYS
from linli.ground.places import short_address
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal


def _case(request: Any, pk: UUID) -> Case:
    return seeing.case_of(request.user, request.neighbourhood, pk)


@require_http_methods(["GET", "POST"])
@needs_care
def code(request: Any, pk: UUID) -> HttpResponse:
    """The own page of the person of a case: is there a code? A POST makes one and shows its slip once, to be handed over in person."""
    case = _case(request, pk)
    if request.method == "POST":
        return _made(request, case)
    now = timezone.now()
    child = guardian.is_child(case.person, now)
    context = {
        "case": case,
        "code": live(now).filter(person=case.person_id).first(),
        "child": child,
        "consent": guardian.consent_of(case.person) if child else None,
        "address": short_address(case.household.dwelling),
    }
    return render(request, "care/own/office.html", context)


def _made(request: Any, case: Case) -> HttpResponse:
    """The slip, rendered straight from the POST that made it: the code is stored nowhere, and the page is never cached."""
    try:
        slip = own_codes.make_own_code(by=request.user, case=case)
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
        if refusal.code == "care.guardian_consent":
            return redirect("care_own:guardian", case.pk)
        return redirect("care_own:code", case.pk)
    now = timezone.now()
    address = request.build_absolute_uri(reverse("mine:home"))
    reachable = host_name(request) not in LOCAL
    helper = helper_of(case, now)
    context = {
        "case": case,
        "home": short_address(case.household.dwelling),
        "code": codes.grouped(slip.code),
        "qr": totp.qr(f"{address}#c={slip.code}") if reachable else "",
        "address": address,
        "term": term_of(case, now),
        "until": said_until(slip.row.expires_at),
        "guardian": slip.row.to_guardian,
        "helper": helper,
        "call": (helper.call if helper is not None else None) or call_of(None, case.operation),
        "a6": "a6" in request.POST,
        "back_url": reverse("care_own:code", args=[case.pk]),
    }
    response = render(request, "care/own/slip.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@needs_care
def end(request: Any, pk: UUID) -> HttpResponse:
    """End the code of a person."""
    found = get_object_or_404(OwnCode, pk=pk, neighbourhood=request.neighbourhood)
    case = _case(request, found.case_id)
    own_codes.end_own_code(by=request.user, code=found)
    messages.success(request, _("The code holds no longer; the page is closed on every phone."))
    return redirect("care_own:code", case.pk)


@require_http_methods(["GET", "POST"])
@needs_care
def consent(request: Any, pk: UUID) -> HttpResponse:
    """The guardian of a child under 14: who agrees, how, when. Needed before a code, and before any reading that nobody ordered."""
    case = _case(request, pk)
    if not guardian.is_child(case.person, timezone.now()):
        raise Http404("no child")
    form = GuardianForm(request.POST or None, initial={"given_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid() and _agreed(request, case, form):
        messages.success(request, _("The consent is noted. It can be withdrawn here at any time."))
        return redirect("care_own:code", case.pk)
    known = guardian.consent_of(case.person)
    context = {
        "case": case,
        "form": form,
        "consent": known,
        "relation": RELATIONS_OF_CONSENT[known.relation] if known is not None else "",
        "way": WAYS[known.way] if known is not None else "",
        "address": short_address(case.household.dwelling),
    }
    return render(request, "care/own/guardian.html", context, status=422 if form.errors else 200)


def _agreed(request: Any, case: Case, form: GuardianForm) -> bool:
    return attempt(form, lambda: consents.note_guardian(by=request.user, child=case.person, said=form.said()))


@require_POST
@needs_care
def withdraw(request: Any, pk: UUID) -> HttpResponse:
    """The guardian withdraws: one button; the child's code ends with it (PIPL art. 15)."""
    case = _case(request, pk)
    consents.withdraw_guardian(by=request.user, child=case.person)
    messages.success(request, _("The consent is withdrawn from today. Nobody is refused anything for it."))
    return redirect("care_own:guardian", case.pk)


@require_GET
@needs_care
def children(request: Any) -> HttpResponse:
    """Children under 14 who are looked after, with their guardian's consent or without."""
    now = timezone.now()
    rows = seeing.visible(request.user, request.neighbourhood).filter(closed_at__isnull=True)
    cases = [one for one in rows.select_related("person", "household__dwelling__parent__parent__parent")
             if guardian.is_child(one.person, now)]  # fmt: skip
    have = guardian.consenting(one.person_id for one in cases)
    lines = [(one, short_address(one.household.dwelling), one.person_id in have) for one in cases]
    return render(request, "care/own/children.html", {"lines": lines, "missing": sum(not ok for _c, _a, ok in lines)})
