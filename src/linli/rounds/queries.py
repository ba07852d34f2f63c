"""Readers of requests: who has answered, who has not, and what it adds up to. A fixed number of statements at any size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from linli.accounts.models import User
from linli.ground.bodies import contacts
from linli.ground.mandates import under
from linli.ground.models import BodyKind, Mandate, Place
from linli.rounds.asking import CHOICE, NUMBER, YES_NO
from linli.rounds.models import Answer, AnswerValue, Attempt, Occurrence, Plan, Question, Target, TargetSubject
from linli.rounds.rules import state_of
from linli.rounds.sheet_reading import questions_with_choices
from linli.rounds.words import label_of_choice
from linli.ui.tables import natural
from linli.ui.words import listed

OPEN = ("missing", "waiting")


@dataclass
class Line:
    """One target with all its answers, the last of which holds."""

    target: Target
    state: str
    contact: Mandate | None
    answers: list[Answer] = field(default_factory=list)
    values: dict[int, AnswerValue] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def answered(self) -> bool:
        """Whether it has answered, in time or late."""
        return self.state not in OPEN


@dataclass(frozen=True)
class KindSum:
    """One kind of body: how many were asked and have answered, and what their answers add up to: a number, how many said
    yes, or how many chose what."""

    kind: BodyKind | None
    asked: int
    answered: int
    sums: list[Decimal | str | None]


def occurrences(places: Iterable[Place]) -> QuerySet[Any]:
    """Requests (``Occurrence``) of ``places``, each with ``asked`` and ``answered``; one statement."""
    given = Answer.objects.filter(target=OuterRef("targets"))
    return (
        Occurrence.objects.filter(under(places, "place__path"), plan__filled_by=Plan.FilledBy.TARGET)
        .select_related("place", "plan")
        .annotate(
            asked=Count("targets", distinct=True),
            answered=Count("targets", filter=Q(Exists(given)), distinct=True),
        )
        .order_by("-due_at", "-id")
    )


def lines(occurrence: Occurrence, now: datetime) -> list[Line]:
    """Every target of an occurrence with its state at ``now``, by kind and name. Six statements."""
    rows = Target.objects.filter(occurrence=occurrence).select_related(
        "kind", "body__kind", "body__place", "occurrence"
    )
    targets = sorted(rows, key=lambda t: (t.kind.rank if t.kind else 99, natural(t.name)))
    given = _grouped(Answer.objects.filter(target__occurrence=occurrence).order_by("version"))
    calls = _grouped(Attempt.objects.filter(target__occurrence=occurrence).order_by("happened_at"))
    call = contacts(t.body_id for t in targets if t.body_id)
    last = {rows[-1].pk: target for target, rows in given.items()}
    values: dict[object, dict[int, AnswerValue]] = {}
    for value in AnswerValue.objects.filter(answer__target__occurrence=occurrence):
        if value.answer_id in last:
            values.setdefault(last[value.answer_id], {})[value.question_id] = value
    found = []
    for target in targets:
        answers = given.get(target.pk, [])
        first = answers[0].happened_at if answers else None
        state = state_of(first, occurrence.due_at, now)
        found.append(
            Line(
                target,
                state,
                call.get(target.body_id or 0),
                answers,
                values.get(target.pk, {}),
                calls.get(target.pk, []),
            )
        )
    return found


def _grouped(rows: Iterable[Any]) -> dict[object, list[Any]]:
    found: dict[object, list[Any]] = {}
    for row in rows:
        found.setdefault(row.target_id, []).append(row)
    return found


def questions(occurrence: Occurrence) -> list[Question]:
    """The fields of its sheet with their choices, in order."""
    return list(questions_with_choices().filter(sheet=occurrence.sheet_id)) if occurrence.sheet_id else []


def sums(found: Sequence[Line], asked: Sequence[Question]) -> list[KindSum]:
    """By kind, and in the last row all together: the kinds add up to it. A text adds up to nothing (None)."""
    kinds: dict[int | None, list[Line]] = {}
    for line in found:
        kinds.setdefault(line.target.kind_id, []).append(line)
    table = [_sum(rows[0].target.kind, rows, asked) for rows in kinds.values()]
    return [*table, _sum(None, list(found), asked)]


def _sum(kind: BodyKind | None, rows: list[Line], asked: Sequence[Question]) -> KindSum:
    return KindSum(kind, len(rows), sum(1 for r in rows if r.answered), [_add(rows, q) for q in asked])


def _add(rows: list[Line], question: Question) -> Decimal | str | None:
    said = [r.values[question.pk] for r in rows if question.pk in r.values]
    if question.field == NUMBER:
        return sum((v.number for v in said if v.number is not None), Decimal(0))
    if question.field == YES_NO:
        return Decimal(sum(1 for v in said if v.yes))
    if question.field == CHOICE:
        chosen = Counter(code for v in said for code in v.codes or ())
        return listed(f"{label_of_choice(c)} {chosen[c.code]}" for c in question.choices.all() if chosen[c.code])
    return None


def names_of(users: Iterable[int | None]) -> dict[int, str]:
    """User id → the name shown; one statement."""
    ids = {pk for pk in users if pk is not None}
    return {u.pk: u.display_name for u in User.objects.filter(pk__in=ids)}


def persons(**which: Any) -> dict[UUID, str]:
    """Whom targets are about, by target: the name as the register has it, of an entry that was joined the kept one's. One statement.

    ``which``: the targets, as conditions on :class:`TargetSubject`. Who was erased is not among them.
    """
    name = Coalesce("person__merged_into__name", "person__name")
    return dict(TargetSubject.objects.filter(person__isnull=False, **which).values_list("target", name))
