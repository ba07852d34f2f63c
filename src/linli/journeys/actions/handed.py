"""What every hand-over asks before and does after: heads against the list, who holds whom, which legs are done by it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground.mandates import mandates_of, rights_at
from linli.journeys import alarms, changes, owing
from linli.journeys.details import details_of
from linli.journeys.faces import TRAVELLER, holder_of, name_of
from linli.journeys.models import Handover, HandoverAnnulment, Hands, Leg, Run, RunCrew, Traveller
from linli.journeys.rules import Plan, done_by, not_with
from linli.journeys.standing import chains_now
from linli.kernel.handover import Difference, head_count, holder_at
from linli.kernel.refusal import Refusal
from linli.ui.words import listed

if TYPE_CHECKING:
    from linli.journeys.actions.handovers import Side

SIGNATURE_CONTEXT = "journeys.signature"


def people_of(handover: Handover) -> list[Traveller]:
    """Who was handed over."""
    return list(Traveller.objects.filter(links__handover=handover))


def check_ways(*sides: Side | None) -> None:
    """Raises ``journeys.way`` for a way of confirming that is not on the list, or a signature without one."""
    for side in sides:
        if side is not None and side.way not in Handover.Way.values:
            raise Refusal("journeys.way", gettext_noop("Please say from the list how each side confirms."))


def listed_on(
    run: Run | None, giver: Hands, taker: Hands | None, rows: Sequence[Traveller], at: datetime, now: datetime
) -> list[Traveller]:
    """Who should stand there: of a run those in the giver's hands at that moment, at a door those of them who live there; without a run
    who is there."""
    if run is None:
        return list(rows)
    seated = list(Traveller.objects.filter(seats__run=run, begun_at__isnull=False))
    chains = chains_now(seated, now)
    here = [row for row in seated if holder_at(chains[row.pk], at) == giver.pk]
    if taker is not None and taker.is_home:
        here = [row for row in here if row.dwelling_id in (None, taker.place_id)]
    return here


def difference(listed: Sequence[Traveller], present: Sequence[Traveller], counted: int | None) -> Difference[UUID]:
    """The list against who stands there (``kernel.handover.head_count``)."""
    return head_count([row.pk for row in listed], [row.pk for row in present], counted)


def check_heads(by: User, listed: Sequence[Traveller], present: Sequence[Traveller], counted: int | None) -> None:
    """Raises ``journeys.head_count``: who is missing and who is too many, by name for who may see them, else how many (T04)."""
    found = difference(listed, present, counted)
    if not found:
        return
    names = {row.pk: row for row in [*listed, *present]}
    seen = may_see_names(by, list(names.values()))

    def said(which: Sequence[UUID]) -> str:
        if not seen or not which:
            return str(len(which))
        return "、".join(details_of(names[pk]).name or "?" for pk in which)

    if found.missing or found.extra:
        raise Refusal(
            "journeys.head_count",
            gettext_noop(
                "On the list: %(listed)s; here: %(present)s. Missing: %(missing)s. Not on the list: %(extra)s. "
                "Nobody was handed over."
            ),
            listed=len(listed), present=len(present), missing=said(found.missing), extra=said(found.extra),
            uncounted=found.uncounted,
        )  # fmt: skip
    raise Refusal(
        "journeys.head_count",
        gettext_noop("Heads counted: %(counted)s; names ticked: %(present)s. Nobody was handed over."),
        listed=len(listed), present=len(present), counted=counted, missing="0", extra="0", uncounted=found.uncounted,
    )  # fmt: skip


def may_see_names(by: User, rows: Sequence[Traveller]) -> bool:
    """Whether somebody may read these names: the office, and who goes with a run on which they are."""
    mandates = mandates_of(by)
    if rows and "journeys.read" in rights_at(mandates, rows[0].neighbourhood):
        return True
    mine = [one.pk for one in mandates]
    runs = RunCrew.objects.filter(hands__mandate__in=mine, run__seats__traveller__in=[row.pk for row in rows])
    seated = set(runs.values_list("run__seats__traveller", flat=True))
    return bool(rows) and {row.pk for row in rows} <= seated


def check_holder(rows: Sequence[Traveller], giver: Hands, at: datetime, now: datetime) -> None:
    """Raises ``journeys.not_begun``, or ``journeys.not_with_giver``: nobody can hand over whom he does not hold then."""
    if any(row.begun_at is None for row in rows):
        raise Refusal("journeys.not_begun", gettext_noop("First say in whose hands this traveller is now."))
    chains = chains_now(rows, now)
    holders = {row.pk: holder_at(chains[row.pk], at) for row in rows}
    wrong = not_with(holders, giver.pk)
    if wrong:
        raise Refusal(
            "journeys.not_with_giver",
            gettext_noop("In other hands at that time: %(count)s of these travellers. Nobody was handed over."),
            count=len(wrong),
        )


def check_lets_go(run: Run, hands: Sequence[Hands], now: datetime) -> None:
    """Raises ``journeys.crew_holds``, by name, for somebody who is to leave a run while he holds travellers who are on it."""
    seated = list(Traveller.objects.filter(seats__run=run, begun_at__isnull=False).select_related(*TRAVELLER))
    chains = chains_now(seated, now) if hands else {}
    for one in hands:
        has = [name_of(row) for row in seated if row.pk in chains and chains[row.pk][-1].holder == one.pk]
        if has:
            raise Refusal(
                "journeys.crew_holds",
                gettext_noop(
                    "%(name)s still has %(people)s. Nothing was changed. First hand them over to whoever has them from now on, "
                    "then change the crew."
                ),
                name=holder_of(one), people=listed(has),
            )  # fmt: skip


def moved(by: User | None, handover: Handover, rows: Sequence[Traveller], now: datetime) -> None:
    """After a hand-over became complete or was taken back: its legs, what is owed next, and whoever follows travellers.

    ``rows``: everybody whom it concerns; a leg is done for who was handed over and for nobody else.
    """
    freed = list(Leg.objects.filter(done_by=handover))
    if freed:
        Leg.objects.filter(pk__in=[leg.pk for leg in freed]).update(done_by=None, told_at=None, told_as=None)
    complete = handover.gave_at is not None and handover.took_at is not None
    if complete and not HandoverAnnulment.objects.filter(handover=handover).exists():
        _do_legs(handover, Leg.objects.filter(traveller__links__handover=handover), now)
    else:
        _done_since(handover, freed, now)
        _home_again(rows, now)
    owing.settle_up(rows, now)
    changes.tell(by, rows)


def _done_since(handover: Handover, freed: Sequence[Leg], now: datetime) -> None:
    """What comes free with a hand-over that is taken back is done by those that followed it: nobody is called to who is home by now."""
    people = {leg.traveller_id for leg in freed}
    later = Handover.objects.filter(links__traveller__in=people, happened_at__gte=handover.happened_at)
    standing = later.filter(gave_at__isnull=False, took_at__isnull=False, annulment__isnull=True).exclude(
        pk=handover.pk
    )
    ours = Leg.objects.filter(pk__in=[leg.pk for leg in freed])
    for one in standing.select_related("taker").distinct().order_by("happened_at", "pk"):
        _do_legs(one, ours.filter(traveller__links__handover=one), now)


def _home_again(rows: Sequence[Traveller], now: datetime) -> None:
    """Who has arrived by what is left waits for nothing, also not for what was planned while he was thought to be on the way."""
    chains = chains_now(rows, now)
    ends = owing.final_holders(chains)
    for pk, chain in chains.items():
        legs = Leg.objects.filter(traveller=pk, done_by__isnull=True, cancelled_at__isnull=True)
        if chain[-1].by and chain[-1].holder in ends and (waiting := list(legs)):
            Leg.objects.filter(pk__in=[leg.pk for leg in waiting]).update(done_by=UUID(chain[-1].by))
            alarms.legs_answered(waiting, now)


def _do_legs(handover: Handover, legs: QuerySet[Leg], now: datetime) -> None:
    """Mark those of some legs as done that a hand-over does; their alarms end."""
    waiting: dict[UUID, list[Leg]] = defaultdict(list)
    for leg in legs.filter(done_by__isnull=True, cancelled_at__isnull=True):
        waiting[leg.traveller_id].append(leg)
    taker = handover.taker
    final = taker is not None and taker.is_final
    done: set[Any] = set()
    for own in waiting.values():
        plans = [
            Plan(leg.pk, leg.taker_id, leg.expected_at, timedelta(minutes=leg.grace_minutes), leg.about) for leg in own
        ]
        done |= {plan.id for plan in done_by(plans, handover.taker_id, handover.happened_at, final=final)}
    Leg.objects.filter(pk__in=done).update(done_by=handover)
    alarms.legs_answered([leg for own in waiting.values() for leg in own if leg.pk in done], now)
