"""One round, target by target: its state, who should, who was there and when. Needs a scope; a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from linli.ground.models import Area, Mandate
from linli.kernel.coverage import State
from linli.rounds.models import Answer, Excusal, Occurrence, Target, VisitTarget
from linli.rounds.notes import text_of
from linli.rounds.queries import persons
from linli.rounds.standing import Stand, links


@dataclass(frozen=True)
class Seen:
    """Somebody was at a target."""

    at: datetime
    heard_at: datetime
    who: str
    outcome: str
    former: bool
    offline: bool
    visit: UUID | None = None


@dataclass
class Line:
    """One target on the page of its round."""

    id: UUID
    name: str
    state: State
    zone: str
    holder: str
    sort: tuple[object, ...]
    person: str = ""
    joined: str = ""
    body: int | None = None
    seen: list[Seen] = field(default_factory=list)
    excused: str = ""

    @property
    def done(self) -> Seen | None:
        """The first visit that covers it."""
        return next((one for one in self.seen if one.outcome == VisitTarget.Outcome.DONE), None)

    @property
    def last(self) -> Seen | None:
        """What came last."""
        return self.done or (self.seen[-1] if self.seen else None)


SHOWN = ("missed", "open", "late", "done", "excused")


def lines(stand: Stand) -> list[Line]:
    """Every target of a round, zone by zone, in walking order. Seven statements beside those of the standing."""
    occurrence = stand.occurrence
    rows = Target.objects.filter(occurrence=occurrence).order_by()
    table = {pk: (name, sort) for pk, name, sort in rows.values_list("pk", "name", "sort").iterator(5000)}
    zones = dict(Area.objects.filter(pk__in={f.area for f in stand.facts.values() if f.area}).values_list("pk", "name"))
    held = {target: stand.holder_of(target) for target in stand.facts}
    people = dict(Mandate.objects.filter(pk__in={pk for pk in held.values() if pk}).values_list("pk", "holder_name"))
    named = persons(target__occurrence=occurrence)
    excused, seen = _excused(occurrence), _seen(occurrence, stand.now)
    found = []
    for target, state in stand.states.items():
        fact = stand.facts[target]
        zone = zones.get(fact.area or 0, "")
        name, sort = table.get(target, ("", ""))
        found.append(
            Line(
                id=target,
                name=name,
                state=state,
                zone=zone,
                holder=people.get(held[target] or 0, ""),
                sort=(not zone, fact.area or 0, sort, name),
                person=named.get(target, ""),
                joined=fact.joined[1] if fact.joined is not None else "",
                body=fact.body,
                seen=seen.get(target, []),
                excused=excused.get(target, ""),
            )
        )
    return sorted(found, key=lambda line: line.sort)


def _seen(occurrence: Occurrence, now: datetime) -> dict[UUID, list[Seen]]:
    found: dict[UUID, list[Seen]] = {}
    visit = ("visit__happened_at", "visit__heard_at", "visit__visitor")
    columns = ("target", *visit, "outcome", "visit__former", "visit__made_offline", "visit")
    rows = links([occurrence.pk], now, now).order_by("visit__happened_at").values_list(*columns)
    for target, at, heard, who, outcome, former, offline, visit in rows.iterator(5000):
        found.setdefault(target, []).append(Seen(at, heard, who, outcome, former, offline, visit))
    answers = Answer.objects.filter(target__occurrence=occurrence, version=1)
    for target, at, heard, who in answers.values_list("target", "happened_at", "heard_at", "said_by"):
        found.setdefault(target, []).append(Seen(at, heard, who, VisitTarget.Outcome.DONE, False, False))
    return found


def _excused(occurrence: Occurrence) -> dict[UUID, str]:
    rows: Iterable[Excusal] = Excusal.objects.filter(target__occurrence=occurrence)
    return {row.target_id: " · ".join(part for part in (row.by_name, text_of(row)) if part) for row in rows}
