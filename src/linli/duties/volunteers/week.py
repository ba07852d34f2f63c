"""Words about the hours of a week ("除周三", "工作日晚上", "一三五上午", "下午13点后") → the parts of the week that are meant. Pure.

A part of the week is ``(weekday 1-7, part)`` with the parts early, afternoon, night. What is no weekly pattern (a date, "看情况") is
told apart from what was not understood; neither is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from linli.duties.volunteers.vocabulary import FILLER
from linli.duties.volunteers.week_words import TOKENS

Slot = tuple[int, str]
PARTS = ("early", "afternoon", "night")
LETTERS = {"early": "早", "afternoon": "午", "night": "晚"}
ALL: frozenset[Slot] = frozenset((day, part) for day in range(1, 8) for part in PARTS)
HOURS = {"early": (9.0, 11.5), "afternoon": (13.5, 17.0), "night": (19.0, 20.0)}
"""The heart of each part: who is free in all of it is free for the part; who is free in some of it is asked."""

DAYS = ("range", "days", "workdays", "weekend", "week")

_DIGITS = {c: n for n, chars in enumerate(("一1", "二2", "三3", "四4", "五5", "六6", "日天末7"), 1) for c in chars}
_OLD = str.maketrans("週禮點時後間無沒來開們這幾", "周礼点时后间无没来开们这几")
_ENGLISH = (
    (r"\bmon(?:days?)?\b", "周一"), (r"\btue(?:s|sdays?)?\b", "周二"), (r"\bwed(?:s|nesdays?)?\b", "周三"),
    (r"\bthu(?:rs?|rsdays?)?\b", "周四"), (r"\bfri(?:days?)?\b", "周五"), (r"\bsat(?:urdays?)?\b", "周六"),
    (r"\bsun(?:days?)?\b", "周日"), (r"\b(?:all day|whole day|full day)\b", "全天"), (r"\bweekdays?\b", "工作日"),
    (r"\bweekends?\b", "周末"), (r"\b(?:mornings?|am)\b", "上午"), (r"\b(?:afternoons?|pm|noon)\b", "下午"),
    (r"\b(?:evenings?|nights?)\b", "晚上"), (r"\b(?:any ?time|always|any day|every ?day|daily)\b", "每天"),
    (r"\bexcept(?: for)?\b", "除"), (r"\b(?:not available|unavailable|not free|cannot|can't|busy)\b", "不行"),
    (r"\b(?:not sure|it depends|depends|to be confirmed|tbc|tbd|unknown)\b", "待定"),
    (r"\b(?:only|on|in the|the)\b", ""), (r"\b(?:and|or)\b", "、"), (r"\b(?:to|through|until)\b", "至"),
    (r"\b(?:ok|okay|available|free|yes|fine)\b", "可"),
)  # fmt: skip

_TOKEN = re.compile("|".join(f"(?P<{kind}>{'|'.join(ways)})" for kind, ways in TOKENS.items()))
_FILLER = re.compile(f"(?:{'|'.join(FILLER)})+")
_NOTHING = frozenset({"", "无", "暂无", "/", "-", "--", "没有", "none", "n/a"})
_HOURS = re.compile(r"\d{1,2}(?::[0-5]\d|点半)?|十[一二]?(?:点半)?|[一二两三四五六七八九](?:点半)?")
_REFUSING = frozenset({"except", "outside", "none"})
_TAKING_OUT = re.compile("不含|不包括|不算|避开|别排|勿排")
_BREAK = re.compile(r"[,;。!\n]|但是?|不过|然后")


@dataclass(frozen=True)
class Week:
    """What words mean. ``slots``: the parts of the week, None when they are no weekly pattern or were not understood.

    ``doubt``: "" | not_weekly (a date, "看情况") | partly (free in some of a part: not counted) | unclear; ``likely`` is what it
    might mean, for a person to confirm.
    """

    slots: frozenset[Slot] | None
    doubt: str = ""
    likely: frozenset[Slot] | None = None


@dataclass
class _Group:
    """Days × parts that stand together; None = not said. ``mixed``: a weekend beside other days, so that a part may be of one alone."""

    days: set[int] | None = None
    parts: set[str] | None = None
    timed: bool = False
    mixed: bool = False

    def slots(self) -> frozenset[Slot]:
        days, parts = self.days or range(1, 8), self.parts if self.parts is not None else PARTS
        return frozenset((day, part) for day in days for part in parts)


@dataclass
class _Said:
    """What a text has said so far. ``carried``: days of an earlier stretch wait for the verdict of this one;
    ``excepted``: the stretch before took something out, and days alone may go on with that.
    """

    yes: set[Slot] = field(default_factory=set)
    no: set[Slot] = field(default_factory=set)
    open: list[_Group] = field(default_factory=list)
    some: bool = False
    limited: bool = False
    partly: bool = False
    unsure: bool = False
    unclear: bool = False
    carried: bool = False
    excepted: bool = False


def read_week(words: str) -> Week:
    """The parts of the week that ``words`` mean; nothing said is an empty :class:`Week` with no doubt."""
    if plain(words) in _NOTHING:
        return Week(frozenset())
    said = _Said()
    text = plain(_exceptions(words, said))
    for clause in _BREAK.split(text):
        if clause.strip():
            _clause(clause, said)
    _close(said, "fine")
    if said.unsure:
        return Week(None, "not_weekly")
    slots = frozenset((said.yes if said.limited else ALL) - said.no) if said.some else frozenset()
    if not said.some or said.unclear:
        return Week(None, "unclear", slots or None)
    if said.partly:
        return Week(slots or None, "partly")
    return Week(slots)


def _exceptions(words: str, said: _Said) -> str:
    """A bracket that takes something out of what stands before it ("每天上午（周三除外）") becomes a stretch of its own.

    Asked where it cannot be: more follows the bracket, or what stands before it is a refusal already.
    """

    def apart(bracket: re.Match[str]) -> str:
        inner = list(_tokens(plain(bracket.group(1))))
        kinds = {kind for kind, _word in inner}
        named = kinds.intersection((*DAYS, *PARTS, "light", "span", "from", "until"))
        before = re.split(_BREAK, bracket.string[: bracket.start()])[-1].strip()
        if not (named and kinds & _REFUSING and before):
            return bracket.group()
        after = re.split(_BREAK, bracket.string[bracket.end() :])[0].strip()
        said.unclear |= bool(after) or any(kind in _REFUSING for kind, _word in _tokens(plain(before)))
        return f"可,{bracket.group(1)},"

    return re.sub(r"[(\[【]([^()\[\]【】]*)[)\]】]", apart, unicodedata.normalize("NFKC", words))


def plain(words: str) -> str:
    """Half-width, one spelling of each sign, English days and parts in Chinese, brackets as pauses."""
    text = unicodedata.normalize("NFKC", words).lower().translate(_OLD)
    for pattern, word in _ENGLISH:
        text = re.sub(pattern, word, text)
    text = re.sub(r"[—–−―－〜～]+", "-", text.replace("*", ""))
    text = re.sub(r"\s*[()【】\[\]「」\"“”]\s*", " ", text)
    return re.sub(r"\s*-\s*", "-", re.sub(r"\s+", " ", text)).strip(" 、,;。")


def label_slots(words: str) -> tuple[frozenset[int] | None, frozenset[str] | None]:
    """What a heading says of days and parts ("周一早", "星期三", "晚上", "Mon AM"); (None, None) when it says something else."""
    bare = re.sub(r"[(（]\s*\d{1,2}\s*[-~－～—–至到]\s*\d{1,2}\s*[)）]\s*$", "", words)
    text = re.sub(r"^\d{1,2}(?:[/.-]|月)\d{1,2}[日号]?", "", re.sub(r"\s|、", "", plain(bare)))
    days: set[int] = set()
    parts: set[str] = set()
    hours: set[str] = set()
    rest = text
    for kind, word in _tokens(text):
        rest = rest.replace(word, "", 1)
        if kind in DAYS:
            days |= _days(kind, word)
        elif kind in ("all", "light", *PARTS):
            parts |= _parts(kind)
        elif kind in ("span", "from", "until"):
            hours |= _within(kind, word, "")[0]
        elif kind != "fine":
            return None, None
    if _FILLER.sub("", rest).strip("-:,;。 "):
        return None, None
    parts = parts or hours
    return frozenset(days) or None, frozenset(parts) or None


def bare_day(words: str) -> int | None:
    """The weekday of a heading that is one sign only (一 … 日, 1 … 7)."""
    text = plain(words)
    return _DIGITS.get(text) if len(text) == 1 and text != "末" else None


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for found in _TOKEN.finditer(text):
        yield str(found.lastgroup), found.group()


def _clause(clause: str, said: _Said) -> None:
    """One stretch between commas. What is left of earlier stretches without a verdict shares this one's, or is a yes."""
    found = list(_tokens(clause))
    rest = clause
    for _kind, word in found:
        rest = rest.replace(word, "|", 1)
    if any(kind in ("unsure", "date") for kind, _word in found):
        said.unsure = True
        return
    left = _FILLER.sub("", rest.replace("|", "")).strip(" -:、")
    if not found:
        said.unclear |= bool(re.search(r"[点时前后月日周班]|\d", left))
        return
    said.unclear |= bool(left)
    kinds = {kind for kind, _word in found}
    said.unclear |= said.excepted and kinds <= {*DAYS, "fine"}
    said.excepted = False
    if said.open and not kinds & _REFUSING:
        # "周末，下午" may be one or two things
        halves = bool(kinds.intersection(DAYS)), bool(kinds.intersection((*PARTS, "light")))
        said.unclear |= halves == (False, True) and _days_only(said)
    said.carried = bool(said.open) and found[0][0] in ("range", "days") and _days_only(said)
    if said.open and not said.carried:
        _close(said, "fine")
    _groups(found, clause, said)


def _days_only(said: _Said) -> bool:
    return all(group.parts is None for group in said.open)


def _groups(found: list[tuple[str, str]], clause: str, said: _Said) -> None:
    """The tokens of a stretch, grouped into days × parts and closed by what is said of them."""
    excepting = refused = False
    at = 0
    before = ""
    for index, (kind, word) in enumerate(found):
        gap = clause[at : clause.index(word, at)]
        at = clause.index(word, at) + len(word)
        following = found[index + 1][0] if index + 1 < len(found) else ""
        if kind == "except":
            _close(said, "none" if excepting else "fine")
            excepting = True
        elif kind == "outside" or (
            excepting and kind in ("fine", "week", "all") and not (kind == "all" and following == "outside")
        ):
            _close(said, "none")
            excepting = False
            said.some = True
            if kind in ("week", "all"):
                _add(kind, word, gap, before, said)
        elif kind == "none" and index + 1 < len(found) and (not said.open or _TAKING_OUT.match(word)):
            _close(said, "fine")
            refused = True
        elif kind in ("none", "fine"):
            _verdict(kind, said, left=found[index + 1 :])
        elif kind == "rest":
            _close(said, "fine")
            _others(found[index + 1 :], said)
            return
        else:
            _add(kind, word, gap, before, said)
            before = word
    if excepting or refused:
        _close(said, "none")
        said.excepted = True


def _verdict(kind: str, said: _Said, *, left: list[tuple[str, str]]) -> None:
    """Fine or none, about what stands before it; a bare "fine" with nothing behind it means every part of the week."""
    if said.open:
        _close(said, kind)
    elif kind == "fine" and not any(k not in ("fine", "none") for k, _w in left):
        said.yes |= ALL
        said.some = said.limited = True
    elif kind == "none":
        said.some = said.limited = True


def _others(left: list[tuple[str, str]], said: _Said) -> None:
    """ "Else": fine → everything that was not refused; none → only what was named. A limit in parts ("其他时间晚上可") counts."""
    if any(kind == "none" for kind, _word in left):
        said.limited = True
        return
    group = _Group()
    for kind, word in left:
        if kind in ("all", "light", *PARTS):
            group.parts = (group.parts or set()) | _parts(kind)
        elif kind in DAYS:
            group.days = (group.days or set()) | _days(kind, word)
    named = {day for day, _part in said.yes | said.no}
    said.yes |= {slot for slot in group.slots() if slot[0] not in named or group.parts is None}
    said.some = said.limited = True


def _add(kind: str, word: str, gap: str, before: str, said: _Said) -> None:
    """A token of days, parts or hours joins the group it belongs to, or begins one."""
    group = said.open[-1] if said.open else None
    parting = bool(re.search(r"[、/和及与或]", gap))
    if kind in DAYS:
        if group is None or (group.parts is not None and (group.days is not None or parting)):
            group = _Group()
            said.open.append(group)
        days = _days(kind, word)
        group.mixed |= group.days is not None and (group.days == {6, 7}) != (days == {6, 7})
        group.mixed |= len(word) > 2 and "末" in word and days != {6, 7}
        group.days = (group.days or set()) | days
        return
    if group is None or (parting and group.parts is None):
        # "周末或晚上" is either; "周末、晚上" may be either, and is asked
        said.unclear |= group is not None and "或" not in gap
        group = _Group()
        said.open.append(group)
    said.unclear |= group.mixed and group.parts is None
    if kind in ("span", "from", "until"):
        said.unclear |= _either_half(kind, word, before)
        parts, partly = _within(kind, word, before)
        group.parts = (group.parts or set()) | parts if group.timed else parts
        said.partly |= partly
        group.timed = True
    else:
        group.parts = (group.parts or set()) | _parts(kind)


def _close(said: _Said, verdict: str) -> None:
    """What stands open is fine or refused."""
    said.unclear |= said.carried and verdict == "none"
    said.carried = False
    for group in said.open:
        said.partly |= group.timed and not group.parts
        (said.no if verdict == "none" else said.yes).update(group.slots())
        said.limited |= verdict != "none"
        said.some = True
    said.open.clear()


def _days(kind: str, word: str) -> set[int]:
    if kind == "workdays":
        return {1, 2, 3, 4, 5}
    if kind == "weekend":
        return {6, 7}
    if kind == "week":
        return set(range(1, 8))
    named = [_DIGITS[char] for char in word if char in _DIGITS]
    if kind == "range":
        first, last = named[0], named[-1]
        return set(range(first, last + 1)) if first <= last else {*range(first, 8), *range(1, last + 1)}
    return set(named) | ({6} if "末" in word else set())


def _parts(kind: str) -> set[str]:
    return {"all": set(PARTS), "light": {"early", "afternoon"}}.get(kind, {kind})


def _either_half(kind: str, word: str, before: str) -> bool:
    """Whether the clock leaves it open which half of the day is meant ("7点后"), or whether a day or an evening ends then ("晚上9点前")."""
    if kind == "until" and re.search(r"晚|夜|傍", before):
        return True
    if ":" in word or re.search(r"[早晨上午晚夜后傍]", before) or kind == "span":
        return False
    hour = _hour(_HOURS.findall(word)[0])
    return hour <= (8 if kind == "from" else 6)


def _within(kind: str, word: str, before: str) -> tuple[set[str], bool]:
    """Parts wholly free by the clock, and whether another is free in part. ``before``: "下午" makes 3 o'clock 15."""
    hours = [_hour(found) for found in _HOURS.findall(word)]
    late = bool(re.search(r"下午|午后|晚|夜|傍", before))
    hours = [hour + 12 if late and hour < 12 else hour for hour in hours]
    start, end = {"from": (hours[0], 24.0), "until": (0.0, hours[-1])}.get(kind, (hours[0], hours[-1]))
    if end <= start:
        end += 12 if end + 12 > start else 24
    parts = {part for part, (first, last) in HOURS.items() if start <= first and last <= end}
    touched = {part for part, (first, last) in HOURS.items() if start < last and first < end}
    return parts, bool(touched - parts)


def _hour(word: str) -> float:
    half = 0.5 if "半" in word else 0.0
    word = word.removesuffix("半").rstrip("点")
    if ":" in word:
        hour, minute = word.split(":")
        return int(hour) + int(minute) / 60
    if word.isdigit():
        return int(word) + half
    return {"十": 10, "十一": 11, "十二": 12, "两": 2, **{c: n for n, c in enumerate("一二三四五六七八九", 1)}}[
        word
    ] + half


def as_words(slots: frozenset[Slot]) -> list[str]:
    """``1早 1午 … 7晚``, in the order of the week."""
    return [f"{day}{LETTERS[part]}" for day in range(1, 8) for part in PARTS if (day, part) in slots]
