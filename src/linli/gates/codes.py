"""Codes of cards and visits as a gate read them: whose signature is right, and what they say at the moment of reading.

A signature that was right is remembered by the code's text (docs/decisions/0123); when a code begins, when it ends and whether its card
or its key still counts is asked every time. Wrong codes are not remembered: nobody can fill the memory with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec

from linli.gates import keys
from linli.gates.models import PermitKey
from linli.gates.parse import Item
from linli.kernel import permit_code

REMEMBERED = 8192
"""Codes a process: more than two neighbourhoods have cards; about a kilobyte each."""
_public: dict[int, dict[str, ec.EllipticCurvePublicKey]] = {}


def verify(neighbourhood: int, items: Iterable[Item]) -> dict[UUID, permit_code.Verified]:
    """Check the codes themselves, at the moments when they were read. Public keys are remembered; a key id that is not known
    asks the database again, once a batch."""
    batch = list(items)
    found = {item.id: _decode(neighbourhood, item) for item in batch}
    strange = [item for item in batch if found[item.id].status == permit_code.Status.UNKNOWN_KEY]
    if strange:
        _ask_for_keys(neighbourhood)
        found |= {item.id: _decode(neighbourhood, item) for item in strange}
    return found | _of_withdrawn_keys(found)


def _of_withdrawn_keys(found: Mapping[UUID, permit_code.Verified]) -> dict[UUID, permit_code.Verified]:
    """Codes of visits whose key was withdrawn since this process learned it. A card's own query asks that of its card."""
    visits = {pk: one for pk, one in found.items() if one.claims is not None and one.claims.gate is not None}
    if not visits:
        return {}
    kids = {one.kid for one in visits.values()}
    gone = set(PermitKey.objects.filter(kid__in=kids, withdrawn_at__isnull=False).values_list("kid", flat=True))
    unknown = permit_code.Status.UNKNOWN_KEY
    return {pk: permit_code.Verified(unknown, None, one.kid) for pk, one in visits.items() if one.kid in gone}


def _ask_for_keys(neighbourhood: int) -> None:
    spki = keys.public_spki(neighbourhood)
    if spki.keys() != _public.get(neighbourhood, {}).keys():
        _public[neighbourhood] = {kid: keys.load_public(public) for kid, public in spki.items()}
        signed.cache_clear()


def forget() -> None:
    """Know no key and no signature any more: for a process whose keys were made anew under the same names, as tests do."""
    _public.clear()
    signed.cache_clear()


def _decode(neighbourhood: int, item: Item) -> permit_code.Verified:
    try:
        return signed(neighbourhood, item.code or "").at(int(item.happened_at.timestamp()))
    except permit_code.Unreadable as wrong:
        return permit_code.Verified(wrong.status, None, wrong.kid)


@lru_cache(maxsize=REMEMBERED)
def signed(neighbourhood: int, text: str) -> permit_code.Signed:
    """The signed claims of a text; what raises is not remembered."""
    return permit_code.read(text, _public.get(neighbourhood, {}))
