"""The plain form of a walk: for a phone that is too old for the page that works without a network. No script is needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.kernel.ids import uuid7
from linli.rounds.asking import NotAValue, read_answer
from linli.rounds.forms import control
from linli.rounds.models import Question
from linli.rounds.sheet_reading import ask_of
from linli.rounds.walked_items import LARGEST, LONGEST_NOTE, SentPhoto
from linli.rounds.words import FIELD_ERRORS, VISIT_OUTCOMES
from linli.ui.fields import moment_field

DUE = {"none": None, "today": 0, "tomorrow": 1, "three": 3, "week": 7}


def photo_field() -> forms.FileField:
    """A photo; its position is removed when it arrives."""
    return forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg", "capture": "environment"}),
        help_text=_("Of the place, not of people. JPEG, at most 3 MB; its position is removed."),
    )


class _PhotoMixin:
    cleaned_data: dict[str, Any]

    def clean_photo(self) -> SentPhoto | None:
        """The bytes of the photo, if there is one and it is not too large."""
        given = self.cleaned_data.get("photo")
        if given is None:
            return None
        if given.size > LARGEST:
            raise forms.ValidationError(_("At most 3 MB."))
        return SentPhoto(uuid7(), given.read())


class VisitForm(_PhotoMixin, forms.Form):
    """What came of one target: the outcome, the sheet's questions, a note, a photo. ``key`` is the page's own id."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=_("What came of it"), choices=list(VISIT_OUTCOMES.items()), widget=forms.RadioSelect, initial="done"
    )
    call_back_at = moment_field(label=_("When to come again"), required=False)

    def __init__(self, questions: Sequence[Question], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        self.fields["key"].initial = uuid7()
        for question in questions:
            field = control(question)
            field.required = False  # nobody answers a sheet at a door that stays shut
            self.fields[f"q{question.pk}"] = field
        self.fields["note"] = forms.CharField(
            label=_("Note"), max_length=LONGEST_NOTE, required=False, help_text=_("No names of residents.")
        )
        self.fields["photo"] = photo_field()

    def clean(self) -> dict[str, Any]:
        """Who comes again says when; what is answered can be read."""
        data = super().clean() or {}
        if data.get("outcome") == "call_back" and not data.get("call_back_at"):
            self.add_error("call_back_at", _("Please say when."))
        self.values: dict[int, str] = {}
        self.photos: list[SentPhoto] = [data["photo"]] if data.get("photo") else []
        if data.get("outcome") == "done":
            for question in self.questions:
                self._read(question, data.get(f"q{question.pk}"))
        return data

    def _read(self, question: Question, given: Any) -> None:
        raw = " ".join(given) if isinstance(given, list) else given or ""
        if question.field == Question.Field.PHOTO:
            raw = self._shot(question, given)
        try:
            read_answer(ask_of(question), raw)
        except NotAValue as wrong:
            self.add_error(f"q{question.pk}", FIELD_ERRORS[wrong.code])
            return
        if raw:
            self.values[question.pk] = raw

    def _shot(self, question: Question, given: Any) -> str:
        if given is None:
            return ""
        if given.size > LARGEST:
            self.add_error(f"q{question.pk}", _("At most 3 MB."))
            return ""
        shot = SentPhoto(uuid7(), given.read())
        self.photos.append(shot)
        return str(shot.id)


class ReportForm(_PhotoMixin, forms.Form):
    """Something seen on the way."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    place = forms.TypedChoiceField(label=_("Where"), coerce=int)
    note = forms.CharField(
        label=_("What you see"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("No names of residents."),
    )
    due = forms.ChoiceField(
        label=_("Must somebody act"),
        choices=[
            ("tomorrow", _("by tomorrow")),
            ("today", _("today")),
            ("three", _("within three days")),
            ("week", _("within a week")),
            ("none", _("no, just note it")),
        ],
    )
    photo = photo_field()

    def __init__(self, places: Sequence[Sequence[Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid7()
        self.fields["place"].choices = [("", "—"), *places]  # type: ignore[attr-defined]

    def due_on(self) -> date | None:
        """The day by which somebody acts, if somebody must."""
        days = DUE[self.cleaned_data["due"]]
        return None if days is None else timezone.localdate() + timedelta(days=days)


class CodeForm(forms.Form):
    """For whom the office makes a code."""

    mandate = forms.TypedChoiceField(label=_("Whose phone"), coerce=int)

    def __init__(self, people: Sequence[Sequence[Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mandate"].choices = people  # type: ignore[attr-defined]
