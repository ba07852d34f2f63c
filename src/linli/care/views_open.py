"""Open a case: who, what kind of attention, and then only what that kind asks for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.care import rules, words
from linli.care.access import MANAGE
from linli.care.actions.cases import Term, open_case, set_fit
from linli.care.actions.follow_ups import set_follow_up
from linli.care.actions.practice import practice_of
from linli.care.actions.visits import set_need
from linli.care.change_forms import bodies
from linli.care.forms import AttentionForm, FollowNewForm, QuarantineForm, Saying
from linli.care.models import Case
from linli.care.models.hidden import children_too
from linli.care.pages import attempt, helpers_of, list_choices, nearest_first
from linli.care.seeing import CHILDREN
from linli.care.views_change import ordered_of
from linli.ground.access import needs
from linli.ground.households import residents
from linli.ground.mandates import places_with
from linli.ground.models import Household, Person, Place, Residence
from linli.ground.search import search
from linli.ground.who import last_homes

MORE = 20


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def new(request: Any) -> HttpResponse:
    """Three steps, each an address: ``?q=`` or ``?place=`` finds somebody, ``?person=`` asks for the kind, ``&kind=`` for the rest."""
    chosen = request.GET.get("person", "")
    if not chosen:
        return render(request, "care/new_who.html", {"found": _found(request), "q": request.GET.get("q", "")})
    person, household = _who(request, chosen)
    kind = request.GET.get("kind", "")
    kinds = [code for code in words.KINDS if code != rules.CHILD_ALONE or CHILDREN in request.rights]
    if kind not in kinds:
        with children_too():
            rows = Case.objects.filter(person=person, closed_at__isnull=True, kind__in=kinds)
            open_ones = {row.kind: row for row in rows}
        lines = [(code, words.KINDS[code], words.KIND_HELP[code], open_ones.get(code)) for code in kinds]
        return render(request, "care/new_kind.html", {"person": person, "kinds": lines})
    form = _form(request, kind, household)
    if request.method == "POST" and form.is_valid():
        made: list[Case] = []
        if attempt(form, lambda: made.append(_open(request, person, household, kind, form))):
            messages.success(request, _("Opened. From now on somebody looks after it."))
            return redirect("care:case", made[0].pk)
    context = {"person": person, "household": household, "kind": kind, "word": words.KINDS[kind],
               "help": words.KIND_HELP[kind], "form": form, "offices": bool(helpers_of(request.neighbourhood))}  # fmt: skip
    return render(request, "care/new.html", context, status=422 if form.errors else 200)


def _found(request: Any) -> list[tuple[Person, str]]:
    """Whom the address means: those of one home, or what the search finds."""
    roots = places_with(request.mandates, MANAGE)
    door, text = request.GET.get("place", ""), request.GET.get("q", "").strip()
    if door.isdecimal() and len(door) < 18:
        place = Place.objects.filter(pk=int(door), neighbourhood=request.neighbourhood).first()
        household = Household.objects.filter(dwelling=place, until__isnull=True).first() if place is not None else None
        return [(one["person"], str(one["relation"])) for one in residents(household)]
    hits = search(request.neighbourhood, text, inside=roots) if text else []
    found = [(hit.person, hit.address) for hit in hits if hit.person is not None]
    homes = {hit.dwelling.pk: hit.address for hit in hits if hit.person is None and hit.dwelling is not None}
    rows = Residence.objects.filter(household__dwelling__in=list(homes), household__until__isnull=True, presence="here")
    more = [(row.person, homes[row.household.dwelling_id]) for row in rows.select_related("person", "household")]
    known = {person.pk for person, _address in found}
    return (found + [one for one in more if one[0].pk not in known])[:MORE]


def _who(request: Any, key: str) -> tuple[Person, Household]:
    """The person and the household he lives in, or lived in last; 404 for anybody else."""
    try:
        person = get_object_or_404(Person, pk=UUID(key), neighbourhood=request.neighbourhood)
    except ValueError:
        raise Http404("no such id") from None
    person = person.merged_into or person
    last = last_homes([person.pk]).get(person.pk)
    home = last[1] if last is not None else None
    household = Household.objects.filter(dwelling=home, until__isnull=True).first() if home is not None else None
    if household is None:
        raise Http404("lives in no household here")
    return person, household


def _form(request: Any, kind: str, household: Household) -> Saying:
    data = request.POST or None
    offices = nearest_first(helpers_of(request.neighbourhood), household.dwelling)
    if kind == rules.QUARANTINE:
        way = practice_of(request.neighbourhood.pk, timezone.now()).convention
        known = bodies(request.neighbourhood)
        return QuarantineForm(data, bodies=known, mandates=offices, initial={"convention": way, "ground": "journey"})
    if kind == rules.JOURNEY:
        return FollowNewForm(data, lists=list_choices(), mandates=offices)
    return AttentionForm(data, kind=kind, mandates=offices)


def _open(request: Any, person: Person, household: Household, kind: str, form: Any) -> Case:
    by, data = request.user, form.cleaned_data
    who = {"by": by, "person": person, "household": household, "kind": kind, "supervisor": form.chosen()}
    if kind == rules.QUARANTINE:
        return _quarantine(who, data)
    case = open_case(**who, ground=data.get("ground", "journey"), ends_on=data["ends_on"])
    if kind == rules.JOURNEY:
        set_follow_up(
            by=by, case=case, health=data["health"], route=data["route"], returns=data["returns"], tags=data["tags"]
        )
    else:
        set_need(by=by, case=case, way=data["way"], every_days=data["every_days"], words=data["words"])
    return case


def _quarantine(who: dict[str, Any], data: dict[str, Any]) -> Case:
    """A quarantine that did not begin with a run of ours: the event counts by its convention."""
    contact = data["ground"] == Case.Ground.CONTACT
    event = data["event"]
    term = Term(
        landed_at=None if contact else event,
        door_at=None if contact else event,
        day0=timezone.localdate(event) if contact or data["convention"] not in ("landing", "door") else None,
        days=data["days"],
        convention="exposure" if contact else data["convention"],
    )
    case = open_case(**who, ground=data["ground"], term=term, ordered=ordered_of(data), words=data["words"])
    set_fit(by=who["by"], case=case, fit=data["fit"] == "yes", why=tuple(data["why"]))
    return case
