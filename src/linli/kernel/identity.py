"""Identity numbers of GB 11643-1999 (18 digits) and of its 15-digit forerunner: check, birth date, sex. RULES.md B12.

Reading what a person typed into a cell is ``identity_reading``; here is only the arithmetic of the standard.
"""

from __future__ import annotations

from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"

# Province prefixes of GB/T 2260; 81-83 are the residence permits of Hong Kong, Macao and Taiwan residents,
# 91-98 the permanent residence cards of foreigners issued since December 2023 (first digit 9).
_PROVINCES = frozenset(
    str(number)
    for block in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82, 83),
    )
    for number in block
)

# Areas that no longer exist but whose numbers stay valid for life (GB/T 2260 keeps the code of the first registration).
ABOLISHED_AREAS = frozenset(
    (
        "110103", "110104", "110110", "120107", "120108", "120109", "310102", "310103", "310108", "310111",
        "310119", "310221", "310222", "310223", "310224", "310225", "310226", "310227", "310228", "310229",
        "310230", "320103", "320107", "320301", "330122", "370103", "420121", "440103", "440102", "440113",
        "500108", "510130",
    )
)  # fmt: skip


def check_character(first17: str) -> str:
    """The 18th character for 17 digits (ISO 7064 MOD 11-2 as GB 11643 writes it)."""
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True)) % 11]


def known_area(number: str) -> bool:
    """Whether the first digits can be an area at all: a province, 81-83, or 9 (foreigner's permanent residence)."""
    return number[:2] in _PROVINCES or number[:1] == "9"


def date_of(digits8: str) -> date | None:
    """YYYYMMDD → date, None if there is no such day."""
    try:
        return date(int(digits8[:4]), int(digits8[4:6]), int(digits8[6:8]))
    except ValueError:
        return None


def born_of(number18: str) -> date | None:
    """The birth date inside an 18-digit number, None if it is no day of the calendar."""
    return date_of(number18[6:14])


def sex_of(number: str) -> str:
    """男 for an odd 17th digit (15-digit form: the last digit), else 女."""
    digit = number[16] if len(number) == 18 else number[14]
    return "男" if int(digit) % 2 else "女"


def is_valid(number18: str, *, today: date | None = None) -> bool:
    """True if form, area, date and check character are right; a birth date after ``today`` is not."""
    if len(number18) != 18 or not number18[:17].isascii() or not number18[:17].isdigit():
        return False
    born = born_of(number18)
    if born is None or born.year < 1850 or (today is not None and born > today):
        return False
    return known_area(number18) and check_character(number18[:17]) == number18[17]


def widen(number15: str) -> str | None:
    """The 18-digit number of a 15-digit one: century 19 and the check character; None if its date does not exist.

    Numbers 996 to 999 at the end were kept for people older than a hundred in 1984: for them the century is 18.
    """
    century = "18" if number15[12:15] in {"996", "997", "998", "999"} else "19"
    first17 = number15[:6] + century + number15[6:]
    if date_of(first17[6:14]) is None or not known_area(first17):
        return None
    return first17 + check_character(first17)


def twins(one: str, other: str) -> bool:
    """Two valid numbers that a registrar gave out one after the other: same area, same day, order number next to it."""
    if len(one) != 18 or len(other) != 18 or one[:14] != other[:14]:
        return False
    return 0 < abs(int(one[14:17]) - int(other[14:17])) <= 2


def masked(number: str) -> str:
    """The last four characters of a long number (two of a short one) and a star for each of the others."""
    keep = 4 if len(number) >= 12 else 2
    return "*" * max(len(number) - keep, 0) + number[-keep:] if number else number
