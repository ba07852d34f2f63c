"""Forms of the gates' pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.gates import words
from linli.gates.actions.devices import LONGEST_SHIFT, Holder
from linli.gates.models import Role
from linli.gates.parse import LONGEST_DETAIL
from linli.gates.queries import gate_label
from linli.ground.models import Body
from linli.kernel.plates import read_plate
from linli.operations import rulesets

CONSENTS = [("unasked", _("was not asked")), ("yes", _("agrees")), ("no", _("does not agree"))]
FILINGS = [("unasked", _("was not asked")), ("yes", _("was seen")), ("no", _("was not seen"))]
YES_NO = {"yes": True, "no": False}


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


def tenths(value: Any) -> int | None:
    """365 of 36.5."""
    return None if value is None else round(float(value) * 10)


class EnrolForm(forms.Form):
    """A one-time code for a phone."""

    gate = forms.ChoiceField(label=_("Gate"))
    name = forms.CharField(label=_("Name of the phone"), max_length=40, required=False)
    role = forms.ChoiceField(
        label=_("Who holds it"), choices=list(words.ROLES.items()), initial=Role.GUARD, required=False
    )
    body = forms.ChoiceField(label=_("For which body"), required=False)
    until = forms.TimeField(label=_("The shift ends at"), widget=forms.Select)

    def __init__(self, *args: Any, gates: list[Any], bodies: Iterable[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gates = {str(gate.pk): gate for gate in gates}
        self.bodies = {str(body.pk): body for body in bodies}
        self.fields["body"].choices = [("", "—"), *((pk, body.name) for pk, body in self.bodies.items())]  # type: ignore[attr-defined]
        self.fields["role"].help_text = _("The log of every passage names it.")
        self.fields["gate"].choices = [(pk, gate_label(gate)) for pk, gate in self.gates.items()]  # type: ignore[attr-defined]
        now = timezone.now()
        self.fields["until"].widget.choices = [(one, one) for one in ends_from(now)]  # type: ignore[attr-defined]
        self.fields["until"].initial = ends_from(now)[23]
        self.fields["name"].help_text = _("For example: East gate 1. The guard can change it.")
        self.fields["until"].help_text = _("The list of residents is erased from the phone an hour later.")

    def holder(self) -> Holder:
        """Who holds the phone."""
        return Holder(self.cleaned_data["role"] or Role.GUARD, self.bodies.get(self.cleaned_data["body"]))

    def shift(self, now: datetime) -> tuple[datetime, datetime]:
        """From now to the next time the clock shows ``until``."""
        return now, next_time(self.cleaned_data["until"], now)

    def clean_until(self) -> time:
        """At most sixteen hours from now."""
        until: time = self.cleaned_data["until"]
        if next_time(until, timezone.now()) - timezone.now() > LONGEST_SHIFT:
            raise forms.ValidationError(_("A shift is at most 16 hours."))
        return until


def ends_from(now: datetime) -> list[str]:
    """The half hours at which a shift that begins now may end, as a 24-hour clock shows them: at most sixteen hours away."""
    local = timezone.localtime(now).replace(second=0, microsecond=0)
    first = local + timedelta(minutes=30 - local.minute % 30)
    return [f"{first + timedelta(minutes=30 * n):%H:%M}" for n in range(31)]


def next_time(clock: time, now: datetime) -> datetime:
    """The next moment at which a clock here shows ``clock``."""
    local = timezone.localtime(now)
    moment = local.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    return moment if moment > local else moment + timedelta(days=1)


class _AskedForm(forms.Form):
    """What a rule set asks for: questions, temperature, plate; what somebody comes for, a filing, a call."""

    def add_reasons(self) -> None:
        """What he comes for, whether the work is filed, what a call said."""
        self.fields["purpose"] = forms.ChoiceField(
            label=_("Comes for"), choices=list(words.PURPOSES.items()), required=False
        )
        self.fields["filed"] = forms.ChoiceField(label=_("The filing of the work"), choices=FILINGS, required=False)
        calls = [("", _("nobody was called")), *words.CALLS.items()]
        self.fields["call"] = forms.ChoiceField(label=_("A call"), choices=calls, required=False)

    def reasons(self) -> dict[str, Any]:
        """``purpose``, ``filed`` and ``call`` in the form of a check; the way to a doctor comes before any other purpose."""
        said = self.cleaned_data
        return {
            "purpose": "doctor" if said["doctor"] else said.get("purpose") or None,
            "filed": YES_NO.get(said.get("filed", "")),
            "call": said.get("call") or None,
        }

    def add_questions(self, rules: dict[str, Any], prefix: str = "q_") -> None:
        """One yes-or-no field a question, temperature and plate as the rules ask."""
        for question in rules["questions"]:
            self.fields[prefix + question["code"]] = forms.ChoiceField(
                label=question[_language()],
                choices=[("no", _("No")), ("yes", _("Yes")), ("unasked", _("not asked"))],
                widget=forms.RadioSelect,
                initial="unasked",
            )

    def answers(self, rules: dict[str, Any], prefix: str = "q_") -> dict[str, bool] | None:
        """Question code → answer, for those asked; None when none was."""
        said = {q["code"]: self.cleaned_data.get(prefix + q["code"]) for q in rules["questions"]}
        given = {code: answer == "yes" for code, answer in said.items() if answer in ("yes", "no")}
        return given or None


class SimulateForm(_AskedForm):
    """What would happen if: everything that the rules look at."""

    rules = forms.ChoiceField(label=_("Rule set"))
    klass = forms.ChoiceField(label=_("Who"), choices=list(words.KLASSES.items()))
    direction = forms.ChoiceField(label=_("Direction"), choices=list(words.DIRECTIONS.items()))
    card = forms.ChoiceField(label=_("Card"), choices=list(words.CARD_STATES.items()))
    resident = forms.BooleanField(label=_("Lives here, by the register"), required=False)
    doctor = forms.BooleanField(label=_("On the way to a doctor"), required=False)
    hold = forms.BooleanField(label=_("Somebody asked to be called first"), required=False)
    consent = forms.ChoiceField(
        label=_("The household visited"),
        choices=CONSENTS,
    )
    temperature = forms.DecimalField(
        label=_("Temperature"), required=False, min_value=30, max_value=45, decimal_places=1, max_digits=3
    )
    vehicle = forms.BooleanField(label=_("Comes by vehicle"), required=False)
    plate = forms.CharField(label=_("Plate"), max_length=20, required=False)

    def __init__(self, *args: Any, current: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = rulesets.choices()
        self.fields["rules"].choices = [(r["code"], r["title"][_language()]) for r in known]  # type: ignore[attr-defined]
        self.fields["rules"].initial = current
        chosen = self.data.get("rules") if self.is_bound else current
        self.add_questions(next((r for r in known if r["code"] == chosen), rulesets.load(current)))
        self.add_reasons()

    def facts(self, rules: dict[str, Any]) -> dict[str, Any]:
        """The facts for ``rules.decide``."""
        said, reasons = self.cleaned_data, self.reasons()
        return {
            "klass": said["klass"],
            "direction": said["direction"],
            "way": "card",
            "purpose": reasons["purpose"],
            "card": said["card"],
            "known_resident": said["resident"],
            "answers": self.answers(rules),
            "temperature": tenths(said["temperature"]),
            "vehicle": said["vehicle"],
            "plate": said["plate"] or None,
            "host_consent": YES_NO.get(said["consent"]),
            "hold": said["hold"],
            "emergency": said["klass"] == "emergency",
            "called": reasons["call"],
            "guardian": False,
            "filed": reasons["filed"],
            "online": True,
        }


class PassForm(_AskedForm):
    """The plain form of a gate, for a browser that cannot run the scanner."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    direction = forms.ChoiceField(
        label=_("Direction"), choices=list(words.DIRECTIONS.items()), widget=forms.RadioSelect, initial="in"
    )
    klass = forms.ChoiceField(label=_("Who"), choices=list(words.KLASSES.items()), initial="resident")
    person = forms.ChoiceField(label=_("Resident"), required=False, widget=forms.RadioSelect)
    code = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4096)
    doctor = forms.BooleanField(label=_("On the way to a doctor"), required=False)
    consent = forms.ChoiceField(
        label=_("The household visited"),
        choices=CONSENTS,
    )

    def __init__(self, *args: Any, rules: dict[str, Any], people: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules, self.people = rules, {one["person"]: one for one in people}
        if people:
            self.fields["person"].choices = [  # type: ignore[attr-defined]
                (one["person"], " · ".join(p for p in (one["name"], one["place"], one["permit_no"]) if p))
                for one in people
            ]
            self.fields["person"].initial = people[0]["person"] if len(people) == 1 else None
        else:
            del self.fields["person"]
        if not rules["records"]:
            return
        self.add_reasons()
        self.add_questions(rules)
        if rules["measures"]:
            self.fields["temperature"] = forms.DecimalField(
                label=_("Temperature"), required=False, min_value=30, max_value=45, decimal_places=1, max_digits=3
            )
        if rules["plates"]:
            self.fields["vehicle"] = forms.BooleanField(label=_("Comes by vehicle"), required=False)
            self.fields["plate"] = forms.CharField(label=_("Plate"), max_length=20, required=False)
        self.fields["returning"] = forms.BooleanField(label=_("Comes back from elsewhere"), required=False)
        for name, label in (("name", _("Name, of somebody from outside")), ("phone", _("Telephone, if there is one"))):
            self.fields[name] = forms.CharField(label=label, max_length=LONGEST_DETAIL, required=False)

    def clean(self) -> dict[str, Any]:
        """The id is the page's own (version 7); with another one the form was not filled in from this page."""
        said: dict[str, Any] = super().clean() or {}
        if "id" not in said or said["id"].version != 7:
            raise forms.ValidationError(_("This form is not complete. Please open it anew."))
        return said

    def clean_plate(self) -> str:
        """A plate as it is written on the car; doubtful ones are kept as told."""
        told: str = self.cleaned_data.get("plate") or ""
        return read_plate(told).plate or told.strip()

    def check(self) -> dict[str, Any]:
        """The check in the form that phones send, without the decision."""
        said = self.cleaned_data
        person = self.people.get(said.get("person") or "")
        resident = said["klass"] == "resident"
        emergency = said["klass"] == "emergency"
        way = "card" if said["code"] else "search" if person else "visitor" if not resident else "room"
        return {
            "id": str(said["id"]),
            "direction": said["direction"],
            "way": "emergency" if emergency else way,
            "code": said["code"] or None,
            "card": None,
            "permit": person["permit"] if person and resident else None,
            "person": person["person"] if person and resident else None,
            "klass": said["klass"],
            **self.reasons(),
            "answers": self.answers(self.rules) if self.rules["records"] else None,
            "temperature": tenths(said.get("temperature")),
            "plate": said.get("plate") or None,
            "vehicle": bool(said.get("vehicle")),
            "companions": 0,
            "host_consent": YES_NO.get(said["consent"]),
            "returning": bool(said.get("returning")),
            "details": {name: said[name] for name in ("name", "phone") if said.get(name) and not resident} or None,
            "rules": f"{self.rules['code']}@{self.rules['version']}",
            "made_offline": False,
        }
