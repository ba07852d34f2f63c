"""Every screen of the guard's page: accessible, large enough for a thumb, nothing cut off, in both languages and colours."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support import phone
from tests.support.chromium import Complaints
from tests.support.fake_gate import FakeGate, Running

Axe = Callable[[Page], None]
SMALLEST = 56
MEASURE = """
(smallest) => {
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth) found.push("the page is wider than the screen");
  for (const element of document.querySelectorAll("button, a, input")) {
    const box = element.getBoundingClientRect();
    if (box.width && (box.width < smallest - 0.5 || box.height < smallest - 0.5)) {
      found.push(`small: ${element.textContent} ${box.width} × ${box.height}`);
    }
    if (element.tagName === "BUTTON" && element.scrollWidth > element.clientWidth + 1) {
      found.push(`cut off: ${element.textContent}`);
    }
  }
  return found;
}
"""


class Walk:
    """A guard who looks at every screen."""

    def __init__(self, page: Page, axe: Axe, gate: FakeGate) -> None:
        self.page, self.axe, self.gate = page, axe, gate
        self.seen: list[str] = []

    def look(self, name: str) -> None:
        """Check the screen that is there; ``name`` is its own name."""
        expect(self.page.locator(f'#app[data-screen="{name}"]')).to_be_visible()
        self.seen.append(name)
        assert self.page.evaluate(MEASURE, SMALLEST) == [], name
        self.axe(self.page)

    def tap(self, selector: str) -> None:
        """Tap the first such element."""
        self.page.locator(selector).first.click()

    def back(self) -> None:
        """The way back."""
        self.tap(".bar .back")

    def enrol(self, address: str) -> None:
        """From the link to the camera."""
        self.page.goto(f"{address}/scan/")
        self.look("enrol")
        self.page.locator("#token").fill(self.gate.token)
        self.tap("#enrol")
        self.look("start")
        self.tap("#start")
        expect(self.page.locator(".trouble p")).to_be_visible()
        self.look("gate")

    def held(self) -> None:
        """A fever: keypad, held, slip."""
        phone.scan(self.page, self.gate.code(0))
        self.look("ask")
        self.tap("#none")
        self.page.locator('[data-ask="temperature"] button').last.click()
        self.look("layer")
        for digit in "385":
            self.page.locator(".key", has_text=digit).click()
        self.tap(".key.main")
        self.look("ask")
        self.tap("#record")
        self.look("outcome")
        self.tap(".thumb .second")
        self.look("slip")
        self.tap(".thumb .main")

    def without_card(self) -> None:
        """Building, room, person; a plate."""
        self.tap(".thumb .main")
        self.look("people")
        self.tap("#people-resident")
        for _ in range(3):
            self.look("pick")
            self.tap(".cell")
        self.look("ask")
        self.page.locator('[data-ask="plate"] button').last.click()
        self.page.locator("#plate").fill("a1")
        self.tap("form .main")
        expect(self.page.locator(".wrong")).not_to_be_empty()
        self.look("layer")
        self.page.locator("#plate").fill("ad12345")
        self.tap("form .main")
        self.look("ask")
        self.back()

    def refused(self) -> None:
        """A visitor whose host says no; a courier whom the rules keep out."""
        self.tap(".thumb .main")
        self.tap("#people-visitor")
        self.tap(".cell")
        self.tap(".cell")
        self.look("ask")
        self.tap("#consent-declined")
        self.tap("#record")
        self.look("outcome")
        self.tap("#next")
        self.tap(".thumb .main")
        self.tap("#people-courier")
        self.look("ask")
        self.back()

    def visitors(self) -> None:
        """Announced visits and a group; what a call says and a review; goods, papers, a returnee, a card in other languages."""
        self.tap(".thumb .main")
        self.tap("#people-visits")
        self.look("pick")
        self.tap(".cell")
        self.look("ask")
        self.back()
        phone.scan(self.page, self.gate.code(8))
        self.page.locator('[data-ask="companions"] button').nth(1).click()
        self.tap("#none")
        self.page.locator('[data-ask="temperature"] button').nth(1).click()
        self.tap("#record")
        self.tap("#next")
        self.look("companion")
        self.tap("#companion-end")
        phone.scan(self.page, self.gate.code(8))
        self.tap("#rest-returning")
        self.look("details")
        self.tap("#returning-later")
        self.look("ask")
        self.back()
        self.tap(".thumb .main")
        self.tap("#people-foreign")
        self.look("foreign")
        self.tap("#errand-visitor")
        self.tap(".cell")
        self.tap(".cell")
        self.tap("#rest-details")
        self.look("details")
        self.tap("#save")
        self.tap("#rest-foreign")
        self.look("foreign")
        self.tap("#foreign-done")
        self.tap("#consent-unreached")
        self.tap("#record")
        self.look("outcome")
        self.tap("#call-declined")
        self.tap("#review")
        self.look("outcome")
        self.tap("#next")
        self.tap(".thumb .main")
        self.tap("#people-worker")
        self.tap(".cell")
        self.tap(".cell")
        self.look("ask")
        self.back()
        phone.scan(self.page, self.gate.visit_code(self.gate.visits[0], gate=2))
        self.look("ask")
        self.back()

    def no_server(self) -> None:
        """A network, and no server: whom to tell what."""
        self.page.route("**/scan/api/**", lambda route: route.abort("failed"))
        for _ in range(3):
            self.page.evaluate("window.dispatchEvent(new Event('online'))")
            self.page.wait_for_timeout(150)
        self.page.locator(".strip").first.click(timeout=20_000)
        self.look("noserver")
        self.page.unroute("**/scan/api/**")
        self.back()
        self.tap("#start")

    def rest(self) -> None:
        """The way out, an emergency, the status, the search, the end of the shift."""
        self.page.locator(".switch button").last.click()
        phone.scan(self.page, self.gate.code(1))
        self.look("ask")
        self.back()
        self.tap("#emergency")
        self.look("emergency")
        self.tap("#next")
        self.tap(".thumb .main")
        self.tap("#people-search")
        self.look("search")
        self.back()
        self.back()
        self.tap(".name")
        self.look("status")
        self.gate.cut_off = True
        self.tap("main .row")
        cut = self.page.get_by_text("没有名单").or_(self.page.get_by_text("No list"))
        expect(cut).to_be_visible()
        self.back()
        self.look("calm")


@pytest.mark.parametrize(
    ("width", "height", "language", "theme"),
    [(320, 568, "en", "night"), (360, 640, "zh-Hans", "day"), (430, 932, "zh-Hans", "night")],
)
def test_every_screen(
    browser: Browser, complaints: Complaints, axe: Axe, width: int, height: int, language: str, theme: str
) -> None:
    gate = FakeGate(people=40, holds={1}, role="staff_of_body", point="北门快递架")
    gate.visit(2, party=2)
    context = browser.new_context(
        viewport={"width": width, "height": height}, has_touch=True, is_mobile=True, reduced_motion="reduce"
    )
    complaints.watch(context)
    complaints.expect("ERR_", "Failed to load resource")
    page = context.new_page()
    page.add_init_script(
        f"localStorage.setItem('linli-scan-theme', '{theme}');"
        f"localStorage.setItem('linli-scan-language', '{language}');"
    )
    with Running(gate) as address:
        walk = Walk(page, axe, gate)
        walk.enrol(address)
        walk.held()
        walk.without_card()
        walk.refused()
        walk.visitors()
        walk.no_server()
        walk.rest()
        assert len(set(walk.seen)) >= 13
    context.close()


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_pages_before_enrolment(browser: Browser, complaints: Complaints, axe: Axe, language: str) -> None:
    agents = {
        "inapp": "Mozilla/5.0 (Linux; Android 10) MicroMessenger/8.0.2",
        "ios": "Mozilla/5.0 (iPhone; CPU iPhone OS 16_4 like Mac OS X) AppleWebKit/605.1.15 Version/16.4 Safari/604.1",
    }
    with Running(FakeGate()) as address:
        for screen, agent in agents.items():
            context = browser.new_context(viewport={"width": 320, "height": 568}, user_agent=agent)
            complaints.watch(context)
            page = context.new_page()
            page.add_init_script(f"localStorage.setItem('linli-scan-language', '{language}');")
            page.goto(f"{address}/scan/#e=ABCD2345")
            expect(page.locator(f'#app[data-screen="{screen}"]')).to_be_visible()
            assert page.evaluate(MEASURE, SMALLEST) == []
            axe(page)
            context.close()
