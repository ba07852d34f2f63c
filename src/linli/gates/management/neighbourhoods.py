"""Which neighbourhood a verb of the gates is about."""

from __future__ import annotations

from django.core.management.base import CommandError

from linli.ground.models import Place


def neighbourhood_of(wanted: int | None) -> Place:
    """The neighbourhood of this id; without one the only one there is. Raises CommandError, which lists them."""
    rows = Place.objects.filter(kind__code="neighbourhood", until__isnull=True)
    found = list(rows if wanted is None else rows.filter(pk=wanted))
    if len(found) != 1:
        known = ", ".join(f"{place.pk} {place.name}" for place in rows)
        raise CommandError(f"Name one neighbourhood with --neighbourhood: {known or 'there is none yet'}")
    return found[0]
