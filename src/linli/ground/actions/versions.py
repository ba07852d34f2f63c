"""Changes that say which version they were made on: compare and swap. Who comes second changes nothing and sees what stands there."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from linli.accounts.models import User
from linli.ground.actions.homes import hand_over_households
from linli.ground.actions.people import move, rename_person
from linli.ground.models import Household, Mandate, Person
from linli.ground.people import HouseholdNow, PersonNow, households_now, persons_now


def change_household(
    *, by: User, household: Household, expected: str, to: Mandate, since: date | None = None
) -> tuple[HouseholdNow, bool]:
    """Let ``to`` answer for a household if its version is still ``expected``. Returns it as it stands, and whether it changed."""
    with transaction.atomic():
        # on SQLite the transaction itself is exclusive (IMMEDIATE); PostgreSQL needs the row
        locked = Household.objects.select_for_update(of=("self",)).get(pk=household.pk)
        (now,) = households_now([locked])
        if now.version != expected:
            return now, False
        hand_over_households(by=by, place=now.household.dwelling, to=to, since=since)
        (now,) = households_now([locked])
    return now, True


def change_person(
    *, by: User, person: Person, expected: str, name: str | None = None, presence: str | None = None, note: str = ""
) -> tuple[PersonNow, bool]:
    """Correct a name, or say where the person is, if the version is still ``expected``. Returns the person as it stands."""
    with transaction.atomic():
        locked = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        (now,) = persons_now([locked])
        if now.version != expected:
            return now, False
        if name is not None:
            rename_person(by=by, person=locked, name=name)
        if presence is not None:
            move(by=by, person=locked, presence=presence, note=note)
        (now,) = persons_now([Person.objects.get(pk=person.pk)])
    return now, True
