"""Writer of sheets that ship as data: a version becomes rows when it is first used, and never changes afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from linli.accounts.models import User
from linli.journal.record import record
from linli.rounds import acts, sheets
from linli.rounds.models import Question, Sheet


def take_sheet(*, by: User | None, code: str) -> Sheet:
    """The shipped sheet ``code`` in its present version, as rows; of two who take it first at once both get the same."""
    data = sheets.load(code)
    present = Sheet.objects.filter(code=code, version=data["version"])
    known = present.first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            sheet = Sheet.objects.create(
                code=code,
                version=data["version"],
                title=data["title"]["zh"],
                title_en=data["title"]["en"],
                replaces=Sheet.objects.filter(code=code).order_by("-version").first(),
            )
            Question.objects.bulk_create(questions_of(data, sheet))
            record(acts.SHEET_TAKEN, by=by, subject=("sheet", sheet.pk), data={"version": sheet.version})
    except IntegrityError:
        return present.get()
    return sheet


def questions_of(data: Mapping[str, Any], sheet: Sheet | None = None) -> list[Question]:
    """The questions of a shipped sheet, in order, not stored."""
    return [
        Question(
            sheet=sheet,
            position=position,
            code=one["code"],
            field=one["field"],
            label=one["zh"],
            label_en=one["en"],
            required=one.get("required", True),
            when=one.get("when", ""),
            wrong=one.get("wrong"),
            least=one.get("least"),
            finding=one.get("finding", {}).get("zh", ""),
            finding_en=one.get("finding", {}).get("en", ""),
            days=one.get("days", 1),
        )
        for position, one in enumerate(data["questions"], 1)
    ]
