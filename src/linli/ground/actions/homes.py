"""Writers of dwellings' states and of who answers for which household."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground import acts
from linli.ground.actions.mandates import assign
from linli.ground.mandates import secretary_of, under
from linli.ground.models import DwellingState, Household, Mandate, Place
from linli.journal.record import record
from linli.kernel.refusal import Refusal


def find_state(
    *, by: User | None, dwelling: Place, state: str, happened_at: datetime | None = None, source: str = "page"
) -> DwellingState:
    """Record what a dwelling is, who established it, and when (R01)."""
    if state not in DwellingState.State.values:
        raise Refusal("ground.state_unknown", gettext_noop("There is no state “%(state)s”."), state=state)
    if dwelling.neighbourhood_id is None:
        raise Refusal("ground.not_a_dwelling", gettext_noop("Only a dwelling has a state."))
    now = timezone.now()
    with transaction.atomic():
        row = DwellingState.objects.create(
            dwelling=dwelling,
            neighbourhood_id=dwelling.neighbourhood_id,
            state=state,
            happened_at=happened_at or now,
            heard_at=now,
            by_user=by.pk if by else None,
            source=source,
        )
        record(
            acts.STATE_FOUND,
            by=by,
            subject=("place", dwelling.pk),
            neighbourhood=dwelling.neighbourhood_id,
            happened_at=happened_at,
            data={"state": state},
        )
    return row


def open_household(*, by: User | None, dwelling: Place, since: date | None = None) -> Household:
    """The household of a dwelling, made when there is none; the secretary answers for it until somebody else does (R02)."""
    day = since or timezone.localdate()
    neighbourhood = dwelling.neighbourhood
    if neighbourhood is None:
        raise Refusal("ground.not_a_dwelling", gettext_noop("Only a dwelling has a household."))
    with transaction.atomic():
        existing = Household.objects.filter(dwelling=dwelling, until__isnull=True).first()
        if existing is not None:
            return existing
        secretary = secretary_of(neighbourhood, day)
        if secretary is None:
            raise Refusal(
                "ground.no_secretary",
                gettext_noop(
                    "This neighbourhood has no secretary yet. Give somebody the office first: every household needs one who answers for it."
                ),
            )
        household = Household.objects.create(dwelling=dwelling, neighbourhood=neighbourhood, since=day)
        assign(by=by, households=[(household.pk, neighbourhood.pk)], mandate=secretary, since=day)
    return household


def hand_over_households(*, by: User | None, place: Place, to: Mandate, since: date | None = None) -> int:
    """Hand every household of a building (or estate, or one dwelling) to another responsible in one act. Returns how many."""
    day = since or timezone.localdate()
    if to.place is None or place.neighbourhood_id is None or to.place.neighbourhood_id != place.neighbourhood_id:
        raise Refusal("ground.other_neighbourhood", gettext_noop("The responsible belongs to another neighbourhood."))
    rows = list(
        Household.objects.filter(under([place], "dwelling__path"), until__isnull=True).values_list(
            "pk", "neighbourhood_id"
        )
    )
    if not rows:
        raise Refusal("ground.no_households", gettext_noop("There is no household in this place yet."))
    with transaction.atomic():
        count = assign(by=by, households=rows, mandate=to, since=day)
        record(
            acts.HANDED_OVER,
            by=by,
            subject=("place", place.pk),
            neighbourhood=place.neighbourhood_id,
            data={"households": count, "to": to.pk, "since": day.isoformat()},
        )
    return count
