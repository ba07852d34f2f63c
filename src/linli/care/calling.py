"""How a household calls whoever looks after it: the number of the office he holds, else where people ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from linli import vault
from linli.ground.actions.people import PHONE_CONTEXT
from linli.ground.models import Mandate, Phone
from linli.kernel.phones import read_phones
from linli.operations.models import Operation

Lookup = Callable[[Mandate], str]
_lookups: list[Lookup] = []


def introduce(lookup: Lookup) -> None:
    """Let a room above say the number under which an office holder wants to be called; "" when it knows none. From ``apps.py``."""
    if lookup not in _lookups:
        _lookups.append(lookup)


@dataclass(frozen=True)
class Call:
    """A number as it is shown, and as a telephone dials it; ``words`` alone where no number is known."""

    words: str
    dial: str = ""


def call_of(mandate: Mandate | None, operation: Operation | None) -> Call | None:
    """The number of an office holder, of his body, or where people of an operation ask. None: nobody wrote one down."""
    number = _number(mandate) if mandate is not None else ""
    if number:
        return _call(number)
    return _call(operation.contact) if operation is not None and operation.contact else None


def _number(mandate: Mandate) -> str:
    for lookup in _lookups:
        if found := lookup(mandate):
            return found
    if mandate.person_id is not None:
        own = Phone.objects.filter(person=mandate.person_id).order_by("-since").first()
        return _whole(own) if own is not None else ""
    body = mandate.of_body or mandate.body
    return body.phone if body is not None else ""


def _whole(phone: Phone) -> str:
    try:
        return vault.unseal_text(phone.sealed, context=PHONE_CONTEXT)
    except vault.KeyMissing:
        return ""


def _call(text: str) -> Call:
    numbers = read_phones(text, is_placeholder=lambda _text: False).numbers
    return Call(text, numbers[0] if numbers else "")
