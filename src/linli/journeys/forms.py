"""Forms of journeys: word of an arrival, who comes, the next hand-over, a run. Hand-overs have ``forms_hand.py``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from linli.ground.door_words import DoorWords
from linli.ground.models import Place
from linli.ground.places import short_address
from linli.journeys.details import LONGEST, Details, details_of
from linli.journeys.faces import door_of
from linli.journeys.models import Traveller
from linli.journeys.words import CLOSED, KINDS, ROLES, VEHICLES, VIAS
from linli.ui.fields import MINUTE, moment_field

NONE = ("", "—")
NOBODY = (
    _("Nobody is ticked. Tick who is to be brought; or say below that the run goes without anybody on its list."),
    _("Nobody is on the list: the run goes all the same"),
)
"""What is asked of a run for nobody, and the tick that answers it."""
FAR = (
    _("That is more than two days away. Please look at the date; if it is right, say so below."),
    _("The date is right"),
)
"""The same of a date that is far away."""


def about_field() -> forms.BooleanField:
    """Beside a moment: it is not exact."""
    return forms.BooleanField(label=_("This time is approximate"), required=False)


def this_minute() -> str:
    """Now, as the box of a moment writes it."""
    return timezone.localtime().strftime(MINUTE)


class AskingForm(forms.Form):
    """A form that asks back before it takes what is possible and unlikely: a tick of its own, shown once it is asked."""

    def is_sure(self, code: str) -> bool:
        """Whether this question was answered."""
        return bool(self.data.get(self.add_prefix(f"sure_{code}")))

    def ask(self, code: str, beside: str, question: Any, answer: Any) -> None:
        """Ask, at the box ``beside``; ``answer`` is the label of the tick. Answered already, only the tick stays."""
        self.fields[f"sure_{code}"] = forms.BooleanField(label=answer, required=False)
        if not self.is_sure(code):
            self.add_error(beside, question)

    def asked(self) -> list[forms.BoundField]:
        """The ticks that are asked for."""
        return [self[name] for name in self.fields if name.startswith("sure_")]


class NoticeForm(forms.Form):
    """Word of an arrival: the words, and the flight or train if it is known."""

    via = forms.ChoiceField(
        label=_("How did the notice come?"),
        choices=[(code, word) for code, word in VIAS.items() if code in ("phone", "chat")],
        widget=forms.RadioSelect,
        initial="phone",
    )
    text = forms.CharField(
        label=_("What was said"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Word for word, as far as you have it."),
    )
    received_at = moment_field(label=_("When did it come?"))
    about = about_field()
    kind = forms.ChoiceField(label=_("Means of travel"), choices=[NONE, *KINDS.items()], required=False)
    number = forms.CharField(
        label=_("Number of the flight or train"),
        max_length=20,
        required=False,
        help_text=_("For example CA936 or G1234."),
    )
    origin = forms.CharField(label=_("From where"), max_length=80, required=False)
    landed_at = moment_field(label=_("Landed or arrived at"), required=False)
    landed_about = about_field()
    passengers = forms.IntegerField(
        label=_("Passengers on board"),
        min_value=0,
        max_value=2000,
        required=False,
        help_text=_("All of them, not only ours."),
    )
    crew = forms.IntegerField(label=_("Crew"), min_value=0, max_value=200, required=False)

    def clean(self) -> dict[str, Any]:
        """A landing is of something."""
        data = super().clean() or {}
        said = any(data.get(name) for name in ("number", "origin", "landed_at", "passengers"))
        if said and not data.get("kind"):
            self.add_error("kind", gettext("Please choose how they travel."))
        return data


class CountryField(forms.CharField):
    """The country where a journey began, by its two letters, or nothing."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Where the journey began"),
            max_length=2,
            required=False,
            help_text=_("Two letters, such as FR. It decides which rule of the day of arrival applies."),
        )

    def clean(self, value: Any) -> str:
        """In capitals."""
        code = str(super().clean(value) or "").upper()
        if code and not (len(code) == 2 and code.isascii() and code.isalpha()):
            raise ValidationError(gettext("Two letters, such as FR or KR."))
        return code


class TravellerForm(forms.Form):
    """Who comes. Nationality is not asked: it decides nothing."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("As you heard it; pinyin is fine."))
    address = forms.CharField(
        label=_("Door"),
        max_length=LONGEST,
        required=False,
        help_text=_("As people say it: 泉口花苑 7号302室. Empty: not known yet."),
    )
    phone = forms.CharField(
        label=pgettext_lazy("journey", "Telephone"), max_length=40, required=False, help_text=_("Sealed.")
    )
    document = forms.CharField(
        label=_("Number of the document"),
        max_length=40,
        required=False,
        help_text=_("Sealed; it only serves to recognise the same person on two lists."),
    )
    country = CountryField()
    expected_at = moment_field(label=_("Expected at the door"), required=False)
    about = about_field()

    def __init__(self, neighbourhood: Place, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.neighbourhood = neighbourhood
        self.dwelling: Place | None = None

    def clean_address(self) -> str:
        """A door of the register, or words that stay words when they name none; doubtful ones are asked about."""
        text: str = self.cleaned_data["address"]
        found = DoorWords.load(self.neighbourhood).candidates(text) if text else []
        if len(found) > 1:
            names = "、".join(short_address(one) for one in found[:4])
            raise ValidationError(
                gettext("There are several such doors (%(names)s …). Please add the estate.") % {"names": names}
            )
        self.dwelling = found[0] if found else None
        return text

    def details(self) -> Details:
        """The words; the form must be valid."""
        return Details(**{name: self.cleaned_data[name] for name in ("name", "address", "phone", "document")})


class CorrectForm(TravellerForm):
    """The same once more for somebody who is listed. Numbers are sealed and not shown: an empty box leaves them, a tick takes them out."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    no_phone = forms.BooleanField(label=_("No telephone number is known: remove the one on record"), required=False)
    no_document = forms.BooleanField(label=_("No document is known: remove the one on record"), required=False)

    def __init__(self, traveller: Traveller, *args: Any, **kwargs: Any) -> None:
        self.traveller, self.known = traveller, details_of(traveller)
        initial = {
            "name": self.known.name, "address": door_of(traveller), "country": traveller.country, "revision": traveller.revision,
            "expected_at": traveller.expected_at, "about": traveller.about,
        }  # fmt: skip
        super().__init__(traveller.neighbourhood, *args, initial=initial, **kwargs)
        for name, masked in (("phone", self.known.phone_masked), ("document", self.known.document_masked)):
            if masked:
                self.fields[name].help_text = gettext("Now %(number)s. Leave the box empty to keep it.") % {
                    "number": masked
                }
            else:
                del self.fields[f"no_{name}"]

    def clean_address(self) -> str:
        """Words that nobody touched keep the door that was decided by them."""
        if "address" in self.changed_data:
            return super().clean_address()
        self.dwelling = self.traveller.dwelling
        return self.known.address

    def details(self) -> Details:
        """The words, with what has no box as it was."""
        said = self.cleaned_data
        phone, document = (
            "" if said.get(f"no_{name}") else str(said[name]).strip() or getattr(self.known, name)
            for name in ("phone", "document")
        )
        return replace(self.known, name=said["name"], address=said["address"], phone=phone, document=document)


class LegForm(AskingForm):
    """The next hand-over: to whom, until when."""

    taker = forms.ChoiceField(label=_("Who takes over"))
    expected_at = moment_field(label=_("Expected at"))
    about = about_field()
    grace = forms.IntegerField(
        label=_("Alarm after"),
        min_value=5,
        max_value=600,
        initial=30,
        help_text=_("Minutes after that time; twice as many when it is approximate."),
    )

    def __init__(self, takers: Iterable[tuple[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["taker"].choices = [NONE, *takers]  # type: ignore[attr-defined]


class MomentForm(forms.Form):
    """When something happened."""

    at = moment_field(label=_("When"))
    about = about_field()


class CloseForm(forms.Form):
    """Why there is nothing more to do."""

    closed_as = forms.ChoiceField(choices=list(CLOSED.items()))


class RunForm(AskingForm):
    """A run: vehicle, crew, places, who is to be brought."""

    travellers = forms.MultipleChoiceField(
        label=_("Who is to be brought home"), widget=forms.CheckboxSelectMultiple, required=False
    )
    vehicle = forms.ChoiceField(label=_("Vehicle"), choices=list(VEHICLES.items()), initial="van")
    plate = forms.CharField(label=_("Plate"), max_length=12, required=False)
    planned_at = moment_field(label=_("Departs at"))
    about = about_field()
    escort = forms.ChoiceField(
        label=_("Escort from our office"),
        required=False,
        help_text=_("Only people whose training “穿脱防护服” is on the roster."),
    )
    receiver = forms.ChoiceField(label=_("Receives at the gate"), required=False)
    driver_name = forms.CharField(label=_("Driver"), max_length=80, required=False)
    driver_phone = forms.CharField(label=_("Driver's telephone"), max_length=30, required=False)
    escort_name = forms.CharField(label=pgettext_lazy("journey", "Escort from outside"), max_length=80, required=False)
    escort_phone = forms.CharField(label=_("Escort's telephone"), max_length=30, required=False)
    from_place = forms.CharField(label=pgettext_lazy("journey", "From"), max_length=80, required=False)
    to_place = forms.CharField(label=pgettext_lazy("journey", "To"), max_length=80, required=False)

    def __init__(
        self, people: Iterable[tuple[str, Any]], crew: Iterable[tuple[str, str]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offices = [NONE, *crew]
        for name, choices in (("travellers", list(people)), ("escort", offices), ("receiver", offices)):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A run for nobody is asked about."""
        data = super().clean() or {}
        if "travellers" in data and not data["travellers"]:
            self.ask("nobody", "travellers", *NOBODY)
        return data


class OutsideForm(forms.Form):
    """Somebody from outside: role, name, telephone."""

    outside_role = forms.ChoiceField(label=_("Who this is"), choices=[NONE, *ROLES.items()], required=False)
    outside_name = forms.CharField(label=_("Name"), max_length=80, required=False)
    outside_phone = forms.CharField(label=pgettext_lazy("journey", "Telephone"), max_length=30, required=False)


class BeginForm(OutsideForm):
    """Who met somebody first, and when: from then on there is a named holder at every minute."""

    at = moment_field(label=_("Since when"))
    about = about_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outside_role"].required = self.fields["outside_name"].required = True
