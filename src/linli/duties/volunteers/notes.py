"""Sentences of an office about people ("甲和乙是夫妻，要在一组", "孕期，不排夜班") → who with whom, who not, who what not. Pure.

Only what bears on the roster is taken out of a sentence. Why somebody is exempt is nobody's business and is kept nowhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

TOGETHER, APART = "together", "apart"
_WITH = "一起|同组|同班|一组|一班|一个组|一块|搭档|搭班"
_NOT = "(?:不[能可宜]?(?:要|安排)?|免|避免|勿|别)"
_DARK = "(?:夜班|晚班|夜里|晚上|大夜|熬夜)"
_PAIRS = (
    (
        APART,
        re.compile(
            rf"(?:不要|不能|不可以?|不得|不宜|别|勿|避免|不)[^,;。]{{0,8}}?(?:{_WITH})|(?<![不能要])(?:分开|错开|回避|拆开)"
        ),
    ),
    (TOGETHER, re.compile(rf"{_WITH}|结对|拼车|不(?:要|能)?(?:分开|拆开)")),
)
_CODES = (
    ("day_only", re.compile(
        rf"[只仅](?:能|可|限)?[排上值]?(?:白天|日班|白班|日间)|{_NOT}(?:再)?(?:排|上|值|做|参加)?{_DARK}|{_DARK}(?:免|不|除外)[排值班行上]*|"
        "免(?:排|值)?[夜晚]班"
    )),
    ("no_standing", re.compile(
        rf"{_NOT}(?:排|久|长时间|长期)?(?:站岗|站立|久站|站班|站门岗|门岗)|坐岗|只[能可]?坐"
    )),
    ("exempt", re.compile(
        "免排|免岗|免值|免除值班|免于|请假|暂不排|(?:暂|先)?不(?:参加|安排)?(?:排班|排岗|值班|排)(?![夜晚]|[^,;。]{0,6}[起组])|不安排(?![夜晚站])"
    )),
    ("leader", re.compile("组长经验|(?:可|能|适合)?(?:任|当|做|担任)过?(?:组长|领队|带班)|可带[班队]|带班经验")),
)  # fmt: skip
_HINT = re.compile(r"[排班岗组]|孕|病|术后|骨折|哺乳|一起|分开|拼车")
_MONTH = re.compile(r"([一二三四五六七八九十]{1,2}|\d{1,2})月份?(?!\d{1,2}[日号])")


@dataclass(frozen=True)
class Known:
    """Somebody who can be named in a sentence: his place in the list, name, and what tells him from a namesake."""

    at: int
    name: str
    marks: tuple[str, ...] = ()


@dataclass
class Ruling:
    """What one sentence says. ``names``: those it is about; ``code``: a pair code, an exemption, "leader"; ``month``: only in it."""

    code: str
    people: list[int] = field(default_factory=list)
    month: int | None = None


@dataclass
class Understood:
    """The rulings of a text, and what a person has to look at: (problem code, words)."""

    rulings: list[Ruling] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)


def read_sentence(words: str, people: Sequence[Known], *, subject: int | None = None) -> Understood:
    """What ``words`` rule. ``subject``: whose note it is; else the people are found by their names in it.

    Codes: ``name_ambiguous`` (two people of that name, and nothing tells which), ``name_unknown`` (a rule about nobody on the list),
    ``sentence_unread`` (it bears on the roster and was not understood).
    """
    found = Understood()
    text = unicodedata.normalize("NFKC", words)
    for piece in re.split(r"[;。\n]+", text):
        _piece(piece.strip(" ,、"), people, subject, found)
    return found


def _piece(piece: str, people: Sequence[Known], subject: int | None, found: Understood) -> None:
    """Stretches between commas gather until there are people and a rule; new names begin the next."""
    who: list[int] = [] if subject is None else [subject]
    codes: list[str] = []
    month: int | None = None
    lost = False
    for part in (part for part in re.split(r",", piece) if part.strip()):
        named, ambiguous = _names(part, people)
        if named and codes and who and subject is None:
            _rule(codes, who, month, found)
            who, codes, month = [], [], None
        if ambiguous:
            found.problems += [("name_ambiguous", name) for name in ambiguous]
            lost = True
        who += [at for at in named if at not in who]
        codes += [code for code in _codes(_without_names(part, people)) if code not in codes]
        month = month or _month(part)
    if codes and who and not (lost and len(who) < 2):
        _rule(codes, who, month, found)
    elif codes and not lost:
        found.problems.append(("name_unknown", piece))
    elif not codes and piece and (who if subject is None else True) and _HINT.search(_without_names(piece, people)):
        found.problems.append(("sentence_unread", piece))


def _rule(codes: list[str], who: list[int], month: int | None, found: Understood) -> None:
    for code in codes:
        if code in (TOGETHER, APART):
            if len(who) < 2:
                found.problems.append(("pair_of_one", code))
                continue
            found.rulings.append(Ruling(code, list(who), month))
        else:
            found.rulings += [Ruling(code, [at], month) for at in who]


def _codes(text: str) -> list[str]:
    codes = []
    for code, pattern in _PAIRS:
        if pattern.search(text):
            codes.append(code)
            break
    for code, pattern in _CODES:
        text, hits = pattern.subn("|", text)
        if hits:
            codes.append(code)
    return codes


def _month(text: str) -> int | None:
    said = _MONTH.search(text)
    if said is None:
        return None
    word = said.group(1)
    number = (
        int(word)
        if word.isdigit()
        else {"十": 10, "十一": 11, "十二": 12}.get(word) or "一二三四五六七八九".find(word) + 1
    )
    return number if 1 <= number <= 12 else None


def _spots(text: str, people: Sequence[Known]) -> list[tuple[int, int, str]]:
    """Where names stand in a text: the longest first, none inside another."""
    spots: list[tuple[int, int, str]] = []
    for name in sorted({one.name for one in people if one.name}, key=len, reverse=True):
        for hit in re.finditer(re.escape(name), text):
            if not any(hit.start() < end and start < hit.end() for start, end, _name in spots):
                spots.append((hit.start(), hit.end(), name))
    return sorted(spots)


def _names(text: str, people: Sequence[Known]) -> tuple[list[int], list[str]]:
    """The people named in a text in its order, and the names that may be two people. Brackets behind a name tell namesakes apart."""
    named: list[int] = []
    ambiguous: list[str] = []
    for _start, end, name in _spots(text, people):
        same = [one for one in people if one.name == name]
        hint = re.match(r"\s*[(\[【]([^)\]】]*)[)\]】]", text[end:])
        meant = [one for one in same if hint and any(mark and mark in hint.group(1) for mark in one.marks)]
        if len(same) == 1:
            meant = same
        if len(meant) == 1:
            named.append(meant[0].at)
        else:
            ambiguous.append(name)
    return named, ambiguous


def _without_names(text: str, people: Sequence[Known]) -> str:
    for start, end, _name in reversed(_spots(text, people)):
        text = text[:start] + "□" + text[end:]
    return text
