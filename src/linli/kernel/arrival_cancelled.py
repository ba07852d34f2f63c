"""Who is not to come after all: 第3位不用接了, 取消：… 改签, CX366那位不是程桥的, SQ828 今天取消 (T09).

Nothing is taken away by it: a traveller whom a chat made disappear would be nobody's. It is shown beside the list, for a person to decide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from linli.kernel.arrival_fields import COUNT, HAN, Words, read_flight
from linli.kernel.arrival_people import PASSPORT_NAME, POSITION, Correction, Listed, position_in

CANCELLED = "cancelled"
_GONE = re.compile(
    r"(?:不用|无需|不需要?|不必|别|停止)(?:去|再|来)*(?:接|转运|等)|不(?:再|会|能)?(?:来|到|回)了|(?<![不没未])取消|作废|撤销|改签|误报|"
    r"\bcancel(?:led|ed)?\b|\bno.?show\b|\boffload(?:ed)?\b",
    re.IGNORECASE,
)
_NOT_OURS = re.compile(
    rf"(?:(?:改|转|直接)[去往到至送入]*|已经?[去在])了?[{HAN}]{{0,4}}集中(?:隔离|观察)|(?:不是|不属于?|非)(?:我们|本|咱们|[{HAN}]{{2,6}}?)(?:的|居民|人)|请?忽略|不算"
)
"""Said of somebody by name only; of anything else it may mean a vehicle, or a run to another place."""
_NOT_SO = re.compile(r"[??]|吗|不取消|没取消|未取消|如果?|假如|万一|除非")
_NOW = re.compile(rf"(?:现在?|目前|实际|只|仅|共|还)(?:为|是|有|剩)?\s*{COUNT}")


def read_cancelled(words: Words, known: Sequence[Listed]) -> tuple[Correction, ...]:
    """Everybody of whom the text says that he does not come; one without a name for a whole flight. ``known``: who was told of.

    A text that says how many there are now instead corrects the number.
    """
    surely = _GONE.search(words.narrow)
    gone = surely or _NOT_OURS.search(words.narrow)
    if gone is None or _NOT_SO.search(words.narrow):
        return ()
    if (now := _NOW.search(words.narrow)) is not None:
        words.take(*now.span())
        words.take(*gone.span())
        return (Correction(None, "", "count", words.text[now.start("n") : now.end()].strip()),)
    said = words.text.strip()
    found = [
        Correction(None, words.take(*one.span()).strip(), CANCELLED, said)
        for one in PASSPORT_NAME.finditer(words.narrow)
    ]
    if not found:
        found = [Correction(None, name, CANCELLED, said) for name in _named(words, known)]
    if not found:
        found = [Correction(position_in(one), "", CANCELLED, said) for one in POSITION.finditer(words.narrow)]
    if not found and surely and (read_flight(words) is not None or re.search(COUNT, words.narrow)):
        found = [Correction(None, "", CANCELLED, said)]
    if found:
        words.take(0, len(words.text))
    return tuple(found)


def _named(words: Words, known: Sequence[Listed]) -> list[str]:
    """Names in characters of people who were told of; a name is none inside a longer word for others."""
    return list(dict.fromkeys(one.name for one in known if re.search(f"[{HAN}]", one.name) and one.name in words.text))
