"""One household for whoever looks after it: what is needed today, and nothing more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.care import errand_queries, queries, rules, seeing, words
from linli.care.access import READ, needs_care
from linli.care.actions.readings import Said, annul_reading, answer_alarm, emergency, record_reading
from linli.care.actions.visits import record_on_site
from linli.care.board_page import address_of, mandate_of
from linli.care.calling import numbers_to_call
from linli.care.forms import AnswerForm, OnSiteForm, ReadingForm, Saying
from linli.care.lines import CaseLine, HouseholdLine
from linli.care.models import Alarm, Case, Reading
from linli.care.pages import attempt
from linli.ground.access import forbidden
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal


@require_http_methods(["GET", "POST"])
@needs_care
def household(request: Any, pk: UUID) -> HttpResponse:
    """What is due at this door today; each act one tap and one form away from done."""
    now = timezone.now()
    home = _home(request, pk)
    sent = _sent(request, home) if request.method == "POST" else None
    if isinstance(sent, HttpResponse):
        return sent
    if request.method == "GET":
        for one in home.cases:
            seeing.opened_page(by=request.user, case=one.case)
    visible = errand_queries.visible(request.user, request.rights, request.neighbourhood)
    errands = errand_queries.of_households(visible, [home.household.pk], now).get(home.household.pk, [])
    left = [act for one in home.cases for act in one.acts if act.code in NEEDED]
    context = {
        "home": home,
        "address": address_of(home),
        "mandate": mandate_of(home),
        "post": home.supervisor,
        "parts": [_part(request, one, sent) for one in home.cases],
        "alarms": [(alarm, one, _form(AnswerForm, "answer", one, sent)) for one in home.cases for alarm in one.alarms],
        "errands": errands,
        "called": sent[1:] if sent is not None and sent[0] == "phone" else None,
        "left": len(left) + len(errands),
        "reads": READ in request.rights,
        "emergency": request.GET.get("emergency") == "1",
        "now": now,
    }
    wrong = sent is not None and sent[0] != "phone"
    return render(request, "care/household.html", context, status=422 if wrong else 200)


UNMASK = "register.unmask"
"""With it, or as who looks after somebody, one sees the number to call."""
NEEDED = ("alarm", "missed", "check", "need", "visit")
"""What whoever looks after a household does there himself; the rest is the office's."""


def _home(request: Any, pk: UUID) -> HouseholdLine:
    """The household, if somebody in it is his to look after; else it does not exist for him."""
    today = queries.today(request.user, request.neighbourhood, timezone.now(), households=[pk])
    found = next(iter(today.households), None)
    if found is None:
        raise Http404("no such household")
    return found


def _part(request: Any, one: CaseLine, sent: Any) -> dict[str, Any]:
    """One person of the household: what is due, with its forms."""
    due = next((check for check in one.checks if check.state in ("open", "late")), None)
    return {
        "one": one,
        "kind": words.KINDS[one.case.kind],
        "day": words.day_of(one.day, one.case.days) if one.case.days is not None else "",
        "release": words.midnight(one.case.release_at),
        "is_term": one.case.kind == rules.QUARANTINE,
        "due": due,
        "part": words.PARTS[due.part] if due is not None else "",
        "ahead": next((check for check in one.checks if check.state == "ahead"), None),
        "missed": [words.PARTS[check.part] for check in one.checks if check.state == "missed"],
        "needs": [need for need in one.needs if need.due],
        "reading": _form(ReadingForm, "reading", one, sent),
        "visit": _form(OnSiteForm, "on_site", one, sent),
        "mine": [line for line in one.readings if line.row.by_user == request.user.pk],
    }


def _form(made: type[Saying], verb: str, one: CaseLine, sent: Any) -> Saying:
    """An empty form, or the one that was sent and is not right yet."""
    if sent is not None and sent[0] == verb and sent[1] == one.case.pk:
        form: Saying = sent[2]
        return form
    return made(auto_id=f"id_{verb}_{one.case.pk.hex[-6:]}_%s")


def _sent(request: Any, home: HouseholdLine) -> Any:
    """Do what was sent: an answer, or (verb, case, form) of what has to be mended, or ("phone", case, numbers)."""
    verb, case = request.POST.get("verb", ""), _case(request, home)
    if verb == "phone":
        if UNMASK not in request.rights and not seeing.helps(request.user, case):
            return forbidden(request, UNMASK)
        return verb, case.pk, numbers_to_call(by=request.user, person=case.person)
    if verb in FORMS:
        made, act = FORMS[verb]
        form = made(request.POST, auto_id=f"id_{verb}_{case.pk.hex[-6:]}_%s")
        if form.is_valid() and attempt(form, lambda: act(request, case, form.cleaned_data)):
            messages.success(request, _("Noted. Thank you."))
            return redirect("care:household", home.household.pk)
        return verb, case.pk, form
    try:
        if verb == "emergency":
            emergency(by=request.user, case=case)
            messages.success(request, _("The office is called now. Stay with the person if it is safe for you."))
            return redirect(f"{request.path}?emergency=1")
        if verb == "unread":
            annul_reading(by=request.user, reading=_own_reading(request, case))
            messages.success(request, _("Taken back."))
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    return redirect("care:household", home.household.pk)


def _case(request: Any, home: HouseholdLine) -> Case:
    """The case that the form is about: one of this household's that he may see."""
    wanted = request.POST.get("case", "")
    for one in home.cases:
        if str(one.case.pk) == wanted:
            return one.case
    raise Http404("no such case here")


def _own_reading(request: Any, case: Case) -> Reading:
    """A reading of today that he noted himself: a slip of the thumb."""
    wanted = request.POST.get("reading", "")
    rows = Reading.objects.filter(case=case, by_user=request.user.pk, annulled_at__isnull=True)
    found = next((row for row in rows if str(row.pk) == wanted), None)
    if found is None:
        raise Http404("no such reading of yours")
    return found


def _read(request: Any, case: Case, data: dict[str, Any]) -> None:
    said = Said(data["temperature"], tuple(data["symptoms"]), data["words"])
    record_reading(by=request.user, case=case, said=said, happened_at=data["at"], key=data["key"])


def _visited(request: Any, case: Case, data: dict[str, Any]) -> None:
    held = next((one for one in request.mandates if one.user_id == request.user.pk), None)
    record_on_site(
        by=request.user,
        case=case,
        happened_at=data["at"],
        way=data["way"],
        mandate=held,
        words=data["words"],
        key=data["key"],
    )


def _answered(request: Any, case: Case, data: dict[str, Any]) -> None:
    wanted = request.POST.get("alarm", "")
    alarm = next((row for row in Alarm.objects.filter(case=case) if str(row.pk) == wanted), None)
    if alarm is None:
        raise Http404("no such alarm here")
    answer_alarm(by=request.user, alarm=alarm, answer=data["answer"], words=data["words"])


FORMS: dict[str, tuple[type[Saying], Callable[[Any, Case, dict[str, Any]], None]]] = {
    "reading": (ReadingForm, _read),
    "on_site": (OnSiteForm, _visited),
    "answer": (AnswerForm, _answered),
}
"""What can be sent with a form of its own: the form, and what is done with it."""
