"""A shift of two phones at two gates, one of them without a network: 2,000 passages, each on the server exactly once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from linli.gates.actions.devices import make_token
from linli.gates.models import Check, GateException
from linli.gates.testing import Issued, event, issue, open_strict
from linli.ground.testing import Cast
from tests.support import phone
from tests.support.chromium import Complaints

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)
BY_PAGE, BY_QUEUE = 69, 925  # of each phone, beside six that are not ordinary
# The page's own functions, without the page: read the code, decide, write to the disk, upload when it can.
RUN = """
async ([codes, count]) => {
  const base = document.querySelector("script[type=module]").src.replace("app.js", "");
  const [checks, packs, record, clock, session] = await Promise.all(
    ["check", "pack", "record", "clock", "session"].map((name) => import(`${base}${name}.js`)));
  const pack = packs.current();
  for (let i = 0; i < count; i += 1) {
    const facts = { nowMs: clock.now(), direction: i % 2 ? "out" : "in", isRevoked: packs.isRevoked };
    const draft = await checks.draftOfCode(codes[i % codes.length], pack, facts);
    if (draft.direction === "in") Object.assign(draft, { answers: checks.noneBad(pack), temperature: 363 + (i % 5) });
    await record.record(draft, checks.decideDraft(draft, pack, clock.now()));
  }
  session.changed();
}
"""


@pytest.fixture
def phones(browser: Browser, complaints: Complaints) -> Iterator[list[BrowserContext]]:
    """Two phones."""
    complaints.expect("ERR_", "Failed to load resource")
    with ExitStack() as stack:
        made = []
        for _ in range(2):
            context = browser.new_context(viewport={"width": 360, "height": 640})
            stack.callback(context.close)
            complaints.watch(context)
            made.append(context)
        yield made


def enrolled(cast: Cast, gate: int, context: BrowserContext, address: str) -> Page:
    """A phone at a gate, ready to check."""
    now = timezone.now()
    _, code = make_token(
        by=cast.users["secretary"],
        gate=cast.gates[gate],
        shift_start=now - timedelta(hours=1),
        shift_end=now + timedelta(hours=8),
    )
    page = context.new_page()
    phone.enrol(page, address, code)
    phone.start(page)
    return page


def record(page: Page) -> None:
    """Record what is on the page and go on to the next person."""
    page.locator("#record").click()
    expect(page.locator('#app[data-screen="outcome"]')).to_be_visible()
    page.evaluate("() => { const next = document.getElementById('next'); if (next) next.click(); }")
    expect(page.locator('#app[data-screen="gate"]')).to_be_visible()


def special(page: Page, cards: list[Issued]) -> int:
    """What is not ordinary: forged, worker, doctor, fever, a room, an emergency. Gives how many."""
    forged = cards[0].code[:-8] + ("00000000" if not cards[0].code.endswith("00000000") else "11111111")
    phone.scan(page, forged)
    record(page)
    page.locator(".thumb .main").click()
    page.locator("#people-worker").click()
    for _ in range(2):
        page.locator(".cell").first.click()
    page.get_by_role("button", name="同意", exact=True).click()
    page.get_by_role("button", name="维修", exact=True).click()
    page.locator("#none").click()
    page.get_by_role("button", name="36.5", exact=True).click()
    record(page)
    phone.scan(page, cards[1].code)
    page.locator("#none").click()
    page.locator('[data-ask="temperature"] button').last.click()
    for digit in "379":
        page.locator(".key", has_text=digit).click()
    page.locator(".key.main").click()
    record(page)
    page.locator(".switch button").last.click()
    phone.scan(page, cards[2].code)
    page.get_by_role("button", name="去看病").click()
    record(page)
    page.locator(".switch button").first.click()
    page.locator(".thumb .main").click()
    page.locator("#people-resident").click()
    for _ in range(3):
        page.locator(".cell").first.click()
    page.locator("#none").click()
    page.get_by_role("button", name="36.5", exact=True).click()
    record(page)
    page.locator("#emergency").click()
    expect(page.locator(".verdict")).to_contain_text("已记下")
    page.locator("#next").click()
    return 6


def test_two_phones_one_without_a_network(cast: Cast, phones: list[BrowserContext], live_server: LiveServer) -> None:
    open_strict(cast.neighbourhood)
    with cast.scope():
        cards = [issue(person, index + 1) for index, person in enumerate(cast.people)]
    online, offline = (enrolled(cast, gate, phones[gate], live_server.url) for gate in (0, 1))
    phones[1].set_offline(True)
    with cast.scope():
        event(cards[3].card, "lost")  # the phone without a network cannot know
    codes = [card.code for card in cards if card is not cards[3]]
    made = 0
    for page, own in ((online, codes), (offline, [card.code for card in cards])):
        made += special(page, cards)
        phone.many(page, [own[i % len(own)] for i in range(BY_PAGE)])
        page.evaluate(RUN, [own, BY_QUEUE])
        made += BY_PAGE + BY_QUEUE

    def stored() -> int:
        with cast.scope():
            return Check.objects.count()

    phone.eventually(online, lambda: stored() == made // 2, within_ms=60_000)
    expect(offline.locator(".strip").first).to_have_text(f"离线 · {made // 2} 条待上传")
    phones[1].set_offline(False)
    phone.eventually(offline, lambda: stored() == made, within_ms=60_000)
    offline.wait_for_timeout(1_000)
    with cast.scope():
        assert Check.objects.count() == made
        for gate in cast.gates[:2]:
            rows = Check.objects.filter(gate=gate)
            assert sorted(rows.values_list("seq", flat=True)) == list(range(1, made // 2 + 1))
        late = Check.objects.filter(gate=cast.gates[1])
        assert set(late.values_list("made_offline", flat=True)) == {True}
        lost = late.filter(card=cards[3].card.pk, direction="in")
        assert set(lost.values_list("outcome", "overridden")) == {("admitted", True)}  # kept, and flagged
        kinds = Counter(GateException.objects.values_list("kind", flat=True))
        assert {"overridden", "double_use", "fever", "unknown_card"} <= set(kinds)
