"""今日, 住户 and the operation's pages with the demo's 1,450 dwellings and 3,500 people: accessible, quiet, narrow, by keys alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from linli.site.demo.build import Built, build
from tests.support.axe import axe_problems

PageAt = Callable[..., Page]
VIEWS = ((360, "light", "zh-hans"), (360, "dark", "en"), (1280, "light", "en"), (1280, "dark", "zh-hans"))
"""Every pair of a width, a theme and a language."""
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def demo(transactional_db: None) -> Built:
    """The fictional neighbourhood, in full."""
    return build(lambda step: None)


def test_every_board_in_both_languages_themes_and_widths(demo: Built, page_at: PageAt) -> None:
    addresses = [
        "/",
        "/homes/",
        "/homes/?view=table",
        "/homes/?state=unreached",
        "/operations/",
        f"/operations/{demo.operation.pk}/",
    ]
    problems = []
    for width, scheme, lang in VIEWS:
        page = page_at(width, lang, scheme, as_user=demo.users["shuji"])
        for address in addresses:
            page.goto(address)
            expect(page.locator("h1")).to_have_count(1)
            where = f"{address} {width} {scheme} {lang}"
            problems += [f"{where}: {problem}" for problem in axe_problems(page)]
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                problems.append(f"{where}: wider than the screen")
    assert not problems, "\n".join(problems)


def test_the_homes_are_walked_by_keys_alone(demo: Built, page_at: PageAt) -> None:
    page = page_at(1280, "zh-hans", "light", as_user=demo.users["shuji"])
    page.goto("/homes/")
    expect(page.locator("h1")).to_contain_text("1,450")
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('a.sq')"):
            break
    assert page.evaluate("document.activeElement.matches('a.sq')"), "the squares cannot be reached with Tab"
    first = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("ArrowRight")
    second = page.evaluate("document.activeElement.getAttribute('href')")
    assert second != first
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{second}")
    expect(page.locator("h1")).to_be_visible()


def test_live_search_waits_for_the_input_method(demo: Built, page_at: PageAt) -> None:
    page = page_at(1280, "zh-hans", "light", as_user=demo.users["shuji"])
    page.goto("/homes/")
    box = page.locator("#q")
    box.focus()
    box.evaluate("e => { e.dispatchEvent(new CompositionEvent('compositionstart')); e.value = 'zhang'; "
                 "e.dispatchEvent(new InputEvent('input', {isComposing: true, bubbles: true})); }")  # fmt: skip
    page.wait_for_timeout(600)
    assert page.locator("#results .legend").count() == 1, "asked in the middle of a composition"
    box.evaluate("e => { e.value = '张'; e.dispatchEvent(new CompositionEvent('compositionend', {bubbles: true})); "
                 "e.dispatchEvent(new InputEvent('input', {bubbles: true})); }")  # fmt: skip
    expect(page.locator("#results a").first).to_contain_text("张")


def test_an_officer_gets_totals_and_a_stranger_gets_nothing(demo: Built, page_at: PageAt) -> None:
    page = page_at(1280, "zh-hans", "light", as_user=demo.users["jiedao"])
    page.goto("/homes/")
    assert page.locator("a.sq").count() == 0
    assert page.locator(".table-plain").count() == 13
    stranger: Any = page_at(1280)
    stranger.goto("/homes/")
    assert "/accounts/login/" in stranger.url
