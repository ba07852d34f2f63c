"""Crew and places of a run, set right one by one on its page, before it leaves and on the road (T04, T07, T11)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.ground.words import refusal_text
from linli.journeys import beside, hands
from linli.journeys.actions.arrivals import operation_of
from linli.journeys.actions.runs import Crew, Stop, change_run, state_of
from linli.journeys.details import Outsider, stop_of
from linli.journeys.faces import holder_of, when
from linli.journeys.forms_run import CrewForm, StopForm
from linli.journeys.hand_lists import Person, escorts
from linli.journeys.models import Run, RunCrew, RunStop
from linli.journeys.run_plans import office_rows, stop_words
from linli.journeys.words import DUTIES
from linli.kernel.refusal import Refusal
from linli.ui.words import moment, number

PARTS = ("crew", "crew_off", "stop", "stop_off")
"""What a POST to a run's page may change of them."""


@dataclass
class Parts:
    """The two forms of the page, bound when a POST is theirs."""

    request: Any
    run: Run
    crew: CrewForm
    stop: StopForm

    @classmethod
    def of(cls, request: Any, run: Run) -> Parts:
        """Of a run of ``stories.runs``."""
        what = request.POST.get("what")
        crew = CrewForm(
            office_rows(escorts(request), _day(run)),
            list(run.crew.all()),
            request.POST if what == "crew" else None,
            prefix="c",
        )
        places = [stop_words(one) for one in run.stops.all()]
        stop = StopForm(places, request.POST if what == "stop" else None, prefix="s", initial={"where": "end"})
        return cls(request, run, crew, stop)

    @property
    def wrong(self) -> bool:
        """Whether one of them must be shown again."""
        return bool(self.crew.errors or self.stop.errors)

    def carry_out(self, what: str) -> HttpResponse | None:
        """Do what was pressed; None when a form must be shown again. Who was slower than somebody else is told."""
        form = {"crew": self.crew, "stop": self.stop}.get(what)
        if form is not None and not form.is_valid():
            return None
        try:
            with transaction.atomic():
                seen = self.request.POST.get("seen") or "-"
                if what in ("crew", "crew_off"):
                    change_run(by=self.request.user, run=self.run, crew=self._crew(what), seen=seen)
                else:
                    change_run(by=self.request.user, run=self.run, stops=self._stops(what), seen=seen)
        except Refusal as refusal:
            if form is not None:
                form.add_error("office" if refusal.code == "journeys.untrained" else None, refusal_text(refusal))
                return None
            messages.error(self.request, refusal_text(refusal))
        else:
            messages.success(self.request, _("Written down."))
        return redirect("journeys:run", self.run.pk)

    def _crew(self, what: str) -> list[Crew]:
        gone = self.request.POST.get("which", "") if what == "crew_off" else self.crew.cleaned_data["instead"]
        stay = [Crew(one.hands, one.duty, one.trained_on) for one in self.run.crew.all() if str(one.pk) != gone]
        return stay if what == "crew_off" else [*stay, self._new()]

    def _new(self) -> Crew:
        said, place = self.crew.cleaned_data, self.request.neighbourhood
        mandate = next((one for one in escorts(self.request) if str(one.pk) == said["office"]), None)
        if mandate is None:
            outsider = Outsider(said["name"].strip(), said["phone"].strip())
            role = RunCrew.Duty.DRIVER if said["duty"] == RunCrew.Duty.DRIVER else RunCrew.Duty.ESCORT
            return Crew(hands.of_outsider(place, operation_of(place), role, outsider), said["duty"])
        return Crew(
            hands.of_mandate(place, mandate), said["duty"], beside.trained(mandate, said["duty"], _day(self.run))
        )

    def _stops(self, what: str) -> list[Stop]:
        found = [Stop(one.place, stop_of(one), one.at, one.about) for one in self.run.stops.all()]
        if what == "stop_off":
            which = self.request.POST.get("which", "")
            return [one for n, one in enumerate(found) if str(n) != which]
        said = self.stop.cleaned_data
        how, _colon, place = said["where"].partition(":")
        at = int(place) if place else len(found)
        found[at : at + (how == "instead")] = [Stop(words=said["words"], at=said["at"], about=said["about"])]
        return found


def _day(run: Run) -> date:
    """The day for which a training must hold."""
    return timezone.localdate(run.departed_at or run.planned_at or timezone.now())


def shown(run: Run, way: Iterable[Person]) -> dict[str, Any]:
    """Crew and places as the page lists them; ``way``: who of the run's list is on the way, and with whom."""
    held = Counter(one.holder.pk for one in way if one.holder is not None)
    crew = [_member(one, held[one.hands_id]) for one in run.crew.all()]
    stops = [_place(one) for one in run.stops.all()]
    route = " → ".join(one["words"] for one in stops) if len(stops) > 1 else ""
    return {"crew": crew, "stops": stops, "route": route, "seen": state_of(run)}


def _member(one: RunCrew, people: int) -> dict[str, Any]:
    has = ngettext("%(n)s person is in these hands", "%(n)s people are in these hands", people) % {"n": number(people)}
    trained = _("trained on %(day)s") % {"day": moment(one.trained_on, "day")} if one.trained_on else ""
    words = " · ".join(part for part in (str(DUTIES[one.duty]), trained, has if people else "") if part)
    return {"pk": one.pk, "name": holder_of(one.hands), "words": words}


def _place(one: RunStop) -> dict[str, Any]:
    return {"words": stop_words(one), "at": when(one.at, one.about) if one.at else ""}
