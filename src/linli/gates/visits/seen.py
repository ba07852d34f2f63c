"""What the server knows of the visits that a batch names: one statement, and none when it names none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from linli.gates.models import Visit
from linli.gates.parse import Item
from linli.gates.visits.codes import slot_of
from linli.kernel.permit_code import Verified


@dataclass(frozen=True)
class Use:
    """Who has an entry of a visit: the check, the gate, when."""

    check: UUID
    gate: int
    happened_at: datetime


@dataclass
class Known:
    """A visit as a gate needs it. ``uses``: slot → who has it."""

    visit: UUID
    gate: int
    klass: str
    host: int
    since: datetime
    until: datetime
    entries: str
    annulled_at: datetime | None
    promise: bool | None
    uses: dict[str, Use] = field(default_factory=dict)

    def slot(self, check: UUID, at: datetime) -> str:
        """Which of its entries a check asks for."""
        return slot_of(self.entries, check, at)

    def state(self, item: Item, gate: int) -> str:
        """The card state of its code for an item at ``gate``, at the moment when it happened.

        On the way out nothing is used up: only whether the code is ours and in time is told. Of two who came in, the one that we
        heard of second has a used code, whenever it happened; who did not come in is told what was so when he stood there, and a
        gate that refused a used code had its own entry to go by, also where another's stands in the end.
        """
        at = item.happened_at
        if self.annulled_at is not None and self.annulled_at <= at:
            return "cancelled"
        if at < self.since or self.promise is False:
            return "not_yet"
        if at >= self.until:
            return "expired"
        if item.direction == "out":
            return "valid"
        use = self.uses.get(self.slot(story(item), at))
        told = enters(item) or item.reason == "code_used"
        if use is not None and use.check not in stories(item) and (told or use.happened_at <= at):
            return "used"
        return "valid" if gate == self.gate else "visit_other_gate"


def enters(item: Item) -> bool:
    """Whether the gate let somebody in."""
    return item.direction == "in" and item.outcome == "admitted"


def story(item: Item) -> UUID:
    """The check that an entry is booked under: of people who come together, the first one's."""
    return item.party or item.id


def stories(item: Item) -> set[UUID]:
    """The checks whose entry is this one's too: its own, its party's first, and the held one that it completes after a call."""
    return {one for one in (item.id, item.party, item.follows) if one is not None}


def named_by(item: Item, codes: Mapping[UUID, Verified]) -> UUID | None:
    """The visit that an item names: by its code, whose claims name a gate, else as it was picked from the list."""
    verified = codes.get(item.id)
    if verified is None:
        return item.visit if item.card is None else None
    claims = verified.claims
    return claims.card if claims is not None and claims.gate is not None else None


def load(items: Iterable[Item], codes: Mapping[UUID, Verified]) -> dict[UUID, Known]:
    """The visits that a batch names, with their uses; inside a scope."""
    wanted = {pk for item in items if not item.emergency and (pk := named_by(item, codes)) is not None}
    return known(wanted) if wanted else {}


def known(wanted: Iterable[UUID]) -> dict[UUID, Known]:
    """Visits by id, with their uses; one statement."""
    rows = Visit.objects.named().filter(pk__in=list(wanted)).values_list(
        "pk", "gate", "klass", "host", "since", "until", "entries", "annulled_at", "promise", "operation__ended_at",
        "uses__slot", "uses__check_id", "uses__gate", "uses__happened_at",
    )  # fmt: skip
    found: dict[UUID, Known] = {}
    for pk, gate, klass, host, since, until, entries, annulled, promise, ended, slot, check, used_at_gate, at in rows:
        holds_until = min(until, ended or until)
        one = found.setdefault(pk, Known(pk, gate, klass, host, since, holds_until, entries, annulled, promise))
        if check is not None:
            one.uses[slot] = Use(check, used_at_gate, at)
    return found
