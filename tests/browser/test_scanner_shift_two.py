"""A shift of two phones at two gates, one without a network and with a wrong clock: 2,000 passages, everybody who comes to a
gate and everything that goes wrong there; each passage on the server exactly once, and what was odd before somebody's eyes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from linli.gates.actions.devices import Holder, cut_off, make_token
from linli.gates.actions.holds import place_hold
from linli.gates.models import Check, Device, GateException, Review, Visit, VisitUse
from linli.gates.testing import Issued, event, issue, open_strict
from linli.gates.visits.actions.register import Wish, register_visit
from linli.gates.visits.codes import text_of
from linli.ground.models import Person
from linli.ground.testing import Cast, client_as
from linli.inbox.models import RawUpload
from linli.operations.actions import switch_rules
from linli.operations.models import Operation
from linli.scanner import views
from linli.scanner.bundle import Bundle, bundle
from tests.support import phone
from tests.support.chromium import Complaints
from tests.support.shift import A_DAY_SLOW, SPY, WIPE, Guard

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)
EACH, BY_PAGE = 1_000, 75  # passages of each phone; at least so many of them through the page
CHECKS = "**/scan/api/checks"
API = "**/scan/api/**"
HEAR_RULES = """
async () => {
  window.dispatchEvent(new Event("online"));
  const base = document.querySelector("script[type=module]").src.replace("app.js", "");
  const { current } = await import(`${base}pack.js`);
  return current().rules.code;
}
"""
UPGRADED = Bundle(version=bundle().version[::-1], files={**bundle().files, "app.js": bundle().files["app.js"] + b"\n"})


@dataclass
class World:
    """What the office has made before the shift: cards, visits and whom to call."""

    cast: Cast
    operation: Operation
    cards: list[Issued]
    visits: dict[str, str]  # which → the text of its code


@pytest.fixture
def world(cast: Cast) -> World:
    """The rules of 24 March, a card for everybody, a party of three announced, a code for each gate, two people to call about."""
    operation = open_strict(cast.neighbourhood, "shanghai-2020-03-24")
    now = timezone.now()
    with cast.scope():
        cards = [issue(person, index + 1) for index, person in enumerate(cast.people)]
        visits = {
            name: announce(cast, gate=gate, party=party)
            for name, gate, party in (("group", 0, 3), ("east", 0, 1), ("west", 1, 1))
        }
        codes = {name: text_of(visit, now) for name, visit in visits.items()}
        child = cast.people[10]
        Person.objects.filter(pk=child.pk).update(born=timezone.localdate() - timedelta(days=6 * 366))
        child.refresh_from_db()
        for person, call in ((cast.people[9], "社区医生 199-0000-0020"), (child, "外婆 199-0000-0012")):
            place_hold(
                by=cast.users["secretary"],
                person=person,
                since=now - timedelta(hours=1),
                until=now + timedelta(hours=20),
                call=call,
            )
    return World(cast, operation, cards, codes)


def announce(cast: Cast, *, gate: int, party: int) -> Visit:
    """A visit of today, with the host's consent by phone."""
    now = timezone.now()
    wish = Wish(
        gate=cast.gates[gate],
        host=cast.dwellings[0],
        klass="visitor",
        since=now - timedelta(minutes=30),
        until=now + timedelta(hours=9),
        party=party,
    )
    return register_visit(by=cast.users["secretary"], wish=wish, consent=Visit.Consent.PHONE)


@pytest.fixture
def contexts(browser: Browser, complaints: Complaints) -> Iterator[list[BrowserContext]]:
    """Two phones; the second one's clock is a day slow."""
    complaints.expect("ERR_", "Failed to load resource")
    with ExitStack() as stack:
        made = []
        for script in (SPY, SPY + A_DAY_SLOW):
            context = browser.new_context(viewport={"width": 360, "height": 640}, reduced_motion="reduce")
            stack.callback(context.close)
            context.add_init_script(script)
            complaints.watch(context)
            made.append(context)
        yield made


def enrolled(cast: Cast, gate: int, context: BrowserContext, address: str) -> Guard:
    """A phone at a gate, its page kept by the worker, ready to check."""
    now = timezone.now()
    _, code = make_token(
        by=cast.users["secretary"],
        gate=cast.gates[gate],
        shift_start=now - timedelta(hours=1),
        shift_end=now + timedelta(hours=8),
        holder=Holder("volunteer"),
    )
    page = context.new_page()
    phone.enrol(page, address, code)
    phone.wait_for_worker(page)
    page.reload()
    phone.start(page)
    expect(page.locator(".bar .name")).to_contain_text("志愿者")
    return Guard(page)


def forged(card: Issued) -> str:
    """The text of a card with another end: its signature does not fit."""
    return card.code[:-8] + ("00000000" if not card.code.endswith("00000000") else "11111111")


def offline_people(guard: Guard, world: World) -> None:
    """Who comes to the gate without a network."""
    cards = world.cards
    expect(guard.page.locator(".strip", has_text="本机时间慢 24 小时")).to_be_visible()
    guard.word(forged(cards[6]), "验证没有通过")
    guard.word(world.visits["east"], "不是这个门的码")
    phone.scan(guard.page, world.visits["west"])
    guard.answer()
    guard.record()
    guard.word(world.visits["west"], "这个码用过了")
    guard.card(cards[7].code)  # lost, which a phone without a network cannot know
    guard.card(cards[0].code)  # used at the other gate within minutes: a clone, or somebody quick
    guard.fever(cards[8].code)
    guard.doctor(cards[11].code)
    guard.room(person=1)
    guard.worker("维修")
    guard.visitor("slip")
    guard.courier()
    guard.carried(cards[6].code, there=world.cast.gates[0].pk, here=world.cast.gates[1].pk)
    guard.emergency()


def online_people(guard: Guard, world: World) -> None:
    """Who comes to the gate with a network, under the rules of 24 March."""
    cards = world.cards
    guard.card(cards[0].code)
    guard.card(cards[0].code)
    guard.word(forged(cards[1]), "验证没有通过")
    guard.fever(cards[1].code)
    guard.doctor(cards[1].code)
    guard.room()
    guard.emergency()
    guard.hold(cards[9].code, "社区医生 199-0000-0020")
    guard.hold(cards[10].code, "外婆 199-0000-0012")
    guard.says_he_lives_here()
    guard.visitor_called_twice()
    guard.visitor_refused()
    guard.without_papers()
    guard.foreigner()
    guard.announced(3)
    phone.scan(guard.page, world.visits["east"])
    guard.answer()
    guard.record()
    guard.word(world.visits["east"], "这个码用过了")
    phone.scan(guard.page, world.visits["west"])
    expect(guard.page.locator(".verdict h1")).to_have_text("这个码可以用")  # the server was asked
    guard.answer()
    guard.record()
    guard.worker("维修")
    guard.worker("装修", "查到了")
    guard.worker("装修", "没查到")
    guard.staff()
    guard.courier()
    guard.returnee(cards[2].code, place="湖北武汉")
    guard.returnee(cards[3].code)
    guard.with_a_resident(cards[2].code)
    guard.out_together(cards[2].code)


def faults(guard: Guard, world: World) -> None:
    """What goes wrong while people come: no server, a server that cannot store, a full disk, a wiped database."""
    page, code = guard.page, world.cards[1].code
    page.route(API, lambda route: route.abort("failed"))  # an expired certificate looks like this from inside a page
    guard.card(code)
    for _ in range(3):
        page.evaluate("window.dispatchEvent(new Event('online'))")
        page.wait_for_timeout(50)
    expect(page.locator(".strip", has_text="连不上服务器")).to_be_visible()
    page.evaluate(WIPE)
    guard.card(code)
    page.unroute(API)
    full = json.dumps({"error": "disk_full", "message": "disk full", "keep": True})
    page.route(CHECKS, lambda route: route.fulfill(status=503, content_type="application/json", body=full))
    guard.card(code)
    page.unroute(CHECKS)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.evaluate("() => { window.fullDisk = true; }")
    phone.scan(page, code)
    guard.answer()
    guard.tap("#record")
    expect(page.locator("h1")).to_have_text("这条记录没有存进手机")
    guard.made += 1
    page.evaluate("() => { window.fullDisk = false; }")
    page.get_by_role("button", name="再试一次").click()
    expect(page.locator('#app[data-screen="gate"]')).to_be_visible()


def strict_people(guard: Guard, world: World) -> None:
    """The rules of 10 February hold from now on: goods to the point, no visitors, plates are kept."""
    page, cards = guard.page, world.cards
    switch_rules(by=world.cast.users["secretary"], operation=world.operation, ruleset="shanghai-2020-02-10")
    phone.eventually(page, lambda: page.evaluate(HEAR_RULES) == "shanghai-2020-02-10")
    guard.courier_at_the_point()
    guard.vehicle(cards[1].code, "a12345")
    guard.vehicle(cards[2].code, "ad12345")
    guard.vehicle(cards[3].code, "a1234", ending="警")
    guard.vehicle(cards[2].code, "va12345", copied=True)
    phone.stranger(page, "visitor")
    guard.cells(2)
    guard.refused()


def fill(guard: Guard, cards: list[Issued]) -> None:
    """Ordinary passages: some more through the page, the rest through the page's own queue function."""
    codes = [card.code for card in cards]
    guard.many(codes, max(0, BY_PAGE - guard.made))
    guard.queue(codes, EACH - guard.made)


def lose_and_halve(page: Page) -> None:
    """The first answer to an upload is lost on its way; of the second, only half arrives."""
    seen: list[int] = []

    def handle(route: Route) -> None:
        seen.append(len(seen))
        answer = route.fetch()
        if len(seen) == 1:
            route.abort("failed")
        elif len(seen) == 2:
            told = answer.json()
            told["results"] = told["results"][: len(told["results"]) // 2]
            route.fulfill(response=answer, json=told)
        else:
            route.fulfill(response=answer)

    page.route(CHECKS, handle)


def stored(cast: Cast) -> int:
    """How many checks the server has."""
    with cast.scope():
        return Check.objects.count()


def kinds_of(cast: Cast) -> Counter[str]:
    """What waits for a person, by kind."""
    with cast.scope():
        return Counter(GateException.objects.values_list("kind", flat=True))


def test_a_shift_of_two_phones(
    world: World,
    contexts: list[BrowserContext],
    live_server: LiveServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast, cards = world.cast, world.cards
    east, west = (enrolled(cast, gate, contexts[gate], live_server.url) for gate in (0, 1))
    contexts[1].set_offline(True)
    with cast.scope():
        event(cards[7].card, "lost")
    offline_people(west, world)
    fill(west, [cards[8], cards[11]])
    online_people(east, world)
    monkeypatch.setattr(views, "bundle", lambda: UPGRADED)  # from now on the phones are one version behind
    faults(east, world)
    strict_people(east, world)
    fill(east, cards[1:4])

    phone.eventually(east.page, lambda: stored(cast) == EACH, within_ms=60_000)
    expect(west.page.locator(".strip").first).to_have_text(f"离线 · {EACH} 条待上传")
    lose_and_halve(west.page)
    contexts[1].set_offline(False)
    phone.eventually(west.page, lambda: stored(cast) == 2 * EACH, within_ms=60_000)
    expect(west.page.locator(".strip", has_text="上传")).to_have_count(0, timeout=20_000)
    west.page.unroute(CHECKS)
    each_once(world, east, west)
    odd_things_are_before_somebody(world)
    newer_version(east)
    stolen(world, west, contexts[1])
    assert stored(cast) == 2 * EACH


def each_once(world: World, east: Guard, west: Guard) -> None:
    """Every row that a phone wrote is on the server, and none is there that no phone wrote."""
    with world.cast.scope():
        checks = {str(pk) for pk in Check.objects.values_list("pk", flat=True)}
        wishes = Review.objects.count()
    assert wishes == east.wishes == 2
    made = east.ids() | west.ids()
    assert checks < made
    assert len(made - checks) == wishes  # a wish for a review is no passage
    with world.cast.scope():
        late = Check.objects.filter(gate=world.cast.gates[1])
        assert set(late.values_list("made_offline", flat=True)) == {True}
        assert Check.objects.filter(follows__isnull=False).count() == 5
        assert Check.objects.filter(party__isnull=False).count() == 2 + 2 + 2
        first = VisitUse.objects.get(visit__gate=world.cast.gates[1])
        assert first.gate_id == world.cast.gates[0].pk  # the server heard of the east gate first, and it stands


def odd_things_are_before_somebody(world: World) -> None:
    """The exceptions are those expected, each with an owner, and 今日 shows them within a minute (here: at once)."""
    with world.cast.scope():
        odd = GateException.objects.filter(kind="overridden").values_list("check_id", flat=True)
        rows = Check.objects.filter(pk__in=list(odd)).values_list("klass", "reason", "server_reason")
        assert sorted(rows) == OVERRIDDEN
    assert kinds_of(world.cast) == EXPECTED
    with world.cast.scope():
        assert not GateException.objects.filter(owner__isnull=True).exists()
    page = client_as(world.cast.users["secretary"]).get("/").content.decode()
    assert f"{sum(EXPECTED.values())} " in page
    assert "复核" in page


def newer_version(guard: Guard) -> None:
    """Nothing is left to send and nobody stands at the gate: the newer version takes over, and nothing is lost."""
    page = guard.page
    old = page.evaluate("document.querySelector('script[type=module]').src")
    page.evaluate("navigator.serviceWorker.getRegistration().then((it) => it.update()).then(() => true)")
    guard.tap(".bar .name")
    expect(page.locator('script[type="module"]')).not_to_have_attribute("src", old, timeout=20_000)
    expect(
        page.locator("#start, #emergency").first
    ).to_be_visible()  # the tap may land before the new version or after it


def stolen(world: World, guard: Guard, context: BrowserContext) -> None:
    """A phone that the office has cut off: its list is gone at the next contact, and what it brings waits for a person."""
    context.set_offline(True)
    guard.card(world.cards[8].code)
    with world.cast.scope():
        cut_off(by=world.cast.users["secretary"], device=Device.objects.get(gate=world.cast.gates[1]))
    context.set_offline(False)
    expect(guard.page.locator("h1")).to_have_text("这部手机的班次已停用", timeout=15_000)
    phone.eventually(guard.page, lambda: kinds_of(world.cast)["late_upload"] == 1)
    with world.cast.scope():
        assert RawUpload.objects.filter(kind="gates.batch").count() == 1


OVERRIDDEN = [
    ("resident", "ok", "card_lost"),  # let in where nobody could know
]
EXPECTED = Counter(
    {
        "unknown_card": 2,  # a forged card at each gate
        "fever": 2,
        "overridden": len(OVERRIDDEN),
        "double_use": 2,  # a visitor's code at two gates, and a card at two gates within minutes
        "wrong_gate": 1,  # a phone that was carried to the other gate for one passage
        "clock": 1,  # the phone whose clock is a day slow
        "returning": 2,  # registered at the gate, or later: open until the arrival is registered
    }
)
