"""Forms of arrivals: one column, only what may be asked (PIPL art. 6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.ground.door_words import DoorWords
from linli.ground.models import Place
from linli.ground.places import short_address
from linli.kernel.said_dates import read_said_day, read_said_moment
from linli.returnees import words
from linli.returnees.actions.cases import Journey, Told
from linli.returnees.details import Details
from linli.returnees.matching import digits_of
from linli.returnees.models import Case

NOT_QUIET = ("document", "place", "vehicle", "with_whom", "note", "origin", "transport", "stay_days")


class _PersonForm(forms.Form):
    """Name, phone, door and day: what both forms ask."""

    def __init__(self, *args: Any, neighbourhood: Place, quiet: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.neighbourhood, self.quiet = neighbourhood, quiet
        self.dwelling: Place | None = None
        if quiet:
            for name in NOT_QUIET:
                self.fields.pop(name, None)

    def clean_phone(self) -> str:
        """The number as the register stores it."""
        return digits_of(self.cleaned_data["phone"]) if self.cleaned_data["phone"] else ""

    def clean_address(self) -> str:
        """A door of the register, or words that stay words when they name none; doubtful ones are asked about."""
        text: str = self.cleaned_data["address"]
        if text:
            found = DoorWords.load(self.neighbourhood).candidates(text)
            if len(found) > 1:
                names = "、".join(
                    f"{one.parent.parent.name if one.parent and one.parent.parent else ''}{one.parent.name if one.parent else ''}"
                    for one in found[:4]
                )
                raise ValidationError(
                    gettext("There are several such doors (%(names)s …). Please add the estate.") % {"names": names}
                )
            self.dwelling = found[0] if found else None
        return text

    def clean_arrival(self) -> str:
        """Days as people say them."""
        text: str = self.cleaned_data["arrival"]
        if text and read_said_day(text, said_on=timezone.localdate(), ahead=not self.data.get("arrived")) is None:
            raise ValidationError(
                gettext("No day can be read in this. Write 3月13日, 3月底, 周五, 昨天 or 2020-03-13.")
            )
        return text

    def details(self) -> Details:
        """The words; the form must be valid."""
        return Details(**{f: self.cleaned_data.get(f) or "" for f in Details.__dataclass_fields__})

    def journey(self) -> Journey:
        """Where from, how, when."""
        data = self.cleaned_data
        day = (
            read_said_day(data["arrival"], said_on=timezone.localdate(), ahead=not data.get("arrived"))
            if data["arrival"]
            else None
        )
        return Journey(
            origin=data.get("origin", ""),
            transport=data.get("transport", ""),
            arrives_from=day.earliest if day else None,
            arrives_until=day.latest if day else None,
            arrives_about=day.about if day else False,
            arrived=bool(data.get("arrived")),
            stay_days=data.get("stay_days"),
        )


class SignalForm(_PersonForm):
    """Word that somebody arrives: by what way, when, and what is known. Who told is not asked."""

    source = forms.ChoiceField(
        label=_("How did the word come?"), choices=list(words.SOURCES.items()), widget=forms.RadioSelect, initial="self"
    )
    told = forms.CharField(
        label=_("When was it told?"),
        max_length=60,
        required=False,
        help_text=_("Empty: just now. Rough is fine: 昨天晚上, 7点25分左右."),
    )
    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    address = forms.CharField(
        label=_("Door"),
        max_length=120,
        required=False,
        help_text=_("As people say it: 泉口花苑 7号302室. Empty: not known yet."),
    )
    arrival = forms.CharField(
        label=_("When does the person come, or when did he?"),
        max_length=60,
        required=False,
        help_text=_("Rough is fine: 3月底, 年初二, 周五."),
    )
    arrived = forms.BooleanField(label=_("The person is here already"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.quiet:
            self.fields["source"].choices = [("self", words.SOURCES["self"])]  # type: ignore[attr-defined]

    def clean_told(self) -> str:
        """A moment as people say it, never later than now."""
        text: str = self.cleaned_data["told"]
        if text and read_said_moment(text, said_at=_local()) is None:
            raise ValidationError(gettext("No moment can be read in this. Write 14:30, 昨天晚上 or 3月13日上午."))
        return text

    def when(self) -> Told | None:
        """The window of the telling; None: now."""
        if not self.cleaned_data["told"]:
            return None
        said = read_said_moment(self.cleaned_data["told"], said_at=_local())
        if said is None:
            return None
        return Told(timezone.make_aware(said.earliest), timezone.make_aware(said.latest), said.about)


class RegisterForm(_PersonForm):
    """The registration itself."""

    name = forms.CharField(label=_("Name"), max_length=80)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    document = forms.CharField(
        label=_("Identity document number"),
        max_length=40,
        required=False,
        help_text=_("Only if the order asks for it. It is sealed and shown masked."),
    )
    address = forms.CharField(label=_("Door"), max_length=120, required=False, help_text=_("Empty: not known yet."))
    arrival = forms.CharField(
        label=_("Day of arrival"), max_length=60, help_text=_("Rough is fine: 3月底, 年初二, 周五.")
    )
    arrived = forms.BooleanField(label=_("The person is here already"), required=False)
    origin = forms.ChoiceField(label=_("Where the journey began"), required=False)
    place = forms.CharField(label=_("Town or country"), max_length=120, required=False)
    transport = forms.ChoiceField(label=_("Travelled by"), choices=list(words.TRANSPORT.items()), required=False)
    vehicle = forms.CharField(label=_("Train, flight or plate"), max_length=60, required=False)
    with_whom = forms.CharField(label=_("Together with"), max_length=200, required=False)
    stay_days = forms.IntegerField(
        label=_("Stays for"),
        min_value=1,
        max_value=3650,
        required=False,
        help_text=_("Days. Empty: for good or not known."),
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "origin" in self.fields:
            self.fields["origin"].choices = words.origin_choices()  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    """Why it came to nothing."""

    reason = forms.ChoiceField(label=_("Why it came to nothing"), choices=list(words.CLOSED.items()))
    text = forms.CharField(label=_("Note"), max_length=300, required=False)


class ListForm(forms.Form):
    """A list from above: pasted, or a file."""

    pasted = forms.CharField(
        label=_("Paste the list"), widget=forms.Textarea(attrs={"rows": 6}), required=False, max_length=200_000,
        help_text=_("A row a line. With or without headings: 姓名, 电话, 住址, 到达时间."),
    )  # fmt: skip
    file = forms.FileField(label=_("Or a file"), required=False, help_text=_("xlsx, xls, ods or csv; at most 8 MB."))


def initial(case: Case, said: Details) -> dict[str, Any]:
    """What is known of a case, for the registration form."""
    found: dict[str, Any] = {name: getattr(said, name) for name in Details.__dataclass_fields__}
    found.update(origin=case.origin, transport=case.transport, stay_days=case.stay_days, arrived=case.arrived)
    if not found["address"] and case.dwelling is not None:
        found["address"] = short_address(case.dwelling).replace(" ", "")
    if not found["arrival"] and case.arrives_from:
        found["arrival"] = case.arrives_from.isoformat()
    return found


def _local() -> datetime:
    return timezone.localtime().replace(tzinfo=None)
