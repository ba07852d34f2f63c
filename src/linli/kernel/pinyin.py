"""Search keys of a name: itself, its pinyin in full and its initials, for every reading; and a key to sort by.

pypinyin reads each character alone as its commonest sound; surnames and place names differ (单 Shan, 仇 Qiu, 曾 Zeng, 重 Chong), so
a small dictionary of surname readings stands in front and every other reading of a character is indexed as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, product

from linli.kernel.names import search_form

SURNAMES = {
    "单": "shan", "仇": "qiu", "翟": "zhai", "区": "ou", "曾": "zeng", "解": "xie", "查": "zha", "盖": "ge", "任": "ren", "尉": "wei",
    "朴": "piao", "冼": "xian", "覃": "qin", "缪": "miao", "乐": "yue", "员": "yun", "种": "chong", "黑": "he", "秘": "bi", "重": "chong",
    "召": "shao", "折": "she", "繁": "po", "郇": "xun", "逄": "pang", "牟": "mu", "万": "wan", "长孙": "zhangsun", "尉迟": "yuchi",
    "万俟": "moqi", "澹台": "tantai", "单于": "chanyu", "鲜于": "xianyu", "令狐": "linghu", "宿": "su", "谌": "chen", "么": "yao",
}  # fmt: skip
MOST_READINGS = 24
MOST_IN_PASSPORTS = 72
LONGEST = 100
_LAST_COMMON_ROW = 0xD7
_REMEMBERED = 20_000  # given names of a hundred thousand people; pypinyin takes longer than sealing a number


@lru_cache(maxsize=_REMEMBERED)
def _syllables(name: str) -> list[list[str]]:
    """For each character its readings, the likeliest first; a run of other letters is one item."""
    # reason: its dictionaries take a third of a second to load, and most commands never read a name aloud
    from pypinyin import Style, pinyin

    found = [list(dict.fromkeys(r)) for r in pinyin(name, style=Style.NORMAL, heteronym=True)]
    return [
        [part.lower().replace("ü", "v") for part in readings if part.strip()] for readings in found if any(readings)
    ]


@lru_cache(maxsize=_REMEMBERED)
def _likeliest(name: str) -> list[str]:
    """For each character its likeliest reading."""
    # reason: as above
    from pypinyin import lazy_pinyin

    return [part.replace("ü", "v") for part in lazy_pinyin(name)]


def _surname(name: str) -> tuple[str, str]:
    for length in (2, 1):
        if name[:length] in SURNAMES and len(name) > length:
            return SURNAMES[name[:length]], name[length:]
    return "", name


def is_rare(char: str) -> bool:
    """Whether a Chinese character is none of the 3,755 commonest (GB/T 2312, first level): who types it alone means it.

    A name is found by such a character wherever it stands. By a common one it is found where the name or the given name of two
    begins: keys for all would put everybody called 张林 before the Lins.
    """
    if char < "\u3400" or "\u9fff" < char < "\U00020000":
        return False
    try:
        return char.encode("gb2312")[0] > _LAST_COMMON_ROW
    except UnicodeEncodeError:
        return True


def readings(name: str) -> Iterator[tuple[str, ...]]:
    """Every way to read a Chinese name aloud, a syllable a character, the surname first (as its dictionary says); ü is v.

    At most :data:`MOST_READINGS`, the likeliest first.
    """
    surname, rest = _surname(name)
    syllables = _syllables(rest)
    return islice(product(*([[surname], *syllables] if surname else syllables)), MOST_READINGS)


def passport_readings(name: str) -> Iterator[tuple[str, ...]]:
    """As :func:`readings`, and besides every character in every way it is read alone, which a passport office may have chosen:

    a family 乐 is Yue or Le, and 柏林, in a dictionary the city of Bolin, is Bailin as well.
    """
    yield from readings(name)
    surname, rest = _surname(name)
    alone = [list(dict.fromkeys(sound for part in _syllables(char) for sound in part)) for char in rest]
    if surname:
        others = _syllables(name[0])[0] if len(name) - len(rest) == 1 else []
        alone = [list(dict.fromkeys([surname, *others])), *alone]
    yield from islice(product(*alone), MOST_IN_PASSPORTS)


def search_keys(name: str) -> list[str]:
    """Every key under which ``name`` is found by its beginning: lower case, no blanks, at most 100 characters, no doubles."""
    plain = search_form(name).lower().replace(" ", "")
    if not plain:
        return []
    keys = [plain]
    if any("\u3400" <= c <= "\u9fff" or c > "\U00020000" for c in plain):
        if len(plain) > 2:
            keys.append(plain[1:])
        keys += [plain[at:] for at in range(1, len(plain)) if is_rare(plain[at])]
        for reading in readings(plain.replace("·", "")):
            keys.append("".join(reading))
            keys.append("".join(part[0] for part in reading))
    else:
        keys.extend(word for word in search_form(name).lower().replace(",", " ").split() if len(word) > 1)
    return list(dict.fromkeys(key[:LONGEST] for key in keys if key))


def sort_key(name: str) -> str:
    """Pinyin with blanks between the characters: a key that sorts Chinese names on any database. At most 100 characters."""
    plain = search_form(name).lower()
    surname, rest = _surname(plain)
    parts = ([surname] if surname else []) + _likeliest(rest)
    return " ".join(parts)[:LONGEST]
