"""What is sealed of a case: one JSON, one key. And the keyed indexes by which two signals of one person find each other."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace

from linli import vault
from linli.ground.actions.people import REGISTER_KEY
from linli.kernel import identity, phones
from linli.kernel.names import search_form
from linli.operations.models import Operation
from linli.returnees.models import Case

CONTEXT = "returnees.case"
ROW_CONTEXT = "returnees.row"
QUIET = frozenset({"name", "phone", "address"})
"""What may be kept without an operation: what the register itself needs of somebody who comes home (PIPL art. 6)."""
LONGEST = {
    "name": 80,
    "phone": 40,
    "document": 40,
    "address": 200,
    "place": 120,
    "vehicle": 60,
    "with_whom": 200,
    "note": 300,
}


@dataclass(frozen=True)
class Details:
    """Words about a person who arrives. ``place``: where the journey began; ``vehicle``: train, flight or plate; ``arrival``: the words."""

    name: str = ""
    phone: str = ""
    document: str = ""
    address: str = ""
    place: str = ""
    vehicle: str = ""
    with_whom: str = ""
    arrival: str = ""
    note: str = ""

    def trimmed(self) -> Details:
        """Every word within its length, without blanks around it and without characters that no screen shows."""
        clean = {f.name: _clean(getattr(self, f.name))[: LONGEST.get(f.name, 120)] for f in fields(self)}
        return Details(**clean)

    def over(self, older: Details) -> Details:
        """These words, and the older ones where these say nothing."""
        return replace(self, **{f.name: getattr(older, f.name) for f in fields(self) if not getattr(self, f.name)})

    @property
    def phone_masked(self) -> str:
        """What pages show."""
        return phones.masked(self.phone) if len(self.phone) > 2 else self.phone

    @property
    def document_masked(self) -> str:
        """What pages show."""
        return identity.masked(self.document) if self.document else ""


def _clean(text: str) -> str:
    return "".join(char for char in text if char.isprintable()).strip()


def key_of(operation: Operation | None) -> str:
    """The vault key of a case: it ends with its operation."""
    return operation.key_name if operation is not None else REGISTER_KEY


def put(case: Case, details: Details) -> None:
    """Seal the words into the row and set its indexes (not saved)."""
    clean = details.trimmed()
    case.sealed = vault.seal(json.dumps(asdict(clean), ensure_ascii=False), key=key_of(case.operation), context=CONTEXT)
    place = case.neighbourhood_id
    digits = "".join(char for char in clean.phone if char.isdecimal())
    case.name_index = (
        vault.blind_index(search_form(clean.name), neighbourhood=place, purpose="returnee.name") if clean.name else None
    )
    case.phone_index = vault.blind_index(digits, neighbourhood=place, purpose="phone") if len(digits) >= 7 else None
    number = clean.document.upper()
    case.document_index = vault.blind_index(number, neighbourhood=place, purpose="document") if number else None


def details_of(case: Case) -> Details:
    """The words of a case."""
    known = {f.name for f in fields(Details)}
    found = json.loads(vault.unseal_text(case.sealed, context=CONTEXT))
    return Details(**{key: str(value) for key, value in found.items() if key in known})
