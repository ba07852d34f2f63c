"""One round: zone by zone, what is done and what is missed; and one of its targets with what can be done about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.ground.access import needs
from linli.ground.bodies import roots
from linli.ground.mandates import rights_at, under
from linli.ground.models import Mandate, Place
from linli.ground.words import refusal_text
from linli.kernel.ids import uuid7
from linli.kernel.refusal import Refusal
from linli.rounds import boards, calls, rhythms, round_pages, standing
from linli.rounds.access import leads_walkers, number_of, scope_of, words_of
from linli.rounds.actions.plans import picked
from linli.rounds.actions.targets import excuse, hand_over, join_place, sign_blind, strays
from linli.rounds.actions.walking import At, record_visit
from linli.rounds.fenced import seen
from linli.rounds.models import Handing, Occurrence, Plan, Target, TargetSubject
from linli.rounds.round_forms import ExcuseForm, HandForm, JoinPlaceForm, SignForm, WalkedForm
from linli.rounds.round_tables import STATE_WORDS, RoundTargets
from linli.rounds.walkers import takers

READ, PLAN, WRITE = "rounds.read", "rounds.plan", "rounds.write"


def own_round(request: Any, pk: UUID, right: str) -> Occurrence:
    """The round, if it belongs to a place where the user has ``right`` and is open or over."""
    rows = Occurrence.objects.filter(under(roots(request, right), "place__path"), opened_at__isnull=False)
    rows = seen(rows, request.rights).select_related("plan", "place__neighbourhood", "sheet")
    found: Occurrence | None = rows.filter(pk=pk).first()
    if found is None:
        raise Http404("no such round here")
    return found


@require_GET
@leads_walkers
@needs(READ)
def one(request: Any, pk: UUID) -> HttpResponse:
    """Every target with its state, who should, who was there; by zone, searchable; whom to call now where it goes on until it is done."""
    with scope_of(request, READ):
        found = own_round(request, pk, READ)
        now = timezone.now()
        (bar,) = boards.bars([found], now)
        rhythm = rhythms.of(found.plan, now) if bar.running and bar.all_day else None
        bar = replace(bar, overdue=len(rhythm.overdue) if rhythm is not None else 0)
        every = round_pages.lines(bar.stand)
        shown = _shown(request, every)
        table = RoundTargets(request, shown, sub=found.title)
        until_done = found.plan.cadence == Plan.Cadence.UNTIL_DONE
        context = {
            "one": found,
            "bar": bar,
            "table": table,
            "show": request.GET.get("show", ""),
            "state_words": [(state.value, STATE_WORDS[state][1]) for state in STATE_WORDS],
            "zones": boards.by_zone([bar], {}) if len(bar.stand.zones) > 1 else [],
            "calls": calls.of(found, every, now) if until_done else None,
            "strays": list(strays(found).select_related("place", "visit").order_by("visit__happened_at")),
            "blind": _blind(found) if found.blind else [],
            "may": PLAN in request.rights,
            "people": takers(found.place) if PLAN in request.rights else [],
            "sign": SignForm(initial={"name": request.user.display_name}),
            "join": JoinPlaceForm(_joinable(found, every)) if PLAN in request.rights else None,
        }
        return table.download() or render(request, "rounds/round.html", context)


def _shown(request: Any, every: list[round_pages.Line]) -> list[round_pages.Line]:
    """The lines that the address asks for: a state, a zone, words."""
    show, zone, words = (request.GET.get(key, "").strip() for key in ("show", "zone", "q"))
    found = [line for line in every if show not in round_pages.SHOWN or line.state.value == show]
    found = [line for line in found if not zone or line.zone == zone]
    folded = words.casefold()
    return [line for line in found if not folded or folded in f"{line.name} {line.holder} {line.person}".casefold()]


def _blind(found: Occurrence) -> list[Target]:
    rows = Target.objects.filter(occurrence=found, held_by=0)
    if found.plan.wants_one:
        rows |= Target.objects.filter(occurrence=found, held_by__gt=1)
    return list(rows.select_related("holder").order_by("sort")[:200])


def _joinable(found: Occurrence, every: list[round_pages.Line]) -> list[Place]:
    """Places of the kinds that the round is about, and not in it."""
    if found.plan.subject not in (Plan.Subject.PLACE, Plan.Subject.HOUSEHOLD):
        return []
    inside = Target.objects.filter(occurrence=found)
    kinds = inside.order_by().values("place__kind").distinct()
    rows = Place.objects.filter(under([found.place]), kind__in=kinds, until__isnull=True)
    return list(rows.exclude(pk__in=inside.order_by().values("place")).select_related("parent").order_by("path")[:500])


@require_POST
@needs(PLAN)
def change(request: Any, pk: UUID, verb: str) -> HttpResponse:
    """Sign blind spots, let something join, give targets to somebody else."""
    with scope_of(request, PLAN):
        found = own_round(request, pk, PLAN)
        acts = {"sign": _sign, "join": _join, "hand": _hand}
        if verb not in acts:
            raise Http404("no such act")
        try:
            messages.success(request, acts[verb](request, found))
        except Refusal as refusal:
            messages.error(request, refusal_text(refusal))
    return redirect("rounds:round", pk=pk)


def _sign(request: Any, found: Occurrence) -> str:
    name, why = words_of(request, "name", 80), words_of(request, "why", 200)
    sign_blind(by=request.user, occurrence=found, name=name, why=why)
    return _("Your name stands beside it.")


def _join(request: Any, found: Occurrence) -> str:
    wanted = number_of(request.POST.get("place", ""))
    place = Place.objects.filter(under([found.place]), pk=wanted or 0, until__isnull=True).first()
    if place is None:
        raise Http404("no such place here")
    join_place(by=request.user, occurrence=found, place=place, reason=words_of(request, "reason", 120))
    return _("%(name)s is in the round now.") % {"name": place.name}


def _hand(request: Any, found: Occurrence) -> str:
    """Ticked targets; or every one of a zone that is not done."""
    ids = [pk for raw in request.POST.getlist("target") if (pk := _uuid(raw)) is not None]
    rows = Target.objects.filter(occurrence=found, pk__in=ids).select_related("occurrence__place", "place")
    count = hand_over(by=request.user, targets=rows, to=_to(request, found), reason=words_of(request, "reason", 120))
    return ngettext("One place has changed hands.", "%(n)s places have changed hands.", count) % {"n": count}


def _to(request: Any, found: Occurrence) -> Mandate:
    return picked(takers(found.place), number_of(request.POST.get("to", "")))


def _uuid(raw: str) -> UUID | None:
    try:
        return UUID(raw)
    except ValueError:
        return None


@require_GET
@needs(READ)
def row(request: Any, pk: UUID) -> HttpResponse:
    """One target: its state, every visit, whom it was handed to; excuse it, give it away, or enter what was done."""
    with scope_of(request, READ):
        target = _target(request, pk, READ)
        if target.body_id is not None:
            return redirect("rounds:target", pk=pk)
        now = timezone.now()
        stand = standing.of([target.occurrence], now)[target.occurrence_id]
        line = next(line for line in round_pages.lines(stand) if line.id == target.pk)
        context = {
            "target": target,
            "one": target.occurrence,
            "line": line,
            "handings": list(Handing.objects.filter(target=target).select_related("mandate").order_by("since")),
            "may": PLAN in request.rights,
            "writes": WRITE in request.rights,
            "excuse": ExcuseForm(initial={"name": request.user.display_name}),
            "hand": HandForm(takers(target.occurrence.place)) if PLAN in request.rights else None,
            "walked": WalkedForm(
                initial={"visitor": request.user.display_name, "key": uuid7()}, at_door=_is_door(target)
            ),
            "home": _home(request, target),
        }
        return render(request, "rounds/row.html", context)


def _is_door(target: Target) -> bool:
    """Whether somebody is to be met there: a household, a person, or a dwelling as such."""
    return _dwelling(target) is not None or TargetSubject.objects.filter(target=target).exists()


def _dwelling(target: Target) -> Place | None:
    place: Place | None = target.place
    return place if place is not None and place.kind.code == "dwelling" else None


def _home(request: Any, target: Target) -> Place | None:
    """The home in the register, for who may read it there; whole telephone numbers are had there, with a reason."""
    place = _dwelling(target)
    if place is None or place.neighbourhood_id != request.neighbourhood.pk:
        return None
    return place if "register.read" in rights_at(request.mandates, place) else None


def _target(request: Any, pk: UUID, right: str) -> Target:
    rows = Target.objects.filter(under(roots(request, right), "occurrence__place__path"))
    rows = seen(rows, request.rights, "occurrence__plan__")
    found: Target | None = (
        rows.select_related("occurrence__plan", "occurrence__place__neighbourhood", "place__kind", "area")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404("no such target here")
    return found


@require_http_methods(["POST"])
@needs(PLAN)
def row_change(request: Any, pk: UUID, verb: str) -> HttpResponse:
    """Excuse one target by name, or give it to somebody else."""
    with scope_of(request, PLAN):
        target = _target(request, pk, PLAN)
        try:
            if verb == "excuse":
                name, reason = words_of(request, "name", 80), words_of(request, "reason", 120)
                excuse(by=request.user, target=target, name=name, reason=reason)
            elif verb == "hand":
                to, reason = _to(request, target.occurrence), words_of(request, "reason", 120)
                hand_over(by=request.user, targets=[target], to=to, reason=reason)
            else:
                raise Http404("no such act")
        except Refusal as refusal:
            messages.error(request, refusal_text(refusal))
        else:
            messages.success(request, _("Saved."))
    return redirect("rounds:row", pk=pk)


@require_POST
@needs(WRITE)
def walked(request: Any, pk: UUID) -> HttpResponse:
    """Enter what was done, or tried, for somebody who says so: by telephone, or from paper."""
    with scope_of(request, WRITE):
        target = _target(request, pk, WRITE)
        form = WalkedForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            record_visit(
                by=request.user,
                id=data["key"],
                occurrence=target.occurrence,
                targets=[At(target.pk, data["outcome"], data["call_back_at"])],
                happened_at=data["happened_at"],
                visitor=data["visitor"],
                note=data["note"],
                source="entered",
            )
            messages.success(request, _("Saved."))
        else:
            messages.error(request, _("Please say when, and what came of it."))
    back = request.POST.get("back") == "round"
    return redirect("rounds:round", pk=target.occurrence_id) if back else redirect("rounds:row", pk=pk)
