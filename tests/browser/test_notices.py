"""The bell on a phone: it counts, it sounds once it was switched on, and taking a notice up silences it; accessible in both themes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from linli.ground.testing import Cast, make_cast
from linli.kernel.escalation import Step
from linli.notices import actions, kinds
from linli.notices.jobs import tick
from linli.notices.models import Acknowledgement
from linli.notices.recipients import To
from tests.support.axe import axe_problems

PageAt = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)
TONES = """
let tones = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (at) {
  tones += 1;
  document.documentElement.dataset.tones = tones;
  start.call(this, at);
};
"""


@pytest.fixture
def here(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    steps = (Step(timedelta(minutes=30), "clerk"),)
    kinds.register(kinds.Kind("tests.late", "巡查没有走到", steps=steps, sound=True))
    return make_cast()


def say(here: Cast, key: str) -> None:
    """Something is late, and the worker has told it."""
    actions.notify(
        by=None, kind="tests.late", subject=("occurrence", 1), neighbourhood=here.neighbourhood,
        to=To(capacity="secretary", place=here.neighbourhood), key=key,
    )  # fmt: skip
    tick(timezone.now())


def test_the_bell_counts_sounds_and_is_taken_up(here: Cast, page_at: PageAt) -> None:
    page = page_at(360, as_user=here.users["secretary"])
    page.add_init_script(TONES)
    page.goto("/notices/")
    bell, html = page.locator("#bell"), page.locator("html")
    expect(bell).to_have_attribute("hx-trigger", "every 30s")
    expect(bell).to_have_text("通知")
    page.get_by_role("button", name="提示音：关").click()
    expect(page.get_by_role("button", name="提示音：开")).to_be_visible()
    expect(html).to_have_attribute("data-tones", "2")
    say(here, "one")
    page.evaluate("htmx.ajax('GET', '/notices/bell/', {target: '#bell', select: '#bell', swap: 'outerHTML'})")
    expect(bell).to_contain_text("1")
    expect(html).to_have_attribute("data-tones", "4")
    bell.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("有 1 条通知等您接下")
    expect(bell).to_have_attribute("hx-trigger", "every 30s")
    assert html.get_attribute("data-tones") is None, "what was heard is not heard again on the next page"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert not axe_problems(page)
    page.get_by_role("button", name="我来处理").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("没有等您接下的通知")
    expect(bell).to_have_text("通知")
    with here.scope():
        assert Acknowledgement.objects.get().user == here.users["secretary"]
    dark = page_at(320, scheme="dark", as_user=here.users["secretary"])
    for path in ("/notices/", "/notices/waiting/", "/notices/channels/add/"):
        dark.goto(path)
        assert dark.evaluate("document.documentElement.scrollWidth") <= 320
        assert not axe_problems(dark)
