"""Readers of sheets: a stored question as data, the versions of a sheet, which sheets an office keeps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from linli.ground.models import Place
from linli.rounds.asking import WITH_CHOICES, Ask, Choice, Value
from linli.rounds.models import Question, QuestionChoice, Sheet
from linli.rounds.models.answers import Field


def ask_of(question: Question) -> Ask:
    """A stored question as data; one statement for one with choices, unless they are read already."""
    choices = question.choices.all() if question.field in WITH_CHOICES else ()
    return Ask(
        kind=question.field,
        **{name: getattr(question, name) for name in SAME},
        choices=tuple(Choice(one.code, one.label, one.label_en, one.wrong) for one in choices),
    )


SAME = (
    "label", "label_en", "code", "unit", "required", "when", "wrong", "least", "most", "lowest", "highest", "finding", "finding_en",
    "days",
)  # fmt: skip
"""What a question and its row call by the same name."""


def questions_with_choices() -> QuerySet[Question]:
    """Questions in order, each with its choices: two statements."""
    rows: QuerySet[Question] = Question.objects.order_by("position")
    return rows.prefetch_related(Prefetch("choices", QuestionChoice.objects.order_by("position")))


def asks_of(sheet: Sheet) -> list[Ask]:
    """The questions of a sheet in order; two statements."""
    return [ask_of(question) for question in questions_with_choices().filter(sheet=sheet)]


def value_of(row: Field, *, photo: Any = None) -> Value:
    """A stored answer as the rules know it, without its text; ``photo``: its id, where the row has one."""
    return Value(number=row.number, yes=row.yes, codes=tuple(row.codes or ()), time=row.time, photo=photo)


def columns(value: Value) -> dict[str, Any]:
    """The columns of a row of an answer, but for a photo and for the text of a visit, which may be sealed."""
    return {
        "number": value.number,
        "yes": value.yes,
        "text": value.text,
        "codes": list(value.codes) or None,
        "time": value.time,
    }


def newest(code: str) -> Sheet | None:
    """The newest version of a sheet."""
    found: Sheet | None = Sheet.objects.filter(code=code).order_by("-version").first()
    return found


def kept_at(places: Iterable[Place]) -> QuerySet[Sheet]:
    """The newest version of every sheet that offices of ``places`` keep, those in use first; one statement."""
    later = Sheet.objects.filter(code=OuterRef("code"), version__gt=OuterRef("version"))
    rows: QuerySet[Sheet] = Sheet.objects.filter(Q(place__in=list(places)), ~Q(code=""), ~Exists(later))
    return rows.select_related("place").order_by("retired_at", "title")
