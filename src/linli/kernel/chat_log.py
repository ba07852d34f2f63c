"""Pasted text of a group chat (WeChat, QQ, DingTalk) → its messages; not a line is lost (T09).

Read are the headers that copying and exporting leave behind: ``name 2020-03-13 16:41:08`` and ``2020-03-13 16:41:08 name(10001)``,
``name  16:41`` below a line with the date, ``name 昨天 16:41``, ``name 03-13 16:41``, ``name 下午4:41``, ``[2020-03-13 16:41] name: text``,
and ``name:`` alone below a line with the moment. A day that is not said is assumed to be the day of copying, and says so.

Pure. The lines of all pieces, joined with line feeds, are the text, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from linli.kernel.cadence import SHANGHAI
from linli.kernel.said_dates import read_said_day

_BLANK = r"[ \t\u00a0\u2000-\u200b\u3000\ufeff]"
_DAY = (
    r"(?P<day>(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}月\d{1,2}[日号]|\d{1,2}[-/]\d{1,2}"
    r"|今天|昨天|前天|(?:星期|周)[一二三四五六日天])"
)
_WEEKDAY = rf"(?:{_BLANK}*[(（]?(?:星期|周)[一二三四五六日天][)）]?)?"
_PART = r"(?P<part>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|[AaPp][Mm])"
_TIME = rf"(?:{_PART}{_BLANK}*)?(?P<clock>\d{{1,2}}[:：]\d{{2}}(?:[:：]\d{{2}}(?:\.\d+)?)?)(?:{_BLANK}*(?P<late>[AaPp][Mm]))?"
_MOMENT = rf"(?:{_DAY}{_WEEKDAY}{_BLANK}*[T,，]?{_BLANK}*)?{_TIME}"
_NAME_FIRST = re.compile(
    rf"^{_BLANK}*(?P<name>\S(?:.{{0,46}}?\S)??)(?P<gap>{_BLANK}+|(?=\d{{4}}[-/年])){_MOMENT}{_BLANK}*[:：]?\s*$"
)
_MOMENT_FIRST = re.compile(rf"^{_BLANK}*{_MOMENT}{_BLANK}+(?P<name>\S(?:.{{0,46}}?\S)??){_BLANK}*[:：]?\s*$")
_IN_LINE = re.compile(
    rf"^{_BLANK}*[\[【(（]{_MOMENT}[\]】)）]{_BLANK}*(?P<name>[^:：]{{1,46}}?){_BLANK}*[:：](?P<text>.*)$", re.DOTALL
)
_NAME_ALONE = re.compile(rf"^{_BLANK}*(?P<name>[^\s:：](?:[^:：]{{0,38}}[^\s:：])?)[:：]\s*$")
_RULE = re.compile(r"^[-—–_=*─━\s\u200b\ufeff]+|[-—–_=*─━\s\u200b\ufeff]+$")
_ONLY_DAY = re.compile(rf"^{_DAY}{_WEEKDAY}$")
_ONLY_MOMENT = re.compile(rf"^{_MOMENT}$")
_SENTENCE = re.compile(r"[,。;!?，；！？]|https?:")
_NOT_A_NAME = re.compile(
    r"^(?:(?:[A-Z]{2}|[A-Z]\d|\d[A-Z])\d{2,4}[A-Z]?|[\d\W_]+|.*(?:预计|大约|大概|时间|落地|降落|起飞|出发|到达|抵达|截止|约|于|在|到|至|从|自|是|点|后|前|"
    r"今天|昨天|明天|今晚|明早|[:：]))$",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(r"(?<=\S)[(（<]\s*(?:\d{5,11}|[^\s()（）<>]+@[^\s()（）<>]+)\s*[)）>]$")
_RANK = re.compile(r"^【(?:群主|管理员|活跃|冒泡|吐槽|潜水|传说|话唠|水王)】(?=\S)")
_SYSTEM = re.compile(
    r"^\s*(?:[“\"「]?[^“”\"「」:：,。，]{1,40}[”\"」]?\s*)?"
    r"(?:撤回了一条消息|(?:通过.{1,40})?加入了?群聊|邀请.{1,60}加入了?群聊|修改群名为.{1,60}|退出了?群聊|拍了拍.{1,40}|已?移出了?群聊)\s*$"
)
_RECALLED = re.compile(r"撤回了?(?:一|1)条消息")
_ATTACHED = re.compile(
    r"[\[【](图片|照片|视频|语音|文件|链接|位置|动画表情|表情|小程序|聊天记录|名片|红包|转账)(?:[:：][^\]】]*)?[\]】]"
)
_FORWARDED = re.compile(
    r"^\s*(?:(?:[\[【(（]?(?:转发|转|Fw|Fwd)[\]】)）]|转发[:：]|转[:：]|Fwd?[:：])\s*)+", re.IGNORECASE
)
_QUOTE = re.compile(r"^\s*「(?P<quote>.*?)」\s*\n\s*(?:[-—–] ?){3,}\s*\n?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message. ``number`` from 1; ``sender`` as written, without account number, empty if nobody is named.

    ``at``: aware (Shanghai), None when no time is known; ``day_said`` False: only the time was written, the day is assumed.
    ``text``: what was said, without header, quotation and mark of forwarding; ``lines``: the original lines with the header,
    from ``first_line`` (1-based) on. ``attached``: the sorts of what only stands there as a word, [图片].
    """

    number: int
    sender: str
    at: datetime | None
    day_said: bool
    text: str
    lines: tuple[str, ...]
    first_line: int
    forwarded: bool = False
    recalled: bool = False
    quoted: str = ""
    attached: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChatRest:
    """Lines that belong to no message: the group's title, lines with a date, what the program itself wrote."""

    lines: tuple[str, ...]
    first_line: int


@dataclass(frozen=True, slots=True)
class ChatLog:
    """Messages and rests in the order of the text."""

    pieces: tuple[ChatMessage | ChatRest, ...]

    def messages(self) -> tuple[ChatMessage, ...]:
        """The messages alone."""
        return tuple(piece for piece in self.pieces if isinstance(piece, ChatMessage))

    def rests(self) -> tuple[ChatRest, ...]:
        """What is no message; blank lines among it."""
        return tuple(piece for piece in self.pieces if isinstance(piece, ChatRest))

    def text(self) -> str:
        """The pasted text again, exactly."""
        return "\n".join(line for piece in self.pieces for line in piece.lines)


@dataclass(frozen=True, slots=True)
class _Stamp:
    """A header, or a line with a day (``name`` None); ``day`` and ``clock`` as far as written; ``inline``: text in the header's line."""

    name: str | None
    day: date | None
    clock: time | None
    inline: str = ""


def read_chat(text: str, *, copied_on: date) -> ChatLog:
    """Every message of a pasted text. ``copied_on``: the day of copying, which 昨天 and 星期五 are told from.

    A text without any header is one message of an unnamed sender: somebody pasted the message alone.
    """
    lines = text.split("\n")
    stamps = _stamps(lines, copied_on)
    if not any(stamp.name is not None for stamp in stamps.values()):
        stamps = {0: _Stamp("", None, None)} if text.strip() else {}
    starts = sorted({0, *stamps, *_system_lines(lines, stamps)})
    moments = _moments([stamps[at] for at in sorted(stamps)], copied_on)
    known = dict(zip(sorted(stamps), moments, strict=True))
    pieces: list[ChatMessage | ChatRest] = []
    number = 0
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        own = tuple(lines[start:end])
        stamp = stamps.get(start)
        if stamp is None or stamp.name is None:
            pieces.append(ChatRest(own, start + 1))
            continue
        number += 1
        at, day_said = known[start]
        pieces.append(_message(number, stamp, at, day_said, own, start + 1))
    return ChatLog(tuple(pieces))


def _message(
    number: int, stamp: _Stamp, at: datetime | None, day_said: bool, lines: tuple[str, ...], first_line: int
) -> ChatMessage:
    headless = stamp.name == ""
    said = "\n".join(lines if headless else [stamp.inline, *lines[1:]]).replace("\r", "").strip()
    quote = _QUOTE.match(said)
    if quote:
        said = said[quote.end() :].strip()
    mark = _FORWARDED.match(said)
    return ChatMessage(
        number,
        stamp.name or "",
        at,
        day_said,
        said[mark.end() :] if mark else said,
        lines,
        first_line,
        forwarded=mark is not None,
        recalled=_RECALLED.search(said) is not None and _SYSTEM.match(said) is not None,
        quoted=quote.group("quote") if quote else "",
        attached=tuple(found.group(1) for found in _ATTACHED.finditer(said)),
    )


def _stamps(lines: Sequence[str], copied_on: date) -> dict[int, _Stamp]:
    """Line number (from 0) → what begins there."""
    found: dict[int, _Stamp] = {}
    senders: set[str] = set()
    for at, line in enumerate(lines):
        stamp = _header(line, copied_on, fresh=at == 0 or not lines[at - 1].strip() or at - 1 in found, senders=senders)
        if stamp is not None:
            senders.add(stamp.name or "")
        stamp = stamp or _separator(line, copied_on)
        if stamp is not None:
            found[at] = stamp
    if not senders:
        found |= _names_alone(lines, found)
    for at in [at for at, stamp in found.items() if stamp.name is None and not _ruled(lines[at])]:
        after = next((later for later in range(at + 1, len(lines)) if lines[later].strip()), None)
        if after not in found:
            del found[at]  # a date in the middle of a message is a part of the message
    return found


def _ruled(line: str) -> bool:
    return re.search(r"[-—–_=*─━]{3,}", line) is not None


def _names_alone(lines: Sequence[str], found: dict[int, _Stamp]) -> dict[int, _Stamp]:
    """Headers without any time, ``name:`` alone: only where no header of another sort is, and only after a blank line or a moment."""
    names: dict[int, _Stamp] = {}
    for at, line in enumerate(lines):
        header = _NAME_ALONE.match(line)
        fresh = at == 0 or not lines[at - 1].strip() or at - 1 in found
        if header and fresh and at not in found and not _SENTENCE.search(header.group("name")):
            names[at] = _Stamp(_sender(header.group("name")), None, None)
    return names if len(names) > 1 or found else {}


def _header(line: str, copied_on: date, *, fresh: bool, senders: set[str]) -> _Stamp | None:
    inline = _IN_LINE.match(line)
    header = inline or _NAME_FIRST.match(line) or _MOMENT_FIRST.match(line)
    if header is None:
        return None
    name = _sender(header.group("name"))
    if _SENTENCE.search(name) or _NOT_A_NAME.match(name):
        return None
    whole = re.match(r"\d{4}", header.group("day") or "") is not None
    gap = header.groupdict().get("gap") or ""
    certain = inline is not None or whole or len(gap) > 1 or "\t" in gap
    if not (certain or fresh or name in senders):
        return None
    clock = _clock(header)
    day = _day(header.group("day"), copied_on)
    if clock is None or (header.group("day") and day is None):
        return None
    return _Stamp(name, day, clock, header.groupdict().get("text") or "")


def _separator(line: str, copied_on: date) -> _Stamp | None:
    """A line that is nothing but a day or a moment, with or without dashes around it."""
    core = _RULE.sub("", line)
    only = _ONLY_DAY.match(core)
    if only:
        day = _day(only.group("day"), copied_on)
        return _Stamp(None, day, None) if day else None
    moment = _ONLY_MOMENT.match(core)
    if moment:
        day, clock = _day(moment.group("day"), copied_on), _clock(moment)
        return _Stamp(None, day, clock) if clock and (day or not moment.group("day")) else None
    return None


def _sender(written: str) -> str:
    return _RANK.sub("", _ACCOUNT.sub("", written.strip())).strip()


def _day(written: str | None, copied_on: date) -> date | None:
    if not written:
        return None
    found = read_said_day(written, said_on=copied_on)
    return found.earliest if found else None


def _clock(found: re.Match[str]) -> time | None:
    hour, minute, *rest = (int(part) for part in re.split("[:：]", found.group("clock").partition(".")[0]))
    part = (found.group("part") or found.group("late") or "").lower()
    if part in ("下午", "傍晚", "晚上", "pm") and hour < 12:
        hour += 12
    if part in ("am", "凌晨", "晚上") and hour == 12:
        hour = 0
    second = rest[0] if rest else 0
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _system_lines(lines: Sequence[str], stamps: dict[int, _Stamp]) -> list[int]:
    """Where the program's own lines begin, unless a header stands directly above them: then they are that message."""
    named = {at for at, stamp in stamps.items() if stamp.name}
    return [at for at, line in enumerate(lines) if at not in stamps and at - 1 not in named and _SYSTEM.match(line)]


def _moments(stamps: Sequence[_Stamp], copied_on: date) -> list[tuple[datetime | None, bool]]:
    """Each stamp's moment, and whether its day was said. A bare time far before the one above it is of the next day."""
    days: list[tuple[date | int, time | None, bool]] = []
    day: date | int = 0  # a number counts midnights since the first time whose day nobody said
    clock: time | None = None
    below_a_day = False
    for stamp in stamps:
        if stamp.day is not None:
            if stamp.name is None:
                below_a_day, day, clock = True, stamp.day, stamp.clock
            days.append((stamp.day, stamp.clock, True))
            continue
        if stamp.clock is None:
            days.append((day, clock, below_a_day))
            continue
        over = clock is not None and _minutes(stamp.clock) + 720 < _minutes(clock)
        if over:
            day = day + 1 if isinstance(day, int) else day + timedelta(days=1)
        clock = stamp.clock
        days.append((day, clock, below_a_day and not over))
    midnights = max((of for of, _, _ in days if isinstance(of, int)), default=0)
    return [(_combined(of, at, copied_on, midnights), said) for of, at, said in days]


def _combined(of: date | int, at: time | None, copied_on: date, midnights: int) -> datetime | None:
    if at is None:
        return None
    day = copied_on - timedelta(days=midnights - of) if isinstance(of, int) else of
    return datetime.combine(day, at, tzinfo=SHANGHAI)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
