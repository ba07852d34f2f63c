"""Word of arrivals: what came, as it came, who is named in it, and who sees to it (T01, T02, T09)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.ground.access import needs
from linli.ground.words import refusal_text
from linli.journeys.access import MANAGE, READ, may_manage, own_notice, require_manage
from linli.journeys.actions.arrivals import Flight, add_movement, reopen_notice, settle_notice, take_notice, text_of
from linli.journeys.actions.travellers import Listed, add_traveller
from linli.journeys.faces import TRAVELLER, door_of, flight_of, long, name_of, when
from linli.journeys.forms import NoticeForm, TravellerForm, this_minute
from linli.journeys.manifest_report import masked_words
from linli.journeys.models import ArrivalNotice, ListedRow, Movement, Traveller
from linli.journeys.words import CLOSED, VIAS
from linli.kernel.handover import minutes_between
from linli.kernel.refusal import Refusal
from linli.operations.queries import active_operation
from linli.ui.tables import Column, Table
from linli.ui.templatetags.linli_ui import signal
from linli.ui.words import number

OPEN = Q(travellers__closed_at__isnull=True)
UNDECIDED = (
    OPEN
    & Q(travellers__person__isnull=True, travellers__dwelling__isnull=True)
    & (Q(travellers__alarm_at__isnull=False) | Q(travellers__begun_at__isnull=False))
)
"""Who is met, or asked about. The hundreds of a passenger list who are nobody's neighbours wait for no decision (no ``alarm_at``)."""
CONCERNS_US = (
    Q(person__isnull=False) | Q(dwelling__isnull=False) | Q(alarm_at__isnull=False) | Q(begun_at__isnull=False)
)
"""Whom a notice names that came with a whole passenger list: ours, and who is asked about. The others stand on the page of the list."""


class Notices(Table):
    """Word of arrivals, the latest first."""

    title = gettext_lazy("Arrival notices")
    sort = "-received"
    columns = (
        Column("received", gettext_lazy("Came"), lambda n: n.received_at, sort=("received_at",), head=True,
               show=lambda n: format_html('<a href="{}">{}</a>', reverse("journeys:notice", args=[n.pk]), when(n.received_at, n.about))),
        Column("via", gettext_lazy("How"), lambda n: VIAS[n.via], sort=("via",)),
        Column("flight", gettext_lazy("Means of travel"), lambda n: flight_of(n.movement), sort=("movement__number",)),
        Column("named", gettext_lazy("Named"), lambda n: n.named, sort=("named",), number=True),
        Column("undecided", gettext_lazy("Undecided"), lambda n: n.undecided, sort=("undecided",), number=True,
               show=lambda n: signal("amber", number(n.undecided)) if n.undecided else number(0)),
        Column("owner", gettext_lazy("Responsible"), lambda n: n.owner.holder_name, sort=("owner__holder_name",)),
        Column("state", gettext_lazy("State"), lambda n: _state(n)[1], show=lambda n: signal(*_state(n))),
    )  # fmt: skip


def _state(notice: ArrivalNotice) -> tuple[str, Any]:
    if notice.settled_at is not None:
        return "green", _("dealt with")
    return "amber", _("to be dealt with")


def _rows(request: Any) -> QuerySet[ArrivalNotice]:
    rows = ArrivalNotice.objects.filter(neighbourhood=request.neighbourhood).select_related("movement", "owner")
    return rows.annotate(
        named=Count("travellers", distinct=True), undecided=Count("travellers", filter=UNDECIDED, distinct=True)
    )


@require_GET
@needs(READ)
def notices(request: Any) -> HttpResponse:
    """All word of arrivals, and of how many people nobody has decided yet."""
    rows = _rows(request)
    table = Notices(request, rows)
    undecided = rows.aggregate(people=Sum("undecided"))["people"] or 0
    context = {
        "table": table,
        "notices": rows.exists(),
        "undecided": undecided,
        "manage": may_manage(request),
        "operation": active_operation(request.neighbourhood),
    }
    return table.download() or render(request, "journeys/notices.html", context)


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def notice_add(request: Any) -> HttpResponse:
    """Take word down: by telephone or word of mouth. Pasted chats and passenger lists have pages of their own."""
    form = NoticeForm(request.POST or None, initial={"received_at": this_minute()})
    if request.method == "POST" and form.is_valid():
        try:
            taken = _take(request, form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal_text(refusal))
        else:
            messages.success(request, _("Saved. Now enter the people it names."))
            return redirect("journeys:notice", taken.pk)
    context = {"form": form, "ways": _ways(), "operation": active_operation(request.neighbourhood)}
    return render(request, "journeys/notice_add.html", context, status=422 if form.errors else 200)


def _take(request: Any, said: dict[str, Any]) -> ArrivalNotice:
    movement = _movement(request, said) if said["kind"] else None
    return take_notice(
        by=request.user,
        neighbourhood=request.neighbourhood,
        via=said["via"],
        received_at=said["received_at"],
        about=said["about"],
        text=said["text"],
        movement=movement,
    )


def _movement(request: Any, said: dict[str, Any]) -> Movement:
    flight = Flight(
        kind=said["kind"],
        number=said["number"],
        day=timezone.localdate(said["landed_at"] or said["received_at"]),
        origin=said["origin"],
        landed_at=said["landed_at"],
        about=said["landed_about"],
        passengers=said["passengers"],
        crew=said["crew"],
    )
    return add_movement(by=request.user, neighbourhood=request.neighbourhood, flight=flight)


def _ways() -> list[tuple[str, str, str]]:
    """The pages that read a chat and a passenger list."""
    known = (
        ("journeys:chat", _("Paste a chat"), _("The messages of the transfer group; what is understood is shown to confirm.")),
        ("journeys:manifests", _("Drop a passenger list"), _("A spreadsheet; each row is compared with the register.")),
    )  # fmt: skip
    found = []
    for name, word, hint in known:
        try:
            found.append((reverse(name), word, hint))
        except NoReverseMatch:
            continue
    return found


@require_http_methods(["GET", "POST"])
@needs(READ)
def notice(request: Any, pk: UUID) -> HttpResponse:
    """One word of an arrival: its text, its flight, who is named; a POST enters somebody."""
    one = own_notice(request, pk)
    form = TravellerForm(request.neighbourhood, request.POST or None)
    if request.method == "POST":
        require_manage(request)
        if form.is_valid():
            try:
                _enter(request, one, form)
            except Refusal as refusal:
                form.add_error(None, refusal_text(refusal))
            else:
                messages.success(request, _("Entered."))
                return redirect("journeys:notice", pk)
    named = _named(one)
    shown = named.filter(CONCERNS_US) if one.via == ArrivalNotice.Via.MANIFEST else named
    people = list(shown.select_related(*TRAVELLER).order_by("heard_at", "pk"))
    context = {
        "one": one,
        "text": masked_words(text_of(one)),
        "via": VIAS[one.via],
        "flight": flight_of(one.movement),
        "gap": after_landing(one),
        "count": (count := named.count()),
        "others": count - len(people) if one.upload is not None else 0,
        "people": [_line(traveller) for traveller in people],
        "facts": _facts(one),
        "form": form,
        "manage": may_manage(request),
        "operation": active_operation(request.neighbourhood),
    }
    return render(request, "journeys/notice.html", context, status=422 if form.errors else 200)


def _named(one: ArrivalNotice) -> QuerySet[Traveller]:
    """Who is named in it: entered from it, or known already from another list and named here once more."""
    again = ListedRow.objects.filter(source=f"notice:{one.pk}").values("traveller")
    return Traveller.objects.filter(Q(notice=one) | Q(pk__in=again))


def _enter(request: Any, one: ArrivalNotice, form: TravellerForm) -> None:
    said = form.cleaned_data
    listed = Listed(
        form.details(),
        country=said["country"],
        dwelling=form.dwelling,
        expected_at=said["expected_at"],
        about=said["about"],
        ask=form.dwelling is None,
    )
    add_traveller(by=request.user, notice=one, listed=listed)


def _line(traveller: Traveller) -> dict[str, Any]:
    """Somebody named, and whether it is decided that he is ours."""
    expected = when(traveller.expected_at, traveller.about) if traveller.expected_at else ""
    return {
        "pk": traveller.pk,
        "name": name_of(traveller),
        "door": door_of(traveller),
        "words": _("expected %(at)s") % {"at": expected} if expected else "",
        "signal": _decided(traveller),
    }


def _decided(traveller: Traveller) -> tuple[str, Any]:
    if traveller.closed_at is not None:
        return "info", CLOSED[traveller.closed_as]
    if traveller.person_id is not None or traveller.dwelling_id is not None:
        return "green", _("one of ours")
    if traveller.alarm_at is None and traveller.begun_at is None:
        return "info", _("Not one of ours, it seems")
    return "amber", _("undecided")


def after_landing(one: ArrivalNotice) -> str:
    """How long after the landing the word came (T02: 4 h 04 min)."""
    landed = one.movement.landed_at if one.movement is not None else None
    if landed is None or landed > one.received_at:
        return ""
    return _("%(long)s after the landing") % {"long": long(minutes_between(landed, one.received_at))}


def _facts(one: ArrivalNotice) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [(_("Responsible"), one.owner.holder_name)]
    movement = one.movement
    if movement is not None:
        facts.append((_("Means of travel"), flight_of(movement)))
        if movement.origin:
            facts.append((_("From where"), movement.origin))
        if movement.landed_at is not None:
            facts.append((_("Landed or arrived at"), when(movement.landed_at, movement.about)))
        facts += _aboard(movement)
    return facts


def _aboard(movement: Movement) -> list[tuple[str, Any]]:
    """On board: passengers and crew (T01: 286 + 17 = 303)."""
    if movement.passengers is None or movement.crew is None:
        return [(_("Passengers on board"), number(movement.passengers))] if movement.passengers is not None else []
    total = movement.passengers + movement.crew
    parts = {"passengers": number(movement.passengers), "crew": number(movement.crew), "total": number(total)}
    return [(_("On board"), _("%(passengers)s passengers + %(crew)s crew = %(total)s") % parts)]


@require_POST
@needs(MANAGE)
def notice_settle(request: Any, pk: UUID) -> HttpResponse:
    """A person has read it and everybody named in it is entered; ``again``: there is more in it, after all."""
    one = own_notice(request, pk)
    if request.POST.get("again"):
        reopen_notice(by=request.user, notice=one)
        messages.success(request, _("Reopened: there is more in it."))
        return redirect("journeys:notice", pk)
    settle_notice(by=request.user, notice=one)
    count = one.travellers.count()
    text = ngettext("Dealt with: %(n)s person is named.", "Dealt with: %(n)s people are named.", count) % {"n": count}
    messages.success(request, text)
    return redirect("journeys:notice", pk)
