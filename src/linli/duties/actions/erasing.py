"""Erase whom an entry of the roster means: asked for by himself, or with his data of the register. Hours stay, without a name."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from linli.accounts.models import User
from linli.duties import acts
from linli.duties.actions.people import end_volunteer
from linli.duties.models import Availability, Away, Exemption, Membership, Pairing, Seat, Task, Volunteer, Wish
from linli.journal.record import record

NOBODY = "—"
"""In the place of an erased name."""


def erase_volunteer(*, by: User | None, volunteer: Volunteer, now: datetime) -> Volunteer:
    """Somebody on the roster asks to be forgotten (PIPL art. 47), also one whom the register does not know: off the roster from today, and
    erased. Refused as :func:`linli.duties.actions.people.end_volunteer` is, while duties lie ahead. A second time changes nothing.
    """
    with transaction.atomic():
        today = timezone.localdate(now)
        if volunteer.until is None or volunteer.until > today:
            end_volunteer(by=by, volunteer=volunteer, on=max(today, volunteer.since), now=now)
        if forget(Volunteer.objects.filter(pk=volunteer.pk).exclude(name=NOBODY)):
            record(
                acts.PERSON_ERASED,
                by=by,
                subject=("volunteer", volunteer.pk),
                neighbourhood=volunteer.neighbourhood_id,
            )
    volunteer.refresh_from_db()
    return volunteer


def forget(rows: QuerySet[Volunteer]) -> int:
    """These entries no longer say whom they mean; returns how many. Name, number and pointers go, also where a task or a team has a copy
    of the name, what he said of himself and the bodies he belongs to, and the address of the calendar; that somebody stood there stays.
    """
    keys = list(rows.values_list("pk", flat=True))
    Task.objects.filter(taken_by__in=keys).update(taken_name=NOBODY)
    Seat.objects.filter(volunteer__in=keys).update(name=NOBODY)
    for said in (Availability, Away, Exemption, Membership, Wish):
        said.objects.filter(volunteer__in=keys).delete()
    Pairing.objects.filter(one__in=keys).delete()
    Pairing.objects.filter(other__in=keys).delete()
    return int(
        Volunteer.objects.filter(pk__in=keys).update(
            person=None,
            user=None,
            name=NOBODY,
            sort_name="",
            born_year=None,
            named_on=None,
            calendar_serial=F("calendar_serial") + 1,
            phone_sealed=None,
            phone_masked="",
            phone_index=None,
            said="",
        )
    )
