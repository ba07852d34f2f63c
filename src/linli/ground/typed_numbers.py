"""A document or phone number that a clerk types, read with the kernel's checks; a number that is not certain is refused."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from django.utils.translation import gettext_noop

from linli.kernel import phones
from linli.kernel.identity_reading import read_identity
from linli.kernel.refusal import Refusal

KINDS = {
    "id": ("id", ""),
    "passport": ("passport", "护照"),
    "hk_macao_permit": ("hk_macao", "港澳通行证"),
    "taiwan_permit": ("taiwan", "台湾通行证"),
    "permanent_residence": ("residence", "永久居留身份证"),
}
"""The kernel's kind → the register's kind, and the word that says it before a number."""
_WORDS = dict(KINDS.values())
_WHY = {
    "id_17_digits": gettext_noop("One digit is missing: an identity number has 18."),
    "id_bad_length": gettext_noop("An identity number has 18 digits."),
    "id_bad_check": gettext_noop("The last character does not fit the others: one digit is mistyped."),
    "id_impossible_date": gettext_noop("The date of birth inside this number does not exist."),
    "id_unknown_area": gettext_noop("The first digits of this number are of no known area."),
    "id_letter_in_number": gettext_noop("A letter stands in this number, where only digits can be."),
}


def read_document(text: str, kind: str, *, today: date) -> tuple[str, bool]:
    """(the number to keep, whether its check was right). Refused with ``ground.document_wrong`` and why."""
    if kind == "other":
        bare = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
        if re.fullmatch(r"[0-9A-Z\-]{4,30}", bare):
            return bare, False
        raise Refusal("ground.document_wrong", gettext_noop("This is no number of such a document."))
    if kind not in _WORDS:
        raise Refusal("ground.document_kind", gettext_noop("There is no such kind of document."))
    home = True if kind == "id" else None
    reading = read_identity(_WORDS[kind] + text, nation=None, home=home, is_placeholder=lambda _: False, today=today)
    own = KINDS[reading.doc][0] if reading.doc else ""
    eighteen = kind == "residence" and own == "id" and (reading.number or "")[:1] == "9"
    if reading.number is None or (own != kind and not eighteen):
        why = next((_WHY[code] for code in reading.problems if code in _WHY), "") if kind == "id" else ""
        raise Refusal("ground.document_wrong", why or gettext_noop("This is no number of such a document."))
    return reading.number, kind == "id"


def read_phone(text: str) -> str:
    """The one phone number in ``text``, digits only. Refused with ``ground.phone_wrong``."""
    reading = phones.read_phones(text, is_placeholder=lambda _: False)
    if len(reading.numbers) != 1:
        raise Refusal("ground.phone_wrong", gettext_noop("This is no phone number. Please write one number only."))
    return reading.numbers[0]
