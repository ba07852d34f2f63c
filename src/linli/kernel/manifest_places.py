"""An address as a traveller declares it, Chinese and English mixed, run together or misspelt → which of our estates, which door.

``LANE1597 HONGGU RD #60``, ``长宁区虹桥路894lane28号``, ``Ginkgo Bay Villas No.52, Shanghai`` and ``上海棠里别野3A号`` name a door of ours;
``No.1228 Honggu Rd`` (a house, not the lane), ``Lane 154`` for 1546, the lane's number on another road and an estate of the same name
in another district do not. Only estates are looked for that we know: nothing is guessed about the rest of the world.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Literal

from linli.kernel.addresses import Door, clean_part, narrow, to_digits
from linli.kernel.pinyin import sort_key

Agreement = Literal["door", "estate", "other"]

# Districts of Shanghai, and cities that people fly home to: an address that names another one than ours is not ours.
_DISTRICTS = "黄浦 徐汇 长宁 静安 普陀 虹口 杨浦 闵行 宝山 嘉定 浦东 金山 松江 青浦 奉贤 崇明"
_CITIES = "北京 天津 重庆 苏州 杭州 南京 无锡 宁波 常州 南通 嘉兴 绍兴 温州 合肥 广州 深圳 成都 武汉 西安 青岛 大连 厦门 福州 昆山 香港"
_GENERIC = "别墅|雅墅|花园|花苑|新苑|家园|山庄|公寓|小区|新村|名苑|名邸|公馆|苑|园|城|庭|坊|里|村|府|湾|邸"
_KIND = re.compile(rf"(?<=[\u3400-\u9fff]{{2}})(?:{_GENERIC})$")
_ENGLISH_KIND = (
    r"(?:villas?|manors?|gardens?|courts?|parks?|mansions?|apartments?|residences?|houses?|estates?|village|community)"
)
_DIRECTIONS = {"东": "east", "西": "west", "南": "south", "北": "north", "中": "middle"}
_ROAD_KIND = r"(?:road|rd|lu|street|st|avenue|ave|dadao|路|街|大道)(?![a-z])"
_GLUED_ROAD = r"(?:road|rd|lu|street|avenue|ave|路|街|大道)"
_SEP = r"[\s,，.、:#-]*+"
"""Possessive, and no part of a door can be read in two ways: a cell is typed by anybody, and long ones must not take minutes."""
_LANES = r"(?:lane|(?<![a-z])ln|nong|弄|巷)"
_ANY_LANE = re.compile(rf"{_LANES}{_SEP}(?:no)?{_SEP}\d+|\d+\s*{_LANES}")
_NUMBER = r"(\d+(?:\s?[a-z](?![a-z]))?)"
_HOUSE = "villa|haus|house|building|bldg|block|blk|tower|number|nr|no|v"
_ROOM = "room|rm|flat|apartment|apt|suite"
_UNIT = "unit|entrance|staircase"
_SIDE = "sub-?lane|alley"
_SPOKEN = r"(?!\s*(?:lu|road|rd)\b)\b"
"""Chinese counting words in letters (3 Dong) are none where a road is called so (Dong Lu)."""
_PARTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (field, re.compile(pattern))
    for field, pattern in (
        ("room", rf"\b(?:{_ROOM}){_SEP}(?:no)?{_SEP}{_NUMBER}|{_NUMBER}\s*(?:室|房|shi{_SPOKEN})"),
        ("side", rf"\b(?:{_SIDE}){_SEP}{_NUMBER}|{_NUMBER}\s*(?:支弄|小弄|弄|zhi[ -]?nong\b)"),
        ("unit", rf"\b(?:{_UNIT}){_SEP}{_NUMBER}|{_NUMBER}\s*(?:单元|门|dan[ -]?yuan\b)"),
        (
            "building",
            rf"(?:\b(?:{_HOUSE})|#|别墅){_SEP}(?:no)?{_SEP}{_NUMBER}|{_NUMBER}\s*(?:号楼?|hao\b|幢|栋|座|#|(?:dong|zhuang){_SPOKEN})",
        ),
    )
)
_BLOCK = "(?:号楼?|幢|栋|座)"
_PAIR = re.compile(rf"(\d+[a-z]?)\s*(?:{_BLOCK}?\s*[-/]\s*|{_BLOCK}\s*(?=\d{{3,4}}(?!\d)))(\d+[a-z]?)(?:\s*室)?")
_THREE = re.compile(r"(?<![\d-])(\d+[a-z]?)\s*-\s*(\d+[a-z]?)\s*-\s*(\d+[a-z]?)(?:\s*室)?(?![\d-])")
_INNER = (
    rf"(?:{_SEP}(?:\b(?:{_SIDE}|{_HOUSE}|{_UNIT}|{_ROOM}){_SEP}(?:no)?{_SEP})?\d++[a-z]?(?![a-z\d])"
    r"(?:\s*(?:支弄|小弄|弄|号楼?|幢|栋|座|单元|室))?){0,6}"
)
"""The parts of a door that stand between lane and road: Lane 1228 Sublane 1, No 5 Rm 602, Honggu Rd."""
_BARE = re.compile(_NUMBER)
MOST_SLIPS = 2
LETTERS_A_SLIP = 4
"""One letter in so many may differ in an English estate's own name, at most :data:`MOST_SLIPS` (Gingko Bay for Ginkgo Bay is two)."""
FAR_MORE = 2
MISSPELT = 4
"""A Chinese name of so many characters may have one wrong: of three, one makes another estate (龙泉苑, 淞泉苑)."""


@dataclass(frozen=True, slots=True)
class Estate:
    """One of our estates: its names, ``road`` and ``lane`` (虹古路, 1597), ``district`` (长宁区, 苏州市姑苏区); empty where not known.

    Without its ``district`` no address is elsewhere because of the district that it names.
    """

    key: Hashable
    name: str
    english: str = ""
    road: str = ""
    lane: str = ""
    district: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """An estate that an address names: the door it gives (empty parts where it says none) and whether the name was misspelt."""

    estate: Hashable
    door: Door
    misspelt: bool = False


def agreement(said: Door, home: Door) -> Agreement:
    """``door``: the house is the home's and nothing said contradicts it; ``estate``: no house was said; else ``other``."""
    if not said.building and not said.room:
        return "estate"
    pairs = ((said.side, home.side), (said.building, home.building), (said.unit, home.unit), (said.room, home.room))
    return "other" if any(one and one != other for one, other in pairs) else "door"


def tidy(raw: str) -> str:
    """NFKC, lower case, no accents, one blank for many, no blank inside Chinese, its numerals as digits, 號 as 号.

    Letters and numbers run together are parted.
    """
    plain = re.sub(r"[^\x00-\x7f]+", lambda found: to_digits(narrow(found.group()) or " "), raw)
    text = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", plain).lower())
    text = "".join(char for char in text if not unicodedata.combining(char))
    text = re.sub(r"[\s\u200b\ufeff]+", " ", text).strip()
    text = re.sub(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", text)
    return re.sub(r"(?<=[a-z]{2})(?=\d)|(?<=\d)(?=[a-z]{2})", " ", text)


@dataclass(frozen=True, slots=True)
class _Said:
    """An address made comparable, and what is in it: a quick look spares most estates the slow one."""

    text: str
    letters: str
    characters: frozenset[str]
    numbers: frozenset[str]
    places: frozenset[str]

    @classmethod
    def of(cls, raw: str) -> _Said:
        text = tidy(raw)
        numbers = frozenset(number.lstrip("0") for number in re.findall(r"\d+", text))
        return cls(text, _letters(text), frozenset(text), numbers, _places_in(text))


class Estates:
    """Our estates, ready to be looked for in addresses."""

    def __init__(self, estates: Iterable[Estate]) -> None:
        self._looks = [_Look(estate) for estate in estates]
        self._known: dict[str, tuple[Named, ...]] = {}

    def named_in(self, address: str) -> tuple[Named, ...]:
        """Every estate of ours that the address names, with the door; empty for elsewhere. Never raises."""
        if address not in self._known:
            said = _Said.of(address)
            named = [one for look in self._looks for one in look.find(said)]
            self._known[address] = tuple(one for one in named if not one.misspelt) or tuple(named)
        return self._known[address]

    def district_in(self, addresses: Iterable[str]) -> str:
        """The district (长宁) that addresses name which have road and lane of an estate of ours; empty if none does.

        Where they disagree (a road of the same name elsewhere) it is the one that far more of them name, else none.
        """
        found: Counter[str] = Counter()
        for address in addresses:
            said = _Said.of(address)
            if len(said.places) == 1 and any(look.has_lane(said) for look in self._looks):
                found.update(said.places)
        first, second = [*found.most_common(2), ("", 0), ("", 0)][:2]
        return first[0] if first[1] > FAR_MORE * second[1] else ""


class _Look:
    """How one estate is recognised: by road and lane, by its Chinese or English name or its pinyin, by a name nearly right."""

    def __init__(self, estate: Estate) -> None:
        self.key = estate.key
        self.district = estate.district
        self.name = tidy(estate.name)
        self.stem = _KIND.sub("", self.name)
        self.english = _letters(tidy(estate.english)).rstrip("s")
        self.street = estate.road
        self.lane = re.sub(r"\D", "", estate.lane)
        self.characters = frozenset(self.name)
        self.sounds = [one for one in (_letters(_sound(self.stem)), self.english) if one]
        own = re.sub(rf"{_ENGLISH_KIND}$", "", self.english)
        self.slips = min(MOST_SLIPS, len(own) // LETTERS_A_SLIP)
        size = -(-len(own) // (self.slips + 1))
        self.pieces = [own[at : at + size] for at in range(0, len(own), size)] if self.slips else []

    @cached_property
    def road(self) -> re.Pattern[str] | None:
        return _road_pattern(self.street, self.lane) if self.street and self.lane else None

    @cached_property
    def exact(self) -> list[re.Pattern[str]]:
        return [re.compile(pattern) for pattern in self._names()]

    def _names(self) -> list[str]:
        names = [re.escape(self.name)]
        if self.stem != self.name:
            names.append(rf"(?<![\u3400-\u9fff]){re.escape(self.stem)}(?=[\s,#]*\d)")
        names.append(rf"(?<![a-z]){_spelled(self.name)}(?![a-z])")
        names.append(rf"(?<![a-z]){_spelled(self.stem)}[\s'-]?{_ENGLISH_KIND}(?![a-z])")
        if self.english:
            names.append(r"(?<![a-z])" + r"[\s'-]?".join(self.english) + r"s?(?![a-z])")
        return names

    def has_lane(self, said: _Said) -> bool:
        """Whether the address has the estate's road and lane."""
        return self.lane in said.numbers and self.road is not None and self.road.search(said.text) is not None

    def find(self, said: _Said) -> list[Named]:
        text = said.text
        if self.district and any(place not in self.district for place in said.places):
            return []
        if self.lane in said.numbers and self.road is not None and (found := self.road.search(text)):
            rest = f"{text[: found.start()]} , {found.group('inner') or ''} , {text[found.end() :]}"
            return self._at(self._without_name(rest))
        if self.stem in text or any(sound in said.letters for sound in self.sounds):
            for pattern in self.exact:
                if found := pattern.search(text):
                    return self._by_name(text, found.start(), found.end(), misspelt=False)
        span = self._misspelt_chinese(said) or self._misspelt_english(said)
        return self._by_name(text, *span, misspelt=True) if span else []

    def _at(self, rest: str, *, misspelt: bool = False) -> list[Named]:
        return [Named(self.key, door, misspelt) for door in _doors(rest)]

    def _without_name(self, text: str) -> str:
        for pattern in self.exact:
            text = pattern.sub(" , ", text)
        return text

    def _by_name(self, text: str, start: int, end: int, *, misspelt: bool) -> list[Named]:
        """The door beside the name; none if the address has a lane and it is another one: an estate of the same name elsewhere."""
        rest = text[:start] + " , " + text[end:]
        if self.street and self.lane and re.search(r"路|\b(?:road|rd|lu)\b", rest) and _ANY_LANE.search(rest):
            return []
        return self._at(rest, misspelt=misspelt)

    def _misspelt_chinese(self, said: _Said) -> tuple[int, int] | None:
        """One character wrong: anywhere in a long name, in a short one in the word for its kind or where it sounds the same."""
        if len(self.characters - said.characters) > 1 or re.search(r"\d", self.name):  # 青杨路303弄 is not 青杨路303号
            return None
        text, size = said.text, len(self.name)
        for at in range(len(text) - size + 1):
            window = text[at : at + size]
            wrong = [i for i in range(size) if window[i] != self.name[i]]
            if len(wrong) == 1 and "\u3400" <= window[wrong[0]] <= "\u9fff":
                same_sound = sort_key(window[wrong[0]]) == sort_key(self.name[wrong[0]])
                if size >= MISSPELT or (size > 2 and (same_sound or wrong[0] >= len(self.stem))):
                    return at, at + size
        return None

    def _misspelt_english(self, said: _Said) -> tuple[int, int] | None:
        """A few letters wrong: of one piece more than may be wrong, one at least is then right."""
        if not any(piece in said.letters for piece in self.pieces):
            return None
        text, words = said.text, list(re.finditer(r"[a-z]+", said.text))
        for first in range(len(words)):
            for last in range(first, min(first + 4, len(words))):
                start, end = words[first].start(), words[last].end()
                name = _letters(text[start:end]).rstrip("s")
                if abs(len(name) - len(self.english)) <= self.slips and _edits(name, self.english) <= self.slips:
                    return start, end
        return None


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text)


def _sound(chinese: str) -> str:
    """The pinyin of a name of a place, with blanks; ü as u, which signs and maps write."""
    return sort_key(chinese).replace("v", "u")


def _spelled(chinese: str) -> str:
    """A pattern of the pinyin of a name, together or in syllables: hong gu, honggu, hong-gu."""
    return r"[\s'-]?".join(re.escape(part) for part in _sound(chinese).split())


def _road_pattern(road: str, lane: str) -> re.Pattern[str]:
    """Road and lane in any order and either language; the lane's word must stand there, or 1228号 would be lane 1228."""
    plain = tidy(road)
    stem = re.sub(r"(?:路|街|大道)$", "", plain)
    spelled = _spelled(stem)
    if stem[-1:] in _DIRECTIONS and len(stem) > 2:
        side, trunk = _DIRECTIONS[stem[-1]], _spelled(stem[:-1])
        spelled = rf"(?:{spelled}|{trunk}[\s-]?{side}|{side}[\s-]?{trunk}|{trunk}[\s-]?(?:rd|road)\.?[\s(-]*{side[0]})"
    elsewhere = "".join(rf"(?<!{one} )" for one in _DIRECTIONS.values())
    latin = rf"{elsewhere}(?:(?<![a-z])|(?<=lane)){spelled}[\s.-]?(?:{_ROAD_KIND}|{_GLUED_ROAD})\.?"
    name = rf"(?:{re.escape(plain)}|{re.escape(stem)}\s?{_ROAD_KIND}|{latin})"
    before = rf"{_LANES}{_SEP}(?:no)?{_SEP}0*{lane}(?!\d)"
    after = rf"(?<!\d)0*{lane}\s*{_LANES}"
    lane_first = rf"(?:{before}|{after})(?P<inner>{_INNER}){_SEP}(?:of)?{_SEP}{name}"
    return re.compile(rf"{lane_first}|{name}{_SEP}(?:no)?{_SEP}(?:{after}|{before})")


@lru_cache(maxsize=1)
def _other_places() -> re.Pattern[str]:
    """Districts and cities in both scripts; not where they name a road (长宁路, Nanjing West Rd) or a park."""
    chinese = "|".join((_DISTRICTS + " " + _CITIES).split())
    latin = "|".join(sort_key(one).replace(" ", "[ '-]?") for one in (_DISTRICTS + " " + _CITIES).split())
    road = r"(?:\s+(?:east|west|north|south|middle|central))?\s*(?:rd|road|lu|street|st|creek|ave)\b"
    return re.compile(rf"({chinese})(?![东西南北中]?(?:路|街|大道|\d))|(?<![a-z])({latin})(?![a-z])(?!{road})")


@lru_cache(maxsize=1)
def _by_sound() -> dict[str, str]:
    return {sort_key(one).replace(" ", ""): one for one in (_DISTRICTS + " " + _CITIES).split()}


def _places_in(text: str) -> frozenset[str]:
    """The districts and other cities named, in Chinese; 上海 itself says nothing."""
    found = _other_places().finditer(text)
    return frozenset(one.group(1) or _by_sound()[_letters(one.group(2))] for one in found)


def _doors(rest: str) -> list[Door]:
    """The door in what is left of an address; a number alone is the house. 1-2-301 is two: building, unit and room, or side lane first."""
    if three := _THREE.search(rest):
        first, second, room = (clean_part(part) for part in three.groups())
        return [Door(building=first, unit=second, room=room), Door(side=first, building=second, room=room)]
    parts: dict[str, str] = {}
    if pair := _PAIR.search(rest):
        parts = {"building": pair.group(1), "room": pair.group(2)}
        rest = rest[: pair.start()] + " , " + rest[pair.end() :]
    for field, pattern in _PARTS:
        known = field in parts and not (pair and field == "building")
        if not known and (found := pattern.search(rest)):
            if field == "building" and pair and "unit" not in parts:
                parts["unit"] = pair.group(1)  # 5号楼1-1001
            parts[field] = next(group for group in found.groups() if group)
            rest = rest[: found.start()] + " , " + rest[found.end() :]
    if "building" not in parts and (found := _BARE.search(rest)):
        parts["building"] = found.group(1)
    return [Door(**{field: clean_part(value.replace(" ", "")) for field, value in parts.items()})]


def _edits(one: str, other: str) -> int:
    """The least number of letters to put in, leave out or change."""
    row = list(range(len(other) + 1))
    for at, char in enumerate(one, 1):
        before = row
        row = [at]
        for i, (diagonal, above) in enumerate(pairwise(before)):
            row.append(min(row[i] + 1, above + 1, diagonal + (char != other[i])))
    return row[-1]
