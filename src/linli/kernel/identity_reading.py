"""What stands in an identity cell → document kind, number that may be stored, problems named. Never guesses a number.

Problem codes: ``id_missing``, ``id_placeholder``, ``id_float_lost``, ``id_float_lost_lucky``, ``id_15_digits``,
``id_17_digits``, ``id_bad_length``, ``id_bad_check``, ``id_impossible_date``, ``id_unknown_area``, ``id_letter_in_number``,
``id_abolished_area``, ``id_apostrophe``, ``id_fullwidth``, ``id_fullwidth_x``, ``id_inner_space``, ``id_trailing_space``,
``id_lower_x``, ``id_number_cell``, ``passport_prefixed``, ``passport_lower_case``, ``passport_zeros_lost``, ``document_unclear``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from linli.kernel import identity

Raw = str | float | int | None

# Blank characters that offices leave behind a number: space, NBSP, U+3000, zero-width ones, TAB, BOM.
_BLANKS = (
    " \t\r\n\u00a0\u3000\u200b\u200c\u200d\u2060\ufeff\u2002\u2003\u2009"
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"  # marks of writing direction, copied from chats
)
_STRIP = re.compile(f"^[{_BLANKS}]+|[{_BLANKS}]+$")
_INNER = re.compile(rf"[{_BLANKS}\-–—‐‑_.·]")
_APOSTROPHE = re.compile(r"^['’‘`´＇\"“”]+|['’‘`´＇\"“”]+$")
_SCIENTIFIC = re.compile(r"^\d(?:\.\d+)?E\+?\d{1,2}$")
_WORDS = {
    "id": ("居民身份证号码", "居民身份证", "身份证号码", "身份证号", "身份证", "ID CARD", "ID"),
    "passport": ("护照号码", "护照号", "护照", "PASSPORT NO", "PASSPORT", "PP"),
    "hk_macao_permit": ("港澳居民来往内地通行证", "港澳通行证", "回乡证"),
    "taiwan_permit": ("台湾居民来往大陆通行证", "台湾通行证", "台胞证"),
    "permanent_residence": ("外国人永久居留身份证", "外国人永久居留证", "永久居留身份证", "永久居留证", "永居证"),
}
_HK_MACAO = re.compile(r"^[HM](?:\d{8}|\d{10})$")
_TAIWAN = re.compile(r"^(?:\d{8}|\d{10}[A-Z]?)$")
_PERMANENT = re.compile(r"^[A-Z]{3}\d{12}$")
_PASSPORT = re.compile(r"^(?=.*\d)[A-Z0-9]{6,12}$")
_HOME_PASSPORT = re.compile(r"^(?:E[A-HJ-NP-Z]?\d{7,8}|[GPDSK][A-Z]?\d{7,8}|1[45]\d{7})$")
_LOOKALIKE = str.maketrans({"O": "0", "Q": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "B": "8"})
_NINE_DIGITS = frozenset({"英国", "美国"})
_HK_NATIONS = ("香港", "澳门")


@dataclass(frozen=True, slots=True)
class IdentityReading:
    """``doc``: id, passport, hk_macao_permit, taiwan_permit, permanent_residence or None; ``number`` only if it may be stored."""

    doc: str | None
    number: str | None = None
    problems: tuple[str, ...] = ()
    proposal: str | None = None
    fragment: str | None = field(default=None, repr=False)  # digits that survived, for comparing with others only


def read_identity(
    raw: Raw, *, nation: str | None, home: bool | None, is_placeholder: Callable[[str], bool], today: date | None = None
) -> IdentityReading:
    """Read one cell. ``home``: True for Chinese nationals, False for others, None if the register does not say."""
    default = "passport" if home is False else "id"
    if raw is None or (isinstance(raw, str) and not _STRIP.sub("", raw)):
        return IdentityReading(default, problems=("id_missing",))
    if isinstance(raw, (int, float)):
        return _from_number(float(raw), default, nation, today)
    text, problems, word = _clean(raw)
    if not text or is_placeholder(text):
        return IdentityReading(word or default, problems=("id_placeholder",))
    if re.fullmatch(r"\d{16,19}\.0+", unicodedata.normalize("NFKC", raw).strip(_BLANKS + "'")):
        return IdentityReading(
            "id", problems=("id_float_lost",), fragment=raw.strip(_BLANKS + "'")[:15]
        )  # written out of a float
    if _SCIENTIFIC.match(text):
        return IdentityReading("id", problems=(*problems, "id_float_lost"), fragment=_fragment(float(text)))
    return _from_text(text, problems, word, default, nation, home, today)


def _clean(raw: str) -> tuple[str, list[str], str | None]:
    """Normalised text, the repairs it took, and the document word written before the number, if any."""
    problems: list[str] = []
    text = _STRIP.sub("", raw)
    if text != raw:
        problems.append("id_trailing_space")
    bare = _APOSTROPHE.sub("", text)
    if bare != text:
        problems.append("id_apostrophe")
        text = _STRIP.sub("", bare)
    narrow = unicodedata.normalize("NFKC", text)
    if narrow != text:
        wide_digits = any("０" <= char <= "９" for char in text)
        problems.append(
            "id_fullwidth" if wide_digits else "id_fullwidth_x" if "Ｘ" in text or "ｘ" in text else "id_fullwidth"
        )
    twice = re.fullmatch(r"(\d{17}[\dXx])[\s/、,;]+(\d{17}[\dXx])", narrow)
    if twice and twice.group(1).upper() == twice.group(2).upper():
        narrow = twice.group(1)
    narrow = re.sub(r"^([HMhm]\d{8})\((\d{2})\)$", r"\1\2", narrow)  # the number of the issue behind it
    text, word = _without_word(narrow)
    if word == "passport":
        problems.append("passport_prefixed")
    if _SCIENTIFIC.match(text.upper()):
        return text.upper(), problems, word
    closed = _INNER.sub("", text)
    if closed != text and any(char.isdigit() for char in text):
        problems.append("id_inner_space")
        text = closed
    text = text.replace("×", "X").replace("х", "x").replace("Х", "X")
    if any(char.islower() for char in text):
        problems.append("id_lower_x" if re.fullmatch(r"\d{17}x", text) else "passport_lower_case")
    return text.upper(), problems, word


def _without_word(text: str) -> tuple[str, str | None]:
    if text[:1].isdigit() and text[-1:] not in ")）":
        return text, None
    upper = text.upper()
    for kind, words in _WORDS.items():
        for word in words:
            if upper.startswith(word) and len(text) > len(word):
                rest = text[len(word) :].lstrip(" :：号码#NOno.")
                if rest and (ord(word[0]) > 127 or not text[len(word)].isalnum()):
                    return rest, kind
            if ord(word[0]) > 127 and upper.endswith((f"({word})", f"（{word}）")):
                return text[: -len(word) - 2].strip(), kind
    return text, None


def _from_number(value: float, default: str, nation: str | None, today: date | None) -> IdentityReading:
    """A number cell keeps 15 digits: a 15-digit number survives, a longer one is gone, leading zeros are gone too."""
    if value != int(value) or value < 0:
        return IdentityReading(default, problems=("document_unclear",))
    digits = f"{value:.0f}"
    if len(digits) in (16, 17, 18, 19):
        kept = _fragment(value)
        lucky = len(digits) == 18 and identity.is_valid(kept + "000", today=today)
        return IdentityReading("id", problems=("id_float_lost", "id_float_lost_lucky")[: 1 + lucky], fragment=kept)
    if len(digits) == 15:
        return _fifteen(digits, [], today)
    if default == "passport":
        if len(digits) == 9 and nation in _NINE_DIGITS:
            return IdentityReading("passport", digits, ("id_number_cell",))
        return IdentityReading("passport", problems=("passport_zeros_lost",), proposal=_padded(digits, nation))
    return IdentityReading(default, problems=("id_bad_length",))


def _padded(digits: str, nation: str | None) -> str | None:
    return digits.zfill(9) if nation in _NINE_DIGITS and len(digits) < 9 else None


def _fragment(value: float) -> str:
    """The 15 digits that a spreadsheet keeps of a long number."""
    return f"{value:.14e}".split("e")[0].replace(".", "")


def _from_text(
    text: str,
    problems: list[str],
    word: str | None,
    default: str,
    nation: str | None,
    home: bool | None,
    today: date | None,
) -> IdentityReading:
    if re.fullmatch(r"\d{15}\.0|\d{18}\.0", text):
        text = text[:-2]
    if re.fullmatch(r"\d{17}[\dX]", text) and word in (None, "id", "permanent_residence"):
        return _eighteen(text, problems, today)
    if re.fullmatch(r"\d{15}", text) and word in (None, "id"):
        return _fifteen(text, problems, today)
    other = _other_document(text, word, nation, home)
    if other is not None:
        kinds = [_as_passport(code) for code in problems] if other == "passport" else problems
        return IdentityReading(other, text, tuple(kinds))
    if home is False or word == "passport":
        lost = text.isdigit() and len(text) < 8
        return IdentityReading(
            "passport",
            problems=("passport_zeros_lost" if lost else "document_unclear",),
            proposal=_padded(text, nation) if lost else None,
        )
    return IdentityReading("id", problems=(*problems, _length_problem(text)), proposal=_letters_proposal(text, today))


def _as_passport(code: str) -> str:
    return {"id_lower_x": "passport_lower_case"}.get(code, code)


def _other_document(text: str, word: str | None, nation: str | None, home: bool | None) -> str | None:
    """The kind of a document that is no resident identity number; None if the text cannot be one."""
    if _PERMANENT.match(text) and word in (None, "permanent_residence"):
        return "permanent_residence"
    if word in ("hk_macao_permit", "taiwan_permit"):
        return word if (_HK_MACAO if word == "hk_macao_permit" else _TAIWAN).match(text) else None
    if nation and "台湾" in nation and _TAIWAN.match(text):
        return "taiwan_permit"
    if _HK_MACAO.match(text) and (
        home is None or (nation is not None and any(place in nation for place in _HK_NATIONS))
    ):
        return "hk_macao_permit"
    if word == "passport" or home is False:
        fits = _PASSPORT.match(text) and not (text.isdigit() and len(text) < 8)
        return "passport" if fits else None
    if _HOME_PASSPORT.match(text):
        return "passport"
    looks = home is None and _PASSPORT.match(text) and not re.fullmatch(r"\d{6,8}|\d{10,12}|\d+[A-Z]\d+", text)
    return "passport" if looks else None


def _eighteen(text: str, problems: list[str], today: date | None) -> IdentityReading:
    born = identity.born_of(text)
    if born is None or born.year < 1850 or (today is not None and born > today):
        return IdentityReading("id", problems=(*problems, "id_impossible_date"), fragment=text)
    if not identity.known_area(text):
        return IdentityReading("id", problems=(*problems, "id_unknown_area"), fragment=text)
    if identity.check_character(text[:17]) != text[17]:
        return IdentityReading("id", problems=(*problems, "id_bad_check"), fragment=text)
    if text[:6] in identity.ABOLISHED_AREAS:
        problems = [*problems, "id_abolished_area"]
    return IdentityReading("id", text, tuple(problems))


def _fifteen(text: str, problems: list[str], today: date | None) -> IdentityReading:
    wide = identity.widen(text)
    if wide is None:
        return IdentityReading("id", problems=(*problems, "id_impossible_date"), fragment=text)
    codes = [*problems, "id_15_digits"]
    if wide[:6] in identity.ABOLISHED_AREAS:
        codes.append("id_abolished_area")
    return IdentityReading("id", wide, tuple(codes))


def _length_problem(text: str) -> str:
    if re.fullmatch(r"[\dX]{17}", text):
        return "id_17_digits"
    if re.fullmatch(r"[\dA-Z]{15}|[\dA-Z]{18}", text) and sum(char.isdigit() for char in text) >= 12:
        return "id_letter_in_number"
    if re.fullmatch(r"[\dOQIL]{17}[\dOQILX]", text) and sum(char.isdigit() for char in text) >= 7:
        return "id_letter_in_number"
    return "id_bad_length" if re.fullmatch(r"[\dX]{9,}", text) else "document_unclear"


def _letters_proposal(text: str, today: date | None) -> str | None:
    """What the number would be if a letter was typed for a digit; shown to a person, never stored."""
    if len(text) != 18:
        return None
    guess = text[:17].translate(_LOOKALIKE) + text[17].replace("O", "0")
    return guess if guess != text and identity.is_valid(guess, today=today) else None
