"""The style guide shows every part of a page: it is accessible, quiet, and works with keys alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.axe import axe_problems

PageAt = Callable[..., Page]
FRAMES = ("/ui/", "/ui/print/", "/ui/wall/", "/ui/bare/")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def open_guide(settings: Any) -> None:
    """The guide is there for developers alone."""
    settings.DEBUG = True


@pytest.mark.parametrize(
    ("width", "scheme", "lang"),
    [(360, "light", "zh-hans"), (360, "dark", "en"), (1280, "light", "en"), (1280, "dark", "zh-hans")],
)
def test_no_accessibility_problem_and_no_sideways_scroll(page_at: PageAt, width: int, scheme: str, lang: str) -> None:
    page = page_at(width, lang, scheme)
    for address in FRAMES:
        page.goto(address)
        expect(page.locator("h1")).to_have_count(1)
        problems = axe_problems(page)
        assert not problems, f"{address}\n" + "\n".join(problems)
        expect(page.locator("html")).to_have_attribute("lang", {"zh-hans": "zh-Hans", "en": "en"}[lang])
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if address == "/ui/wall/" and width < 1280:
            continue  # an office screen, never a phone
        assert wider <= 0, f"{address} is {wider} px wider than a screen of {width}"


def test_narrow_screen_of_320_px_does_not_scroll_sideways(page_at: PageAt) -> None:
    page = page_at(320)
    page.goto("/ui/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_targets_are_large_enough_for_a_thumb(page_at: PageAt) -> None:
    page = page_at(360)
    page.goto("/ui/")
    small = page.evaluate(
        """() => [...document.querySelectorAll('.button, .nav-list a, .brand, .tabs a, .field input, .field select')]
        .filter(e => e.getClientRects().length && !e.matches('[type=radio],[type=checkbox],[type=file]'))
        .filter(e => e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 80))"""
    )
    assert small == []
    low = page.evaluate(
        "() => [...document.querySelectorAll('.gate .button, .pick')].filter(e => e.offsetHeight < 56).length"
    )
    assert low == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_gate_parts_have_seven_to_one_contrast(page_at: PageAt, scheme: str) -> None:
    page = page_at(360, "zh-hans", scheme)
    page.goto("/ui/")
    axe_problems(page)  # loads axe into the page
    wrong = page.evaluate(
        """async () => (await axe.run('.gate', {runOnly: {type: 'rule', values: ['color-contrast-enhanced']}}))
        .violations.flatMap(v => v.nodes.map(n => n.html))"""
    )
    assert wrong == []


def test_squares_are_one_tab_stop_and_arrows_move_by_position(page_at: PageAt) -> None:
    page = page_at(1280)
    page.goto("/ui/")
    stops = page.locator('[data-squares] a.sq[tabindex="0"]')
    expect(stops).to_have_count(1)
    stops.focus()
    expect(page.locator("a.sq:focus")).to_have_attribute("aria-label", _starts("1 号 601"))
    page.keyboard.press("ArrowRight")
    expect(page.locator("a.sq:focus")).to_have_attribute("aria-label", _starts("1 号 602"))
    page.keyboard.press("ArrowDown")
    expect(page.locator("a.sq:focus")).to_have_attribute("aria-label", _starts("1 号 502"))
    page.keyboard.press("Home")
    for _step in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.locator("a.sq:focus")).to_have_attribute("aria-label", _starts("2 号 601"))
    expect(page.locator("[data-square-say]")).to_contain_text("2 号 601")
    expect(stops).to_have_count(1)


def test_live_search_waits_for_the_end_of_a_composition(page_at: PageAt) -> None:
    page = page_at(1280)
    page.goto("/ui/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "q=" in request.url else None)
    box = page.locator("#q")
    box.evaluate(
        """e => { e.dispatchEvent(new CompositionEvent('compositionstart')); e.value = 'shen';
        e.dispatchEvent(new InputEvent('input', {isComposing: true, bubbles: true})); }"""
    )
    page.wait_for_timeout(600)
    assert asked == []
    box.evaluate("e => { e.value = '沈'; e.dispatchEvent(new CompositionEvent('compositionend')); }")
    page.wait_for_url("**q=%E6%B2%88**")
    assert len(asked) == 1


def test_dialog_opens_by_key_and_escape_closes_it(page_at: PageAt) -> None:
    page = page_at(1280)
    page.goto("/ui/")
    page.locator('[data-dialog="undo-dialog"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator("#undo-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#undo-dialog")).to_be_hidden()
    expect(page.locator('[data-dialog="undo-dialog"]')).to_be_focused()


def test_skip_link_is_the_first_stop_and_leads_to_the_content(page_at: PageAt) -> None:
    page = page_at(1280)
    page.goto("/ui/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def _starts(text: str) -> re.Pattern[str]:
    """A pattern for a label that begins so."""
    return re.compile(f"^{text}")


def test_a_lost_network_is_said_calmly_and_goes_away(page_at: PageAt) -> None:
    page = page_at(360)
    page.goto("/ui/", wait_until="networkidle")  # else a file on its way is a complaint of the browser's
    page.context.set_offline(True)
    expect(page.locator("[data-offline]")).to_contain_text("离线")
    page.context.set_offline(False)
    expect(page.locator("[data-offline]")).to_have_count(0)


def test_copying_says_so(page_at: PageAt) -> None:
    page = page_at(1280, permissions=["clipboard-read", "clipboard-write"])
    page.goto("/ui/")
    page.locator('[data-copy="permit-no"]').click()
    expect(page.locator(".toast")).to_have_text("已复制")


def test_a_file_of_another_kind_gets_a_sentence(page_at: PageAt) -> None:
    page = page_at(1280)
    page.goto("/ui/")
    box = page.locator(".drop input[type=file]")
    box.set_input_files({"name": "登记.docx", "mimeType": "application/octet-stream", "buffer": b"x"})
    expect(page.locator("[data-drop-wrong]")).to_contain_text("登记.docx")
    box.set_input_files({"name": "登记.xlsx", "mimeType": "application/octet-stream", "buffer": b"x" * 2048})
    expect(page.locator("[data-drop-wrong]")).to_be_hidden()
    expect(page.locator("[data-drop-name]")).to_have_text("登记.xlsx · 2 KB")
