"""Visits to staff (L18): asked for, made, called off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.care import acts
from linli.care.models import StaffVisit
from linli.care.staff import Whom, sealed, sealed_found
from linli.ground.models import Body, Mandate, Place
from linli.journal.record import record
from linli.kernel.refusal import Refusal

LONGEST_NAME, LONGEST_WORDS = 80, 500


@dataclass(frozen=True)
class Due:
    """Who goes, by which day, how, and on whose staff it is."""

    helper: Mandate
    due_on: date
    way: str = StaffVisit.Way.VISIT
    body: Body | None = None


def ask_staff_visit(*, by: User | None, neighbourhood: Place, whom: Whom, due: Due) -> StaffVisit:
    """Ask somebody to look in on somebody of a staff. Refusal: ``care.name_missing``."""
    name = " ".join(whom.name.split())[:LONGEST_NAME]
    if not name:
        raise Refusal("care.name_missing", gettext_noop("Please write who it is."))
    with transaction.atomic():
        row: StaffVisit = StaffVisit.objects.create(
            neighbourhood=neighbourhood,
            body=due.body,
            sealed=sealed(Whom(name, whom.reason.strip()[:LONGEST_WORDS])),
            helper=due.helper,
            way=due.way,
            due_on=due.due_on,
            asked_at=timezone.now(),
            by_user=by.pk if by is not None else None,
        )
        _note(by, row, "asked")
    return row


def done_staff_visit(*, by: User | None, visit: StaffVisit, found: str = "") -> StaffVisit:
    """The visit was made; what was found is sealed. Refusal: ``care.visit_over`` (made or called off already)."""
    return _end(
        by,
        visit,
        "done",
        done_at=timezone.now(),
        done_by=by.pk if by else None,
        found=sealed_found(found.strip()[:LONGEST_WORDS]),
    )


def cancel_staff_visit(*, by: User | None, visit: StaffVisit) -> StaffVisit:
    """The visit is called off. Refusal: ``care.visit_over``."""
    return _end(by, visit, "cancelled", cancelled_at=timezone.now(), cancelled_by=by.pk if by else None)


def _end(by: User | None, visit: StaffVisit, what: str, **facts: object) -> StaffVisit:
    with transaction.atomic():
        rows = StaffVisit.objects.filter(pk=visit.pk, done_at__isnull=True, cancelled_at__isnull=True)
        if not rows.update(**facts):
            raise Refusal("care.visit_over", gettext_noop("This visit was made or called off already."))
        _note(by, visit, what)
    visit.refresh_from_db()
    return visit


def _note(by: User | None, visit: StaffVisit, what: str) -> None:
    record(
        acts.STAFF_VISITED,
        by=by,
        subject=("staff_visit", visit.pk),
        neighbourhood=visit.neighbourhood_id,
        data={"what": what},
    )
