"""The sheet of an inspection as a form: one question after the other, and beside each what follows from a wrong answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.ground.models import Mandate
from linli.kernel.ids import uuid7
from linli.rounds.actions.visits import Found
from linli.rounds.asking import NotAValue, amiss, read_answer
from linli.rounds.forms import control, owner_name
from linli.rounds.models import Question
from linli.rounds.sheet_reading import ask_of
from linli.rounds.words import FIELD_ERRORS, finding_of
from linli.ui.fields import moment_field


@dataclass(frozen=True)
class Asked:
    """A question on the page: its control, and the three fields of a finding (None where no answer is wrong)."""

    number: int
    question: Question
    answer: forms.BoundField
    finding: list[forms.BoundField]


class InspectionForm(forms.Form):
    """Questions by position; ``version`` is the sheet's that was shown, ``key`` the page's own id."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    happened_at = moment_field(label=_("When, if not now"), required=False)
    visitor = forms.CharField(label=_("Who went"), max_length=80)

    def __init__(
        self,
        questions: Sequence[Question],
        owners: Sequence[Mandate],
        owner: Mandate | None,
        version: int,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions, self.owners, self.asked_version = questions, owners, version
        self.fields["key"].initial = uuid7()
        self.fields["version"].initial = version
        people = [(m.pk, owner_name(m)) for m in sorted(owners, key=lambda m: m.place is None)]
        for question in questions:
            n = question.position
            self.fields[f"q{n}"] = control(question)
            if question.finding:
                self._finding_fields(question, people, owner)

    def _finding_fields(self, question: Question, people: list[tuple[int, str]], owner: Mandate | None) -> None:
        n = question.position
        self.fields[f"q{n}_found"] = forms.CharField(
            label=_("What was found"), max_length=200, required=False, initial=finding_of(question)
        )
        self.fields[f"q{n}_owner"] = forms.TypedChoiceField(
            label=_("Who sees to it"),
            coerce=int,
            empty_value=None,
            required=False,
            choices=[("", "—"), *people],
            initial=owner.pk if owner else None,
        )
        self.fields[f"q{n}_due"] = forms.DateField(
            label=_("Done by"),
            required=False,
            initial=due_day(question, timezone.now()),
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )

    def clean(self) -> dict[str, Any]:
        """Every question has its answer; what is amiss has a sentence, somebody and a day."""
        data = super().clean() or {}
        if data.get("version") != self.asked_version:
            raise forms.ValidationError(_("The sheet has changed meanwhile. Please look at the questions once more."))
        for question in self.questions:
            self._check(question, data)
        return data

    def _check(self, question: Question, data: dict[str, Any]) -> None:
        n = question.position
        try:
            ask = ask_of(question)
            value = read_answer(ask, data.get(f"q{n}") or "")
        except NotAValue as wrong:
            self.add_error(f"q{n}", FIELD_ERRORS[wrong.code])
            return
        if not amiss(ask, value):
            return
        for part, sentence in (
            ("found", _("Please say what was found.")),
            ("owner", _("Please say who sees to it.")),
            ("due", _("Please say by when.")),
        ):
            name = f"q{n}_{part}"
            if not data.get(name) and name not in self.errors:
                self.add_error(name, sentence)

    def values(self) -> dict[int, str]:
        """Position → what was said."""
        return {q.position: self.cleaned_data.get(f"q{q.position}") or "" for q in self.questions}

    def found(self) -> dict[int, Found]:
        """Position → the finding beside it, where its three fields are filled in."""
        people = {m.pk: m for m in self.owners}
        rows: dict[int, Found] = {}
        for question in self.questions:
            n = question.position
            text, owner, due = (self.cleaned_data.get(f"q{n}_{part}") for part in ("found", "owner", "due"))
            if text and owner and due:
                rows[n] = Found(text, people[owner], due)
        return rows

    def lines(self) -> list[Asked]:
        """The questions as the page shows them."""
        return [
            Asked(
                number,
                question,
                self[f"q{question.position}"],
                [self[f"q{question.position}_{part}"] for part in ("found", "owner", "due")]
                if question.finding
                else [],
            )
            for number, question in enumerate(self.questions, 1)
        ]


def due_day(question: Question, now: datetime) -> date:
    """By which day what is amiss is put right, if nobody says otherwise."""
    return timezone.localdate(now) + timedelta(days=question.days)
