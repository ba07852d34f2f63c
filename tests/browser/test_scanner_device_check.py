"""The device check in a capable browser, in one without abilities, and with the page's accessibility."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.chromium import Complaints

pytestmark = pytest.mark.django_db(transaction=True)
PageAt = Callable[..., Page]
Axe = Callable[[Page], None]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_a_capable_browser_can_work_at_a_gate(page_at: PageAt, axe: Axe, width: int, scheme: str) -> None:
    page = page_at(width=width, scheme=scheme)
    page.goto("/device-check")
    expect(page.locator("#answer")).to_contain_text("这部手机可以当门岗手机")
    expect(page.locator("#answer")).to_contain_text("This phone can work at a gate")
    for code in ("browser", "secure", "crypto", "store", "worker", "reader", "clock"):
        expect(page.locator(f"#row-{code} td")).to_contain_text("可以")
    expect(page.locator("#row-camera td")).to_contain_text("要试")
    axe(page)


def test_a_phone_without_a_secure_context_hears_what_to_do(page_at: PageAt, complaints: Complaints) -> None:
    page = page_at(width=360)
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false });")
    page.goto("/device-check")
    expect(page.locator("#answer")).to_contain_text("先不能当门岗手机")
    expect(page.locator("#row-secure td")).to_contain_text("不行")
    expect(page.locator("#row-secure .do")).to_be_visible()
    expect(page.locator("#row-vibrate td")).not_to_contain_text("不行")


def test_inside_another_app_the_browser_row_says_so(page_at: PageAt) -> None:
    page = page_at(width=360, user_agent="Mozilla/5.0 (Linux; Android 10) Chrome/120 MicroMessenger/8.0.2")
    page.goto("/device-check")
    expect(page.locator("#row-browser td")).to_contain_text("不行")
    expect(page.locator("#row-browser .do")).to_contain_text("在浏览器打开")


def test_without_javascript_the_rows_are_there(page_at: PageAt) -> None:
    page = page_at(width=360, java_script_enabled=False)
    page.goto("/device-check")
    expect(page.locator("tbody tr")).to_have_count(12)
    expect(page.locator("#sub")).to_contain_text("在线登记表")
