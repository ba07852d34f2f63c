"""What comes next: who takes a traveller, when, and from when on that is late (T03)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.journal.record import record
from linli.journeys import acts, owing, rules
from linli.journeys.actions.arrivals import ids
from linli.journeys.actions.travellers import check_open, held
from linli.journeys.models import Hands, Leg, Run, Traveller
from linli.journeys.standing import chains_now
from linli.kernel.refusal import Refusal

LONGEST_GRACE = 24 * 60


def plan_leg(
    *,
    by: User | None,
    travellers: Sequence[Traveller],
    taker: Hands,
    expected_at: datetime,
    about: bool = False,
    grace_minutes: int = rules.GRACE_MINUTES,
    giver: Hands | None = None,
    run: Run | None = None,
    sure: bool = False,
) -> list[Leg]:
    """Plan who takes these travellers next; one leg each. An open leg of a traveller to the same taker is replaced.

    Late from ``expected_at`` + grace on, twice the grace when the time is about. ``giver`` empty: whoever holds him then. ``sure``: a
    person has looked at a date that is far away (``rules.FAR``). Refusals: ``journeys.closed``, ``journeys.not_begun``,
    ``journeys.at_home``, ``journeys.grace``, ``journeys.far``, ``journeys.nobody``.
    """
    if not 0 <= grace_minutes <= LONGEST_GRACE:
        raise Refusal("journeys.grace", gettext_noop("A time to wait is between none and a day."))
    grace = timedelta(minutes=grace_minutes)
    with transaction.atomic():
        rows = held(travellers)
        now = timezone.now()
        check_open(rows)
        check_on_the_way(rows, now)
        if not sure:
            check_near(rows, expected_at, now)
        owing.cancel_open(Leg.objects.filter(traveller__in=rows, taker=taker), now)
        made: list[Leg] = Leg.objects.bulk_create(
            Leg(neighbourhood_id=row.neighbourhood_id, traveller=row, run=run, giver=giver, taker=taker, expected_at=expected_at,
                about=about, grace_minutes=grace_minutes, planned_at=now, by_user=by.pk if by is not None else None,
                alarm_at=rules.alarm_at(expected_at, about=about, grace=grace))
            for row in rows
        )  # fmt: skip
        owing.settle_up(rows, now)
        record(acts.LEG_PLANNED, by=by, subject=("hands", taker.pk), neighbourhood=taker.neighbourhood_id,
               data={"travellers": ids(rows)})  # fmt: skip
    return made


def cancel_leg(*, by: User | None, legs: Sequence[Leg]) -> int:
    """Call off what was planned; what is done or called off already stays. Returns how many it ended."""
    with transaction.atomic():
        rows = held([leg.traveller for leg in legs])
        now = timezone.now()
        ended = owing.cancel_open(Leg.objects.filter(pk__in=[leg.pk for leg in legs]), now)
        owing.settle_up(rows, now)
        if ended:
            record(acts.LEG_CANCELLED, by=by, neighbourhood=rows[0].neighbourhood_id, data={"legs": ids(ended)})
    return len(ended)


def check_near(rows: Sequence[Traveller], at: datetime, now: datetime) -> None:
    """Raises ``journeys.far`` for a moment far from now and from all that is known of somebody's journey: likely a slip of the date."""
    said = Traveller.objects.filter(pk__in=[row.pk for row in rows])
    for known in said.values_list("movement__landed_at", "begun_at", "expected_at"):
        if rules.is_far(at, (now, *known)):
            raise Refusal(
                "journeys.far",
                gettext_noop(
                    "That is more than %(hours)s hours away from now and from the landing. Nothing is planned yet. "
                    "Please look at the date; if it is right, say so."
                ),
                hours=rules.FAR // timedelta(hours=1),
            )


def check_on_the_way(rows: Sequence[Traveller], now: datetime) -> None:
    """Raises ``journeys.not_begun`` for who is only listed, ``journeys.at_home`` for who has arrived."""
    if any(row.begun_at is None for row in rows):
        raise Refusal("journeys.not_begun", gettext_noop("First say in whose hands this traveller is now."))
    chains = chains_now(rows, now)
    ends = owing.final_holders(chains)
    if any(chains[row.pk][-1].holder in ends for row in rows):
        raise Refusal("journeys.at_home", gettext_noop("This traveller has arrived already."))
