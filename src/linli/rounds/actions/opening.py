"""Opens a round: its occurrence once, its targets frozen in short transactions, and finished by one last step.

A process that is killed in between leaves an occurrence without ``opened_at``; whoever comes next writes what is missing and finishes
it. The ids of targets follow from the occurrence and what they are, so that nothing is written twice, also by two at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from linli.ground.inserting import ready
from linli.journal.record import record
from linli.kernel.cadence import Slot
from linli.notices.actions import notify
from linli.notices.recipients import To
from linli.rounds import acts
from linli.rounds.models import Occurrence, Plan, Target, TargetSubject
from linli.rounds.plans.choosing import Chosen, chosen
from linli.rounds.plans.clocks import due_on
from linli.rounds.plans.holding import Held, before
from linli.rounds.plans.timing import zone

CHUNK = 200
BLIND, UNWALKABLE = "rounds.blind", "rounds.unwalkable"
"""Kinds of notices."""


def open_slot(*, plan: Plan, slot: Slot, now: datetime) -> Occurrence | None:
    """Open one time of a plan, once, or go on with it. None where own clocks have nothing on that day. Needs the plan's scope."""
    known = Occurrence.objects.filter(plan=plan, slot_at=slot.at).select_related("plan", "place").first()
    if known is not None and known.opened_at is not None:
        return known
    targets = targets_of(plan, slot)
    if not targets and plan.cadence == Plan.Cadence.OWN_CLOCK and known is None:
        return None
    return fill(occurrence=known or _begin(plan, slot), targets=targets, now=now)


def targets_of(plan: Plan, slot: Slot) -> list[Chosen]:
    """What a time of a plan is about, as of the day of its moment."""
    day = timezone.localtime(slot.at, zone()).date()
    return due_on(plan, day) if plan.cadence == Plan.Cadence.OWN_CLOCK else chosen(plan, day)


def _begin(plan: Plan, slot: Slot) -> Occurrence:
    endless = plan.cadence == Plan.Cadence.UNTIL_DONE
    row, _made = Occurrence.objects.get_or_create(
        plan=plan,
        slot_at=slot.at,
        defaults={
            "place_id": plan.place_id,
            "sheet_id": plan.sheet_id,
            "title": plan.title,
            "text": plan.text,
            "opens_at": slot.opens_at,
            "due_at": slot.due_at,
            "closes_at": None if endless else slot.closes_at,
            "frozen": 0,
        },
    )
    return row


def fill(*, occurrence: Occurrence, targets: Sequence[Chosen], now: datetime) -> Occurrence:
    """Write the targets that are not there yet, then finish. Everything is made ready before each short transaction."""
    plan = occurrence.plan
    day = timezone.localtime(occurrence.slot_at or occurrence.opens_at, zone()).date()
    found = before(plan, day, targets)
    for rows, subjects in _chunks(occurrence, found.targets, found.held):
        writes = [ready(rows, skip_present=True)]
        if subjects:
            writes.append(ready(subjects, skip_present=True))
        with transaction.atomic():
            for write in writes:
                write.write()
    return _finish(occurrence, found.count, now)


def _chunks(
    occurrence: Occurrence, targets: Sequence[Chosen], held: Sequence[Held]
) -> Iterator[tuple[list[Target], list[TargetSubject]]]:
    for start in range(0, len(targets), CHUNK):
        rows, subjects = [], []
        for one, who in zip(targets[start : start + CHUNK], held[start : start + CHUNK], strict=True):
            row = target_row(occurrence, one, who)
            rows.append(row)
            if one.household is not None or one.person is not None:
                subjects.append(subject_row(occurrence, row, one))
        yield rows, subjects


def target_row(occurrence: Occurrence, one: Chosen, who: Held) -> Target:
    """The row of a target to be, unsaved. ``who``: who answers for it; of several the first stands, and it is counted as blind."""
    own = one.slot
    return Target(
        id=target_id(occurrence.pk, one.key),
        occurrence_id=occurrence.pk,
        body_id=one.body,
        kind_id=one.body_kind,
        place_id=one.place,
        area_id=one.area,
        holder_id=who[0] if who else None,
        held_by=len(who),
        name=one.name,
        sort=one.sort,
        day=one.day,
        part=one.part,
        due_at=own.due_at if own is not None else None,
        closes_at=own.closes_at if own is not None else None,
    )


def subject_row(occurrence: Occurrence, row: Target, one: Chosen) -> TargetSubject:
    """Of which household or person a target speaks."""
    return TargetSubject(
        target_id=row.pk,
        neighbourhood_id=occurrence.place.neighbourhood_id or occurrence.place_id,
        household_id=one.household,
        person_id=one.person,
    )


def target_id(occurrence: UUID, key: str) -> UUID:
    """The id of a target: the same for the same thing in the same occurrence."""
    return UUID(bytes=hashlib.blake2b(occurrence.bytes + key.encode(), digest_size=16).digest(), version=5)


def _finish(occurrence: Occurrence, blind: int, now: datetime) -> Occurrence:
    """Opened: once, whoever does it. A slot whose window is over by then could be walked by nobody, and says so."""
    plan = occurrence.plan
    rows = Target.objects.filter(occurrence=occurrence)
    frozen = rows.filter(joined_at__isnull=True).count()
    following = rows.filter(closes_at__gte=now).aggregate(at=Min("closes_at"))["at"]
    signed = {"blind_by": plan.started_by, "blind_name": plan.blind_name, "blind_why": plan.blind_why}
    with transaction.atomic():
        mine = Occurrence.objects.filter(pk=occurrence.pk, opened_at__isnull=True).update(
            opened_at=now,
            frozen=frozen,
            blind=blind,
            next_close=following,
            **(signed if blind and plan.blind_name else {}),
        )
        if mine:
            record(
                acts.OPENED,
                by=None,
                subject=("occurrence", occurrence.pk),
                neighbourhood=occurrence.place.neighbourhood_id,
                data={"targets": frozen, "blind": blind, "plan": str(plan.pk)},
            )
            _tell(occurrence, blind, now)
    occurrence.refresh_from_db()
    return occurrence


def _tell(occurrence: Occurrence, blind: int, now: datetime) -> None:
    """The office hears of blind spots that nobody signed, and of a round, or checks of it, that nobody could walk."""
    over = occurrence.closes_at is not None and occurrence.closes_at < now
    partly = Target.objects.filter(occurrence=occurrence, closes_at__lt=now).exists()
    unsigned = blind and not over and not occurrence.plan.blind_name
    kinds = [*([UNWALKABLE] if over or partly else []), *([BLIND] if unsigned else [])]
    neighbourhood = occurrence.place.neighbourhood
    if neighbourhood is None:
        return
    for kind in kinds:
        notify(
            by=None,
            kind=kind,
            subject=("occurrence", occurrence.pk),
            neighbourhood=neighbourhood,
            to=To(capacity="secretary", place=neighbourhood),
            key=f"{kind}:{occurrence.pk}",
            quantities={"count": blind or 1},
        )
