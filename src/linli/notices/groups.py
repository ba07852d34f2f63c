"""Which groups hear of a notice: the zone's own (P03), else those of the whole neighbourhood."""

from __future__ import annotations

from linli.ground.models import Area
from linli.ground.zones import ZoneIndex, zone_of
from linli.notices.models import Channel, Notice


class Groups:
    """The channels in use, read once for a pass over many notices."""

    def __init__(self) -> None:
        self._channels: dict[int, list[Channel]] = {}
        self._zones: dict[int, ZoneIndex] = {}

    def of(self, notice: Notice, *, further_up: bool) -> list[Channel]:
        """The channels through which a notice goes; a step further up goes to the neighbourhood's own, not to the zone's again."""
        rows = self._in_use(notice.neighbourhood_id)
        area = None if further_up else self._area(notice)
        own = [one for one in rows if one.area_id == area.pk] if area is not None else []
        return own or [one for one in rows if one.area_id is None]

    def _in_use(self, neighbourhood: int) -> list[Channel]:
        if neighbourhood not in self._channels:
            rows = Channel.objects.filter(neighbourhood=neighbourhood, ended_at__isnull=True)
            self._channels[neighbourhood] = list(rows)
        return self._channels[neighbourhood]

    def _area(self, notice: Notice) -> Area | None:
        """The zone that the notice names, else the one where its place lies."""
        if notice.to_area is not None or notice.to_place is None:
            return notice.to_area
        if notice.neighbourhood_id not in self._zones:
            self._zones[notice.neighbourhood_id] = zone_of(notice.neighbourhood)
        return self._zones[notice.neighbourhood_id].of(notice.to_place)
