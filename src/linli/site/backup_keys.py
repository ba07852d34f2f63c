"""Copies of the key file: apart from the data, and only ever the latest version.

The copy holds the wrapped keys; without the master key (on the printed recovery sheet) it opens nothing. Each place holds one
file for one installation, replaced at every copy, so that the destroyed key of an ended operation is not left in an old
version. Places are remembered in ``$LINLI_KEYS/copies.json`` and refreshed by every ``linli backup``.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from linli.kernel.refusal import Refusal
from linli.site.backup_recovery import from_groups
from linli.site.backup_stream import key_id, subkey
from linli.vault import keyring
from linli.vault.keyring import KEYS_FILE, MASTER_FILE, data_folder, keys_folder, write_private

PLACES_FILE = "copies.json"
_AUTHORITY = ("ca.crt", "ca.key")


@dataclass(frozen=True)
class KeySet:
    """Everything a restore needs besides the backup. ``authority``: the office network's CA files, by name; may be empty."""

    master: bytes
    wrapped: dict[str, str]
    authority: dict[str, bytes]


def copy_file(place: Path, master: bytes) -> Path:
    """The file that holds this installation's keys in ``place``."""
    return place / f"linli-keys-{key_id(master)}.json"


def copy_keys(place: Path, *, now: dt.datetime, with_master: bool = False, remember: bool = True) -> Path:
    """Write the latest version of the keys to the folder ``place`` and return the file.

    Raises :class:`Refusal` ``keys.same_place`` when the place is the data folder, the key folder, or holds data backups.
    """
    _refuse_unfit(place)
    master = keyring().master()
    content: dict[str, Any] = {
        "linli": "keys",
        "version": 1,
        "key_id": key_id(master),
        "made_at": now.isoformat(timespec="seconds"),
        "keys": _read_json(keys_folder() / KEYS_FILE),
        "authority": _sealed_authority(master),
    }
    if with_master:
        content["master"] = master.hex()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = copy_file(place, master)
    write_private(target, json.dumps(content, indent=1, sort_keys=True).encode())
    if remember:
        _remember(place, with_master=with_master)
    return target


def refresh_copies(*, now: dt.datetime) -> tuple[list[Path], list[Path]]:
    """Bring every remembered copy up to date: (refreshed files, places that could not be reached)."""
    done, missing = [], []
    for place, with_master in places().items():
        if place.is_dir():
            done.append(copy_keys(place, now=now, with_master=with_master, remember=False))
        else:
            missing.append(place)
    return done, missing


def places() -> dict[Path, bool]:
    """The remembered places and whether the copy there carries the master key too."""
    return {Path(place): bool(flag) for place, flag in _read_json(keys_folder() / PLACES_FILE).items()}


def stale_copies() -> list[Path]:
    """Reachable copies that still hold a key which was destroyed here, or lack one which was made."""
    current = _read_json(keys_folder() / KEYS_FILE)
    stale = []
    for place in places():
        for path in place.glob("linli-keys-*.json"):
            content = _read_json(path)
            if _belongs_here(content) and set(content.get("keys", {})) != set(current):
                stale.append(path)
    return stale


def read_keys(source: Path | None, groups: str | None, *, wanted: str, without_copy: bool = False) -> KeySet:
    """The keys named ``wanted`` from a key folder or a place with a copy, the master key typed when ``groups`` is given.

    ``source`` None means this installation's own key folder; ``without_copy`` goes on with the typed master key alone, and what
    was sealed with the lost keys stays closed. Raises :class:`Refusal` ``keys.not_found``,
    ``keys.master_needed``, ``backup.other_key`` or what :func:`from_groups` raises.
    """
    folder = source or keys_folder()
    typed = from_groups(groups) if groups else None
    if without_copy and typed:
        return KeySet(_fitting(typed, wanted), {}, {})
    if (folder / MASTER_FILE).is_file() or (folder / KEYS_FILE).is_file():
        tls = {name: (folder / "tls" / name) for name in _AUTHORITY}
        authority = {name: path.read_bytes() for name, path in tls.items() if path.is_file()}
        master = typed or _master_in(folder)
        wrapped = _read_json(folder / KEYS_FILE)
    else:
        content = _find_copy(folder, wanted)
        master = typed or (bytes.fromhex(content["master"]) if content.get("master") else None)
        wrapped = content["keys"]
        authority = _opened_authority(master, content.get("authority")) if master else {}
    if master is None:
        raise Refusal(
            "keys.master_needed",
            "%(place)s holds no master key. Type the groups of the recovery sheet (--recovery-code).",
            place=folder,
        )
    return KeySet(_fitting(master, wanted), wrapped, authority)


def write_keys(keys: KeySet, folder: Path) -> None:
    """Lay out ``keys`` as the key folder of an installation (0700, files 0600)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(folder / MASTER_FILE, keys.master.hex().encode())
    write_private(folder / KEYS_FILE, json.dumps(keys.wrapped, indent=0, sort_keys=True).encode())
    if keys.authority:
        (folder / "tls").mkdir(mode=0o700, exist_ok=True)
        for name, content in keys.authority.items():
            write_private(folder / "tls" / name, content)


def _refuse_unfit(place: Path) -> None:
    resolved, data, keys = place.resolve(), data_folder().resolve(), keys_folder().resolve()
    inside = any(resolved == folder or folder in resolved.parents for folder in (data, keys))
    if inside or any(place.glob("*.linli-backup")):
        raise Refusal(
            "keys.same_place",
            "%(place)s holds the data or their backups. Keep the keys in another place, for example on a stick in a safe.",
            place=place,
        )


def _fitting(master: bytes, wanted: str) -> bytes:
    """``master`` itself when it is the key called ``wanted``."""
    if key_id(master) != wanted:
        raise Refusal(
            "backup.other_key",
            "This backup was made with the master key %(theirs)s; the key given here is %(ours)s. Use the recovery sheet "
            "or the key folder that carries %(theirs)s.",
            theirs=wanted,
            ours=key_id(master),
        )
    return master


def _find_copy(folder: Path, wanted: str) -> dict[str, Any]:
    for path in sorted(folder.glob("linli-keys-*.json")):
        content = _read_json(path)
        if content.get("key_id") == wanted and isinstance(content.get("keys"), dict):
            return content
    raise Refusal("keys.not_found", "%(place)s holds no keys with the number %(key_id)s.", place=folder, key_id=wanted)


def _master_in(folder: Path) -> bytes | None:
    path = folder / MASTER_FILE
    return bytes.fromhex(path.read_text().strip()) if path.is_file() else None


def _belongs_here(content: dict[str, Any]) -> bool:
    master = _master_in(keys_folder())
    return master is not None and content.get("key_id") == key_id(master)


def _remember(place: Path, *, with_master: bool) -> None:
    known = {str(path): flag for path, flag in places().items()} | {str(place.resolve()): with_master}
    write_private(keys_folder() / PLACES_FILE, json.dumps(known, indent=1, sort_keys=True).encode())


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise Refusal("keys.damaged", "The file %(path)s is damaged.", path=path) from error
    return content if isinstance(content, dict) else {}


def _sealed_authority(master: bytes) -> str | None:
    files = {name: keys_folder() / "tls" / name for name in _AUTHORITY}
    if not all(path.is_file() for path in files.values()):
        return None
    plain = json.dumps({name: path.read_text() for name, path in files.items()}).encode()
    nonce = os.urandom(12)
    return b64encode(nonce + AESGCM(subkey(master, "key-copy")).encrypt(nonce, plain, b"authority")).decode()


def _opened_authority(master: bytes, sealed: str | None) -> dict[str, bytes]:
    if not sealed:
        return {}
    blob = b64decode(sealed)
    try:
        plain = AESGCM(subkey(master, "key-copy")).decrypt(blob[:12], blob[12:], b"authority")
    except InvalidTag:
        return {}
    return {name: text.encode() for name, text in json.loads(plain).items() if name in _AUTHORITY}
