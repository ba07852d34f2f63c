"""What people type into the forms of the duties: a telephone, an id."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_noop

from linli.kernel.phones import kind_of, read_phones
from linli.kernel.refusal import Refusal


def phone_of(typed: str) -> str:
    """The digits of a telephone number; "" for nothing. Refused: what is no number."""
    good = [number for number in read_phones(typed, is_placeholder=lambda word: False).numbers if kind_of(number)]
    if typed.strip() and not good:
        raise Refusal("duties.phone_unclear", gettext_noop("This is no telephone number."))
    return good[0] if good else ""


def id_of(typed: str) -> UUID | None:
    """An id of a form or an address; None for what is none."""
    try:
        return UUID(typed)
    except ValueError:
        return None
