"""Pages at both widths, in both themes and languages: accessible, with one heading, no wider than the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal

from playwright.sync_api import expect

from tests.support.axe import axe_problems

if TYPE_CHECKING:
    from playwright.sync_api import Page

Look = tuple[int, Literal["light", "dark"]]
LOOKS: tuple[tuple[str, tuple[Look, Look]], ...] = (
    ("zh-hans", ((360, "light"), (1280, "dark"))),
    ("en", ((1280, "light"), (360, "dark"))),
)
"""A language and its two looks: together every pair of width, theme and language. The first width is the device's (finger or mouse)."""

THUMB = 44
"""CSS pixels that a thumb hits."""
SMALL = f"""
() => [...document.querySelectorAll(
  "main :is(.button, select, textarea, summary, input:not([type=hidden], [type=radio], [type=checkbox])), main label:has(input)")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < {THUMB} - 0.5)
  .map((one) => `small: ${{one.outerHTML.slice(0, 90)}}`)
"""


def small_controls(page: Page) -> list[str]:
    """Controls of the page's own content that a thumb misses."""
    found: list[str] = page.evaluate(SMALL)
    return found


def problems_of(page: Page, where: str) -> list[str]:
    """What axe finds, and whether the page is wider than the screen."""
    found = [f"{where}: {problem}" for problem in axe_problems(page)]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append(f"{where}: wider than the screen")
    return found


def problems_in_every_look(page_at: Callable[..., Page], addresses: Iterable[str], as_user: Any) -> list[str]:
    """What is wrong with some pages of a user. A page is asked for once a language: its theme and width change while it stands there."""
    addresses = list(addresses)
    problems = []
    for lang, looks in LOOKS:
        page = page_at(looks[0][0], lang, looks[0][1], as_user=as_user)
        for address in addresses:
            page.goto(address)
            expect(page.locator("h1")).to_have_count(1)
            expect(page.locator("h1")).not_to_be_empty()
            for width, scheme in looks:
                page.set_viewport_size({"width": width, "height": 780 if width < 600 else 900})
                page.emulate_media(color_scheme=scheme)
                problems += problems_of(page, f"{address} {width} {scheme} {lang}")
    return problems
