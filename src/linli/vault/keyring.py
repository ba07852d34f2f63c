"""The key file: random data keys, wrapped by one master key, outside the data folder.

``$LINLI_KEYS/master.key`` holds 32 random bytes (hex, mode 0600). ``$LINLI_KEYS/keys.json`` holds every other key wrapped with
AES-256-GCM under the master key; the name of the key is the associated data. Destroying a key rewrites the file, so what was
sealed with it is gone, in every backup of the data too (HOUSE.md, "Append-only is enforced and erasable").
"""

from __future__ import annotations

import json
import os
import threading
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MASTER_FILE = "master.key"
KEYS_FILE = "keys.json"
MARK_FILE = "keys.id"


class KeyMissing(Exception):
    """The key that sealed a value is not in the key file: it was destroyed, or the key folder is another installation's."""


def write_private(path: Path, content: bytes) -> None:
    """Replace ``path`` atomically with ``content``; only the owner may read it."""
    temporary = path.with_suffix(path.suffix + f".{os.getpid()}.{threading.get_ident()}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(temporary, path)


def _read_master(path: Path) -> bytes:
    text = path.read_text().strip()
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise KeyMissing(f"{path} does not hold a whole key")
    return key


class Keyring:
    """One installation's keys. Safe for several processes: the file is re-read when it changed, writes hold a lock file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = str(folder / KEYS_FILE)
        self._lock = threading.RLock()
        self._stamp: tuple[int, int, int] | None = None
        self._wrapped: dict[str, str] = {}
        self._open: dict[str, bytes] = {}
        self._master: bytes | None = None

    def master(self) -> bytes:
        """The 32-byte master key; made on first use of a new installation.

        Raises :class:`KeyMissing` when the data folder was used with another master key: a lost or wrong key folder is never
        silently replaced by a new one.
        """
        with self._lock:
            if self._master is None:
                path = self.folder / MASTER_FILE
                mark = self._mark()
                if not path.exists():
                    if mark is not None and mark.exists():
                        raise KeyMissing(f"{path} is not there, but the data were sealed with it")
                    self._make_master(path)
                self._master = _read_master(path)
                self._check_mark(mark)
            return self._master

    def _make_master(self, path: Path) -> None:
        """Write a new key beside and link it into place, whole or not at all; of two processes one wins."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}.fresh")
        write_private(fresh, os.urandom(32).hex().encode())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()

    def _mark(self) -> Path | None:
        """Where the data folder remembers its master key; None for a key folder that is not this installation's."""
        return data_folder() / MARK_FILE if self.folder == keys_folder() else None

    def _check_mark(self, mark: Path | None) -> None:
        if mark is None:
            return
        known = HKDF(hashes.SHA256(), 8, None, b"linli/fingerprint").derive(self._master or b"").hex()
        if not mark.exists():
            mark.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(mark, known.encode())
        elif mark.read_text().strip() != known:
            self._master = None
            raise KeyMissing(f"{self.folder} holds the keys of another installation")

    def derive(self, purpose: str, length: int = 32) -> bytes:
        """A key derived from the master key by HKDF-SHA256 for one purpose (Django's secret, the index key of a neighbourhood)."""
        return HKDF(hashes.SHA256(), length, None, f"linli/{purpose}".encode()).derive(self.master())

    def names(self) -> list[str]:
        """The names of the keys that exist, sorted."""
        with self._lock:
            self._reload()
            return sorted(self._wrapped)

    def get(self, name: str) -> bytes:
        """The key called ``name``. Raises :class:`KeyMissing` when it does not exist (any more)."""
        with self._lock:
            self._reload()
            if name not in self._open:
                if name not in self._wrapped:
                    raise KeyMissing(name)
                blob = b64decode(self._wrapped[name])
                self._open[name] = AESGCM(self.master()).decrypt(blob[:12], blob[12:], name.encode())
            return self._open[name]

    def ensure(self, name: str) -> bytes:
        """The key called ``name``, made of 32 random bytes when it does not exist."""
        try:
            return self.get(name)
        except KeyMissing:
            return self._add(name, os.urandom(32))

    def ensure_signing(self, kid: str) -> ec.EllipticCurvePrivateKey:
        """The ES256 signing key of permit key id ``kid``, made when it does not exist."""
        name = f"permit:{kid}"
        try:
            data = self.get(name)
        except KeyMissing:
            fresh = ec.generate_private_key(ec.SECP256R1())
            data = self._add(
                name,
                fresh.private_bytes(
                    serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                ),
            )
        key = serialization.load_der_private_key(data, None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise KeyMissing(name)
        return key

    def destroy(self, name: str) -> bool:
        """Forget the key called ``name`` for ever. Returns whether there was one."""
        with self._lock, _FileLock(self.folder):
            self._reload(force=True)
            known = self._wrapped.pop(name, None) is not None
            self._open.pop(name, None)
            if known:
                self._write()
            return known

    def _add(self, name: str, value: bytes) -> bytes:
        self.master()
        with self._lock, _FileLock(self.folder):
            self._reload(force=True)
            if name not in self._wrapped:
                nonce = os.urandom(12)
                blob = nonce + AESGCM(self.master()).encrypt(nonce, value, name.encode())
                self._wrapped[name] = b64encode(blob).decode()
                self._write()
            return self.get(name)

    def _write(self) -> None:
        write_private(self.folder / KEYS_FILE, json.dumps(self._wrapped, indent=0, sort_keys=True).encode())
        self._stamp = None

    def _reload(self, force: bool = False) -> None:
        try:
            status = os.stat(self._file)
        except FileNotFoundError:
            self._wrapped, self._open, self._stamp = {}, {}, None
            return
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        if force or stamp != self._stamp:
            self._wrapped, self._open, self._stamp = json.loads(Path(self._file).read_bytes()), {}, stamp


class _FileLock:
    """An exclusive lock on the key folder for the time of one change (POSIX ``flock``)."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / ".lock"
        self._descriptor = -1

    def __enter__(self) -> None:
        import fcntl  # POSIX only; imported here so that the module can be read on any system

        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)


_rings: dict[Path, Keyring] = {}
_asked: dict[tuple[str | None, str | None], Keyring] = {}


def keys_folder() -> Path:
    """Where the keys lie: ``$LINLI_KEYS``, else ``<data folder>.keys`` beside the data folder."""
    explicit = os.environ.get("LINLI_KEYS")
    if explicit:
        return Path(explicit)
    data = data_folder()
    return data.with_name(data.name + ".keys")


def data_folder() -> Path:
    """Where the data lie: ``$LINLI_DATA``, else the user's data folder."""
    explicit = os.environ.get("LINLI_DATA")
    if explicit:
        return Path(explicit).absolute()
    import platformdirs  # only needed when LINLI_DATA is not set

    return Path(platformdirs.user_data_dir("linli", appauthor=False))


def keyring() -> Keyring:
    """The keyring of this installation (one object per key folder and process)."""
    asked = (os.environ.get("LINLI_KEYS"), os.environ.get("LINLI_DATA"))
    found = _asked.get(asked)
    if found is None:  # a path is made once: an import asks for its keys half a million times
        folder = keys_folder()
        found = _asked[asked] = _rings.setdefault(folder, Keyring(folder))
    return found
