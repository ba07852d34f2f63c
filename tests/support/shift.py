"""A guard's shift through the page: everybody who comes to a gate, one after another. Each method says how many rows it made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.support import phone

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Remembers the id of every row that the page writes into its queue, also over a reload; a full disk refuses when told to.
SPY = """
(() => {
  if (location.protocol === "about:") return;
  const put = IDBObjectStore.prototype.put;
  window.made = new Set(JSON.parse(localStorage.getItem("test-made") || "[]"));
  IDBObjectStore.prototype.put = function (row, ...rest) {
    if (this.name !== "queue") return put.call(this, row, ...rest);
    window.made.add(row.id);
    if (window.fullDisk) throw new DOMException("full", "QuotaExceededError");
    return put.call(this, row, ...rest);
  };
  addEventListener("pagehide", () => localStorage.setItem("test-made", JSON.stringify([...window.made])));
})();
"""
# A phone whose clock is a day slow.
A_DAY_SLOW = """
(() => {
  const Real = Date;
  const slow = () => Real.now() - 86400000;
  window.Date = class extends Real {
    constructor(...given) {
      if (given.length) super(...given);
      else super(slow());
    }
    static now() {
      return slow();
    }
  };
})();
"""
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
# The phone is carried to another gate and back: its rows name the gate where they were made.
CARRY = """
async (gate) => {
  const base = document.querySelector("script[type=module]").src.replace("app.js", "");
  const { current } = await import(`${base}pack.js`);
  current().gate.id = gate;
}
"""
WIPE = "() => new Promise((done) => { indexedDB.deleteDatabase('linli-scan').onsuccess = done; })"


@dataclass
class Hands:
    """A phone at a gate. ``made``: rows so far, wishes for a review apart."""

    page: Page
    made: int = 0
    wishes: int = 0

    def tap(self, selector: str) -> None:
        """Tap the first such element."""
        self.page.locator(selector).first.click()

    def say(self, name: str) -> None:
        """Tap the button with exactly this word."""
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def cells(self, many: int) -> None:
        """The first of each list: building, room, person."""
        for _ in range(many):
            self.tap(".cell")

    def answer(self) -> None:
        """None of these, 36.5."""
        phone.answer(self.page)

    def record(self, *, go_on: bool = True) -> None:
        """Record what is on the page; with ``go_on`` to the next person."""
        phone.record(self.page, go_on=go_on)
        self.made += 1

    def back(self) -> None:
        """To the camera."""
        self.tap("#next")
        expect(self.page.locator('#app[data-screen="gate"]')).to_be_visible()

    def called(self, word: str) -> None:
        """The call that a held person needs said this; what is still open is asked now."""
        self.tap(f"#call-{word}")
        self.answer()
        self.record()

    def keys(self, digits: str) -> None:
        """Type on the keypad."""
        for digit in digits:
            self.page.locator(".key", has_text=digit).first.click()
        self.tap(".key.main")

    def refused(self) -> None:
        """Record a refusal and the wish for a review."""
        self.record(go_on=False)
        self.tap("#review")
        expect(self.page.locator("main")).to_contain_text("办公室会答复")
        self.wishes += 1
        self.back()

    def many(self, codes: list[str], count: int) -> None:
        """Ordinary admissions through the page's own controls."""
        phone.many(self.page, [codes[i % len(codes)] for i in range(count)])
        self.made += count

    def queue(self, codes: list[str], count: int) -> None:
        """Passages in and out through the page's own functions."""
        self.page.evaluate(RUN, [codes, count])
        self.made += count

    def ids(self) -> set[str]:
        """The ids of all rows that this phone has ever written."""
        return set(self.page.evaluate("[...window.made]"))


class Residents(Hands):
    """Who lives here: by card, by room, on the way to a doctor, back from elsewhere, in company, in a car."""

    def card(self, code: str) -> None:
        """An ordinary admission by card."""
        phone.scan(self.page, code)
        self.answer()
        self.record()

    def word(self, code: str, word: str) -> None:
        """A code that the page answers with this word, recorded as it stands."""
        phone.scan(self.page, code)
        expect(self.page.locator(".verdict h1")).to_have_text(word)
        self.record()

    def fever(self, code: str) -> None:
        """37.9 degrees."""
        phone.scan(self.page, code)
        self.tap("#none")
        self.page.locator('[data-ask="temperature"] button').last.click()
        self.keys("379")
        self.record()

    def doctor(self, code: str) -> None:
        """Out to a doctor."""
        self.page.locator(".switch button").last.click()
        phone.scan(self.page, code)
        self.say("去看病")
        self.record()
        self.page.locator(".switch button").first.click()

    def room(self, person: int = 0) -> None:
        """A resident who forgot the card: one of the first home."""
        phone.stranger(self.page, "resident")
        self.cells(2)
        self.page.locator(".cell").nth(person).click()
        self.answer()
        self.record()

    def emergency(self) -> None:
        """Open at once."""
        self.tap("#emergency")
        expect(self.page.locator(".verdict")).to_contain_text("已记下")
        self.made += 1
        self.back()

    def carried(self, code: str, there: int, here: int) -> None:
        """One admission at another gate, with this gate's phone."""
        self.page.evaluate(CARRY, there)
        self.card(code)
        self.page.evaluate(CARRY, here)

    def with_a_resident(self, code: str) -> None:
        """A resident, somebody of the same home, and a guest."""
        phone.scan(self.page, code)
        self.answer()
        self.page.locator('[data-ask="companions"] button').nth(2).click()
        self.record(go_on=False)
        for who in (".list .row", "#companion-guest"):
            self.tap("#next")
            self.tap(who)
            self.answer()
            self.record(go_on=False)
        self.back()

    def out_together(self, code: str) -> None:
        """Three go out; nobody is asked."""
        self.page.locator(".switch button").last.click()
        phone.scan(self.page, code)
        self.page.locator('[data-ask="companions"] button').nth(2).click()
        self.record(go_on=False)
        self.made += 2
        self.back()
        self.page.locator(".switch button").first.click()

    def returnee(self, code: str, *, place: str = "") -> None:
        """A resident back from elsewhere: registered here when he says from where, else later."""
        phone.scan(self.page, code)
        self.tap("#rest-returning")
        if place:
            self.page.locator("#said-from").fill(place)
            self.tap("#save")
        else:
            self.tap("#returning-later")
        self.answer()
        self.record()

    def hold(self, code: str, called: str) -> None:
        """Somebody wants to be called; the call agrees."""
        phone.scan(self.page, code)
        expect(self.page.locator(".holder")).to_contain_text(f"打给：{called}")
        self.record(go_on=False)
        self.called("agreed")

    def says_he_lives_here(self) -> None:
        """Not on the list; the office knows him."""
        phone.stranger(self.page, "resident")
        self.cells(2)
        self.tap("#room-missing")
        self.tap("#lives-here")
        self.record(go_on=False)
        self.called("agreed")

    def vehicle(self, code: str, write: str, *, ending: str = "", copied: bool = False) -> None:
        """A resident in a car: an ordinary or new-energy plate, one that ends with a word, or one that is copied."""
        phone.scan(self.page, code)
        self.answer()
        self.say("有车")
        if copied:
            self.tap("#plate-copy")
        self.page.locator("#plate").fill(write)
        if ending:
            self.page.get_by_role("button", name=ending, exact=True).last.click()
        self.say("好了")
        self.record()


class Guard(Residents):
    """And who does not: visitors, workers, couriers, staff, people from elsewhere."""

    def visitor(self, said: str) -> None:
        """A visitor whose host said this to the guard: agreed, slip."""
        phone.stranger(self.page, "visitor")
        self.cells(2)
        self.tap(f"#consent-{said}")
        self.answer()
        self.record()

    def visitor_called_twice(self) -> None:
        """Nobody answers, then the household agrees."""
        phone.stranger(self.page, "visitor")
        self.cells(2)
        self.tap("#consent-unreached")
        self.record(go_on=False)
        self.called("agreed")

    def visitor_refused(self) -> None:
        """The household says no, and the visitor asks for a review."""
        phone.stranger(self.page, "visitor")
        self.cells(2)
        self.tap("#consent-declined")
        self.refused()

    def announced(self, party: int) -> None:
        """An announced visitor who comes with others: each is asked and measured."""
        self.tap(".thumb .main")
        self.tap("#people-visits")
        self.tap(".cell")
        self.answer()
        self.page.locator('[data-ask="companions"] button').nth(party - 1).click()
        self.record(go_on=False)
        for _ in range(party - 1):
            self.tap("#next")
            self.answer()
            self.record(go_on=False)
        self.back()

    def worker(self, purpose: str, filed: str | None = None) -> None:
        """A worker for a purpose: with the client's consent, or filed (``filed``: 查到了, 没查到 and the office agrees by phone)."""
        phone.stranger(self.page, "worker")
        self.cells(2)
        self.say(purpose)
        if filed is None:
            self.tap("#consent-agreed")
        else:
            self.say(filed)
        if filed == "没查到":
            self.record(go_on=False)
            self.called("agreed")
        else:
            self.answer()
            self.record()

    def staff(self) -> None:
        """Somebody who works in an office tower, on his employer's list."""
        phone.stranger(self.page, "staff")
        self.say("查到了")
        self.answer()
        self.record()

    def courier(self) -> None:
        """A courier who may come in, with two parcels."""
        phone.stranger(self.page, "courier")
        self.say("送快递")
        self.page.locator('[data-ask="goods"] button').nth(1).click()
        self.answer()
        self.record()

    def courier_at_the_point(self) -> None:
        """A courier who leaves four parcels at the point."""
        phone.stranger(self.page, "courier")
        self.page.locator('[data-ask="goods"] button').last.click()
        self.keys("4")
        self.record()

    def foreigner(self) -> None:
        """Somebody with a foreign document who answers in his own language."""
        self.tap(".thumb .main")
        self.tap("#people-foreign")
        self.say("한국어")
        self.tap("#errand-visitor")
        self.cells(2)
        self.tap("#consent-agreed")
        self.tap("#rest-foreign")
        for no in self.page.get_by_role("button", name="아니요").all():
            no.click()
        self.tap("#foreign-done")
        self.tap("#rest-details")
        self.page.locator("#said-name").fill("Kim Minseo")
        self.tap("#save")
        self.say("36.5")
        self.record()

    def without_papers(self) -> None:
        """A visitor with no document at hand."""
        phone.stranger(self.page, "visitor")
        self.cells(2)
        self.tap("#consent-slip")
        self.tap("#rest-details")
        self.say("没带")
        self.page.locator("#said-name").fill("周某")
        self.tap("#save")
        self.answer()
        self.record()
