"""An inspection of a gate on a phone (G11): the sheet with a thumb, a finding that its owner closes; accessible in both themes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from linli.gates.testing import open_strict
from linli.ground.testing import Cast, make_cast
from linli.rounds.models import Finding, Visit
from tests.support.axe import axe_problems

PageAt = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)
TARGET = 44
"""CSS pixels that a thumb hits."""


@pytest.fixture
def gate(transactional_db: None) -> Cast:
    """Two gates under an operation that measures."""
    cast = make_cast()
    open_strict(cast.neighbourhood)
    return cast


def test_a_gate_is_inspected_with_a_thumb_and_the_finding_is_closed_by_its_owner(gate: Cast, page_at: PageAt) -> None:
    page = page_at(360, as_user=gate.users["secretary"])
    page.goto(f"/rounds/inspections/gates/{gate.gates[0].pk}/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    small = page.eval_on_selector_all(
        ".ask-pick + label", f"all => all.filter(one => one.getBoundingClientRect().height < {TARGET}).length"
    )
    assert small == 0
    questions = page.locator("fieldset.ask")
    for number in range(questions.count()):
        questions.nth(number).get_by_text("是", exact=True).click()
    page.get_by_label("现在有几人值守").fill("2")
    notice = page.locator("fieldset.ask", has_text="门口是否看得到告知")
    expect(notice.get_by_label("由谁办")).to_be_hidden()
    notice.get_by_text("否", exact=True).click()
    expect(notice.get_by_label("由谁办")).to_be_visible()
    expect(notice.get_by_label("发现了什么")).to_have_value("门口没有张贴告知")
    assert not axe_problems(page)
    page.get_by_role("button", name="记录这次检查").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("1 项不符合要求")
    assert not axe_problems(page)
    with gate.scope():
        assert Visit.objects.count() == 1
        assert Finding.objects.get().owner == gate.mandates["gate_captain"]
    own = page_at(360, scheme="dark", as_user=gate.users["gate_captain"])
    own.goto("/rounds/findings/mine/")
    own.get_by_role("link", name="门口没有张贴告知").click()
    assert not axe_problems(own)
    own.get_by_label("处理情况").fill("已张贴")
    own.get_by_role("button", name="办结").click()
    expect(own.get_by_role("heading", level=1)).to_contain_text("都已办结")
