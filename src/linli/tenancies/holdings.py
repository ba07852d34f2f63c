"""What the let flats hold about a person: where he rents, and where lists and the register differed about him."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy

from linli.ground.holdings import Fact, Holding, register_holding
from linli.ground.places import short_address
from linli.kernel.ids import made_at
from linli.tenancies.models import Difference, Tenant


def tenants(people: Sequence[UUID]) -> list[Fact]:
    """Flats that these people rent, and differences between a list and the register about them."""
    rows = Tenant.objects.filter(person_id__in=list(people)).select_related("tenancy__dwelling__parent__parent__parent")
    rented = [
        Fact("tenants", str(row.pk), row.person_id, gettext_lazy("Rented flat"), short_address(row.tenancy.dwelling),
             None, "", made_at(row.pk))
        for row in rows.order_by("pk")
    ]  # fmt: skip
    differ = Difference.objects.filter(person_id__in=list(people)).order_by("found_at")
    return rented + [
        Fact("tenants", str(row.pk), row.person_id or people[0], gettext_lazy("Difference with a tenant list"), "",
             timezone.localdate(row.found_at))
        for row in differ
    ]  # fmt: skip


def erase(people: Sequence[UUID], now: datetime) -> int:
    """Erase both; the tenancy of the flat stays, without this tenant."""
    gone = Difference.objects.filter(person_id__in=list(people)).delete()[0]
    return int(gone + Tenant.objects.filter(person_id__in=list(people)).delete()[0])


def register_all() -> None:
    """The let flats' holding, from ``apps.py``."""
    register_holding(
        Holding("tenants", gettext_lazy("Rented flats"), gettext_lazy("to know who lives in a let flat, also after a change of tenants"),
                gettext_lazy("statutory duty of the residents' committee (PIPL art. 13(1)3; organisation law art. 3)"),
                gettext_lazy("as long as you are on the register"), tenants, erase=erase, rank=22)
    )  # fmt: skip
