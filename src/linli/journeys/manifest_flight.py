"""The title of a passenger list → flight, route and day: ``CA936 FRA-PVG 13MAR20 旅客名单``, ``2020年3月13日 CA936``. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from linli.kernel.manifest_cells import read_born

_NUMBER = re.compile(r"(?<![A-Z0-9])((?:[A-Z]{2}|[A-Z]\d|\d[A-Z])[ -]?\d{3,4})(?![A-Z0-9])")
_TRAIN = re.compile(r"(?<![A-Z0-9])([GDCZTK]\d{1,4})(?=次|列车|\b)")
_ROUTE = re.compile(r"(?<![A-Z])([A-Z]{3})\s*(?:-+|–|—|→|>|/|TO)\s*([A-Z]{3})(?![A-Z])")
_ROUTE_HAN = re.compile(r"([\u4e00-\u9fff]{2,6})\s*(?:-+|–|—+|→|至|飞)\s*(上海|浦东|虹桥|[\u4e00-\u9fff]{2,6})")
_DAYS = (
    re.compile(r"(?<!\d)(20\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})"),
    re.compile(r"(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)"),
)
_AIRLINE_DAY = re.compile(
    r"(?<![A-Z0-9])(\d{1,2}[ -]?(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*[ -]?(?:20)?\d\d)(?!\d)"
)
_LATEST = date(2099, 12, 31)
_EARLIEST = date(2000, 1, 1)


@dataclass(slots=True)
class FlightTitle:
    """What is said above the list; empty and None where nothing is. ``kind``: ``flight`` or ``train``."""

    number: str = ""
    origin: str = ""
    destination: str = ""
    day: date | None = None
    kind: str = "flight"


def read_title(lines: Iterable[str]) -> FlightTitle:
    """The first of each that any line says."""
    found = FlightTitle()
    for line in lines:
        text = unicodedata.normalize("NFKC", line).upper()
        found.day = found.day or read_flight_day(text)
        bare = _AIRLINE_DAY.sub(" ", text)
        if not found.number and (number := _NUMBER.search(bare)):
            found.number = re.sub(r"[ -]", "", number.group(1))
        elif not found.number and "列车" in bare + line and (train := _TRAIN.search(bare)):
            found.number, found.kind = train.group(1), "train"
        route = _ROUTE.search(bare) or _ROUTE_HAN.search(bare)
        if route and not found.origin:
            found.origin, found.destination = route.group(1), route.group(2)
    return found


def read_flight_day(text: str) -> date | None:
    """A day in a title or a cell: 13MAR20, 2020年3月13日, 20200313."""
    for pattern in _DAYS:
        if said := pattern.search(text):
            try:
                return date(*(int(part) for part in said.groups()))
            except ValueError:
                return None
    said_short = _AIRLINE_DAY.search(text.upper())
    if said_short is None:
        return None
    day = read_born(said_short.group(1), on=_LATEST)
    return day if day is not None and day >= _EARLIEST else None
