"""Names alike, pure: two spellings of one name are flagged for a person, never joined and never split in silence (X02)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

# What tells two names apart although they differ by one sign: numbers, directions, parts of a whole.
TELLING = frozenset("0123456789零一二三四五六七八九十百〇两东西南北中上下左右前后大小新老甲乙丙丁内外男女")
# What a name may have or lack without being another: forms of company and of organisation.
GENERIC = re.compile(
    "有限责任公司|股份有限公司|有限公司|责任公司|公司|集团|工贸|商贸|贸易|实业|企业|单位|上海市?|"
    "联合党支部|党总支部?|党支部|支部委员会|支部|党委|党组织|委员会|居委会|居民区|居民委员会|office|company|ltd"
)
SHORTEST = 6


def plain(name: str) -> str:
    """Half-width, lower case, letters and signs only."""
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


@lru_cache(maxsize=20_000)
def reading(name: str) -> str:
    """How a name sounds, without tones."""
    # reason: as in kernel.pinyin: most commands never read a name aloud
    from pypinyin import lazy_pinyin

    return " ".join(lazy_pinyin(name))


@lru_cache(maxsize=20_000)
def core(name: str) -> str:
    """A body's name without its forms of organisation: 荣茂 of 荣茂工贸有限公司党支部."""
    return GENERIC.sub("", plain(name))


def people_alike(one: str, other: str) -> bool:
    """Whether two names of people may be two spellings of one: the same sound with other signs. Equal names are not meant."""
    a, b = plain(one), plain(other)
    return a != b and len(a) == len(b) >= 2 and reading(a) == reading(b)


def bodies_alike(one: str, other: str) -> bool:
    """Whether two names of bodies may be two spellings of one: equal but for signs, by sound, by one slip, or in their core."""
    a, b = plain(one), plain(other)
    if a == b:
        return True
    if _telling(a) != _telling(b):
        return False
    if reading(a) == reading(b) or (core(a) == core(b) and len(core(a)) >= 2):
        return True
    return min(len(a), len(b)) >= SHORTEST and _one_slip(a, b)


def _telling(text: str) -> str:
    return "".join(c for c in text if c in TELLING)


def _one_slip(a: str, b: str) -> bool:
    """One sign more, less or other."""
    if abs(len(a) - len(b)) > 1:
        return False
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    return a[start + 1 :] == b[start + 1 :] or a[start + 1 :] == b[start:] or a[start:] == b[start + 1 :]


def pairs(names: Sequence[tuple[int, str]], *, apart: Iterable[frozenset[int]] = ()) -> list[tuple[int, int]]:
    """Pairs of ids whose names are alike, without those that a person told apart.

    Names are compared only within groups that could be alike (same core, same sound, same beginning, same end), so that a
    thousand names stay under a second.
    """
    known = set(apart)
    groups: dict[str, list[int]] = {}
    text = dict(names)
    for pk, name in names:
        flat = plain(name)
        half = max(2, len(flat) // 2)
        keys = {f"s{reading(flat)}", f"c{core(flat)}", f"b{flat[:half]}", f"e{flat[-half:]}", f"b{flat[: half - 1]}"}
        for key in keys:
            groups.setdefault(key, []).append(pk)
    found = {
        (min(a, b), max(a, b))
        for group in groups.values()
        for index, a in enumerate(group)
        for b in group[index + 1 :]
        if frozenset((a, b)) not in known and bodies_alike(text[a], text[b])
    }
    return sorted(found)
