"""Who comes to a gate without a card of his own: announced visits and their codes, calls, groups, goods, papers, returnees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support import phone
from tests.support.chromium import Complaints
from tests.support.fake_gate import FakeGate, Running

SIZE = {"width": 360, "height": 640}


@pytest.fixture
def gate() -> FakeGate:
    """A gate with forty people, two of whom somebody wants to be called about, and a contactless point."""
    return FakeGate(people=40, holds={1, 3}, children={3}, point="北门快递架", role="volunteer")


@pytest.fixture
def context(browser: Browser, complaints: Complaints) -> Iterator[BrowserContext]:
    """A phone without a camera."""
    made = browser.new_context(viewport=SIZE, has_touch=True, is_mobile=True)
    complaints.watch(made)
    yield made
    made.close()


@pytest.fixture
def guard(context: BrowserContext, gate: FakeGate) -> Iterator[Page]:
    """The phone, enrolled and at the gate; what a test announces before this is in its list."""
    for row in ({"dwelling": 2, "party": 3}, {"dwelling": 4, "gate": 2}, {"dwelling": 2}):
        gate.visit(**row)
    with Running(gate) as address:
        page = context.new_page()
        phone.enrol(page, address, gate.token)
        phone.start(page)
        yield page


def rows(page: Page, gate: FakeGate, many: int) -> list[dict[str, Any]]:
    """The rows that the server has, in the order in which the phone made them, when there are so many."""
    phone.eventually(page, lambda: len(gate.stored) == many)
    return sorted(gate.stored.values(), key=lambda check: check.get("seq", 0))


def decided(check: dict[str, Any]) -> tuple[str, str]:
    """Outcome and reason of a row."""
    return check["decision"]["outcome"], check["decision"]["reason"]


def to(page: Page, klass: str) -> None:
    """A stranger who comes to the first room of the first building."""
    phone.stranger(page, klass)
    for _ in range(2):
        page.locator(".cell").first.click()


def test_an_announced_visitor_is_picked_by_his_room_and_nobody_is_called(guard: Page, gate: FakeGate) -> None:
    guard.locator(".thumb .main").click()
    guard.locator("#people-visits").click()
    guard.get_by_role("button", name="1号楼 103").first.click()
    expect(guard.locator(".holder")).to_contain_text("住户已登记 · 3 人")
    assert guard.locator('[data-ask="consent"]').count() == 0
    phone.answer(guard)
    phone.record(guard)
    [check] = rows(guard, gate, 1)
    assert (check["visit"], check["host"], check["klass"]) == (gate.visits[0]["visit"], 502, "visitor")
    assert decided(check) == ("admitted", "ok")


def test_a_code_lets_in_once_and_says_when_and_where_it_did(guard: Page, gate: FakeGate) -> None:
    code = gate.visit_code(gate.visits[2])
    phone.scan(guard, code)
    expect(guard.locator(".verdict h1")).to_have_text("证件有效")
    phone.answer(guard)
    phone.record(guard)
    phone.scan(guard, code)
    expect(guard.locator(".verdict h1")).to_have_text("这个码用过了")
    expect(guard.locator(".holder")).to_contain_text("在东门用过")
    phone.record(guard)
    first, second = rows(guard, gate, 2)
    assert (decided(first), decided(second)) == (("admitted", "ok"), ("refused", "code_used"))
    assert first["visit"] == second["visit"] == gate.visits[2]["visit"]


def test_a_used_code_is_known_after_the_page_was_opened_again(guard: Page, gate: FakeGate) -> None:
    code = gate.visit_code(gate.visits[2])
    phone.hold_disk(guard, "tally")
    phone.scan(guard, code)
    phone.answer(guard)
    guard.locator("#record").click()
    rows(guard, gate, 1)
    expect(guard.locator('#app[data-screen="ask"]')).to_be_visible()  # the word waits until both are on the disk
    phone.let_go(guard)
    expect(guard.locator('#app[data-screen="outcome"]')).to_be_visible()
    guard.reload()
    phone.start(guard)
    phone.scan(guard, code)
    expect(guard.locator(".verdict h1")).to_have_text("这个码用过了")


def test_a_code_that_another_phone_took_is_used_before_the_list_says_so(
    guard: Page, context: BrowserContext, gate: FakeGate, complaints: Complaints
) -> None:
    complaints.expect("ERR_", "Failed to load resource")
    gate.used = [[gate.visits[2]["visit"], gate.now_ms() - 60_000, 2]]
    phone.hear(guard)
    context.set_offline(True)
    phone.scan(guard, gate.visit_code(gate.visits[2]))
    expect(guard.locator(".verdict h1")).to_have_text("这个码用过了")
    expect(guard.locator(".holder")).to_contain_text("在西门用过")


def test_at_another_gate_a_code_waits_for_the_network(
    guard: Page, context: BrowserContext, gate: FakeGate, complaints: Complaints
) -> None:
    complaints.expect("ERR_", "Failed to load resource")
    code = gate.visit_code(gate.visits[1])
    context.set_offline(True)
    phone.scan(guard, code)
    expect(guard.locator(".verdict h1")).to_have_text("不是这个门的码")
    expect(guard.locator(".holder")).to_contain_text("码上写的是西门")
    assert guard.locator("#record").inner_text().startswith("先打电话")
    guard.locator(".bar .back").click()
    context.set_offline(False)
    phone.eventually(guard, lambda: guard.evaluate("navigator.onLine"))
    phone.hear(guard)
    phone.scan(guard, code)
    expect(guard.locator(".verdict h1")).to_have_text("这个码可以用")
    phone.answer(guard)
    phone.record(guard)
    [check] = rows(guard, gate, 1)
    assert decided(check) == ("admitted", "ok")
    assert gate.uses[gate.visits[1]["visit"]]["check"] == check["id"]


def test_the_server_says_that_another_gate_has_used_a_code(guard: Page, gate: FakeGate) -> None:
    gate.uses[gate.visits[1]["visit"]] = {"check": "another", "at": "2026-11-22T01:41:00Z"}
    phone.scan(guard, gate.visit_code(gate.visits[1]))
    expect(guard.locator(".verdict h1")).to_have_text("这个码用过了")
    expect(guard.locator(".holder")).to_contain_text("在西门用过")
    guard.locator("#lookup").click()  # the household may still say yes
    expect(guard.locator(".holder")).to_contain_text("访客 · 到 2号楼 105")
    guard.locator("#consent-agreed").click()
    phone.answer(guard)
    phone.record(guard)
    assert decided(rows(guard, gate, 1)[0]) == ("admitted", "called")


def test_the_call_to_a_household_has_three_answers_and_the_last_completes_the_first(
    guard: Page, gate: FakeGate
) -> None:
    to(guard, "visitor")
    expect(guard.locator('[data-ask="consent"]')).to_contain_text("打给 1号楼 101")
    guard.locator("#consent-unreached").click()
    phone.record(guard, go_on=False)
    expect(guard.locator("main")).to_contain_text("打给：被访的住户 1号楼 101")
    guard.locator("#call-agreed").click()
    expect(guard.locator('#app[data-screen="ask"]')).to_be_visible()  # now the questions can help, and are asked
    phone.answer(guard)
    phone.record(guard)
    held, let_in = rows(guard, gate, 2)
    assert (decided(held), held["call"]) == (("held", "host_call"), "unreached")
    assert decided(let_in)[0] == "admitted"
    assert (let_in["follows"], let_in["call"], let_in["host_consent"]) == (held["id"], "agreed", True)


def test_a_note_from_the_household_is_its_consent(guard: Page, gate: FakeGate) -> None:
    to(guard, "visitor")
    guard.locator("#consent-slip").click()
    phone.answer(guard)
    phone.record(guard)
    [check] = rows(guard, gate, 1)
    assert (check["host_consent"], check["call"], decided(check)) == (True, None, ("admitted", "ok"))


@pytest.mark.parametrize(
    ("card", "called", "reason"), [(1, "社区医生 199-0000-0020", "hold"), (3, "母亲 199-0000-0021", "hold_guardian")]
)
def test_a_hold_names_whom_to_call_and_the_call_lets_in(
    guard: Page, gate: FakeGate, card: int, called: str, reason: str
) -> None:
    phone.scan(guard, gate.code(card))
    expect(guard.locator(".holder")).to_contain_text(f"打给：{called}")
    phone.record(guard, go_on=False)
    guard.locator("#call-agreed").click()
    phone.answer(guard)
    phone.record(guard)
    held, let_in = rows(guard, gate, 2)
    assert (decided(held), decided(let_in)) == (("held", reason), ("admitted", "called"))
    assert let_in["follows"] == held["id"]


def test_nobody_is_refused_the_way_home_by_a_call(guard: Page, gate: FakeGate) -> None:
    phone.scan(guard, gate.code(1))
    phone.record(guard, go_on=False)
    guard.locator("#call-declined").click()
    expect(guard.locator("main")).to_contain_text("电话：不同意")
    held, again = rows(guard, gate, 2)
    assert (decided(again), again["call"], again["follows"]) == (("held", "hold"), "declined", held["id"])


def test_a_refused_person_asks_for_a_review_at_once(guard: Page, gate: FakeGate) -> None:
    to(guard, "visitor")
    guard.locator("#consent-declined").click()
    phone.record(guard, go_on=False)
    guard.locator("#review").click()
    expect(guard.locator("main")).to_contain_text("办公室会答复")
    check, wish = rows(guard, gate, 2)
    assert (wish["review"], wish["follows"]) == (True, check["id"])
    assert set(wish) == {"id", "seq", "review", "follows", "happened_at"}  # a wish says nothing about a person


def test_a_courier_leaves_goods_at_the_point(guard: Page, gate: FakeGate) -> None:
    phone.stranger(guard, "courier")
    expect(guard.locator(".verdict h1")).to_have_text("放到存放点")
    guard.get_by_role("button", name="送快递").click()
    guard.locator('[data-ask="goods"] button').last.click()
    for digit in "12":
        guard.locator(".key", has_text=digit).click()
    guard.locator(".key.main").click()
    guard.locator("#goods-for").click()
    for _ in range(2):
        guard.locator(".cell").first.click()
    expect(guard.locator("#goods-for")).to_have_text("给 1号楼 101")
    phone.record(guard, go_on=False)
    expect(guard.locator("main")).to_contain_text("存放点：北门快递架")
    [check] = rows(guard, gate, 1)
    assert (check["goods"], check["host"], decided(check)) == (12, 500, ("refused", "leave_at_point"))


def test_what_a_worker_comes_for_says_what_is_asked(guard: Page, gate: FakeGate) -> None:
    to(guard, "worker")
    guard.get_by_role("button", name="维修", exact=True).click()
    expect(guard.locator("#record")).to_have_text("先问主人")
    guard.get_by_role("button", name="装修", exact=True).click()
    expect(guard.locator("#record")).to_have_text("先查备案")
    guard.get_by_role("button", name="没查到").click()
    phone.record(guard, go_on=False)
    expect(guard.locator("main")).to_contain_text("还没有见到备案")
    guard.locator("#call-agreed").click()
    phone.answer(guard)
    phone.record(guard)
    held, let_in = rows(guard, gate, 2)
    assert (decided(held), held["purpose"]) == (("held", "filed_missing"), "decoration")
    assert decided(let_in) == ("admitted", "called")


def test_who_works_in_an_office_tower_has_a_class_of_his_own(guard: Page, gate: FakeGate) -> None:
    phone.stranger(guard, "staff")
    phone.answer(guard)
    phone.record(guard)
    [check] = rows(guard, gate, 1)
    assert (check["klass"], decided(check)) == ("staff", ("admitted", "ok"))


def test_a_group_is_asked_and_measured_one_by_one(guard: Page, gate: FakeGate) -> None:
    to(guard, "visitor")
    guard.locator("#consent-agreed").click()
    phone.answer(guard)
    guard.locator('[data-ask="companions"] button').nth(2).click()
    phone.record(guard, go_on=False)
    guard.locator("#next").click()
    for n in (2, 3):
        expect(guard.locator(".strip")).to_have_text(f"同行第 {n} 人 / 共 3 人 · 点这里结束")
        expect(guard.locator("#record")).to_have_text("先问一问")
        phone.answer(guard)
        phone.record(guard, go_on=False)
        guard.locator("#next").click()
    expect(guard.locator('#app[data-screen="gate"]')).to_be_visible()
    checks = rows(guard, gate, 3)
    assert [check["party"] for check in checks] == [None, checks[0]["id"], checks[0]["id"]]
    assert [check["companions"] for check in checks] == [2, 0, 0]
    assert {check["host"] for check in checks} == {500}


def test_who_comes_with_a_resident_is_family_a_guest_or_has_a_card(guard: Page, gate: FakeGate) -> None:
    phone.scan(guard, gate.code(8))
    phone.answer(guard)
    guard.locator('[data-ask="companions"] button').nth(3).click()
    guard.locator(".key", has_text="3").click()
    guard.locator(".key.main").click()
    phone.record(guard, go_on=False)
    guard.locator("#next").click()
    guard.get_by_role("button", name="张*").click()
    phone.answer(guard)
    phone.record(guard, go_on=False)
    guard.locator("#next").click()
    guard.locator("#companion-guest").click()
    phone.answer(guard)
    phone.record(guard, go_on=False)
    guard.locator("#next").click()
    guard.locator("#companion-card").click()
    expect(guard.locator(".strip")).to_have_text("同行第 4 人 / 共 4 人 · 点这里结束")
    phone.scan(guard, gate.code(11))
    phone.answer(guard)
    phone.record(guard)
    first, family, guest, own_card = rows(guard, gate, 4)
    assert {family["party"], guest["party"], own_card["party"]} == {first["id"]}
    assert family["person"] == gate.persons[9]
    assert (guest["klass"], guest["host"], decided(guest)) == ("visitor", 504, ("admitted", "ok"))
    assert own_card["card"] == str(gate.cards[11].card)


def test_a_group_that_goes_out_is_asked_nothing(guard: Page, gate: FakeGate) -> None:
    guard.locator(".switch button").last.click()
    phone.scan(guard, gate.code(8))
    guard.locator('[data-ask="companions"] button').nth(2).click()
    phone.record(guard, go_on=False)
    guard.locator("#next").click()
    checks = rows(guard, gate, 3)
    assert {decided(check) for check in checks} == {("admitted", "leaving")}
    assert {check["party"] for check in checks[1:]} == {checks[0]["id"]}


def test_a_card_in_his_own_language_takes_his_answers(guard: Page, gate: FakeGate) -> None:
    guard.locator(".thumb .main").click()
    guard.locator("#people-foreign").click()
    guard.get_by_role("button", name="日本語").click()
    guard.get_by_role("button", name="人を訪ねて来ました").click()
    for _ in range(2):
        guard.locator(".cell").first.click()
    guard.locator("#consent-agreed").click()
    guard.locator("#rest-foreign").click()
    expect(guard.locator("h1")).to_have_text("お入りになる前にお答えください。")
    for question in (0, 1):
        guard.get_by_role("button", name="いいえ").nth(question).click()
    guard.locator("#foreign-done").click()
    guard.locator("#rest-details").click()
    guard.locator("#said-name").fill("Sato Hanako")
    guard.locator("#save").click()
    guard.get_by_role("button", name="36.5", exact=True).click()
    phone.record(guard)
    [check] = rows(guard, gate, 1)
    assert (check["papers"], check["details"]) == ("foreign", {"name": "Sato Hanako"})
    assert (check["answers"], decided(check)) == ({"fever": False, "contact": False}, ("admitted", "called"))


def test_a_returnee_is_registered_at_the_gate_or_later(guard: Page, gate: FakeGate) -> None:
    guard.locator(".thumb .main").click()
    guard.locator("#people-returning").click()
    for _ in range(3):
        guard.locator(".cell").first.click()
    expect(guard.locator("#returnee")).to_have_text("从外地回来 · 以后登记")
    guard.locator("#returnee").click()
    guard.locator("#save").click()
    expect(guard.locator(".wrong")).to_have_text("请写从哪里回来，或者点“以后登记”。")
    guard.locator("#said-from").fill("湖北武汉")
    guard.get_by_role("button", name="昨天").click()
    guard.locator("#save").click()
    expect(guard.locator("#returnee")).to_contain_text("从湖北武汉回来")
    phone.answer(guard)
    phone.record(guard)
    phone.scan(guard, gate.code(8))
    guard.locator("#rest-returning").click()
    guard.locator("#returning-later").click()
    phone.answer(guard)
    phone.record(guard)
    told, later = rows(guard, gate, 2)
    assert (told["returning"], told["details"]["from"], decided(told)) == (True, "湖北武汉", ("admitted", "ok"))
    assert (later["returning"], later["details"], decided(later)) == (True, None, ("admitted", "ok"))


def test_who_says_he_lives_here_is_called_about_and_comes_in(guard: Page, gate: FakeGate) -> None:
    guard.locator(".thumb .main").click()
    guard.locator("#people-resident").click()
    for _ in range(2):
        guard.locator(".cell").first.click()
    guard.locator("#room-missing").click()
    guard.locator("#lives-here").click()
    phone.record(guard, go_on=False)
    guard.locator("#call-agreed").click()
    phone.answer(guard)
    phone.record(guard)
    held, let_in = rows(guard, gate, 2)
    assert (decided(held), held["host"]) == (("held", "not_found"), 500)
    assert decided(let_in) == ("admitted", "called")


def test_the_bar_says_who_stands_here(guard: Page) -> None:
    expect(guard.locator(".bar .name")).to_contain_text("志愿者")
