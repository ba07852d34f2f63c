"""What a neighbourhood has decided about care, and how ready it is (Q01, Q04)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli import vault
from linli.accounts.models import User
from linli.care import acts, rules
from linli.care.errand_sealed import LARGEST
from linli.care.models import Net, Practice, Readiness, ReadinessPhoto
from linli.care.sealed import OFFICE_KEY, PHOTO_CONTEXT, sealed_for
from linli.ground.models import Place
from linli.journal.record import record
from linli.kernel.cadence import CONVENTIONS
from linli.kernel.jpeg import NotAPicture, bare
from linli.kernel.refusal import Refusal

MOST_HOUSEHOLDS = 20
"""*(ours)*: more than that nobody looks after; a slip of the pen."""


@dataclass(frozen=True)
class Decided:
    """How days are counted (a code of ``kernel.cadence.CONVENTIONS``), and how many households one person may look after."""

    convention: str
    households_each: int


def practice_of(neighbourhood: int, moment: datetime) -> Decided:
    """What holds at a moment: what was decided last, else the settings; one statement."""
    row = Practice.objects.filter(neighbourhood=neighbourhood, since__lte=moment).order_by("since").last()
    if row is None:
        return Decided(settings.LINLI_CARE_CONVENTION, settings.LINLI_CARE_HOUSEHOLDS)
    return Decided(row.convention, row.households_each)


def set_practice(*, by: User | None, neighbourhood: Place, convention: str, households_each: int) -> Practice:
    """Decide it from now on; open cases keep how they are counted. Refusals: ``care.convention``, ``care.households_each``."""
    if convention not in CONVENTIONS:
        raise Refusal("care.convention", gettext_noop("This way of counting days is not known."))
    if not 1 <= households_each <= MOST_HOUSEHOLDS:
        raise Refusal("care.households_each", gettext_noop("At least one household, at most twenty."))
    with transaction.atomic():
        row = Practice.objects.create(
            neighbourhood=neighbourhood,
            since=timezone.now(),
            convention=convention,
            households_each=households_each,
            by_user=by.pk if by is not None else None,
        )
        record(
            acts.PRACTICE,
            by=by,
            neighbourhood=neighbourhood.pk,
            data={"convention": convention, "households": households_each},
        )
    return row


def set_ready(
    *, by: User, neighbourhood: Place, item: str, ok: bool, words: str = "", photo: bytes | None = None
) -> Readiness:
    """Say of one of the five whether it is in place, with evidence. Refusals: ``care.item``, ``care.evidence`` (in place needs some),
    ``care.not_a_photo``."""
    if item not in rules.FIVE:
        raise Refusal("care.item", gettext_noop("This is none of the five items."))
    if ok and not words.strip() and photo is None:
        raise Refusal("care.evidence", gettext_noop("Please say by what one can see that it is in place."))
    try:
        shot = bare(photo if len(photo) <= LARGEST else b"") if photo is not None else None
    except NotAPicture:
        raise Refusal(
            "care.not_a_photo", gettext_noop("This is no photo that can be read. JPEG, at most 3 MB.")
        ) from None
    with transaction.atomic():
        row: Readiness = Readiness.objects.create(
            neighbourhood=neighbourhood,
            item=item,
            ok=ok,
            evidence=sealed_for(words, OFFICE_KEY),
            happened_at=timezone.now(),
            by_user=by.pk,
            by_name=by.display_name,
        )
        if shot is not None:
            ReadinessPhoto.objects.create(
                neighbourhood=neighbourhood,
                readiness=row,
                sealed=vault.seal(shot.data, key=OFFICE_KEY, context=PHOTO_CONTEXT),
                width=shot.width,
                height=shot.height,
            )
        record(acts.READY, by=by, neighbourhood=neighbourhood.pk, data={"item": item, "ok": ok})
    return row


def set_net(*, by: User, neighbourhood: Place, words: str) -> Net:
    """Write what this office understands by the “网”; nothing is invented for it. Refusal: ``care.net_empty``."""
    sealed = sealed_for(words, OFFICE_KEY)
    if sealed is None:
        raise Refusal("care.net_empty", gettext_noop("Please write something."))
    with transaction.atomic():
        row: Net = Net.objects.create(
            neighbourhood=neighbourhood, words=sealed, happened_at=timezone.now(), by_user=by.pk
        )
        record(acts.READY, by=by, neighbourhood=neighbourhood.pk, data={"item": "net"})
    return row
