"""Signing keys of a neighbourhood's cards: the private half lies in the vault (``permit:<kid>``), the public half in ``PermitKey``."""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from linli import vault
from linli.gates.models import PermitKey
from linli.inbox.phones.signature import load_public

__all__ = ["add_key", "every_spki", "load_public", "public_spki", "signing_key"]
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def signing_key(neighbourhood: int, now: datetime) -> tuple[str, ec.EllipticCurvePrivateKey]:
    """The key id and private key that new cards are signed with; the first one is made on first use."""
    row = (
        PermitKey.objects.filter(neighbourhood_id=neighbourhood, withdrawn_at__isnull=True)
        .order_by("-since", "-kid")
        .first()
    )
    kid = row.kid if row else add_key(neighbourhood, now).kid
    return kid, vault.keyring().ensure_signing(kid)


def add_key(neighbourhood: int, now: datetime) -> PermitKey:
    """A further key, used from now on; cards signed with the older ones stay readable (no re-printing)."""
    count = PermitKey.objects.filter(neighbourhood_id=neighbourhood).count()
    kid = f"{_base36(neighbourhood)}-{_base36(count + 1)}"
    public = vault.keyring().ensure_signing(kid).public_key()
    spki = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    row, _ = PermitKey.objects.get_or_create(
        kid=kid, defaults={"neighbourhood_id": neighbourhood, "public_key": spki, "since": now}
    )
    return row


def public_spki(neighbourhood: int) -> dict[str, bytes]:
    """Key id → SPKI (DER) of every key that is not withdrawn; one statement."""
    rows = PermitKey.objects.filter(neighbourhood_id=neighbourhood, withdrawn_at__isnull=True)
    return {kid: bytes(spki) for kid, spki in rows.values_list("kid", "public_key")}


def every_spki(neighbourhood: int) -> dict[str, bytes]:
    """Key id → SPKI of every key, withdrawn ones too: to find the card of a code, never to let anybody in."""
    rows = PermitKey.objects.filter(neighbourhood_id=neighbourhood)
    return {kid: bytes(spki) for kid, spki in rows.values_list("kid", "public_key")}


def _base36(number: int) -> str:
    out = ""
    while number:
        number, rest = divmod(number, 36)
        out = DIGITS[rest] + out
    return out or "0"
