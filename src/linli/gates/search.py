"""Finding a person at the gate, online only: by full name, pinyin, room or permit number. Names come back masked."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from linli.gates.cards_staff import works_here
from linli.gates.models import Permit
from linli.gates.pack import label
from linli.gates.standing import LIVES, latest_residence
from linli.ground.models import Household, Person, PersonKey, Place
from linli.kernel import permit_number

MOST = 20
SHORTEST = 2


def find(neighbourhood: int, text: str) -> list[dict[str, Any]]:
    """At most twenty people who live here or work in a tower: id, permit, its number, masked name, place. At most four statements."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if len(plain) < SHORTEST:
        return []
    found = list(_people(neighbourhood, _condition(neighbourhood, plain))[:MOST])
    dwellings = Place.objects.filter(pk__in={dwelling for _, _, dwelling in found if dwelling})
    names = _names(neighbourhood, list(dwellings.values_list("path", flat=True)))
    ids = [pk for pk, _, _ in found]
    permits = {
        person: (permit, number)
        for person, permit, number in Permit.objects.filter(
            Q(person__in=ids) | Q(person__merged_into__in=ids), cancelled_at__isnull=True
        )
        .annotate(holder=Coalesce("person__merged_into", "person"))
        .order_by("-person__merged_into")
        .values_list("holder", "pk", "number")
    }
    rows = []
    for pk, name, dwelling in found:
        permit, number = permits.get(pk, (None, None))
        rows.append(
            {
                "person": str(pk),
                "permit": str(permit) if permit else None,
                "permit_no": number,
                "name": Person(name=name).masked_name,
                "place": " ".join(label(names, dwelling)).strip() if dwelling in names else "",
            }
        )
    return rows


def _condition(neighbourhood: int, plain: str) -> Q:
    try:
        number = permit_number.parse(plain)
        joined = Permit.objects.filter(neighbourhood_id=neighbourhood, number=number, person__merged_into__isnull=False)
        return Q(permits__number=number) | Q(pk__in=joined.values("person__merged_into"))
    except permit_number.PermitNumberError:
        key = plain.lower().replace(" ", "")
        keys = PersonKey.objects.filter(neighbourhood_id=neighbourhood, key__gte=key, key__lt=key + "\U0010ffff")
        joined = keys.filter(person__merged_into__isnull=False).values("person__merged_into")
        condition = Q(name=plain) | Q(pk__in=keys.values("person")) | Q(pk__in=joined)
        if any(one.isdigit() for one in plain):
            condition |= Q(residences__household__dwelling__name__in=[plain, f"{plain}室", f"{plain}号"])
        return condition


def _people(neighbourhood: int, condition: Q) -> Any:
    return (
        Person.objects.filter(condition, neighbourhood_id=neighbourhood, merged_into__isnull=True)
        .annotate(
            presence=Subquery(latest_residence("pk").values("presence")[:1]),
            home=Subquery(latest_residence("pk").values("household")[:1]),
        )
        .filter(Q(presence__in=LIVES) | Exists(works_here(OuterRef("pk"))))
        .annotate(dwelling=Subquery(Household.objects.filter(pk=OuterRef("home")).values("dwelling")[:1]))
        .order_by("sort_name", "pk")
        .distinct()
        .values_list("pk", "name", "dwelling")
    )


def _names(neighbourhood: int, paths: list[str]) -> dict[int, tuple[str, str, str]]:
    wanted = {int(path[i : i + 6], 36) for path in paths for i in range(0, len(path), 6)}
    rows = Place.objects.filter(pk__in=wanted, neighbourhood_id=neighbourhood)
    return {pk: (path, name, kind) for pk, path, name, kind in rows.values_list("pk", "path", "name", "kind__code")}
