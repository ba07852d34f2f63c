"""A recurrence rule as people say it: 每天 09:00 和 15:00; every Monday and Thursday at 09:00.

The common forms (every n hours, days, weeks, months; weekdays; days of the month) have a sentence; anything else is shown as the rule
itself with a word before it, never as a sentence that leaves a part out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from linli.kernel.recurrence import Rule

_DAYS_ZH = "一二三四五六日"
_DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NTH_ZH = {1: "第一个", 2: "第二个", 3: "第三个", 4: "第四个", 5: "第五个", -1: "最后一个"}
_NTH_EN = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def said(rules: Sequence[Rule], starts: datetime, language: str) -> str:
    """All rules in one sentence; rules that differ in their times alone are said once. ``starts`` gives what a rule leaves open."""
    zh = language.startswith("zh")
    forms: dict[tuple[str, str, int], set[time]] = {}
    for number, rule in enumerate(rules):
        form = _zh(rule, starts) if zh else _en(rule, starts)
        times: tuple[time, ...] = ()
        if form is None:
            key = (f"按规则 {rule}" if zh else f"by the rule {rule}", "", number)
        else:
            apart = -1 if rule.count is None else number  # ten times and ten times are not ten times
            key = (form, _end(rule, zh), apart)
            times = () if rule.freq == "HOURLY" else rule.times(starts)
        forms.setdefault(key, set()).update(times)
    sentences = [form + _at(sorted(times), zh) + end for (form, end, _), times in forms.items()]
    return "；".join(sentences) if zh else _capital("; ".join(sentences))


def _at(times: Sequence[time], zh: bool) -> str:
    clock = listed([f"{moment:%H:%M}" for moment in times], zh, "和")
    return clock and (" " if zh else " at ") + clock


def listed(words: Sequence[str], zh: bool, last: str = "、") -> str:
    """甲、乙和丙; one, two and three. ``last``: the Chinese sign before the last."""
    if len(words) < 2:
        return "".join(words)
    if not zh:
        return f"{', '.join(words[:-1])} and {words[-1]}"
    around = " " if last == "和" else ""
    return f"{'、'.join(words[:-1])}{around}{last}{around}{words[-1]}"


def _common(rule: Rule) -> bool:
    """Only parts that the sentences below say."""
    if rule.bymonth or rule.byweekno or rule.byyearday or rule.bysetpos or rule.freq == "YEARLY":
        return False
    if rule.freq == "HOURLY":
        return not (rule.byday or rule.bymonthday or rule.byhour or len(rule.byminute) > 1)
    if rule.freq == "WEEKLY":
        return rule.interval == 1 or rule.wkst == 0
    if rule.freq == "DAILY":
        return not rule.bymonthday and not (rule.byday and rule.interval > 1)
    return (
        not (rule.byday and rule.bymonthday)
        and all(ordinal in _NTH_ZH for ordinal, _ in rule.byday)
        and all(day > 0 or day == -1 for day in rule.bymonthday)
    )


def _zh(rule: Rule, starts: datetime) -> str | None:
    if not _common(rule):
        return None
    every = "" if rule.interval == 1 else f" {rule.interval} "
    if rule.freq == "HOURLY":
        return f"每{every}小时"
    if rule.freq == "DAILY" and not rule.byday:
        return f"每{every}天"
    if rule.freq == "MONTHLY":
        of = "每月" if not every else f"每{every}个月的"
        if rule.byday:
            return of + "、".join(f"{_NTH_ZH[ordinal]}周{_DAYS_ZH[day]}" for ordinal, day in _nth_days(rule))
        return of + "、".join("最后一天" if day == -1 else f" {day} 日" for day in _month_days(rule, starts))
    days = _weekdays(rule, starts)
    if len(days) == 7 and not every:
        return "每天"
    run = _run(days)
    shown = f"周{_DAYS_ZH[run[0]]}至周{_DAYS_ZH[run[1]]}" if run else "、".join(f"周{_DAYS_ZH[day]}" for day in days)
    return f"每{shown}" if not every else f"每{every}周的{shown}"


def _en(rule: Rule, starts: datetime) -> str | None:
    if not _common(rule):
        return None
    every = "every " if rule.interval == 1 else f"every {rule.interval} "
    ending = "" if rule.interval == 1 else "s"
    if rule.freq == "HOURLY":
        return f"{every}hour{ending}"
    if rule.freq == "DAILY" and not rule.byday:
        return f"{every}day{ending}"
    if rule.freq == "MONTHLY":
        if rule.byday:
            which = [f"the {_NTH_EN[ordinal]} {_DAYS_EN[day]}" for ordinal, day in _nth_days(rule)]
        else:
            which = ["the last day" if day == -1 else f"day {day}" for day in _month_days(rule, starts)]
        return f"{listed(which, False)} of {every}month{ending}"
    days = _weekdays(rule, starts)
    if len(days) == 7 and rule.interval == 1:
        return "every day"
    run = _run(days)
    shown = f"{_DAYS_EN[run[0]]} to {_DAYS_EN[run[1]]}" if run else listed([_DAYS_EN[day] for day in days], False)
    return f"every {shown}" if rule.interval == 1 else f"{every}weeks on {shown}"


def _weekdays(rule: Rule, starts: datetime) -> list[int]:
    return [day for _, day in rule.byday] or [starts.weekday()]


def _nth_days(rule: Rule) -> list[tuple[int, int]]:
    return sorted(rule.byday, key=lambda nth: (nth[0] < 0, nth))


def _month_days(rule: Rule, starts: datetime) -> list[int]:
    return sorted(rule.bymonthday, key=lambda day: (day < 0, day)) or [starts.day]


def _run(days: Sequence[int]) -> tuple[int, int] | None:
    """First and last of three or more weekdays without a gap."""
    return (days[0], days[-1]) if len(days) > 2 and days[-1] - days[0] == len(days) - 1 else None


def _end(rule: Rule, zh: bool) -> str:
    if rule.count is not None:
        return f"，共 {rule.count} 次" if zh else f", {rule.count} time{'' if rule.count == 1 else 's'}"
    if rule.until is None:
        return ""
    return f"，至 {_day(rule.until, zh)}" if zh else f", until {_day(rule.until, zh)}"


def _day(end: date | datetime, zh: bool) -> str:
    day = f"{end.year} 年 {end.month} 月 {end.day} 日" if zh else f"{end.day} {_MONTHS_EN[end.month - 1]} {end.year}"
    if isinstance(end, datetime):
        day += f" {end:%H:%M}" + (" UTC" if end.tzinfo else "")
    return day


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
