"""What is known of somebody who is on the way back: health, route, day of return, and the lists of journeys he is on (E02)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.care import acts, powers, rules
from linli.care.models import Case, FollowTag, FollowUp
from linli.care.sealed import sealed_words
from linli.care.writing import hold, journal
from linli.kernel.refusal import Refusal


@dataclass(frozen=True)
class Returns:
    """A window of days, exact when both are the same; ``about``: somebody said so roughly (X10)."""

    earliest: date
    latest: date
    about: bool = False


UNKNOWN = Returns(date.min, date.min)
"""The day of return is not known any more."""


def set_follow_up(
    *,
    by: User | None,
    case: Case,
    health: str | None = None,
    route: str | None = None,
    returns: Returns | None = None,
    tags: Iterable[str] | None = None,
) -> FollowUp:
    """Note what is known; what is None stays, an empty text (or ``UNKNOWN``) is not known again.

    Refusals: ``care.over``, ``care.not_a_journey``, ``care.returns`` (the days are the wrong way round), ``care.tag`` (a list of journeys
    that is not in ``data/lists.toml``: there is none of nationalities or home regions).
    """
    if case.kind != rules.JOURNEY:
        raise Refusal("care.not_a_journey", gettext_noop("Only a journey is followed in this way."))
    if returns is not None and returns.latest < returns.earliest:
        raise Refusal("care.returns", gettext_noop("These days are the wrong way round."))
    wanted = set(tags) if tags is not None else None
    if wanted is not None and wanted - powers.lists().keys():
        raise Refusal("care.tag", gettext_noop("There is no such list of journeys."))
    now = timezone.now()
    with transaction.atomic():
        hold(case)
        row: FollowUp = FollowUp.objects.select_for_update().get(case=case)
        if health is not None:
            row.health = sealed_words(health, case)
        if route is not None:
            row.route = sealed_words(route, case)
        if returns is not None:
            known = returns != UNKNOWN
            row.returns_from, row.returns_until = (returns.earliest, returns.latest) if known else (None, None)
            row.returns_about = known and returns.about
        row.changed_at, row.by_user = now, by.pk if by is not None else None
        row.save()
        if wanted is not None:
            _set_tags(row, wanted)
        said = {"health": health, "route": route, "returns": returns, "tags": wanted}
        journal(acts.FOLLOWED, by, case, {"said": sorted(name for name, value in said.items() if value is not None)})
    return row


def _set_tags(row: FollowUp, wanted: set[str]) -> None:
    FollowTag.objects.filter(follow_up=row).exclude(code__in=wanted).delete()
    for code in sorted(wanted):
        FollowTag.objects.get_or_create(follow_up=row, code=code, defaults={"neighbourhood_id": row.neighbourhood_id})
