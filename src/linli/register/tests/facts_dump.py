"""Every fact of a neighbourhood as sorted lines, to compare the register before and after."""

from __future__ import annotations

from linli import vault
from linli.ground.actions.people import DOCUMENT_CONTEXT, PHONE_CONTEXT
from linli.ground.models import Document, DwellingState, Household, Person, PersonKey, Phone, Place, Residence, Tie


def dump(neighbourhood: int) -> list[str]:
    """Persons, keys, documents, phones, residences, ties, households, states and places; without the ids of facts."""
    found: list[str] = []
    for one in Person.objects.all():
        found.append(f"person {one.pk} {one.name} {one.sex} {one.born} {one.nation} {one.sort_name}")
    for person, key in PersonKey.objects.values_list("person_id", "key"):
        found.append(f"key {person} {key}")
    for one in Document.objects.all():
        number = vault.unseal_text(one.sealed, context=DOCUMENT_CONTEXT)
        found.append(f"document {one.person_id} {one.kind} {number} {one.masked} {one.checked} {one.since}")
    for one in Phone.objects.all():
        number = vault.unseal_text(one.sealed, context=PHONE_CONTEXT)
        found.append(f"phone {one.person_id} {number} {one.note} {one.since}")
    for one in Residence.objects.all():
        where = f"{one.household_id} {one.relation} {one.presence} {one.away_note} {one.remark}"
        found.append(f"residence {one.person_id} {where} {one.since} {one.source}")
    for one in Tie.objects.all():
        found.append(f"tie {one.person_id} {one.household_id} {one.kind} {one.remark} {one.since}")
    for one in Household.objects.all():
        found.append(f"household {one.pk} {one.dwelling_id} {one.since} {one.until}")
    for one in DwellingState.objects.all():
        found.append(f"state {one.dwelling_id} {one.state} {one.happened_at}")
    for one in Place.objects.filter(neighbourhood=neighbourhood):
        found.append(f"place {one.pk} {one.parent_id} {one.name} {one.sort} {one.until}")
    return sorted(found)
