"""What a message of a transfer group says, field by field: flight, clock times, head counts, people, secrets. Proposals, never facts (T09).

Every reader takes a :class:`Words`, marks what it understood, and leaves the rest. Nothing is made up: a count needs its 位, 人 or 名,
a clock its minutes or 点, and what is cut off (将近一个 …, X11) yields nothing. Clock times are read against the moment of the message:
大概7点25左右 told at 19:31 is 19:25, 3点37分 told at 03:39 is 03:37.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from linli.kernel.about_numbers import AboutNumber, han_number, read_about_number
from linli.kernel.phones import read_phones
from linli.kernel.place_names import place_key
from linli.kernel.said_dates import read_said_day, read_said_moment

HAN = "\u4e00-\u9fff"
_NUM = "〇零一二两三四五六七八九十百"
CLOCK = re.compile(
    r"(?P<before>大概|大约|约|估计|差不多|可能|预计|近)?(?:在|于)?\s*"
    r"(?:(?P<day>大前天|前天|昨[天日晚夜]|今[天日晚早]|明[天日晚早]|后天|当天|\d{1,2}月\d{1,2}[日号]|(?<!\d)\d{1,2}[日号])\s*)?"
    r"(?P<part>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|半夜|深夜|夜里|晚|早)?\s*"
    rf"(?P<hour>(?<![\d:])\d{{1,2}}|(?<![{_NUM}第])(?:[一二两三四五六七八九十]{{1,3}}|[零〇](?=点)))"
    rf"(?::(?P<minute>\d{{2}})(?!:?\d)|[点时](?!间)(?:钟|整)?(?P<words>半|一刻|三刻|\d{{1,2}}分?|[{_NUM}]{{1,3}}分?)?)\s*(?P<around>左右|前后|上下)?"
)
_NUMBER = rf"(?<!\d[,.])(?<![第\d{_NUM}])(?:\d[\d,]{{0,9}}|[{_NUM}]{{1,9}})"
COUNT = rf"(?P<n>(?:约|近|将近|大约|大概|逾)?{_NUMBER}\s*[余多来]?)\s*(?:位|人|名)(?![字单次员民址家])"
_ANY_COUNT = re.compile(COUNT)
_TOTAL = re.compile(rf"(?:共计?|一共|合计|总共)\s*{COUNT}")
_COMPLETE = re.compile(rf"{COUNT}(?=\s*(?:都|全部|全)?齐)")
_SHARE = re.compile(rf"(?P<name>[{HAN}]{{2,14}}?)\s*:?\s*(?:居民|旅客|共计?|有|又|再|还|另|新?增加?)*\s*{COUNT}")
_SHARE_BEHIND = re.compile(rf"{COUNT}\s*(?:来自|到|是|住在)?(?P<name>[{HAN}]{{2,8}}?)(?:的)?(?:居民(?!区)|旅客|人员)")
_NAMED = re.compile(rf"(?P<name>[{HAN}]{{2,8}}(?:居民区|居委会?|社区))")
_HEADING = re.compile(rf"^\s*(?P<name>[{HAN}]{{2,10}})\s*:\s*$", re.MULTILINE)
_SECTION = re.compile(rf"^\s*(?P<name>[{HAN}]{{2,6}})\s*:?\s*{COUNT}\s*:?\s*$", re.MULTILINE)
_NO_SECTION = re.compile(r"名单|如下|以下|其中|合计|人员|家庭|一家")
_BEFORE_NAME = re.compile(
    r"涉及?|其中|还?有|街道|镇|从|往|到|送|接|载|的|将|为|请|位|人|名|和|及|与|来自|住在|分别|转运"
)
_NO_PLACE = re.compile(
    r"转运|旅客|乘客|机组|全部|一共|总共|合计|今日|昨日|今天|昨天|大家|我们|他们|司机|志愿者|第.车|航班"
)
_COMMITTEE = re.compile(r"(?:居民区|居委会?|社区|村)$")
_FLIGHT = re.compile(
    r"(?<![A-Za-z0-9/·.])(?P<flight>(?:[A-Z]{2}[ -]?|(?<![弄号栋幢座楼村苑墅园])(?!T\d)(?:[A-Z]\d|\d[A-Z]))\d{3,4})"
    r"(?![A-Za-z0-9室号栋幢座])",
    re.IGNORECASE,
)
_ROUTE = re.compile(
    rf"^\s*:?\s*(?:从|由)?(?P<a>[{HAN}]{{2,8}}?)\s*(?:-{{1,2}}|—+|–|→|~|至|飞往?|到)>?\s*(?P<b>[{HAN}]{{2,6}})(?![{HAN}])"
)
_ORIGIN = re.compile(rf"(?:^|[^{HAN}]|从|由)(?P<a>[{HAN}]{{2,6}}?)(?:飞?来的?|始发的?|航班)?\s*$")
_ORIGIN_BEHIND = re.compile(
    rf"^\s*:?\s*(?!已|将|预|今|昨|明|大|约|晚|早|于|在|航)(?P<a>[{HAN}]{{2,6}})\s{{3,}}(?:落地|降落|着陆|到港|抵)"
)
_TO = re.compile(r"(?:到|抵|落地|飞)(?P<b>浦东|虹桥|上海)")
_ABOARD = re.compile(r"(?P<what>旅客|乘客|机组(?:人员)?)\s*:?\s*(?P<n>(?:约|近)?\d[\d,]*余?)\s*[人名位]?")
_ABOARD_BEHIND = re.compile(r"(?P<n>(?:约|近)?(?<!\d)\d[\d,]{0,9}余?)\s*[人名位]\s*(?P<what>旅客|乘客|机组)(?:人员)?")
_CODE = re.compile(r"(?:验证码|校验码|动态码|密码|口令|邀请码)\D{0,6}?(?P<secret>[A-Za-z0-9]{4,10})(?![A-Za-z0-9])")
_CODE_BEHIND = re.compile(r"(?<!\d)(?P<secret>\d{4,8})\s*(?:\D{0,4})(?:验证码|校验码|动态码)")
PHONE = re.compile(
    r"(?<![\dA-Za-z])(?:(?:\+|00)86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)|(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)|"
    r"\+(?!86)\d{1,3}(?:[ -]?\(?\d{1,4}\)?){2,5}(?!\d)"
)
_RUNS_SAID = re.compile(rf"(?<![\d{_NUM}])(?P<n>\d{{1,3}}|[{_NUM}]{{1,5}})(?:次送行|趟(?:送行|转运)?|次转运)")
TOLERANCE = timedelta(minutes=5)
"""Clocks differ: what is told as just now may be some minutes ahead of the phone that tells it."""


@dataclass(frozen=True, slots=True)
class SaidAt:
    """A moment as told, aware. ``after``: from then on (19点后), which is always ``about``; ``planned``: still to come when it was told."""

    at: datetime
    about: bool
    said: str
    after: bool = False
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """How many a neighbourhood gets; ``count`` None where it is only named. ``start``: where in the text."""

    name: str
    count: AboutNumber | None
    start: int


@dataclass(frozen=True, slots=True)
class Flight:
    """Number as one word; empty texts and None where nothing is said."""

    number: str
    origin: str = ""
    destination: str = ""
    landed: SaidAt | None = None
    passengers: AboutNumber | None = None
    crew: AboutNumber | None = None


@dataclass(frozen=True, slots=True)
class Secret:
    """``kind``: code or phone; ``written``: as it stands in the text. Nobody stores it."""

    kind: str
    written: str


class Words:
    """A text, a narrow form of the same length to read from, and which of its characters were understood."""

    def __init__(self, text: str, told_at: datetime) -> None:
        self.text = text
        self.told_at = told_at
        self.narrow = "".join(_narrow(char) for char in text)
        self.used = bytearray(len(text))

    def take(self, start: int, end: int) -> str:
        """Mark a stretch as understood; the stretch as written."""
        self.used[start:end] = b"\x01" * (end - start)
        return self.text[start:end]

    def found(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Matches that begin in what nobody took yet."""
        return (one for one in pattern.finditer(self.narrow) if not any(self.used[one.start() : one.end()]))

    def rest(self) -> tuple[str, ...]:
        """Clauses of which nothing was understood, as written."""
        clauses = re.finditer(r"(?:[^\n,，。;；!！?？]|(?<=\d),(?=\d))+", self.text)
        return tuple(
            one.group().strip()
            for one in clauses
            if one.group().strip() and not any(self.used[one.start() : one.end()])
        )


def _narrow(char: str) -> str:
    same = unicodedata.normalize("NFKC", char)
    circled = "\u2460" <= char <= "\u2473"
    return same if len(same) == 1 and not circled else char


def read_secrets(words: Words) -> tuple[Secret, ...]:
    """Codes that open something, and telephone numbers that no reader before took for a traveller's."""
    found: list[Secret] = []
    for pattern in (_CODE, _CODE_BEHIND):
        found += [Secret("code", words.take(*one.span("secret"))) for one in words.found(pattern)]
    found += [Secret("phone", words.take(*one.span())) for one in words.found(PHONE)]
    return tuple(dict.fromkeys(found))


def phone_number(written: str) -> str:
    """Digits only, as the register keeps them; as written where they are no number of a known sort."""
    numbers = read_phones(written, is_placeholder=lambda text: not text).numbers
    return numbers[0] if numbers else written


def read_flight(words: Words) -> Flight | None:
    """The first flight, its route, landing and head counts."""
    found = next(words.found(_FLIGHT), None)
    if found is None:
        return None
    words.take(*found.span())
    number = re.sub("[ -]", "", found.group("flight")).upper()
    origin = destination = ""
    behind = CLOCK.sub(lambda one: " " * len(one.group()), words.narrow[found.end() :].partition("\n")[0])
    route = _ROUTE.match(behind)
    before = re.split(r"[\n,。;:]", words.narrow[: found.start()])[-1]
    start = _ORIGIN.search(before)
    to = _TO.search(words.narrow)
    if route:
        origin, destination = route.group("a"), route.group("b")
        words.take(found.end() + route.start("a"), found.end() + route.end())
    elif start:
        origin = start.group("a")
        words.take(found.start() - len(before) + start.start("a"), found.start())
    elif first := _ORIGIN_BEHIND.match(behind):
        origin = first.group("a")
        words.take(found.end() + first.start("a"), found.end() + first.end("a"))
    if to and not destination:
        destination = to.group("b")
        words.take(*to.span())
    return Flight(number, origin, destination, read_landing(words), *_aboard(words))


def _aboard(words: Words) -> tuple[AboutNumber | None, AboutNumber | None]:
    counts: dict[str, AboutNumber | None] = {}
    for pattern in (_ABOARD, _ABOARD_BEHIND):
        for one in words.found(pattern):
            what = "crew" if one.group("what").startswith("机组") else "passengers"
            if what not in counts:
                counts[what] = read_about_number(one.group("n"))
                words.take(*one.span())
    return counts.get("passengers"), counts.get("crew")


_LANDS = re.compile(r"^\s*(?:已经?|将|会)?\s*(?:落地|降落|着陆|到港|抵沪|(?:到达?|抵达?)(?:浦东|虹桥|上海|机场))")
_LANDING = re.compile(
    r"(?:(?:落地|降落|着陆|到港)(?:时间)?(?:更正|改|变更|调整|应)?(?:是|为)?|\b(?:landed|landing|lands|arrived|ata|eta)(?: at)?):?\s*$",
    re.IGNORECASE,
)
_COMES = re.compile(
    r"^\s*(?:(?:以|之)?(?P<after>后)|(?:以|之)?前)?\s*(?:会|将|能|可)?\s*(?:陆续|分批)?\s*(?:到|抵达|送达|送到|来)"
)
_PLANNED = re.compile(r"(?:预计|估计|计划|预定|将于|大概|大约)[^,。;\n]{0,6}$")
_AFTER = re.compile(r"^\s*(?:以|之)?后")


def read_landing(words: Words) -> SaidAt | None:
    """When the flight landed or is to land: the clock beside 落地. A clock with a colon is of 24 hours, as boards at airports are."""
    for one in words.found(CLOCK):
        before = words.narrow[max(0, one.start() - 12) : one.start()]
        lands = _LANDS.match(words.narrow[one.end() :])
        if lands or _LANDING.search(before):
            planned = one.group("before") == "预计" or _PLANNED.search(before) is not None
            said = resolve(one, words.told_at, ahead=planned, as_written=one.group("minute") is not None)
            if said is None:
                continue
            late = not planned and words.told_at - said.at > timedelta(hours=18)
            if late and not one.group("day"):
                said = resolve(one, words.told_at, ahead=True, as_written=True) or said
            words.take(one.start(), one.end() + (lands.end() if lands else 0))
            return said
    return None


def read_expected(words: Words) -> SaidAt | None:
    """From when they are expected: 预计19点后陆续到, 19:40到."""
    for one in words.found(CLOCK):
        before, behind = words.narrow[max(0, one.start() - 8) : one.start()], words.narrow[one.end() :]
        comes, planned = _COMES.match(behind), _PLANNED.search(before) or one.group("before") == "预计"
        if not (comes or planned):
            continue
        said = resolve(one, words.told_at, ahead=True, as_written=False)
        if said is None:
            continue
        after = _AFTER.match(behind)
        more = comes or after
        about = said.about or after is not None or bool(planned)
        written = words.text[one.start() : one.end() + (after.end() if after else 0)].strip()
        words.take(one.start(), one.end() + (more.end() if more else 0))
        return SaidAt(said.at, about, written, after is not None, planned=True)
    return None


def read_happened(words: Words) -> SaidAt | None:
    """When something happened that is told as done: the first clock that nobody took."""
    for one in words.found(CLOCK):
        said = resolve(one, words.told_at, ahead=False, as_written=False)
        if said is not None:
            words.take(*one.span())
            return said
    return None


def resolve(found: re.Match[str], told_at: datetime, *, ahead: bool, as_written: bool) -> SaidAt | None:
    """A clock as a moment: the last that fits before it was told, or the first after. None for a clock that no day has."""
    hour, minute = _number(found.group("hour")), _minute(found)
    if hour > 24 or minute > 59:
        return None
    word, part = found.group("day") or "", found.group("part") or ""
    part = part or {"晚": "晚上", "夜": "晚上", "早": "早上"}.get(word[-1:], "")
    day = read_said_day(word, said_on=told_at.date(), ahead=ahead) if word else None
    base = day.earliest if day else told_at.date()
    clocks = {time(hour % 24, minute)}
    if part:
        end = datetime.combine(base, time(23, 59))
        exact = read_said_moment(f"{part}{hour}点{minute}分", said_at=end)
        if exact is None:
            return None
        clocks = {time(exact.earliest.hour, exact.earliest.minute)}
        if word and part in ("晚上", "晚", "夜里", "深夜") and exact.earliest.hour < 5:
            base += timedelta(days=1)  # 昨晚12点半 is after midnight
    elif not as_written and found.group("hour")[0] not in "0零〇" and hour <= 12:
        clocks.add(time((hour + 12) % 24, minute))
    days = [base] if word else [base + timedelta(days=shift) for shift in (-1, 0, 1)]
    moments = sorted(datetime.combine(one, clock, tzinfo=told_at.tzinfo) for one in days for clock in clocks)
    if ahead:
        at = next((one for one in moments if one >= told_at - TOLERANCE), moments[-1])
    else:
        at = next((one for one in reversed(moments) if one <= told_at + TOLERANCE), moments[0])
    about = bool(found.group("before") or found.group("around"))
    return SaidAt(at, about, found.group().strip(), planned=ahead)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else han_number(text)


def _minute(found: re.Match[str]) -> int:
    if found.group("minute"):
        return int(found.group("minute"))
    bare = (found.group("words") or "0").removesuffix("分")
    return {"半": 30, "一刻": 15, "三刻": 45}.get(bare) or _number(bare)


def ours_among(names: Sequence[str]) -> Callable[[str], bool]:
    """Whether a name is one of ours, however it is written: 程桥, 程桥居民区, 程桥居委会. Without any names, all are ours."""
    stems = {stem for stem in (place_key(name).stem for name in names) if stem}
    return lambda name: not stems or place_key(name).stem in stems


def read_shares(words: Words, *, is_ours: Callable[[str], bool]) -> tuple[Share, ...]:
    """Which neighbourhoods are named, and with how many people. A short name counts when it is ours or stands in a list of them."""
    shares: list[Share] = []
    end = -9
    sections = {
        one.start("name"): one.group("name")
        for one in _SECTION.finditer(words.narrow)
        if not _NO_SECTION.search(one.group("name"))
    }
    if not any(is_ours(name) for name in sections.values()):
        sections = {}  # 名单如下5人 heads a list, too; beside a heading that is ours the others are of neighbourhoods as well
    for one in words.found(_SHARE):
        name = _place(one.group("name"))
        listed = words.narrow[end : one.start("name")].strip(" ,、，;；和及") == "" if end >= 0 else False
        if name and (
            _COMMITTEE.search(name) or is_ours(name) or one.start("name") in sections or (listed and len(name) <= 4)
        ):
            shares.append(Share(name, read_about_number(one.group("n")), one.start("name")))
            words.take(*one.span())
            end = one.end()
    for pattern in (_SHARE_BEHIND, _NAMED, _HEADING):
        for one in words.found(pattern):
            name = _place(one.group("name"))
            if name and (pattern is _NAMED or _COMMITTEE.search(name) or is_ours(name)):
                count = read_about_number(one.group("n")) if pattern is _SHARE_BEHIND else None
                shares.append(Share(name, count, one.start("name")))
                words.take(*one.span())
    return tuple(sorted(shares, key=lambda share: share.start))


def _place(written: str) -> str:
    name = _BEFORE_NAME.split(written)[-1]
    return "" if len(place_key(name).stem) < 2 or _NO_PLACE.search(name) else name


def read_counts(words: Words) -> tuple[AboutNumber | None, AboutNumber | None]:
    """(how many, how many in all): 6位都到家 … 10位齐了."""
    total: AboutNumber | None = None
    said = next(words.found(_COMPLETE), None) or next(words.found(_TOTAL), None)
    if said is not None:
        total = read_about_number(said.group("n"))
        words.take(*said.span())
    count = next(words.found(_ANY_COUNT), None)
    if count is None:
        return None, total
    words.take(*count.span())
    return read_about_number(count.group("n")), total


def read_runs_said(words: Words) -> int | None:
    """三次送行: how many runs somebody says there were; not how many we know of."""
    found = next(words.found(_RUNS_SAID), None)
    if found is None:
        return None
    words.take(*found.span())
    return _number(found.group("n"))
