"""What can go wrong with a guard's phone: full, wiped, with a wrong clock, over time, behind its server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support import phone
from tests.support.chromium import Complaints
from tests.support.fake_gate import FakeGate, Running

SIZE = {"width": 360, "height": 640}
A_WHILE = 600
"""Seconds within which a test has looked, and hours and days off are still seen."""


@pytest.fixture
def gate() -> FakeGate:
    """A gate with forty people and an operation that records."""
    return FakeGate(people=40, holds={39})


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
    happened = datetime.fromisoformat(check["happened_at"]).timestamp()
    assert 0 <= gate.now_ms() / 1000 - happened < A_WHILE
    assert round(gate.skews[-1] / 3_600_000) == signed_with
    context.close()


@pytest.mark.parametrize("hours", [24, -24])
def test_a_phone_a_day_off_decides_by_the_servers_time(
    browser: Browser, complaints: Complaints, address: str, gate: FakeGate, hours: int
) -> None:
    gate.clock_ahead_ms, gate.operation_ends_in = hours * 3_600_000, 3 * 86_400
    context = browser.new_context(viewport=SIZE)
    complaints.watch(context)
    guard = context.new_page()
    phone.enrol(guard, address, gate.token)
    phone.start(guard)
    word = "慢" if hours > 0 else "快"
    expect(guard.locator(".strip")).to_have_text(f"本机时间{word} 24 小时，记录已按服务器时间")
    now = gate.now_ms() // 1000
    # Good now by the server's clock, and by the phone's own not yet, or no longer.
    phone.scan(guard, gate.code(1, not_before=now - 3600, expires=now + 3600))
    expect(guard.locator(".verdict h1")).to_have_text("证件有效")
    guard.locator(".bar .back").click()
    # And the other way round: by the phone's own clock it would be good.
    own = now - hours * 3600
    phone.scan(guard, gate.code(1, not_before=own - 3600, expires=own + 3600))
    expect(guard.locator(".verdict h1")).to_have_text("证已过期" if hours > 0 else "证还没生效")
    context.close()


def test_a_forged_card_is_never_green_and_what_it_says_is_not_believed(guard: Page, gate: FakeGate) -> None:
    forger = FakeGate(people=1)
    phone.scan(guard, forger.code(0, card=gate.cards[4].card, permit=gate.cards[4].permit))  # our kid, another key
    expect(guard.locator(".verdict h1")).to_have_text("验证没有通过")
    assert guard.locator(".who").count() == 0
    phone.record(guard)
    phone.eventually(guard, lambda: len(gate.stored) == 1)
    [check] = gate.stored.values()
    assert check["decision"] == {"outcome": "held", "reason": "card_bad_signature"}
    assert (check["card"], check["permit"], check["person"]) == (None, None, None)


def test_a_cloned_card_is_seen_by_its_last_use(guard: Page, gate: FakeGate) -> None:
    phone.check(guard, gate.code(4))
    guard.locator("#next").click()
    phone.scan(guard, gate.code(4))
    expect(guard.locator(".holder")).to_contain_text("本证今天第 2 次")
    expect(guard.locator(".holder")).to_contain_text(re.compile("上次 [0-9:]{5} 进"))


def test_half_a_batch_that_was_taken_leaves_the_other_half_on_the_phone(
    guard: Page, gate: FakeGate, complaints: Complaints
) -> None:
    complaints.expect("503")
    gate.broken = True
    phone.many(guard, [gate.code(index) for index in range(9)])
    gate.broken, gate.half = False, True
    guard.evaluate("window.dispatchEvent(new Event('online'))")
    phone.eventually(guard, lambda: len(gate.stored) == 9)
    assert len(gate.uploads) > 2
    assert sum(gate.uploads) == 9  # no row a second time
    assert sorted(check["seq"] for check in gate.stored.values()) == list(range(1, 10))
    expect(guard.locator(".strip")).to_have_count(0)


def test_a_server_that_is_not_heard_is_named_and_the_gate_goes_on(
    guard: Page, gate: FakeGate, complaints: Complaints
) -> None:
    complaints.expect("ERR_", "Failed to load resource")
    # What an expired certificate looks like from inside a page: a network, and no answer.
    guard.route("**/scan/api/**", lambda route: route.abort("failed"))
    phone.check(guard, gate.code(2))
    guard.locator("#next").click()
    for _ in range(3):
        guard.evaluate("window.dispatchEvent(new Event('online'))")
        guard.wait_for_timeout(100)
    strip = guard.locator(".strip").first
    expect(strip).to_have_text("连不上服务器 · 1 条待上传", timeout=20_000)
    strip.click()
    expect(guard.locator("h1")).to_have_text("有网络，但连不上服务器")
    expect(guard.locator("main")).to_contain_text("证书要换")
    guard.locator(".bar .back").click()
    phone.start(guard)
    phone.check(guard, gate.code(3))
    guard.unroute("**/scan/api/**")
    guard.evaluate("window.dispatchEvent(new Event('online'))")
    phone.eventually(guard, lambda: len(gate.stored) == 2)
    expect(guard.locator(".strip")).to_have_count(0)


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
    phone.hold_disk(page, "queue")
    phone.scan(page, gate.code(6))
    phone.answer(page)
    page.locator("#record").click()
    page.locator(".bar .back").click()
    page.locator(".name").click()
    gate.upgrade()
    page.evaluate("navigator.serviceWorker.getRegistration().then((it) => it.update()).then(() => true)")
    page.wait_for_timeout(6_000)
    assert page.evaluate("document.querySelector('script[type=module]').src") == version
    phone.let_go(page)
    page.locator("#next").click()
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
    expect(guard.locator(".strip")).to_have_text("1 条还没上传成功（disk_full），会自动再试")
    gate.broken = False
    phone.eventually(guard, lambda: len(gate.stored) == 1)
    expect(guard.locator(".strip")).to_have_count(0)


def test_a_wiped_database_does_not_lose_the_shift_that_is_open(
    guard: Page, gate: FakeGate, complaints: Complaints
) -> None:
    guard.evaluate("() => new Promise((done) => { indexedDB.deleteDatabase('linli-scan').onsuccess = done; })")
    phone.check(guard, gate.code(10))
    phone.eventually(guard, lambda: len(gate.stored) == 1)


WIPE = "() => new Promise((done) => { indexedDB.deleteDatabase('linli-scan').onsuccess = done; })"


def test_a_wipe_under_the_open_page_loses_nothing_of_what_waits(
    guard: Page, gate: FakeGate, complaints: Complaints
) -> None:
    complaints.expect("503")
    gate.broken = True
    phone.many(guard, [gate.code(index) for index in range(3)])
    guard.evaluate(WIPE)
    gate.broken = False
    guard.evaluate("window.dispatchEvent(new Event('online'))")
    phone.eventually(guard, lambda: len(gate.stored) == 3)
    phone.hear(guard)
    guard.reload()
    expect(guard.locator("#start")).to_be_visible()  # the key and the list are on the disk again


def test_a_wipe_while_the_page_was_closed_is_said_plainly(
    guard: Page, gate: FakeGate, address: str, complaints: Complaints
) -> None:
    complaints.expect("503", "404")
    phone.check(guard, gate.code(1))
    phone.eventually(guard, lambda: len(gate.stored) == 1)
    guard.locator("#next").click()
    gate.broken = True
    phone.many(guard, [gate.code(index) for index in (2, 3)])
    guard.goto(f"{address}/device-check")
    guard.evaluate(WIPE)
    guard.goto(f"{address}/scan/")
    expect(guard.locator(".notice")).to_contain_text("浏览器清除过本机的记录（原来登记在东门）")
    expect(guard.locator(".notice")).to_contain_text("约有 2 条还没上传")
    guard.locator("#token").fill(gate.token)
    guard.locator("#enrol").click()
    phone.start(guard)
    assert len(gate.devices) == 2


def test_a_list_that_an_older_page_stored_still_opens(
    browser: Browser, complaints: Complaints, address: str, gate: FakeGate
) -> None:
    gate.older_pack = True
    context = browser.new_context(viewport=SIZE)
    complaints.watch(context)
    page = context.new_page()
    phone.enrol(page, address, gate.token)
    phone.start(page)
    phone.scan(page, gate.code(39))
    expect(page.locator(".verdict h1")).to_have_text("请先打电话")
    page.locator(".bar .back").click()
    phone.check(page, gate.code(4))
    phone.eventually(page, lambda: len(gate.stored) == 1)
    context.close()


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
