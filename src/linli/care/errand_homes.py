"""For which homes somebody may ask for an errand, with a case or without one: the office for every home, whoever leads a building for
those in it, a helper for those he answers for (R02). Within a scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from linli.care.access import HELP, MANAGE, READ
from linli.ground.mandates import places_with, under
from linli.ground.models import Household, Mandate, Place, Responsibility


def homes_of(mandates: Sequence[Mandate], rights: Iterable[str], neighbourhood: Place) -> QuerySet[Household]:
    """The households for which somebody with these mandates may ask, and whose errands without a case he sees."""
    rows: QuerySet[Household] = Household.objects.filter(neighbourhood=neighbourhood, until__isnull=True)
    if {MANAGE, READ} & set(rights):
        return rows
    leads = places_with([one for one in mandates if places_with([one], HELP)], "register.read")
    latest = Responsibility.objects.filter(household=OuterRef("pk"), since__lte=timezone.localdate()).order_by("-since")
    rows = rows.annotate(answers=Subquery(latest.values("mandate")[:1]))
    return rows.filter(under(leads, "dwelling__path") | Q(answers__in=[one.pk for one in mandates]))
