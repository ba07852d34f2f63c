"""A name as airlines write it → forms that can be compared with a register's name, whatever order, hyphen, cut or title it has.

A ticket says ``TANG/PINGFU MSTR``, ``YAN/JUN TAO``, ``SU/RONG-JIAN``, ``MINGCHAO/WEN`` (the given name first), ``TURNER/OLIV`` (cut off);
the register says 唐平福, 阎俊涛, "Turner Oliver" or "d'Aubigny, Étienne". A *form* is the sorted tuple of a name's parts in plain capitals:
sorted, because neither list says reliably which part is the surname. Every name has a few forms: two parts (surname and given name,
each run together) and all its words one by one. Two names are the same when they share a form.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from typing import Literal

from linli.kernel.names import search_form
from linli.kernel.pinyin import passport_readings, readings
from linli.kernel.pinyin_mixed import is_pinyin
from linli.kernel.surnames_abroad import surnames_abroad

Form = tuple[str, ...]
Likeness = Literal["name", "pinyin", "pinyin_any_order", "truncated", "surname_abroad", "hyphen"]

TITLES = frozenset(("MR", "MRS", "MS", "MISS", "MSTR", "MASTER", "DR", "PROF", "CHD", "INF", "MME", "HERR", "FRAU"))
GLUED = re.compile(r"(?<=[A-Z]{2})(?:MSTR|MISS|MRS|MR|MS|CHD|INF)$")
"""Booking systems write GEORGEMR; WILLIAMS ends so too, so both forms are kept."""
SHORTEST_CUT = 2
"""A name cut to one letter could be anybody's."""
_GERMAN = str.maketrans({"Ä": "AE", "Ö": "OE", "Ü": "UE", "Ø": "OE", "Å": "AA"})
_PLAIN = str.maketrans({"Ø": "O", "Æ": "AE", "Œ": "OE", "Ł": "L", "Đ": "D", "ẞ": "SS", "İ": "I"})
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_WORD = re.compile(r"[A-Z]+")
_APOSTROPHES = re.compile(r"['’‘`´ʼ]")
_TWO_CHARACTERS = frozenset(
    (
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "司徒",
        "东方",
        "皇甫",
        "夏侯",
        "慕容",
        "宇文",
        "轩辕",
        "端木",
        "公孙",
        "南宫",
        "西门",
        "申屠",
        "赫连",
        "呼延",
        "钟离",
        "闻人",
        "淳于",
        "濮阳",
        "独孤",
        "纳兰",
        "百里",
        "东郭",
        "仲孙",
    )
)


@dataclass(frozen=True, slots=True)
class Written:
    """How one name may be written: ``forms`` to compare, ``straight`` the pairs (surname, given name) where the order is known,
    ``pairs`` all pairs of parts in either order, ``chinese``: forms are readings of characters, ``abroad``: other sounds of the surname."""

    forms: frozenset[Form] = frozenset()
    straight: frozenset[Form] = frozenset()
    pairs: frozenset[Form] = frozenset()
    words: frozenset[str] = frozenset()
    chinese: bool = False
    hyphen: bool = False
    abroad: frozenset[str] = frozenset()


@lru_cache(maxsize=4096)
def written_by_airline(raw: str) -> Written:
    """``SURNAME/GIVEN NAMES TITLE``; a comma may stand for the slash, and without either every division is tried. Never raises."""
    text = raw.replace(",", "/", 1) if "/" not in raw else raw
    if _HAN.search(text):
        return written_in_register(text.replace("/", ""))
    straight: set[Form] = set()
    spelled: set[Form] = set()
    for folded in _folds(text):
        surname, slash, given = folded.partition("/")
        for words in _without_title(_WORD.findall(given if slash else surname)):
            before = _WORD.findall(surname) if slash else []
            spelled.add((*before, *words))
            divided = [(before, words)] if slash else list(_divisions(words))
            straight.update(("".join(one), "".join(other)) for one, other in divided if one and other)
    return _written(straight, spelled, chinese=False, hyphen="-" in text)


@lru_cache(maxsize=65536)
def written_in_register(name: str) -> Written:
    """A register's name: Chinese by its sound (every reading, ü as LYU, LV and LU), others by their words in any order."""
    text = search_form(name)
    if _HAN.search(text):
        straight, spelled = _of_characters(text)
        abroad = surnames_abroad(text) - {surname for surname, _given in straight}
        return replace(_written(straight, spelled, chinese=True), abroad=abroad)
    spelled = {tuple(_WORD.findall(folded)) for folded in _folds(name)}
    divided: set[Form] = {("".join(one), "".join(other)) for words in spelled for one, other in _divisions(words)}
    return _written(divided, spelled, chinese=False, hyphen="-" in name)


def _written(straight: set[Form], spelled: set[Form], *, chinese: bool, hyphen: bool = False) -> Written:
    forms = {tuple(sorted(form)) for form in straight | spelled if form}
    return Written(
        forms=frozenset(forms),
        straight=frozenset(straight),
        pairs=frozenset(straight | {pair[::-1] for pair in straight}),
        words=frozenset(word for form in spelled for word in form),
        chinese=chinese,
        hyphen=hyphen,
    )


def _folds(raw: str) -> set[str]:
    """Plain capitals without apostrophes, accents dropped (JAGER) and German fashion (JAEGER)."""
    text = _APOSTROPHES.sub("", raw.upper())
    parts = [search_form(part.translate(_PLAIN)) for part in (text, text.translate(_GERMAN))]
    return set(parts)


def _without_title(words: Sequence[str]) -> list[list[str]]:
    """The words without titles behind them; if the last one may carry a title glued to it, both ways."""
    bare = list(words)
    while len(bare) > 1 and bare[-1] in TITLES:
        bare.pop()
    if not bare or not (cut := GLUED.sub("", bare[-1])) or cut == bare[-1]:
        return [bare]
    return [bare, [*bare[:-1], cut]]


def _divisions(words: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    for at in range(1, len(words)):
        yield words[:at], words[at:]


def _of_characters(name: str) -> tuple[set[Form], set[Form]]:
    """(surname, given name) pairs and the syllables one by one, of every reading."""
    straight: set[Form] = set()
    spelled: set[Form] = set()
    if "·" in name:
        parts = ["".join(next(readings(part), ())).upper() for part in name.split("·")]
        return {("".join(one), "".join(other)) for one, other in _divisions(parts)}, {tuple(parts)}
    cuts = (2,) if name[:2] in _TWO_CHARACTERS else (1, 2) if len(name) > 3 else (1,)
    for reading in passport_readings(name):
        for syllables in product(*(_romanised(one) for one in reading)):
            spelled |= {syllables, ("".join(syllables),)}  # some lists write SURONGJIAN
            for at in cuts:
                if at < len(syllables):
                    straight.add(("".join(syllables[:at]), "".join(syllables[at:])))
    return straight, spelled


def _romanised(syllable: str) -> tuple[str, ...]:
    """吕 is LYU in a passport since 2012, LU, LV or LUE before."""
    plain = syllable.upper()
    vowels = ("YU", "V", "U", "UE") if plain.endswith("V") else ("YU", "V", "U")
    return tuple(plain.replace("V", vowel) for vowel in vowels) if "V" in plain else (plain,)


def likeness(ticket: Written, register: Written) -> tuple[Likeness, ...]:
    """How the two names agree, as codes; empty if they do not. ``truncated``: the one is cut off or leaves names out.

    ``surname_abroad``: of the characters only the surname is known to be read so, in Korea, Japan or elsewhere (金宇镇 as KIM/WOOJIN).
    """
    same = ticket.forms & register.forms
    if not same and _cut(ticket, register):
        return ("truncated",)
    if not same:
        return ("surname_abroad",) if register.abroad & {part for pair in ticket.straight for part in pair} else ()
    hyphen: tuple[Likeness, ...] = ("hyphen",) if ticket.hyphen else ()
    if not register.chinese:
        return ("name", *hyphen)
    return ("pinyin" if ticket.straight & register.straight else "pinyin_any_order", *hyphen)


def _cut(ticket: Written, register: Written) -> bool:
    """One part equal and the other a beginning of it; or, with letters, whole names left out on either side."""
    for one, other in ticket.pairs:
        for mine, rest in register.pairs:
            if one == mine and len(other) >= SHORTEST_CUT and rest.startswith(other):
                return True
    if register.chinese:
        return any(_with_foreign_names(name, form) for name in ticket.forms for form in register.forms)
    fewer, more = sorted((ticket.words, register.words), key=len)
    return len(fewer) > 1 and fewer < more


def _with_foreign_names(ticket: Form, register: Form) -> bool:
    """Whether a ticket adds names to a Chinese one: WANG/LIMIN GRACE. One that may be Chinese itself makes another name: WANG/LI MIN."""
    added = Counter(ticket)
    added.subtract(register)
    more = list(added.elements())
    return (
        len(register) > 1
        and bool(more)
        and min(added.values()) >= 0
        and not any(is_pinyin(word.lower()) for word in more)
    )
