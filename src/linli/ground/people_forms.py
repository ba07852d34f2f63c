"""Forms of the pages about one person: consent, request, answer, erasure, copy, join."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.ground.actions.consents import Given
from linli.ground.actions.requests import Asked
from linli.ground.models import Mandate
from linli.ground.people_words import AT_THE_DESK, OUTCOMES, PARTS, PURPOSES, RELATIONS_OF_CONSENT, REQUESTS, WAYS


class ConsentForm(forms.Form):
    """Who agreed to what, how."""

    purpose = forms.ChoiceField(label=_("For what"), choices=list(PURPOSES.items()))
    relation = forms.ChoiceField(label=_("Who agrees"), choices=list(RELATIONS_OF_CONSENT.items()))
    given_by = forms.CharField(label=_("Name of who agrees"), max_length=80)
    way = forms.ChoiceField(label=_("How"), choices=list(WAYS.items()))
    witness = forms.CharField(
        label=_("Witness"), max_length=80, required=False, help_text=_("For a spoken consent: who heard it.")
    )
    given_on = forms.DateField(
        label=_("On which day"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, *args: Any, child: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if child:
            choices = [(code, word) for code, word in RELATIONS_OF_CONSENT.items() if code != "self"]
            self.fields["relation"].choices = choices  # type: ignore[attr-defined]

    def given(self) -> Given:
        """What the form says."""
        said = self.cleaned_data
        return Given(
            said["purpose"], said["relation"], said["given_by"], said["way"], said["witness"], said["given_on"]
        )


class AskForm(forms.Form):
    """What a person asks about his own data."""

    kind = forms.ChoiceField(label=_("What is asked"), choices=list(REQUESTS.items()))
    asked_by = forms.CharField(
        label=_("Who asks"), max_length=80, required=False, help_text=_("Leave it empty when the person asks.")
    )
    checked = forms.ChoiceField(label=_("How you made sure who asks"), choices=AT_THE_DESK)
    words = forms.CharField(
        label=_("In the person's words"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    asked_on = forms.DateField(
        label=_("On which day"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def asked(self) -> Asked:
        """What the form says."""
        said = self.cleaned_data
        return Asked(said["kind"], said["checked"], said["asked_by"], "", said["words"], said["asked_on"])


class AnswerForm(forms.Form):
    """The answer to a request."""

    outcome = forms.ChoiceField(label=_("Answer"), choices=[(code, word) for code, word in OUTCOMES.items() if code])
    reasons = forms.CharField(
        label=_("Reasons"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when not all is done. The person reads them; write no name."),
    )


class EraseForm(forms.Form):
    """What goes at once."""

    parts = forms.MultipleChoiceField(
        label=_("What is erased"), choices=list(PARTS.items()), widget=forms.CheckboxSelectMultiple
    )
    reasons = forms.CharField(
        label=_("Reasons"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when not all is done. The person reads them; write no name."),
    )


class OwnerForm(forms.Form):
    """Who answers a request from now on."""

    to = forms.ChoiceField(label=_("Who answers from now on"))

    def __init__(self, *args: Any, mandates: list[Mandate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(str(m.pk), m.holder_name) for m in mandates]  # type: ignore[attr-defined]


class CopyForm(forms.Form):
    """To whom a copy goes, in which form."""

    to = forms.CharField(label=_("Handed to"), max_length=80)
    checked = forms.ChoiceField(label=_("How you made sure who asks"), choices=AT_THE_DESK)
    form = forms.ChoiceField(
        label=_("In which form"),
        choices=[("paper", _("on paper")), ("xlsx", _("spreadsheet")), ("json", _("file for another system (JSON)"))],
    )
