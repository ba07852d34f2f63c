"""Writers of households' codes: the office prints them on slips, a household types one in, the office withdraws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.gates import acts
from linli.gates.models import HostCode
from linli.gates.visits import codes
from linli.ground.models import Place
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.operations.queries import active_operation, over

MOST_HOMES = 400
"""Slips of one print: the largest building has fewer homes; the write takes well under 200 ms."""


@dataclass(frozen=True)
class Slip:
    """What is printed for a home, once; the characters are kept nowhere."""

    home: Place
    code: str


def make_host_codes(
    *, by: User, neighbourhood: Place, homes: Sequence[Place], at: datetime | None = None
) -> list[Slip]:
    """A new code for each of these homes; an earlier one of the same home ends with it.

    Refusals: ``visits.no_operation_here`` (nothing to announce), ``visits.no_homes``, ``visits.many_homes``.
    """
    now = at or timezone.now()
    operation = active_operation(neighbourhood, now)
    if operation is None:
        raise Refusal("visits.no_operation_here", gettext_noop("No operation is open; households need no code now."))
    if not homes:
        raise Refusal("visits.no_homes", gettext_noop("There is no home here."))
    if len(homes) > MOST_HOMES:
        raise Refusal(
            "visits.many_homes",
            gettext_noop("At most %(most)s homes at once. Please choose a building."),
            most=MOST_HOMES,
        )
    slips = [Slip(home, codes.new_host_code()) for home in homes]
    digests = [codes.host_digest(slip.code) for slip in slips]
    with transaction.atomic():
        HostCode.objects.filter(home__in=[home.pk for home in homes], revoked_at__isnull=True).update(revoked_at=now)
        HostCode.objects.bulk_create(
            HostCode(
                neighbourhood=neighbourhood,
                operation=operation,
                home=slip.home,
                digest=digest,
                made_at=now,
                made_by=by.pk,
            )
            for slip, digest in zip(slips, digests, strict=True)
        )
        record(acts.HOST_CODES, by=by, neighbourhood=neighbourhood.pk, data={"count": len(slips)})
    return slips


def revoke_host_code(*, by: User, code: HostCode) -> HostCode:
    """End a household's code: its page is closed from now on, on every phone."""
    now = timezone.now()
    with transaction.atomic():
        if HostCode.objects.filter(pk=code.pk, revoked_at__isnull=True).update(revoked_at=now):
            record(acts.HOST_CODE_REVOKED, by=by, subject=("place", code.home_id), neighbourhood=code.neighbourhood_id)
    code.refresh_from_db()
    return code


def open_host_page(*, by: None, typed: str) -> HostCode:
    """The household behind a code as it was typed. Refusal: ``visits.wrong_code`` for any code that does not hold."""
    now = timezone.now()
    found = HostCode.objects.filter(digest=codes.host_digest(typed), revoked_at__isnull=True)
    code = found.exclude(operation__in=over(now)).first()
    if code is None:
        raise Refusal(
            "visits.wrong_code",
            gettext_noop(
                "This code is wrong or holds no longer. Look at the slip again, or ask the office for a new one."
            ),
        )
    HostCode.objects.filter(pk=code.pk).update(used_at=now)
    return code
