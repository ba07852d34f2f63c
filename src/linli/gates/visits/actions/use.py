"""That the code of a visit lets in once: the first entry that the server learns of has it, and keeps it (SEEDS G09)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.gates.deciding import Source
from linli.gates.models import Check, VisitUse
from linli.gates.parse import Item
from linli.gates.queries import PASSED
from linli.gates.visits.seen import Known, Use, known, story

Slot = tuple[UUID, str]


@dataclass(frozen=True)
class Answer:
    """What a phone hears that asked for an entry before it lets somebody in: ``free``, ``used`` (by whom), or why not."""

    state: str
    use: Use | None = None


def claim(*, by: None, source: Source, entries: Sequence[tuple[Item, Known]]) -> None:
    """Book the entries of a batch and say in each visit's ``uses`` who has them now: an item of this batch, or somebody before it.

    Inside the transaction that stores the passages: both stay or neither. Two uploads that ask for one entry meet at the unique slot,
    in the same order of slots, so that neither waits for the other in a circle.
    """
    wanted: dict[Slot, Item] = {}
    for item, visit in sorted(entries, key=lambda pair: (pair[0].happened_at, pair[0].seq, str(pair[0].id))):
        wanted.setdefault((visit.visit, visit.slot(story(item), item.happened_at)), item)
    VisitUse.objects.bulk_create(
        [_row(source, slot, story(wanted[slot]), wanted[slot].happened_at) for slot in sorted(wanted)],
        ignore_conflicts=True,
    )
    held = _holders(wanted)
    for item, visit in entries:
        slot = (visit.visit, visit.slot(story(item), item.happened_at))
        if item.follows is not None and held[slot].check == item.follows:
            # Asked for by the held check that this one completes: from now on it is this one's.
            VisitUse.objects.filter(visit=slot[0], slot=slot[1]).update(check_id=item.id)
            held[slot] = replace(held[slot], check=item.id)
        visit.uses[slot[1]] = held[slot]


def release(*, by: None, checks: Iterable[UUID]) -> int:
    """Give back what was asked for by checks that in the end let nobody in; three statements, one when nothing was asked for.

    An entry that happened is never given back: not when somebody who came with the first went in, nor when the same check is sent
    again and says something else.
    """
    ids = list(checks)
    asked = dict(VisitUse.objects.named().filter(check_id__in=ids).values_list("check_id", "visit")) if ids else {}
    if not asked:
        return 0
    inside = Check.objects.named().filter(visit__in=set(asked.values()), direction="in", outcome__in=PASSED)
    entered = {one for pair in inside.values_list("pk", "party") for one in pair}
    return int(VisitUse.objects.named().filter(check_id__in=asked.keys() - entered).delete()[0])


def ask(*, by: None, source: Source, visit: UUID, item: UUID, at: datetime) -> Answer:
    """A phone asks for the entry of a visit before it lets somebody in, at its own gate or another. Asking again changes nothing.

    ``item``: the id that its check will have. States: free, used, cancelled, not_yet, expired, unknown.
    """
    found = known([visit]).get(visit)
    if found is None:
        return Answer("unknown")
    if found.annulled_at is not None and found.annulled_at <= at:
        return Answer("cancelled")
    if at >= found.until:
        return Answer("expired")
    if at < found.since or found.promise is False:
        return Answer("not_yet")
    slot = (visit, found.slot(item, at))
    with transaction.atomic():
        VisitUse.objects.bulk_create([_row(source, slot, item, at)], ignore_conflicts=True)
        use = _holders([slot])[slot]
    return Answer("free" if use.check == item else "used", use)


def _row(source: Source, slot: Slot, check: UUID, at: datetime) -> VisitUse:
    return VisitUse(
        neighbourhood_id=source.gate.neighbourhood_id or 0,
        visit_id=slot[0],
        slot=slot[1],
        check_id=check,
        gate=source.gate,
        device=source.device,
        happened_at=at,
        heard_at=source.now,
    )


def _holders(slots: Iterable[Slot]) -> dict[Slot, Use]:
    """Who has the entries now; one statement, after the rows of this transaction were offered."""
    visits = {visit for visit, _slot in slots}
    rows = (
        VisitUse.objects.named()
        .filter(visit__in=visits)
        .values_list("visit", "slot", "check_id", "gate", "happened_at")
    )
    return {(visit, slot): Use(check, gate, at) for visit, slot, check, gate, at in rows}
