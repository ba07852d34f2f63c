"""What journeys hold about a person: that he came, until the operation that recorded it is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy

from linli.ground.holdings import Fact, Holding, Stay, register_holding
from linli.journeys import alarms
from linli.journeys.models import Handover, Leg, Match, Traveller
from linli.journeys.owing import final_holders
from linli.journeys.standing import chains_now
from linli.operations.queries import over


def journeys(people: Sequence[UUID]) -> list[Fact]:
    """Journeys of these people, with the day on which each was heard of, and lists on which somebody might be them."""
    ids = list(people)
    own = Traveller.objects.filter(person_id__in=ids).select_related("movement").order_by("heard_at")
    maybe = Match.objects.filter(person_id__in=ids).exclude(traveller__person_id__in=ids).order_by("proposed_at")
    return [
        Fact("journeys", str(row.pk), row.person_id or ids[0], gettext_lazy("Journey"),
             row.movement.number if row.movement else "", timezone.localdate(row.begun_at or row.heard_at), "", row.heard_at)
        for row in own
    ] + [
        Fact("journeys", str(row.pk), row.person_id or ids[0], gettext_lazy("Compared with a passenger list"), "",
             timezone.localdate(row.proposed_at), "", row.proposed_at)
        for row in maybe
    ]  # fmt: skip


def stays(people: Sequence[UUID], now: datetime) -> list[Stay]:
    """Whoever is on the way stays on the list until he is there: in whose hands he is must be known as long as he is in somebody's."""
    rows = Traveller.objects.filter(person_id__in=list(people), closed_at__isnull=True, begun_at__isnull=False)
    chains = chains_now(rows.exclude(operation__in=over(now)), now)
    ends = final_holders(chains)
    why = gettext_lazy("The journey home is not over: until then it must be known in whose hands this person is.")
    on_the_way = [chain for chain in chains.values() if chain[-1].holder not in ends]
    return [Stay(gettext_lazy("Journey"), why, None, blocks=True) for _chain in on_the_way]


def erase(people: Sequence[UUID], now: datetime) -> int:
    """Erase their journeys with legs and hand-overs of nobody else, and what compared them with a list; nobody is called to them."""
    ids = list(people)
    rows = Traveller.objects.filter(person_id__in=ids)
    legs = list(Leg.objects.filter(traveller__in=rows, told_as__isnull=False))
    told = set(rows.filter(told_as__isnull=False).values_list("told_as", flat=True))
    gone = Match.objects.filter(person_id__in=ids).delete()[0]
    gone += rows.delete()[0]
    gone += Handover.objects.filter(links__isnull=True).delete()[0]
    alarms.legs_answered(legs, now)
    alarms.travellers_answered(told, now)
    return int(gone)


def register_all() -> None:
    """The journeys' holding, from ``apps.py``."""
    register_holding(
        Holding("journeys", gettext_lazy("Journeys"), gettext_lazy("to bring you home from hand to hand without a gap"),
                gettext_lazy("the operation's legal ground (PIPL art. 13(1)4)"),
                gettext_lazy("until the operation is over"), journeys, stays=stays, erase=erase, rank=44,
                right="journeys.read")
    )  # fmt: skip
