"""Take an import back: everything it wrote, in chunks, until a later import has touched the same homes."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground.locks import check_open, hold_neighbourhood
from linli.ground.models import DwellingState, Household, Person, Place, Residence, Tie
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.register import acts
from linli.register.changes.kinds import RENAMES
from linli.register.changing import undo_changes
from linli.register.models import ImportChange, ImportRow, ImportRun
from linli.register.queries import later_imports

_ROWS, _PLACES, _CHANGES = 25, 60, 10


def begin_undo(*, by: User | None, run: ImportRun) -> ImportRun:
    """From ``done`` to ``undoing``; refused when a later import wrote at the same doors (undo that one first)."""
    if run.state != ImportRun.State.DONE:
        raise Refusal("register.not_done", gettext_noop("Only an import that is finished can be undone."))
    with transaction.atomic():
        hold_neighbourhood(run.neighbourhood_id)  # no other import begins between the look and the first step
        check_open(run.neighbourhood_id)
        _still_here(run)
        if later_imports(run).exists():
            raise Refusal(
                "register.later_import", gettext_noop("A later import has changed the same homes. Undo that one first.")
            )
        _still_whole(run)
        last = ImportRow.objects.filter(run=run).order_by("-turn").values_list("turn", flat=True).first()
        after = ImportChange.objects.filter(run=run).order_by("-turn").values_list("turn", flat=True).first()
        changed = ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.DONE).update(
            state=ImportRun.State.UNDOING, turn=max(last or 0, after or 0) + 1
        )
        if not changed:
            raise Refusal("register.not_done", gettext_noop("Only an import that is finished can be undone."))
        record(acts.UNDOING, by=by, subject=("import", run.pk), neighbourhood=run.neighbourhood_id)
    run.refresh_from_db()
    return run


def undo_step(*, by: User | None, run: ImportRun, seconds: float = 0.8) -> ImportRun:
    """Undo chunks for about ``seconds``; call again until the state is ``undone``. A person with a permit stays, and is listed."""
    until = time.monotonic() + seconds
    while True:
        run.refresh_from_db()
        if run.state != ImportRun.State.UNDOING:
            return run
        changes = _rowless(run, renames=False)
        rows = list(ImportRow.objects.filter(run=run, turn__lt=run.turn).order_by("-turn")[:_ROWS])
        with transaction.atomic():
            if changes:
                if _swap(run, turn=changes[-1].turn):
                    undo_changes(changes, by)
            elif rows:
                if _swap(run, turn=rows[-1].turn):
                    undo_changes(list(ImportChange.objects.filter(run=run, row__in=rows).order_by("-position")), by)
                    _take_back(rows)
            elif run.made_places:
                if _swap(run, turn=run.turn - 1):
                    _places(run)
            elif renamed := _rowless(run, renames=True):
                if _swap(run, turn=run.turn - 1):
                    undo_changes(renamed, by)
            elif _swap(run, state=ImportRun.State.UNDONE, undone_at=timezone.now()):
                kept = ImportRow.objects.filter(run=run, effects__has_key="kept").count()
                record(
                    acts.UNDONE,
                    by=by,
                    subject=("import", run.pk),
                    neighbourhood=run.neighbourhood_id,
                    data={"kept": kept},
                )
        if time.monotonic() > until:
            run.refresh_from_db()
            return run


def _still_here(run: ImportRun) -> None:
    """Homes and people that came under another neighbourhood since cannot be taken back from here."""
    elsewhere = ~Q(dwelling__neighbourhood=run.neighbourhood_id) & Q(dwelling__isnull=False)
    elsewhere |= ~Q(person__neighbourhood=run.neighbourhood_id) & Q(person__isnull=False)
    gone = ImportRow.objects.filter(elsewhere, run=run).count()
    if gone:
        raise Refusal(
            "register.moved_away",
            gettext_noop(
                "%(count)s rows of this import belong to another neighbourhood now. It can no longer be taken back here."
            ),
            count=gone,
        )


def _still_whole(run: ImportRun) -> None:
    """After 30 days the facts that a change replaced are erased: it can no longer be taken back."""
    erased = ImportChange.objects.filter(run=run, outcome="applied", before=None, effects__has_key="restores")
    if erased.exists():
        raise Refusal(
            "register.former_facts_erased",
            gettext_noop("What this import replaced has been erased after its time. It can no longer be taken back."),
        )


def _rowless(run: ImportRun, *, renames: bool) -> list[ImportChange]:
    kinds = tuple(RENAMES.values())
    rows = ImportChange.objects.filter(run=run, row=None, outcome="applied")
    rows = rows.filter(kind__in=kinds) if renames else rows.exclude(kind__in=kinds).filter(turn__lt=run.turn)
    return list(rows.order_by("-turn")[:_CHANGES])


def _swap(run: ImportRun, **values: object) -> bool:
    mine = ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.UNDOING, turn=run.turn)
    return mine.update(**values) == 1


def _take_back(rows: list[ImportRow]) -> None:
    """Ties, findings, persons and households of these rows, in that order."""
    Tie.objects.filter(pk__in=_ids(rows, "tie")).delete()
    DwellingState.objects.filter(pk__in=_ids(rows, "state")).delete()
    kept = _delete(Person, _ids(rows, "person"))
    empty = [pk for pk in _ids(rows, "household") if not Residence.objects.filter(household=pk).exists()]
    _delete(Household, empty)
    for row in rows:
        if row.effects.get("person") in kept:
            row.effects = {"kept": row.effects["person"]}
        else:
            row.effects, row.person = {}, None
        row.done = False
    ImportRow.objects.bulk_update(rows, ["effects", "person", "done"], batch_size=100)


def _ids(rows: Iterable[ImportRow], kind: str) -> list[str]:
    return [row.effects[kind] for row in rows if kind in row.effects]


def _delete(model: type[models.Model], ids: list[Any]) -> set[str]:
    """Delete rows by id; returns the ids that something else needs (a permit was issued), which stay."""
    manager: models.Manager[Any] = model.objects  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            manager.filter(pk__in=ids).delete()
    except ProtectedError:
        kept = set()
        for pk in ids:
            try:
                with transaction.atomic():
                    manager.filter(pk=pk).delete()
            except ProtectedError:
                kept.add(str(pk))
        return kept
    return set()


def _places(run: ImportRun) -> None:
    """The places this import added, the deepest first; one that is in use stays."""
    ids = run.made_places[-_PLACES:]
    used = set(Household.objects.filter(dwelling_id__in=ids).values_list("dwelling_id", flat=True))
    used |= set(DwellingState.objects.filter(dwelling_id__in=ids).values_list("dwelling_id", flat=True))
    used |= set(Place.objects.filter(parent_id__in=ids).exclude(pk__in=ids).values_list("parent_id", flat=True))
    _delete(Place, [pk for pk in reversed(ids) if pk not in used])
    run.made_places = run.made_places[:-_PLACES]
    run.save(update_fields=["made_places"])
