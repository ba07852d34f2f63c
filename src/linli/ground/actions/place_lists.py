"""Writers of official lists: load one, answer what it leaves in doubt."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground import acts
from linli.ground.gazetteer.answering import act_on
from linli.ground.gazetteer.changes import Change
from linli.ground.gazetteer.doubts import Doubt
from linli.ground.gazetteer.planning import Answers, Plan
from linli.ground.gazetteer.rows import Bad, Reading
from linli.ground.gazetteer.store import plans
from linli.ground.gazetteer.writing import write_plan
from linli.ground.models import GazetteerDoubt, GazetteerList
from linli.journal.record import record
from linli.kernel.refusal import Refusal

BUSY = timedelta(seconds=60)
"""After so long without a sign of life a loading is taken over."""


@dataclass
class Outcome:
    """What a list changes (or changed): counts, and for those who ask each change, doubt and bad row."""

    as_of: date
    counts: dict[str, int] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)
    regions: dict[str, list[str]] = field(default_factory=dict)
    slowest_ms: float = 0.0

    def take(self, plan: Plan) -> None:
        """Add the plan of one province."""
        for name, count in plan.counts().items():
            self.counts[name] = self.counts.get(name, 0) + count
        self.changes += [change for change in plan.changes if change.kind != "kept"]
        self.doubts += plan.doubts
        for level, codes in plan.regions.items():
            self.regions[level] = sorted({*self.regions.get(level, []), *codes})


def preview_list(reading: Reading, *, day: date, answers: Answers | None = None, blank: bool = False) -> Outcome:
    """What loading a list would change; writes nothing. ``blank``: against nothing, where there is no installation."""
    found = Outcome(day, bad=reading.bad)
    for _book, plan in plans(reading, day=day, answers=answers, blank=blank):
        found.take(plan)
    found.counts["bad"] = len(reading.bad)
    return found


def stage_list(*, by: User | None, name: str, content: bytes, day: date, keep: bool = True) -> GazetteerList:
    """Put a list aside for loading; the same file of the same day is the same list. ``keep``: with its content, for the page."""
    row, made = GazetteerList.objects.get_or_create(
        digest=hashlib.sha256(content).hexdigest(),
        as_of=day,
        defaults={"name": name[:200], "content": content if keep else None, "by_user": by.pk if by else None},
    )
    if not made and keep and row.content is None:
        GazetteerList.objects.filter(pk=row.pk).update(content=content)
        row.content = content
    return row


def load_list(
    *,
    by: User | None,
    row: GazetteerList,
    reading: Reading,
    answers: Answers | None = None,
    seconds: float | None = None,
    progress: Callable[[int, int], Any] | None = None,
) -> Outcome | None:
    """Load a list, resuming where it stopped; None when ``seconds`` were over first (call again).

    Raises Refusal ``gazetteer.busy`` while somebody else loads one. The file's content is forgotten when all is written.
    """
    _begin(row)
    found, began = Outcome(row.as_of, bad=reading.bad), time.monotonic()
    for book, plan in plans(reading, day=row.as_of, answers=answers):
        found.take(plan)
        for done, of, spent in write_plan(book, plan):
            found.slowest_ms = max(found.slowest_ms, spent)
            GazetteerList.objects.filter(pk=row.pk).update(loaded_at=timezone.now())
            if progress is not None:
                progress(done, of)
            if seconds is not None and time.monotonic() - began > seconds and done < of:
                _pause(row)
                return None
        _save_doubts(row, plan)
    found.counts["bad"] = len(reading.bad)
    _finish(by, row, found)
    return found


def _begin(row: GazetteerList) -> None:
    now = timezone.now()
    others = GazetteerList.objects.filter(state=GazetteerList.State.APPLYING, loaded_at__gt=now - BUSY)
    free = Q(state__in=[GazetteerList.State.WAITING, GazetteerList.State.DONE]) | Q(loaded_at__lte=now - BUSY)
    with transaction.atomic():
        claimed = not others.exists() and GazetteerList.objects.filter(free, pk=row.pk).update(
            state=GazetteerList.State.APPLYING, loaded_at=now
        )
    if not claimed:
        raise Refusal("gazetteer.busy", "Somebody else is loading a list. Wait a minute and try again.")


def _pause(row: GazetteerList) -> None:
    GazetteerList.objects.filter(pk=row.pk).update(state=GazetteerList.State.WAITING)


def _save_doubts(row: GazetteerList, plan: Plan) -> None:
    GazetteerDoubt.objects.bulk_create(
        [
            GazetteerDoubt(
                list=row,
                kind=doubt.kind,
                was_code=doubt.was_code,
                was_name=doubt.was_name[:120],
                now_code=doubt.now_code,
                now_name=doubt.now_name[:120],
                place_id=doubt.key if doubt.key > 0 else None,
                row=doubt.row,
            )
            for doubt in plan.doubts
        ],
        ignore_conflicts=True,
        batch_size=200,
    )


def _finish(by: User | None, row: GazetteerList, found: Outcome) -> None:
    first = not row.counts
    with transaction.atomic():
        GazetteerList.objects.filter(pk=row.pk).update(
            state=GazetteerList.State.DONE,
            content=None,
            regions=found.regions,
            counts=found.counts if first else row.counts,
            loaded_at=timezone.now(),
        )
        record(
            acts.GAZETTEER_LOADED,
            by=by,
            subject=("gazetteer", row.pk),
            data={"as_of": row.as_of.isoformat(), **found.counts},
        )


def answer_doubt(*, by: User | None, doubt: GazetteerDoubt, answer: str) -> GazetteerDoubt:
    """A person decides a doubt; later lists follow the answer. ``same``: the two entries are one place from then on, ``merged``: the old
    one went on in the new, ``split``: the new one was a part of the old; the others only settle it.

    What it does at once stands in :mod:`linli.ground.gazetteer.answering`.
    Refusals: ``gazetteer.answered``, ``gazetteer.answer_unknown``.
    """
    if answer not in GazetteerDoubt.ANSWERS:
        raise Refusal("gazetteer.answer_unknown", gettext_noop("There is no such answer."))
    with transaction.atomic():
        now = timezone.now()
        mine = GazetteerDoubt.objects.filter(pk=doubt.pk, answer="")
        if not mine.update(answer=answer, answered_by=by.pk if by else None, answered_at=now):
            raise Refusal("gazetteer.answered", gettext_noop("This was answered already."))
        doubt.refresh_from_db()
        act_on(doubt)
        record(
            acts.GAZETTEER_ANSWERED,
            by=by,
            subject=("gazetteer", doubt.list_id),
            data={"doubt": doubt.pk, "kind": doubt.kind, "answer": answer},
        )
    return doubt
