"""From rows to ``kernel.handover``: in whose hands each traveller is. A fixed number of statements at any number of travellers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from linli.journeys.models import HandoverTraveller, Hands, Traveller
from linli.kernel.handover import Handover, Span, Start, chains

Chains = dict[UUID, list[Span[UUID]]]


@dataclass(frozen=True, slots=True)
class Handed(Handover[UUID, UUID]):
    """A hand-over as it lies in the table. ``odd``: it was stored though a server would have refused it, and somebody should look."""

    odd: bool = False


_LINK = ("traveller", "handover", "handover__giver", "handover__taker", "handover__happened_at", "handover__gave_at",
         "handover__took_at", "handover__heard_at", "handover__annulment__at", "handover__overridden")  # fmt: skip


def handovers_of(travellers: QuerySet[Traveller]) -> list[Handed]:
    """Every hand-over of one of these, with those of them who were handed over; one statement."""
    rows = HandoverTraveller.objects.filter(traveller__in=travellers.order_by().values("pk")).values_list(*_LINK)
    facts, subjects = {}, defaultdict(list)
    for traveller, handover, *fact in rows:
        facts[handover] = fact
        subjects[handover].append(traveller)
    return [
        Handed(
            str(pk), tuple(subjects[pk]), giver, taker, at,
            gave=gave is not None, took=took is not None, heard_at=heard, annulled_at=annulled,
            odd=bool(overridden),
        )
        for pk, (giver, taker, at, gave, took, heard, annulled, overridden) in facts.items()
    ]  # fmt: skip


def chains_of(travellers: Iterable[Traveller], handovers: Iterable[Handed], known: datetime) -> Chains:
    """Everybody's spans, by what was known at ``known``; who is only listed has none."""
    starts = {
        one.pk: Start(one.begun_hands_id, one.begun_at)
        for one in travellers
        if one.begun_at is not None and one.begun_hands_id is not None
    }
    return chains(starts, handovers, known)


def chains_now(travellers: Iterable[Traveller], known: datetime) -> Chains:
    """The same for some travellers at hand, read from the database; one statement."""
    rows = list(travellers)
    found = Traveller.objects.filter(pk__in=[one.pk for one in rows])
    return chains_of(rows, handovers_of(found), known)


def finals(hands: Iterable[Hands]) -> frozenset[UUID]:
    """Which of these hands are the end of a journey."""
    return frozenset(one.pk for one in hands if one.is_final)
