"""The names behind the ids of a sheet, looked up when it is shown; never a resident's, and a door is its building."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from linli.briefing.numbers import Numbers
from linli.ground.figures import Late
from linli.ground.models import Area, Body, Mandate, Place


class Names:
    """Places, zones, bodies and offices by id. Four statements, however many are named."""

    def __init__(self, numbers: Sequence[Numbers]) -> None:
        """``numbers``: the sheets that will be shown."""
        lates = [late for one in numbers for by in one.cells.values() for count in by.values() for late in count.late]
        places = {late.place for late in lates} | {pk for one in numbers for pk in one.places}
        areas = {late.area for late in lates} | {pk for one in numbers for zones in one.zones.values() for pk in zones}
        bodies = {late.body for late in lates} | {day.group for one in numbers for day in one.groups}
        self.places = {
            p.pk: p
            for p in Place.objects.filter(pk__in=_known(places)).select_related("kind", "parent", "neighbourhood")
        }
        self.areas = dict(Area.objects.filter(pk__in=_known(areas)).values_list("pk", "name"))
        self.bodies = dict(Body.objects.filter(pk__in=_known(bodies)).values_list("pk", "name"))
        held = Mandate.objects.filter(pk__in=_known(late.mandate for late in lates)).select_related("body")
        self.mandates = {one.pk: one.body.name if one.body else one.holder_name for one in held}

    def place(self, pk: int) -> str:
        """A place; a door by its building, a gate by what it closes."""
        found = self.places.get(pk)
        if found is None:
            return str(_("a place that is gone"))
        above = found.parent
        if above is None or above.pk == found.neighbourhood_id or found.neighbourhood_id in (None, found.pk):
            return found.name
        return above.name if found.kind.code == "dwelling" else f"{above.name} {found.name}"

    def zone(self, pk: int) -> str:
        """A zone; one that was taken away since is said to be gone."""
        return self.areas.get(pk) or str(_("a zone that is gone"))

    def body(self, pk: int) -> str:
        """A body."""
        return self.bodies.get(pk) or str(_("a body that is gone"))

    def late(self, one: Late, sheet: int) -> str:
        """What is late and who should have: "东弄 · 第一党支部". On a subdistrict's ``sheet`` with the neighbourhood before it."""
        words = []
        where = self.places.get(one.place or 0)
        home = where.neighbourhood if where is not None else None
        if home is not None and home.pk not in (sheet, one.place):
            words.append(home.name)
        if one.area is not None:
            words.append(self.zone(one.area))
        if one.place is not None and one.place != sheet:
            words.append(self.place(one.place))
        if one.body is not None:
            words.append(self.body(one.body))
        if one.mandate is not None and one.mandate in self.mandates:
            words.append(self.mandates[one.mandate])
        return " · ".join(words)


def _known(ids: Iterable[int | None]) -> set[int]:
    return {pk for pk in ids if pk is not None}
