"""Who belongs to a dwelling, for its pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from linli.ground.home_forms import RELATIONS
from linli.ground.mandates import places_with
from linli.ground.models import Document, Household, Person, Phone, Place, Residence
from linli.ground.who import joined_with
from linli.ground.words import DOCUMENTS

RELATION_WORDS = dict(RELATIONS)


def dwelling_of(request: Any, pk: int, right: str) -> Place:
    """The dwelling, if it lies where the user has ``right``; otherwise it does not exist for him."""
    place = get_object_or_404(Place, pk=pk, neighbourhood=request.neighbourhood, kind__code="dwelling")
    if not any(root.contains(place) for root in places_with(request.mandates, right)):
        raise Http404("not in your area")
    return place


def residents(household: Household | None) -> list[dict[str, Any]]:
    """Those whose latest residence is in the household, with masked documents and phones, also those of entries that were joined
    with theirs; five statements."""
    if household is None:
        return []
    candidates = Residence.objects.filter(household=household).values("person_id")
    latest: dict[UUID, Residence] = {}
    rows = Residence.objects.filter(person_id__in=candidates, person__merged_into__isnull=True)
    for row in rows.select_related("person").order_by("since"):
        latest[row.person_id] = row
    here = [r for r in latest.values() if r.household_id == household.pk]
    documents: dict[UUID, list[Document]] = {}
    phones: dict[UUID, list[Phone]] = {}
    ids = [r.person_id for r in here]
    joined = joined_with(ids)
    for document in Document.objects.filter(person_id__in=[*ids, *joined]):
        document.word = DOCUMENTS[document.kind]  # type: ignore[attr-defined]
        _once(documents.setdefault(joined.get(document.person_id, document.person_id), []), document)
    for phone in Phone.objects.filter(person_id__in=[*ids, *joined]):
        _once(phones.setdefault(joined.get(phone.person_id, phone.person_id), []), phone)
    return [
        {
            "row": r,
            "person": r.person,
            "relation": RELATION_WORDS.get(r.relation, r.relation),
            "documents": documents.get(r.person_id, []),
            "phones": phones.get(r.person_id, []),
        }
        for r in here
    ]


def _once(numbers: list[Any], row: Document | Phone) -> None:
    """Add a number unless it stands there already, from an entry that was joined."""
    if all(bytes(one.whole_index) != bytes(row.whole_index) for one in numbers):
        numbers.append(row)


def departed(household: Household | None) -> list[Residence]:
    """Those who lived here last and have moved out or died: the way back when it was a mistake. Two statements."""
    if household is None:
        return []
    ids = Residence.objects.filter(household=household).values("person_id")
    lived = Residence.objects.filter(person_id__in=ids, person__merged_into__isnull=True)
    rows = list(lived.select_related("person").order_by("since"))
    latest = {row.person_id: row for row in rows}
    last_home = {row.person_id: row.household_id for row in rows if row.household_id}
    return [row for person, row in latest.items() if row.household_id is None and last_home[person] == household.pk]


def people_of(place: Place) -> list[Person]:
    """Everybody of a dwelling's household: who lives there, who left it last, who is tied to it."""
    household = Household.objects.filter(dwelling=place, until__isnull=True).first()
    if household is None:
        return []
    found = [entry["person"] for entry in residents(household)] + [row.person for row in departed(household)]
    return found + [
        tie.person for tie in household.ties.filter(person__merged_into__isnull=True).select_related("person")
    ]
