"""Tasks taken by name (C10): somebody says "I will go", and later "it is done"."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.duties import acts
from linli.duties.actions.people import require_of_age
from linli.duties.models import Task, Volunteer
from linli.ground.models import Place
from linli.journal.record import record
from linli.kernel.refusal import Refusal


def add_task(
    *,
    by: User | None,
    neighbourhood: Place,
    title: str,
    now: datetime,
    due_at: datetime | None = None,
    place: Place | None = None,
    source: str = "",
) -> Task:
    """Something that one person has to do. Refused without words, and when it is due before now."""
    said = " ".join(title.split())[:120]
    if not said:
        raise Refusal("duties.task_title", gettext_noop("Please write what there is to do."))
    if due_at is not None and due_at <= now:
        raise Refusal("duties.task_due", gettext_noop("It has to be due later than now."))
    with transaction.atomic():
        task: Task = Task.objects.create(
            neighbourhood=neighbourhood,
            title=said,
            place=place,
            source=source[:60],
            due_at=due_at,
            opened_at=now,
            by_user=by.pk if by else None,
        )
        _record(acts.TASK_ADDED, by, task)
    return task


def take_task(
    *, by: User | None, task: Task, now: datetime, volunteer: Volunteer | None = None, name: str = ""
) -> Task:
    """One person takes it, by name; of two at the same moment one does. Refusals ``duties.task_taken``, ``duties.name_missing``,
    and of somebody on the roster those of his age (``require_of_age``).
    """
    said = volunteer.name if volunteer is not None else " ".join(name.split())[:80]
    if not said:
        raise Refusal("duties.name_missing", gettext_noop("Please write the name."))
    if volunteer is not None:
        require_of_age(volunteer, now)
    with transaction.atomic():
        free = Task.objects.filter(pk=task.pk, taken_at__isnull=True)
        if not free.update(taken_by=volunteer, taken_name=said, taken_at=now):
            now_taken = Task.objects.get(pk=task.pk)
            if volunteer is not None and now_taken.taken_by_id == volunteer.pk:
                return now_taken
            raise Refusal(
                "duties.task_taken", gettext_noop("%(name)s has taken this already."), name=now_taken.taken_name
            )
        _record(acts.TASK_TAKEN, by, task)
    task.refresh_from_db()
    return task


def give_task_back(*, by: User | None, task: Task) -> Task:
    """Who took it cannot after all; it is open again. What is done stays done."""
    with transaction.atomic():
        rows = Task.objects.filter(pk=task.pk, taken_at__isnull=False, done_at__isnull=True)
        if rows.update(taken_by=None, taken_name="", taken_at=None):
            _record(acts.TASK_BACK, by, task)
    task.refresh_from_db()
    return task


def finish_task(*, by: User | None, task: Task, now: datetime) -> Task:
    """It is done, and when. A second time changes nothing. Refused while nobody has taken it."""
    with transaction.atomic():
        if Task.objects.filter(pk=task.pk, taken_at__isnull=True).exists():
            raise Refusal("duties.task_untaken", gettext_noop("Somebody has to take it by name first."))
        if Task.objects.filter(pk=task.pk, done_at__isnull=True).update(done_at=now):
            _record(acts.TASK_DONE, by, task)
    task.refresh_from_db()
    return task


def _record(act: str, by: User | None, task: Task) -> None:
    record(act, by=by, subject=("task", task.pk), neighbourhood=task.neighbourhood_id)
