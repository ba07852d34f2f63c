"""What a remark says about where somebody is: here, away for a time, living elsewhere, gone for good."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from linli.kernel.approximate import read_window
from linli.register.interpret import words


@dataclass(frozen=True, slots=True)
class Away:
    """Where somebody is and when he is expected back (either day may be unknown)."""

    where: str | None
    earliest: date | None
    latest: date | None

    def as_json(self) -> dict[str, str | None]:
        """``where``, ``from``, ``to`` as in the truth files."""
        return {
            "where": self.where,
            "from": self.earliest.isoformat() if self.earliest else None,
            "to": self.latest.isoformat() if self.latest else None,
        }


_KIN = (
    "女儿|儿子|子女|孩子|老伴|父母|父亲|母亲|配偶|爱人|老公|丈夫|妻子|老婆|孙子|孙女|哥哥|弟弟|姐姐|妹妹|亲戚|女婿|儿媳"
)
_PART_OF_PLACE = re.compile(r"^(?:省|市|县|州|那边|老家)(?=.)")
_WITH_KIN = re.compile(
    rf"(?:^|[,，。;；\s])(?:老人|人|本人|目前|现在|现|暂时|暂|已|临时)*(?:去|到|在|住|住在|回|回到|去了)(?:{_KIN}|亲戚|娘|婆|朋友|外孙)+(?:家|那|处)"
)


@lru_cache(maxsize=4096)
def is_gone(remark: str) -> bool:
    """已搬走, 已故 and their like, unless somebody else is meant."""
    text = words.simplified(remark)
    if text.strip() in ("亡", "故"):
        return True
    return _has(text, "gone") and not _has(text, "gone_unless")


@lru_cache(maxsize=4096)
def lives_elsewhere(remark: str) -> bool:
    """A remark that the person (an owner) does not live in the dwelling."""
    text = words.simplified(remark)
    return (
        re.search(
            r"不住(?:此|这|本|在|$|，|,|；)|住别处|不在此(?:居?住|地)|不在本小区|他处居住|人不住|不居住|住(?:在)?(?:浦东|外区|他区|女儿家|儿子家|父母家)",
            text,
        )
        is not None
    )


@lru_cache(maxsize=4096)
def read_away(remark: str, filled: date) -> Away | None:
    """Whether a remark written on ``filled`` says that the person is away now; None if he is here.

    Away: a place with 在/人在/回/去 before it or a purpose (探亲, 读书) behind it, not as an adjective (在韩企上班, 德国车),
    or a day of return that lies ahead. Not away: 曾去过, 已回, a day of return that has passed.
    """
    text = words.simplified(remark)
    if _is_back(text) or re.search(r"(?:每|周末)[^,，。;；]{0,3}回(?!来|沪|上海)", text):
        return None
    place = _place(text) or _english_place(text) or _short_place(text)
    returning = _has(text, "back")
    window = read_window(text, filled=filled) if returning or place else None
    if window and re.search(r"至今|还未|尚未|未返|未归|未回来|没回来|未回沪", text):
        window = None if window[1] is None or window[1] < filled else window  # the day is the one of leaving
    if window and window[1] is not None and window[1] < filled:
        return None
    ahead = returning and (
        window is not None or re.search(r"下个?(?:月|周|星期)|月底|过几天|过些日子|归期|待定|未定|疫情", text)
    )
    elsewhere = _WITH_KIN.search(text) is not None
    if place is None and not (elsewhere or ahead or _has(text, "away") or words.state_exactly(text) == "away"):
        return None
    if place is None and not elsewhere and window is None and re.search(rf"(?<![在去到回])(?:{_KIN}|孙)", text):
        return None
    earliest, latest = window if window and returning else (None, None)
    return Away(place or _plain_place(text), earliest, latest)


def _is_back(text: str) -> bool:
    """Whether it says that somebody has come back: 已返沪, 已于2月10日回沪. 已回老家 and 已回湖北 say the opposite."""
    home = re.sub(r"已经?[回返](?:到|了)?(?=老家|乡|国|原籍|娘家|外地)", "去", text)
    for place in words.places():
        home = re.sub(rf"已经?[回返](?:到|了)?(?={re.escape(place)})", "去", home) if place in home else home
    return (
        _has(home, "away_unless") or re.search(r"已于?[^,，。;；]{1,10}[回返抵到](?:沪|来|上海|家)", home) is not None
    )


def _place(text: str) -> str | None:
    """The place somebody is in according to the text, None if a place is named otherwise or not at all."""
    purposes = tuple(words.load("words")["purposes"])
    adjectives = tuple(words.load("words")["adjective"])
    for at, place in _places_in(text):
        after = _PART_OF_PLACE.sub("", text[at + len(place) :])
        if after.startswith(adjectives):
            continue
        before = text[:at]
        if re.search(
            rf"(?:{_KIN})(?:们|都|均|现|目前|一家|全家|人)*(?:在|去|回|赴|留学|外派|派驻|常住|现居|旅居|移居|长居)$",
            before,
        ):
            return None  # 女儿在美国 is about somebody else
        if before.endswith(
            (
                "在",
                "现居",
                "留学",
                "外派",
                "派驻",
                "常住",
                "旅居",
                "移居",
                "长居",
                "去",
                "赴",
                "往",
                "回",
                "到",
                "抵",
                "飞",
                "滞留",
                "去了",
                "出差",
                "旅游",
                "留在",
            )
        ) and not before.endswith(("曾在", "曾去", "家在", "户口在", "户籍在")):
            return place
        while following := next((name for name in words.places() if after.startswith(name)), ""):
            after = _PART_OF_PLACE.sub("", after[len(following) :])  # 湖北孝感，未返
        if after.lstrip(" ,，").startswith(purposes):
            return place
    return None


def _places_in(text: str) -> list[tuple[int, str]]:
    """(position, name) of every place in a text, the first one first, a place before 老家 and 外地."""
    vague = words.vague_places()
    found = [(place in vague, at, -len(place), place) for place in words.places() if (at := text.find(place)) >= 0]
    return [(at, place) for _, at, _, place in sorted(found)]


_SHORT = "美英日韩法德意澳加泰新港台京津苏浙皖鄂鲁豫湘粤川渝闽赣冀晋陕辽黑桂琼滇黔"


def _short_place(text: str) -> str | None:
    """A place of one character before a purpose: 赴美探亲, 在京工作. 在日企 and 法语 are none."""
    purposes = "|".join(re.escape(purpose) for purpose in words.load("words")["purposes"])
    found = re.search(rf"(?<!曾)(?:赴|在|去|回|留)([{_SHORT}])(?:{purposes})", text)
    return found.group(1) if found and not re.search(f"{_KIN}|孙", text[: found.start()]) else None


def _english_place(text: str) -> str | None:
    found = re.search(r"\b(?:in|to|at) ([a-z]+(?: [a-z]+)?)", text)
    names = (found.group(1), found.group(1).split()[0]) if found else ()
    return next((words.nation_of(name) for name in names if words.known_nation(name) and name != "china"), None)


def _plain_place(text: str) -> str | None:
    return next((place for _, place in _places_in(text)), None)


def _has(text: str, key: str) -> bool:
    return any(word in text for word in words.load("words")[key])
