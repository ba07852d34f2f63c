"""Which groups hear of a notice: the zone's own (P03), else those of the whole neighbourhood."""

from __future__ import annotations

from datetime import date

from linli.ground.models import Area, Place
from linli.ground.zones import ZoneIndex, holders, zone_of
from linli.notices.models import Channel, Notice


class _Zones:
    """The zones of a neighbourhood on a day: which place lies in which, and which zone a mandate holds, where it is one."""

    def __init__(self, neighbourhood: Place, on: date) -> None:
        self.index: ZoneIndex = zone_of(neighbourhood)
        held: dict[int, list[Area]] = {}
        for area, mandate in holders(list(self.index.areas), on).items():
            held.setdefault(mandate.pk, []).append(self.index.areas[area])
        self.of_mandate = {mandate: areas[0] for mandate, areas in held.items() if len(areas) == 1}


class Groups:
    """The channels in use and the zones, read once for a pass over many notices."""

    def __init__(self, on: date) -> None:
        self._on = on
        self._channels: dict[int, list[Channel]] = {}
        self._zones: dict[int, _Zones] = {}

    def of(self, notice: Notice, *, further_up: bool) -> list[Channel]:
        """The channels through which a notice goes; a step further up goes to the neighbourhood's own, not to the zone's again."""
        rows = self._in_use(notice.neighbourhood_id)
        area = self._area(notice) if rows and not further_up else None
        own = [one for one in rows if one.area_id == area.pk] if area is not None else []
        return own or [one for one in rows if one.area_id is None]

    def _in_use(self, neighbourhood: int) -> list[Channel]:
        if neighbourhood not in self._channels:
            rows = Channel.objects.filter(neighbourhood=neighbourhood, ended_at__isnull=True)
            self._channels[neighbourhood] = list(rows)
        return self._channels[neighbourhood]

    def _area(self, notice: Notice) -> Area | None:
        """The zone that the notice names, else the one where its place lies, else the one that its holder holds."""
        if notice.to_area is not None:
            return notice.to_area
        if notice.neighbourhood_id not in self._zones:
            self._zones[notice.neighbourhood_id] = _Zones(notice.neighbourhood, self._on)
        zones = self._zones[notice.neighbourhood_id]
        if notice.to_place is not None:
            return zones.index.of(notice.to_place)
        return zones.of_mandate.get(notice.to_mandate_id or 0)
