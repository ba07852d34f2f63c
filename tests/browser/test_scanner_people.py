"""People at the guard's page without a card, and those who may not be stopped: what is recorded about them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support import phone
from tests.support.chromium import Complaints
from tests.support.fake_gate import FakeGate, Running

SIZE = {"width": 360, "height": 640}


@pytest.fixture
def gate() -> FakeGate:
    """A gate with forty people, one of whom somebody wants to be called about."""
    return FakeGate(people=40, holds={1})


@pytest.fixture
def guard(browser: Browser, complaints: Complaints, gate: FakeGate) -> Iterator[Page]:
    """A phone without a camera, enrolled and at the gate."""
    with Running(gate) as address:
        context = browser.new_context(viewport=SIZE, has_touch=True, is_mobile=True)
        complaints.watch(context)
        page = context.new_page()
        phone.enrol(page, address, gate.token)
        phone.start(page)
        yield page
        context.close()


def recorded(page: Page, gate: FakeGate) -> dict[str, Any]:
    """Record what is on the page; the row that the server has."""
    page.locator("#record").click()
    phone.eventually(page, lambda: len(gate.stored) == 1)
    [check] = gate.stored.values()
    return check


def test_a_resident_is_found_by_building_room_and_masked_name(guard: Page, gate: FakeGate) -> None:
    guard.locator(".thumb .main").click()
    guard.locator("#people-resident").click()
    guard.get_by_role("button", name="2号楼").click()
    guard.get_by_role("button", name="104").click()
    guard.get_by_role("button", name="张*").first.click()
    phone.answer(guard)
    check = recorded(guard, gate)
    assert (check["way"], check["card"], check["code"]) == ("room", None, None)
    assert check["person"] == gate.persons[6]
    assert check["permit"] == str(gate.cards[6].permit)
    assert check["decision"] == {"outcome": "admitted", "reason": "ok"}


def test_a_resident_is_found_by_the_permit_number(guard: Page, gate: FakeGate) -> None:
    guard.locator(".thumb .main").click()
    guard.locator("#number").fill("3k7 999")
    guard.keyboard.press("Enter")
    expect(guard.locator(".wrong").first).to_have_text("名单里没有这个证号。")
    guard.locator("#number").fill("3k7 011")
    guard.keyboard.press("Enter")
    expect(guard.locator(".holder")).to_contain_text("出入证 3K7-011")
    phone.answer(guard)
    assert recorded(guard, gate)["person"] == gate.persons[11]


def test_a_visitor_needs_the_host_and_hears_why_not(guard: Page, gate: FakeGate) -> None:
    guard.locator(".thumb .main").click()
    guard.locator("#people-visitor").click()
    guard.get_by_role("button", name="1号楼").click()
    guard.get_by_role("button", name="101").click()
    expect(guard.locator("#record")).to_have_text("先问主人")
    guard.locator("#consent-declined").click()
    check = recorded(guard, gate)
    assert (check["klass"], check["way"], check["host_consent"]) == ("visitor", "visitor", False)
    assert (check["call"], check["host"]) == ("declined", 500)
    assert check["decision"] == {"outcome": "refused", "reason": "call_declined"}
    expect(guard.locator("main")).to_contain_text("对方没有同意，这次不能进入")
    guard.get_by_role("button", name="开一张说明").click()
    expect(guard.locator(".slip")).to_contain_text(check["id"][-12:].upper())
    expect(guard.locator(".slip")).to_contain_text("怎样申请复核")
    expect(guard.locator(".slip")).to_contain_text("021-0000 0110")


def test_a_class_that_the_rules_keep_out_is_refused_and_recorded(guard: Page, gate: FakeGate) -> None:
    guard.locator(".thumb .main").click()
    guard.locator("#people-courier").click()
    expect(guard.locator(".verdict h1")).to_have_text("不能进")
    guard.get_by_role("button", name="送快递").click()
    check = recorded(guard, gate)
    assert (check["purpose"], check["decision"]["reason"]) == ("delivery", "class_not_allowed")


def test_fever_is_no_reason_to_keep_a_resident_out(guard: Page, gate: FakeGate) -> None:
    phone.scan(guard, gate.code(0))
    guard.locator("#none").click()
    guard.get_by_role("button", name="其他").last.click()
    for digit in "385":
        guard.locator(".key", has_text=digit).click()
    guard.locator(".key.main").click()
    check = recorded(guard, gate)
    assert (check["temperature"], check["decision"]) == (385, {"outcome": "held", "reason": "fever_home"})
    expect(guard.locator("main")).to_contain_text("打给：居委会值班 021-0000 0110")


def test_somebody_is_called_first_and_the_way_to_a_doctor_is_free(guard: Page, gate: FakeGate) -> None:
    guard.locator(".switch button").last.click()
    phone.scan(guard, gate.code(1))
    expect(guard.locator(".verdict h1")).to_have_text("请先打电话")
    guard.get_by_role("button", name="去看病").click()
    check = recorded(guard, gate)
    assert (check["direction"], check["purpose"]) == ("out", "doctor")
    assert check["decision"] == {"outcome": "admitted", "reason": "doctor"}
    assert check["temperature"] is None


def test_nothing_is_preset_and_one_yes_is_enough(guard: Page, gate: FakeGate) -> None:
    phone.scan(guard, gate.code(2))
    expect(guard.locator("#record")).to_have_text("先问一问")
    guard.locator("#record").click()  # leads to the open question, records nothing
    guard.get_by_role("button", name="接触过病人").click()
    check = recorded(guard, gate)
    assert check["answers"] == {"fever": False, "contact": True}
    assert check["decision"] == {"outcome": "held", "reason": "answers_home"}


def test_a_vehicle_needs_its_plate(guard: Page, gate: FakeGate) -> None:
    phone.scan(guard, gate.code(3))
    phone.answer(guard)
    guard.get_by_role("button", name="有车").click()
    guard.get_by_role("button", name="苏").click()
    guard.locator("#plate").fill("e12345f6")
    guard.get_by_role("button", name="好了").click()
    expect(guard.locator(".wrong")).to_contain_text("新能源车七位")
    guard.locator("#plate").fill("ed12345")
    guard.get_by_role("button", name="好了").click()
    guard.locator('[data-ask="companions"] button').nth(2).click()
    check = recorded(guard, gate)
    assert (check["vehicle"], check["plate"], check["companions"]) == (True, "苏ED12345", 2)


def test_a_second_tap_makes_no_second_row(guard: Page, gate: FakeGate) -> None:
    phone.scan(guard, gate.code(4))
    phone.answer(guard)
    phone.leaves(guard)
    guard.evaluate("() => { const it = document.getElementById('record'); it.click(); it.click(); it.click(); }")
    expect(guard.locator('#app[data-screen="gate"]')).to_be_visible()
    guard.wait_for_timeout(300)
    assert len(gate.stored) == 1


def test_the_same_card_is_counted_on_the_page(guard: Page, gate: FakeGate) -> None:
    phone.leaves(guard)
    for use in (1, 2):
        phone.scan(guard, gate.code(5))
        expect(guard.locator(".holder")).to_contain_text(f"本证今天第 {use} 次")
        phone.answer(guard)
        guard.locator("#record").click()
        expect(guard.locator('#app[data-screen="gate"]')).to_be_visible()


PLATES = {
    True: ["沪A12345", "沪AD12345", "沪A12345D", "粤Z1234港", "粤ZA123澳", "沪A1234警", "沪A1234学", "沪B1234挂",
           "沪A0023领", "使014578", "224001使", "苏EF12345", "沪O1234警"],
    False: ["沪A1234", "沪I12345", "沪AI2345", "沪AD123", "沪A123456", "12345", "沪警A1234", "京AZ12345"],
}  # fmt: skip


def test_plates_of_every_form_are_known(guard: Page) -> None:
    told = guard.evaluate(
        """async (plates) => {
          const base = document.querySelector("script[type=module]").src.replace("app.js", "");
          const { isPlate } = await import(`${base}plate.js`);
          return plates.map(isPlate);
        }""",
        PLATES[True] + PLATES[False],
    )
    assert told == [True] * len(PLATES[True]) + [False] * len(PLATES[False])


def test_a_plate_ends_with_a_word_or_is_copied(guard: Page, gate: FakeGate) -> None:
    for card, write, plate in ((8, "a1234", "沪A1234学"), (9, None, "VA12345")):
        phone.scan(guard, gate.code(card))
        phone.answer(guard)
        guard.get_by_role("button", name="有车").click()
        if write:
            guard.locator("#plate").fill(write)
            guard.get_by_role("button", name="学", exact=True).click()
        else:
            guard.locator("#plate-copy").click()
            guard.locator("#plate").fill("va12345")
        guard.get_by_role("button", name="好了").click()
        expect(guard.locator('[data-ask="plate"]')).to_contain_text(plate)
        phone.record(guard)
    phone.eventually(guard, lambda: len(gate.stored) == 2)
    assert {check["plate"] for check in gate.stored.values()} == {"沪A1234学", "VA12345"}


def test_a_card_of_another_group_shows_which(guard: Page, gate: FakeGate) -> None:
    """The colour and the shape as on the card, and the name (SEEDS G04); nothing for a card of this gate or of no known group."""
    shown = guard.locator("#group")
    phone.scan(guard, gate.code(0, gates=2))
    expect(guard.locator(".verdict h1")).to_have_text("不是这个门的证")
    expect(shown).to_have_text("这张证属于西片")
    assert shown.locator("svg").get_attribute("fill") == "#f7dc3c"
    assert shown.locator("path").get_attribute("d") == "M7 2.5h10L23 12l-6 9.5H7L1 12Z", (
        "the hexagon of gates/cards/_face.html"
    )
    guard.locator(".bar .back").click()
    for own_or_unknown in (1, 9):
        phone.scan(guard, gate.code(0, gates=own_or_unknown))
        expect(shown).to_have_count(0)
        guard.locator(".bar .back").click()
