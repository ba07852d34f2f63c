"""What a visit is known by: its number, the text and the picture of its code; and the eight characters of a household's page."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime
from uuid import UUID

import segno
from django.utils import timezone

from linli.accounts.codes import digest
from linli.gates import keys
from linli.gates.models import Visit
from linli.kernel import permit_code, permit_number
from linli.kernel.permit_number import ALPHABET, CAPACITY, LOOKALIKES

FIRST_SERIAL = CAPACITY // 2
"""Numbers of permits count up from 1, those of visits are drawn from the upper half: nobody reads one as the other."""
HOST_LENGTH = 8
HOST_PURPOSE = "host"


def new_number() -> str:
    """A number drawn at random; that it is free in its neighbourhood, the database says."""
    return permit_number.number_for(FIRST_SERIAL + secrets.randbelow(CAPACITY - FIRST_SERIAL))


def slot_of(entries: str, check: UUID, at: datetime) -> str:
    """Which of a visit's entries a check asks for: there is one; one each day; one each time."""
    if entries == Visit.Entries.MANY:
        return str(check)
    return f"{timezone.localdate(at):%F}" if entries == Visit.Entries.DAILY else ""


def text_of(visit: Visit, now: datetime) -> str:
    """What the QR code of a visit says: card and permit are both the visit's id, and it names one gate (docs/permit-code.md)."""
    kid, private_key = keys.signing_key(visit.neighbourhood_id, now)
    claims = permit_code.PermitClaims(
        card=visit.pk,
        permit=visit.pk,
        neighbourhood=visit.neighbourhood_id,
        gates=None,
        klass=visit.klass,
        not_before=int(visit.since.timestamp()),
        expires=int(visit.until.timestamp()),
        gate=visit.gate_id,
    )
    return permit_code.encode(claims, kid=kid, private_key=private_key)


def picture(text: str) -> str:
    """The QR code as an SVG data URI, for a screen and for a slip."""
    made = segno.make(text, error="m", micro=False, boost_error=False)
    return str(made.svg_data_uri(scale=6, border=4, dark="#111", light="#fff"))


def image(text: str) -> segno.QRCode:
    """The QR code, to be written as a PNG file that a household sends on."""
    return segno.make(text, error="m", micro=False, boost_error=False)


def new_host_code() -> str:
    """Eight characters that are not taken for one another (37 bits; five wrong ones and the page pauses)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(HOST_LENGTH))


def host_digest(typed: str) -> str:
    """The keyed digest of a household's code as it was typed: case, blanks, hyphens and look-alikes do not matter."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    return digest(HOST_PURPOSE, "".join(LOOKALIKES.get(one, one) for one in plain if one.isalnum()))


def grouped(code: str) -> str:
    """ABCD-EFGH."""
    return f"{code[:4]}-{code[4:]}"
