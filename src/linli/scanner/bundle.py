"""The scanner's own files as one versioned bundle.

Every file under ``static/scanner`` that the page needs is served from ``/scan/v/<version>/…``, where the version is a
hash over all of them. ES modules import each other by relative paths, so a phone never mixes files of two versions, and
no build step and no import map is needed (an inline import map would break the Content-Security-Policy).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent / "static" / "scanner"

CONTENT_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".wasm": "application/wasm",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    "": "text/plain; charset=utf-8",
}
# Not part of the offline page: the device check is for browsers that cannot run it.
APART = {
    "device-check.js",
    "device-check.css",
    "vendor/VENDORED.json",
    "vendor/zxing-wasm/LICENSE",
    "vendor/uqr/LICENSE",
    "sw.js",
}


@dataclass(frozen=True)
class Bundle:
    """The files of one version: ``files`` maps a relative path to its bytes."""

    version: str
    files: dict[str, bytes]

    @property
    def precache(self) -> list[str]:
        """Paths (relative to the version's folder) that the service worker stores in one step."""
        return sorted(path for path in self.files if path not in APART)

    def content_type(self, path: str) -> str:
        """MIME type of one file; ``application/wasm`` matters for streaming compilation."""
        return CONTENT_TYPES.get(Path(path).suffix, "application/octet-stream")


def read_bundle(root: Path = ROOT) -> Bundle:
    """Read every file below ``root`` and name the version after their bytes (12 hex digits of SHA-256)."""
    files = {
        found.relative_to(root).as_posix(): found.read_bytes() for found in sorted(root.rglob("*")) if found.is_file()
    }
    digest = hashlib.sha256()
    for path, content in files.items():
        digest.update(path.encode() + b"\0" + hashlib.sha256(content).digest())
    return Bundle(version=digest.hexdigest()[:12], files=files)


@cache
def bundle() -> Bundle:
    """The bundle of this process, read once."""
    return read_bundle()


def service_worker(current: Bundle, base: str = "/scan/") -> str:
    """The text of ``/scan/sw.js``: the worker's code with its version and the list of files it stores."""
    facts = {
        "version": current.version,
        "shell": base,
        "files": [f"{base}v/{current.version}/{path}" for path in current.precache],
    }
    return f"self.LINLI = {json.dumps(facts)};\n" + current.files["sw.js"].decode()


def manifest(current: Bundle, base: str = "/scan/") -> dict[str, object]:
    """The web app manifest; names in Chinese first, as printed on the phone's home screen."""
    folder = f"{base}v/{current.version}/icons"
    icon = {"type": "image/png"}
    return {
        "id": base,
        "name": "邻里门岗",
        "short_name": "邻里门岗",
        "description": "Linli gate: check permits, with or without a network.",
        "lang": "zh-Hans",
        "start_url": base,
        "scope": base,
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#f7f7f7",
        "theme_color": "#0a5c52",
        "icons": [
            {**icon, "src": f"{folder}/192.png", "sizes": "192x192"},
            {**icon, "src": f"{folder}/512.png", "sizes": "512x512"},
            {**icon, "src": f"{folder}/maskable.png", "sizes": "512x512", "purpose": "maskable"},
        ],
    }
