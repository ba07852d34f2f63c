"""Forms of let flats."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.kernel.said_dates import read_said_day
from linli.tenancies import words

LONG_AGO = timedelta(days=20 * 366)


class AttemptForm(forms.Form):
    """One attempt to reach the tenants."""

    way = forms.ChoiceField(label=_("How"), choices=list(words.WAYS.items()), widget=forms.RadioSelect, initial="phone")
    result = forms.ChoiceField(
        label=_("What came of it"), choices=list(words.RESULTS.items()), widget=forms.RadioSelect
    )


class DaysForm(forms.Form):
    """The contract's days, roughly if need be."""

    since = forms.CharField(
        label=_("Let since"), max_length=40, required=False, help_text=_("A day or a month: 2019-09-01, 2019年9月.")
    )
    until = forms.CharField(label=_("Let until"), max_length=40, required=False)

    def clean_since(self) -> tuple[date, bool] | None:
        """A day and its about flag."""
        return self._day("since")

    def clean_until(self) -> tuple[date, bool] | None:
        """A day and its about flag."""
        return self._day("until")

    def _day(self, name: str) -> tuple[date, bool] | None:
        text = self.cleaned_data[name]
        if not text:
            return None
        found = read_said_day(text.removeprefix("约"), said_on=timezone.localdate())
        if found is None:
            raise ValidationError(
                gettext("No day can be read in this. Write 3月13日, 3月底, 周五, 昨天 or 2020-03-13.")
            )
        return found.earliest, found.about or text.startswith("约")


class UploadForm(forms.Form):
    """A month's list."""

    file = forms.FileField(
        label=_("The list"), help_text=_("xlsx, xls, ods or csv, columns in any order; at most 8 MB.")
    )
