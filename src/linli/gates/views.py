"""门岗: the board, one gate, its odd passages, slips, the simulator."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from linli.accounts.models import User
from linli.gates import beside, owners, passage, queries, words
from linli.gates.actions import details, plates
from linli.gates.forms import SimulateForm
from linli.gates.models import Check, Review
from linli.gates.reach import gates_for, whole, within
from linli.gates.reasons import OUTCOMES, REVIEW, sentence
from linli.gates.rules import decide
from linli.gates.templatetags.gate_words import permit
from linli.gates.throughput import paces
from linli.ground.access import needs
from linli.ground.mandates import rights_at
from linli.ground.models import Place
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal
from linli.operations import rulesets
from linli.operations.queries import active_operation, ruleset_for, title_of
from linli.ui.tables import Column, Table
from linli.ui.words import moment

DAYS_KEPT = 14
FIRST_DAY = date(2020, 1, 1)
"""No gate recorded anything before (as `parse.EARLIEST`)."""


@require_GET
@needs("gates.read")
def board(request: Any) -> HttpResponse:
    """Who came and went, what was odd?"""
    now = _moment(request)
    gates = {gate.pk: gate for gate in gates_for(request, "gates.read")}
    only = next((pk for pk in gates if str(pk) == request.GET.get("gate")), None)
    some = None if whole(request, "gates.read") else list(gates.values())
    found = queries.board(request.neighbourhood, now, only=only, gates=some)
    return render(
        request,
        "gates/board.html",
        {
            "board": found,
            "only": gates.get(only or 0),
            "at": now,
            "today": not request.GET.get("day"),
            "days": [timezone.localdate() - timedelta(days=n) for n in range(DAYS_KEPT)],
            "bars": _bars(found.hours),
            "passed": found.total("day_in") + found.total("day_out"),
            "operation": active_operation(request.neighbourhood),
            "heads": [
                _("Gate"),
                _("Inside"),
                _("This hour"),
                _("Today"),
                _("Called first"),
                _("Not let in"),
                _("Exceptions"),
                _("Phones"),
            ],
        },
    )


def _moment(request: Any) -> datetime:
    """Now, or the last moment of the day that the address asks for; 404 for a day that no calendar or no gate had."""
    asked = request.GET.get("day")
    if not asked:
        return timezone.now()
    try:
        day = parse_date(asked)
    except ValueError:
        day = None
    if day is None or day < FIRST_DAY:
        raise Http404
    if day >= timezone.localdate():
        return timezone.now()
    start = timezone.make_aware(datetime.combine(day, datetime.min.time())) + timedelta(hours=queries.DAY_BEGINS)
    return start + timedelta(days=1, seconds=-1)


def _bars(hours: list[tuple[datetime, int]]) -> list[tuple[str, int]]:
    return [(f"{timezone.localtime(hour):%H}", number) for hour, number in hours]


def gate_of(request: Any, pk: int, right: str = "") -> Place:
    """A gate of the chosen neighbourhood at which the user has ``right`` (if one is named), or 404."""
    place = get_object_or_404(
        Place.objects.select_related("kind", "parent"), pk=pk, neighbourhood=request.neighbourhood, kind__code="gate"
    )
    if right and right not in rights_at(request.mandates, place):
        raise Http404
    return place


class Passages(Table):
    """The passages of a gate and day."""

    title = _("Passages")
    sort = "-when"
    per_page = 50
    empty = _("No passage matches")
    columns: ClassVar[Sequence[Column]] = (
        Column("when", _("Time"), lambda c: timezone.localtime(c.happened_at), sort=("happened_at",), head=True,
               show=lambda c: moment(c.happened_at, "time")),
        Column("outcome", _("Result"), lambda c: words.word(words.OUTCOMES, c.outcome), sort=("outcome",),
               show=lambda c: words.outcome_signal(c.outcome)),
        Column("reason", _("Reason"), lambda c: words.reason(c.reason)),
        Column("direction", _("Direction"), lambda c: words.word(words.DIRECTIONS, c.direction), sort=("direction",)),
        Column("who", _("Who"), lambda c: queries.masked(c.name) or words.word(words.KLASSES, c.klass)),
        Column("number", pgettext_lazy("column", "Permit"), lambda c: permit(c.number), nowrap=True),
        Column("temperature", _("Temperature"), lambda c: words.celsius(c.temperature), sort=("temperature",),
               nowrap=True),
        Column("holder", _("Recorded by"), lambda c: words.holder(c.device) or str(_("by hand")), nowrap=True),
        Column("note", _("Note"), lambda c: ", ".join(_notes(c))),
        Column("open", _("Look"), lambda c: "", exported=False, bare=True, nowrap=True, show=lambda c: _link(c)),
    )  # fmt: skip


class PassagesWithoutHealth(Passages):
    """The same for who has no right to health data: that somebody was measured, never how much; not sorted by it either."""

    columns: ClassVar[Sequence[Column]] = tuple(
        Column("measured", _("Temperature"), lambda c: words.measured(c.temperature))
        if one.key == "temperature"
        else one
        for one in Passages.columns
    )


def _notes(check: Any) -> list[str]:
    notes = []
    if check.annulled_as:
        notes.append(str(_("annulled")))
    if check.made_offline:
        notes.append(str(_("made offline")))
    if check.overridden:
        notes.append(str(_("the rules said: %(what)s") % {"what": words.word(words.OUTCOMES, check.server_outcome)}))
    return notes


def _link(check: Any) -> Any:
    from django.urls import reverse  # the URL table imports this module
    from django.utils.html import format_html

    return format_html('<a href="{}">{}</a>', reverse("gates:check", args=[check.pk]), _("Look"))


ODD = ("held", "refused", "open")


@require_GET
@needs("gates.read")
def gate(request: Any, pk: int) -> HttpResponse:
    """One gate: who was held or refused, and everything else of the day on request."""
    place, now = gate_of(request, pk, "gates.read"), _moment(request)
    start, end = queries.day_of(now)
    rows: QuerySet[Check] = queries.passages(request.neighbourhood, start, end).filter(gate=place)
    roles = queries.by_role(rows)
    shown = request.GET.get("show", "odd")
    if shown in words.OUTCOMES:
        rows = rows.filter(outcome=shown)
    elif shown != "all":
        rows = rows.filter(outcome__in=ODD)
    role = request.GET.get("role", "")
    if role in words.ROLES:
        rows = rows.filter(device__role=role)
    health = "gates.health" in rights_at(request.mandates, place)
    table = (Passages if health else PassagesWithoutHealth)(request, rows, sub=f"{place.name} · {moment(now, 'day')}")
    download = table.download()
    if download is not None:
        return download
    found = queries.board(request.neighbourhood, now, only=pk, gates=[place])
    line = next((one for one in found.lines if one.gate.pk == pk), None)
    if line is None:
        raise Http404
    return render(
        request,
        "gates/gate.html",
        {
            "gate": place,
            "line": line,
            "pace": paces(request.neighbourhood, [place.pk], now)[place.pk],
            "table": table,
            "shown": shown,
            "panels": beside.panels(request, place),
            "roles": [(code, words.word(words.ROLES, code) if code else _("by hand"), n) for code, n in roles],
            "role": role,
            "choices": [("odd", _("Held, refused, to complete")), ("all", _("Everything")), *words.OUTCOMES.items()],
            "bars": _bars(found.hours),
            "at": now,
            "today": not request.GET.get("day"),
            "days": [timezone.localdate() - timedelta(days=n) for n in range(DAYS_KEPT)],
            "operation": active_operation(request.neighbourhood, gate=place),
        },
    )


@require_GET
@needs("gates.read")
def check(request: Any, pk: UUID) -> HttpResponse:
    """One passage: what was decided and why, both clocks, and what can be done about it."""
    row = _check(request, pk, "gates.read")
    return render(request, "gates/check.html", _facts(request, row))


def _recorded(row: Any) -> str:
    """Who recorded a passage: the role and phone at the gate, or the account that filled in the form."""
    if row.device is not None:
        return " · ".join(part for part in (words.holder(row.device), row.device.name) if part)
    name = User.objects.filter(pk=row.by_user).values_list("display_name", flat=True).first()
    return " · ".join(part for part in (str(_("by hand")), name or "") if part)


def _facts(request: Any, row: Any) -> dict[str, Any]:
    """What the page of a passage says. Health data and plates are in words for who lacks the right to them at this gate."""
    health = "gates.health" in rights_at(request.mandates, row.gate)
    rules = _rules_of(row)
    questions = {q["code"]: q for q in rules["questions"]}
    answers = [(questions.get(code), code, said) for code, said in (row.answers or {}).items()]
    visible = Check.objects.filter(within(request, "gates.read"), neighbourhood=request.neighbourhood)
    return {
        "check": row,
        "who": queries.masked(row.name),
        "outcome": words.outcome_signal(row.outcome),
        "reason": words.reason(row.reason),
        "server": words.word(words.OUTCOMES, row.server_outcome),
        "server_reason": words.reason(row.server_reason),
        "klass": words.word(words.KLASSES, row.klass),
        "direction": words.word(words.DIRECTIONS, row.direction),
        "way": words.word(words.WAYS, row.way),
        "card": words.word(words.CARD_STATES, row.card_state),
        "rules_title": title_of(rules),
        "recorded": _recorded(row),
        "lines": passage.lines(row, visible),
        "said": passage.said(details.masked(row)) if health else [],
        "spoke": row.details is not None,
        "health": health,
        "temperature": words.celsius(row.temperature) if health else words.measured(row.temperature),
        "plate": plates.masked(row),
        "answers": answers if health else [],
        "answered": words.answered(row.answers),
        "may_manage": "gates.manage" in rights_at(request.mandates, row.gate),
        "annulments": words.ANNULMENTS.items(),
        "annulled": words.word(words.ANNULMENTS, row.annulled_as) if row.annulled_as else "",
        "review": Review.objects.filter(check_id=row.pk).first(),
        "can_review": row.outcome in ("held", "refused") and rights_at(request.mandates, row.gate) & owners.ASKED,
        "late": row.heard_at - row.happened_at > timedelta(minutes=5),
        "skew": round(row.skew_ms / 60_000) if abs(row.skew_ms) > 60_000 else 0,
    }


@require_POST
@needs("gates.health")
def see_plate(request: Any, pk: UUID) -> HttpResponse:
    """The whole plate of a passage, on the passage's page, once: the name and the reason of who asked are journaled."""
    row = _check(request, pk, "gates.health")
    try:
        shown = plates.see(by=request.user, check=row, reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        return render(request, "gates/check.html", {**_facts(request, row), "wrong": refusal_text(refusal)}, status=422)
    response = render(request, "gates/check.html", {**_facts(request, row), "plate": shown, "seen": True})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@needs("gates.health")
def see_details(request: Any, pk: UUID) -> HttpResponse:
    """The name and number that a stranger left, on the passage's page, once: who asked, and why, is journaled."""
    row = _check(request, pk, "gates.health")
    try:
        whole = details.see(by=request.user, check=row, reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        wrong = {"wrong_details": refusal_text(refusal)}
        return render(request, "gates/check.html", {**_facts(request, row), **wrong}, status=422)
    response = render(request, "gates/check.html", {**_facts(request, row), "said": passage.said(whole), "heard": True})
    response["Cache-Control"] = "no-store"
    return response


def _check(request: Any, pk: UUID, right: str) -> Any:
    """A passage at a gate where the user has ``right``, or 404."""
    rows = queries.with_names(Check.objects.filter(within(request, right), neighbourhood=request.neighbourhood))
    return get_object_or_404(rows.select_related("gate", "operation", "device__body"), pk=pk)


def _rules_of(row: Check) -> dict[str, Any]:
    return rulesets.by_key(row.rules) or rulesets.load(rulesets.QUIET)


@require_GET
@needs("gates.work")
def slip(request: Any, pk: UUID) -> HttpResponse:
    """A 58 mm slip in both languages: what was decided, why, and how to have it reviewed. It carries no name."""
    row = _check(request, pk, "gates.work")
    rules = _rules_of(row)
    return render(
        request,
        "gates/slip.html",
        {
            "check": row,
            "number": str(row.pk)[-12:].upper(),
            "outcome": OUTCOMES.get(row.outcome, OUTCOMES["held"]),
            "reason": (sentence(row.reason, "zh-hans"), sentence(row.reason, "en")),
            "review": REVIEW,
            "rules": rules["title"],
            "contact": row.operation.contact,
            "back_url": request.GET.get("back") if request.GET.get("back", "").startswith("/gates/") else "/gates/",
        },
    )


@require_GET
@needs("gates.work")
def simulate(request: Any) -> HttpResponse:
    """What would happen if … Records nothing; the question lives in the address."""
    operation = active_operation(request.neighbourhood)
    current = ruleset_for(operation)
    form = SimulateForm(request.GET or None, current=current["code"])
    decision = None
    rules = current
    if form.is_bound and form.is_valid():
        rules = rulesets.load(form.cleaned_data["rules"])
        decision = decide(form.facts(rules), rules, int(timezone.now().timestamp() * 1000))
    return render(
        request,
        "gates/simulate.html",
        {
            "form": form,
            "rules_title": title_of(rules),
            "decision": decision,
            "outcome": words.outcome_signal(decision.outcome) if decision else "",
            "reason": words.reason(decision.reason) if decision else "",
            "cites": rules["cites"],
        },
    )
