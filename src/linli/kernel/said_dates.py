"""Days and moments as people say them, read against the day on which they were said (X10): 3月中下旬, 年初二, 日前, 周五, 晚上7点25分左右.

The answer is a window with an "about" flag and the words themselves; one exact day has earliest = latest and no flag. Widths of vague
words are *(ours)*: 日前 the fortnight before, 近日 a week either side, 前几天 two to seven days before, 左右 two days (or a quarter of an
hour) either side.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from linli.kernel import lunar
from linli.kernel.about_numbers import han_number

_HAN_DAY = r"(?:初?[一二三四五六七八九十]{1,3}|廿[一二三四五六七八九]?|卅)"
_AROUND = re.compile(r"左右|前后|上下|大约|大概|约|估计|可能|差不多|\?")
_WEEK = "一二三四五六日天"
_THIRDS = {"上中旬": (1, 20), "中上旬": (1, 20), "中下旬": (11, 31), "上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31), "月初": (1, 10),
           "月中": (11, 20), "月底": (21, 31), "月末": (21, 31), "上半月": (1, 15), "下半月": (16, 31)}  # fmt: skip
_RELATIVE = {"大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "昨夜": -1,
             "今天": 0, "今日": 0, "今晚": 0, "今早": 0, "当天": 0,
             "当日": 0, "大后天": 3, "后天": 2, "明天": 1, "明日": 1, "明晚": 1, "明早": 1, "刚才": 0, "刚刚": 0}  # fmt: skip
_VAGUE = {"日前": (-14, -1), "近日": (-7, 7), "近期": (-14, 14), "最近": (-14, 14), "前几天": (-7, -2), "前些天": (-14, -3),
          "前阵子": (-30, -7), "这几天": (-3, 3), "过几天": (2, 7), "过些天": (3, 14), "不日": (1, 14), "前两天": (-2, -1),
          "这两天": (-2, 2), "过两天": (1, 3)}  # fmt: skip
_CLOCK = re.compile(
    r"(凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|半夜|深夜|晚|早)?\s*(\d{1,2}|[一二两三四五六七八九十]{1,3})"
    r"(?:[::](\d{2})|点(?:钟|整)?(半|一刻|三刻|(?:\d{1,2}|[一二三四五六七八九十]{1,3})分?)?)"
)
_PARTS = {"凌晨": (0, 5), "清晨": (5, 7), "早上": (6, 9), "早晨": (6, 9), "上午": (8, 12), "中午": (11, 13), "下午": (13, 18),
          "傍晚": (17, 19), "晚上": (18, 23), "今晚": (18, 23), "昨晚": (18, 23), "半夜": (0, 3), "深夜": (22, 23)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SaidDay:
    """A window of days, both ends meant; ``latest`` None: no end is known. ``said``: the words, as written."""

    earliest: date
    latest: date | None
    about: bool
    said: str = field(default="", compare=False)

    def sort_key(self) -> tuple[date, int, date]:
        """By the end of the window (an open end last); an exact day before an about one with the same end."""
        return (self.latest or date.max, int(self.about), self.earliest)


@dataclass(frozen=True, slots=True)
class SaidMoment:
    """A window of naive local moments; exact: both ends are the same."""

    earliest: datetime
    latest: datetime
    about: bool
    said: str = field(default="", compare=False)

    def sort_key(self) -> tuple[datetime, int, datetime]:
        """By the end of the window; an exact moment before an about one with the same end."""
        return (self.latest, int(self.about), self.earliest)


def read_said_day(text: str, *, said_on: date, ahead: bool = False) -> SaidDay | None:
    """The day or days meant; None when no day is mentioned. ``ahead``: a plan, so that 周五 and 近日 look forward, not back."""
    said = unicodedata.normalize("NFKC", text).strip()
    words = re.sub(r"\s+", "", said)
    readers: tuple[Callable[[str, date, bool], tuple[date, date | None, bool] | None], ...] = (
        _lunar,
        _third,
        _calendar,
        _relative,
        _weekday,
        _vague,
        _month,
    )
    for reader in readers:
        found = reader(words, said_on, ahead)
        if found is None:
            continue
        earliest, latest, about = found
        if re.search(r"(?:之|以)后(?!天)|(?<=[日号节宵夕半一二三四五六七八九十])后(?!天)", words):
            return SaidDay(earliest + timedelta(days=1), None, True, said)
        if earliest == latest and _AROUND.search(words):
            return SaidDay(earliest - timedelta(days=2), latest + timedelta(days=2), True, said)
        return SaidDay(earliest, latest, about or earliest != latest, said)
    return None


def read_said_moment(text: str, *, said_at: datetime) -> SaidMoment | None:
    """When something happened, told at ``said_at`` (naive, local): 晚上7点25分左右 is 19:10–19:40. Never later than it was told."""
    said = unicodedata.normalize("NFKC", text).strip()
    words = re.sub(r"\s+", "", said)
    clock = _CLOCK.search(words)
    around = _AROUND.search(words) is not None
    window = read_said_day(_CLOCK.sub("", words) or "今天", said_on=said_at.date())
    if clock is None and window is None:
        return None
    first = window.earliest if window else said_at.date()
    last = (window.latest or said_at.date()) if window and not (around and clock) else first
    if window and around and clock:
        first = last = _middle(window)
    if clock is not None:
        spread = timedelta(minutes=15 if around else 0)
        at = _clock(clock)
        if at is None:
            return None
        start, end = datetime.combine(first, at) - spread, datetime.combine(last, at) + spread
    else:
        part = next((hours for word, hours in _PARTS.items() if word in words), None)
        start = datetime.combine(first, time(part[0] if part else 0))
        end = datetime.combine(last, time(part[1] if part else 23, 59))
    start, end = min(start, said_at), min(end, said_at)
    return SaidMoment(start, end, around or start != end, said)


def _middle(window: SaidDay) -> date:
    last = window.latest or window.earliest
    return window.earliest + (last - window.earliest) // 2


def _clock(found: re.Match[str]) -> time | None:
    part, hours, minutes, words = found.groups()
    hour = int(hours) if hours.isdecimal() else han_number(hours)
    minute = int(minutes) if minutes else 0
    if words:
        bare = words.removesuffix("分")
        fixed = {"半": 30, "一刻": 15, "三刻": 45}
        minute = fixed[bare] if bare in fixed else int(bare) if bare.isdecimal() else han_number(bare)
    if part in ("下午", "傍晚", "晚上", "晚", "夜里", "深夜") and 1 <= hour < 12:
        hour += 12
    if part == "中午" and hour in (1, 2):
        hour += 12
    if part in ("半夜", "凌晨", "夜里", "深夜", "晚上", "晚") and hour == 12:
        hour = 0
    return time(hour % 24, minute) if hour <= 24 and minute < 60 else None


def _day(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _lunar(words: str, said_on: date, ahead: bool) -> tuple[date, date | None, bool] | None:
    """正月初二, 年初二, 大年三十, 除夕, 腊月二十八, 小年, 元宵, 春节. The year: the turn that is nearest, or the next one for a plan."""
    given = re.search(r"(20\d\d)年?", words)
    years = [int(given.group(1))] if given else sorted(lunar.FIRST_DAYS, key=lambda y: _far(y, said_on, ahead))
    found = re.search(rf"(?:正月|大年|年)({_HAN_DAY})", words)
    late = re.search(rf"腊月({_HAN_DAY})", words)
    for year in years[:1]:
        day: date | None = None
        if "除夕" in words or "年三十" in words or "年夜" in words:
            day = lunar.eve(year)
        elif late:
            day = lunar.last_month(year, _lunar_number(late.group(1)))
        elif "元宵" in words or "正月半" in words:
            day = lunar.first_month(year, 15)
        elif found and (found.group(1).startswith("初") or "正月" in words):
            day = lunar.first_month(year, _lunar_number(found.group(1)))
        elif re.search(r"春节|过年", words):
            start, end = lunar.first_month(year, 1), lunar.first_month(year, 7)
            return (end if re.search("[之以]?后", words) else start, end, True) if start and end else None
        return (day, day, False) if day else None
    return None


def _far(year: int, said_on: date, ahead: bool) -> int:
    days = (lunar.FIRST_DAYS[year] - said_on).days
    return abs(days) + (10_000 if ahead and days < -20 else 0)


def _lunar_number(text: str) -> int:
    bare = text.removeprefix("初")
    if bare.startswith("廿"):
        return 20 + (han_number(bare[1:]) if bare[1:] else 0)
    return 30 if bare == "卅" else han_number(bare)


def _third(words: str, said_on: date, ahead: bool) -> tuple[date, date | None, bool] | None:
    """3月中下旬, 3月底, 月底, 下月初, 上半月."""
    pattern = (
        r"(?:(20\d\d)年)?(?:(1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月|(上个?|下个?|本|这个?|当)?(?=月))?(份)?"
        r"(上中旬|中上旬|中下旬|[上中下]旬|[上下]半月|月?[初中底末])"
    )
    found = re.search(pattern, words)
    if found is None:
        return None
    year, month, which, _, third = found.groups()
    if month is None and which is None and not third.startswith("月") and "旬" not in third and "半月" not in third:
        return None
    third = third if third in _THIRDS else f"月{third}"
    if month is not None:
        number = int(month) if month.isdecimal() else han_number(month)
        first = _near(year, number, 1, said_on, ahead)
    else:
        shift = {"上": -1, "下": 1}.get((which or "")[:1], 0)
        months = said_on.year * 12 + said_on.month - 1 + shift
        first = date(months // 12, months % 12 + 1, 1)
    if first is None:
        return None
    low, high = _THIRDS[third]
    last = calendar.monthrange(first.year, first.month)[1]
    return first.replace(day=low), first.replace(day=min(high, last)), True


def _calendar(words: str, said_on: date, ahead: bool) -> tuple[date, date | None, bool] | None:
    """2020年3月13日, 3月13日, 3/13, 3.13, 13日; 3月13日至15日."""
    whole = re.search(r"(20\d\d)[年./-](\d{1,2})[月./-](\d{1,2})", words)
    part = re.search(r"(?<![\d.])(1[0-2]|0?[1-9])(?:月|[./-])(3[01]|[12]\d|0?[1-9])(?![\d.])[日号]?", words)
    han = re.search(
        r"(十[一二]?|[一二三四五六七八九])月(三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])[日号]", words
    )
    day: date | None = None
    end = 0
    if whole:
        day, end = _day(*(int(one) for one in whole.groups())), whole.end()
    elif part:
        day, end = _near(None, int(part.group(1)), int(part.group(2)), said_on, ahead), part.end()
    elif han:
        day, end = _near(None, han_number(han.group(1)), han_number(han.group(2)), said_on, ahead), han.end()
    else:
        alone = re.search(r"(?<![\d月])(3[01]|[12]\d|0?[1-9])[日号]", words)
        day = _day(said_on.year, said_on.month, int(alone.group(1))) if alone else None
        end = alone.end() if alone else 0
    if day is None:
        return None
    until = re.match(r"[日号]?(?:至|到|-|~|—)(?:(\d{1,2})[月./])?(\d{1,2})[日号]?", words[end:])
    last = _day(day.year, int(until.group(1) or day.month), int(until.group(2))) if until else day
    return (day, last, last != day) if last is not None and last >= day else (day, day, False)


def _relative(words: str, said_on: date, ahead: bool) -> tuple[date, date | None, bool] | None:
    counted = re.search(r"(\d{1,3}|[一二两三四五六七八九十]{1,3})(天|周|个?星期)(之?[前后])", words)
    if counted:
        number = int(counted.group(1)) if counted.group(1).isdecimal() else han_number(counted.group(1))
        days = number * (1 if counted.group(2) == "天" else 7) * (-1 if counted.group(3).endswith("前") else 1)
        return said_on + timedelta(days=days), said_on + timedelta(days=days), False
    for word, days in _RELATIVE.items():
        if word in words:
            return said_on + timedelta(days=days), said_on + timedelta(days=days), False
    return None


def _weekday(words: str, said_on: date, ahead: bool) -> tuple[date, date | None, bool] | None:
    """周五: of this week; for a plan the next one from today on. 上周五, 下周三, 周末, 上周, 下周."""
    found = re.search(rf"(上上|下下|上个?|下个?|本|这个?)?(?:周|星期|礼拜)([{_WEEK}末])?", words)
    if found is None or not (found.group(1) or found.group(2)):
        return None
    which, name = found.groups()
    shift = {"上上": -2, "下下": 2}.get(which or "", {"上": -1, "下": 1}.get((which or "")[:1], 0))
    monday = said_on - timedelta(days=said_on.weekday()) + timedelta(weeks=shift)
    if name is None:
        return monday, monday + timedelta(days=6), True
    if name == "末":
        return monday + timedelta(days=5), monday + timedelta(days=6), True
    day = monday + timedelta(days=min(_WEEK.index(name), 6))
    if which is None and ahead and day < said_on:
        day += timedelta(weeks=1)
    if which is None and not ahead and day > said_on:
        day -= timedelta(weeks=1)
    return day, day, False


def _vague(words: str, said_on: date, ahead: bool) -> tuple[date, date | None, bool] | None:
    for word, (low, high) in _VAGUE.items():
        if word in words:
            if word in ("近日", "近期", "最近"):
                low, high = (0, high) if ahead else (low, 0)
            return said_on + timedelta(days=low), said_on + timedelta(days=high), True
    return None


def _month(words: str, said_on: date, ahead: bool) -> tuple[date, date | None, bool] | None:
    found = re.search(r"(?:(20\d\d)年)?(?<!\d)(1[0-2]|0?[1-9])月(?!\d)", words)
    first = _near(found.group(1), int(found.group(2)), 1, said_on, ahead) if found else None
    if first is None:
        return None
    return first, first.replace(day=calendar.monthrange(first.year, first.month)[1]), True


def _near(year: str | None, month: int, number: int, said_on: date, ahead: bool) -> date | None:
    """The year that is meant: the given one, else the one nearest to the day of saying; a plan is not long past."""
    if year:
        return _day(int(year), month, number)
    candidates = [_day(said_on.year + shift, month, number) for shift in (-1, 0, 1)]
    known = [one for one in candidates if one is not None]
    if ahead:
        known = [one for one in known if (said_on - one).days <= 100]
    return min(known, key=lambda one: abs((one - said_on).days), default=None)
