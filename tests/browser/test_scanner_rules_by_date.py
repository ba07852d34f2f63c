"""Rules that change while the guard's page stands open: nobody is recorded by what holds no more (SEEDS G08)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support import phone
from tests.support.chromium import Complaints
from tests.support.fake_gate import RULES, FakeGate, Running

NEXT = {**RULES, "code": "test-2020-03-24", "version": 2, "classes": {**RULES["classes"], "courier": {"allowed": True}}}
SWITCH = """
async (rules) => {
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const packs = await import(loaded.find((name) => name.endsWith("/pack.js")));
  packs.current().timetable.push({ from_ms: 1, rules });
}
"""


@pytest.fixture
def gate() -> FakeGate:
    """A gate that lets no courier in."""
    return FakeGate()


@pytest.fixture
def guard(browser: Browser, complaints: Complaints, gate: FakeGate) -> Iterator[Page]:
    """A phone at the gate."""
    with Running(gate) as address:
        context = browser.new_context(viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
        complaints.watch(context)
        page = context.new_page()
        phone.enrol(page, address, gate.token)
        phone.start(page)
        yield page
        context.close()


def test_the_open_page_follows_a_switch(guard: Page, gate: FakeGate) -> None:
    phone.stranger(guard, "courier")
    expect(guard.locator(".verdict h1")).to_have_text("不能进")
    guard.evaluate(SWITCH, NEXT)
    guard.locator("#record").click()
    expect(guard.locator('[data-ask="questions"]')).to_be_visible()
    assert gate.stored == {}, "the decision of the earlier rules is not recorded under the later ones"
    phone.answer(guard)
    guard.locator("#record").click()
    phone.eventually(guard, lambda: len(gate.stored) == 1)
    [check] = gate.stored.values()
    assert check["decision"] == {"outcome": "admitted", "reason": "ok"}
    assert check["rules"] == "test-2020-03-24@2"
