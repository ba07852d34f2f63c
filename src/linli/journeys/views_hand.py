"""交接: what is mine to hand over, the form for any phone, the other side later, taking back (T03, T04)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.ground.access import needs
from linli.ground.words import refusal_text
from linli.journeys import stories
from linli.journeys.access import ESCORT, MANAGE, may_manage, own_run, own_traveller
from linli.journeys.actions.handovers import Side, accept, annul_handover, code_of
from linli.journeys.actions.phones import Told, record_handover
from linli.journeys.faces import door_of, holder_of, name_of, run_signal, run_title, when
from linli.journeys.forms_hand import LATER, HandForm, TakeForm, Ticked
from linli.journeys.hand_lists import HandList, list_of_one, on_the_way, own_hands, own_list, own_runs, run_list, takers
from linli.journeys.handing import Handing
from linli.journeys.models import Handover
from linli.journeys.words import WHYS
from linli.kernel.handover import night_of
from linli.kernel.refusal import Refusal


@require_GET
@needs(ESCORT)
def hand(request: Any) -> HttpResponse:
    """Who is in my hands, what waits for me or for the other side, the runs with which I go."""
    now = timezone.now()
    own = [one.pk for one in own_hands(request)]
    halves = [_half(one) for one in stories.waiting(request.neighbourhood, None if may_manage(request) else own)]
    runs = [_run(one, now) for one in own_runs(request, night_of(now) - timedelta(days=1))]
    context = {
        "mine": own_list(request, now),
        "to_take": [one for one in halves if one["taker_pk"] in own and not one["took"]],
        "to_give": [one for one in halves if one["took"] and one["giver_pk"] in own],
        "to_wait": [one for one in halves if not one["took"] and one["taker_pk"] not in own],
        "runs": [one for one in runs if one["people"] or not one["over"]],
        "whys": WHYS,
    }
    return render(request, "journeys/hand.html", context)


def _half(one: Handover) -> dict[str, Any]:
    people = [link.traveller for link in one.links.all()]
    return {
        "pk": one.pk, "at": one.happened_at, "about": one.about, "people": people,
        "names": [name_of(each) for each in people], "giver": holder_of(one.giver), "taker": holder_of(one.taker),
        "taker_pk": one.taker_id, "giver_pk": one.giver_id, "took": one.took_at is not None, "code": code_of(one) if one.gave_at else "",
    }  # fmt: skip


def _run(one: Any, now: datetime) -> dict[str, Any]:
    people = on_the_way((seat.traveller for seat in one.seats.all()), now)
    lines = [{"name": each.name, "door": each.door, "holder": each.held_by} for each in people]
    over = one.arrived_at is not None
    return {"pk": one.pk, "title": run_title(one), "words": run_signal(one, now)[1], "people": lines, "over": over}


@require_http_methods(["GET", "POST"])
@needs(ESCORT)
def hand_run(request: Any, pk: UUID) -> HttpResponse:
    """Hand over from a run's list."""
    run = own_run(request, pk)
    return _form(request, run_list(request, run, timezone.now()))


@require_http_methods(["GET", "POST"])
@needs(ESCORT)
def hand_mine(request: Any) -> HttpResponse:
    """Hand over whoever is in my hands."""
    return _form(request, own_list(request, timezone.now()))


@require_http_methods(["GET", "POST"])
@needs(ESCORT)
def hand_one(request: Any, pk: UUID) -> HttpResponse:
    """Hand one person over."""
    return _form(request, list_of_one(request, own_traveller(request, pk), timezone.now()))


def _form(request: Any, chosen: HandList | None) -> HttpResponse:
    if chosen is None:
        raise Http404("not one of your lists")
    if _sent_again(request):
        return redirect("journeys:hand")
    if not chosen.people:
        messages.info(request, _("Nobody on this list is on the way any more."))
        return redirect("journeys:hand")
    givers, to = chosen.givers(), takers(request, chosen)
    initial = {"giver": givers[0][0], "taker": to[0][0], "giver_way": "word", "taker_way": "word"}
    unmet = {str(one.traveller.pk): one.name for one in chosen.unmet}
    form = HandForm(chosen.choices(), givers, to, request.POST or None, initial=initial, unmet=unmet)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        handing = Handing(request.user, request.neighbourhood, chosen, said, said["happened_at"] or timezone.now())
        try:
            done = handing.carry_out()
        except Refusal as refusal:
            form.add_error(None, refusal_text(refusal))
        else:
            _tell(request, len(handing.present), done, later=said["taker_way"] == LATER)
            return redirect("journeys:hand")
    context = {"form": form, "count": len(chosen.people), "title": chosen.title}
    return render(request, "journeys/hand_form.html", context, status=422 if form.errors else 200)


def _sent_again(request: Any, pk: UUID | None = None) -> bool:
    """Whether a form comes a second time, tapped twice or after a lost answer: what it says is written, which is said again.

    By the key of the form; or, of a hand-over that waited for its other side, by ``pk``: then of the user's own, or for the office.
    """
    if request.method != "POST":
        return False
    try:
        key = pk or UUID(str(request.POST.get("key", "")))
    except ValueError:
        return False
    rows = Handover.objects.filter(pk=key, neighbourhood=request.neighbourhood)
    if pk is not None:
        own = [one.pk for one in own_hands(request)]
        mine = Q() if may_manage(request) else Q(giver__in=own) | Q(taker__in=own)
        rows = rows.filter(mine, gave_at__isnull=False, took_at__isnull=False)
    if found := rows.exists():
        messages.success(request, _("Written down."))
    return found


def _tell(request: Any, people: int, done: list[Handover], *, later: bool) -> None:
    words = {"n": people, "who": holder_of(done[0].taker), "code": code_of(done[0])}
    if later:
        text = ngettext(
            "%(n)s person waits for %(who)s to confirm. The six digits are %(code)s.",
            "%(n)s people wait for %(who)s to confirm. The six digits are %(code)s.",
            people,
        )
    else:
        text = ngettext("%(n)s person is handed over.", "%(n)s people are handed over.", people)
    messages.success(request, text % words)


@require_http_methods(["GET", "POST"])
@needs(ESCORT)
def take(request: Any, pk: UUID) -> HttpResponse:
    """The other side of a hand-over that waits: on its own phone with the six digits, or here with a signature."""
    if _sent_again(request, pk):
        return redirect("journeys:hand")
    one = _own_half(request, pk)
    people = [link.traveller for link in one.links.all()]
    rows = [(str(each.pk), Ticked(name_of(each), door_of(each))) for each in people]
    mine = one.taker is not None and one.taker.pk in {each.pk for each in own_hands(request)}
    form = TakeForm(rows, request.POST or None, initial={"way": "code" if mine else "signature"})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        ticked = set(said["present"])
        side = Side(timezone.now(), request.user.pk if mine else None, said["way"], said["signature"])
        try:
            accept(
                by=request.user, handover=one, took=side, counted=said["counted"], code=said["code"],
                present=[each for each in people if str(each.pk) in ticked],
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error("code" if refusal.code.startswith("journeys.code") else None, refusal_text(refusal))
        else:
            text = ngettext("%(n)s person is handed over.", "%(n)s people are handed over.", len(ticked))
            messages.success(request, text % {"n": len(ticked)})
            return redirect("journeys:hand")
    words = {"giver": holder_of(one.giver), "taker": holder_of(one.taker), "at": when(one.happened_at, one.about)}
    context = {"form": form, "count": len(people), **words}
    return render(request, "journeys/take.html", context, status=422 if form.errors else 200)


def _own_half(request: Any, pk: UUID) -> Handover:
    """A hand-over that waits for its taker, of the user or, for the office, of anybody; else 404."""
    own = None if may_manage(request) else [one.pk for one in own_hands(request)]
    found = next((one for one in stories.waiting(request.neighbourhood, own) if one.pk == pk), None)
    if found is None or found.gave_at is None:
        raise Http404("no hand-over that waits")
    return found


@require_POST
@needs(ESCORT)
def given(request: Any, pk: UUID) -> HttpResponse:
    """The giver's word for what the taker's phone told first."""
    if _sent_again(request, pk):
        return redirect("journeys:hand")
    own = [one.pk for one in own_hands(request)]
    one = next((each for each in stories.waiting(request.neighbourhood, own) if each.pk == pk), None)
    if one is None or one.took_at is None or one.giver_id not in own:
        raise Http404("nothing that waits for your word")
    now = timezone.now()
    told = Told(
        id=one.pk, travellers=[link.traveller for link in one.links.all()], happened_at=one.happened_at, giver=one.giver,
        gave=Side(now, request.user.pk), made_offline=False,
    )  # fmt: skip
    record_handover(by=request.user, told=told)
    messages.success(request, _("Written down."))
    return redirect("journeys:hand")


@require_POST
@needs(ESCORT)
def annul(request: Any, pk: UUID) -> HttpResponse:
    """Take a hand-over back: the office any, an escort one of his own that the other side has not confirmed."""
    one = get_object_or_404(stories.handovers(request.neighbourhood), pk=pk)
    own = {each.pk for each in own_hands(request)}
    half = one.gave_at is None or one.took_at is None
    if not may_manage(request) and not (half and one.giver_id in own):
        raise Http404("not yours to take back")
    try:
        annul_handover(by=request.user, handover=one, why=str(request.POST.get("why", "")))
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    else:
        messages.success(request, _("Taken back. Everybody is again with whoever had them before."))
    return redirect("journeys:board" if MANAGE in request.rights else "journeys:hand")
