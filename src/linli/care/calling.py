"""How a household calls whoever looks after it: a number of the office he holds, else where people ask.

A volunteer's own number stands on the roster for whoever keeps it; it is given to no household without him.
"""

from __future__ import annotations

from dataclasses import dataclass

from linli import vault
from linli.ground.actions.people import PHONE_CONTEXT
from linli.ground.models import Body, Mandate, Phone
from linli.kernel.phones import read_phones
from linli.operations.models import Operation

COMMITTEE = "committee"


@dataclass(frozen=True)
class Call:
    """A number as it is shown, and as a telephone dials it; ``words`` alone where no number can be read in them."""

    words: str
    dial: str = ""


def call_of(mandate: Mandate | None, operation: Operation | None) -> Call | None:
    """The number of an office holder or of his body, else where people of an operation ask, else the committee's. None: there is none."""
    text = (_of_holder(mandate) if mandate is not None else "") or (operation.contact if operation is not None else "")
    text = text or (_of_committee(mandate) if mandate is not None else "")
    if not text:
        return None
    numbers = read_phones(text, is_placeholder=lambda _text: False).numbers
    return Call(text, numbers[0] if numbers else "")


def _of_holder(mandate: Mandate) -> str:
    if mandate.person_id is not None:
        own = Phone.objects.filter(person=mandate.person_id).order_by("-since").first()
        return _whole(own) if own is not None else ""
    body = mandate.of_body or mandate.body
    return body.phone if body is not None else ""


def _of_committee(mandate: Mandate) -> str:
    """The duty telephone of the residents' committee of the neighbourhood."""
    if mandate.place is None:
        return ""
    rows = Body.objects.filter(kind__code=COMMITTEE, place=mandate.place.neighbourhood_id, until__isnull=True)
    return rows.exclude(phone="").values_list("phone", flat=True).first() or ""


def _whole(phone: Phone) -> str:
    try:
        return vault.unseal_text(phone.sealed, context=PHONE_CONTEXT)
    except vault.KeyMissing:
        return ""
