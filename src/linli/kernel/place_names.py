"""Names of official places: one key for every way of writing one name, and how far apart two names are.

``八九九弄``, ``八百九十九弄``, ``899弄`` and ``８９９弄`` are one name; so are ``市光一村(2)居委会``, ``市光一村第二居委会`` and
``市光一村第2居民委员会``. A villagers' committee is never the residents' committee of the same word. Keys are compared, never shown.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_DIGITS = {
    "〇": 0, "○": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
    "廿": 20, "卅": 30,
}  # fmt: skip
_UNITS = {"十": 10, "百": 100, "千": 1000}
_PLAIN = "〇○零一二三四五六七八九"
_NUMERAL = re.compile(r"[〇○零一二三四五六七八九廿卅][〇○零一二两三四五六七八九十百千廿卅]*|十[一二三四五六七八九]?")
_MIXED = re.compile(r"两(?=[百千])")
_BLANKS = re.compile(r"[\s\u200b\ufeff]+")
_ORDINAL = re.compile(r"[(\[【〔](\d+)[)\]】〕]")
_TAIL_NUMBER = re.compile(r"(?<=[^\d第])(\d+)$")
_LISTED = re.compile(r"(?<=[〇○零一二三四五六七八九十\d])[、,，.·](?=[〇○零一二三四五六七八九十\d])")
_MARKS = re.compile(r"[、,，.。·•・‧\-—–_/\\\"'“”‘’《》<>:：;；]")
_BRACKETS = re.compile(r"[()\[\]【】〔〕]")
# Characters that offices write for one another in names of places; traditional forms that occur in Shanghai's lists.
_VARIANTS = str.maketrans(
    "邨衖裡裏甯寗昇陞崑峯堦塲菴澂湧滙浜樑舖碁東華國門龍慶橋蘇鎮鄉區街莊園廣場灣錦興業豐榮馬漢聯濱寶張陳楊劉趙吳",
    "村弄里里宁宁升升昆峰阶场庵澄涌汇浜梁铺棋东华国门龙庆桥苏镇乡区街庄园广场湾锦兴业丰荣马汉联滨宝张陈杨刘赵吴",
)
_VILLAGE = re.compile(r"(?:村民委员会|村民委会|村民委|村委会|村委|村村民居委会)会*$")
_RESIDENTS = re.compile(r"(?:社区)?(?:居民委员会|居民委会|居民委|居委会|居委|居民区)会*$")
_OTHER = (("station", re.compile(r"(?:社区)?(?:管理站|工作站|服务站|管理处|服务中心)$")),)
_PREPARING = re.compile(r"(?:筹备组|筹建组|筹建|筹备|筹)$")
_STREET = re.compile(r"(?:街道办事处|街道办|地区办事处|办事处)$")


@dataclass(frozen=True, slots=True)
class PlaceKey:
    """``stem``: the name without its kind, one spelling; ``sort``: ``residents``, ``village``, ``station`` or empty."""

    stem: str
    sort: str

    def __bool__(self) -> bool:
        return bool(self.stem)


def numerals_to_digits(text: str) -> str:
    """Every Chinese numeral as digits: 二九九九 → 2999, 十四 → 14, 一百零八 → 108, 三德 → 3德; 百花 and 千鹤 stay."""
    return _NUMERAL.sub(lambda found: _value(found.group()), _MIXED.sub("二", text))


def _value(text: str) -> str:
    if not re.search("[十百千廿卅]", text):
        return "".join(str(_DIGITS[char]) for char in text)
    total, digit, pending = 0, 0, ""
    for char in text:
        if char in _UNITS:
            total += (digit if pending else 1) * _UNITS[char]
            digit, pending = 0, ""
        elif char in "廿卅":
            total += _DIGITS[char]
        else:
            digit, pending = _DIGITS[char], char
    return str(total + digit)


@lru_cache(maxsize=65536)
def place_key(raw: str) -> PlaceKey:
    """The key under which a committee's, street's or town's name is compared. Never raises; empty for a blank name."""
    text = _BLANKS.sub("", unicodedata.normalize("NFKC", raw)).translate(_VARIANTS)
    text = _MARKS.sub("", _LISTED.sub("&", text))
    text, sort = _kind_of(_PREPARING.sub("", text))
    text = numerals_to_digits(text)
    text = _BRACKETS.sub("", _ORDINAL.sub(r"第\1", text))
    text = _TAIL_NUMBER.sub(r"第\1", text)
    return PlaceKey(text.upper(), sort)


def _kind_of(text: str) -> tuple[str, str]:
    """(stem, sort). A bare word keeps its last syllables: 朝阳社区居委会 → 朝阳, 陈村村委会 and 陈村村村委会 → 陈村."""
    if found := _VILLAGE.search(text):
        stem = text[: found.start()].removesuffix("村").removesuffix("村") + "村"
        return stem, "village"
    if found := _RESIDENTS.search(text):
        stem = text[: found.start()]
        return (stem.removesuffix("社区") or stem), "residents"
    for sort, pattern in _OTHER:
        if found := pattern.search(text):
            return text[: found.start()], sort
    if len(text) > 2 and text.endswith("社区"):
        return text.removesuffix("社区"), "residents"
    return _STREET.sub("街道", text), ""


def division_key(raw: str) -> str:
    """A street, town, district or city without the word for its kind: 金海街道, 金海社区 and 金海镇 are 金海."""
    stem = place_key(raw).stem
    short = re.sub(
        r"(?:街道|镇|乡|民族乡|社区|地区|开发区|工业区|特别行政区|自治区|自治州|自治县|省|市|区|县|旗)$", "", stem
    )
    return short if len(short) > 1 else stem


def without_ordinal(stem: str) -> str:
    """上南9村第1 → 上南9村: what a part is named after."""
    return re.sub(r"第?\d+$", "", stem) or stem


def alike(one: str, other: str) -> float:
    """0 to 1: the characters of the shorter stem found in order in the longer, with a shorter form such as 凤2 in 凤城2村 near 1."""
    short, long = sorted((one, other), key=len)
    if not short:
        return 0.0
    row = [0] * (len(long) + 1)
    for a in short:
        before = 0
        for at, b in enumerate(long, 1):
            before, row[at] = row[at], before + 1 if a == b else max(row[at], row[at - 1])
    return row[-1] / len(short)
