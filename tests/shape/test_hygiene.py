"""The repository carries nothing of one machine, no download address, and no unpinned file of others."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tests.shape.paths import ROOT, nothing
from tests.support import hygiene


def test_the_repository_is_clean() -> None:
    nothing(hygiene.unclean(ROOT, hygiene.tracked(ROOT)))


def test_vendored_files_are_pinned() -> None:
    nothing(hygiene.unpinned(ROOT / "src"))


def test_uncleanliness_is_noticed(tmp_path: Path) -> None:
    host = "py" + "pi.org"
    files = {
        "a.md": "see /" + "work/main and /" + "home/me/x\n",
        "b.py": f"url = 'https://{host}/simple'\n",
        "c.py": "<" * 7 + " ours\n",
        "requirements/x.txt": "django==5.2 \\\n    --hash=sha256:00\nsegno>=1\n--index-url https://example.org\n",
        "uv.lock": "",
        "ok.md": "a `.venv`, https://example.org, /homes/, /tmp\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    found = hygiene.unclean(tmp_path, sorted(path for path in tmp_path.rglob("*") if path.is_file()))
    assert sorted((f.path, f.text.partition(":")[0]) for f in found) == [
        ("a.md", "a path of one machine"),
        ("a.md", "a path of one machine"),
        ("b.py", "a registry's address"),
        ("c.py", "a merge marker"),
        ("requirements/x.txt", "an address in a lock"),
        ("requirements/x.txt", "not pinned with a hash"),
        ("uv.lock", "a lock that records download addresses"),
    ]


def test_a_changed_vendored_file_is_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "ui" / "static" / "ui" / "vendor"
    folder.mkdir(parents=True)
    good = hashlib.sha256(b"good").hexdigest()
    for name, content in {"a.js": b"good", "b.js": b"bad", "c.js": b"new", "LICENSE": b"MIT"}.items():
        (folder / name).write_bytes(content)
    entry = {"version": "1", "licence": "MIT", "sha256": good}
    (folder / "VENDORED.json").write_text(json.dumps({"a.js": entry, "b.js": entry, "gone.js": entry}))
    assert sorted(finding.text for finding in hygiene.unpinned(tmp_path)) == [
        "differs from its checksum: b.js",
        "listed, but not there: gone.js",
        "not pinned: c.js",
    ]
