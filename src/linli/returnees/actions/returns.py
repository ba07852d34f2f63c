"""Writers of return plans and of the tries to ask for them (R09)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground.models import Person, Residence
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.returnees import acts
from linli.returnees.models import ReturnAttempt, ReturnPlan


@dataclass(frozen=True)
class Says:
    """What somebody says of coming back; the days only for who comes. One day alone is that day."""

    intention: str
    arrives_from: date | None = None
    arrives_until: date | None = None
    about: bool = False


def plan_return(*, by: User | None, person: Person, says: Says, happened_at: datetime | None = None) -> ReturnPlan:
    """Note what somebody who is away says; the latest word holds, the earlier ones stay.

    Refusals: ``returns.not_away``, ``returns.day_missing``, ``returns.day_order``, ``returns.intention``.
    """
    if says.intention not in ReturnPlan.Intention.values:
        raise Refusal("returns.intention", gettext_noop("Please choose whether the person comes back."))
    _away(person)
    comes = says.intention == ReturnPlan.Intention.COMES
    if comes and says.arrives_from is None:
        raise Refusal("returns.day_missing", gettext_noop("Please say on which day, roughly if need be."))
    last = says.arrives_until or says.arrives_from
    if comes and says.arrives_from is not None and last is not None and last < says.arrives_from:
        raise Refusal("returns.day_order", gettext_noop("The last day lies before the first."))
    now = timezone.now()
    with transaction.atomic():
        row = ReturnPlan.objects.create(
            neighbourhood_id=person.neighbourhood_id,
            person=person,
            intention=says.intention,
            arrives_from=says.arrives_from if comes else None,
            arrives_until=last if comes else None,
            arrives_about=comes and (says.about or says.arrives_from != last),
            happened_at=happened_at or now,
            heard_at=now,
            by_user=by.pk if by is not None else None,
        )
        _record(acts.RETURN_PLANNED, by, person, {"intention": says.intention})
    plan: ReturnPlan = row
    return plan


def try_to_ask(
    *, by: User | None, person: Person, channel: str, outcome: str, happened_at: datetime | None = None
) -> ReturnAttempt:
    """Note one try to reach somebody who is away. Refusals: ``returns.not_away``, ``returns.attempt``."""
    if channel not in ReturnAttempt.Channel.values or outcome not in ReturnAttempt.Outcome.values:
        raise Refusal("returns.attempt", gettext_noop("Please choose by what way, and what came of it."))
    _away(person)
    now = timezone.now()
    with transaction.atomic():
        row = ReturnAttempt.objects.create(
            neighbourhood_id=person.neighbourhood_id,
            person=person,
            channel=channel,
            outcome=outcome,
            happened_at=happened_at or now,
            heard_at=now,
            by_user=by.pk if by is not None else None,
        )
        _record(acts.RETURN_ASKED, by, person, {"channel": channel, "outcome": outcome})
    attempt: ReturnAttempt = row
    return attempt


def _away(person: Person) -> None:
    last = Residence.objects.filter(person=person).order_by("-since", "-id").first()
    if last is None or last.presence != Residence.Presence.AWAY:
        raise Refusal("returns.not_away", gettext_noop("The register does not say that this person is away."))


def _record(act: str, by: User | None, person: Person, data: dict[str, object]) -> None:
    record(act, by=by, subject=("person", person.pk), neighbourhood=person.neighbourhood_id, data=data)
