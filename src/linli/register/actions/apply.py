"""Take what was read into the register, in chunks that can be interrupted anywhere and go on where they stopped.

Each chunk is one write transaction that also moves the run's cursor by compare-and-swap: after a kill the cursor and the
rows agree, and two pages that drive the same run never write a row twice. The size of a chunk follows its measured time.
"""

from __future__ import annotations

import time
from collections import Counter

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground.locks import hold_neighbourhood
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
from linli.register.responsible import active_on
from linli.register.writing import Chunk

PLACES_FIRST = -1_000_000
TARGET_MS = 40
SMALLEST, LARGEST, BEGIN = 5, 100, 20
PLACES_AT_ONCE = 40


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
    for group in groups.values():
        first = _first_of(group)
        for row in group:
            if row.pk != first.pk and row.verdict in (ImportRow.Verdict.NEW, ImportRow.Verdict.DIFFERS):
                row.joins, row.verdict, row.turn = (
                    first.position,
                    ImportRow.Verdict.LISTED,
                    run.rows_total + row.position,
                )
                row.save(update_fields=["joins", "verdict", "turn"])


def _first_of(group: list[ImportRow]) -> ImportRow:
    """The row that is the person: one the register knows at this door, else one who is here, else the first."""
    known = (ImportRow.Verdict.SAME, ImportRow.Verdict.STATE, ImportRow.Verdict.CHANGED)
    found = next((row for row in group if row.verdict in known), None)
    here = next((row for row in group if row.sealed and unpack(row.sealed).present), group[0])
    return found or here


def apply_step(*, by: User | None, run: ImportRun, seconds: float = 0.8) -> ImportRun:
    """Apply chunks for about ``seconds``; returns the run as it stands. Call again until its state is ``done``."""
    until = time.monotonic() + seconds
    size = BEGIN
    doors: DoorMap | None = None
    terms: list[Mandate] | None = None
    while True:
        run.refresh_from_db()
        if run.state != ImportRun.State.APPLYING:
            return run
        doors = doors or load_doors(run)
        try:
            if not run.places_done and (renamed := pending(run, renames=True)):
                _changes(by, run, renamed)
                doors = None
            elif not run.places_done:
                _places(run, doors)
            else:
                terms = terms or _terms(run)
                size = _rows(by, run, doors, terms, size)
        except _Raced:
            doors = None
        if time.monotonic() > until:
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
    """Move the cursor, unless somebody else has."""
    if ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.APPLYING, turn=old).update(**values) != 1:
        raise _Raced


def _slowest(run: ImportRun, began: float) -> int:
    took = int((time.monotonic() - began) * 1000)
    if took > run.slowest_ms:
        ImportRun.objects.filter(pk=run.pk, slowest_ms__lt=took).update(slowest_ms=took)
    return took


def _places(run: ImportRun, doors: DoorMap) -> None:
    """Add the missing places of the uppermost level, a few at a time."""
    words = {entry["sheet"]: entry["building_word"] for entry in run.mapping}
    rows = ImportRow.objects.filter(run=run, dwelling__isnull=True, leads=True).exclude(sealed=None)
    villas = _villas(run)
    wanted = [(unpack(sealed).door, words.get(sheet, "号")) for sheet, sealed in rows.values_list("sheet", "sealed")]
    missing = doors.missing((door, word, villas.get(door.estate, False)) for door, word in wanted)
    began = time.monotonic()
    if not missing:
        with transaction.atomic():
            _swap(run, run.turn, turn=-1, places_done=True)
        return
    level = len(missing[0][0])
    while missing:
        now = [entry for entry in missing if len(entry[0]) == level][:PLACES_AT_ONCE]
        began = time.monotonic()
        with transaction.atomic():
            _swap(run, run.turn, turn=run.turn + 1)
            run.made_places = [*run.made_places, *doors.add(now)]
            run.save(update_fields=["made_places"])
        _slowest(run, began)
        run.turn += 1
        done = {path for path, _, _ in now}
        missing = [entry for entry in missing if entry[0] not in done]
        level = len(missing[0][0]) if missing else level


def _villas(run: ImportRun) -> dict[str, bool]:
    """Estates where (nearly) no door has a room, or whose name says so."""
    doors: Counter[str] = Counter()
    rooms: Counter[str] = Counter()
    for code in ImportRow.objects.filter(run=run, leads=True).values_list("door", flat=True):
        estate, _side, _building, _unit, room = code.split("|")[:5] if code.count("|") >= 4 else (code, "", "", "", "")
        doors[estate] += 1
        rooms[estate] += bool(room)
    return {
        estate: "墅" in estate or "villa" in estate.lower() or rooms[estate] * 20 < many
        for estate, many in doors.items()
    }


def _rows(by: User | None, run: ImportRun, doors: DoorMap, terms: list[Mandate], size: int) -> int:
    """One chunk; returns the size of the next."""
    rows = list(ImportRow.objects.filter(run=run, turn__gt=run.turn).order_by("turn")[:size])
    if not rows:
        changes = pending(run, renames=False)
        if changes:
            _changes(by, run, changes)
        else:
            _finish(by, run)
        return size
    chunk = Chunk(run, terms, filled_days(run))
    chunk.build(rows, doors)
    changes = changes_of(run, rows)
    began = time.monotonic()
    try:
        with transaction.atomic():
            _swap(run, run.turn, turn=rows[-1].turn)
            chunk.write()
            Changer(run, by, chunk.filled).take(changes)
    except IntegrityError as raced:
        if not changes:
            raise
        raise _Raced from raced  # somebody wrote of the same person on the same day: look again
    took = max(_slowest(run, began), 1)
    return max(SMALLEST, min(LARGEST, size * TARGET_MS // took, size + size // 2))


def _changes(by: User | None, run: ImportRun, changes: list[ImportChange]) -> None:
    """Changes that have no row of this file: renamed places first, what is no longer listed last."""
    began = time.monotonic()
    before_rows = not run.places_done
    with transaction.atomic():
        _swap(run, run.turn, turn=run.turn + 1 if before_rows else changes[-1].turn)
        Changer(run, by, filled_days(run)).take(changes)
    _slowest(run, began)


def _finish(by: User | None, run: ImportRun) -> None:
    counts = dict(
        ImportRow.objects.filter(run=run).values_list("verdict").annotate(n=Count("pk")).values_list("verdict", "n")
    )
    with transaction.atomic():
        counts |= outcome_counts(run)
        _swap(run, run.turn, state=ImportRun.State.DONE, finished_at=timezone.now())
        record(acts.IMPORTED, by=by, subject=("import", run.pk), neighbourhood=run.neighbourhood_id, data=counts)
    if run.upload is not None and run.upload.state != RawUpload.State.ERASED:
        handle(by=by, upload=run.upload)
