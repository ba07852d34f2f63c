"""To which home a person belongs: the one of the latest residence, else the first with a tie; joined entries go with each other."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from linli.ground.models import Person, Residence, Tie


def with_joined(people: Iterable[UUID]) -> dict[UUID, UUID]:
    """Person → who he is, for these people and all whose entries were joined with theirs; three statements."""
    ids = set(people)
    named = Person.objects.named()
    pointing = {
        pk: into for pk, into in named.filter(pk__in=ids).values_list("pk", "merged_into_id") if into is not None
    }
    roots = {pointing.get(pk, pk) for pk in ids}
    group = {pk: pointing.get(pk, pk) for pk in ids} | {root: root for root in roots}
    group |= dict(named.filter(merged_into_id__in=roots).values_list("pk", "merged_into_id"))
    return group


def homes_of(people: Iterable[UUID]) -> dict[UUID, int]:
    """Person → dwelling, for these people and those joined with them; who belongs to none is not in it. Five statements."""
    group = with_joined(people)
    own: dict[UUID, int] = {}
    ties = Tie.objects.named().filter(person__in=list(group)).order_by("-since", "-id")
    own.update(ties.values_list("person_id", "household__dwelling_id"))  # the first one is written last
    lived = Residence.objects.named().filter(person__in=list(group), household__isnull=False).order_by("since", "id")
    own.update(lived.values_list("person_id", "household__dwelling_id"))
    found: dict[UUID, int] = {}
    of_root: dict[UUID, int] = {}
    for person in sorted(group, key=lambda pk: (pk != group[pk], pk)):
        if person in own:
            of_root.setdefault(group[person], own[person])
    for person, root in group.items():
        if root in of_root:
            found[person] = of_root[root]
    return found
