"""The readable permit number: six characters and a check character, as in `3K7-2H4-X`.

It is for the telephone and for a torn card: 23 characters that are not taken for one another (no 0 O Q D, 1 I L, 2 Z,
5 S, 6 G, 8 B, U V, M N pairs), grouped 3-3-1. The check is a weighted sum modulo 23. As 23 is prime and the weights
differ, every single wrong character and every exchange of two characters is noticed. Consecutive serials are spread
over the whole range, so that a slip of the ear does not land on the neighbour's card. It is no secret and no proof:
the signature in the permit code is.
"""

import unicodedata

ALPHABET = "23456789ACEFHJKMPRTUWXY"
BASE = len(ALPHABET)
LENGTH = 6
CAPACITY = BASE**LENGTH
"""How many numbers there are: 148,035,889."""

# The characters that were left out, read as the one kept of each pair; the check character still guards the result.
LOOKALIKES = {"Z": "2", "S": "5", "G": "6", "B": "8", "V": "U", "N": "M"}
_SEPARATORS = frozenset({"Pd", "Pc", "Zs", "Po"})  # Unicode: hyphens and dashes, underscores, spaces, full stops
_WEIGHTS = (2, 3, 4, 5, 6, 7)
_MULTIPLIER = 91_492_571  # coprime to 23: a bijection of the range
_OFFSET = 60_310_227
_INVERSE = pow(_MULTIPLIER, -1, CAPACITY)


class PermitNumberError(ValueError):
    """The text is no permit number; `reason` is 'length', 'character' or 'check'."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check_character(body: str) -> str:
    """Return the check character of six characters of the alphabet."""
    total = sum(weight * ALPHABET.index(character) for weight, character in zip(_WEIGHTS, body, strict=True))
    return ALPHABET[-total % BASE]


def number_for(serial: int) -> str:
    """Return the seven characters of the permit number of `serial` (0 ≤ serial < CAPACITY), without hyphens.

    Raises ValueError outside that range.
    """
    if not 0 <= serial < CAPACITY:
        raise ValueError(f"serial {serial} is outside 0…{CAPACITY - 1}")
    value = (serial * _MULTIPLIER + _OFFSET) % CAPACITY
    body = ""
    for _ in range(LENGTH):
        value, digit = divmod(value, BASE)
        body = ALPHABET[digit] + body
    return body + check_character(body)


def serial_of(number: str) -> int:
    """Return the serial that `number_for` was given. Raises PermitNumberError."""
    value = 0
    for character in parse(number)[:LENGTH]:
        value = value * BASE + ALPHABET.index(character)
    serial: int = (value - _OFFSET) * _INVERSE % CAPACITY
    return serial


def parse(text: str) -> str:
    """Return the seven characters of what was typed or heard: case, hyphens, spaces and full-width forms do not matter.

    Raises PermitNumberError with the reason.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    characters = [LOOKALIKES.get(one, one) for one in plain if unicodedata.category(one) not in _SEPARATORS]
    if len(characters) != LENGTH + 1:
        raise PermitNumberError("length")
    if any(one not in ALPHABET for one in characters):
        raise PermitNumberError("character")
    number = "".join(characters)
    if check_character(number[:LENGTH]) != number[LENGTH]:
        raise PermitNumberError("check")
    return number


def is_number(text: str) -> bool:
    """Tell whether `text` is a permit number with a right check character."""
    try:
        parse(text)
    except PermitNumberError:
        return False
    return True


def shown(number: str) -> str:
    """Return the number as printed and read aloud: `3K7-2H4-X`. Raises PermitNumberError."""
    plain = parse(number)
    return f"{plain[:3]}-{plain[3:6]}-{plain[6]}"
