"""A permit code as a QR code: alphanumeric, fixed mask, at most version 8, as a vector path.

3,500 codes are made in one go, and every library in reach spends most of its time on patterns that are the same for all
codes of a size. So segno draws one *reference* per size, and from then on only the modules that differ from it are
turned: what stands in a QR code is linear over GF(2). A test compares every size with segno, module for module.
"""

import functools
import itertools
import re
from dataclasses import dataclass

import segno

from linli.kernel.base45 import ALPHABET
from linli.kernel.permit_code import qr_size

MASK = 3
"""Fixed: signed codes look random, so any mask serves, and a search over all eight costs eight times the making."""

QUIET = 4
"""Modules of quiet zone on each side (ISO/IEC 18004)."""

# ISO/IEC 18004 table 9: error correction bytes of a block, and the data bytes of each block.
_BLOCKS = {
    (1, "L"): (7, [19]),
    (1, "M"): (10, [16]),
    (2, "L"): (10, [34]),
    (2, "M"): (16, [28]),
    (3, "L"): (15, [55]),
    (3, "M"): (26, [44]),
    (4, "L"): (20, [80]),
    (4, "M"): (18, [32, 32]),
    (5, "L"): (26, [108]),
    (5, "M"): (24, [43, 43]),
    (6, "L"): (18, [68, 68]),
    (6, "M"): (16, [27, 27, 27, 27]),
    (7, "L"): (20, [78, 78]),
    (7, "M"): (18, [31, 31, 31, 31]),
    (8, "L"): (24, [97, 97]),
    (8, "M"): (22, [38, 38, 39, 39]),
}
_ALIGNMENT = {1: (), 2: (6, 18), 3: (6, 22), 4: (6, 26), 5: (6, 30), 6: (6, 34), 7: (6, 22, 38), 8: (6, 24, 42)}
_TO_NUMBERS = bytes.maketrans(b"01", b"\x00\x01")
_TO_DIGITS = bytes.maketrans(b"\x00\x01", b"01")
_RUN = re.compile("1+|0+").findall
_STEPS = {"1" * length: f"h{length}" for length in range(1, 50)} | {
    "0" * length: f"m{length} 0" for length in range(1, 50)
}


@dataclass(frozen=True)
class _Reference:
    """A finished code of one size: its modules row by row, its codewords, and where each bit of them stands."""

    size: int
    modules: bytes
    codewords: bytes
    places: tuple[int, ...]


def matrix(text: str) -> list[str]:
    """Return the rows of modules of `text`, "1" is dark. Raises TooLargeToPrint above version 8."""
    version, level = qr_size(text)
    reference = _reference(version, level)
    codewords = _codewords(text, version, level)
    turned = int.from_bytes(codewords, "big") ^ int.from_bytes(reference.codewords, "big")
    bits = f"{turned:0{len(codewords) * 8}b}".encode().translate(_TO_NUMBERS)
    modules = bytearray(reference.modules)
    for place in itertools.compress(reference.places, bits):
        modules[place] ^= 1
    size, drawn = reference.size, modules.translate(_TO_DIGITS).decode()
    return [drawn[start : start + size] for start in range(0, size * size, size)]


def svg(text: str) -> str:
    """Return a QR code with its quiet zone as SVG of one path: a line one module thick for each dark run of a row.

    Raises TooLargeToPrint.
    """
    rows = matrix(text)
    side = len(rows) + 2 * QUIET
    lines = [f"M{QUIET} {y}.5" + "".join(map(_STEPS.__getitem__, _RUN(row))) for y, row in enumerate(rows, start=QUIET)]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
    return f'{head}<path stroke="#000" d="{"".join(lines)}"/></svg>'


@functools.lru_cache(maxsize=16)
def _reference(version: int, level: str) -> _Reference:
    text = "LINLI"
    made = segno.make(
        text, version=version, error=level, mode="alphanumeric", mask=MASK, boost_error=False, micro=False
    )
    modules = bytes(module for row in made.matrix for module in row)
    return _Reference(len(made.matrix), modules, _codewords(text, version, level), _places(version))


def _places(version: int) -> tuple[int, ...]:
    """Return the module of each bit, in the order in which a code is filled (ISO/IEC 18004 § 7.7.3)."""
    size = 17 + 4 * version
    taken = _function_modules(version, size)
    found = []
    upward = True
    for right in range(size - 1, 0, -2):
        pair = right if right > 6 else right - 1
        for y in range(size - 1, -1, -1) if upward else range(size):
            found += [y * size + x for x in (pair, pair - 1) if (x, y) not in taken]
        upward = not upward
    return tuple(found)


def _function_modules(version: int, size: int) -> set[tuple[int, int]]:
    """Return (x, y) of finders with format information, timing, alignment and version information."""
    taken = {(x, y) for x in range(9) for y in range(9)}
    taken |= {(x, y) for x in range(size - 8, size) for y in range(9)}
    taken |= {(x, y) for x in range(9) for y in range(size - 8, size)}
    taken |= {(6, one) for one in range(size)} | {(one, 6) for one in range(size)}
    centres = _ALIGNMENT[version]
    for across in centres:
        for down in centres:
            if {across, down} == {6, size - 7} or across == down == 6:
                continue
            taken |= {(across + x, down + y) for x in range(-2, 3) for y in range(-2, 3)}
    if version >= 7:
        taken |= {(x, y) for x in range(size - 11, size - 8) for y in range(6)}
        taken |= {(x, y) for x in range(6) for y in range(size - 11, size - 8)}
    return taken


def _codewords(text: str, version: int, level: str) -> bytes:
    """Return data and error correction bytes, interleaved."""
    check_length, lengths = _BLOCKS[version, level]
    data = _data(text, sum(lengths))
    blocks, start = [], 0
    for length in lengths:
        blocks.append(data[start : start + length])
        start += length
    checks = [_checks(block, check_length) for block in blocks]
    longest = max(lengths)
    mixed = [block[index] for index in range(longest) for block in blocks if index < len(block)]
    return bytes(mixed + [check[index] for index in range(check_length) for check in checks])


def _data(text: str, capacity: int) -> bytes:
    """Return mode, length, characters, end and padding as `capacity` bytes."""
    values = [ALPHABET.index(character) for character in text]
    bits = ["0010", f"{len(values):09b}"]
    bits += [f"{one * 45 + two:011b}" for one, two in zip(values[::2], values[1::2], strict=False)]
    if len(values) % 2:
        bits.append(f"{values[-1]:06b}")
    joined = "".join(bits)
    joined += "0" * min(4, capacity * 8 - len(joined))
    joined += "0" * (-len(joined) % 8)
    found = int(joined, 2).to_bytes(len(joined) // 8, "big")
    return (found + b"\xec\x11" * capacity)[:capacity]


def _product(one: int, two: int) -> int:
    """Multiply in GF(256) modulo x^8 + x^4 + x^3 + x^2 + 1."""
    found = 0
    while two:
        if two & 1:
            found ^= one
        one = one << 1 ^ (0x11D if one & 0x80 else 0)
        two >>= 1
    return found


@functools.lru_cache(maxsize=16)
def _multiples(length: int) -> tuple[int, ...]:
    """Return, for each byte, its product with the generator polynomial of degree `length`, without the leading term."""
    polynomial, root = [1], 1
    for _ in range(length):
        shifted = [*polynomial, 0]
        for index, factor in enumerate(polynomial, start=1):
            shifted[index] ^= _product(factor, root)
        polynomial, root = shifted, _product(root, 2)
    return tuple(
        int.from_bytes(bytes(_product(factor, byte) for factor in polynomial[1:]), "big") for byte in range(256)
    )


def _checks(block: bytes, length: int) -> bytes:
    """Return the Reed-Solomon remainder of `block`."""
    table, top, keep = _multiples(length), 8 * (length - 1), (1 << 8 * length) - 1
    remainder = 0
    for byte in block:
        lead = byte ^ remainder >> top
        remainder = (remainder << 8 & keep) ^ table[lead]
    return remainder.to_bytes(length, "big")
