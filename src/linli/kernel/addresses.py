"""Addresses inside an estate as offices write them → the parts of a door: estate, side lane, building, unit, room.

Shanghai writes road + lane (弄) + side lane (支弄) + number (号) + room (室); blocks elsewhere write 幢/单元/室; villas a bare
number, ``V3`` or ``别墅 3号``. Separators (``1-2-301``, ``12幢/2单元/301``, ``3#301``) are read with the column they stand in.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_CHINESE = "〇零一二两三四五六七八九十百"
_NO = r"[0-9]+[A-Za-z甲乙丙丁]?|[A-Za-z](?![A-Za-z])[0-9]{0,3}|[甲乙丙丁戊东西南北中]"
_ROAD = re.compile(r"^([\u3400-\u9fff]{1,12}?(?:大道|公路|路|街|巷|胡同|道))(?=\d|[弄号]|$)")
_LANE = re.compile(r"^(?:第)?(\d+)(?:弄|巷)(?!\d*号?弄)")
_SIDE = re.compile(rf"^(?:第)?({_NO})(?:支弄|小弄|支巷|弄)")
_BUILDING = re.compile(rf"^(?:第)?({_NO})(?:号楼|号房|号|幢楼|幢|栋楼|栋|座|楼(?=\d|[^\d层]*单元|$)|#楼?)")
_UNIT = re.compile(rf"^(?:第)?({_NO})(?:单元|门洞|门(?!面)|梯)")
_ROOM = re.compile(r"^([0-9]+[A-Za-z]?|[A-Za-z][0-9]+)(?:室|房间?|号房|号)?$")
_VILLA = re.compile(r"^(?:独栋|联排)?(?:别墅|VILLA|NO\.?|V)\s*[:.#]?\s*(?=\d)", re.IGNORECASE)
_DASH = r"[-–—‐‑/\\、_|~～]"
_DASHED = re.compile(rf"^({_NO})(?:号|幢|#)?{_DASH}({_NO})(?:单元|号|幢)?(?:{_DASH}({_NO}))?(?:{_DASH}({_NO}))?室?$")
_ENGLISH = {
    field: re.compile(rf"\b(?:{words})\b\.?\s*(?:no\.?\s*)?#?\s*([0-9]+[a-z]?|[a-z])\b", re.IGNORECASE)
    for field, words in {
        "side": "sub-?lane|alley",
        "building": "building|bldg|block|blk|tower|villa|house|no",
        "unit": "unit|entrance|staircase|stairwell|gate",
        "room": "room|rm|flat|apartment|apt|suite|door",
        "lane": "lane",
    }.items()
}
_SIMPLIFIED = str.maketrans("號棟樓單層門東區縣鄉鎮園莊廣場廈閣間裏", "号栋楼单层门东区县乡镇园庄广场厦阁间里")
_MONTHS = {name.lower(): at for at, name in enumerate(calendar.month_abbr) if at}

_ENGLISH_WORD = re.compile(
    r"^(?:TOWER|BUILDING|BLDG|BLOCK|BLK|HOUSE|VILLA|ROOM|RM|FLAT|APARTMENT|APT|UNIT|SUITE|NO)[.#:]*(?=[A-Z]?\d|[A-Z]$)"
)


@dataclass(frozen=True, slots=True)
class Door:
    """Parts of one door; empty string where the address has no such part. ``rest`` is what could not be read."""

    estate: str = ""
    side: str = ""
    building: str = ""
    unit: str = ""
    room: str = ""
    rest: str = ""

    def code(self) -> str:
        """estate|side lane|building|unit|room: the key under which a register knows the door."""
        return "|".join((self.estate, self.side, self.building, self.unit, self.room or self.rest))


_ROAD_AND_LANE = re.compile(
    r"(?:(?:(?![省市区县镇])[\u3400-\u9fff]){2,4}(?:省|市|区|县|镇|街道))*([\u3400-\u9fff]{1,10}?(?:大道|公路|路|街))(?:第)?(\d+)(?:弄|巷)(?!\d*号?弄)"
)


def road_and_lane(text: str) -> tuple[str, str]:
    """地址：长宁区虹古路1597弄 → ("虹古路", "1597"); two empty strings where no lane of a road is named."""
    found = _ROAD_AND_LANE.search(to_digits(narrow(text)))
    return (found.group(1), found.group(2)) if found else ("", "")


def narrow(text: str) -> str:
    """NFKC, no blanks, dashes of every kind one dash, 號 as 号."""
    return (
        re.sub(r"[\s\u200b\ufeff]+", "", unicodedata.normalize("NFKC", text)).replace("－", "-").translate(_SIMPLIFIED)
    )


def to_digits(text: str) -> str:
    """Chinese numerals before a counting word as digits: 八九九弄 and 八百九十九弄 are 899弄, 十二号 is 12号."""
    return re.sub(
        rf"([{_CHINESE}]+)(?=支?弄|号|幢|栋|座|单元|室|楼|层(?!阁)|门)", lambda found: _numeral(found.group(1)), text
    )


def _numeral(text: str) -> str:
    if not re.search("[十百]", text):
        return "".join(str(_DIGITS[char]) for char in text)
    total, digit = 0, 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        else:
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
    return str(total + digit)


@lru_cache(maxsize=65536)
def read_address(raw: str, *, estate: str = "", side_first: bool = False) -> Door:
    """One address cell. ``estate``: the estate of the sheet, stripped from the text if it starts with it.

    ``side_first``: a pair ``a-b`` means side lane and building (the room has its own column), not building and room.
    A full address (road and lane) names its own estate when none is given.
    """
    english = _from_english(raw, estate) if re.search("[A-Za-z]{2}", raw) else None
    if english is not None:
        return english
    text = _plain_brackets(to_digits(narrow(raw)))
    text = re.sub(
        r"^(?:[\u3400-\u9fff]{2,}?[市])?(?:[\u3400-\u9fff]{2,3}[区县])?(?=[\u3400-\u9fff]{2,}?[路街道巷]\d)", "", text
    )
    if estate and text.startswith(narrow(estate)) and len(text) > len(narrow(estate)):
        text = text[len(narrow(estate)) :].lstrip("-,，:：")
    phase = re.match(r"^第?([0-9一二三四五六七八九十]{1,2}期|[东西南北中]区)(?=第?[0-9])", text)
    if phase and estate:
        number = re.sub(rf"^[{_CHINESE}]+(?=期)", lambda found: _numeral(found.group()), phase.group(1))
        estate, text = estate + number, text[phase.end() :]
    dashed = _DASHED.match(text)
    if dashed and not re.search("[弄]", text):
        return _from_dashes([part for part in dashed.groups() if part], estate, side_first)
    road = _ROAD.match(text)
    own = road.group(1) if road else ""
    text = text[len(own) :]
    lane = _LANE.match(text)
    if lane:
        own += f"{lane.group(1)}弄"
        text = text[lane.end() :].lstrip("-,，")
    if not own:
        name = re.match(
            r"^([\u3400-\u9fff]{2,12}?(?:花园|小区|公寓|新村|别墅|家园|花苑|新苑|雅墅|山庄|苑|园|城|庭|坊|里|邨|村|府|湾))(?=\d|[VvA-Z#]|第)",
            text,
        )
        if name:
            own, text = name.group(1), text[name.end() :].removeprefix("第")
    return _parts(_VILLA.sub("", text), Door(estate=estate or own))


def _plain_brackets(text: str) -> str:
    """(12)301 and 12(301) are a pair; a floor that the room says again says nothing;
    a name in brackets without a digit says nothing about the door; 三单元四零二 ends in digits.
    """
    text = re.sub(r"^\((\d+)\)(?=\d)", r"\1-", text)
    text = re.sub(r"(?<=[\d号幢栋])\((\d+)\)$", r"-\1", text)
    text = re.sub(r"(?<=[弄路])\([\u3400-\u9fff]{2,12}\)(?=\d)", "", text)
    text = re.sub(r"^(\d{1,3})\.(\d{3,4})$", r"\1-\2", text)
    text = re.sub(r"(?<=[号幢栋座元楼])(\d{1,2})[楼层](?=\1\d{2}(?:室|房|$))", "", text)  # 1号7楼702室
    return re.sub(
        rf"(?<=[号幢栋座元门楼])([{_CHINESE.removesuffix('百').removesuffix('十')}]{{3,4}})$",
        lambda found: _numeral(found.group(1)),
        text,
    )


def _from_english(raw: str, estate: str) -> Door | None:
    """Room 301, Bldg 3 in any order; None if it does not say building or room so, or says more than can be read."""
    rest = unicodedata.normalize("NFKC", raw)
    found = {}
    for field, pattern in _ENGLISH.items():
        match = pattern.search(rest)
        if match:
            found[field] = clean_part(match.group(1))
            rest = rest[: match.start()] + " " + rest[match.end() :]
    if not found.keys() & {"building", "room"} or len(found) < 2 or re.search(r"\d", rest):
        return None
    found.pop("lane", None)
    if "room" not in found and "unit" in found:
        found["room"] = found.pop("unit")  # Building 3, Unit 301
    return replace(Door(estate=estate), **found)


def _parts(text: str, door: Door) -> Door:
    """Consume side lane, building, unit, room from the left; what is left over is the room's own words."""
    for pattern, field in ((_SIDE, "side"), (_BUILDING, "building"), (_UNIT, "unit")):
        found = pattern.match(text)
        if found:
            door = replace(door, **{field: clean_part(found.group(1))})
            text = text[found.end() :].lstrip("-/\\,，、_|")
    if door.building and text in ("别墅", "洋房", "独栋", "联排"):
        return door  # 5号别墅
    if not door.building and re.fullmatch(_NO, text):
        return replace(door, building=clean_part(text))
    if not door.building and (pair := re.fullmatch(rf"({_NO})#?{_DASH}({_NO})室?", text)):
        return replace(door, building=clean_part(pair.group(1)), room=clean_part(pair.group(2)))
    room = _ROOM.match(text)
    if room:
        return replace(door, room=clean_part(room.group(1)))
    if re.fullmatch(rf"\d{{3,}}[A-Za-z]?{_DASH}[0-9A-Za-z]+室?", text):
        return replace(
            door, room=text.removesuffix("室")
        )  # two rooms joined, or a part of one: no unit has three digits
    if text and (pair := re.fullmatch(rf"({_NO}){_DASH}({_NO})室?", text)):
        return replace(door, unit=clean_part(pair.group(1)), room=clean_part(pair.group(2)))
    if not text:
        return door
    return replace(door, room=text) if door.building or door.unit else replace(door, rest=text)


_PART_WORDS = {
    "lane": "弄|里弄|弄号", "side": "支弄|支弄号|小弄", "building": "号|门牌|门牌号|幢|幢号|栋|栋号|楼|楼号|楼栋|楼栋号|楼幢|号楼",
    "unit": "单元|单元号|门洞|梯", "room": "室|室号|房|房号|房间|房间号|户",
}  # fmt: skip


@lru_cache(maxsize=256)
def parts_of_heading(heading: str) -> tuple[str, ...]:
    """The parts that a heading names one by one: 弄-支弄-号-室 is lane, side, building, room; empty if it names none so."""
    text = narrow(heading)
    inner = re.search(r"\(([^()]+)\)$", text)
    for words in (text, inner.group(1) if inner else ""):
        parts = [part for part in re.split(rf"{_DASH}|\+", words) if part]
        named = [next((name for name, form in _PART_WORDS.items() if re.fullmatch(form, one)), "") for one in parts]
        if len(named) > 1 and all(named) and len(set(named)) == len(named):
            return tuple(named)
    return ()


def read_named(raw: str, parts: tuple[str, ...], *, estate: str = "") -> Door | None:
    """A dashed address as its heading explains it; None unless it has exactly those parts."""
    values = re.split(_DASH, narrow(raw))
    if not parts or len(values) != len(parts) or not all(re.fullmatch(r"[0-9A-Za-z]+室?", value) for value in values):
        return None
    named = {name: clean_part(value) for name, value in zip(parts, values, strict=True) if name != "lane"}
    return replace(Door(estate=estate), **named)


def _from_dashes(parts: list[str], estate: str, side_first: bool) -> Door:
    """``a-b`` building and room (or side lane and building), ``a-b-c`` building, unit, room, ``a-b-c-d`` with a side lane."""
    values = [clean_part(part) for part in parts]
    if len(values) == 4 and re.fullmatch(r"\d{3,}", values[0]):
        return Door(estate=estate, rest="-".join(values))  # 520-1-1-501: a lane first, and no telling what the rest is
    if side_first:
        names = (("side", "building"), ("side", "building", "unit"), ("side", "building", "unit", "room"))[
            len(values) - 2
        ]
    else:
        names = (("building", "room"), ("building", "unit", "room"), ("side", "building", "unit", "room"))[
            len(values) - 2
        ]
    return replace(Door(estate=estate), **dict(zip(names, values, strict=True)))


@lru_cache(maxsize=65536)
def clean_part(raw: str) -> str:
    """One part alone: 12幢 → 12, 2单元 → 2, 301室 → 301, 3a → 3A; words such as 亭子间 stay."""
    text = to_digits(narrow(raw)).upper()
    text = _ENGLISH_WORD.sub("", _VILLA.sub("", text))
    found = re.fullmatch(
        rf"(?:第)?({_NO})(?:支弄|弄|号楼|号房|号|幢楼|幢|栋楼|栋|座|单元|门洞|门|梯|室|房间?|#楼?)", text, re.IGNORECASE
    )
    text = found.group(1) if found else text
    if re.fullmatch(rf"[{_CHINESE}]{{1,3}}", text):
        text = _numeral(text)
    if re.fullmatch(r"\d+\.0", text):
        text = text[:-2]
    return text.lstrip("0") or text if re.fullmatch(r"0+[1-9]\d?[A-Z]?", text) else text


def from_date(value: date) -> tuple[str, str]:
    """What Excel turned into a date, given back: 3-2 became 2 March, so month and day are the two numbers."""
    return str(value.month), str(value.day)


@lru_cache(maxsize=65536)
def from_date_text(text: str) -> tuple[str, str] | None:
    """The same for a date that a csv export wrote as text: ``3月2日``, ``2-Mar``, ``Mar-02``, ``2020/3/2``."""
    words = narrow(text).lower()
    found = re.fullmatch(r"(?:\d{4}年)?(\d{1,2})月(\d{1,2})日", words) or re.fullmatch(
        r"(?:19|20)\d\d[-/.](\d{1,2})[-/.](\d{1,2})(?:0:00(?::00)?)?", words
    )
    if found:
        return str(int(found.group(1))), str(int(found.group(2)))
    found = re.fullmatch(r"(\d{1,2})-([a-z]{3})", words)
    if found and found.group(2) in _MONTHS:
        return str(_MONTHS[found.group(2)]), str(int(found.group(1)))
    found = re.fullmatch(r"([a-z]{3})-(\d{1,2})", words)
    if found and found.group(1) in _MONTHS:
        return str(_MONTHS[found.group(1)]), str(int(found.group(2)))
    return None
