"""Certificates for the office network: a local certificate authority and the server certificate it signs.

Without a secure context a phone has no camera, no service worker and no WebCrypto, so a neighbourhood office without a domain
needs its own authority. It may sign for private addresses and local names only (RFC 5280, 4.2.1.10: name constraints), so that
a stolen CA key is no key to anybody's bank. Everything here is pure: bytes in, bytes out, ``now`` is an argument (aware, UTC).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA_YEARS = 10
#: Apple refuses server certificates that live longer than 398 days; 397 leaves a day for clocks.
SERVER_DAYS = 397
RENEW_DAYS = 30

#: RFC 1918, RFC 6598 (shared address space), loopback, link-local, RFC 4193 and documentation networks are no one's public site.
PRIVATE_NETWORKS: tuple[str, ...] = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "192.0.2.0/24",
    "127.0.0.0/8",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
)
#: ``local`` is mDNS (RFC 6762), ``home.arpa`` RFC 8375, ``internal`` reserved by ICANN 2024, ``lan`` common in small routers.
LOCAL_DOMAINS: tuple[str, ...] = ("localhost", "local", "lan", "internal", "home.arpa")


@dataclass(frozen=True)
class Pair:
    """A certificate and its private key, both PEM."""

    certificate: bytes
    key: bytes


def permits(authority: bytes, name: str) -> bool:
    """Whether the authority (PEM) may sign for this host name or address, by its own name constraints."""
    limits = x509.load_pem_x509_certificate(authority).extensions.get_extension_for_class(x509.NameConstraints).value
    allowed = [entry.value for entry in limits.permitted_subtrees or []]
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        plain = name.lower().rstrip(".")
        domains = [entry for entry in allowed if isinstance(entry, str)]
        return any(plain == domain or plain.endswith("." + domain) for domain in domains)
    return any(address in entry for entry in allowed if not isinstance(entry, str) and entry.version == address.version)


def make_authority(hostname: str, *, now: dt.datetime, title: str = "Linli") -> Pair:
    """A P-256 authority for ten years, limited to private networks, local domains and ``hostname`` (a bare machine name)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, title),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{title} office CA {now:%Y-%m-%d}"),
        ]
    )
    allowed: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_network(network)) for network in PRIVATE_NETWORKS]
    allowed += [x509.DNSName(domain) for domain in dict.fromkeys((*LOCAL_DOMAINS, hostname.lower())) if domain]
    certificate = (
        _builder(name, name, key.public_key(), now=now, days=CA_YEARS * 365)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted_subtrees=allowed, excluded_subtrees=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Pair(certificate.public_bytes(serialization.Encoding.PEM), _key_pem(key))


def make_server(authority: Pair, names: Iterable[str], *, now: dt.datetime) -> Pair:
    """A server certificate for ``names`` (host names and addresses, the first becomes the common name), 397 days."""
    listed = list(dict.fromkeys(names))
    if not listed:
        raise ValueError("a server certificate needs at least one name")
    issuer = x509.load_pem_x509_certificate(authority.certificate)
    issuer_key = serialization.load_pem_private_key(authority.key, None)
    if not isinstance(issuer_key, ec.EllipticCurvePrivateKey):
        raise ValueError("the authority's key is not an elliptic-curve key")
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, listed[0][:64])])
    certificate = (
        _builder(subject, issuer.subject, key.public_key(), now=now, days=SERVER_DAYS - 1)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in listed]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
    return Pair(certificate.public_bytes(serialization.Encoding.PEM), _key_pem(key))


def needs_renewal(certificate: bytes, names: Iterable[str], *, authority: bytes, now: dt.datetime) -> bool:
    """Whether the server certificate ends within 30 days, lacks one of ``names``, or was not signed by ``authority``."""
    found = x509.load_pem_x509_certificate(certificate)
    if found.not_valid_after_utc - now < dt.timedelta(days=RENEW_DAYS) or found.not_valid_before_utc > now:
        return True
    try:
        found.verify_directly_issued_by(x509.load_pem_x509_certificate(authority))
    except (ValueError, TypeError, InvalidSignature):
        return True
    return not set(names) <= set(names_of(certificate))


def names_of(certificate: bytes) -> list[str]:
    """The host names and addresses a certificate is for."""
    found = x509.load_pem_x509_certificate(certificate)
    try:
        extension = found.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    return [str(entry.value) for entry in extension.value]


def days_left(certificate: bytes, *, now: dt.datetime) -> int:
    """Whole days until the certificate ends; negative when it has ended."""
    return (x509.load_pem_x509_certificate(certificate).not_valid_after_utc - now).days


def valid_from(certificate: bytes) -> dt.datetime:
    """The moment (UTC) from which the certificate is valid."""
    return x509.load_pem_x509_certificate(certificate).not_valid_before_utc


def fingerprint(certificate: bytes) -> str:
    """SHA-256 of the certificate as phones show it: ``AB:CD:…``, 32 pairs."""
    digest = hashlib.sha256(der(certificate)).hexdigest().upper()
    return ":".join(digest[index : index + 2] for index in range(0, len(digest), 2))


def der(certificate: bytes) -> bytes:
    """The certificate in DER, the form every phone's settings can install."""
    return x509.load_pem_x509_certificate(certificate).public_bytes(serialization.Encoding.DER)


def key_fits(certificate: bytes, key: bytes) -> bool:
    """Whether ``key`` (PEM, no password) belongs to ``certificate`` (PEM, the first of a chain)."""
    public = x509.load_pem_x509_certificate(certificate).public_key()
    private = serialization.load_pem_private_key(key, None)
    encoding, shape = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    return public.public_bytes(encoding, shape) == private.public_key().public_bytes(encoding, shape)


def _builder(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, *, now: dt.datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))  # phones whose clock is a little slow
        .not_valid_after(now + dt.timedelta(days=days))
    )


def _usage(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
