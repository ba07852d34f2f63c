"""A phone for tests: its own key, signed requests."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from linli.inbox.phones.signature import canonical, to_base64url


@dataclass
class SigningPhone:
    """A phone with its own key; ``ahead`` is how far its clock is ahead of ours, ``base`` whose API it speaks."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    device: UUID | None = None
    ahead: timedelta = timedelta(0)
    language: str = "en"
    base: str = "/scan/api/"
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    def public_key(self) -> str:
        """Its SPKI as base64url."""
        return to_base64url(
            self.key.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )

    def post_plain(self, name: str, body: dict[str, Any]) -> Any:
        """An unsigned request; the JSON of the answer, with ``status``."""
        response = self.client.post(
            f"{self.base}{name}", json.dumps(body), "application/json", headers={"Accept-Language": self.language}
        )
        return {**response.json(), "status": response.status_code}

    def headers(self, method: str, path: str, body: bytes) -> dict[str, str]:
        """The three headers of a signed request."""
        time_ms = int((timezone.now() + self.ahead).timestamp() * 1000)
        der = self.key.sign(canonical(method, path, time_ms, body), ec.ECDSA(SHA256()))
        r, s = decode_dss_signature(der)
        return {
            "Linli-Device": str(self.device),
            "Linli-Time": str(time_ms),
            "Linli-Signature": to_base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big")),
            "Accept-Language": self.language,
        }

    def post(self, name: str, body: dict[str, Any]) -> Any:
        """A signed POST; the JSON of the answer, with ``status``."""
        path, raw = f"{self.base}{name}", json.dumps(body, ensure_ascii=False).encode()
        response = self.client.post(path, raw, "application/json", headers=self.headers("POST", path, raw))
        return {**response.json(), "status": response.status_code}

    def get(self, name: str, query: str = "") -> Any:
        """A signed GET; the JSON of the answer, with ``status``."""
        path = f"{self.base}{name}" + (f"?{iri_to_uri(query)}" if query else "")
        response = self.client.get(path, headers=self.headers("GET", path, b""))
        return {**response.json(), "status": response.status_code}

    def send(self, *checks: dict[str, Any]) -> list[dict[str, Any]]:
        """Upload checks; the results."""
        answer = self.post("checks", {"checks": list(checks), "sent_at": datetime.now(UTC).isoformat()})
        results: list[dict[str, Any]] = answer["results"]
        return results
