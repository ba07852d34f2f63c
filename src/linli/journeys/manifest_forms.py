"""Forms of passenger lists: the file, and the flight that a list does not name."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _


class FileForm(forms.Form):
    """A list, dropped."""

    file = forms.FileField(label=_("Passenger list"))


class FlightForm(forms.Form):
    """The flight as the list names it, to be looked at; it can be corrected before the list is taken in."""

    number = forms.CharField(
        label=_("Flight or train"), max_length=20, required=False, help_text=_("Such as CA936 or G1234.")
    )
    day = forms.DateField(
        label=_("Day of landing"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("In Shanghai."),
    )
    origin = forms.CharField(label=_("Comes from"), max_length=80, required=False)

    def clean_day(self) -> object:
        """Not later than tomorrow: a list comes before or after the landing, not weeks before it."""
        day = self.cleaned_data["day"]
        if (day - timezone.localdate()).days > 1:
            raise forms.ValidationError(_now("This day has not come yet."))
        return day
