"""The two sheets of paper: a phone's first day, and the master key."""

from __future__ import annotations

import datetime as dt
import json
import re
import stat
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from linli.site import backup_sheet, certificates, lan, lan_pages
from linli.site.backup_recovery import from_groups, to_groups
from linli.site.tests.conftest import Office
from linli.site.tests.helpers import refused
from linli.vault import keyring

NOW = dt.datetime(2026, 3, 13, 16, 41, tzinfo=dt.UTC)
ORIGIN, FIRST = "https://192.168.1.20:8443", "http://192.168.1.20:8080/"


def test_the_helper_gives_out_the_sheet_its_styles_and_the_certificate(own_folders: Path) -> None:
    authority = lan.ensure_tls(None, now=NOW).authority
    assert authority is not None
    pages = lan_pages.helper_pages(origin=ORIGIN, first=FIRST, authority=authority)
    assert set(pages) == {
        "/",
        "/en",
        "wechat:/",
        "wechat:/en",
        "/linli.crt",
        "/tokens.css",
        "/install.css",
        "/icon.svg",
    }
    assert pages["/linli.crt"][1] == certificates.der(authority.read_bytes())
    for path, title in (("/", "三分钟"), ("/en", "three minutes")):
        page = pages[path][1].decode()
        assert title in page
        assert FIRST in page
        assert f"{ORIGIN}/device-check" in page
        assert page.count("<svg") == 2
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|https?://(?!192\.168\.1\.20|www\.w3\.org)", page)
        for line in certificates.fingerprint(authority.read_bytes()).replace(":", " ")[:23], "linli.crt":
            assert line in page
    assert "微信里打开" in pages["wechat:/"][1].decode()
    assert "您正在微信里打开" not in pages["/"][1].decode()
    assert set(re.findall(r'(?:href|src)="(/[^"]*)"', pages["/"][1].decode())) <= set(pages)


def test_the_qr_codes_lead_where_the_address_says() -> None:
    import pymupdf  # draws the SVG for the reader
    import zxingcpp as zxing  # the reader, a tool of the tests

    svg = lan_pages.qr(FIRST).replace("<svg ", '<svg width="400" height="400" ', 1)
    pixels = pymupdf.open(stream=svg.encode(), filetype="svg")[0].get_pixmap(alpha=False, dpi=96)
    import numpy  # the reader's image format

    image = numpy.frombuffer(pixels.samples, dtype=numpy.uint8).reshape(pixels.height, pixels.width, pixels.n)
    assert [found.text for found in zxing.read_barcodes(image)] == [FIRST]


@pytest.mark.django_db
def test_the_page_inside_needs_no_account_and_knows_both_ways(
    own_folders: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = client.get("/install/")
    assert plain.status_code == 200
    assert "http://testserver/device-check" in plain.content.decode()
    assert client.get("/linli.crt").status_code == 404
    authority = lan.ensure_tls(None, now=NOW).authority
    assert authority is not None
    monkeypatch.setenv("LINLI_ORIGIN", ORIGIN)
    monkeypatch.setenv("LINLI_INSTALL", FIRST)
    page = client.get("/install/?lang=en", headers={"User-Agent": "Mozilla/5.0 MicroMessenger/8.0"}).content.decode()
    assert "WeChat's own browser" in page.replace("&#x27;", "'")
    assert FIRST in page
    answer = client.get("/linli.crt")
    assert answer["Content-Type"] == "application/x-x509-ca-cert"
    assert answer.content == certificates.der(authority.read_bytes())
    assert client.post("/install/").status_code == 405


def test_the_printed_groups_are_the_key_and_a_second_print_needs_again(own_folders: Path) -> None:
    with translation.override("en"):
        text = backup_sheet.make_sheet("txt", now=NOW, again=False, place="Huai'an")
        lines = [line for line in text.splitlines() if re.match(r"\s*\d+: ", line)]
        assert from_groups("\n".join(lines)) == keyring().master()
        with refused("recovery.printed"):
            backup_sheet.make_sheet("txt", now=NOW, again=False, place="")
        page = backup_sheet.make_sheet("html", now=NOW, again=True, place="Huai'an")
    groups = re.findall(r'<span class="code">([0-9A-Z]{5})</span>', page)
    assert groups == to_groups(keyring().master())
    assert "no. 2" in page
    assert not re.search(r"<script|https?://|<link|src=", page)
    state = json.loads((own_folders / "data.keys" / "recovery-sheet.json").read_text())
    assert len(state["printed"]) == 2
    assert keyring().master().hex() not in json.dumps(state)


def test_another_master_key_has_not_been_printed(own_folders: Path) -> None:
    backup_sheet.make_sheet("txt", now=NOW, again=False, place="")
    path = own_folders / "data.keys" / "recovery-sheet.json"
    path.write_text(json.dumps({"key_id": "0000-0000", "printed": ["2026-01-01T00:00:00+00:00"]}))
    assert backup_sheet.printed() == []


def test_the_verb_prints_once_and_journals_the_second(office: Office, tmp_path: Path) -> None:
    target = tmp_path / "sheet.html"
    assert "Print it, lock it away" in office.run("recovery-sheet", "--to", str(target))
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert "was printed on" in office.run("recovery-sheet", code=1)
    said = office.run("recovery-sheet", "--again")
    lines = [line for line in said.splitlines() if re.match(r"\s*\d+: ", line)]
    assert from_groups("\n".join(lines)).hex() == (office.keys / "master.key").read_text()
