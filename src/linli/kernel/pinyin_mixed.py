"""Mixed pinyin: some syllables in full, some by their initial alone: ``zhangxh``, ``zxiaohong``, ``ouyangn``.

The index of names holds full readings and initials only. A mixed query is cut into syllables in every possible way; the initials of
a cut find candidates by that index, and :func:`reads_as` keeps those whose reading fits letter by letter.
"""

from __future__ import annotations

import re
from functools import lru_cache

_FINALS = "iang|iong|uang|ang|eng|ing|ong|ian|iao|uan|uai|van|ai|ei|ao|ou|an|en|in|un|vn|ia|ie|iu|ui|uo|ua|ue|ve|er|a|o|e|i|u|v"
_INITIALS = "zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]"
_ALONE = "ang|eng|ai|ei|ao|ou|an|en|er|a|o|e"
_SYLLABLE = re.compile(rf"(?:{_INITIALS})(?:{_FINALS})|{_ALONE}")
_INITIAL = re.compile(rf"{_INITIALS}|[aoe]")
LONGEST = 40
MOST_SYLLABLES = 6
MOST_CUTS = 16


def initials_of(query: str) -> list[str]:
    """The initials of every way to read ``query`` as two to six syllables, full or by initial; empty when it is not pinyin.

    At most :data:`MOST_CUTS`, the shortest first: long names are rare.
    """
    if not (2 < len(query) <= LONGEST) or not query.isascii() or not query.isalpha():
        return []
    ways: list[set[str]] = [set() for _ in range(len(query) + 1)]
    ways[0].add("")
    for start in range(len(query)):
        if not ways[start]:
            continue
        for end in _ends(query, start):
            ways[end] |= {way + query[start] for way in ways[start] if len(way) < MOST_SYLLABLES}
    found = sorted((way for way in ways[-1] if len(way) > 1), key=lambda way: (len(way), way))
    return found[:MOST_CUTS]


def is_pinyin(word: str) -> bool:
    """Whether lower-case letters can be cut into whole syllables."""
    return re.fullmatch(rf"(?:{_SYLLABLE.pattern})+", word) is not None


def _ends(query: str, start: int) -> set[int]:
    """Where a syllable that begins at ``start`` may end; the last one may be cut short anywhere."""
    rest = query[start : start + 6]
    ends = {start + length for length in range(1, len(rest) + 1) if _SYLLABLE.fullmatch(rest[:length])}
    initial = _INITIAL.match(rest)
    if initial is not None:
        ends |= {start + 1, start + initial.end()}
        if len(query) - start == len(rest):
            ends.add(len(query))
    return ends


def reads_as(reading: str, query: str) -> bool:
    """Whether ``reading`` (syllables with blanks between: ``zhang xiao hong``) begins as ``query``, each syllable full or initial."""
    syllables = tuple(reading.lower().split())
    return _fits(syllables, query.lower())


@lru_cache(maxsize=4096)
def _fits(syllables: tuple[str, ...], query: str) -> bool:
    if not query:
        return True
    if not syllables:
        return False
    first, rest = syllables[0], syllables[1:]
    if first.startswith(query):
        return True
    for length in {len(first), 2 if first[:2] in ("zh", "ch", "sh") else 1, 1}:
        if query.startswith(first[:length]) and _fits(rest, query[length:]):
            return True
    return False
