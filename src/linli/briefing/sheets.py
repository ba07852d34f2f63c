"""Readers of sheets: the version that holds on a day, all versions, what was sent, and which neighbourhood has not sent its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from linli.briefing.models import Sending, Sheet
from linli.briefing.numbers import Numbers
from linli.ground.models import Place

TO_SEND_WITHIN = timedelta(minutes=30)
"""*(ours)*: a sheet that is not sent half an hour after its hour is late."""


@dataclass(frozen=True)
class Shown:
    """A sheet with all versions of its day, and yesterday's."""

    sheet: Sheet
    numbers: Numbers
    versions: Sequence[Sheet]
    sendings: Mapping[UUID, Sending]
    before: Numbers | None

    @property
    def last(self) -> bool:
        """Whether it is the version that holds."""
        return self.sheet.pk == self.versions[-1].pk

    @property
    def sending(self) -> Sending | None:
        """Who sent this version."""
        return self.sendings.get(self.sheet.pk)


def shown(place: Place, day: date | None, version: int | None) -> Shown | None:
    """The sheet of a place on a day (the last there is, when none is named), a version of it or the one that holds. Four statements."""
    rows = Sheet.objects.filter(place=place).select_related("place")
    if day is None:
        day = rows.order_by("-day").values_list("day", flat=True).first()
    versions = list(rows.filter(day=day).order_by("version")) if day is not None else []
    if not versions or day is None:
        return None
    sheet = next((one for one in versions if one.version == version), versions[-1])
    sendings = {one.sheet_id: one for one in Sending.objects.filter(sheet__in=versions)}
    yesterday = rows.filter(day=day - timedelta(days=1)).order_by("-version").first()
    before = Numbers.from_json(yesterday.numbers) if yesterday is not None else None
    return Shown(sheet, Numbers.from_json(sheet.numbers), versions, sendings, before)


def days(place: Place, most: int = 14) -> list[date]:
    """The last days of which there is a sheet, the latest first."""
    rows = Sheet.objects.filter(place=place, version=1).order_by("-day")
    return list(rows.values_list("day", flat=True)[:most])


@dataclass(frozen=True)
class Reported:
    """Whether a neighbourhood has sent its sheet of a day: the last version that was sent, and the last there is."""

    place: Place
    sheet: Sheet | None = None
    sending: Sending | None = None

    def state(self, now: datetime) -> str:
        """``sent``, ``corrected`` (there is a later version that was not sent), ``late``, ``waiting``, or ``none`` without a sheet."""
        if self.sheet is None:
            return "none"
        if self.sending is not None:
            return "sent" if self.sending.sheet_id == self.sheet.pk else "corrected"
        return "late" if now > self.sheet.as_of + TO_SEND_WITHIN else "waiting"


def reported(places: Iterable[Place], day: date) -> list[Reported]:
    """Which neighbourhoods have sent their sheet of a day. Two statements."""
    wanted = list(places)
    last: dict[int, Sheet] = {}
    rows = Sheet.objects.filter(place__in=wanted, day=day).order_by("version").defer("numbers")
    for sheet in rows:
        last[sheet.place_id] = sheet
    sent: dict[int, Sending] = {}
    for sending in (
        Sending.objects.filter(sheet__in=[row.pk for row in rows]).order_by("sheet__version").select_related("sheet")
    ):
        sent[sending.sheet.place_id] = sending
    return [Reported(place, last.get(place.pk), sent.get(place.pk)) for place in wanted]
