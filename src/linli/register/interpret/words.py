"""The vocabularies of ``register/data`` as look-ups. Editing a file there changes what the importer understands."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "data"
_BRACKETS = re.compile(r"[（(\[【<《][^）)\]】>》]*[）)\]】>》]")
_PUNCTUATION = re.compile(r"[\s\u200b\ufeff:：,，、。.;；*※★_\-—–/\\|()（）\[\]【】<>《》\"'’‘“”!！?？+&]+")


@lru_cache(maxsize=16)
def load(name: str) -> dict[str, Any]:
    """One vocabulary file: headings, states, relations, nations, words."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """For comparing words: NFKC, lower case, no blanks and punctuation."""
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text).lower())


def without_brackets(text: str) -> str:
    """The text without what stands in brackets."""
    return _BRACKETS.sub("", unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=64)
def word_set(file: str, key: str) -> frozenset[str]:
    """A list of words of a file, each also in its plain form."""
    words = load(file)[key]
    return frozenset(words) | frozenset(plain(word) for word in words if plain(word))


def is_placeholder(text: str) -> bool:
    """Whether a cell says that nothing is known: 无, 待补, -, 忘带."""
    stripped = unicodedata.normalize("NFKC", text).strip().lower()
    return stripped in word_set("words", "placeholders") or (bool(stripped) and not plain(stripped))


def is_ditto(text: str) -> bool:
    """Whether a cell repeats the one above: 同上, 〃."""
    return text in word_set("words", "ditto")


class Lexicon:
    """exact / contains / unless look-up of one vocabulary, in the order of its file."""

    def __init__(self, file: str, skip: frozenset[str] = frozenset()) -> None:
        self.exact: dict[str, str] = {}
        self.contains: list[tuple[str, str, tuple[str, ...]]] = []
        for key, entry in load(file).items():
            if key in skip or not isinstance(entry, dict):
                continue
            for word in entry.get("exact", ()):
                self.exact.setdefault(plain(word), key)
            never = tuple(plain(word) for word in (*entry.get("unless", ()), *entry.get("never", ())))
            self.contains.extend((plain(word), key, never) for word in entry.get("contains", ()))

    def find(self, text: str) -> tuple[str | None, int]:
        """(entry, strength): 3 the whole text, 2 the text without brackets, 1 a part of it, 0 nothing."""
        whole = plain(text)
        if not whole:
            return None, 0
        if whole in self.exact:
            return self.exact[whole], 3
        bare = plain(without_brackets(text))
        if bare in self.exact:
            return self.exact[bare], 2
        best: tuple[str | None, int] = (None, 0)
        for word, key, never in self.contains:
            if word in whole and len(word) > best[1] and not any(other in whole for other in never):
                best = (key, len(word))
        return (best[0], 1) if best[0] else (None, 0)


@lru_cache(maxsize=1)
def headings() -> Lexicon:
    """Column headings → fields."""
    return Lexicon("headings")


@lru_cache(maxsize=1)
def _states() -> Lexicon:
    return Lexicon("states")


@lru_cache(maxsize=1)
def _relations() -> Lexicon:
    return Lexicon("relations", skip=frozenset({"sex"}))


@lru_cache(maxsize=8192)
def state_of(text: str) -> str | None:
    """owner, let, vacant, closed, away, refused, unreached or None."""
    return _first(_states(), text)


@lru_cache(maxsize=8192)
def state_exactly(text: str) -> str | None:
    """The state only if the whole text is a word for one (used on remarks and name cells)."""
    found, strength = _states().find(text)
    return found if strength >= 2 else None


_ENDINGS = (
    ("child", ("孙女", "孙子", "儿媳", "女婿", "子", "女", "儿", "孙", "媳", "婿")),
    ("parent", ("父", "母", "爷", "奶", "公", "婆")),
    ("spouse", ("妻", "夫", "偶")),
    ("relative", ("兄", "弟", "姐", "妹", "侄", "甥", "叔", "伯", "姑", "舅", "姨")),
)


@lru_cache(maxsize=8192)
def relation_of(text: str) -> str | None:
    """owner_absent, head, tenant, cotenant, spouse, child, parent, helper, relative or None."""
    found, strength = _relations().find(text)
    if strength >= 2:
        return found
    bare = re.sub(r"^(?:户主|本人|业主|房主|产权人)(?:之|的)?(?=.)", "", plain(without_brackets(text)))
    found, strength = _relations().find(bare)
    if strength >= 2:
        return found
    if re.fullmatch(r"(?:之)?[长次大小老幺二三四五六七]?[\u4e00-\u9fff]{1,3}", bare):
        for relation, endings in _ENDINGS:
            if bare.endswith(endings):
                return relation
    return _first(_relations(), text)


def _first(lexicon: Lexicon, text: str) -> str | None:
    """The exact entry, else the first entry of the file that has a part of the text."""
    found, strength = lexicon.find(text)
    if strength >= 2:
        return found
    whole = plain(text)
    for word, key, never in lexicon.contains:
        if word in whole and not any(other in whole for other in never):
            return key
    return None


@lru_cache(maxsize=2048)
def relation_sex(text: str) -> str | None:
    """男 or 女 where the word of the relation says so: 妻, 儿子."""
    words = load("relations")["sex"]
    bare = plain(without_brackets(text))
    return next((sex for sex, list_ in words.items() if bare in list_), None)


@lru_cache(maxsize=1)
def _nation_index() -> dict[str, str]:
    data = load("nations")
    index = {plain(word): "中国" for word in data["home"]}
    for group in ("regions", "countries"):
        for name, words in data[group].items():
            index.update({plain(word): name for word in words})
    return index


@lru_cache(maxsize=1)
def footer_marks() -> tuple[str, ...]:
    """Words that begin a line of sums or signatures, in their plain form."""
    return tuple(plain(mark) for mark in load("words")["footers"] if len(plain(mark)) >= 2)


@lru_cache(maxsize=2048)
def nation_of(text: str) -> str | None:
    """The one name of a nationality; an unknown word stays as it is written; None for an empty cell."""
    key = plain(text)
    if not key:
        return None
    index = _nation_index()
    return index.get(key) or index.get(key.removesuffix("籍")) or index.get(key.removesuffix("人")) or text.strip()


def known_nation(text: str) -> bool:
    """Whether the word is in the list of nationalities."""
    return plain(text) in _nation_index() or plain(text).removesuffix("籍") in _nation_index()


def is_home(nation: str | None) -> bool | None:
    """True for Chinese nationals with a resident number, False for others, None if unknown."""
    if nation is None:
        return None
    return nation == "中国"


def is_foreign(nation: str | None) -> bool:
    """Neither Chinese nor from Hong Kong, Macao or Taiwan."""
    return nation is not None and not nation.startswith("中国")


@lru_cache(maxsize=1)
def places() -> tuple[str, ...]:
    """Names of places that a remark can put somebody in, the longest first."""
    data = load("nations")
    names = [*data["countries"], *data["places_at_home"]["names"], *data["places_at_home"]["elsewhere"]]
    names += [
        word
        for words in data["countries"].values()
        for word in words
        if len(word) > 1 and not word.isascii() and word[-1] not in "籍"
    ]
    vague = frozenset(data["places_at_home"]["elsewhere"])
    return tuple(sorted(set(names), key=lambda name: (name in vague, -len(name), name)))


_SEXES = {
    "男": "男", "女": "女", "男性": "男", "女性": "女", "m": "男", "f": "女", "male": "男", "female": "女", "先生": "男", "女士": "女",
    "1": "男", "2": "女", "♂": "男", "♀": "女", "男士": "男", "man": "男", "woman": "女", "男孩": "男", "女孩": "女",
}  # fmt: skip


def sex_of(text: str) -> str | None:
    """男, 女 or None."""
    return _SEXES.get(unicodedata.normalize("NFKC", text).strip().lower())
