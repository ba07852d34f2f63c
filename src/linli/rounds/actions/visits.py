"""Writers of visits and findings. They need a scope on the neighbourhood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground.mandates import active
from linli.ground.models import Body, Mandate, Place
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.rounds import acts
from linli.rounds.models import Finding, Visit
from linli.rounds.notes import close_of, written


@dataclass(frozen=True)
class Found:
    """What was found: its words, who must do something, by which day."""

    text: str
    owner: Mandate
    due_on: date


def record_visit(
    *, by: User | None, group: Body, place: Place, visitor: str, note: str = "", happened_at: datetime | None = None
) -> Visit:
    """Record that somebody of a liaison group was at a place of one of its neighbourhoods (R13)."""
    now = timezone.now()
    moment = happened_at or now
    check_visit(group=group, place=place, visitor=visitor, moment=moment, now=now)
    with transaction.atomic():
        visit = Visit.objects.create(
            neighbourhood_id=place.neighbourhood_id,
            group=group,
            place=place,
            happened_at=moment,
            heard_at=now,
            by_user=by.pk if by is not None else None,
            visitor=" ".join(visitor.split()),
            **written(note, place.neighbourhood_id or 0, now),
        )
        record(
            acts.VISITED,
            by=by,
            subject=("visit", visit.pk),
            neighbourhood=place.neighbourhood_id,
            happened_at=moment,
            data={"group": group.pk, "place": place.pk},
        )
    return visit


def check_visit(*, group: Body | None, place: Place, visitor: str, moment: datetime, now: datetime) -> None:
    """Whether somebody can have been there then. ``group`` None: an office's own visit. Raises :class:`Refusal`."""
    if moment > now:
        raise Refusal("rounds.visit_future", gettext_noop("A visit that has not happened yet cannot be recorded."))
    if group is not None and not _sent_there(group, place, timezone.localdate(moment)):
        raise Refusal(
            "rounds.not_sent", gettext_noop("%(group)s is not sent to %(place)s."), group=group.name, place=place.name
        )
    if not visitor.strip():
        raise Refusal("rounds.visitor_missing", gettext_noop("Please say who went."))


def record_finding(
    *,
    by: User | None,
    place: Place,
    found: Found,
    source: str = "",
    group: Body | None = None,
    happened_at: datetime | None = None,
) -> Finding:
    """Record a finding with its owner and due day. ``source`` is opaque (``visit:<id>``, ``shift:…``, ``inspection:…``)."""
    now = timezone.now()
    if not found.text.strip():
        raise Refusal("rounds.finding_text", gettext_noop("Please say what was found."))
    if found.due_on < timezone.localdate(happened_at or now):
        raise Refusal(
            "rounds.due_before", gettext_noop("The day by which it is done lies before the day it was found.")
        )
    if place.neighbourhood_id is None:
        raise Refusal("rounds.finding_place", gettext_noop("A finding belongs to a place in a neighbourhood."))
    with transaction.atomic():
        finding = Finding.objects.create(
            neighbourhood_id=place.neighbourhood_id,
            source=source,
            group=group,
            place=place,
            owner=found.owner,
            due_on=found.due_on,
            happened_at=happened_at or now,
            heard_at=now,
            by_user=by.pk if by is not None else None,
            **written(found.text, place.neighbourhood_id, now),
        )
        _record(acts.FOUND, by, finding, {"owner": found.owner.pk, "due": found.due_on.isoformat()})
    return finding


def close_finding(*, by: User | None, finding: Finding, text: str) -> Finding:
    """Close a finding and say with what. Of two who close at once the first stands, and the second is told."""
    said = " ".join(text.split())
    if not said:
        raise Refusal("rounds.close_text", gettext_noop("Please say what was done about it."))
    now = timezone.now()
    with transaction.atomic():
        rows = Finding.objects.filter(pk=finding.pk, closed_at__isnull=True)
        row = written(said, finding.neighbourhood_id, now)
        if not rows.update(
            closed_at=now,
            closed_by=by.pk if by is not None else None,
            closed_with=row["note"],
            closed_sealed=row["sealed"],
            closed_operation=row["operation"],
        ):
            raise Refusal("rounds.closed_already", gettext_noop("This finding is closed already."))
        _record(acts.FINDING_CLOSED, by, finding)
    finding.refresh_from_db()
    return finding


def reopen_finding(*, by: User | None, finding: Finding) -> Finding:
    """Take a closed finding up again; with what it had been closed stays in the journal, sealed."""
    with transaction.atomic():
        rows = Finding.objects.filter(pk=finding.pk, closed_at__isnull=False)
        closed = rows.select_for_update().first()
        if closed is None:
            return finding
        said, operation = close_of(closed), closed.closed_operation
        rows.update(closed_at=None, closed_by=None, closed_with="", closed_sealed=None, closed_operation=None)
        record(
            acts.FINDING_REOPENED,
            by=by,
            subject=("finding", finding.pk),
            neighbourhood=finding.neighbourhood_id,
            detail=said or None,
            detail_key=f"operation:{operation}" if operation is not None else "",  # words of an operation end with it
        )
    finding.refresh_from_db()
    return finding


def _sent_there(group: Body, place: Place, day: date) -> bool:
    """Whether the group answers for the place on that day: a place of one of its neighbourhoods."""
    if place.neighbourhood_id is None:
        return False
    rows = active(Mandate.objects.filter(body=group, capacity="liaison"), day).select_related("place")
    return any(m.place is not None and m.place.contains(place) for m in rows)


def _record(act: str, by: User | None, finding: Finding, data: dict[str, object] | None = None) -> None:
    record(act, by=by, subject=("finding", finding.pk), neighbourhood=finding.neighbourhood_id, data=data)
