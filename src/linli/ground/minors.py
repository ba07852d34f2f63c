"""Children under 14: their data is sensitive, a guardian consents (PIPL art. 28, 31). No picture of anybody is kept anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings

from linli.ground.models import Consent, Household, Mandate, Person, Place, Residence
from linli.ground.queries import households_with_responsible
from linli.ground.who import last_homes

LIVES = (Residence.Presence.HERE, Residence.Presence.AWAY)


def age_of_consent() -> int:
    """Years from which a person consents alone: 14 (PIPL art. 31); the setting ``LINLI_CHILD_AGE``."""
    return int(settings.LINLI_CHILD_AGE)


def born_after(today: date) -> date:
    """Who was born after this day has not had that birthday yet."""
    try:
        return today.replace(year=today.year - age_of_consent())
    except ValueError:  # 29 February: the year then had none
        return date(today.year - age_of_consent(), 2, 28)


def is_child(person: Person, today: date) -> bool:
    """Whether a person is under 14. An unknown birth date says no; a guessed one counts by its year alone, in the child's favour."""
    if person.born is None:
        return False
    if person.born_about:
        return person.born.year >= born_after(today).year
    return person.born > born_after(today)


@dataclass(frozen=True)
class Child:
    """A child without a guardian's consent: where it lives, who answers for that home."""

    person: Person
    home: Place | None
    owner: Mandate | None


def without_consent(neighbourhood: Place, today: date) -> list[Child]:
    """Children under 14 who live here and for whom no guardian's consent to be on the register is noted; five statements."""
    edge = born_after(today)
    rows = Person.objects.filter(
        neighbourhood=neighbourhood, merged_into__isnull=True, born__gte=date(edge.year, 1, 1)
    ).order_by("sort_name", "pk")
    children = [person for person in rows if is_child(person, today)]
    consents = Consent.objects.filter(
        neighbourhood=neighbourhood, purpose=Consent.Purpose.REGISTER, withdrawn_on__isnull=True
    ).exclude(relation=Consent.Relation.SELF)
    have = set(consents.values_list("person_id", flat=True))
    children = [person for person in children if person.pk not in have]
    homes = last_homes([person.pk for person in children])
    wanted = {row.household_id for row, _home in homes.values() if row.presence in LIVES and row.household_id}
    owners = _owners(neighbourhood, wanted, today)
    return [
        Child(person, homes[person.pk][1], owners.get(homes[person.pk][0].household_id))
        for person in children
        if person.pk in homes and homes[person.pk][0].presence in LIVES
    ]


def _owners(neighbourhood: Place, wanted: set[UUID], today: date) -> dict[object, Mandate]:
    """Household → who answers for it."""
    rows: list[Household] = list(households_with_responsible(neighbourhood, today).filter(pk__in=wanted))
    mandates = Mandate.objects.in_bulk({row.responsible for row in rows if getattr(row, "responsible", None)})  # type: ignore[attr-defined]
    return {row.pk: mandates[row.responsible] for row in rows if row.responsible in mandates}  # type: ignore[attr-defined]
