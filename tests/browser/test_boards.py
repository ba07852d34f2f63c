"""今日, 住户 and the operation's pages with the demo's 1,450 dwellings and 3,500 people: accessible, quiet, narrow, by keys alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from linli.site.demo.build import Built, build
from tests.support.looks import problems_in_every_look

PageAt = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def demo(transactional_db: None) -> Built:
    """The fictional neighbourhood, in full."""
    return build(lambda step: None)


def every_board_in_both_languages_themes_and_widths(demo: Built, page_at: PageAt) -> None:
    addresses = [
        "/",
        "/homes/",
        "/homes/?view=table",
        "/homes/?state=unreached",
        "/operations/",
        f"/operations/{demo.operation.pk}/",
    ]
    problems = problems_in_every_look(page_at, addresses, demo.users["shuji"])
    assert not problems, "\n".join(problems)


def the_homes_are_walked_by_keys_alone(demo: Built, page_at: PageAt) -> None:
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


def live_search_waits_for_the_input_method(demo: Built, page_at: PageAt) -> None:
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


def an_officer_gets_totals_and_a_stranger_gets_nothing(demo: Built, page_at: PageAt) -> None:
    page = page_at(1280, "zh-hans", "light", as_user=demo.users["jiedao"])
    page.goto("/homes/")
    expect(page.locator(".table-plain")).to_have_count(13)
    expect(page.locator("a.sq")).to_have_count(0)
    stranger: Any = page_at(1280)
    stranger.goto("/homes/")
    assert "/accounts/login/" in stranger.url


def test_the_boards_of_a_whole_neighbourhood(demo: Built, page_at: PageAt) -> None:
    """One after the other: the neighbourhood takes longer to build than to look at, and nobody changes it."""
    every_board_in_both_languages_themes_and_widths(demo, page_at)
    the_homes_are_walked_by_keys_alone(demo, page_at)
    live_search_waits_for_the_input_method(demo, page_at)
    an_officer_gets_totals_and_a_stranger_gets_nothing(demo, page_at)
