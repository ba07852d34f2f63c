"""The people that a message of a transfer group lists, and corrections to such a list; as written, to be confirmed by a person (T09).

A line is somebody when it has a name in passport form (TANG/ZHENYING), or a number in front and, beside the name, an address, a document
or a telephone. So a numbered list of instructions is nobody. Where the message names a neighbourhood, Chinese names are people without a
number, too, several in a line: 程桥2人：张三 听松别墅12号，李四 银杏湾别墅3号.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from linli.kernel.about_numbers import han_number
from linli.kernel.arrival_fields import HAN, PHONE, Share, Words, phone_number

_ENGLISH = (
    "room|rm|lane|building|bldg|villa|block|apt|flat|unit|house|no|suite|tower|passport|tel|phone|mobile|"
    "address|is|was|not|should|will|has|and|cancell?ed|landed|arrived|from|with"
)
_WORD = rf"(?!(?:{_ENGLISH})\b)[A-Za-z][A-Za-z'’.]*(?:-[A-Za-z][A-Za-z'’.]*)*(?![A-Za-z\d])"
_SLASHED = rf"(?<![A-Za-z\d/])(?<![a-z\d]:){_WORD}(?: {_WORD}){{0,2}} ?/ ?{_WORD}(?: {_WORD}){{0,3}}(?![/A-Za-z\d])"
PASSPORT_NAME = re.compile(_SLASHED, re.IGNORECASE)
_ITEM = re.compile(
    r"^\s*(?:\(?(?P<n>\d{1,3})(?:\)|[.、:](?!\d)|\s(?!\d))|(?P<circled>[\u2460-\u2473]))\s*(?P<tail>\S.*)$"
)
_NAMED_ITEM = re.compile(
    rf"^(?:姓名:?\s*)?(?P<name>{_WORD}(?:,? {_WORD}){{0,4}}|[{HAN}]{{2,4}}(?:[·•・][{HAN}]{{1,8}})*)(?:[\s,、:]+|(?=\())(?P<tail>\S.*)$",
    re.IGNORECASE,
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛"
    "闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤倪温季俞章鲁葛康施牛洪戚庄裴詹费纪焦祝柏项屈路阮柯毕解欧甘殷朴崔俞申成玄"
    "尚左柳辛耿管祁涂卞梅盛童翁司欧上诸东"
)
_HAN_PERSON = re.compile(
    rf"(?:^|[:,;。、]|[位人名]\s)\s*(?:姓名:?\s*)?(?P<name>[{_SURNAMES}][{HAN}]{{1,3}})(?=[\s,、:(]|住|家住|电话|手机|护照)"
)
_HAN_CALLED = re.compile(
    rf"^\s*(?P<name>[{_SURNAMES}][{HAN}]{{1,3}}?(?:[·•・][{HAN}]{{1,8}}?)?)(?=的|地址|住址|家|电话|手机|护照|证件|姓名|应|改|更|不是|是)"
)
_NO_NAME = re.compile(
    r"书记|主任|师傅|阿姨|老师|医生|大夫|队长|经理|先生|女士|同志|司机|物业|居委|小区|别墅|花苑|地|时间|电话|手机|护照|车|上海|东路"
)
_DOCUMENT = re.compile(
    r"\(?(?P<kind>护照|身份证|通行证|证件|证号|passport)(?:\s*(?:号码?|尾号|后四位|末四位|no\.?|number))*\s*[:#]?\s*(?:尾号|后四位|末四位)?\s*"
    r"(?P<tail>[A-Z]{0,3}\d[A-Z0-9*]{2,17})\)?",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?:\d|(?<!第)[〇零一二三四五六七八九十百])\s*[-A-Za-z]?\s*(?:号|室|弄|幢|栋|座|单元|楼)|[号室弄苑墅园庄村邨里坊寓城湾庭府]\s*[A-Za-z]?\d|[甲乙丙丁]号"
    r"|同上|\bsame (?:address|as above)\b|\bditto\b"
    r"|\b(?:room|rm|lane|building|bldg|villa|block|apt|flat|unit|house)\b\.?\s*[A-Z]?\d",
    re.IGNORECASE,
)
_SAME = re.compile(r"同上|\bsame (?:address|as above)\b|\bditto\b", re.IGNORECASE)
_CALLED = "电话|手机|联系电话|tel|phone|mobile"
_LABEL = re.compile(
    rf"^(?:现?住址|地址|住|家住|{_CALLED})\s*[:：]?\s*|[\s,，、;；。(（]*(?:{_CALLED})?\.?\s*[:：]?\s*$", re.IGNORECASE
)
_ASIDE = re.compile(r"^[(（]?(?P<aside>[^()（）]*)[)）]\s*(?=\S)")
"""（无护照）in front of an address."""
_PERSONAL = re.compile(r"\s*(?:[男女](?:性|士)?|\d{1,3}\s*岁|成人|儿童|婴儿)\s*")
_COMING = re.compile(r"落地|回沪|抵沪|航班|入境|转机|接人|接机|到浦东|到虹桥")
_FOR_OTHERS = re.compile(r"(?:联系人|对接人|负责人|值班|司机|跟车|带队)\S{0,4}$")
_EDGES = re.compile(r"^(?:[\s,，、;；:：]|[-–—] )+|(?:[\s,，、;；:：]| [-–—])+$")
_CORRECTS = re.compile(r"更正|订正|勘误|纠正|修正|\bcorrect(?:ion|ed)\b", re.IGNORECASE)
_CHANGES = re.compile(r"改(?:为|成)|应为|应该是|而是|写错|打错|有误")
_NTH = re.compile(r"第\s*(?:\d{1,3}|[一二三四五六七八九十百]{1,4})\s*(?:位|个|号|条|名|行)")
_LEAD = re.compile(r"^\W*(?:更正|订正|勘误|纠正|修正|correction\b)(?:一下|如下)?\s*[:,，]?\s*", re.IGNORECASE)
POSITION = re.compile(
    r"第\s*(?P<n>\d{1,3}|[一二三四五六七八九十百]{1,4})\s*(?:位|个|号|条|名|行)|^\s*(?P<m>\d{1,3})(?:\.(?!\d)|号(?=[的地姓名护证电]))"
)
_TO = r"(?:应该?(?:是|为)|改(?:为|成|到)|(?:更正|变更|更改|修改)(?:为|成)|而是|是|为|\bshould be\b|\bis\b)"
_VALUE = r"[^,。;\n]+?"
_NOT_BUT = re.compile(
    rf"(?:不是|由|从|把|将)\s*(?P<old>{_VALUE})\s*,?\s*{_TO}\s*:?\s*(?P<value>{_VALUE})\s*(?=[,。;\n]|$)"
)
_BUT_NOT = re.compile(
    rf"{_TO}\s*:?\s*(?P<value>{_VALUE})\s*(?:,?\s*(?:而?不是|非|\bnot\b)\s*(?P<old>{_VALUE}))?\s*(?=[,。;\n]|$)"
)
_CORRECTED_TO = re.compile(
    rf"(?:更正|订正|勘误|纠正|修正|变更)(?:一下|如下)?\s*:\s*(?P<value>(?![^,。;\n]*{_TO}){_VALUE})(?P<old>(?!))?\s*(?=[,。;\n]|$)"
)
_FIELDS = (
    ("address", re.compile(r"地址|住址|门牌|小区|住在|房号|\b(?:address)\b", re.IGNORECASE)),
    ("name", re.compile(r"姓名|名字|拼音|\b(?:name)\b", re.IGNORECASE)),
    ("document", re.compile(r"护照|证件|身份证|证号|\b(?:passport)\b", re.IGNORECASE)),
    ("phone", re.compile(r"电话|手机|\b(?:phone|mobile)\b", re.IGNORECASE)),
    ("landing", re.compile(r"落地|降落|到港|\b(?:landing|landed)\b", re.IGNORECASE)),
    ("flight", re.compile(r"航班|\b(?:flight)\b", re.IGNORECASE)),
    ("count", re.compile(r"人数|总数")),
    ("expected", re.compile(r"预计|到达|到的?时间")),
)
_OF_A_PERSON = frozenset(("address", "name", "document", "phone"))


@dataclass(frozen=True, slots=True)
class Listed:
    """One person of a list. ``number``: as numbered, None without; ``name``, ``address`` and ``document`` (its tail) as written,
    同上 as the one above.

    ``neighbourhood``: whose part of the list it is, as far as said; ``note``: what stood there besides.
    """

    number: int | None
    name: str
    address: str = ""
    document: str = ""
    document_kind: str = ""
    phone: str = ""
    neighbourhood: str = ""
    note: str = ""

    def key(self) -> str:
        """Equal for one name in one spelling, blanks and case aside."""
        return re.sub(r"[\s\-]", "", self.name).upper()


@dataclass(frozen=True, slots=True)
class Correction:
    """``position`` in the list or ``name``: who; ``field``: address, name, document, phone, flight, landing, count, expected,
    cancelled or "".

    ``value`` is the new one, ``old`` the one taken back if it was said; both as written.
    """

    position: int | None
    name: str
    field: str
    value: str
    old: str = ""


def read_people(words: Words, shares: Sequence[Share]) -> tuple[Listed, ...]:
    """Everybody who is listed, in the order of the text."""
    people: list[Listed] = []
    at = 0
    for line in words.narrow.split("\n"):
        people += _line(words, line, at, shares)
        at += len(line) + 1
    for n, one in enumerate(people):
        if n and _SAME.search(one.address):
            people[n] = replace(one, address=people[n - 1].address)
    return tuple(people)


def _whose(shares: Sequence[Share], at: int, line: str, name: int) -> str:
    """Whose part of the list a name is: of several neighbourhoods in its line the one before it, else the last one named so far."""
    within = [share for share in shares if at <= share.start < at + len(line)]
    told = [share for share in within if share.start < at + name] if len(within) > 1 else within
    return next((share.name for share in reversed(told or shares) if share.start < at + len(line)), "")


def _line(words: Words, line: str, at: int, shares: Sequence[Share]) -> list[Listed]:
    item = _ITEM.match(line)
    number, start = (_numbered(item), item.start("tail")) if item else (None, 0)
    spans = [one.span() for one in PASSPORT_NAME.finditer(line, start)]
    if not spans and item:
        named = _NAMED_ITEM.match(line[start:])
        if named is None or not _evidence(named.group("tail")):
            return []
        spans = [(start + named.start("name"), start + named.end("name"))]
    elif not spans and (shares or _COMING.search(words.narrow)):
        spans = [one.span("name") for one in _HAN_PERSON.finditer(line) if _may_be_named(line, one, bool(shares))]
    ends = [*(begin for begin, _end in spans[1:]), len(line)][: len(spans)]
    read = [_person(words, at, line, span, end, item is not None) for span, end in zip(spans, ends, strict=True)]
    found = [
        _listed(number if span is spans[0] else None, _whose(shares, at, line, span[0]), one)
        for span, one in zip(spans, read, strict=True)
        if one is not None
    ]
    if item and found:
        words.take(at, at + start)
    if len(found) == len(spans):
        found = _at_one_address(found, [line[one[1] : other[0]] for one, other in pairwise(spans)])
    return found


def _may_be_named(line: str, one: re.Match[str], placed: bool) -> bool:
    """Whether characters may be the name of somebody who comes; where no neighbourhood is named, only beside an address."""
    if _NO_NAME.search(one.group("name")) or _FOR_OTHERS.search(line[: one.start("name")]):
        return False
    return placed or _ADDRESS.search(line[one.end("name") :].partition(";")[0]) is not None


def _at_one_address(people: list[Listed], between: Sequence[str]) -> list[Listed]:
    """A、B、C，棠里别墅39号: the address behind the last of several is that of all."""
    for n in range(len(people) - 2, -1, -1):
        if not people[n].address and re.fullmatch(r"\s*(?:、|和|及|与|&|and)\s*", between[n]):
            people[n] = replace(people[n], address=people[n + 1].address)
    return people


def _numbered(item: re.Match[str]) -> int:
    """12. is 12, and so is ⑫."""
    return int(item.group("n")) if item.group("n") else ord(item.group("circled")) - 0x245F


def _listed(number: int | None, whose: str, parts: tuple[str, str, str, str, str, str]) -> Listed:
    name, address, document, kind, phone, note = parts
    return Listed(number, name, address, document, kind, phone, whose, note)


def _evidence(tail: str) -> bool:
    return any(pattern.search(tail) for pattern in (_ADDRESS, _DOCUMENT, PHONE))


def _person(
    words: Words, at: int, line: str, span: tuple[int, int], end: int, item: bool
) -> tuple[str, str, str, str, str, str] | None:
    """One name and what stands behind it up to ``end``: name, address, document, its kind, telephone, note; all as written."""
    if any(words.used[at + span[0] : at + span[1]]):
        return None
    pieces = [one for one in re.finditer(r"(?:(?!\s[-–—]\s)[^,;。])+", line[span[1] : end]) if one.group().strip()]
    if not item:
        told = [one for one in pieces if not _PERSONAL.fullmatch(one.group())]
        if not (line[span[0] : span[1]].isupper() or any(_evidence(one.group()) for one in told[:1])):
            return None
        last = next((one for one in told if not _evidence(one.group())), None)
        pieces = pieces if last is None else pieces[: pieces.index(last)]
    address = document = kind = phone = ""
    notes: list[str] = []
    for piece in pieces:
        start = at + span[1] + piece.start()
        text = piece.group()
        for pattern in (_DOCUMENT, PHONE):
            found = pattern.search(text)
            if found is None:
                continue
            if pattern is PHONE:
                phone = phone or phone_number(found.group())
            else:
                document, kind = found.group("tail"), found.group("kind")
            text = text[: found.start()] + " " * len(found.group()) + text[found.end() :]
        kept = "".join(
            old if new == same else " " for old, new, same in zip(words.text[start:], text, piece.group(), strict=False)
        )
        said = _LABEL.sub("", _EDGES.sub("", kept)).strip()
        if said and _ADDRESS.search(text) and (not address or said.isascii()):
            aside = _ASIDE.match(said)
            notes += [aside.group("aside").strip()] if aside and aside.group("aside").strip() else []
            said = said[aside.end() :] if aside else said
            address = f"{address}, {said}" if address else said
        elif said:
            notes.append(said.strip("()（）"))
        words.take(start, start + len(text))
    name = words.take(at + span[0], at + span[1]).strip()
    return name, address, document, kind, phone, " ".join(notes)


def whom(people: Sequence[Listed], correction: Correction) -> int | None:
    """Index of the person whom a correction means."""
    key = Listed(None, correction.name).key()
    return next(
        (
            at
            for at, person in enumerate(people)
            if (key and person.key() == key)
            or (not key and person.number is not None and person.number == correction.position)
        ),
        None,
    )


def corrected(person: Listed, correction: Correction) -> Listed:
    """The person with one field changed. 31号 in place of 83号 keeps the estate that stood before it."""
    value = correction.value
    if correction.field == "address":
        tail = re.search(r"\d\S*$", person.address)
        if re.match(r"\d", value) and correction.old and correction.old in person.address:
            value = person.address.replace(correction.old, value)
        elif re.match(r"\d", value) and tail:
            value = person.address[: tail.start()] + value
        return replace(person, address=value)
    if correction.field == "name":
        return replace(person, name=value)
    if correction.field == "document":
        return replace(person, document=value)
    return replace(person, phone=phone_number(value)) if correction.field == "phone" else person


def corrects(text: str) -> bool:
    """Whether a text calls itself a correction, or says of the n-th, or of a name, that he is to be changed."""
    return bool(_CORRECTS.search(text) or (_CHANGES.search(text) and (_NTH.search(text) or PASSPORT_NAME.search(text))))


def position_in(found: re.Match[str]) -> int:
    """第7位, 第三个, 7号: which of the list."""
    digits = found.group("n") or found.group("m")
    return int(digits) if digits.isdecimal() else han_number(digits)


def read_corrections(words: Words) -> tuple[Correction, ...]:
    """第7位地址是…，不是…: who, which field, the new value; each as far as it is said. Nothing without a new value."""
    found: list[Correction] = []
    position: int | None = None
    name = ""
    for clause in re.finditer(r"[^\n;。]+", words.narrow):
        lead = _LEAD.match(clause.group())
        start = clause.start() + (lead.end() if lead else 0)
        text = words.narrow[start : clause.end()]
        who, named = POSITION.search(text), PASSPORT_NAME.search(text)
        if who or named:
            position = position_in(who) if who else None
            name = words.text[start + named.start() : start + named.end()] if named and not who else ""
        new = _NOT_BUT.search(text) or _CORRECTED_TO.search(text) or _BUT_NOT.search(text)
        if new is None:
            continue
        field = next((code for code, word in _FIELDS if word.search(text[: new.start("value")])), "")
        value = words.text[start + new.start("value") : start + new.end("value")].strip()
        field = field or ("address" if _ADDRESS.search(new.group("value")) else "")
        called = _HAN_CALLED.match(text) if not name and position is None and field in _OF_A_PERSON else None
        if not (field or position is not None or name):
            continue
        old = words.text[start + new.start("old") : start + new.end("old")].strip() if new.group("old") else ""
        words.take(clause.start(), start + new.end())
        found.append(Correction(position, called.group("name") if called else name, field, value, old))
    return tuple(found)
