"""Forms of the own page: the code of the slip, a reading, what is asked about one's own data."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.accounts.forms import SlipCodeField
from linli.care.forms import ReadingForm, Saying

ASKABLE = {
    "correct": _("Something is wrong: please correct it (PIPL art. 46)"),
    "delete": _("Please erase something, or all of it (PIPL art. 47)"),
    "explain": _("Please explain it to me (PIPL art. 48)"),
    "review": _("Please let a person look at a decision (PIPL art. 24)"),
}
FORMS_OF_A_COPY = {"xlsx": _("spreadsheet"), "json": _("file for another system (JSON)")}


class CodeForm(forms.Form):
    """The ten characters of the slip."""

    code = SlipCodeField(help_text=_("Ten letters and digits; small or capital, with or without a dash."))


class OwnReadingForm(ReadingForm):
    """The same boxes, asked of the person himself; measured now."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["at"]
        self.fields["symptoms"].label = _("How do you feel?")


class AskForm(Saying):
    """What somebody asks about the own data."""

    kind = forms.ChoiceField(label=_("What do you ask for?"), choices=list(ASKABLE.items()), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In your own words"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class CopyForm(Saying):
    """In which form a copy comes."""

    form = forms.ChoiceField(
        label=_("In which form"), choices=list(FORMS_OF_A_COPY.items()), widget=forms.RadioSelect, initial="xlsx"
    )
