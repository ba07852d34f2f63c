"""Forms of a pasted chat: each field of a proposal is shown to be looked at, corrected and confirmed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.journeys.chat_reading import Piece
from linli.journeys.forms import NOBODY, AskingForm, CountryField, about_field
from linli.journeys.manifest_report import masked_words
from linli.journeys.origins import country_of
from linli.journeys.words import VEHICLES
from linli.kernel.arrival_people import Listed
from linli.ui.fields import MINUTE, day_field, moment_field


def written(at: datetime | None) -> str | None:
    """A moment as its box has it."""
    return timezone.localtime(at).strftime(MINUTE) if at is not None else None


class PasteForm(forms.Form):
    """The text, and the day on which it was copied."""

    text = forms.CharField(
        label=_("The chat"),
        widget=forms.Textarea(attrs={"rows": 14}),
        max_length=100_000,
        strip=False,
        help_text=_("As copied from the group, with names and times. Several messages at once, duplicates too."),
    )
    copied_on = day_field(label=_("Copied on"), help_text=_("“Yesterday” in the chat is told from this day."))


class PersonForm(forms.Form):
    """One person of a message. Numbers are shown masked; one that stays as it was shown is the whole one that was said."""

    take = forms.BooleanField(label=_("Is coming to us"), required=False, initial=True)
    name = forms.CharField(label=_("Name"), max_length=80)
    address = forms.CharField(label=_("Address"), max_length=120, required=False)
    document = forms.CharField(label=pgettext_lazy("person", "Document number"), max_length=40, required=False)
    phone = forms.CharField(label=_("Phone number"), max_length=40, required=False)
    note = forms.CharField(label=_("Note"), max_length=120, required=False)

    def __init__(self, person: Listed, data: Any = None, *, prefix: str) -> None:
        super().__init__(data, initial=_words(person), prefix=prefix)
        self.person = person

    def clean_document(self) -> str:
        """The number itself."""
        return self._said("document", self.person.document)

    def clean_phone(self) -> str:
        """The number itself."""
        return self._said("phone", self.person.phone)

    def _said(self, name: str, whole: str) -> str:
        value: str = self.cleaned_data[name]
        return whole if value == self.initial[name] else value


def person_forms(piece: Piece, data: Any = None) -> list[PersonForm]:
    """A form for everybody whom a message names."""
    return [PersonForm(person, data, prefix=f"m{piece.message.number}p{at}") for at, person in enumerate(piece.people)]


def _words(person: Listed) -> dict[str, str]:
    return {
        "name": person.name, "address": person.address, "document": masked_words(person.document),
        "phone": masked_words(person.phone), "note": person.note,
    }  # fmt: skip


class NoticeForm(forms.Form):
    """The flight and when word came."""

    number = forms.CharField(label=_("Flight or train"), max_length=20, required=False)
    origin = forms.CharField(label=_("Comes from"), max_length=80, required=False)
    country = CountryField()
    landed_at = moment_field(label=_("Landed"), required=False)
    landed_about = about_field()
    passengers = forms.IntegerField(label=_("Passengers"), min_value=0, max_value=2000, required=False)
    crew = forms.IntegerField(label=_("Crew"), min_value=0, max_value=200, required=False)
    expected_at = moment_field(label=_("Expected at the door"), required=False)
    expected_about = about_field()

    @classmethod
    def of(cls, piece: Piece, data: Any = None) -> NoticeForm:
        """What a message says."""
        flight, expected = piece.reading.flight, piece.reading.expected
        first: dict[str, Any] = {}
        if flight is not None:
            first = {"number": flight.number, "origin": flight.origin, "country": country_of(flight.origin)}
            first |= {"passengers": flight.passengers.value} if flight.passengers else {}
            first |= {"crew": flight.crew.value} if flight.crew else {}
            if flight.landed is not None:
                first |= {"landed_at": written(flight.landed.at), "landed_about": flight.landed.about}
        if expected is not None:
            first |= {"expected_at": written(expected.at), "expected_about": expected.about}
        return cls(data, prefix=f"m{piece.message.number}", initial=first)


class DepartedForm(AskingForm):
    """A run that left: which one, and who was in it, must be said by a person. ``others``: whom the list leaves out, in words."""

    at = moment_field(label=_("Left at"))
    about = about_field()
    run = forms.ChoiceField(label=_("Which run"), required=False)
    vehicle = forms.ChoiceField(label=_("Vehicle"), choices=list(VEHICLES.items()), initial="van")
    plate = forms.CharField(label=_("Plate"), max_length=12, required=False)
    escort = forms.CharField(label=pgettext_lazy("journey", "Escort from outside"), max_length=80, required=False)
    travellers = forms.MultipleChoiceField(label=_("Who is on it"), widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(
        self, people: list[tuple[str, str]], runs: list[tuple[str, str]], others: str, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["travellers"].choices = people  # type: ignore[attr-defined]
        self.fields["travellers"].help_text = others
        self.fields["run"].choices = runs  # type: ignore[attr-defined]
        if len(runs) > 1:
            self.fields["run"].help_text = _("Whoever is on the list of a planned run stays on it.")
        else:
            del self.fields["run"]

    @classmethod
    def of(
        cls, piece: Piece, people: list[tuple[str, str]], runs: list[tuple[str, str]], others: str, data: Any = None
    ) -> DepartedForm:
        """What a message says; the first of ``runs`` is proposed."""
        run = piece.reading.run
        first: dict[str, Any] = {}
        if run is not None:
            first = {
                "at": written(run.at.at),
                "about": run.at.about,
                "plate": " ".join(run.plates),
                "escort": run.escort,
                "run": runs[0][0],
            }
        return cls(people, runs, others, data, prefix=f"m{piece.message.number}", initial=first)

    def clean(self) -> dict[str, Any]:
        """A run with nobody on it is asked about, where somebody could be."""
        data = super().clean() or {}
        if not data.get("run") and not data.get("travellers") and self.fields["travellers"].choices:  # type: ignore[attr-defined]
            self.ask("nobody", "travellers", *NOBODY)
        return data


class ArrivedForm(forms.Form):
    """A run that is there. ``count``: how many were handed over; where nobody said it, the answer is left to a person."""

    at = moment_field(label=_("Arrived at"))
    about = about_field()
    run = forms.ChoiceField(label=_("Which run"), required=False)
    count = forms.IntegerField(label=_("How many were handed over"), min_value=1, max_value=200)

    def __init__(self, runs: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["run"].choices = runs  # type: ignore[attr-defined]

    @classmethod
    def of(cls, piece: Piece, runs: list[tuple[str, str]], data: Any = None) -> ArrivedForm:
        """What a message says; a count that nobody said is not filled in."""
        found = piece.arrived
        first: dict[str, Any] = {}
        if found is not None:
            first = {
                "at": written(found.at.at),
                "about": found.at.about,
                "count": found.people if found.counted else None,
                "run": runs[0][0],
            }
        return cls(runs, data, prefix=f"m{piece.message.number}", initial=first)
