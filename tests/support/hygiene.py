"""What must never be in the repository: one machine's paths, download addresses, unpinned files of others."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from pathlib import Path
from typing import Any

from tests.support.code import Finding

# Put together from pieces, so that this file does not find itself.
MACHINE = [re.compile(rf"(?<![\w.])/{name}/[\w.]") for name in ("work", "root", "Users", "opt/wheels", "tmp/linli")]
MACHINE.append(re.compile(r"(?<![\w.])/home/(?!linli)\w"))
HOSTS = re.compile(
    "|".join(
        re.escape(f"{a}.{b}")
        for a, b in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("deb.debian", "org"))
    )
)
CONFLICT = re.compile(r"^(<{7} |>{7} |={7}$)", re.M)
LOCKS_WITH_ADDRESSES = ("uv.lock", "poetry.lock", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "Pipfile.lock")
CODE = {".py", ".html", ".js", ".css", ".sh", ".typ", ".svg", ".webmanifest"}
TEXT = CODE | {".txt", ".md", ".toml", ".in", ".json", ".po", ".cfg", ".ini", ".yml", ".yaml", ".csv"}


def tracked(root: Path) -> list[Path]:
    """The files git would commit; every file when the folder is no repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        capture_output=True,
        check=False,
    )
    names = listed.stdout.decode().split("\0") if listed.returncode == 0 else []
    paths = [root / name for name in names if name] or [path for path in root.rglob("*") if ".git" not in path.parts]
    return sorted(path for path in paths if path.is_file())


def is_text(path: Path) -> bool:
    """Whether a file is ours to read: text, and not vendored."""
    named = path.suffix in TEXT or path.name in ("Makefile", "run", "LICENSE")
    return named and "vendor" not in path.parts


def unclean(root: Path, files: list[Path]) -> list[Finding]:
    """Machine paths, registry hosts, merge markers and locks with addresses."""
    found = []
    for path in files:
        name = path.relative_to(root).as_posix()
        if path.name in LOCKS_WITH_ADDRESSES:
            found.append(Finding(name, 1, "a lock that records download addresses"))
        if not is_text(path):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        for pattern, what in (*((p, "a path of one machine") for p in MACHINE), (HOSTS, "a registry's address")):
            for match in pattern.finditer(text):
                found.append(Finding(name, text.count("\n", 0, match.start()) + 1, f"{what}: {match.group(0)}"))
        if CONFLICT.search(text):
            found.append(Finding(name, 1, "a merge marker"))
        if "requirements" in path.parts and path.suffix == ".txt":
            found += _lock(name, text)
    return found


def _lock(name: str, text: str) -> list[Finding]:
    """A lock must pin every package with hashes and name no address."""
    found = [Finding(name, 1, "an address in a lock")] if "://" in text else []
    packages = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.M)[1:]
    for package in packages:
        title = package.split(" ")[0]
        if "==" not in title or "--hash=sha256:" not in package:
            found.append(Finding(name, 1, f"not pinned with a hash: {title}"))
    return found


def _pins(listing: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """File → its entry; an entry of a package with `files` (path → checksum) stands for each of them."""
    pins = {}
    for name, entry in listing.items():
        for file, checksum in entry.get("files", {name: entry.get("sha256")}).items():
            pins[file] = {**entry, "sha256": checksum}
    return pins


def unpinned(root: Path) -> list[Finding]:
    """Vendored files that are not in `VENDORED.json` of their folder, or differ from it."""
    found = []
    for folder in sorted(path for path in root.glob("**/static/**/vendor") if path.is_dir()):
        name = folder.relative_to(root).as_posix()
        listing = folder / "VENDORED.json"
        if not listing.exists():
            found.append(Finding(name, 1, "no VENDORED.json"))
            continue
        pinned = _pins(json.loads(listing.read_text(encoding="utf-8")))
        present = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        del present["VENDORED.json"]
        found += [Finding(name, 1, f"listed, but not there: {key}") for key in sorted(pinned.keys() - present.keys())]
        for key, path in sorted(present.items()):
            if key not in pinned:
                if not re.search(r"LICEN[CS]E|NOTICE|COPYING", path.name, re.I):
                    found.append(Finding(name, 1, f"not pinned: {key}"))
            elif hashlib.sha256(path.read_bytes()).hexdigest() != pinned[key].get("sha256"):
                found.append(Finding(name, 1, f"differs from its checksum: {key}"))
            elif not pinned[key].get("version") or not (pinned[key].get("licence") or pinned[key].get("license")):
                found.append(Finding(name, 1, f"version or licence not given: {key}"))
    return found
