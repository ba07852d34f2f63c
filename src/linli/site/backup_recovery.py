"""The master key as typed groups: 14 groups of five characters, each with its own check character.

A group is four Crockford Base32 characters (20 bits; no I, L, O, U) and a check character over GF(32) that depends on the
group's number. It shows every single wrong character, every swap inside a group and every swapped pair of groups, and says
which group to look at again. 13 groups carry 256 bits of key and four zero bits; the 14th carries 20 bits of SHA-256.
"""

from __future__ import annotations

import hashlib

from linli.kernel.refusal import Refusal

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS = 14
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})


def to_groups(master: bytes) -> list[str]:
    """The 14 groups of a 32-byte key, in the order to be typed."""
    if len(master) != 32:
        raise ValueError("a master key has 32 bytes")
    number = (int.from_bytes(master, "big") << 24) | _digest(master)
    values = [(number >> (20 * (GROUPS - 1 - index))) & 0xFFFFF for index in range(GROUPS)]
    return [_group(value, index) for index, value in enumerate(values)]


def from_groups(text: str) -> bytes:
    """The 32-byte key behind typed groups; spaces, dashes, line ends, case and group numbers (``3:``) do not matter.

    Raises :class:`Refusal` ``recovery.length``, ``recovery.group`` (with the group's number) or ``recovery.whole``.
    """
    words = [word for word in text.replace("-", " ").upper().split() if not word.endswith((":", "."))]
    typed = "".join(words).translate(_READ_AS)
    if len(typed) != GROUPS * 5:
        raise Refusal(
            "recovery.length",
            "The recovery sheet has %(groups)s groups of five characters (%(want)s characters); %(got)s were typed.",
            groups=GROUPS,
            want=GROUPS * 5,
            got=len(typed),
        )
    number = 0
    for index in range(GROUPS):
        group = typed[index * 5 : index * 5 + 5]
        if any(character not in ALPHABET for character in group) or _group(_value(group[:4]), index) != group:
            raise Refusal(
                "recovery.group", "Group %(number)s has a typing mistake. Compare it again.", number=index + 1
            )
        number = (number << 20) | _value(group[:4])
    master = (number >> 24).to_bytes(33, "big")[1:]
    if (number >> 24) >> 256 or number & 0xFFFFFF != _digest(master):
        raise Refusal("recovery.whole", "Each group looks right, but together they are not a key. Check their order.")
    return master


def _digest(master: bytes) -> int:
    """Four zero bits and 20 bits of SHA-256: what stands below the key in the 280-bit number."""
    return int.from_bytes(hashlib.sha256(b"linli/recovery" + master).digest()[:3], "big") & 0xFFFFF


def _group(value: int, index: int) -> str:
    letters = [(value >> shift) & 31 for shift in (15, 10, 5, 0)]
    check = _times(index + 1, 16)
    for position, letter in enumerate(letters):
        check ^= _times(letter, 2 + position)
    return "".join(ALPHABET[letter] for letter in [*letters, check])


def _value(letters: str) -> int:
    value = 0
    for letter in letters:
        value = (value << 5) | ALPHABET.index(letter)
    return value


def _times(left: int, right: int) -> int:
    """The product in GF(32) modulo x^5 + x^2 + 1."""
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left & 32:
            left ^= 0b100101
        right >>= 1
    return product
