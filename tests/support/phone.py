"""A guard's phone in the browser suite: enrol, scan, answer, record, as fast as the page allows."""

from __future__ import annotations

import io
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import segno
from playwright.sync_api import expect

import linli.scanner

if TYPE_CHECKING:
    from PIL.Image import Image
    from playwright.sync_api import Page

SCREENS = Path(linli.scanner.__file__).parent / "static" / "scanner"
BACK_AFTER = int(re.findall(r"BACK_AFTER = (\d+);", (SCREENS / "screen-outcome.js").read_text("utf-8"))[0])
# The page that says "come in" leaves by itself: too soon for a test on a busy machine, which looks at it and taps on.
STAY = f"""
(() => {{
  const later = window.setTimeout;
  window.stays = true;
  window.setTimeout = (act, after, ...more) =>
    later(act, window.stays && [{BACK_AFTER}, {2 * BACK_AFTER}].includes(after) ? 600000 : after, ...more);
}})();
"""
# A disk that says only when it is told to that it has what was written into a store.
HOLD = """
(store) => {
  const told = Object.getOwnPropertyDescriptor(IDBTransaction.prototype, "oncomplete");
  window.waiting = [];
  Object.defineProperty(IDBTransaction.prototype, "oncomplete", {
    set(done) {
      const held = this.objectStoreNames.contains(store);
      told.set.call(this, (event) => (held && window.waiting ? window.waiting.push(() => done(event)) : done(event)));
    },
  });
}
"""
LET_GO = "() => { const waiting = window.waiting; window.waiting = null; waiting.forEach((done) => done()); }"
SCAN = """
(text) => {
  for (const key of [...text, "Enter"]) document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
}
"""
# Every code through the page's own controls: hand scanner, answers, the button, the next person.
MANY = """
async (codes) => {
  const box = document.getElementById("app");
  const until = async (name) => {
    for (let i = 0; i < 8000 && box.dataset.screen !== name; i += 1) await new Promise((go) => setTimeout(go, 2));
    if (box.dataset.screen !== name) throw new Error(`waiting for ${name}, there is ${box.dataset.screen}`);
  };
  for (const text of codes) {
    await until("gate");
    for (const key of [...text, "Enter"]) document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    await until("ask");
    document.getElementById("none").click();
    document.querySelector('[data-ask="temperature"] button').click();
    document.getElementById("record").click();
    await until("outcome");
    document.getElementById("next").click();
  }
}
"""
# The page's own beat, until the server was heard: the answer is younger than the question, and the phone has taken it in.
HEAR = """
async () => {
  const base = document.querySelector("script[type=module]").src.replace("app.js", "");
  const [{ beat }, queue] = await Promise.all(["session", "queue"].map((name) => import(`${base}${name}.js`)));
  for (let i = 0; i < 50; i += 1) {
    await beat();
    if (queue.isOnline()) return;
    await new Promise((go) => setTimeout(go, 100));
  }
  throw new Error("the server was not heard");
}
"""


def eventually(page: Page, holds: Callable[[], bool], *, within_ms: int = 30_000) -> None:
    """Wait until something holds that the page alone does not show, such as what the server has heard."""
    for _ in range(within_ms // 50):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"not within {within_ms} ms")


def picture(text: str) -> Image:
    """A QR symbol with its quiet zone, as a card carries it."""
    # reason: Pillow is a tool of the tests; only films need it
    from PIL import Image as Pictures

    buffer = io.BytesIO()
    segno.make(text, error="m", boost_error=False, micro=False).save(buffer, kind="png", scale=8, border=4)
    buffer.seek(0)
    return Pictures.open(buffer)


def enrol(page: Page, address: str, token: str) -> None:
    """Open the link of the enrolment QR and enrol; ends on the page "ready". What was decided stays until a tap (``leaves``)."""
    page.add_init_script(STAY)
    page.goto(f"{address}/scan/#e={token}")
    page.locator("#phone").fill("东门一号机")
    page.locator("#enrol").click()
    expect(page.locator("#start")).to_be_visible()


def wait_for_worker(page: Page) -> None:
    """Wait until the service worker has stored every file of the page."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def hear(page: Page) -> None:
    """Ask the server now, as the phone does every minute, and wait until the phone knows what it said."""
    page.evaluate(HEAR)


def start(page: Page) -> None:
    """From "ready" to the camera."""
    page.locator("#start").click()
    expect(page.locator('#app[data-screen="gate"]')).to_be_visible()


def hold_disk(page: Page, store: str) -> None:
    """From now on the disk does not say that it has what was written into a store of the phone's database, until ``let_go``."""
    page.evaluate(HOLD, store)


def let_go(page: Page) -> None:
    """The disk says it."""
    page.evaluate(LET_GO)


def leaves(page: Page) -> None:
    """From now on the page of a good outcome goes back to the camera by itself, as it does at a gate."""
    page.evaluate("window.stays = false")


def scan(page: Page, text: str) -> None:
    """A hand scanner reads a code: fast keys and Enter."""
    page.evaluate(SCAN, text)
    expect(page.locator('#app[data-screen="ask"]')).to_be_visible()


def stranger(page: Page, klass: str) -> None:
    """From the camera to somebody without a card, of this class."""
    page.locator(".thumb .main").click()
    page.locator(f"#people-{klass}").click()


def answer(page: Page) -> None:
    """None of these, 36.5."""
    page.locator("#none").click()
    page.get_by_role("button", name="36.5", exact=True).click()


def record(page: Page, *, go_on: bool = True) -> None:
    """Record what is on the page; with ``go_on`` to the next person."""
    page.locator("#record").click()
    expect(page.locator('#app[data-screen="outcome"]')).to_be_visible()
    if go_on:
        page.locator("#next").click()
        expect(page.locator('#app[data-screen="gate"]')).to_be_visible()


def check(page: Page, text: str) -> None:
    """One ordinary admission: scan, nothing of these, 36.5, record."""
    scan(page, text)
    answer(page)
    record(page, go_on=False)


def many(page: Page, codes: list[str]) -> None:
    """Many ordinary admissions through the page's own controls."""
    page.evaluate(MANY, codes)


def kill(profile: Path) -> int:
    """SIGKILL every process of the browser that uses this profile; gives their number."""
    killed = 0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"--user-data-dir={profile}".encode() in command:
            os.kill(int(entry.name), signal.SIGKILL)
            killed += 1
    return killed
