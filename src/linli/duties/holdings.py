"""What the duties hold about a person: that he is on a roster, while he is and as long as his hours are evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy

from linli.duties.actions.erasing import forget
from linli.duties.models import Volunteer
from linli.ground.holdings import Fact, Holding, register_holding
from linli.kernel.ids import made_at


def listed(people: Sequence[UUID]) -> list[Fact]:
    """These people's entries on a roster."""
    rows = Volunteer.objects.filter(person__in=list(people)).order_by("since")
    return [
        Fact("duties", str(row.pk), row.person_id, gettext_lazy("On the roster"), row.name, row.since, row.source, made_at(row.pk))
        for row in rows
    ]  # fmt: skip


def erase(people: Sequence[UUID], now: datetime) -> int:
    """The entries of these people no longer say whom they mean (``actions.erasing``)."""
    return forget(Volunteer.objects.filter(person__in=list(people)))


def register_all() -> None:
    """The duties' holding, from ``apps.py``."""
    register_holding(
        Holding("duties", gettext_lazy("Duties"), gettext_lazy("to put people on duty and thank them for their hours"),
                gettext_lazy("what you said yourself when you signed up (PIPL art. 13(1)1)"),
                gettext_lazy("while you are on the roster, and three years for the hours"), listed, erase=erase, rank=44)
    )  # fmt: skip
