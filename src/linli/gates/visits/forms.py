"""Forms of visits: the household's, and the office's, which asks more."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.accounts.forms import SlipCodeField
from linli.gates.models import Visit
from linli.gates.visits.actions.register import AHEAD, LARGEST_PARTY, Wish, may_enter
from linli.gates.visits.queries import gate_choices
from linli.gates.visits.sealed import Coming
from linli.gates.visits.words import CLASSES, CONSENTS, ENTRIES, PURPOSES
from linli.ground.models import Place
from linli.ui.words import moment

HALF = timedelta(minutes=30)
MIDNIGHT = "24:00"
STAY = timedelta(hours=4)
"""How long a visit is taken to hold when nobody says otherwise."""
FIELDS_OF = {
    "visits.gate": "gate", "visits.kind": "klass", "visits.times": "end", "visits.too_long": "end", "visits.party": "party",
    "visits.not_allowed": "klass", "visits.needs_filing": "purpose", "visits.filing": "consent",
}  # fmt: skip
"""Which field a refusal stands beside."""


def clock_choices() -> list[str]:
    """The half hours of a day, and its end."""
    return [f"{n // 2:02d}:{30 * (n % 2):02d}" for n in range(48)] + [MIDNIGHT]


def first_times(now: datetime) -> tuple[str, str]:
    """From the half hour that runs, for four hours, at most until midnight."""
    local = timezone.localtime(now)
    start = local.replace(minute=30 * (local.minute // 30), second=0, microsecond=0)
    end = start + STAY
    return f"{start:%H:%M}", f"{end:%H:%M}" if end.date() == start.date() else MIDNIGHT


def moment_of(day: date, clock: str) -> datetime:
    """A day and a time as it is chosen; 24:00 is the next midnight."""
    if clock == MIDNIGHT:
        return moment_of(day + timedelta(days=1), "00:00")
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(clock)))


class VisitForm(forms.Form):
    """A visit to one home, as its household announces it: who, when, at which gate. Little of it is required."""

    klass = forms.ChoiceField(label=_("Who comes"), widget=forms.RadioSelect)
    name = forms.CharField(
        label=_("Name"),
        max_length=40,
        required=False,
        help_text=_("Only for yourself and the office; it is not in the code."),
    )
    party = forms.IntegerField(label=_("How many come together"), min_value=1, max_value=LARGEST_PARTY, initial=1)
    purpose = forms.ChoiceField(label=_("Reason for coming"), choices=list(PURPOSES.items()), required=False)
    day = forms.ChoiceField(label=_("Day"))
    start = forms.ChoiceField(label=_("From what time"), choices=[(one, one) for one in clock_choices()[:-1]])
    end = forms.ChoiceField(label=_("Until what time"), choices=[(one, one) for one in clock_choices()[1:]])
    gate = forms.ChoiceField(label=_("Gate"), help_text=_("The code holds at this gate."))
    plate = forms.CharField(
        label=_("Plate, when by car"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false", "autocomplete": "off"}),
    )

    def __init__(
        self, *args: Any, home: Place, gates: list[Place], now: datetime, rules: dict[str, Any], **kwargs: Any
    ) -> None:
        """``rules``: the rule set in force, so that who may not enter now is marked before somebody is invited."""
        super().__init__(*args, **kwargs)
        self.home, self.gates = home, {str(gate.pk): gate for gate in gates}
        open_to = [code for code in CLASSES if may_enter(code, "", rules)]
        not_now = _("%(who)s (may not enter for now)")
        named = [(code, word if code in open_to else str(not_now) % {"who": word}) for code, word in CLASSES.items()]
        self._choose("klass", named, next(iter(open_to), "visitor"))
        today = timezone.localdate(now)
        days = [today + timedelta(days=n) for n in range(AHEAD.days)]
        self._choose("day", [(f"{one:%F}", moment(one, "day")) for one in days], f"{today:%F}")
        self._choose("gate", gate_choices(gates), next(iter(self.gates), None))
        self.fields["start"].initial, self.fields["end"].initial = first_times(now)

    def _choose(self, name: str, choices: list[tuple[str, Any]], initial: str | None) -> None:
        one: Any = self.fields[name]
        one.choices, one.initial = choices, initial

    def times(self) -> tuple[datetime, datetime]:
        """From when until when."""
        day = date.fromisoformat(self.cleaned_data["day"])
        return moment_of(day, self.cleaned_data["start"]), moment_of(day, self.cleaned_data["end"])

    def wish(self) -> Wish:
        """What the action takes."""
        said = self.cleaned_data
        since, until = self.times()
        return Wish(
            gate=self.gates[said["gate"]],
            host=self.home,
            klass=said["klass"],
            since=since,
            until=until,
            purpose=said["purpose"],
            entries=said.get("entries") or Visit.Entries.ONCE,
            party=said["party"],
            coming=Coming(said["name"], said.get("phone", ""), said["plate"], said.get("goods", "")),
        )

    def refuse(self, code: str, text: str) -> None:
        """Say a refusal beside the field that it is about."""
        name = FIELDS_OF.get(code)
        self.add_error(name if name in self.fields else None, text)


class OfficeForm(VisitForm):
    """The office's: how the household agreed, work of several days, what was filed."""

    consent = forms.ChoiceField(
        label=_("How the household agreed"),
        choices=[(code, word) for code, word in CONSENTS.items() if code != "host_page"],
        widget=forms.RadioSelect,
        initial="phone",
    )
    promise = forms.BooleanField(
        label=_("The written promise was seen"),
        required=False,
        help_text=_("For filed work. Until it is seen the code does not hold."),
    )
    phone = forms.CharField(label=_("Phone number"), max_length=20, required=False)
    goods = forms.CharField(label=_("What is brought or fetched"), max_length=60, required=False)
    entries = forms.ChoiceField(label=_("How often"), choices=list(ENTRIES.items()), initial="once")
    last_day = forms.ChoiceField(
        label=_("Last day"), required=False, help_text=_("For work of several days; one entry is for one day.")
    )
    field_order = [
        "klass", "consent", "promise", "name", "phone", "party", "purpose", "goods", "day", "start", "end", "entries", "last_day",
        "gate", "plate",
    ]  # fmt: skip

    def __init__(self, *args: Any, ends: date, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, now=now, **kwargs)
        self.fields["name"].help_text = _("It is not in the code.")
        today = timezone.localdate(now)
        days = [today + timedelta(days=n) for n in range(max(1, (ends - today).days + 1))]
        self._choose("last_day", [("", _("the same day")), *((f"{one:%F}", moment(one, "day")) for one in days)], "")

    def times(self) -> tuple[datetime, datetime]:
        """From the first day's beginning until the last day's end."""
        since, until = super().times()
        if not self.cleaned_data["last_day"]:
            return since, until
        return since, moment_of(date.fromisoformat(self.cleaned_data["last_day"]), self.cleaned_data["end"])

    def promised(self) -> bool | None:
        """Whether the promise was seen; None for what is not filed."""
        return bool(self.cleaned_data["promise"]) if self.cleaned_data["consent"] == Visit.Consent.FILED else None


class HostCodeForm(forms.Form):
    """The eight characters of a household's slip."""

    code = SlipCodeField(help_text=_("Eight letters and digits; small or capital, with or without a dash."))
