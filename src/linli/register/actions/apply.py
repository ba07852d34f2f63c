"""Take what was read into the register, in chunks that can be interrupted anywhere and go on where they stopped.

Each chunk is one write transaction that also moves the run's cursor by compare-and-swap: after a kill the cursor and the
rows agree, and two pages that drive the same run never write a row twice. The size of a chunk follows its measured time.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground.inserting import ready_changes
from linli.ground.locks import check_open, hold_neighbourhood
from linli.ground.mandates import secretaries_of, secretary_of
from linli.ground.models import Mandate
from linli.inbox.actions import handle
from linli.inbox.models import RawUpload
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.register import acts
from linli.register.changing import Changer
from linli.register.doors import DoorMap
from linli.register.interpret.matching import Union
from linli.register.models import ImportChange, ImportQuestion, ImportRow, ImportRun
from linli.register.packing import unpack
from linli.register.pending import changes_of, filled_days, load_doors, outcome_counts, pending, settle_rows
from linli.register.placing import Places
from linli.register.responsible import active_on
from linli.register.writing import Chunk

PLACES_FIRST = -1_000_000
TARGET_MS = 50
SMALLEST, LARGEST, BEGIN = 5, 500, 40
CHANGES_AT_ONCE = 10


class _Raced(Exception):
    """Another driver of the same run was faster; its chunk stands, ours is rolled back."""


def begin_apply(*, by: User | None, run: ImportRun) -> ImportRun:
    """From ``preview`` to ``applying``. Refused if the register was changed by another import since the file was read."""
    if run.state != ImportRun.State.PREVIEW:
        raise Refusal("register.not_preview", gettext_noop("This import is no longer waiting for answers."))
    if secretary_of(run.neighbourhood) is None:
        raise Refusal(
            "ground.no_secretary",
            gettext_noop(
                "This neighbourhood has no secretary yet. Give somebody the office first: every household needs one who answers for it."
            ),
        )
    with transaction.atomic():
        hold_neighbourhood(run.neighbourhood_id)  # of two begun at once, the second sees that the first has begun
        check_open(run.neighbourhood_id)
        stale = _changed_meanwhile(run)
        if not stale:
            _begin(by, run)
        else:
            ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.PREVIEW).update(state=ImportRun.State.READING)
    if stale:
        raise Refusal(
            "register.changed_meanwhile",
            gettext_noop("Another import has changed the register meanwhile. The file is being read again."),
        )
    run.refresh_from_db()
    return run


def _changed_meanwhile(run: ImportRun) -> bool:
    """Whether another import wrote, or began to write, since this file was compared with the register."""
    moved = Q(finished_at__gt=run.read_at) | Q(undone_at__gt=run.read_at) | Q(state__in=("applying", "undoing"))
    others = ImportRun.objects.filter(moved, neighbourhood=run.neighbourhood_id).exclude(pk=run.pk)
    return bool(others.exclude(turn=0).exists())


def _begin(by: User | None, run: ImportRun) -> None:
    changed = ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.PREVIEW).update(
        state=ImportRun.State.APPLYING, turn=PLACES_FIRST, places_done=False
    )
    if not changed:
        raise Refusal("register.not_preview", gettext_noop("This import is no longer waiting for answers."))
    run.refresh_from_db()  # a page may be old: what was chosen last counts
    _leave_out(run)
    settle_rows(run)
    _join(run)
    record(
        acts.APPLYING,
        by=by,
        subject=("import", run.pk),
        neighbourhood=run.neighbourhood_id,
        data={"rows": run.rows_total},
    )


def _leave_out(run: ImportRun) -> None:
    if not run.left_kinds:
        return
    rows = run.problems.filter(kind__in=run.left_kinds, row__isnull=False).values_list("sheet", "row").distinct()
    by_sheet: dict[str, list[int]] = {}
    for sheet, row in rows:
        by_sheet.setdefault(sheet, []).append(row or 0)
    for sheet, numbers in by_sheet.items():
        for start in range(0, len(numbers), 400):
            of_sheet = ImportRow.objects.filter(run=run, sheet=sheet, row__in=numbers[start : start + 400])
            of_sheet.filter(verdict=ImportRow.Verdict.NEW).update(verdict=ImportRow.Verdict.LEFT)
            changed = ImportChange.objects.filter(run=run, row__in=of_sheet.filter(verdict=ImportRow.Verdict.CHANGED))
            changed.update(taken=False)


def _join(run: ImportRun) -> None:
    """Rows of one person: the first who is here becomes the person, the others are noted at their doors, after him."""
    joined = Union()
    rows: dict[tuple[str | None, int], ImportRow] = {}
    pairs = ImportQuestion.objects.filter(run=run, answer=ImportQuestion.Answer.SAME).select_related("one", "other")
    for question in pairs:
        for row in (question.one, question.other):
            rows[(row.sheet, row.row)] = row
        joined.join((question.one.sheet, question.one.row), (question.other.sheet, question.other.row))
    groups: dict[tuple[str | None, int], list[ImportRow]] = {}
    for key, row in sorted(rows.items(), key=lambda entry: entry[1].position):
        groups.setdefault(joined.find(key), []).append(row)
    moved = []
    for group in groups.values():
        first = _first_of(group)
        for row in group:
            if row.pk != first.pk and row.verdict in (ImportRow.Verdict.NEW, ImportRow.Verdict.DIFFERS):
                row.joins, row.verdict = first.position, ImportRow.Verdict.LISTED
                row.turn = run.rows_total + row.position
                moved.append(row)
    if moved:
        ready_changes(moved, ["joins", "verdict", "turn"]).write()


def _first_of(group: list[ImportRow]) -> ImportRow:
    """The row that is the person: one the register knows at this door, else one who is here, else the first."""
    known = (ImportRow.Verdict.SAME, ImportRow.Verdict.STATE, ImportRow.Verdict.CHANGED)
    found = next((row for row in group if row.verdict in known), None)
    here = next((row for row in group if row.sealed and unpack(row.sealed).present), group[0])
    return found or here


@dataclass
class _Step:
    """What driving a run needs and what stays the same from chunk to chunk, looked up once; thrown away when somebody else was faster."""

    by: User | None
    run: ImportRun
    doors: DoorMap
    size: int = BEGIN
    terms: list[Mandate] = field(default_factory=list)
    places: Places | None = None
    looking: float = 0.0

    def __post_init__(self) -> None:
        self.filled = filled_days(self.run)
        self.changing = ImportChange.objects.filter(run=self.run, row__isnull=False).exists()

    def once(self) -> None:
        """One chunk: renamed places first, then missing places, then rows with their changes, then what is no longer listed."""
        run = self.run
        if run.places_done:
            self.terms = self.terms or _terms(run)
            _rows(self)
        elif renamed := pending(run, renames=True):
            _changes(self, renamed)
            self.doors = load_doors(run)
        else:
            if self.places is None:
                began = time.monotonic()
                self.places = Places(run, self.doors)
                self.looking += time.monotonic() - began
            _places(self, self.places)


def apply_step(*, by: User | None, run: ImportRun, seconds: float = 0.8) -> ImportRun:
    """Apply chunks for about ``seconds``; returns the run as it stands. Call again until its state is ``done``.

    Longer where looking up what a large run needs took long: most of the time is to be spent on writing.
    """
    began = time.monotonic()
    step: _Step | None = None
    while True:
        if step is None:
            run.refresh_from_db()
            if run.state != ImportRun.State.APPLYING:
                return run
            looked = time.monotonic()
            step = _Step(by, run, load_doors(run))
            step.looking = time.monotonic() - looked
        enough = max(seconds, 3 * step.looking)
        try:
            step.once()
        except _Raced:
            step = None
        if run.state != ImportRun.State.APPLYING or time.monotonic() - began > enough:
            run.refresh_from_db()
            return run


def _terms(run: ImportRun) -> list[Mandate]:
    found = secretaries_of(run.neighbourhood)
    if not active_on(found, timezone.localdate()):
        raise Refusal(
            "ground.no_secretary",
            gettext_noop(
                "This neighbourhood has no secretary yet. Give somebody the office first: every household needs one who answers for it."
            ),
        )
    return found


def _swap(run: ImportRun, old: int, **values: object) -> None:
    """Move the cursor, unless somebody else has; the run in hand moves with it."""
    if ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.APPLYING, turn=old).update(**values) != 1:
        raise _Raced
    for name, value in values.items():
        setattr(run, name, value)


@contextmanager
def _chunk(run: ImportRun) -> Iterator[None]:
    """The write transaction of one chunk. If it does not hold, the run in hand is read again before anything else."""
    try:
        with transaction.atomic():
            yield
    except BaseException:
        run.refresh_from_db()
        raise


def _slowest(run: ImportRun, began: float) -> int:
    took = int((time.monotonic() - began) * 1000)
    if took > run.slowest_ms:
        ImportRun.objects.filter(pk=run.pk, slowest_ms__lt=took).update(slowest_ms=took)
        run.slowest_ms = took
    return took


def _next_size(size: int, took: int) -> int:
    """How many at once next time: what would have taken the aim, growing by a half at most."""
    return max(SMALLEST, min(LARGEST, size * TARGET_MS // max(took, 1), size + size // 2))


def _places(step: _Step, places: Places) -> None:
    """Add the missing places of the uppermost level, a few at a time."""
    run = step.run
    now = places.next(step.size)
    began = time.monotonic()
    with _chunk(run):
        if not now:
            for entry in run.mapping:
                step.doors.note_addresses({entry["estate"]: entry.get("address", ""), **entry.get("addresses", {})})
            _swap(run, run.turn, turn=-1, places_done=True)
            return
        made = step.doors.add(now)
        _swap(run, run.turn, turn=run.turn + 1, made_places=[*run.made_places, *made])
    places.take(len(now))
    step.size = _next_size(len(now), _slowest(run, began))


def _rows(step: _Step) -> None:
    """One chunk of rows."""
    run = step.run
    rows = list(ImportRow.objects.filter(run=run, turn__gt=run.turn).order_by("turn")[: step.size])
    if not rows:
        changes = pending(run, renames=False)
        if changes:
            _changes(step, changes)
        else:
            _finish(step.by, run)
        return
    changes = changes_of(run, rows) if step.changing else []
    if len(changes) > CHANGES_AT_ONCE:  # each takes many statements: the chunk ends with the row of the last that fits
        last = max(change.row.turn for change in changes[:CHANGES_AT_ONCE] if change.row is not None)
        rows = [row for row in rows if row.turn <= last]
        changes = [change for change in changes if change.row is not None and change.row.turn <= last]
    chunk = Chunk(run, step.terms, step.filled)
    chunk.build(rows, step.doors)
    began = time.monotonic()
    try:
        with _chunk(run):
            _swap(run, run.turn, turn=rows[-1].turn)
            chunk.write()
            if changes:
                Changer(run, step.by, chunk.filled).take(changes)
    except IntegrityError as raced:
        if not changes:
            raise
        raise _Raced from raced  # somebody wrote of the same person on the same day: look again
    step.size = _next_size(len(rows), _slowest(run, began))


def _changes(step: _Step, changes: list[ImportChange]) -> None:
    """Changes that have no row of this file: renamed places first, what is no longer listed last."""
    run = step.run
    began = time.monotonic()
    before_rows = not run.places_done
    with _chunk(run):
        _swap(run, run.turn, turn=run.turn + 1 if before_rows else changes[-1].turn)
        Changer(run, step.by, step.filled).take(changes)
    _slowest(run, began)


def _finish(by: User | None, run: ImportRun) -> None:
    counts = dict(
        ImportRow.objects.filter(run=run).values_list("verdict").annotate(n=Count("pk")).values_list("verdict", "n")
    )
    with _chunk(run):
        counts |= outcome_counts(run)
        _swap(run, run.turn, state=ImportRun.State.DONE, finished_at=timezone.now())
        record(acts.IMPORTED, by=by, subject=("import", run.pk), neighbourhood=run.neighbourhood_id, data=counts)
    if run.upload is not None and run.upload.state != RawUpload.State.ERASED:
        handle(by=by, upload=run.upload)
