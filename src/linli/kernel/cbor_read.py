"""A small strict CBOR reader (RFC 8949): what a permit code may consist of, and nothing else.

Whole numbers, byte and text strings, arrays, maps, tags and null; definite lengths, shortest forms, no repeated keys,
depth at most 8. The scanner's JavaScript has the same reader in the same order of checks, so both give one verdict.
"""

from dataclasses import dataclass
from typing import TypeAlias, Union

MAX_DEPTH = 8

Value: TypeAlias = Union[int, bytes, str, None, list["Value"], dict["Value", "Value"], "Tag"]


@dataclass(frozen=True)
class Tag:
    """A tagged item (major type 6)."""

    number: int
    value: "Value"


class CborError(ValueError):
    """The bytes are not of the allowed form. `cut` is true where they end too early."""

    def __init__(self, message: str, *, cut: bool = False) -> None:
        super().__init__(message)
        self.cut = cut


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def take(self, length: int) -> bytes:
        end = self.position + length
        if end > len(self.data):
            raise CborError("the data ends inside an item", cut=True)
        part = self.data[self.position : end]
        self.position = end
        return part

    def head(self) -> tuple[int, int, int]:
        """Return (major type, additional information, argument)."""
        first = self.take(1)[0]
        major, info = first >> 5, first & 31
        if info < 24:
            return major, info, info
        if info > 27:
            raise CborError("indefinite lengths are not allowed")
        width = 1 << (info - 24)
        argument = int.from_bytes(self.take(width), "big")
        shortest_above = 23 if width == 1 else (1 << (8 * width // 2)) - 1
        if argument <= shortest_above:
            raise CborError("not the shortest form")
        if argument > 2**53 - 1:
            raise CborError("a number beyond 53 bits")
        return major, info, argument

    def item(self, depth: int) -> Value:
        if depth > MAX_DEPTH:
            raise CborError("nested too deeply")
        major, info, argument = self.head()
        if major == 0:
            return argument
        if major == 1:
            return -1 - argument
        if major == 2:
            return self.take(argument)
        if major == 3:
            try:
                return self.take(argument).decode("utf-8")
            except UnicodeDecodeError:
                raise CborError("text that is no UTF-8") from None
        if major == 4:
            return [self.item(depth + 1) for _ in range(argument)]
        if major == 5:
            return self.mapping(argument, depth)
        if major == 6:
            return Tag(argument, self.item(depth + 1))
        if info == 22:
            return None
        raise CborError("a simple value or a float")

    def mapping(self, size: int, depth: int) -> dict[Value, Value]:
        found: dict[Value, Value] = {}
        for _ in range(size):
            key = self.item(depth + 1)
            if not isinstance(key, int | str):
                raise CborError("a map key that is neither number nor text")
            if key in found:
                raise CborError("a map key twice")
            found[key] = self.item(depth + 1)
        return found


def read(data: bytes) -> Value:
    """Return the one CBOR item in `data`.

    Raises CborError, with `cut` true where the data end before the item does; data after the item are an error too.
    """
    reader = _Reader(data)
    value = reader.item(0)
    if reader.position != len(data):
        raise CborError("data after the item")
    return value
