"""The two sheets of paper in a browser: readable at every width, no complaint, and one A4 page when printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pymupdf
import pytest
from playwright.sync_api import Page, expect

from linli.site import backup_sheet, lan, lan_pages
from linli.site.lan_helper import HelperServer, start_helper

pytestmark = pytest.mark.django_db(transaction=True)
PageAt = Callable[..., Page]
Axe = Callable[[Page], None]
NOW = dt.datetime.now(dt.UTC)


@pytest.fixture
def helper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HelperServer]:
    """The plain-HTTP server of a machine at 192.168.100.120."""
    monkeypatch.setenv("LINLI_KEYS", str(tmp_path / "keys"))
    authority = lan.ensure_tls(None, now=NOW).authority
    assert authority is not None
    origin, first = "https://192.168.100.120:8443", "http://192.168.100.120:8080/"
    server = start_helper("127.0.0.1", 0, lan_pages.helper_pages(origin=origin, first=first, authority=authority))
    yield server
    server.stop()


def pages(pdf: bytes) -> int:
    return len(pymupdf.open(stream=pdf, filetype="pdf"))


@pytest.mark.parametrize("path", ["/", "/en"])
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_the_install_sheet_on_a_phone_and_on_paper(
    helper: HelperServer, page_at: PageAt, axe: Axe, path: str, width: int, scheme: str
) -> None:
    page = page_at(width=width, scheme=scheme)
    page.goto(f"http://127.0.0.1:{helper.port}{path}")
    expect(page.locator("svg")).to_have_count(2)
    expect(page.locator(".fingerprint span")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    axe(page)
    assert pages(page.pdf(prefer_css_page_size=True)) == 1


def test_the_sheet_inside_keeps_the_policy(page_at: PageAt, axe: Axe) -> None:
    page = page_at(width=360)
    page.goto("/install/")
    expect(page.locator("h1")).to_contain_text("手机")
    axe(page)


@pytest.mark.parametrize("width", [360, 1000])
def test_the_recovery_sheet_is_one_page(
    page_at: PageAt, axe: Axe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("LINLI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LINLI_KEYS", str(tmp_path / "keys"))
    sheet = tmp_path / "sheet.html"
    sheet.write_text(backup_sheet.make_sheet("html", now=NOW, again=False, place="槐安居民区（虚构）"), "utf-8")
    page = page_at(width=width)
    page.goto(sheet.as_uri())
    expect(page.locator(".groups .code")).to_have_count(14)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    axe(page)
    assert pages(page.pdf(prefer_css_page_size=True)) == 1
