"""Messages of a transfer group → what each is, with fields to confirm: the night of arrivals as the chat told it (T05, T06, T07, T09).

Kinds: ``arrival_notice`` (somebody is coming to us), ``correction`` of one, ``duplicate`` (said before, forwarded), ``other_neighbourhood``
(for others only), ``run_departed``, ``handover``, ``noise``. Everything is a proposal for a person; what was not understood stays in
``rest``. Codes and telephone numbers that belong to no traveller are ``secrets``, which the caller does not store. Nationality and home
never decide anything here. Pure: ``now`` stands in for a message without a time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from linli.kernel.about_numbers import AboutNumber
from linli.kernel.arrival_cancelled import read_cancelled
from linli.kernel.arrival_fields import (
    Flight,
    SaidAt,
    Secret,
    Share,
    Words,
    ours_among,
    read_counts,
    read_expected,
    read_flight,
    read_happened,
    read_runs_said,
    read_secrets,
    read_shares,
)
from linli.kernel.arrival_people import Correction, Listed, corrects, read_corrections, read_people, whom
from linli.kernel.chat_log import ChatMessage
from linli.kernel.place_names import place_key
from linli.kernel.plates import plates_in

Kind = Literal["arrival_notice", "correction", "duplicate", "other_neighbourhood", "run_departed", "handover", "noise"]

AGAIN = timedelta(minutes=30)
JUST = timedelta(hours=12)
"""A hand-over is told within half a day; a clock that would be older than that is still to come."""
_STICKER = re.compile(r"[\[【][\u4e00-\u9fffA-Za-z]{1,8}[\]】]")
_DEPARTED = re.compile(
    r"(?:已经?|刚刚?)?(?:从\S{1,8}?)?(?:出发|发车|上路|启程|离开机场|驶离)(?:了)?|"
    r"\b(?:bus|van|car|coach)\b[^.\n]{0,20}\b(?:left|departed|set off)\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"(?:(?:马上|快|还没|未|没有?|不|等|待|请|要).{0,4}|(?:准备|即将|预计|估计|计划|将于|明[天早日晚])[^,。;\n]*)$"
)
_HANDED = re.compile(
    r"交接(?!工作|单|表|班|时间|地点)(?:完毕?|好|了|完成)?|接到(?![^,。\n]{0,8}(?:通知|电话|任务|指示|指令|消息|反映))|(?:都|全部?|已经?|安全|平安)?(?:送?到家|送回家?|送达|送到)(?:门口|了)?"
    r"|(?:车|位|人|名)(?:已经?|都|全部?|也)?到(?:了|齐)|(?:[一二三四五六七八九十\d]车|[位名])到(?=[,。]|$)|进(?:了)?家门|(?<=\d)到(?=[,。了]|$)|(?<=[左右分半])到了"
)
_QUESTION = re.compile(r"[??]|吗|么(?=[,。\s]|$)|几点|什么时候|怎么")
_HOME = re.compile(r"到家|回家|进了?家门|家门口|送回")
_ESCORT = re.compile(
    r"(?:跟车|押车|随车|陪同)(?:人员|的?是|:)*\s*(?P<who>[\u4e00-\u9fff]{2,4}?)(?=[,。;\s、]|$)|(?P<by>[\u4e00-\u9fff]{2,3})跟车"
)
_FROM = re.compile(
    r"(?:从|由)\s*(?P<place>[\u4e00-\u9fffA-Za-z0-9]{1,8}?)(?=出发|发车|上路|启程)|离开(?P<left>机场|浦东|虹桥)"
)
_RUN_NUMBER = re.compile(r"第(?P<n>[一二三四五六七八九十]|\d{1,2})(?:车|趟|批|辆)")
_WHOM = re.compile(r"第\s*[\d一二三四五六七八九十]|地址|住址|姓名|护照|证件|电话|手机")
"""Where a correction comes to whom or what it means."""
_ALERT = re.compile(r"落地|旅客|机组|接人|接机|到浦东|到虹桥|航班|入境|转运")


@dataclass(frozen=True, slots=True)
class RunDeparted:
    """A vehicle that set out: plates in one spelling; empty and None where nothing is said."""

    plates: tuple[str, ...]
    count: AboutNumber | None
    escort: str
    origin: str
    at: SaidAt


@dataclass(frozen=True, slots=True)
class HandedOver:
    """People who were handed over or are home. ``run``: 第二车 is 2; ``total``: how many there are now in all, if that was said."""

    at: SaidAt
    count: AboutNumber | None
    total: AboutNumber | None
    run: int | None
    home: bool
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticeReading:
    """What one message proposes. ``of``: the number of the earlier message that a correction or duplicate is about, if it is found."""

    message: ChatMessage
    kind: Kind
    flight: Flight | None = None
    shares: tuple[Share, ...] = ()
    count: AboutNumber | None = None
    people: tuple[Listed, ...] = ()
    expected: SaidAt | None = None
    corrections: tuple[Correction, ...] = ()
    run: RunDeparted | None = None
    handover: HandedOver | None = None
    of: int | None = None
    runs_said: int | None = None
    secrets: tuple[Secret, ...] = ()
    rest: tuple[str, ...] = ()


@dataclass
class _Log:
    """What the messages before have told."""

    is_ours: Callable[[str], bool]
    told: list[NoticeReading] = field(default_factory=list)

    def others(self) -> set[str]:
        """Stems of neighbourhoods that are named and are not ours."""
        named = {
            place_key(share.name).stem for one in self.told for share in one.shares if not self.is_ours(share.name)
        }
        return {stem for stem in named if len(stem) > 1}


def read_notices(messages: Iterable[ChatMessage], *, ours: Sequence[str], now: datetime) -> tuple[NoticeReading, ...]:
    """A reading for every message, in order. ``ours``: names of our neighbourhood, such as 程桥居民区; without any, all are ours.

    ``now`` (aware) is the moment of a message that has none.
    """
    log = _Log(ours_among(ours))
    for message in messages:
        told = _read(message, log, message.at or now)
        log.told.append(_said_again(told, log))
    return tuple(log.told)


def _said_again(told: NoticeReading, log: _Log) -> NoticeReading:
    """A correction, a departure or a hand-over that was forwarded, or sent twice within half an hour, is a duplicate."""
    bare = _bare(told.message.text)
    if told.kind not in ("correction", "run_departed", "handover"):
        return told
    for earlier in reversed(log.told):
        one, other = earlier.message.at, told.message.at
        soon = one is not None and other is not None and other - one <= AGAIN and len(bare) >= 10
        if earlier.kind == told.kind and _bare(earlier.message.text) == bare and (soon or told.message.forwarded):
            return replace(told, kind="duplicate", of=earlier.message.number)
    return told


def _read(message: ChatMessage, log: _Log, told_at: datetime) -> NoticeReading:
    words = Words(_STICKER.sub(lambda one: " " * len(one.group()), message.text), told_at)
    if message.recalled or not words.text.strip():
        return NoticeReading(message, "noise")
    if corrects(words.narrow):
        found = _correction(message, words, log)
        if found is not None:
            return found
        words = Words(words.text, told_at)
    if (told := _cancelled(message, words, log)) is not None:
        return told
    if not _QUESTION.search(words.narrow):
        found = _departed(message, words, log) or _handed(message, words, log)
        if found is not None:
            return found
        words = Words(words.text, told_at)
    return _notice(message, words, log) or _noise(message, Words(words.text, told_at))


def _noise(message: ChatMessage, words: Words) -> NoticeReading:
    return NoticeReading(
        message, "noise", secrets=read_secrets(words), runs_said=read_runs_said(words), rest=words.rest()
    )


def _notice(message: ChatMessage, words: Words, log: _Log) -> NoticeReading | None:
    """Who is coming; None when nobody is."""
    flight = read_flight(words)
    if message.at is None and flight and flight.landed:
        words.told_at = flight.landed.at  # nobody knows when it was said: what is expected comes after the landing
    shares = read_shares(words, is_ours=log.is_ours)
    people = read_people(words, shares)
    expected = read_expected(words)
    count, total = read_counts(words)
    if not people and not (flight and (shares or count or total or flight.passengers)):
        return None
    if people and not flight and not shares and not _ALERT.search(words.narrow) and len(people) < 2:
        return None
    mine = [share for share in shares if log.is_ours(share.name)]
    other = bool(shares) and not mine
    count = next((share.count for share in mine if share.count), None) or (None if shares else count or total)
    told = NoticeReading(
        message,
        "other_neighbourhood" if other else "arrival_notice",
        flight,
        shares,
        count,
        people,
        expected,
        secrets=read_secrets(words),
        rest=words.rest(),
    )
    return told if other else _seen_before(told, log)


def _seen_before(told: NoticeReading, log: _Log) -> NoticeReading:
    """A notice that repeats one is a duplicate; one that repeats its people with other fields is a correction of it."""
    for earlier in reversed(log.told):
        if earlier.kind != "arrival_notice" or not _one_flight(earlier.flight, told.flight):
            continue
        known = {person.key(): person for person in earlier.people}
        if not told.people:
            if earlier.count == told.count and _bare(earlier.message.text) == _bare(told.message.text):
                return replace(told, kind="duplicate", of=earlier.message.number)
            continue
        if not all(person.key() in known for person in told.people):
            continue
        changed = tuple(
            Correction(known[person.key()].number, person.name, name, new, old)
            for person in told.people
            for name, old, new in (
                ("address", known[person.key()].address, person.address),
                ("document", known[person.key()].document, person.document),
                ("phone", known[person.key()].phone, person.phone),
            )
            if new and re.sub(r"\s", "", new) != re.sub(r"\s", "", old)
        )
        kind: Kind = "correction" if changed and not told.message.forwarded else "duplicate"
        return replace(told, kind=kind, of=earlier.message.number, corrections=changed)
    return told


def _one_flight(one: Flight | None, other: Flight | None) -> bool:
    return one is None or other is None or one.number == other.number


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text)


def _correction(message: ChatMessage, words: Words, log: _Log) -> NoticeReading | None:
    found = read_corrections(words)
    if not found and not re.match(r"\W*(?:更正|订正|勘误)\s*[::]", words.narrow):
        return None
    of = next((one.message.number for one in _meant(words, log) if _is_about(one, found)), None)
    secrets = read_secrets(words)
    return NoticeReading(message, "correction", corrections=found, of=of, secrets=secrets, rest=words.rest())


def _meant(words: Words, log: _Log) -> list[NoticeReading]:
    """The messages that a correction may be about, the latest first: those of the flight it names; none where it names, before whom it
    means, other neighbourhoods and not ours. The third of another list is not our third."""
    flight = read_flight(Words(words.text, words.told_at))
    lead = _WHOM.split(words.narrow)[0]
    shares = read_shares(Words(lead, words.told_at), is_ours=log.is_ours)
    ours = any(log.is_ours(share.name) for share in shares)
    if not ours and (shares or any(stem in lead for stem in log.others())):
        return []
    told = list(reversed(log.told))
    return [one for one in told if flight is None or (one.flight is not None and one.flight.number == flight.number)]


def _cancelled(message: ChatMessage, words: Words, log: _Log) -> NoticeReading | None:
    """Somebody who was told of does not come; None for a message that brings people of its own."""
    notices = [one for one in reversed(log.told) if one.kind == "arrival_notice"]
    flight = read_flight(Words(words.text, words.told_at))
    if any(one.address for one in read_people(Words(words.text, words.told_at), ())):
        return None
    found = read_cancelled(words, [person for one in notices for person in one.people])
    if not found:
        return None
    about = [
        one for one in notices if flight is None or (one.flight is not None and one.flight.number == flight.number)
    ]
    of = next((one.message.number for one in about if _is_about(one, found)), None)
    return NoticeReading(
        message, "correction", flight, corrections=found, of=of, secrets=read_secrets(words), rest=words.rest()
    )


def _is_about(told: NoticeReading, found: Sequence[Correction]) -> bool:
    return told.kind == "arrival_notice" and (
        any(whom(told.people, one) is not None for one in found)
        or all(one.position is None and not one.name for one in found)
    )


def _said(words: Words, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """The first place that tells it as done: not 还没接到, not 准备出发."""
    for one in pattern.finditer(words.narrow):
        if not _NOT_YET.search(re.split(r"[,。;\n]", words.narrow[: one.start()])[-1]):
            return one
    return None


def _departed(message: ChatMessage, words: Words, log: _Log) -> NoticeReading | None:
    set_out = _said(words, _DEPARTED)
    if set_out is None:
        return None
    plates = plates_in(words.narrow)
    escort, origin = _ESCORT.search(words.narrow), _FROM.search(words.narrow)
    people = read_people(words, ())
    shares = read_shares(words, is_ours=log.is_ours)
    count, total = read_counts(words)
    if not (
        plates or shares or count or total or escort or re.search("车|bus|van|car|coach", words.narrow.lower())
    ) or any(one.address for one in people):
        return None
    for one in (set_out, escort, origin):
        if one is not None:
            words.take(*one.span())
    for found in re.finditer(r"[\u4e00-\u9fff][A-Za-z][·•. -]?[A-Za-z0-9]{5,6}", words.narrow):
        if plates_in(found.group()):
            words.take(*found.span())
    count = _our_count(shares, log) or (None if shares else count or total)
    at = read_happened(words) or SaidAt(words.told_at, False, "")
    run = RunDeparted(plates, count, _group(escort), _group(origin), at)
    kind: Kind = "other_neighbourhood" if _of_others(message, shares, log) else "run_departed"
    return NoticeReading(
        message, kind, shares=shares, count=count, run=run, secrets=read_secrets(words), rest=words.rest()
    )


def _handed(message: ChatMessage, words: Words, log: _Log) -> NoticeReading | None:
    done = _said(words, _HANDED)
    if done is None:
        return None
    people = read_people(words, ())
    shares = read_shares(words, is_ours=log.is_ours)
    count, total = read_counts(words)
    number = _RUN_NUMBER.search(words.narrow)
    if number is not None:
        words.take(*number.span())
    told = read_happened(words)
    if told is not None and words.told_at - told.at > JUST:
        return None
    if any(one.address for one in people) or not (told or count or total or shares or number or people):
        return None
    for one in _HANDED.finditer(words.narrow):
        words.take(*one.span())
    count = _our_count(shares, log) or (None if shares else count)
    at = told or SaidAt(words.told_at, True, "")
    run = read_run_number(number.group("n")) if number else None
    names = tuple(one.name for one in people)
    handover = HandedOver(at, count, total, run, _HOME.search(words.narrow) is not None, names)
    kind: Kind = "other_neighbourhood" if _of_others(message, shares, log) else "handover"
    return NoticeReading(
        message, kind, shares=shares, count=count, handover=handover, secrets=read_secrets(words), rest=words.rest()
    )


def read_run_number(text: str) -> int:
    """二 → 2, 12 → 12."""
    return int(text) if text.isdecimal() else "一二三四五六七八九十".index(text) + 1


def _group(found: re.Match[str] | None) -> str:
    return next((text for text in found.groups() if text), "") if found else ""


def _our_count(shares: Sequence[Share], log: _Log) -> AboutNumber | None:
    return next((share.count for share in shares if share.count and log.is_ours(share.name)), None)


def _of_others(message: ChatMessage, shares: Sequence[Share], log: _Log) -> bool:
    """Whether a run is other people's: by the neighbourhoods named, else by the sender who calls himself after another one."""
    if shares:
        return not any(log.is_ours(share.name) for share in shares)
    return any(message.sender.startswith(stem) for stem in log.others())
