"""How a household calls whoever looks after it: a number of the office he holds, else where people ask.

A volunteer's own number stands on the roster for whoever keeps it; it is given to no household without him.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.utils.translation import gettext as _

from linli import vault
from linli.accounts.models import User
from linli.ground.actions.people import PHONE_CONTEXT, unmask
from linli.ground.models import Body, Mandate, Person, Phone
from linli.ground.who import everyone
from linli.kernel.phones import read_phones
from linli.operations.models import Operation

COMMITTEE = "committee"
MOST_NUMBERS = 3


@dataclass(frozen=True)
class Call:
    """A number as it is shown, and as a telephone dials it; ``words`` alone where no number can be read in them.

    ``source``: whose it is, ``holder``, ``body``, ``operation`` or ``committee``.
    """

    words: str
    dial: str = ""
    source: str = ""


def call_of(mandate: Mandate | None, operation: Operation | None) -> Call | None:
    """The number of an office holder or of his body, else where people of an operation ask, else the committee's. None: there is none."""
    return Numbers([mandate] if mandate is not None else []).of(mandate, operation)


class Numbers:
    """How some office holders are called: read at once when it is first asked for, at most three statements."""

    def __init__(self, mandates: Iterable[Mandate]) -> None:
        self._mandates = list(mandates)

    def of(self, mandate: Mandate | None, operation: Operation | None) -> Call | None:
        """The number of one of them; see :func:`call_of`."""
        for source, text in self._told(mandate, operation):
            if text:
                numbers = read_phones(text, is_placeholder=lambda _text: False).numbers
                return Call(text, numbers[0] if numbers else "", source)
        return None

    def _told(self, mandate: Mandate | None, operation: Operation | None) -> Iterator[tuple[str, str]]:
        """Whose number, and the number, in the order in which they are tried."""
        if mandate is not None and mandate.person_id is not None:
            own = self._phones.get(mandate.person_id)
            yield "holder", _whole(own) if own is not None else ""
        elif mandate is not None:
            body = self._bodies.get(mandate.of_body_id or mandate.body_id)
            yield "body", body.phone if body is not None else ""
        yield "operation", operation.contact if operation is not None else ""
        yield "committee", self._of_committee(mandate)

    def _of_committee(self, mandate: Mandate | None) -> str:
        """The duty telephone of the residents' committee of the neighbourhood."""
        place = mandate.place if mandate is not None else None
        return self._committees.get(place.neighbourhood_id, "") if place is not None else ""

    @cached_property
    def _phones(self) -> dict[UUID, Phone]:
        rows = Phone.objects.filter(person__in={one.person_id for one in self._mandates if one.person_id is not None})
        return {row.person_id: row for row in rows.order_by("since")}

    @cached_property
    def _bodies(self) -> dict[int | None, Body]:
        ids = {one.of_body_id or one.body_id for one in self._mandates} - {None}
        found: dict[int | None, Body] = dict(Body.objects.in_bulk(ids)) if ids else {}
        return found

    @cached_property
    def _committees(self) -> dict[int | None, str]:
        places = {one.place.neighbourhood_id for one in self._mandates if one.place is not None}
        rows = Body.objects.filter(kind__code=COMMITTEE, place__in=places, until__isnull=True).exclude(phone="")
        return dict(reversed(list(rows.values_list("place", "phone"))))


def numbers_to_call(*, by: User, person: Person) -> list[Call]:
    """The numbers of somebody who is looked after, the newest first, for whoever calls him now; each is journaled as unmasked."""
    rows = Phone.objects.filter(person__in=everyone(person)).order_by("-since", "pk")[:MOST_NUMBERS]
    reason = _("to call somebody who is looked after")
    texts = [unmask(by=by, row=row, reason=reason) for row in rows]
    return [Call(text, next(iter(read_phones(text, is_placeholder=lambda _text: False).numbers), "")) for text in texts]


def _whole(phone: Phone) -> str:
    try:
        return vault.unseal_text(phone.sealed, context=PHONE_CONTEXT)
    except vault.KeyMissing:
        return ""
