"""Fixtures of the browser suite: a live server on localhost (a secure context), Chromium, and its complaints.

Every page is watched: a console error, an uncaught exception or a violation of the Content Security Policy fails
the test that caused it, unless the test said `complaints.expect("part of the text")` first.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.support import chromium, order
from tests.support.axe import axe_problems

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's sync API runs a loop in the test's thread

PageAt = Callable[..., Page]
PATIENCE_MS, REST_S = 15_000, 2.0
"""What a page may take on a machine that is busy with something else; and a server, to finish what a closed page had asked."""
LOCALES = {"zh-hans": "zh-CN", "en": "en-GB"}
LONGEST_FIRST = (
    "test_office_week.py", "test_care_pages.py", "test_permit_pages.py", "test_scanner_shift_two.py", "test_boards.py",
    "test_accounts.py", "test_gate_pages.py", "test_scanner_screens.py", "test_scanner_visitors.py", "test_visit_pages.py",
    "test_ui_styleguide.py", "test_scanner_faults.py", "test_neighbourhoods.py", "test_first_day.py",
)  # fmt: skip
"""Files of 20 to 45 seconds of processor."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first."""
    order.put_first(items, LONGEST_FIRST)


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    """Playwright's driver, once a session."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(autouse=True)
def at_rest(request: pytest.FixtureRequest) -> Iterator[None]:
    """Between the closing of the pages and the emptying of the database the server finishes: a phone's beat meets no empty tables."""
    yield
    if "live_server" not in request.fixturenames:
        return
    until = time.monotonic() + REST_S
    while time.monotonic() < until and any("process_request" in one.name for one in threading.enumerate()):
        time.sleep(0.005)


@pytest.fixture(scope="session")
def browser(playwright_driver: Playwright) -> Iterator[Browser]:
    """Chromium without a camera."""
    chrome = playwright_driver.chromium.launch(
        executable_path=chromium.executable(), args=chromium.arguments(), headless=True
    )
    yield chrome
    chrome.close()


@pytest.fixture
def camera_browser(playwright_driver: Playwright) -> Iterator[Callable[[Path], Browser]]:
    """`camera_browser(film)` starts a Chromium whose camera plays the MJPEG file."""
    with ExitStack() as stack:

        def launch(film: Path) -> Browser:
            chrome = playwright_driver.chromium.launch(
                executable_path=chromium.executable(), args=chromium.arguments(film), headless=True
            )
            stack.callback(chrome.close)
            return chrome

        yield launch


@pytest.fixture
def persistent_context(
    playwright_driver: Playwright, tmp_path: Path, complaints: chromium.Complaints
) -> Iterator[Callable[..., BrowserContext]]:
    """`persistent_context(camera=film, **options)`: a Chromium with a profile on disk, to be killed and opened again.

    Every call opens the same profile; close the earlier one (or kill its process) first.
    """
    with ExitStack() as stack:

        def launch(camera: Path | None = None, **options: Any) -> BrowserContext:
            context = playwright_driver.chromium.launch_persistent_context(
                str(tmp_path / "profile"),
                executable_path=chromium.executable(),
                args=chromium.arguments(camera),
                headless=True,
                **options,
            )
            complaints.watch(context)
            stack.callback(_close, context)
            return context

        yield launch


def _close(context: BrowserContext) -> None:
    """Close a context that a test may have closed or killed already."""
    # reason: Playwright's error class is needed nowhere else
    from playwright.sync_api import Error

    try:
        context.close()
    except Error:
        return


@pytest.fixture
def complaints() -> Iterator[chromium.Complaints]:
    """What the browser complained about; anything unexpected fails the test at its end."""
    heard = chromium.Complaints()
    yield heard
    assert not heard.unexpected(), "The browser complained:\n" + "\n".join(heard.unexpected())


@pytest.fixture
def page_at(browser: Browser, live_server: LiveServer, complaints: chromium.Complaints) -> Iterator[PageAt]:
    """`page_at(width, lang, scheme, as_user=None)`: a page of the live server with its own cookies.

    `width` in CSS pixels (360 or 1280), `lang` "zh-hans" or "en", `scheme` "light" or "dark"; `as_user` is signed in
    without the form. Relative addresses work: `page.goto("/homes/")`.
    """
    with ExitStack() as stack:

        def make(width: int = 1280, lang: str = "zh-hans", scheme: str = "light", **more: Any) -> Page:
            user = more.pop("as_user", None)
            context = browser.new_context(
                base_url=live_server.url,
                viewport={"width": width, "height": 780 if width < 600 else 900},
                locale=LOCALES[lang],
                color_scheme=scheme,  # type: ignore[arg-type]
                has_touch=width < 600,
                reduced_motion="reduce",
                **more,
            )
            stack.callback(context.close)
            complaints.watch(context)
            if user is not None:
                sign_in(context, live_server.url, user, lang)
            else:
                set_language(context, live_server.url, lang)
            return context.new_page()

        yield make


def set_language(context: BrowserContext, url: str, lang: str) -> None:
    """Choose the device's language, as the button of every page does."""
    # reason: Linli's modules are there only inside a test
    from linli.site.language import COOKIE

    context.add_cookies([{"name": COOKIE, "value": lang, "url": url}])


def sign_in(context: BrowserContext, url: str, user: Any, lang: str) -> None:
    """Give the context the cookies of a signed-in user, second factor passed, whose own language becomes `lang`."""
    # reason: Django's settings and models are there only inside a test
    from django.conf import settings

    from linli.ground.testing import client_as

    if user.language != lang:
        user.language = lang
        user.save(update_fields=["language"])
    value = client_as(user).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": url}])
    set_language(context, url, lang)


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails with every accessibility problem axe-core finds (WCAG 2.1 A and AA, best practices)."""

    def check(page: Page) -> None:
        problems = axe_problems(page)
        assert not problems, "\n".join(problems)

    return check
