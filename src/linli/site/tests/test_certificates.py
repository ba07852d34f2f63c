"""The office's authority and its server certificate, checked by OpenSSL itself."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from linli.site import certificates, lan
from linli.site.tests.helpers import refused

NOW = dt.datetime.now(dt.UTC)
NAMES = ["192.168.1.20", "linli-pc.local", "linli-pc", "localhost", "127.0.0.1"]


@pytest.fixture(scope="module")
def authority() -> certificates.Pair:
    return certificates.make_authority("linli-pc", now=NOW)


def shake_hands(tmp_path: Path, server: certificates.Pair, authority: bytes, name: str) -> str:
    """A real TLS handshake with ``server`` by a client that trusts only ``authority`` and asks for ``name``: the TLS version."""
    chain, key = tmp_path / "server.crt", tmp_path / "server.key"
    chain.write_bytes(server.certificate)
    key.write_bytes(server.key)
    listening = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    listening.load_cert_chain(chain, key)
    client = ssl.create_default_context(cadata=authority.decode())
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                try:
                    listening.wrap_socket(connection, server_side=True).close()
                except (ssl.SSLError, OSError):
                    return

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        with socket.create_connection(listener.getsockname(), timeout=10) as raw:
            try:
                with client.wrap_socket(raw, server_hostname=name) as secured:
                    return str(secured.version())
            finally:
                raw.close()
                thread.join(10)


@pytest.mark.parametrize("name", NAMES)
def test_a_client_that_trusts_the_authority_trusts_every_name(
    tmp_path: Path, authority: certificates.Pair, name: str
) -> None:
    server = certificates.make_server(authority, NAMES, now=NOW)
    assert shake_hands(tmp_path, server, authority.certificate, name).startswith("TLSv1.")


@pytest.mark.parametrize("name", ["bank.example.com", "8.8.8.8", "evil-linli-pc"])
def test_a_stolen_authority_vouches_for_no_public_site(tmp_path: Path, authority: certificates.Pair, name: str) -> None:
    forged = certificates.make_server(authority, [name], now=NOW)
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        shake_hands(tmp_path, forged, authority.certificate, name)


def test_a_client_that_trusts_another_authority_refuses(tmp_path: Path, authority: certificates.Pair) -> None:
    server = certificates.make_server(authority, NAMES, now=NOW)
    other = certificates.make_authority("linli-pc", now=NOW)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(tmp_path, server, other.certificate, "localhost")


def test_lifetimes_curve_and_purposes_are_what_phones_ask_for(authority: certificates.Pair) -> None:
    root = x509.load_pem_x509_certificate(authority.certificate)
    leaf = x509.load_pem_x509_certificate(certificates.make_server(authority, NAMES, now=NOW).certificate)
    assert 3640 < (root.not_valid_after_utc - NOW).days <= 3653
    assert (leaf.not_valid_after_utc - leaf.not_valid_before_utc).days <= 397
    for certificate in (root, leaf):
        public = certificate.public_key()
        assert isinstance(public, ec.EllipticCurvePublicKey)
        assert public.curve.name == "secp256r1"
    assert root.extensions.get_extension_for_class(x509.NameConstraints).critical
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_renewal_when_it_ends_soon_lacks_a_name_or_has_another_authority(authority: certificates.Pair) -> None:
    server = certificates.make_server(authority, NAMES, now=NOW).certificate
    other = certificates.make_authority("linli-pc", now=NOW).certificate

    def due(names: list[str] = NAMES, by: bytes = authority.certificate, days: int = 0) -> bool:
        return certificates.needs_renewal(server, names, authority=by, now=NOW + dt.timedelta(days=days))

    assert not due()
    assert not due(days=365)
    assert due(days=367)
    assert due(days=-3)
    assert due([*NAMES, "192.168.1.21"])
    assert due(by=other)


def test_a_fingerprint_is_what_openssl_shows(authority: certificates.Pair) -> None:
    shown = certificates.fingerprint(authority.certificate)
    digest = ssl.PEM_cert_to_DER_cert(authority.certificate.decode())
    assert certificates.der(authority.certificate) == digest
    assert len(shown.split(":")) == 32


def test_the_machine_gets_its_certificate_once_and_again_when_it_is_due(own_folders: Path) -> None:
    first = lan.ensure_tls(None, now=NOW)
    assert first.renewed
    assert first.authority is not None
    key = first.key.read_bytes()
    assert not lan.ensure_tls(None, now=NOW).renewed
    later = lan.ensure_tls(None, now=NOW + dt.timedelta(days=370))
    assert later.renewed
    assert later.key.read_bytes() != key
    assert lan.authority_fingerprint() == certificates.fingerprint(first.authority.read_bytes())
    assert {path.stat().st_mode & 0o777 for path in lan.tls_folder().iterdir()} == {0o600}
    assert lan.tls_folder().stat().st_mode & 0o777 == 0o700
    assert set(first.names) >= {"localhost", "127.0.0.1", f"{lan.hostname()}.local"}


def test_a_public_name_is_sent_to_a_certificate_of_its_own(own_folders: Path) -> None:
    for host in ("linli.example.com", "8.8.8.8"):
        with refused("lan.public_name"):
            lan.ensure_tls(host, now=NOW)


def test_addresses_are_no_loopback() -> None:
    assert all(not ipaddress.ip_address(address).is_loopback for address in lan.addresses())


def test_an_own_certificate_is_checked_before_the_server_starts(tmp_path: Path, authority: certificates.Pair) -> None:
    pair = certificates.make_server(authority, ["linli.example.com"], now=NOW)
    chain, key, other = tmp_path / "a.pem", tmp_path / "a.key", tmp_path / "b.key"
    chain.write_bytes(pair.certificate)
    key.write_bytes(pair.key)
    other.write_bytes(authority.key)
    assert lan.own_certificate(chain, key, now=NOW).names == ["linli.example.com"]
    assert lan.own_certificate(chain, key, now=NOW).authority is None
    cases = [
        (chain, tmp_path / "none", NOW, "lan.no_file"),
        (key, chain, NOW, "lan.not_a_certificate"),
        (chain, other, NOW, "lan.wrong_key"),
        (chain, key, NOW + dt.timedelta(days=400), "lan.certificate_ended"),
    ]
    for certificate, secret, now, code in cases:
        with refused(code):
            lan.own_certificate(certificate, secret, now=now)
