"""Finding a person by the number on the permit, for the search of 住户."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from linli.gates.models import Permit
from linli.ground.models import Place

SHORTEST = 3
LAST = "\U0010ffff"


def by_permit_number(neighbourhood: Place, query: str) -> Iterable[UUID]:
    """Persons whose permit number begins with what was typed, hyphens or not; a range on the unique index. At least three characters."""
    typed = query.upper().replace("-", "").replace(" ", "")
    if len(typed) < SHORTEST or not typed.isascii() or not typed.isalnum():
        return []
    rows = Permit.objects.filter(neighbourhood=neighbourhood, number__gte=typed, number__lt=typed + LAST)
    return list(rows.values_list("person_id", flat=True)[:20])
