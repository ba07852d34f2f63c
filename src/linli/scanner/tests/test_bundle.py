"""The scanner's files: pinned, complete, one version, the same words in both languages, readable at night."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils.html import escape

from linli.kernel.permit_number import LOOKALIKES
from linli.scanner.abilities import ABILITIES
from linli.scanner.bundle import APART, ROOT, bundle, manifest, read_bundle, service_worker

IMPORT = re.compile(r"""^import .*?from ["']\./([\w./-]+)["'];$|^import ["']\./([\w./-]+)["'];$""", re.MULTILINE | re.S)
KEY = re.compile(r'^ {2}(?: {2})?"?([\w.]+)"?:', re.MULTILINE)
ROOMS = ("walk", "handover")
"""Rooms with words of their own, in both languages in one file."""
COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)
USED = re.compile(r"""\bt\(["']([\w.]+)["']""")
PAIRS = (
    ("text", "ground"),
    ("text", "paper"),
    ("soft", "ground"),
    ("soft", "paper"),
    ("on-accent", "accent"),
    ("accent", "paper"),
    ("accent", "ground"),
    ("good", "good-ground"),
    ("held", "held-ground"),
    ("bad", "bad-ground"),
    ("bad", "paper"),
    ("bad", "ground"),
    ("strip-text", "strip"),
    ("alarm-text", "alarm"),
)


def own_scripts() -> dict[str, str]:
    """Our modules by name, without the vendored ones."""
    return {path.name: path.read_text("utf-8") for path in sorted(ROOT.glob("*.js"))}


def test_vendored_files_are_the_pinned_ones() -> None:
    folder = ROOT / "vendor"
    listed = json.loads((folder / "VENDORED.json").read_text("utf-8"))
    known = {name: digest for package in listed.values() for name, digest in package["files"].items()}
    there = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "VENDORED.json"
    }
    assert there == known


def test_a_changed_byte_is_another_version(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    first = read_bundle(tmp_path).version
    (tmp_path / "a.js").write_text("2")
    assert read_bundle(tmp_path).version != first
    (tmp_path / "a.js").write_text("1")
    assert read_bundle(tmp_path).version == first


def test_everything_that_is_imported_is_stored_for_offline_use() -> None:
    stored = set(bundle().precache)
    for name, text in own_scripts().items():
        if name in APART:
            continue
        for found in IMPORT.finditer(text):
            assert (found[1] or found[2]) in stored, f"{name} imports {found[0]}"
    assert {"app.js", "scanner.css", "decoder-worker.js", "vendor/zxing-wasm/reader/zxing_reader.wasm"} <= stored


def test_both_languages_have_the_same_words_and_none_is_missing() -> None:
    scripts = own_scripts()
    rooms = [scripts[f"messages-{room}.js"].split("\n  en: {") for room in ROOMS]
    chinese, english = (
        KEY.findall(scripts[f"messages-{code}.js"] + "".join(words[place] for words in rooms))
        for place, code in enumerate(("zh", "en"))
    )
    assert chinese == english
    assert len(set(chinese)) == len(chinese)
    used = {key for text in scripts.values() for key in USED.findall(COMMENT.sub("", text))}
    assert used <= set(chinese), sorted(used - set(chinese))


def test_chinese_words_are_calm() -> None:
    text = "".join(own_scripts()[f"messages-{name}.js"] for name in ("zh", *ROOMS))
    assert "!" not in text.replace("!=", "")
    assert "！" not in text


def test_look_alikes_are_those_of_the_permit_number() -> None:
    found = re.search(r"const LOOKALIKES = \{(.*?)\};", own_scripts()["pack.js"])
    assert found
    assert dict(re.findall(r'(\w): "(\w)"', found[1])) == LOOKALIKES


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` (WCAG 2.1)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["day", "night"])
@pytest.mark.parametrize("pair", PAIRS)
def test_contrast_is_seven_to_one(theme: str, pair: tuple[str, str]) -> None:
    css = (ROOT / "scanner.css").read_text("utf-8")
    blocks = re.findall(r":root(\[data-theme=\"night\"\])? \{(.*?)\}", css, re.S)
    tokens: dict[str, str] = {}
    for night, body in blocks:
        if not night or theme == "night":
            tokens |= dict(re.findall(r"--([\w-]+): (#\w{6});", body))
    light, dark = sorted((luminance(tokens[name]) for name in pair), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 7


def test_the_worker_names_its_version_and_every_file() -> None:
    text = service_worker(bundle())
    facts = json.loads(text.partition("= ")[2].partition(";\n")[0])
    assert facts["version"] == bundle().version
    assert len(facts["files"]) == len(bundle().precache)
    assert all(address.startswith(f"/scan/v/{bundle().version}/") for address in facts["files"])


def test_the_manifest_names_icons_that_exist() -> None:
    icons = manifest(bundle())["icons"]
    assert isinstance(icons, list)
    for icon in icons:
        assert icon["src"].removeprefix(f"/scan/v/{bundle().version}/") in bundle().files


@pytest.mark.django_db
def test_the_page_its_files_and_its_policy(client: Client) -> None:
    page = client.get("/scan/")
    assert page.status_code == 200
    policy = page["Content-Security-Policy"]
    assert "'wasm-unsafe-eval'" in policy
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy
    body = page.content.decode()
    assert "<style" not in body
    assert " style=" not in body
    assert not re.search(r"<script(?![^>]*\bsrc=)", body)
    for address in re.findall(r'(?:src|href)="(/scan/[^"]+)"', body):
        assert client.get(address).status_code == 200, address
    wasm = client.get(f"/scan/v/{bundle().version}/vendor/zxing-wasm/reader/zxing_reader.wasm")
    assert wasm["Content-Type"] == "application/wasm"
    assert "immutable" in wasm["Cache-Control"]
    assert client.get("/scan/sw.js")["Cache-Control"] == "no-cache"
    assert client.get("/scan/v/000000000000/app.js").status_code == 404
    assert client.get(f"/scan/v/{bundle().version}/../bundle.py").status_code == 404


@pytest.mark.django_db
def test_the_device_check_says_what_to_do_without_any_script(client: Client) -> None:
    body = client.get("/device-check").content.decode()
    for ability in ABILITIES:
        for words in (ability.zh, ability.en, ability.do_zh, ability.do_en):
            assert escape(words) in body
    assert not re.search(r"<script(?![^>]*\bsrc=)", body)
