"""A guardian's consent for a child under 14 (PIPL art. 28, 31): before an own code, and before any reading that nobody ordered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.care.models import Case, Order, Reading
from linli.ground import minors
from linli.ground.models import Consent, Person
from linli.ground.who import everyone
from linli.kernel.refusal import Refusal

PURPOSE = Consent.Purpose.HEALTH


def is_child(person: Person, now: datetime) -> bool:
    """Whether a person is under 14 on the day of a moment."""
    return minors.is_child(person, timezone.localdate(now))


def consent_of(person: Person) -> Consent | None:
    """The guardian's consent to keep health data of a child that holds; None without one, or when it was withdrawn."""
    rows = _standing(everyone(person))
    return rows.order_by("-given_on").first()


def consenting(people: Iterable[UUID]) -> set[UUID]:
    """Those of these people for whom a guardian's consent holds; one statement."""
    return set(_standing(list(people)).values_list("person_id", flat=True))


def _standing(people: list[UUID]) -> QuerySet[Consent]:
    rows: QuerySet[Consent] = Consent.objects.filter(person_id__in=people, purpose=PURPOSE, withdrawn_on__isnull=True)
    return rows.exclude(relation=Consent.Relation.SELF)


def require(person: Person, now: datetime) -> None:
    """Refuse ``care.guardian_consent`` for a child under 14 without a guardian's consent."""
    if is_child(person, now) and consent_of(person) is None:
        raise Refusal(
            "care.guardian_consent",
            gettext_noop(
                "This child is under 14. First write down which guardian agrees, how and when (PIPL art. 31)."
            ),
        )


def ordered(case: Case, part: str, now: datetime) -> bool:
    """Whether a reading has to be taken whatever anybody agrees to: the two checks a day of a quarantine whose order stands."""
    if case.kind != Case.Kind.QUARANTINE or part not in (Reading.Part.MORNING, Reading.Part.EVENING):
        return False
    standing = Order.objects.filter(case=case, lapsed_at__isnull=True, annulled_at__isnull=True)
    return any(one.documented_at is not None or (one.lapses_at or now) > now for one in standing)


def require_for_reading(case: Case, part: str, now: datetime) -> None:
    """Refuse ``care.guardian_consent`` for a child's reading that nobody ordered."""
    if not ordered(case, part, now):
        require(case.person, now)
