"""What can go wrong with a guard's phone: full, wiped, with a wrong clock, over time, behind its server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support import phone
from tests.support.chromium import Complaints
from tests.support.fake_gate import FakeGate, Running

SIZE = {"width": 360, "height": 640}


@pytest.fixture
def gate() -> FakeGate:
    """A gate with forty people and an operation that records."""
    return FakeGate(people=40)


@pytest.fixture
def address(gate: FakeGate) -> Iterator[str]:
    """Where the gate's server listens."""
    with Running(gate) as url:
        yield url


@pytest.fixture
def guard(browser: Browser, complaints: Complaints, address: str, gate: FakeGate) -> Iterator[Page]:
    """A phone without a camera, enrolled and at the gate."""
    context = browser.new_context(viewport=SIZE, has_touch=True, is_mobile=True)
    complaints.watch(context)
    page = context.new_page()
    phone.enrol(page, address, gate.token)
    phone.start(page)
    yield page
    context.close()


@pytest.mark.parametrize(("hours", "said", "signed_with"), [(48, "2 天", 0), (3, "3 小时", -3)])
def test_a_wrong_clock_is_shown_and_corrected(
    browser: Browser, complaints: Complaints, address: str, gate: FakeGate, hours: int, said: str, signed_with: int
) -> None:
    complaints.expect("401")
    gate.clock_ahead_ms = hours * 3_600_000  # seen from here, the phone is that slow
    context = browser.new_context(viewport=SIZE)
    complaints.watch(context)
    page = context.new_page()
    phone.enrol(page, address, gate.token)
    expect(page.locator(".strip")).to_have_text(f"本机时间慢 {said}，记录已按服务器时间")
    phone.start(page)
    page.locator("#emergency").click()
    phone.eventually(page, lambda: len(gate.stored) == 1)
    [check] = gate.stored.values()
    right = page.evaluate(f"new Date(Date.now() + {hours} * 3600000).toISOString().slice(0, 15)")
    assert check["happened_at"][:15] == right
    assert round(gate.skews[-1] / 3_600_000) == signed_with
    context.close()


def test_a_full_disk_says_what_to_do_and_nothing_is_dropped(
    guard: Page, gate: FakeGate, complaints: Complaints
) -> None:
    complaints.expect("ERR_", "Failed to load resource")
    gate.deaf = True
    guard.evaluate(
        """() => {
          const put = IDBObjectStore.prototype.put;
          IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
          window.giveRoom = () => { IDBObjectStore.prototype.put = put; };
        }"""
    )
    phone.scan(guard, gate.code(4))
    guard.locator("#none").click()
    guard.get_by_role("button", name="36.5", exact=True).click()
    guard.locator("#record").click()
    expect(guard.locator("h1")).to_have_text("这条记录没有存进手机")
    expect(guard.locator("main")).to_contain_text("手机存储满了")
    expect(guard.locator("main")).to_contain_text("先写在纸上")
    gate.deaf = False
    guard.evaluate("window.giveRoom()")
    guard.get_by_role("button", name="再试一次").click()
    expect(guard.locator('#app[data-screen="gate"]')).to_be_visible()
    phone.eventually(guard, lambda: len(gate.stored) == 1)
    assert [check["permit"] for check in gate.stored.values()] == [str(gate.cards[4].permit)]


def test_the_list_dies_an_hour_after_the_shift_and_emergencies_go_on(
    browser: Browser, complaints: Complaints, address: str, gate: FakeGate
) -> None:
    complaints.expect("ERR_", "Failed to load resource")
    context = browser.new_context(viewport=SIZE)
    complaints.watch(context)
    page = context.new_page()
    page.clock.install()
    phone.enrol(page, address, gate.token)
    phone.start(page)
    gate.deaf = True
    page.clock.fast_forward("08:59:00")
    expect(page.locator('#app[data-screen="gate"]')).to_be_visible()
    page.clock.fast_forward("00:02:00")
    expect(page.locator("h1")).to_have_text("本班已结束")
    stored = page.evaluate(
        """() => new Promise((done) => {
          indexedDB.open("linli-scan").onsuccess = ({ target }) => {
            const asked = target.result.transaction("meta").objectStore("meta").getAllKeys();
            asked.onsuccess = () => done(asked.result);
          };
        })"""
    )
    assert "pack" not in stored
    page.locator("#emergency").click()
    expect(page.locator(".verdict")).to_contain_text("已记下")
    context.close()


def test_a_new_version_waits_until_everything_is_uploaded(
    browser: Browser, complaints: Complaints, address: str, gate: FakeGate
) -> None:
    complaints.expect("ERR_", "Failed to load resource")
    context = browser.new_context(viewport=SIZE)
    complaints.watch(context)
    page = context.new_page()
    phone.enrol(page, address, gate.token)
    phone.wait_for_worker(page)
    page.reload()  # from now on the worker serves the page
    version = page.evaluate("document.querySelector('script[type=module]').src")
    phone.start(page)
    gate.deaf = True
    phone.check(page, gate.code(6))
    gate.upgrade()
    page.evaluate("navigator.serviceWorker.getRegistration().then((it) => it.update()).then(() => true)")
    page.wait_for_timeout(6_000)
    assert page.evaluate("document.querySelector('script[type=module]').src") == version
    gate.deaf = False
    page.locator(".name").click()
    page.get_by_role("button", name="现在上传").click()
    phone.eventually(page, lambda: len(gate.stored) == 1)
    expect(page.locator('script[type="module"]')).not_to_have_attribute("src", version, timeout=20_000)
    expect(page.locator("#start")).to_be_visible(timeout=20_000)
    assert len(gate.stored) == 1
    context.close()


def test_an_operation_that_ends_while_offline_ends_on_the_phone(
    browser: Browser, complaints: Complaints, address: str, gate: FakeGate
) -> None:
    complaints.expect("ERR_", "Failed to load resource")
    gate.operation_ends_in = 3600
    context = browser.new_context(viewport=SIZE)
    complaints.watch(context)
    page = context.new_page()
    page.clock.install()
    phone.enrol(page, address, gate.token)
    phone.start(page)
    gate.deaf = True
    page.clock.fast_forward("02:00:00")
    phone.scan(page, gate.code(7))
    assert page.locator('[data-ask="temperature"]').count() == 0
    page.locator("#record").click()
    expect(page.locator(".verdict")).to_contain_text("没有存记录")
    context.close()


def test_a_server_that_cannot_store_is_named_and_tried_again(
    guard: Page, gate: FakeGate, complaints: Complaints
) -> None:
    complaints.expect("503")
    gate.broken = True
    phone.check(guard, gate.code(9))
    expect(guard.locator(".strip")).to_have_text("1 条还没上传成功（disk_full），会自动再试", timeout=10_000)
    gate.broken = False
    phone.eventually(guard, lambda: len(gate.stored) == 1)
    expect(guard.locator(".strip")).to_have_count(0)


def test_a_wiped_database_does_not_lose_the_shift_that_is_open(
    guard: Page, gate: FakeGate, complaints: Complaints
) -> None:
    guard.evaluate("() => new Promise((done) => { indexedDB.deleteDatabase('linli-scan').onsuccess = done; })")
    phone.check(guard, gate.code(10))
    phone.eventually(guard, lambda: len(gate.stored) == 1)


def test_a_phone_that_cannot_store_spends_no_code(
    browser: Browser, complaints: Complaints, address: str, gate: FakeGate
) -> None:
    context = browser.new_context(viewport=SIZE)
    complaints.watch(context)
    page = context.new_page()
    page.goto(f"{address}/scan/#e={gate.token}")
    expect(page.locator("#enrol")).to_be_visible()
    page.evaluate(
        "() => { IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    )
    page.locator("#enrol").click()
    expect(page.locator(".wrong")).to_contain_text("手机存储满了")
    assert gate.devices == {}
    context.close()
