"""The doctor's look at the machine: Python, folders, keys, disk, fonts, clock, certificates."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from linli.site import certificates, lan
from linli.site.backup_keys import places, stale_copies
from linli.site.backup_sheet import printed
from linli.site.doctor import Finding, bad, ok, warn
from linli.site.doctor_clock import ask_time_server, clock_evidence
from linli.vault.keyring import KEYS_FILE, MASTER_FILE, data_folder, keys_folder

#: Below the first something breaks soon, below the second somebody should look. In MB.
DISK_BAD, DISK_WARN = 500, 2000
PROBE_BYTES = 256 * 1024
FONTS = Path(__file__).resolve().parent.parent / "ui" / "fonts"


def check_python(now: dt.datetime) -> Iterator[Finding]:
    """Python 3.11–3.13 is what Linli is tried on; an older one could not have started this."""
    version = platform.python_version()
    if sys.version_info >= (3, 14):
        yield warn(
            "python", _("Python %(version)s has not been tried."), _("Use Python 3.11, 3.12 or 3.13."), version=version
        )
    else:
        yield ok("python", _("Python %(version)s."), version=version)


def check_folders(now: dt.datetime) -> Iterator[Finding]:
    """The data folder exists, is ours alone and can be written to."""
    data = data_folder()
    if not data.is_dir():
        yield bad(
            "data.missing",
            _("There is no data folder at %(path)s."),
            _("Set LINLI_DATA to the right folder, or begin with: linli upgrade"),
            path=str(data),
        )
        return
    mode = stat.S_IMODE(data.stat().st_mode)
    if not os.access(data, os.R_OK | os.W_OK | os.X_OK):
        yield bad(
            "data.rights",
            _("This user cannot write to the data folder %(path)s."),
            _("Run Linli as the user that owns the folder."),
            path=str(data),
        )
    elif mode & 0o077:
        yield warn(
            "data.open",
            _("Other users of this machine can look into the data folder %(path)s (mode %(mode)s)."),
            _("chmod 700 the folder."),
            path=str(data),
            mode=f"{mode:o}",
        )
    else:
        yield ok("data", _("Data folder %(path)s: only its owner can read it."), path=str(data))


def check_keys(now: dt.datetime) -> Iterator[Finding]:
    """The keys are there, private, and not inside the data folder."""
    folder, data = keys_folder().absolute(), data_folder().absolute()
    if not (folder / MASTER_FILE).is_file():
        yield bad(
            "keys.missing",
            _("There is no master key in %(path)s."),
            _(
                "Set LINLI_KEYS to the key folder; if it is lost, restore with the recovery sheet. A new key opens nothing old."
            ),
            path=str(folder),
        )
        return
    if folder == data or data in folder.parents:
        yield bad(
            "keys.inside",
            _("The key folder lies inside the data folder, so every copy of the data carries its keys."),
            _("Move it beside the data folder and set LINLI_KEYS."),
        )
    files = [path for path in (folder / MASTER_FILE, folder / KEYS_FILE, folder / "tls" / lan.CA_KEY) if path.exists()]
    open_files = [path.name for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if open_files:
        yield bad(
            "keys.mode",
            _("Other users of this machine can read keys: %(files)s."),
            _("chmod 600 each of them, and ask who could have read them."),
            files=", ".join(open_files),
        )
    else:
        yield ok("keys", _("Keys in %(path)s: private, outside the data."), path=str(folder))
    yield from _key_copies()


def _key_copies() -> Iterator[Finding]:
    if not printed():
        yield warn(
            "keys.sheet",
            _("The recovery sheet was never printed. If this disk breaks, every backup stays closed for ever."),
            _("linli recovery-sheet --to SHEET.html; print it, lock it away, delete the file."),
        )
    if not places():
        yield warn(
            "keys.copy",
            _("There is no copy of the key file."),
            _("linli backup --keys FOLDER, on another disk or stick."),
        )
    for path in stale_copies():
        yield warn(
            "keys.stale",
            _("The key copy %(path)s is not the latest: it may still hold a key that was destroyed."),
            _("Run linli backup: it brings the copy up to date."),
            path=str(path),
        )


def check_disk(now: dt.datetime) -> Iterator[Finding]:
    """Free space where the data lie, and whether anything can be written there: a quota is full before the disk is."""
    folder = next((path for path in (data_folder(), *data_folder().parents) if path.is_dir()), Path("/"))
    free = shutil.disk_usage(folder).free // 1_000_000
    way_out = _("Free some space, or move the data to a larger disk (backup, restore).")
    sentence = _("%(free)s MB are free where the data lie.")
    shown = f"{free:,}"
    if not _writes(folder):
        yield bad("disk.full", _("The disk where the data lie is full or cannot be written: %(folder)s."), way_out,
                  folder=str(folder))  # fmt: skip
    elif free < DISK_BAD:
        yield bad("disk", sentence, way_out, free=shown)
    elif free < DISK_WARN:
        yield warn("disk", sentence, way_out, free=shown)
    else:
        yield ok("disk", sentence, free=shown)


def _writes(folder: Path) -> bool:
    """Whether a quarter of a megabyte can be written there, and stays; it is deleted at once."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix="doctor-") as probe:
            probe.write(b"\0" * PROBE_BYTES)
            probe.flush()
            os.fsync(probe.fileno())
    except OSError:
        return False
    return True


def check_fonts(now: dt.datetime) -> Iterator[Finding]:
    """The faces that cards and sheets are printed with are all there (names beyond GBK too)."""
    listed = json.loads((FONTS / "VENDORED.json").read_text())["files"]
    lost = [entry["file"] for entry in listed if not (FONTS.parent / entry["file"]).is_file()]
    if lost:
        yield bad(
            "fonts",
            _("Fonts are missing: %(files)s."),
            _("Install Linli again; they are part of it."),
            files=", ".join(lost),
        )
        return
    characters = max(int(entry["characters"]) for entry in listed)
    yield ok("fonts", _("Printing has its own font with %(count)s characters."), count=f"{characters:,}")


def check_clock(now: dt.datetime) -> Iterator[Finding]:
    """The clock, without the internet: nothing we wrote may lie in the future; a time server if one is configured."""
    ahead = clock_evidence(now)
    if ahead:
        yield bad(
            "clock.back",
            _(
                "The clock of this machine is behind by at least %(minutes)s minutes: %(what)s is newer than now (%(now)s)."
            ),
            _("Set the clock; until then permits and shifts are judged by a wrong time."),
            minutes=int(ahead.seconds // 60) + 1,
            what=ahead.what,
            now=f"{now:%Y-%m-%d %H:%M} UTC",
        )
    else:
        yield ok("clock", _("The clock is not behind anything that Linli has written."))
    server = os.environ.get("LINLI_NTP", "")
    if not server:
        return
    offset = ask_time_server(server, now=dt.datetime.now(dt.UTC))
    if offset is None:
        yield warn(
            "clock.ntp",
            _("The time server %(server)s does not answer."),
            _("Check LINLI_NTP and the network."),
            server=server,
        )
    elif abs(offset) > 5:
        yield bad(
            "clock.drift",
            _("The clock is %(offset)s seconds away from the time server %(server)s."),
            _("Switch on time synchronisation (timedatectl set-ntp true) or set the clock."),
            offset=f"{offset:+.1f}",
            server=server,
        )
    else:
        yield ok(
            "clock.ntp", _("The clock agrees with %(server)s to %(offset)s s."), server=server, offset=f"{offset:+.2f}"
        )


def check_certificates(now: dt.datetime) -> Iterator[Finding]:
    """The certificates of the office network, if it has its own authority."""
    folder = lan.tls_folder()
    files = {
        lan.CA_CERTIFICATE: _("Certificate authority of the office network: %(days)s days left."),
        lan.SERVER_CERTIFICATE: _("Server certificate: %(days)s days left."),
    }
    present = [name for name in files if (folder / name).is_file()]
    if not present:
        yield ok("tls", _("No HTTPS for the office network yet (linli serve --lan makes it)."))
    for name in present:
        left = certificates.days_left((folder / name).read_bytes(), now=now)
        code = f"tls.{name.split('.')[0]}"
        if left < 0:
            yield bad(code, files[name], _("Restart linli serve --lan: it makes a new one."), days=left)
        elif left < certificates.RENEW_DAYS:
            yield warn(code, files[name], _("Restart linli serve --lan: it makes a new one."), days=left)
        else:
            yield ok(code, files[name], days=left)
    own = set(lan.addresses())
    server = folder / lan.SERVER_CERTIFICATE
    if server.is_file() and (folder / lan.CA_CERTIFICATE).is_file():
        authority = (folder / lan.CA_CERTIFICATE).read_bytes()
        lost = sorted(
            name
            for name in own - set(certificates.names_of(server.read_bytes()))
            if certificates.permits(authority, name)
        )
        if lost:
            yield warn(
                "tls.address",
                _("The server certificate does not cover this machine's address %(names)s."),
                _("Restart linli serve --lan: it makes a new one."),
                names=", ".join(lost),
            )


CHECKS = (check_python, check_folders, check_keys, check_disk, check_fonts, check_clock, check_certificates)
