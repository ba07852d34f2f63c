"""Set-up, accounts, offices and the journal in a browser: from an empty database, accessible, quiet, narrow."""

from __future__ import annotations

from base64 import b32decode
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from linli.accounts import totp
from linli.accounts.models import User
from linli.ground.testing import PASSWORD, Cast, make_cast
from tests.support.axe import axe_problems

PageAt = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)


def check(page: Page, where: str) -> list[str]:
    """What is wrong with the page that is open: accessibility, and whether it is wider than the screen."""
    expect(page.locator("h1")).to_have_count(1)
    found = [f"{where}: {problem}" for problem in axe_problems(page)]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append(f"{where}: wider than the screen")
    return found


def digits(page: Page) -> str:
    """What the app would show for the secret on the page."""
    secret = page.locator("ol code").inner_text().replace(" ", "")
    key = b32decode(secret + "=" * (-len(secret) % 8))
    return totp.code_at(key, int(timezone.now().timestamp()) // totp.STEP)


def test_an_empty_installation_is_set_up_on_a_phone(page_at: PageAt) -> None:
    page = page_at(360)
    page.goto("/setup/")  # a server that has known an account leads nobody here by itself any more
    problems = check(page, "first")
    page.fill("[name=name]", "槐安居民区")
    page.fill("[name=display_name]", "王敏")
    page.fill("[name=username]", "wang.min")
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=again]", PASSWORD + "x")
    page.click("main .button-main")
    expect(page.locator("#id_again_error")).to_be_visible()
    problems += check(page, "first, wrong")
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=again]", PASSWORD)
    page.click("main .button-main")
    page.wait_for_url("**/setup/gates/")
    problems += check(page, "gates")
    page.click("main .button-main")
    page.wait_for_url("**/setup/people/")
    problems += check(page, "people")
    page.fill("[name=display_name]", "李建国")
    page.fill("[name=username]", "li.jianguo")
    page.click("main .button-main")
    code = page.locator(".paper-code").inner_text()
    problems += check(page, "slip")
    page.click(".print-bar a")
    page.wait_for_url("**/setup/next/")
    problems += check(page, "next")
    page.click("main .button-main")
    expect(page.locator("[name=code]")).to_be_visible()
    problems += check(page, "second factor")
    page.fill("[name=code]", digits(page))
    page.click("main .button-main")
    expect(page.locator(".codes code")).to_have_count(10)
    problems += check(page, "recovery codes")
    page.goto("/offices/")
    expect(page.locator("h1")).to_contain_text("2")
    assert not problems, "\n".join(problems)

    guard = page_at(360)
    guard.goto(f"/accounts/slip/#c={code}")
    expect(guard.locator("[name=code]")).to_have_value(code)
    assert "#" not in guard.url, "the code does not stay in the address"
    guard.fill("[name=password]", "river lamp seven")
    guard.fill("[name=again]", "river lamp seven")
    with guard.expect_navigation():
        guard.click("main .button-main")
    guard.goto("/accounts/")
    expect(guard.locator("h1")).to_have_text("李建国")


@pytest.fixture
def small(transactional_db: None) -> Cast:
    """The cast, committed."""
    return make_cast()


def test_every_page_in_both_languages_themes_and_widths(small: Cast, page_at: PageAt) -> None:
    guard, mandate = small.users["guard"].pk, small.mandates["guard"].pk
    signed_in = [
        "/accounts/",
        "/accounts/password/",
        "/accounts/second-factor/",
        "/accounts/second-factor/lost/",
        "/accounts/second-factor/remove/",
        "/setup/place/",
        "/setup/next/",
        "/offices/",
        "/offices/add/",
        f"/offices/{guard}/",
        f"/offices/{guard}/suspend/",
        f"/offices/mandate/{mandate}/end/",
        f"/offices/mandate/{mandate}/hand-over/",
        "/journal/",
    ]
    problems = []
    for width, scheme, lang in ((360, "light", "zh-hans"), (1280, "dark", "en"), (360, "dark", "en")):
        page = page_at(width, lang, scheme, as_user=small.users["secretary"])
        for address in signed_in:
            page.goto(address)
            problems += check(page, f"{address} {width} {scheme} {lang}")
        stranger = page_at(width, lang, scheme)
        for address in ("/accounts/login/", "/accounts/slip/"):
            stranger.goto(address)
            problems += check(stranger, f"{address} {width} {scheme} {lang}")
    assert not problems, "\n".join(problems)


def test_the_pause_says_when_it_ends(small: Cast, page_at: PageAt, complaints: object) -> None:
    complaints.expect("429")  # type: ignore[attr-defined]  # the browser names the status of the locked page
    page = page_at(360, "en")
    page.goto("/accounts/login/")
    for number in range(5):
        page.fill("[name=username]", "guard")
        page.fill("[name=password]", f"wrong {number}")
        with page.expect_navigation():
            page.click("main .button-main")
    expect(page.locator("h1")).to_contain_text("You can try again at")
    assert not check(page, "locked")


def test_signing_in_and_out_with_the_keyboard_alone(small: Cast, page_at: PageAt) -> None:
    page = page_at(1280, "en")
    page.goto("/accounts/login/?next=/accounts/")
    page.keyboard.type("guard")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/")
    expect(page.locator("h1")).to_have_text(User.objects.get(username="guard").display_name)
    page.locator("main form[action='/accounts/logout/'] button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/login/")
