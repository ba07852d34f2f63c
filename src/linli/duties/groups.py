"""Readers of groups: who is in which, and what a person who moves somebody by hand should see. Within a scope."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext

from linli.duties.models import DutyGroup, GroupMember, Pairing, Volunteer
from linli.ground.models import Place


@dataclass(frozen=True)
class Division:
    """One dividing: its groups with their people, and what is not as it was wished, in words."""

    pk: UUID
    made_at: datetime
    groups: list[tuple[DutyGroup, list[Volunteer]]]
    notes: list[str]

    @property
    def people(self) -> int:
        """How many in all."""
        return sum(len(some) for _group, some in self.groups)


def divisions(neighbourhood: Place, only: UUID | None = None) -> list[Division]:
    """The divisions that hold, the latest first; three statements."""
    rows = DutyGroup.objects.filter(neighbourhood=neighbourhood, ended_at__isnull=True)
    rows = rows.filter(division=only) if only is not None else rows
    table: dict[UUID, list[DutyGroup]] = defaultdict(list)
    for row in rows.select_related("host").order_by("-made_at", "number"):
        table[row.division].append(row)
    people: dict[UUID, list[Volunteer]] = defaultdict(list)
    for member in (
        GroupMember.objects.filter(division__in=list(table))
        .select_related("volunteer")
        .order_by("volunteer__sort_name", "pk")
    ):
        people[member.group_id].append(member.volunteer)
    everybody = [one.pk for some in people.values() for one in some]
    pairs = list(Pairing.objects.filter(Q(one__in=everybody), Q(other__in=everybody)).select_related("one", "other"))
    found = []
    for pk, groups in table.items():
        filled = [(group, people[group.pk]) for group in groups]
        found.append(Division(pk, groups[0].made_at, filled, _notes(filled, pairs)))
    return found


def _notes(groups: list[tuple[DutyGroup, list[Volunteer]]], pairs: list[Pairing]) -> list[str]:
    """Groups of another size than most, pairs that were torn or brought together, people at their own unit."""
    at = {one.pk: group.number for group, some in groups for one in some}
    sizes = Counter(len(some) for _group, some in groups)
    usual = sizes.most_common(1)[0][0] if sizes else 0
    notes = [
        gettext("Group %(number)s has %(people)s people, the others %(usual)s.")
        % {"number": group.number, "people": len(some), "usual": usual}
        for group, some in groups
        if len(some) != usual
    ]
    for one in pairs:
        if one.one_id not in at or one.other_id not in at:
            continue
        names = {"one": one.one.name, "other": one.other.name}
        same = at[one.one_id] == at[one.other_id]
        if one.together and not same:
            notes.append(gettext("%(one)s and %(other)s should be in one group.") % names)
        if not one.together and same:
            notes.append(gettext("%(one)s and %(other)s should not be in one group.") % names)
    return notes
