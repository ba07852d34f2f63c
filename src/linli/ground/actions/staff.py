"""Writer of a firm's staff: people of a body who do not live here (G12). A name and a firm are all that is kept of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground import acts
from linli.ground.actions.people import key_rows, person_row
from linli.ground.mandates import active, under
from linli.ground.models import Body, Mandate, Person, PersonKey, Place
from linli.journal.record import record
from linli.kernel.refusal import Refusal

MEMBER = "member"
LONGEST_NAME = 80


def staff_of(place: Place) -> QuerySet[Mandate]:
    """Who works today in the firms at home in a place; within a scope."""
    rows = Mandate.objects.filter(
        under([place], "of_body__place__path"), person__isnull=False, capacity=MEMBER, place__isnull=True
    )
    return active(rows).select_related("person", "of_body__place")


def add_staff(*, by: User | None, firm: Body, names: Sequence[str]) -> list[Mandate]:
    """Add people to a firm's staff; returns those who are new. A list handed in again adds nobody twice: two of one name are two
    only when a list names them twice (X03). Refusals: ``staff.name``, ``bodies.ended``, ``staff.nowhere``.
    """
    place = firm.place.neighbourhood_id
    cleaned = [" ".join(name.split()) for name in names]
    if any(not name or len(name) > LONGEST_NAME for name in cleaned):
        raise Refusal(
            "staff.name", gettext_noop("Every row needs a name of at most %(most)s characters."), most=LONGEST_NAME
        )
    if place is None:
        raise Refusal("staff.nowhere", gettext_noop("Staff is listed for a firm in a neighbourhood."))
    today = timezone.localdate()
    if firm.until is not None and firm.until <= today:
        raise Refusal("bodies.ended", gettext_noop("%(name)s has ended."), name=firm.name)
    with transaction.atomic():
        there = active(Mandate.objects.filter(of_body=firm, capacity=MEMBER, person__isnull=False))
        missing = Counter(cleaned) - Counter(there.values_list("holder_name", flat=True))
        people = [person_row(neighbourhood=place, name=name) for name in missing.elements()]
        Person.objects.bulk_create(people)
        PersonKey.objects.bulk_create(key for person in people for key in key_rows(person))
        made = Mandate.objects.bulk_create(
            Mandate(person=person, of_body=firm, capacity=MEMBER, since=today, holder_name=person.name)
            for person in people
        )
        if made:
            record(acts.STAFF_ADDED, by=by, subject=("body", firm.pk), neighbourhood=place, data={"count": len(made)})
    return made
