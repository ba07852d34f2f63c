"""A finding about a dwelling that another system sends: once, under the id that it made."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground import acts
from linli.ground.models import DwellingState, Place
from linli.journal.record import record
from linli.kernel.refusal import Refusal

AHEAD = timedelta(minutes=5)
"""Clocks differ: so far in the future is still now."""


def hear_state(
    *, by: User, dwelling: Place, id: UUID, state: str, happened_at: datetime, source: str
) -> tuple[DwellingState, bool]:
    """Keep a finding that was made elsewhere. Returns the row, and whether it is new: the same finding again is a success (R01)."""
    if state not in DwellingState.State.values:
        raise Refusal("ground.state_unknown", gettext_noop("There is no state “%(state)s”."), state=state)
    if dwelling.neighbourhood_id is None:
        raise Refusal("ground.not_a_dwelling", gettext_noop("Only a dwelling has a state."))
    now = timezone.now()
    if happened_at > now + AHEAD:
        raise Refusal("ground.finding_ahead", gettext_noop("This finding lies in the future. Set the clock right."))
    known = _known(id, dwelling, state, happened_at)
    if known is not None:
        return known, False
    row = DwellingState(
        id=id,
        dwelling=dwelling,
        neighbourhood_id=dwelling.neighbourhood_id,
        state=state,
        happened_at=happened_at,
        heard_at=now,
        by_user=by.pk,
        source=source,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            record(
                acts.STATE_FOUND,
                by=by,
                subject=("place", dwelling.pk),
                neighbourhood=dwelling.neighbourhood_id,
                happened_at=happened_at,
                data={"state": state},
            )
    except IntegrityError:
        known = _known(id, dwelling, state, happened_at)
        if known is None:
            raise _taken() from None
        return known, False
    return row, True


def _known(id: UUID, dwelling: Place, state: str, happened_at: datetime) -> DwellingState | None:
    """The row that this finding is already; refused when the id, or the moment at this door, stands for another finding."""
    found = DwellingState.objects.filter(pk=id).first()
    if found is not None:
        if (found.dwelling_id, found.state, found.happened_at) != (dwelling.pk, state, happened_at):
            raise _taken()
        return found
    there = DwellingState.objects.filter(dwelling=dwelling, happened_at=happened_at).first()
    if there is not None and there.state != state:
        raise Refusal("ground.two_findings", gettext_noop("At that very moment another state was found at this door."))
    return there


def _taken() -> Refusal:
    return Refusal("ground.finding_taken", gettext_noop("This id stands for another finding already."))
