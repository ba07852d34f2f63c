"""One installation with two neighbourhoods: the chooser, the officer above, and the page for what was too large."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from linli.ground.testing import Cast, make_cast
from tests.browser.test_accounts import check
from tests.support.chromium import Complaints

PageAt = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)
OTHER = "别处居民区"


@pytest.fixture
def two(transactional_db: None) -> Cast:
    """The cast; its secretary also works in a second neighbourhood, below a subdistrict with an officer."""
    cast = make_cast()
    call_command("add_neighbourhood", OTHER, secretary="secretary", subdistrict="示例街道", officer="stranger")
    return cast


def choose(page: Page, name: str) -> None:
    """Choose a neighbourhood in the menu beside one's name."""
    page.click(".who summary")
    page.click(f".who-menu button[name=neighbourhood]:has-text('{name}')")
    expect(page.locator(".foot")).to_contain_text(name)


@pytest.mark.parametrize(("width", "lang"), [(360, "zh-hans"), (360, "en"), (1280, "en")])
def test_the_chooser_changes_the_neighbourhood_on_every_page(two: Cast, page_at: PageAt, width: int, lang: str) -> None:
    page = page_at(width, lang, as_user=two.users["secretary"])
    page.goto("/")
    expect(page.locator(".foot")).to_contain_text(two.neighbourhood.name)
    page.click(".who summary")
    expect(page.locator(".who-menu [aria-current=true][name=neighbourhood]")).to_have_text(two.neighbourhood.name)
    problems = check(page, "menu")
    page.click(".who summary")
    choose(page, OTHER)
    for address in ("/", "/homes/", "/gates/", "/offices/", "/offices/add/", "/journal/"):
        page.goto(address)
        expect(page.locator(".foot")).to_contain_text(OTHER)
        expect(page.locator("main")).not_to_contain_text("听松别墅")
        problems += check(page, f"{address} {width} {lang}")
    page.goto("/offices/")
    expect(page.locator("main")).to_contain_text("示例街道")
    choose(page, two.neighbourhood.name)
    page.goto("/homes/")
    expect(page.locator("main")).to_contain_text("听松别墅")
    assert not problems, "\n".join(problems)


def test_by_keyboard_alone(two: Cast, page_at: PageAt) -> None:
    page = page_at(360, as_user=two.users["secretary"])
    page.goto("/")
    page.locator(".who summary").focus()
    page.keyboard.press("Enter")
    page.locator(f".who-menu button:has-text('{OTHER}')").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".foot")).to_contain_text(OTHER)


@pytest.mark.parametrize(("width", "lang", "word"), [(360, "zh-hans", "没有读取"), (1280, "en", "not read")])
def test_what_was_too_large_is_said(
    two: Cast, page_at: PageAt, complaints: Complaints, width: int, lang: str, word: str
) -> None:
    complaints.expect("413")
    page = page_at(width, lang, as_user=two.users["secretary"])
    page.goto("/register/import/")
    page.evaluate("document.querySelector('[data-limit]').removeAttribute('data-limit')")
    form = page.locator("main form").first
    form.evaluate("f => { f.action = '/offices/add/'; }")
    large = {"name": "a.csv", "mimeType": "text/csv", "buffer": b"x" * 5 * 1024 * 1024}
    page.set_input_files("input[type=file]", large)
    page.click("main .button-main")
    expect(page.locator("h1")).to_contain_text(word)
    assert not check(page, "not read")
