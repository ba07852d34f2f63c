"""``/volunteers/``: who is on the roster, and one of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.accounts.models import User
from linli.duties.actions import abilities as act
from linli.duties.away import days_away, seconded, secondments
from linli.duties.models import Availability, Away, Exemption, Pairing, Trained, Training, Volunteer
from linli.duties.rules import Age
from linli.duties.typed import id_of
from linli.duties.volunteers_forms import AbilitiesForm, AwayForm, HoursForm, PairForm
from linli.duties.volunteers_list import Volunteers, chosen, estates, lines, listed, namesakes
from linli.ground.access import needs
from linli.ground.bodies_forms import parsed_day
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal


@require_GET
@needs("duties.manage")
def index(request: Any) -> HttpResponse:
    """Everybody on the roster, by name; never by number of duties."""
    today = timezone.localdate()
    rows = lines(chosen(listed(request.neighbourhood, today), request.GET, request.neighbourhood), today)
    table = Volunteers(request, rows)
    context = {
        "table": table,
        "count": len(rows),
        "away": sum(one.away is not None for one in rows),
        "unsaid": sum(one.age is Age.UNSAID for one in rows),
        "same": len(namesakes(rows)),
        "estates": estates(request.neighbourhood),
        "trainings": Training.objects.filter(neighbourhood=request.neighbourhood),
        "filtered": any(request.GET.get(key) for key in ("q", "estate", "training")),
    }
    return table.download() or render(request, "duties/volunteers.html", context)


def _volunteer(request: Any, pk: UUID) -> Volunteer:
    row: Volunteer | None = (
        Volunteer.objects.filter(pk=pk, neighbourhood=request.neighbourhood).select_related("home", "user").first()
    )
    if row is None:
        raise Http404("nobody here")
    return row


@require_GET
@needs("duties.manage")
def person(request: Any, pk: UUID) -> HttpResponse:
    """One of them: when he can, what he learned, what he is not asked for, where he is."""
    return _page(request, _volunteer(request, pk))


def _page(request: Any, row: Volunteer, forms: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    line = lines(Volunteer.objects.filter(pk=row.pk).select_related("home"), today)[0]
    pairs = Pairing.objects.filter(Q(one=row) | Q(other=row)).select_related("one", "other")
    absences = list(Away.objects.filter(volunteer=row).order_by("-since"))
    said_by = User.objects.filter(pk=row.adult_said_by).first() if row.adult_said_by else None
    context: dict[str, Any] = {
        "row": row,
        "line": line,
        "pairs": [(one.other if one.one_id == row.pk else one.one, one.together) for one in pairs],
        "absences": [(one, days_away(one, today), one.until is None or one.until > today) for one in absences],
        "said_by": said_by,
        "today": today,
    }
    if "volunteers.import" in request.rights and row.until is None:
        context |= _forms(request, row)
    return render(request, "duties/volunteer.html", context | (forms or {}), status=status)


def _forms(request: Any, row: Volunteer) -> dict[str, Any]:
    others = Volunteer.objects.filter(neighbourhood=request.neighbourhood, until__isnull=True).exclude(pk=row.pk)
    slots = Availability.objects.filter(volunteer=row).values_list("weekday", "part")
    learned = [
        str(pk) for pk in Trained.objects.filter(volunteer=row, until__isnull=True).values_list("training", flat=True)
    ]
    exempt = list(Exemption.objects.filter(volunteer=row, until__isnull=True).values_list("code", flat=True))
    trainings = Training.objects.filter(neighbourhood=request.neighbourhood)
    return {
        "edits": True,
        "hours": HoursForm(slots),
        "abilities": AbilitiesForm(trainings, initial={"trainings": learned, "exempt": exempt}),
        "pair": PairForm(others.order_by("sort_name", "pk")),
        "away_form": AwayForm(),
    }


@require_POST
@needs("volunteers.import")
def change(request: Any, pk: UUID, what: str) -> HttpResponse:
    """Change one thing about somebody."""
    row = _volunteer(request, pk)
    try:
        wrong = CHANGES[what](request, row)
    except KeyError as unknown:
        raise Http404("no such change") from unknown
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
        return redirect("volunteers:person", pk)
    if wrong:
        return _page(request, row, wrong, 422)
    messages.success(request, _("Saved."))
    return redirect("volunteers:person", pk)


def _change_hours(request: Any, row: Volunteer) -> dict[str, Any] | None:
    act.set_hours(by=request.user, volunteer=row, slots=HoursForm(()).slots(request.POST))
    return None


def _change_abilities(request: Any, row: Volunteer) -> dict[str, Any] | None:
    form = AbilitiesForm(Training.objects.filter(neighbourhood=request.neighbourhood), request.POST)
    if not form.is_valid():
        return {"abilities": form}
    data = form.cleaned_data
    trainings = [form.known[pk] for pk in data.get("trainings", [])]
    if data["new_training"].strip():
        trainings.append(
            act.add_training(by=request.user, neighbourhood=request.neighbourhood, name=data["new_training"])
        )
    act.set_trainings(by=request.user, volunteer=row, trainings=trainings)
    act.set_exemptions(by=request.user, volunteer=row, codes=data["exempt"])
    return None


def _change_pair(request: Any, row: Volunteer) -> dict[str, Any] | None:
    others = Volunteer.objects.filter(neighbourhood=request.neighbourhood, until__isnull=True).exclude(pk=row.pk)
    form = PairForm(others, request.POST)
    if not form.is_valid():
        return {"pair": form}
    together = {"together": True, "apart": False}.get(form.cleaned_data["how"])
    act.pair(by=request.user, one=row, other=form.people[form.cleaned_data["other"]], together=together)
    return None


def _send_away(request: Any, row: Volunteer) -> dict[str, Any] | None:
    form = AwayForm(request.POST)
    if not form.is_valid():
        return {"away_form": form}
    act.send_away(by=request.user, volunteer=row, **form.cleaned_data)
    return None


def _come_back(request: Any, row: Volunteer) -> dict[str, Any] | None:
    away = Away.objects.filter(volunteer=row, pk=id_of(request.POST.get("away", ""))).first()
    day = parsed_day(request.POST.get("on", "")) or timezone.localdate()
    if away is not None:
        act.come_back(by=request.user, away=away, on=day)
    return None


def _of_age(request: Any, row: Volunteer) -> dict[str, Any] | None:
    act.say_of_age(by=request.user, volunteer=row)
    return None


CHANGES = {
    "hours": _change_hours,
    "abilities": _change_abilities,
    "pair": _change_pair,
    "away": _send_away,
    "back": _come_back,
    "adult": _of_age,
}


@require_GET
@needs("duties.manage")
def away(request: Any) -> HttpResponse:
    """Who was lent where, how many days each, person-days in all (P09, T10)."""
    today = timezone.localdate()
    found = secondments(seconded(request.neighbourhood.pk), today)
    context = {
        "found": [(one, [(row, days_away(row, today), row.until is None or row.until > today) for row in one.rows]) for one in found],
        "out": sum(row.since <= today and (row.until is None or row.until > today) for one in found for row in one.rows),
        "days": sum(one.days for one in found),
    }  # fmt: skip
    return render(request, "duties/secondments.html", context)
