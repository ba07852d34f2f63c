"""What is known of who comes: name, telephone, plate, goods. One blob, sealed with the operation's key; gone with it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from linli import vault
from linli.gates.models import Visit
from linli.kernel.plates import read_plate

CONTEXT = "gates.visit"
PLATE_PURPOSE = "visit.plate"
TAIL = 4


@dataclass(frozen=True)
class Coming:
    """Who comes; everything may be empty."""

    name: str = ""
    phone: str = ""
    plate: str = ""
    goods: str = ""

    def cleaned(self) -> Coming:
        """Blanks cut; a plate as it is written on the car, a doubtful one as it was told."""
        plate = read_plate(self.plate).plate or self.plate.strip().upper()
        return Coming(self.name.strip(), self.phone.strip(), plate, self.goods.strip())


def seal(coming: Coming, *, key: str) -> bytes | None:
    """The blob; None when nothing was said. Raises ``vault.KeyMissing`` when the operation is over."""
    said = {name: text for name, text in asdict(coming).items() if text}
    return vault.seal(json.dumps(said, ensure_ascii=False), key=key, context=CONTEXT) if said else None


def coming_of(visit: Visit) -> Coming:
    """Who comes, in the clear; empty when nothing was said or the key ended with the operation."""
    if visit.sealed is None:
        return Coming()
    try:
        return Coming(**json.loads(vault.unseal_text(visit.sealed, context=CONTEXT)))
    except vault.KeyMissing:
        return Coming()


def plate_tail(plate: str, neighbourhood: int) -> bytes | None:
    """The keyed index under which a plate's last four characters are found; None for anything shorter."""
    tail = "".join(one for one in plate.upper() if one.isalnum())[-TAIL:]
    return vault.blind_index(tail, neighbourhood=neighbourhood, purpose=PLATE_PURPOSE) if len(tail) == TAIL else None
