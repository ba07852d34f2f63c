"""What a person has decided about a file outlives its being read again: answers to questions, changes taken or left.

A file is read again when a column is corrected, a word is taught, or another import was faster. An answer is about two rows and
stands; a choice stands only while the change says the same, of the same value on the register.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from linli import vault
from linli.register.changes.model import Change
from linli.register.keeping import CHANGE_CONTEXT, change_text
from linli.register.models import ImportChange, ImportQuestion, ImportRun

_Row = tuple[str, int]
_By = tuple[int | None, datetime | None]


@dataclass(frozen=True)
class Decisions:
    """What was decided about one import before it is read again."""

    answers: dict[tuple[_Row, _Row], tuple[str, _By]] = field(default_factory=dict)
    choices: dict[tuple[Any, ...], tuple[bool, _By]] = field(default_factory=dict)

    @classmethod
    def of(cls, run: ImportRun) -> Decisions:
        """Two statements; empty at the first reading."""
        found = cls()
        asked = ImportQuestion.objects.filter(run=run, certain=False).exclude(answer=ImportQuestion.Answer.OPEN)
        for one in asked.select_related("one", "other"):
            keys = (one.one.sheet, one.one.row), (one.other.sheet, one.other.row)
            found.answers[keys] = one.answer, (one.answered_by, one.answered_at)
        for change in ImportChange.objects.filter(run=run, decided_at__isnull=False, sealed__isnull=False):
            try:
                text = vault.unseal_text(change.sealed, context=CHANGE_CONTEXT)
            except vault.KeyMissing:
                continue
            found.choices[_key(change, text)] = change.taken, (change.decided_by, change.decided_at)
        return found

    def answer(self, question: ImportQuestion) -> None:
        """Say again what was answered about these two rows."""
        if question.certain:
            return
        one, other = (question.one.sheet, question.one.row), (question.other.sheet, question.other.row)
        said = self.answers.get((one, other)) or self.answers.get((other, one))
        if said is not None:
            question.answer, (question.answered_by, question.answered_at) = said

    def choose(self, row: ImportChange, change: Change) -> ImportChange:
        """Choose again what was chosen about a change that says the same; gives its row back."""
        said = self.choices.get(_key(row, change_text(change))) if self.choices else None
        if said is not None:
            row.taken, (row.decided_by, row.decided_at) = said
        return row


def _key(change: ImportChange, text: str) -> tuple[Any, ...]:
    expected = bytes(change.expected) if change.expected else b""
    return change.kind, change.field, change.door, change.person_id, change.place_id, expected, text
