"""What is known about the clock without asking the internet, and one question to a time server if the office has one."""

from __future__ import annotations

import datetime as dt
import os
import socket
import struct
from dataclasses import dataclass
from pathlib import Path

from linli.site import certificates, lan
from linli.vault.keyring import data_folder, keys_folder

#: Seconds between 1900 (NTP) and 1970 (Unix); RFC 5905, figure 4.
_NTP_EPOCH = 2_208_988_800
_TOLERANCE = dt.timedelta(minutes=2)


@dataclass(frozen=True)
class Evidence:
    """Something of ours that is newer than now: the clock was set back, by at least ``seconds``."""

    what: str
    seconds: float


def clock_evidence(now: dt.datetime) -> Evidence | None:
    """The newest thing we wrote that lies more than two minutes in the future, or None when the clock is behind nothing.

    Looked at: the program's own files, the key folder, the newest files of the data folder, the certificate's beginning.
    """
    moments = [(path.name, dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)) for path in _witnesses()]
    certificate = lan.tls_folder() / lan.CA_CERTIFICATE
    if certificate.is_file():
        moments.append((certificate.name, certificates.valid_from(certificate.read_bytes())))
    future = [(at, name) for name, at in moments if at - now > _TOLERANCE]
    if not future:
        return None
    at, name = max(future)
    return Evidence(name, (at - now).total_seconds())


def ask_time_server(server: str, *, now: dt.datetime, timeout: float = 2.0) -> float | None:
    """The clock's offset in seconds to ``server`` (``host`` or ``host:port``; SNTP, RFC 5905), None without an answer.

    Positive when this machine is behind. ``now`` is the moment just before the question.
    """
    host, _, port = server.partition(":")
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as connection:
            connection.settimeout(timeout)
            connection.sendto(b"\x23" + 47 * b"\0", (host, int(port or 123)))
            reply = connection.recv(512)
    except (OSError, ValueError):
        return None
    if len(reply) < 48:
        return None
    seconds, fraction = struct.unpack("!II", reply[40:48])
    return float(seconds - _NTP_EPOCH + fraction / 2**32 - now.timestamp())


def _witnesses() -> list[Path]:
    """Files whose time says when we last worked: a few, so that a large data folder costs nothing."""
    program = [Path(__file__)]
    folders = [folder for folder in (data_folder(), keys_folder()) if folder.is_dir()]
    files = [Path(entry.path) for folder in folders for entry in os.scandir(folder) if entry.is_file()]
    return [path for path in program + files if path.exists()]
