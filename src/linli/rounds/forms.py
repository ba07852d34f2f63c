"""Forms of the rounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.ground.models import Body, Mandate, Place
from linli.ground.templatetags.offices import office
from linli.kernel.ids import uuid7
from linli.rounds.actions.collections import REPEATS
from linli.rounds.actions.requests import Asked
from linli.rounds.models import Answer, AnswerValue, Question
from linli.rounds.words import FIELD_ERRORS, FIELDS, OUTCOMES, exported, label_of, label_of_choice
from linli.ui.fields import moment_field

QUESTIONS = 5


def _next_evening() -> Any:
    now = timezone.localtime()
    return (now + timedelta(days=1)).replace(hour=17, minute=0, second=0, microsecond=0)


class RequestForm(forms.Form):
    """What is asked, and until when. The fields asked for are :meth:`questions`."""

    title = forms.CharField(
        label=_("What they report"), max_length=80, help_text=_("In a few words: the name of the report.")
    )
    text = forms.CharField(
        label=_("What they should know"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    due_at = moment_field(label=_("Answer by"), initial=_next_evening)
    repeat = forms.ChoiceField(
        label=_("How often"),
        choices=REPEATS,
        required=False,
        help_text=_("Again and again: each time until the same hour; whom it asks is fixed anew each time."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, QUESTIONS + 1):
            self.fields[f"label_{n}"] = forms.CharField(label=_("Asked for"), max_length=80, required=n == 1)
            self.fields[f"field_{n}"] = forms.ChoiceField(label=_("As"), choices=FIELDS, required=False)
            self.fields[f"unit_{n}"] = forms.CharField(
                label=_("Unit, or what to choose from"), max_length=80, required=False
            )

    def head(self) -> list[Any]:
        """The fields before the questions."""
        return [self[name] for name in ("title", "text", "due_at", "repeat")]

    def rows(self) -> list[tuple[int, Any, Any, Any]]:
        """The question rows: number, words, kind, unit."""
        return [(n, self[f"label_{n}"], self[f"field_{n}"], self[f"unit_{n}"]) for n in range(1, QUESTIONS + 1)]

    def questions(self) -> list[Asked]:
        """The fields that are asked for: those with words."""
        data = self.cleaned_data
        return [
            Asked.typed(data[f"field_{n}"] or "number", data[f"label_{n}"], data[f"unit_{n}"])
            for n in range(1, QUESTIONS + 1)
            if data.get(f"label_{n}", "").strip()
        ]


class AnswerForm(forms.Form):
    """One control for each question; ``seen`` is the version that was shown, ``key`` the client's id."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, questions: Sequence[Question], last: Answer | None, *args: Any, entered_for: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked = questions
        self.fields["key"].initial = uuid7()
        self.fields["seen"].initial = last.version if last else 0
        values = {v.question_id: v for v in last.values.all()} if last else {}
        for question in questions:
            self.fields[self.name_of(question)] = control(question, values.get(question.pk))
        if entered_for:
            self.fields["said_by"] = forms.CharField(
                label=_("Who said it"), max_length=60, help_text=_("The name on the telephone.")
            )
        if last:
            self.fields["why"] = forms.CharField(
                label=_("What is corrected"), max_length=120, help_text=_("The earlier answer stays beside it.")
            )

    def name_of(self, question: Question) -> str:
        """The field's name in the form."""
        return f"q{question.position}"

    def values(self) -> dict[int, str]:
        """Question id → what was typed."""
        return {q.pk: self.data.get(self.name_of(q), "") for q in self.asked}


def control(question: Question, value: AnswerValue | None = None) -> forms.Field:
    """The control that answers a question, with what was said before."""
    options: dict[str, Any] = {"label": label_of(question), "required": question.required, "initial": exported(value)}
    options["error_messages"] = {"required": FIELD_ERRORS["required"]}
    if question.field == Question.Field.YES_NO:
        options["initial"] = "" if value is None or value.yes is None else ("yes" if value.yes else "no")
        return forms.ChoiceField(choices=[("yes", _("yes")), ("no", _("no"))], widget=forms.RadioSelect, **options)
    if question.field in (Question.Field.CHOICE, Question.Field.CHOICES):
        return _choice_control(question, value, options)
    if question.field == Question.Field.TIME:
        return forms.CharField(max_length=5, widget=forms.TimeInput(attrs={"type": "time"}), **options)
    if question.field == Question.Field.PHOTO:
        widget: forms.Widget = forms.FileInput(attrs={"accept": "image/jpeg", "capture": "environment"})
        return forms.FileField(widget=widget, **options | {"initial": None})
    if question.field in (Question.Field.NUMBER, Question.Field.TEMPERATURE):
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        return forms.CharField(max_length=24, widget=widget, **options)
    return forms.CharField(max_length=200, help_text=_("No names of residents."), **options)


def _choice_control(question: Question, value: AnswerValue | None, options: dict[str, Any]) -> forms.Field:
    """Buttons for one of several, boxes for any of several."""
    rows = [(one.code, label_of_choice(one)) for one in question.choices.all()]
    said = list(value.codes or []) if value is not None else []
    if question.field == Question.Field.CHOICE:
        return forms.ChoiceField(
            choices=rows, widget=forms.RadioSelect, **options | {"initial": said[0] if said else ""}
        )
    return forms.MultipleChoiceField(choices=rows, widget=forms.CheckboxSelectMultiple, **options | {"initial": said})


class ReminderForm(forms.Form):
    """What came of a call."""

    outcome = forms.ChoiceField(label=_("What came of the call"), choices=OUTCOMES)
    note = forms.CharField(label=_("Note"), max_length=120, required=False)


class JoinForm(forms.Form):
    """One body more, and why."""

    body = forms.TypedChoiceField(label=_("Body"), coerce=int)
    reason = forms.CharField(label=_("Why it joins late"), max_length=120)

    def __init__(self, bodies: Iterable[Body], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = [(b.pk, b.name) for b in bodies]  # type: ignore[attr-defined]


class GroupForm(forms.Form):
    """A liaison group: its name, the office it comes from, where it is sent."""

    name = forms.CharField(label=_("Name of the group"), max_length=120)
    parent = forms.TypedChoiceField(label=_("From which office"), coerce=int)
    places = forms.TypedMultipleChoiceField(label=_("Sent to"), coerce=int, widget=forms.CheckboxSelectMultiple)

    def __init__(self, offices: Iterable[Body], places: Iterable[Place], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = [(b.pk, b.name) for b in offices]  # type: ignore[attr-defined]
        self.fields["places"].choices = [(p.pk, p.name) for p in places]  # type: ignore[attr-defined]


class SendForm(forms.Form):
    """Where a group is sent."""

    places = forms.TypedMultipleChoiceField(label=_("Sent to"), coerce=int, widget=forms.CheckboxSelectMultiple)

    def __init__(self, places: Iterable[Place], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["places"].choices = [(p.pk, p.name) for p in places]  # type: ignore[attr-defined]


class FindingForm(forms.Form):
    """What was found, who must do something, by when."""

    place = forms.TypedChoiceField(label=_("Where"), coerce=int)
    found = forms.CharField(
        label=_("What was found"), max_length=200, help_text=_("Short. While an operation is on it is sealed.")
    )
    owner = forms.TypedChoiceField(label=_("Who sees to it"), coerce=int, empty_value=None)
    due_on = forms.DateField(
        label=_("Done by"),
        initial=lambda: timezone.localdate() + timedelta(days=1),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, places: Iterable[tuple[int, str]], owners: Iterable[Mandate], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = list(places)  # type: ignore[attr-defined]
        self.fields["owner"].choices = [("", "—"), *((m.pk, owner_name(m)) for m in owners)]  # type: ignore[attr-defined]


class VisitForm(FindingForm):
    """A visit, with or without something found."""

    happened_at = moment_field(label=_("When"), initial=lambda: timezone.localtime().replace(second=0, microsecond=0))
    visitor = forms.CharField(label=_("Who went"), max_length=80)
    note = forms.CharField(label=_("What was seen"), max_length=200, required=False)
    field_order = ("place", "happened_at", "visitor", "note", "found", "owner", "due_on")

    def __init__(self, places: Iterable[tuple[int, str]], owners: Iterable[Mandate], *args: Any, **kwargs: Any) -> None:
        super().__init__(places, owners, *args, **kwargs)
        for name in ("found", "owner", "due_on"):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """What was found needs somebody who sees to it."""
        data = super().clean() or {}
        if data.get("found") and not data.get("owner"):
            self.add_error("owner", _("Please say who sees to it."))
        if data.get("found") and not data.get("due_on"):
            self.add_error("due_on", _("Please say by when."))
        return data


class CloseForm(forms.Form):
    """With what a finding is closed."""

    text = forms.CharField(label=_("What was done about it"), max_length=200)


def owner_name(mandate: Mandate) -> str:
    """Somebody with the office or the body in which he can be held to it."""
    if mandate.of_body is not None:
        inside = " · ".join(part for part in (mandate.of_body.name, mandate.title) if part)
        return f"{mandate.holder_name} ({inside})"
    return f"{mandate.holder_name} ({mandate.title or office(mandate.capacity)})"
