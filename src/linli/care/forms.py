"""Forms of care: one column, only what the act needs. What cannot be read is said beside its box."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.care import rules, words
from linli.care.actions.follow_ups import UNKNOWN, Returns
from linli.care.sealed import LONGEST
from linli.care.temperature import LONGEST as LONGEST_TYPED
from linli.care.temperature import read_celsius
from linli.ground.models import Mandate
from linli.ground.templatetags.offices import office, where
from linli.ground.words import refusal_text
from linli.kernel.cadence import CONVENTIONS
from linli.kernel.ids import uuid7
from linli.kernel.refusal import Refusal
from linli.kernel.said_dates import read_said_day
from linli.ui.fields import day_field, moment_field

FIELDS_OF = {
    "care.temperature": "temperature", "care.future": "at", "care.order_missing": "document",
    "care.document_missing": "document", "care.oral_authority": "said_by", "care.not_empowered": "body_kind",
    "care.body_name": "body_name", "care.days": "days", "care.reason": "reason", "care.end_far": "ends_on",
    "care.allowance": "mandate", "care.answer": "answer", "care.errand_empty": "words", "care.errand_many": "words",
    "care.errand_amount": "fen", "care.errand_way": "way", "care.errand_receipt": "receipt", "care.not_a_photo": "receipt",
    "care.errand_why": "why", "care.own_code_wrong": "code", "care.own_code_locked": "code", "care.own_asked": "words",
    "care.convention": "convention", "care.households_each": "households_each",
}  # fmt: skip
"""Which field a refusal stands beside."""


class Saying(forms.Form):
    """A form that can say a refusal beside the field it is about."""

    def refuse(self, code: str, text: str) -> None:
        """Say a refusal beside its field; above the form when it has none."""
        name = FIELDS_OF.get(code)
        self.add_error(name if name in self.fields else None, text)


def words_field(label: Any, rows: int = 2, **kwargs: Any) -> forms.CharField:
    """Words that are sealed."""
    box = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=LONGEST, required=False, widget=box, **kwargs)


def offices(mandates: Iterable[Mandate]) -> list[tuple[str, str]]:
    """Mandates as choices: name, office, where."""
    return [
        ("", "—"),
        *(
            (str(one.pk), " · ".join(t for t in (one.holder_name, str(office(one.capacity)), where(one.place)) if t))
            for one in mandates
        ),
    ]


class MandateMixin:
    """``mandate`` chosen among the offices that may look after a household."""

    fields: dict[str, forms.Field]
    data: Any
    cleaned_data: dict[str, Any]

    def take(self, mandates: Sequence[Mandate]) -> None:
        """Fill the choices."""
        self.mandates = {str(one.pk): one for one in mandates}
        self.fields["mandate"].choices = offices(mandates)  # type: ignore[attr-defined]

    def chosen(self) -> Mandate | None:
        """The office that was chosen."""
        return self.mandates.get(self.cleaned_data.get("mandate") or "")


class ReadingForm(Saying):
    """A temperature and how the person feels. Every box may stay empty but not all of them."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    temperature = forms.CharField(
        label=_("Temperature"),
        max_length=LONGEST_TYPED,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    symptoms = forms.MultipleChoiceField(
        label=_("How the person feels"),
        choices=[(code, words.SYMPTOMS[code]) for code in rules.SYMPTOMS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: no complaint."),
    )
    words = words_field(_("In words"))
    at = moment_field(label=_("Measured at, if not just now"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid7()

    def clean_at(self) -> datetime | None:
        """Never later than now."""
        return past(self.cleaned_data["at"])

    def clean_temperature(self) -> Decimal | None:
        """Exactly what the thermometer showed."""
        try:
            return read_celsius(self.cleaned_data["temperature"])
        except Refusal as refusal:
            raise forms.ValidationError(refusal_text(refusal)) from None

    def clean(self) -> dict[str, Any]:
        """Something has to be said."""
        data = super().clean() or {}
        if not self.errors and data.get("temperature") is None and not data.get("symptoms"):
            self.add_error("temperature", gettext("Please write the temperature, or tick how the person feels."))
        return data


def past(moment: datetime | None) -> datetime | None:
    """A moment that is not still to come. Raises ValidationError."""
    if moment is not None and moment > timezone.now():
        raise forms.ValidationError(gettext("This moment is still to come."))
    return moment


class OnSiteForm(Saying):
    """Somebody was at the door, or called."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    way = forms.ChoiceField(label=_("How"), choices=list(words.WAYS.items()), widget=forms.RadioSelect, initial="visit")
    words = words_field(
        _("What you found"), help_text=_("Sealed; the office and whoever looks after the household read it.")
    )
    at = moment_field(label=_("At what time, if not just now"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid7()

    def clean_at(self) -> datetime | None:
        """Never later than now."""
        return past(self.cleaned_data["at"])


class AnswerForm(Saying):
    """What was done about an alarm."""

    answer = forms.ChoiceField(
        label=_("How it was answered"),
        choices=[(code, words.ANSWERS[code]) for code in rules.ANSWERS],
        widget=forms.RadioSelect,
    )
    words = words_field(_("In words"))


class SupervisorForm(MandateMixin, Saying):
    """Who looks after the household from a moment on; with an end he stands in."""

    mandate = forms.ChoiceField(label=_("Who looks after it from now"))
    how = forms.ChoiceField(
        label=_("How"),
        choices=[
            ("name", _("from now on")),
            ("substitute", _("stands in, until the other is back")),
        ],
        widget=forms.RadioSelect,
        initial="name",
    )
    until = moment_field(
        label=_("Back again at"), required=False, help_text=_("Only for standing in. Empty: until somebody says so.")
    )

    def __init__(self, *args: Any, mandates: Sequence[Mandate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.take(mandates)


class DocumentForm(Saying):
    """The document of an oral order."""

    document = forms.CharField(
        label=_("Document number"), max_length=60, help_text=_("As it stands on the paper. It is sealed.")
    )


class OrderForm(Saying):
    """Who ordered it: by a document, or in words that lapse after a day."""

    body_kind = forms.ChoiceField(label=_("Which body ordered it"))
    body_name = forms.CharField(label=_("Its name"), max_length=120, help_text=_("In full, as on the document."))
    given_at = moment_field(label=_("When"))
    document = forms.CharField(
        label=_("Document number"),
        max_length=60,
        required=False,
        help_text=_("Empty: the order was given in words. It lapses after 24 hours unless its document comes."),
    )
    said_by = forms.CharField(
        label=_("Who gave the order"),
        max_length=120,
        required=False,
        help_text=_("Name and office, for an order in words."),
    )

    def __init__(self, *args: Any, bodies: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body_kind"].choices = [("", "—"), *bodies]  # type: ignore[attr-defined]
        self.fields["given_at"].initial = timezone.localtime

    def clean_given_at(self) -> datetime | None:
        """Never later than now."""
        return past(self.cleaned_data["given_at"])

    def clean(self) -> dict[str, Any]:
        """A number or a name; what was said more than a day ago stands by its number alone."""
        data = super().clean() or {}
        given = data.get("given_at")
        if not data.get("document") and not data.get("said_by"):
            self.add_error(
                "document", gettext("Please write the number of the document, or who gave the order in words.")
            )
        elif not data.get("document") and given is not None and rules.lapses_at(given) <= timezone.now():
            self.add_error(
                "document",
                gettext("What was said in words has lapsed after 24 hours. Please write the number of its document."),
            )
        return data


class FitForm(Saying):
    """Whether the home is fit for it."""

    fit = forms.ChoiceField(
        label=_("Is the home fit for it?"),
        choices=[("yes", _("yes")), ("no", _("no"))],
        widget=forms.RadioSelect,
    )
    why = forms.MultipleChoiceField(
        label=_("If not, why"),
        choices=[(code, words.UNFIT[code]) for code in rules.UNFIT],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class NeedForm(Saying):
    """How often somebody looks in."""

    way = forms.ChoiceField(label=_("How"), choices=list(words.WAYS.items()), widget=forms.RadioSelect, initial="visit")
    every_days = forms.IntegerField(label=_("Every so many days"), min_value=1, max_value=90, initial=7)
    words = words_field(_("What is needed"), help_text=_("Sealed; its helper and the office read it."))


class AttentionForm(MandateMixin, NeedForm):
    """Other attention: why, until when, who helps, how often."""

    field_order = ("ground", "mandate", "way", "every_days", "words", "ends_on")
    ground = forms.ChoiceField(label=_("On what ground"), widget=forms.RadioSelect)
    mandate = forms.ChoiceField(label=_("Who helps"))
    ends_on = day_field(label=_("Until"), help_text=_("Looked at again on this day, at the latest after a year."))

    def __init__(self, *args: Any, kind: str, mandates: Sequence[Mandate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.take(mandates)
        self.fields["ground"].choices = [(c, words.GROUNDS[c]) for c in rules.GROUNDS[kind]]  # type: ignore[attr-defined]
        self.fields["ground"].initial = rules.GROUNDS[kind][0]


class QuarantineForm(MandateMixin, OrderForm):
    """Home quarantine without a journey of the list, or with one: ground, days, order, home, supervisor."""

    field_order = (
        "ground", "convention", "event", "days", "body_kind", "body_name", "given_at", "document", "said_by", "fit", "why",
        "mandate", "words",
    )  # fmt: skip
    ground = forms.ChoiceField(
        label=_("Why"), choices=[(c, words.GROUNDS[c]) for c in rules.GROUNDS["quarantine"]], widget=forms.RadioSelect
    )
    event = moment_field(label=_("Landed, came home, or was last near somebody ill, at"))
    days = forms.IntegerField(label=_("For so many days"), min_value=1, max_value=rules.MOST_DAYS, initial=14)
    convention = forms.ChoiceField(
        label=_("How days are counted"),
        widget=forms.RadioSelect,
        help_text=_("After close contact the day of the last contact counts, whatever is chosen here."),
    )
    fit = FitForm.base_fields["fit"]
    why = FitForm.base_fields["why"]
    mandate = forms.ChoiceField(label=_("Who looks after the household"))
    words = words_field(_("Note"))

    def __init__(self, *args: Any, mandates: Sequence[Mandate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.take(mandates)
        self.fields["convention"].choices = [(c.code, words.counting(c)) for c in CONVENTIONS.values()]  # type: ignore[attr-defined]

    def clean_event(self) -> datetime | None:
        """Never later than now."""
        return past(self.cleaned_data["event"])


class FollowForm(Saying):
    """The three that are asked of a journey (E02); what is empty is listed as incomplete."""

    tags = forms.MultipleChoiceField(
        label=_("On which lists"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only where somebody has just been. Where somebody is from is never asked."),
    )
    health = words_field(_("Health"))
    route = words_field(_("Route"), help_text=_("From where, over where, by what."))
    returns = forms.CharField(
        label=_("Returns on"), max_length=60, required=False, help_text=_("Rough is fine: 3月底, 年初二, 周五.")
    )

    def __init__(self, *args: Any, lists: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tags"].choices = list(lists)  # type: ignore[attr-defined]

    def clean_returns(self) -> Returns:
        """A day as people say it; empty: not known."""
        text = self.cleaned_data["returns"]
        if not text:
            return UNKNOWN
        day = read_said_day(text, said_on=timezone.localdate(), ahead=True)
        if day is None or day.latest is None:
            raise forms.ValidationError(
                gettext("No day can be read in this. Write 3月13日, 3月底, 周五, 昨天 or 2020-03-13.")
            )
        return Returns(day.earliest, day.latest, day.about)


class FollowNewForm(MandateMixin, FollowForm):
    """A new follow-up: with who asks, and until when."""

    field_order = ("tags", "health", "route", "returns", "mandate", "ends_on")
    mandate = forms.ChoiceField(label=_("Who keeps in touch"))
    ends_on = day_field(label=_("Until"), help_text=_("Looked at again on this day, at the latest after a year."))

    def __init__(self, *args: Any, mandates: Sequence[Mandate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.take(mandates)


class StaffVisitForm(MandateMixin, Saying):
    """L18: somebody on a staff is ill or has trouble at home."""

    name = forms.CharField(
        label=_("Whom to look in on"), max_length=80, help_text=_("Sealed; only who goes and who plans read it.")
    )
    body = forms.TypedChoiceField(label=_("On whose staff"), coerce=int, required=False, empty_value=None)
    reason = words_field(_("Why, in a few words"), help_text=_("Sealed. Lists say only that a visit is due."))
    way = forms.ChoiceField(
        label=_("How"),
        choices=[(code, words.WAYS[code]) for code in ("visit", "call")],
        widget=forms.RadioSelect,
        initial="visit",
    )
    mandate = forms.ChoiceField(label=_("Who goes"))
    due_on = day_field(label=_("To be done by"))

    def __init__(
        self, *args: Any, mandates: Sequence[Mandate], bodies: Sequence[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.take(mandates)
        self.fields["body"].choices = [("", "—"), *bodies]  # type: ignore[attr-defined]


class ReadyForm(Saying):
    """One of the five (Q04): in place or not, by what one sees it."""

    item = forms.ChoiceField(choices=[(code, words.FIVE[code]) for code in rules.FIVE], widget=forms.HiddenInput)
    ok = forms.ChoiceField(
        label=_("Is it in place?"), choices=[("yes", _("yes")), ("no", _("not yet"))], widget=forms.RadioSelect
    )
    words = words_field(
        _("By what one sees it"), help_text=_("Where the paper hangs, who was named, how much is in store.")
    )
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg", "capture": "environment"}),
        help_text=_("Of the place, not of people. JPEG, at most 3 MB; its position is removed."),
    )
