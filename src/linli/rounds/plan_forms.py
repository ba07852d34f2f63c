"""Forms of the plans, one for each kind; each knows what plan it makes (``new``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.ground.bodies import Total
from linli.ground.bodies_forms import kind_name
from linli.ground.capacities import CAPACITIES
from linli.ground.models import Area, Place, PlaceKind
from linli.kernel.recurrence import daily, weekly
from linli.rounds.actions.plans import About, NewPlan
from linli.rounds.models import Plan, Sheet
from linli.rounds.words import title_of
from linli.ui.fields import moment_field

STEPS = 3
TIMES = 4
MIDNIGHT = "FREQ=DAILY;BYHOUR=0;BYMINUTE=0"
DAY = 24 * 60
_NAMES = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
WEEKDAYS = tuple(enumerate(_NAMES))
OFFICES = [(one.code, one.name) for one in CAPACITIES.values()]


def clock(**options: Any) -> forms.TimeField:
    """A time of the day, as a browser writes it."""
    return forms.TimeField(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **options)


def minutes(label: Any, initial: int, least: int = 0, **options: Any) -> forms.IntegerField:
    """A length in minutes, up to a week."""
    return forms.IntegerField(label=label, initial=initial, min_value=least, max_value=7 * DAY, **options)


class PlanForm(forms.Form):
    """What every plan has: a name, what is to be done, a sheet, and who is told when it stays undone."""

    kind = ""
    first: tuple[str, ...] = ("title",)
    title = forms.CharField(label=_("Name of the plan"), max_length=80)
    text = forms.CharField(
        label=_("What is to be done"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    sheet = forms.TypedChoiceField(label=_("Sheet of questions"), required=False, coerce=str, empty_value=None)

    def __init__(self, place: Place, sheets: Iterable[Sheet], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place = place
        self.sheets = {str(sheet.pk): sheet for sheet in sheets}
        choices = [("", _("none: done or not done")), *((pk, title_of(sheet)) for pk, sheet in self.sheets.items())]
        self.fields["sheet"].choices = choices  # type: ignore[attr-defined]
        for number in range(1, STEPS + 1):
            self.fields[f"after_{number}"] = minutes(_("Minutes after it was given up"), 30, required=False)
            self.fields[f"to_{number}"] = forms.ChoiceField(
                label=_("Tell also"), choices=[("", "—"), *OFFICES], required=False
            )
            if number > 1:
                self.fields[f"after_{number}"].initial = None
        self.fields["to_1"].initial = "secretary"

    def head(self) -> list[Any]:
        """The fields that come first."""
        return [self[name] for name in self.first]

    def rest(self) -> list[Any]:
        """The fields of the kind, with the sheet."""
        own = {*self.first, *(name for pair in self._steps() for name in pair)}
        return [self[name] for name in self.fields if name not in own]

    def step_rows(self) -> list[tuple[Any, Any]]:
        """Who else is told: minutes and office."""
        return [(self[after], self[to]) for after, to in self._steps()]

    @staticmethod
    def _steps() -> list[tuple[str, str]]:
        return [(f"after_{number}", f"to_{number}") for number in range(1, STEPS + 1)]

    def common(self) -> dict[str, Any]:
        """What every kind hands on to ``NewPlan``."""
        data = self.cleaned_data
        said = [(data[after], data[to]) for after, to in self._steps()]
        return {
            "kind": self.kind,
            "title": data["title"],
            "text": data["text"],
            "sheet": self.sheets.get(data["sheet"] or ""),
            "steps": [(after or 0, to) for after, to in said if to],
        }

    def new(self) -> NewPlan:
        """The plan that the form describes."""
        raise NotImplementedError


class PatrolForm(PlanForm):
    """Patrols: the zones, the times of the day, the window around them (P01, P02)."""

    kind = "patrol"
    first = ("title", "zones")
    zones = forms.TypedMultipleChoiceField(
        label=_("Zones to walk"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Every lane and gate that lies in them."),
    )
    early = minutes(_("Minutes before the time from which it can be walked"), 30)
    due = minutes(_("Minutes after the time until which it is on time"), 60, 1)
    closes = minutes(_("Minutes after the time at which it is given up and who should have is told"), 120, 1)
    days = forms.TypedMultipleChoiceField(
        label=_("Days"),
        coerce=int,
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
        initial=[n for n, _word in WEEKDAYS],
    )

    def __init__(self, place: Place, sheets: Iterable[Sheet], areas: Sequence[Area], *args: Any, **kwargs: Any) -> None:
        super().__init__(place, sheets, *args, **kwargs)
        self.areas = {area.pk: area for area in areas}
        zones: Any = self.fields["zones"]
        zones.choices = [(area.pk, area.name) for area in areas]
        zones.initial = list(self.areas)
        self.fields["title"].initial = _("Daily patrol")
        for number in range(1, TIMES + 1):
            label = _("Time %(number)s") % {"number": number}
            self.fields[f"time_{number}"] = clock(label=label, required=number == 1)
        self.fields["time_1"].initial, self.fields["time_2"].initial = time(9), time(15)
        times = [f"time_{number}" for number in range(1, TIMES + 1)]
        self.order_fields(["title", "zones", *times, "days", "early", "due", "closes", "text", "sheet"])

    def new(self) -> NewPlan:
        """Every place of the zones, at each of the times."""
        data = self.cleaned_data
        said = sorted({data[f"time_{n}"] for n in range(1, TIMES + 1) if data[f"time_{n}"] is not None})
        return NewPlan(
            **self.common(),
            subject=Plan.Subject.PLACE,
            about=[About(area=self.areas[pk]) for pk in data["zones"]],
            holds=Plan.Holds.ZONE,
            rule=weekly(data["days"], said),
            early=data["early"],
            due=data["due"],
            closes=data["closes"],
        )


class DisinfectionForm(PlanForm):
    """Every so many hours by kind of place (P04)."""

    kind = "disinfection"
    office = forms.ChoiceField(label=_("Which office does it"), choices=OFFICES, initial="property")

    def __init__(
        self, place: Place, sheets: Iterable[Sheet], kinds: Sequence[tuple[PlaceKind, int]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(place, sheets, *args, **kwargs)
        self.kinds = {kind.code: kind for kind, _count in kinds}
        self.fields["title"].initial = _("Disinfection of public spots")
        for kind, count in kinds:
            self.fields[f"hours_{kind.code}"] = forms.IntegerField(
                label=_("%(kind)s: every how many hours") % {"kind": _kind(kind)},
                min_value=1,
                max_value=240,
                required=False,
                initial=4 if count else None,
                help_text=_("%(count)s of them. Left empty: not part of the plan.") % {"count": count},
            )
        hours = [f"hours_{code}" for code in self.kinds]
        self.order_fields(["title", *hours, "office", "text", "sheet"])

    def new(self) -> NewPlan:
        """Every place of the kinds, each with its rhythm; a round is a day."""
        data = self.cleaned_data
        chosen = [(kind, data[f"hours_{code}"]) for code, kind in self.kinds.items() if data[f"hours_{code}"]]
        return NewPlan(
            **self.common(),
            subject=Plan.Subject.PLACE,
            about=[About(place=self.place, kind=kind) for kind, _hours in chosen],
            holds=Plan.Holds.OFFICE,
            office=data["office"],
            wants_one=False,
            rule=MIDNIGHT,
            due=DAY,
            closes=DAY,
            rhythms=[(kind, hours * 60) for kind, hours in chosen],
        )


class CallsForm(PlanForm):
    """Doors to knock at until each is reached (R10)."""

    kind = "calls"
    first = ("title", "where")
    where = forms.MultipleChoiceField(
        label=_("Where"), widget=forms.CheckboxSelectMultiple, help_text=_("Every household in it.")
    )
    holds = forms.ChoiceField(
        label=_("Who goes"),
        choices=[(Plan.Holds.DOOR, _("who answers for the household")), (Plan.Holds.ZONE, _("who holds its zone"))],
    )
    until = moment_field(label=_("Done by"), initial=lambda: _evening(3))
    earliest = clock(label=_("Not before"), initial=time(9))
    latest = clock(label=_("Not after"), initial=time(20))
    pause_1 = forms.IntegerField(label=_("Hours until the second try"), min_value=1, max_value=240, initial=2)
    pause_2 = forms.IntegerField(label=_("Hours until the third try"), min_value=1, max_value=240, initial=4)
    pause_3 = forms.IntegerField(label=_("Hours until every further try"), min_value=1, max_value=240, initial=24)
    listed_after = forms.IntegerField(
        label=_("Tries in vain after which a person looks"), min_value=1, max_value=20, initial=3
    )

    def __init__(
        self,
        place: Place,
        sheets: Iterable[Sheet],
        areas: Sequence[Area],
        estates: Sequence[Place],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(place, sheets, *args, **kwargs)
        self.about = {f"p{place.pk}": About(place=place)}
        self.about |= {f"a{area.pk}": About(area=area) for area in areas}
        self.about |= {f"p{estate.pk}": About(place=estate) for estate in estates}
        names: list[Any] = [(f"p{place.pk}", _("the whole neighbourhood"))]
        names += [(f"a{area.pk}", area.name) for area in areas] + [(f"p{one.pk}", one.name) for one in estates]
        self.fields["where"].choices = names  # type: ignore[attr-defined]
        self.fields["title"].initial = _("Door to door")
        own = [name for name in CallsForm.base_fields if name not in PlanForm.base_fields]
        self.order_fields(["title", *own, "text", "sheet"])

    def clean(self) -> dict[str, Any]:
        """The hours of the day are in order, and there is time left."""
        data = super().clean() or {}
        if data.get("earliest") and data.get("latest") and data["earliest"] >= data["latest"]:
            self.add_error("latest", _("This is before the other time."))
        if data.get("until") and data["until"] <= timezone.now() + timedelta(minutes=1):
            self.add_error("until", _("This time is already over."))
        return data

    def new(self) -> NewPlan:
        """Every household of the chosen places, tried until it is reached or excused by name."""
        data = self.cleaned_data
        due = int((data["until"] - timezone.now()).total_seconds() // 60)
        return NewPlan(
            **self.common(),
            subject=Plan.Subject.HOUSEHOLD,
            cadence=Plan.Cadence.UNTIL_DONE,
            about=[self.about[code] for code in data["where"]],
            holds=data["holds"],
            due=due,
            closes=due,
            rhythm={
                "pauses": [data[f"pause_{number}"] * 60 for number in (1, 2, 3)],
                "earliest": f"{data['earliest']:%H:%M}",
                "latest": f"{data['latest']:%H:%M}",
                "listed_after": data["listed_after"],
            },
        )


class ReportForm(PlanForm):
    """A report that bodies make every day by a time (E03)."""

    kind = "report"
    first = ("title", "kinds")
    kinds = forms.MultipleChoiceField(label=_("Which bodies"), widget=forms.CheckboxSelectMultiple)
    opens = clock(label=_("Opens at"), initial=time(8))
    until = clock(label=_("Reported by"), initial=time(16))

    def __init__(
        self, place: Place, sheets: Iterable[Sheet], kinds: Sequence[Total], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(place, sheets, *args, **kwargs)
        self.body_kinds = {total.kind.code: total.kind for total in kinds}
        names = [(total.kind.code, f"{kind_name(total.kind)} ({total.count})") for total in kinds]
        self.fields["kinds"].choices = names  # type: ignore[attr-defined]
        self.fields["title"].initial = _("Daily report")
        self.fields["sheet"].required = True
        self.fields["sheet"].choices = self.fields["sheet"].choices[1:]  # type: ignore[attr-defined]
        self.order_fields(["title", "kinds", "opens", "until", "sheet", "text"])

    def clean(self) -> dict[str, Any]:
        """The times are in order."""
        data = super().clean() or {}
        if data.get("opens") and data.get("until") and data["opens"] >= data["until"]:
            self.add_error("until", _("This is before the other time."))
        return data

    def new(self) -> NewPlan:
        """Every body of the kinds, every day; whoever speaks for it answers."""
        data = self.cleaned_data
        day = timezone.localdate()
        length = datetime.combine(day, data["until"]) - datetime.combine(day, data["opens"])
        return NewPlan(
            **self.common(),
            subject=Plan.Subject.BODY,
            filled_by=Plan.FilledBy.TARGET,
            about=[About(place=self.place, body_kind=self.body_kinds[code]) for code in data["kinds"]],
            holds=Plan.Holds.ITSELF,
            rule=daily([data["opens"]]),
            due=int(length.total_seconds() // 60),
            closes=int(length.total_seconds() // 60),
        )


def _evening(days: int) -> datetime:
    later = timezone.localtime() + timedelta(days=days)
    return later.replace(hour=20, minute=0, second=0, microsecond=0)


def _kind(kind: PlaceKind) -> str:
    return kind.name_en.capitalize() if (get_language() or "").startswith("en") else kind.name_zh
