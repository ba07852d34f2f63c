"""Writers of sheets of questions. A version becomes rows once and never changes afterwards: a changed sheet is a new version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground.models import Place
from linli.journal.record import record
from linli.kernel.ids import uuid7
from linli.kernel.refusal import Refusal
from linli.rounds import acts, sheets
from linli.rounds.asking import MOST_QUESTIONS, Ask, faults
from linli.rounds.models import Plan, Question, QuestionChoice, Sheet
from linli.rounds.sheet_files import numbered
from linli.rounds.sheet_reading import SAME, asks_of, newest


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
            rows = Question.objects.bulk_create(questions_of(data, sheet))
            QuestionChoice.objects.bulk_create(
                QuestionChoice(question=row, position=n, code=one["code"], label=one["zh"], label_en=one["en"])
                for row, said in zip(rows, data["questions"], strict=True)
                for n, one in enumerate(said.get("choices", ()), 1)
            )
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


class BadSheet(Refusal):
    """Questions that cannot be asked; ``faults``: (position from 1, field, code) each."""

    def __init__(self, found: list[tuple[int, str, str]]) -> None:
        super().__init__(
            "rounds.sheet_faulty", gettext_noop("Some questions are not ready yet. Please look at the marked ones.")
        )
        self.faults = found


def save_sheet(
    *, by: User | None, place: Place, title: str, asks: Sequence[Ask], code: str = "", seen: int = 0, title_en: str = ""
) -> Sheet:
    """Save a sheet: a new one without ``code``, else its next version, if anything has changed. ``seen``: the version that was edited.

    Plans that use the former version take the new one for the rounds to come; rounds that are open keep theirs. Refusals:
    ``rounds.sheet_title``, ``rounds.sheet_length``, ``rounds.sheet_faulty`` (:class:`BadSheet`), ``rounds.sheet_overtaken``.
    """
    name = " ".join(title.split())
    if not name:
        raise Refusal("rounds.sheet_title", gettext_noop("Please give the sheet a name."))
    if not 0 < len(asks) <= MOST_QUESTIONS:
        raise Refusal("rounds.sheet_length", gettext_noop("A sheet has 1 to %(most)s questions."), most=MOST_QUESTIONS)
    ready = numbered(asks)
    wrong = [(n, *fault) for n, ask in enumerate(ready, 1) for fault in faults(ask)]
    if wrong:
        raise BadSheet(wrong)
    before = newest(code) if code else None
    if before is not None and before.version != seen:
        raise _overtaken()
    if before is not None and (before.title, tuple(asks_of(before))) == (name, ready):
        return before
    try:
        return _save(by, place, Sheet(code=code or _new_code(), title=name, title_en=title_en), before, ready)
    except IntegrityError as race:
        raise _overtaken() from race


def _overtaken() -> Refusal:
    return Refusal(
        "rounds.sheet_overtaken",
        gettext_noop("Somebody has saved this sheet meanwhile. Open it again; what you typed is still below."),
    )


def _new_code() -> str:
    return f"s{uuid7().hex[-20:]}"


def _save(by: User | None, place: Place, sheet: Sheet, before: Sheet | None, asks: Sequence[Ask]) -> Sheet:
    sheet.place, sheet.made_at, sheet.by_user = place, timezone.now(), by.pk if by is not None else None
    sheet.version, sheet.replaces = (before.version + 1 if before is not None else 1), before
    with transaction.atomic():
        sheet.save(force_insert=True)
        rows = Question.objects.bulk_create(
            Question(sheet=sheet, position=n, field=ask.kind, **{name: getattr(ask, name) for name in SAME})
            for n, ask in enumerate(asks, 1)
        )
        QuestionChoice.objects.bulk_create(
            QuestionChoice(question=row, position=n, **asdict(one))
            for row, ask in zip(rows, asks, strict=True)
            for n, one in enumerate(ask.choices, 1)
        )
        if before is not None:
            Plan.objects.filter(sheet=before, ended_at__isnull=True).update(sheet=sheet)
        record(
            acts.SHEET_SAVED,
            by=by,
            subject=("sheet", sheet.pk),
            neighbourhood=place.neighbourhood_id,
            data={"version": sheet.version, "questions": len(asks)},
        )
    return sheet


def retire_sheet(*, by: User | None, sheet: Sheet) -> Sheet:
    """Take a sheet out of use: no new plan takes it; what uses it keeps it. Doing it twice changes nothing."""
    with transaction.atomic():
        if Sheet.objects.filter(pk=sheet.pk, retired_at__isnull=True).update(retired_at=timezone.now()):
            place = sheet.place.neighbourhood_id if sheet.place is not None else None
            record(acts.SHEET_RETIRED, by=by, subject=("sheet", sheet.pk), neighbourhood=place)
    sheet.refresh_from_db()
    return sheet
