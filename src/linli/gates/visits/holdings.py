"""What visits hold about a resident: who was announced at her home (PIPL art. 44 to 47). The visitor himself is not in the register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from linli.gates.models import Visit
from linli.gates.visits.shown import when, who
from linli.ground.holdings import Fact, Holding, register_holding
from linli.ground.who import last_homes
from linli.kernel.ids import made_at


def visits(people: Sequence[UUID]) -> list[Fact]:
    """Visits to the home where a person lives, and those that name her as the host."""
    homes = {home.pk: person for person, (_residence, home) in last_homes(people).items() if home is not None}
    rows = Visit.objects.named().filter(Q(host_person__in=list(people)) | Q(host__in=homes, host_person__isnull=True))
    return [
        Fact("visits", str(row.pk), row.host_person or homes[row.host_id], gettext_lazy("Announced visit"),
             f"{when(row)} · {who(row)}", timezone.localdate(row.since), "", made_at(row.pk))
        for row in rows.order_by("since", "pk")
    ]  # fmt: skip


def erase(people: Sequence[UUID], now: datetime) -> int:
    """The visits stay for their days, without her name."""
    return int(Visit.objects.filter(host_person__in=list(people)).update(host_person=None))


def register_all() -> None:
    """The holding of visits, from ``apps.py``."""
    duty = gettext_lazy("emergency measures ordered by an authority (PIPL art. 13(1)4; named with the operation)")
    register_holding(
        Holding("visits", gettext_lazy("Announced visits"), gettext_lazy("so that a gate lets in whom your home expects"), duty,
                gettext_lazy("14 days after the visit, at most until the operation ends"), visits, erase=erase, rank=43)
    )  # fmt: skip
