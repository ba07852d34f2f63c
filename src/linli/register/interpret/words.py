"""The vocabularies of ``register/data`` as look-ups. Editing a file there changes what the importer understands."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "data"
_BRACKETS = re.compile(r"[（(\[【<《][^）)\]】>》]*[）)\]】>》]")
_INNER = re.compile(r"[（(\[【<《]([^）)\]】>》]*)[）)\]】>》]")
_LANGUAGES = re.compile(
    r"[\s/]*(?:(?<=[\u3400-\u9fff])[\s/]*(?=[A-Za-z])|(?<=[A-Za-z])[\s/]*(?=[\u3400-\u9fff]))|[\s/|]+"
)
_PUNCTUATION = re.compile(r"[\s\u200b\ufeff:：,，、。.;；*※★_\-—–/\\|()（）\[\]【】<>《》\"'’‘“”!！?？+&]+")


@lru_cache(maxsize=16)
def load(name: str) -> dict[str, Any]:
    """One vocabulary file: headings, states, relations, nations, words."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """For comparing words: NFKC, lower case, simplified characters, no blanks and punctuation."""
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text).lower()).translate(_simplified())


def simplified(text: str) -> str:
    """A sentence as remarks are read: NFKC, lower case, simplified characters; blanks and punctuation stay."""
    return unicodedata.normalize("NFKC", text).lower().translate(_simplified())


@lru_cache(maxsize=1)
def _simplified() -> dict[int, int]:
    return str.maketrans(load("words")["traditional"], load("words")["simplified"])


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
    if len(text) > 3 and text.isdigit() or len(text) > 14 and text[0].isalnum():
        return False
    stripped = unicodedata.normalize("NFKC", text).strip().lower()
    known = word_set("words", "placeholders")
    if stripped in known or not stripped.isascii() and stripped.translate(_simplified()) in known:
        return True
    return bool(stripped) and not plain(stripped)


def is_ditto(text: str) -> bool:
    """Whether a cell repeats the one above: 同上, 〃."""
    if len(text) > 16 or len(text) > 3 and text.isdigit():
        return False
    bare = text.strip(" -–—~()（）")
    return text in word_set("words", "ditto") or bare.lower() in word_set("words", "ditto") and bool(bare)


class Lexicon:
    """exact / contains / unless look-up of one vocabulary, in the order of its file; own words come before those built in."""

    def __init__(self, file: str, skip: frozenset[str] = frozenset(), own: Iterable[tuple[str, str]] = ()) -> None:
        self.exact: dict[str, str] = {plain(word): key for key, word in own}
        self.contains: list[tuple[str, str, tuple[str, ...]]] = []
        self.patterns: list[tuple[re.Pattern[str], str, tuple[str, ...]]] = []
        for key, entry in load(file).items():
            if key in skip or not isinstance(entry, dict):
                continue
            for word in entry.get("exact", ()):
                self.exact.setdefault(plain(word), key)
            never = tuple(plain(word) for word in (*entry.get("unless", ()), *entry.get("never", ())))
            self.contains.extend((plain(word), key, never) for word in entry.get("contains", ()))
            self.patterns.extend((re.compile(pattern), key, never) for pattern in entry.get("patterns", ()))

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
        return (best[0], 1) if best[0] else (self.by_pattern(whole), 1) if self.patterns else (None, 0)

    def by_pattern(self, whole: str) -> str | None:
        """The first entry one of whose patterns is found in a plain text."""
        for pattern, key, never in self.patterns:
            if pattern.search(whole) and not any(other in whole for other in never):
                return key
        return None

    def first(self, text: str) -> str | None:
        """The exact entry, else the first entry of the file that has a part of the text."""
        found, strength = self.find(text)
        if strength >= 2:
            return found
        whole = plain(text)
        for word, key, never in self.contains:
            if word in whole and not any(other in whole for other in never):
                return key
        return self.by_pattern(whole)


_ENDINGS = (
    ("child", ("孙女", "孙子", "儿媳", "女婿", "子", "女", "儿", "孙", "媳", "婿")),
    ("parent", ("父", "母", "爷", "奶", "公", "婆")),
    ("spouse", ("妻", "夫", "偶")),
    ("relative", ("兄", "弟", "姐", "妹", "侄", "甥", "叔", "伯", "姑", "舅", "姨")),
)
OwnWord = tuple[str, str, str]
"""(vocabulary "headings" | "states" | "relations", entry such as "phone" or "let", the word as an office writes it)."""


class Vocabulary:
    """The built-in words together with those that an office has added. Look-ups are remembered; it never changes."""

    def __init__(self, own: Iterable[OwnWord] = ()) -> None:
        mine = tuple(own)

        def of(name: str) -> list[tuple[str, str]]:
            return [(entry, word) for file, entry, word in mine if file == name and plain(word)]

        self._headings = Lexicon("headings", own=of("headings"))
        self._states = Lexicon("states", own=of("states"))
        self._relations = Lexicon("relations", skip=frozenset({"sex"}), own=of("relations"))
        self._others = tuple(plain(word) for word in load("headings")["other"]["whose"])
        self._not_other = tuple(plain(word) for word in load("headings")["other"]["never"])
        self.heading = lru_cache(maxsize=4096)(self._heading)
        self.state_of = lru_cache(maxsize=8192)(self._state_of)
        self.state_exactly = lru_cache(maxsize=8192)(self._state_exactly)
        self.relation_of = lru_cache(maxsize=8192)(self._relation_of)

    def _heading(self, text: str) -> tuple[str | None, int]:
        """(field, strength) of a column heading; "other" for what belongs to somebody else (紧急联系人电话, 网格员)."""
        found = self._headings.find(text)
        whole = plain(text)
        if (
            found[1] < 3
            and any(word in whole for word in self._others)
            and not any(word in whole for word in self._not_other)
        ):
            return "other", 2
        return self._in_parts(text) if found[0] is None else found

    def _in_parts(self, text: str) -> tuple[str | None, int]:
        """姓名/Name, 电话 Phone: the part that is known; nothing if the parts mean different fields."""
        parts = [
            part
            for part in re.split(
                r"[/／|、\s（()）]+|(?<=[\u3400-\u9fff])(?=[A-Za-z])|(?<=[A-Za-z])(?=[\u3400-\u9fff])", text
            )
            if part
        ]
        fields = {found for part in parts if (found := self._headings.find(part)[0])} if len(parts) > 1 else set()
        return (fields.pop(), 1) if len(fields) == 1 else (None, 0)

    def _state_of(self, text: str) -> str | None:
        """owner, let, vacant, closed, away, refused, unreached or None."""
        found, strength = self._states.find(text)
        if strength == 2 and found in ("owner", "vacant"):  # 有人居住(出租), 无人居住(境外): the brackets say which
            inner = "".join(_INNER.findall(unicodedata.normalize("NFKC", text)))
            return self._state_exactly(inner) or found
        return found if strength >= 2 else self._states.first(text)

    def _state_exactly(self, text: str) -> str | None:
        """The state only if the whole text is a word for one (used on remarks and name cells)."""
        found, strength = self._states.find(text)
        return found if strength >= 2 else None

    def relation_exactly(self, text: str) -> str | None:
        """The relation only if the whole text is a word for one."""
        found, strength = self._relations.find(text)
        return found if strength >= 2 else None

    def _relation_of(self, text: str) -> str | None:
        """owner_absent, head, tenant, cotenant, spouse, child, parent, helper, relative or None."""
        found, strength = self._relations.find(text)
        if strength == 2:  # what stands in brackets may say the contrary: 业主（不住）
            found = self._relations.by_pattern(plain(text)) or found
        if strength >= 2:
            return found
        bare = re.sub(r"^(?:户主|本人|业主|房主|产权人|本户)(?:之|的)?(?=.)", "", plain(without_brackets(text)))
        found, strength = self._relations.find(bare)
        if strength >= 2:
            return found
        if re.fullmatch(r"(?:之)?[长次大小老幺二三四五六七]?[\u4e00-\u9fff]{1,3}", bare):
            for relation, endings in _ENDINGS:
                if bare.endswith(endings):
                    return relation
        parts = _LANGUAGES.split(text)
        both = {found for part in parts if (found := self.relation_exactly(part))} if len(parts) > 1 else set()
        if len(both) == 1:
            return both.pop()
        inner = _INNER.findall(unicodedata.normalize("NFKC", text))  # 家属（配偶）
        return self._relations.first(text) or next(
            (found for word in inner if (found := self.relation_exactly(word))), None
        )


@lru_cache(maxsize=16)
def vocabulary(own: frozenset[OwnWord] = frozenset()) -> Vocabulary:
    """The vocabulary with these words added; the same object for the same words."""
    return Vocabulary(sorted(own))


def plain_vocabulary() -> Vocabulary:
    """The built-in words alone."""
    return vocabulary()


def headings() -> Lexicon:
    """Built-in column headings → fields."""
    return plain_vocabulary()._headings


def state_of(text: str) -> str | None:
    """What the built-in words say: owner, let, vacant, closed, away, refused, unreached or None."""
    return plain_vocabulary().state_of(text)


def state_exactly(text: str) -> str | None:
    """The built-in state that the whole text is a word for."""
    return plain_vocabulary().state_exactly(text)


def relation_of(text: str) -> str | None:
    """The relation that the built-in words name."""
    return plain_vocabulary().relation_of(text)


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


@lru_cache(maxsize=1)
def surnames() -> frozenset[str]:
    """First characters of the commonest family names."""
    return frozenset(load("words")["surnames"])


@lru_cache(maxsize=2048)
def nation_of(text: str) -> str | None:
    """The one name of a nationality; an unknown word stays as it is written; None for an empty cell."""
    key = plain(text)
    if not key:
        return None
    index = _nation_index()
    both = {found for part in _LANGUAGES.split(without_brackets(text)) if (found := index.get(plain(part)))}
    if key not in index and len(both) == 1:
        return both.pop()  # 日本 Japan
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
    vague = vague_places()
    return tuple(sorted(set(names), key=lambda name: (name in vague, -len(name), name)))


@lru_cache(maxsize=1)
def vague_places() -> frozenset[str]:
    """Words for somewhere else that name no place: 外地, 老家."""
    return frozenset(load("nations")["places_at_home"]["elsewhere"])


_SEXES = {
    "男": "男", "女": "女", "男性": "男", "女性": "女", "m": "男", "f": "女", "male": "男", "female": "女", "先生": "男", "女士": "女",
    "1": "男", "2": "女", "♂": "男", "♀": "女", "男士": "男", "man": "男", "woman": "女", "男孩": "男", "女孩": "女",
}  # fmt: skip


def sex_of(text: str) -> str | None:
    """男, 女 or None; both languages at once if they agree: M 男, 女/Female."""
    bare = unicodedata.normalize("NFKC", text).strip().lower()
    if bare in _SEXES or len(bare) < 2 or len(bare) > 12:
        return _SEXES.get(bare)
    said = {_SEXES.get(part) for part in re.split(r"[\s/()|]+|(?<=[男女])(?=[a-z])|(?<=[a-z])(?=[男女])", bare) if part}
    return said.pop() if len(said) == 1 else None
