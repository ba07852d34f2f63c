"""Base45 (RFC 9285): bytes as the 45 characters that a QR code stores in alphanumeric mode.

Two bytes become three characters, a last single byte two. Reading is strict: a group that says more than 65,535
(or 255 for the last) is refused, because two texts for one content would be two codes for one card.
"""

import struct

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}


class Base45Error(ValueError):
    """The text is no Base45. `cut` is true where it looks like the beginning of a longer text."""

    def __init__(self, message: str, *, cut: bool) -> None:
        super().__init__(message)
        self.cut = cut


def encode(data: bytes) -> str:
    """Return `data` as Base45 text (three characters for two bytes)."""
    out: list[str] = []
    for start in range(0, len(data) - 1, 2):
        value = data[start] * 256 + data[start + 1]
        high, rest = divmod(value, 45 * 45)
        middle, low = divmod(rest, 45)
        out.append(ALPHABET[low] + ALPHABET[middle] + ALPHABET[high])
    if len(data) % 2:
        high, low = divmod(data[-1], 45)
        out.append(ALPHABET[low] + ALPHABET[high])
    return "".join(out)


def decode(text: str) -> bytes:
    """Return the bytes of Base45 `text`.

    Raises Base45Error: with `cut` false for a foreign character or a group of three above 65,535, with `cut` true
    where the last group is incomplete (one character, or two that say more than 255).
    """
    try:
        values = [_VALUES[character] for character in text]
    except KeyError as missing:
        raise Base45Error(f"no Base45 character: {missing.args[0]!r}", cut=False) from None
    whole = len(values) - len(values) % 3
    groups = [
        low + middle * 45 + high * 2025
        for low, middle, high in zip(values[0:whole:3], values[1:whole:3], values[2:whole:3], strict=True)
    ]
    if groups and max(groups) > 0xFFFF:
        raise Base45Error("a group of three says more than 65535", cut=False)
    out = bytearray(struct.pack(f">{len(groups)}H", *groups))
    tail = values[whole:]
    if len(tail) == 1:
        raise Base45Error("the last group has one character", cut=True)
    if tail:
        value = tail[0] + tail[1] * 45
        if value > 0xFF:
            raise Base45Error("the last group says more than 255", cut=True)
        out.append(value)
    return bytes(out)
