"""Who of the register may be meant: proposals with their reasons. Nothing is joined by a name alone; a person decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from linli import vault
from linli.ground.models import Document, Person, Phone, Place, Residence
from linli.ground.places import short_address
from linli.kernel.names import same_name
from linli.kernel.phones import read_phones
from linli.kernel.pinyin import sort_key
from linli.returnees.details import Details

WEIGHT = {"document": 8, "phone": 4, "door": 2, "name": 1}
MOST = 5


@dataclass
class Proposal:
    """Somebody of the register with the reasons: ``document``, ``phone``, ``name``, ``door``."""

    person: Person
    reasons: list[str] = field(default_factory=list)
    dwelling: Place | None = None
    presence: str = ""

    @property
    def weight(self) -> int:
        """Heavier stands first."""
        return sum(WEIGHT[reason] for reason in self.reasons)

    @property
    def address(self) -> str:
        """Where the register has the person."""
        return short_address(self.dwelling) if self.dwelling else ""


def digits_of(text: str) -> str:
    """The first phone number of a text as the register stores it; the bare text when it is none."""
    found = read_phones(text, is_placeholder=lambda word: word in ("无", "-", "/")).numbers
    return found[0] if found else text.strip()


def proposals(
    neighbourhood: Place, details: Details, dwelling: Place | None, *, inside: Iterable[Place]
) -> list[Proposal]:
    """At most five persons of the register in the reader's places, the best reasons first. Four statements."""
    place = neighbourhood.pk
    found: dict[UUID, set[str]] = {}
    if details.document:
        index = vault.blind_index(details.document.upper(), neighbourhood=place, purpose="document")
        for pk in Document.objects.filter(neighbourhood=neighbourhood, whole_index=index).values_list(
            "person_id", flat=True
        ):
            found.setdefault(pk, set()).add("document")
    if details.phone:
        index = vault.blind_index(details.phone, neighbourhood=place, purpose="phone")
        for pk in Phone.objects.filter(neighbourhood=neighbourhood, whole_index=index).values_list(
            "person_id", flat=True
        )[:40]:
            found.setdefault(pk, set()).add("phone")
    if details.name:
        same = Person.objects.filter(
            neighbourhood=neighbourhood, sort_name=sort_key(details.name), merged_into__isnull=True
        )
        for pk, name in same.values_list("pk", "name")[:40]:
            if same_name(name, details.name):
                found.setdefault(pk, set()).add("name")
    rows: dict[UUID, Residence] = {}
    homes = Residence.objects.filter(person_id__in=list(found)).select_related(
        "person", "household__dwelling__parent__parent"
    )
    for row in homes.order_by("since"):
        rows[row.person_id] = row
    roots = list(inside)
    result = []
    for pk, row in rows.items():
        home = row.household.dwelling if row.household is not None else None
        if home is not None and not any(root.contains(home) for root in roots):
            continue
        reasons = found[pk] | (
            {"door"} if dwelling is not None and home is not None and home.pk == dwelling.pk else set()
        )
        ordered = sorted(reasons, key=lambda reason: -WEIGHT[reason])
        result.append(Proposal(row.person, ordered, home, row.presence))
    return sorted(result, key=lambda one: -one.weight)[:MOST]
