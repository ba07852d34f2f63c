"""The office network: under which addresses this machine is reached, and the certificate kept for them.

Files in ``$LINLI_KEYS/tls`` (folder 0700, keys 0600): ``ca.crt``, ``ca.key``, ``server.crt``, ``server.key``. They are made on
first use; the server certificate is made again when it ends within 30 days or when the machine got another address.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
import socket
import struct
from dataclasses import dataclass, field
from pathlib import Path

from linli.kernel.refusal import Refusal
from linli.site import certificates
from linli.vault.keyring import keys_folder, write_private

CA_CERTIFICATE, CA_KEY = "ca.crt", "ca.key"
SERVER_CERTIFICATE, SERVER_KEY = "server.crt", "server.key"


@dataclass(frozen=True)
class Tls:
    """What the server needs for HTTPS. ``authority`` is None when the certificate is a real domain's."""

    certificate: Path
    key: Path
    names: list[str]
    authority: Path | None = None
    renewed: bool = False
    left_out: list[str] = field(default_factory=list)


def tls_folder() -> Path:
    """Where certificates lie: beside the other keys, never in the data folder or its backup."""
    return keys_folder() / "tls"


def addresses() -> list[str]:
    """The private addresses of this machine on its networks, the one with the default route first; without loopback."""
    found = [_default_route(socket.AF_INET), *_interface_addresses(), _default_route(socket.AF_INET6)]
    kept = []
    for text in found:
        if not text:
            continue
        address = ipaddress.ip_address(text)
        if not (address.is_loopback or address.is_link_local or address.is_unspecified):
            kept.append(str(address))
    return list(dict.fromkeys(kept))


def hostname() -> str:
    """The machine's short name, lower case, only characters a host name may have; ``linli`` when it has none."""
    return re.sub(r"[^a-z0-9-]+", "-", socket.gethostname().split(".")[0].lower()).strip("-") or "linli"


def names_to_serve(host: str | None = None) -> list[str]:
    """Every name a phone of this network may use: ``host`` first when given, addresses, ``name.local``, name, loopback."""
    name = hostname()
    names = [*([host] if host else []), *addresses(), f"{name}.local", name, "localhost", "127.0.0.1"]
    return list(dict.fromkeys(names))


def ensure_tls(host: str | None, *, now: dt.datetime) -> Tls:
    """The local authority's certificate for this machine, made or renewed when needed.

    Raises :class:`Refusal` ``lan.public_name`` when ``host`` is a public name or address: the authority is limited to the
    office network on purpose, so such a name needs a certificate of its own.
    """
    folder = tls_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority = _authority(folder, now)
    may = {name: certificates.permits(authority.certificate, name) for name in names_to_serve(host)}
    if host and not may[host]:
        raise Refusal(
            "lan.public_name",
            "%(host)s is not an address of an office network. The local certificate authority signs only for private addresses "
            "and local names; for a public name give its own certificate with --cert and --key.",
            host=host,
        )
    names = [name for name, allowed in may.items() if allowed]
    certificate, key = folder / SERVER_CERTIFICATE, folder / SERVER_KEY
    renew = not (certificate.exists() and key.exists()) or certificates.needs_renewal(
        certificate.read_bytes(), names, authority=authority.certificate, now=now
    )
    if renew:
        pair = certificates.make_server(authority, names, now=now)
        write_private(key, pair.key)
        write_private(certificate, pair.certificate)
    left_out = [name for name, allowed in may.items() if not allowed]
    return Tls(certificate, key, names, folder / CA_CERTIFICATE, renew, left_out)


def own_certificate(certificate: Path, key: Path, *, now: dt.datetime) -> Tls:
    """A real domain's certificate (PEM chain) and key, checked before the server starts.

    Raises :class:`Refusal` ``lan.no_file``, ``lan.not_a_certificate``, ``lan.wrong_key`` or ``lan.certificate_ended``.
    """
    for path in (certificate, key):
        if not path.is_file():
            raise Refusal("lan.no_file", "There is no file %(path)s.", path=path)
    chain, secret = certificate.read_bytes(), key.read_bytes()
    try:
        fits = certificates.key_fits(chain, secret)
        left = certificates.days_left(chain, now=now)
    except (ValueError, TypeError) as error:
        raise Refusal(
            "lan.not_a_certificate",
            "%(certificate)s and %(key)s are not a certificate and an unlocked private key in PEM form.",
            certificate=certificate,
            key=key,
        ) from error
    if not fits:
        raise Refusal("lan.wrong_key", "The key %(key)s does not belong to this certificate.", key=key)
    if left < 0:
        raise Refusal("lan.certificate_ended", "This certificate has ended. Renew it, then start again.")
    return Tls(certificate, key, certificates.names_of(chain))


def authority_fingerprint() -> str | None:
    """The fingerprint of this installation's authority, or None when none was made."""
    path = tls_folder() / CA_CERTIFICATE
    return certificates.fingerprint(path.read_bytes()) if path.exists() else None


def require_free_port(address: str, port: int) -> None:
    """Raise :class:`Refusal` ``serve.port_taken`` when another program listens there or the port is not ours to open."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise Refusal(
                "serve.port_taken",
                "Port %(port)s on %(address)s cannot be opened: %(why)s. Stop the other program or choose another --port.",
                port=port,
                address=address,
                why=error.strerror,
            ) from error


def _authority(folder: Path, now: dt.datetime) -> certificates.Pair:
    certificate, key = folder / CA_CERTIFICATE, folder / CA_KEY
    if certificate.exists() and key.exists():
        pair = certificates.Pair(certificate.read_bytes(), key.read_bytes())
        if certificates.days_left(pair.certificate, now=now) > certificates.RENEW_DAYS:
            return pair
    pair = certificates.make_authority(hostname(), now=now)
    write_private(key, pair.key)
    write_private(certificate, pair.certificate)
    return pair


def _default_route(family: socket.AddressFamily) -> str:
    """The address this machine would send from; a datagram socket is 'connected' without sending anything."""
    far = "192.0.2.255" if family == socket.AF_INET else "2001:db8::1"
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((far, 9))
            return str(probe.getsockname()[0])
    except OSError:
        return ""


def _interface_addresses() -> list[str]:
    """The IPv4 address of every network interface (Linux ``SIOCGIFADDR``); an empty list elsewhere."""
    try:
        import fcntl  # POSIX only
    except ImportError:
        return []
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, interface in socket.if_nameindex():
            request = struct.pack("256s", interface.encode()[:15])
            try:
                reply = fcntl.ioctl(probe.fileno(), 0x8915, request)
            except OSError:
                continue
            found.append(socket.inet_ntoa(reply[20:24]))
    return found
