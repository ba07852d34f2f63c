"""One arrival on two phones, half of it without a network: met at the airport, handed over in a car park, brought to the door, taken back.

The times are those at which it happened, hours before the server hears of it; and the phones run the vectors of the codes they show.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

import linli.kernel
from linli.ground.models import Mandate
from linli.ground.testing import Cast
from linli.journal.models import Entry
from linli.journeys import hands, queries
from linli.journeys.actions.runs import Crew, plan_run
from linli.journeys.models import Handover, HandoverAnnulment, Traveller
from linli.journeys.testing import Night, night
from linli.rounds.actions.phones import make_code
from linli.rounds.testing_walk import make_walker
from tests.browser.conftest import PageAt
from tests.support import phone as phones
from tests.support.axe import axe_problems
from tests.support.chromium import Complaints

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)
SIZE = {"width": 320, "height": 640}
TARGET = 56
"""CSS pixels that a thumb hits on the way."""
VECTORS = Path(linli.kernel.__file__).parent / "tests" / "vectors" / "handover-ticket.json"
BASE = 'const base = document.querySelector("script[type=module]").src.replace("app.js", "");'
RUN = f"""
async (data) => {{
  {BASE}
  const [codes, heads] = await Promise.all(["handover-ticket", "head-count"].map((name) => import(`${{base}}${{name}}.js`)));
  const tickets = [];
  for (const {{ name, text }} of data.tickets) {{
    const found = codes.read(text);
    tickets.push({{ name, text, ticket: found.ticket, signed: await codes.isSignedBy(found, data.public_key) }});
  }}
  const made = [];
  for (const {{ code, travellers }} of data.codes) {{
    made.push({{ code: await codes.codeFor(code.slice(0, 4), travellers), travellers, id: await codes.idOf(code, travellers) }});
  }}
  const none = [];
  for (const {{ code, travellers }} of data.no_codes) none.push(await codes.idOf(code, travellers));
  const counts = data.counts.map((one) => ({{ ...one, ...heads.headCount(one.listed, one.present, one.counted) }}));
  return {{ tickets, codes: made, counts, unreadable: data.unreadable.filter(codes.read), none: none.filter(Boolean) }};
}}
"""
# A picture of the other's screen, read by this phone's own reader, without a network.
SEE = f"""
async (png) => {{
  {BASE}
  const bytes = Uint8Array.from(atob(png), (one) => one.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], {{ type: "image/png" }}));
  const worker = new Worker(`${{base}}decoder-worker.js`, {{ type: "module" }});
  const data = await new Promise((heard) => {{
    worker.onmessage = (event) => heard(event.data);
    worker.postMessage({{ id: 1, bitmap }}, [bitmap]);
  }});
  worker.terminate();
  return data.texts[0];
}}
"""
SMALL = f"""
() => [...document.querySelectorAll("button, select, textarea, input")]
  .filter((one) => one.offsetParent && one.getBoundingClientRect().height < {TARGET}).map((one) => one.textContent)
"""
KEYS = """
(text) => {
  for (const key of [...text, "Enter"]) document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
}
"""


class Clocks:
    """One time for the server and every phone."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment
        self.pages: list[Page] = []

    def now(self) -> datetime:
        """What ``timezone.now`` says meanwhile."""
        return self.moment

    def strike(self, moment: datetime) -> None:
        """It is now this late, everywhere."""
        self.moment = moment
        for page in self.pages:
            page.clock.set_fixed_time(moment)


@dataclass
class Evening:
    """Who is on the way, and whose phones bring them home."""

    cast: Cast
    night: Night
    escort: Mandate
    committee: Mandate
    clocks: Clocks

    def board(self) -> queries.Board:
        """Where everybody is, as 到家 reads it."""
        return queries.board(self.cast.neighbourhood, timezone.now())

    def holders(self) -> set[str]:
        """In whose hands they are now."""
        with self.cast.scope():
            return {str(row.holder.pk) for row in self.board().rows}

    def of(self, mandate: Mandate) -> set[str]:
        """The hands of an office."""
        with self.cast.scope():
            return {str(hands.of_mandate(self.cast.neighbourhood, mandate).pk)}


def on_the_way(cast: Cast) -> tuple[Night, Mandate, Mandate]:
    """Two of one household, in the hands of the airport's desk; a run with somebody who fetches them and somebody who takes them home."""
    escort, committee = make_walker(cast, "escort", "volunteer"), make_walker(cast, "committee", "building_leader")
    with cast.scope():
        found = night(cast, people=2, ago=timedelta(minutes=30))
        Traveller.objects.update(dwelling=cast.dwellings[0])
        day = timezone.localdate()
        place = cast.neighbourhood
        crew = [
            Crew(hands.of_mandate(place, one), duty, day) for one, duty in ((escort, "escort"), (committee, "receiver"))
        ]
        plan_run(
            by=found.by,
            neighbourhood=place,
            vehicle="coach",
            planned_at=found.after(60),
            travellers=found.travellers,
            crew=crew,
        )
    return found, escort, committee


@pytest.fixture
def evening(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Evening:
    """An evening of some hours ago."""
    clocks = Clocks(timezone.now() - timedelta(hours=6))
    monkeypatch.setattr(timezone, "now", clocks.now)
    return Evening(cast, *on_the_way(cast), clocks)


@pytest.fixture
def contexts(browser: Browser, complaints: Complaints) -> Iterator[list[BrowserContext]]:
    """Two phones."""
    made = [
        browser.new_context(viewport=SIZE, has_touch=True, is_mobile=True, locale="zh-CN", timezone_id="Asia/Shanghai")
        for _ in range(2)
    ]
    for context in made:
        complaints.watch(context)
    yield made
    for context in made:
        context.close()


def enrolled(
    context: BrowserContext, address: str, evening: Evening, mandate: Mandate, held: str = "现在没有人由你接着"
) -> Page:
    """Somebody's phone on its list of hand-overs."""
    _, code = make_code(by=evening.cast.users["secretary"], mandate=mandate, neighbourhood=evening.cast.neighbourhood)
    page = context.new_page()
    evening.clocks.pages.append(page)
    evening.clocks.strike(evening.clocks.moment)
    page.goto(f"{address}/scan/#w={code}")
    expect(page.locator("#held")).to_have_text(held)
    phones.wait_for_worker(page)
    return page


def looks_right(page: Page) -> None:
    """No control is too small for a thumb, nothing runs over the edge, and it is accessible."""
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZE["width"]
    assert page.evaluate(SMALL) == []
    assert not axe_problems(page)


def tick(page: Page, heads: str) -> None:
    """Everybody on the list is there, and so many heads."""
    expect(page.locator(".tick")).to_have_count(2)
    for one in page.locator(".tick").all():
        one.click()
    page.locator("#heads").fill(heads)


def sign(page: Page) -> None:
    """A finger on the field."""
    field = page.locator(".pad-field")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 30)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(box["x"] + 20 + 25 * step, box["y"] + 30 + 20 * (step % 3))
    page.mouse.up()


def meet_at_the_airport(page: Page) -> None:
    """The desk has no phone: it signs on the escort's. A third head is one too many."""
    page.locator("#take").click()
    page.locator("#take-sign").click()
    tick(page, "3")
    expect(page.locator("#difference")).to_have_text("名单 2 人，在场 2 人。人头比点到的名字多 1 个。")
    expect(page.locator("#confirm")).to_be_disabled()
    looks_right(page)
    page.locator("#heads").fill("2")
    page.locator("#confirm").click()
    expect(page.get_by_role("button", pressed=True)).to_contain_text("浦东机场专班")  # who is known to have them
    sign(page)
    looks_right(page)
    page.locator("#signed").click()
    expect(page.locator("#held")).to_have_text("现在由你接着 2 人")


def hand_over_in_the_car_park(giver: Page, taker: Page) -> None:
    """Both without a network: the giver's screen is read by the taker's own reader."""
    giver.get_by_role("button", name="交出这 2 人").click()
    giver.locator(".tick").first.click()
    expect(giver.locator("#difference")).to_contain_text("少 1 人")
    giver.locator(".tick").last.click()
    giver.locator("#heads").fill("2")
    giver.locator("#show").click()
    expect(giver.locator("#digits")).to_be_visible()
    looks_right(giver)
    text = taker.evaluate(SEE, base64.b64encode(giver.locator("canvas.qr").screenshot()).decode())
    taker.locator("#take").click()
    taker.evaluate(KEYS, text)
    expect(taker.get_by_role("heading", level=1)).to_have_text("对方交来 2 人：谁到了")
    expect(taker.locator("main")).to_contain_text("escort 槐安交出")
    tick(taker, "2")
    looks_right(taker)
    taker.locator("#confirm").click()
    expect(taker.locator("#held")).to_have_text("现在由你接着 2 人")
    giver.locator("#handed").click()
    expect(giver.locator("#held")).to_have_text("现在没有人由你接着")


def bring_to_the_door(page: Page) -> None:
    """One signs for both; the thumb hits both buttons while it is being written, and it is one hand-over."""
    looks_right(page)
    page.locator("[data-key^='home:']").click()
    tick(page, "2")
    sign(page)
    looks_right(page)
    page.evaluate("['signed', 'word'].forEach((id) => document.getElementById(id).click())")
    expect(page.locator("#held")).to_have_text("现在没有人由你接着")
    page.get_by_role("button", name="看已送到的 2 人").click()


def test_an_arrival_half_of_it_without_a_network(
    contexts: list[BrowserContext], live_server: LiveServer, evening: Evening, complaints: Complaints, page_at: PageAt
) -> None:
    cast, arrived = evening.cast, evening.night
    escort = enrolled(contexts[0], live_server.url, evening, evening.escort)
    committee = enrolled(contexts[1], live_server.url, evening, evening.committee)
    met, passed, home = (arrived.after(minutes) for minutes in (60, 130, 175))
    complaints.expect("ERR_INTERNET_DISCONNECTED")
    evening.clocks.strike(met)
    meet_at_the_airport(escort)
    phones.eventually(escort, lambda: evening.holders() == evening.of(evening.escort))
    for context in contexts:
        context.set_offline(True)
    evening.clocks.strike(passed)
    hand_over_in_the_car_park(escort, committee)
    expect(escort.locator(".strip")).to_have_text("离线 · 1 条待上传")
    evening.clocks.strike(home)
    bring_to_the_door(committee)
    committee.reload()
    expect(committee.locator(".strip")).to_have_text("离线 · 2 条待上传")
    evening.clocks.strike(home + timedelta(minutes=47))
    contexts[1].set_offline(False)
    phones.eventually(committee, lambda: evening.holders() == {str(arrived_home(evening))})
    with cast.scope():
        board = evening.board()
        assert (board.balance.delivered, board.balance.open) == (2, 0)
        for row in board.rows:
            assert [link.since for link in row.links] == [arrived.landed, met, passed, home]
            assert not row.broken
        scanned = Handover.objects.get(took_way="scan")
        assert (scanned.gave_way, scanned.gave_at) == ("scan", passed)  # proven by the code alone
    read_at_the_office(page_at(360, as_user=cast.users["clerk"]), arrived, [met, passed, home])
    contexts[0].set_offline(False)
    phones.hear(escort)
    expect(escort.locator(".strip")).to_have_count(0)
    with cast.scope():
        assert Handover.objects.count() == 3
        assert Handover.objects.get(pk=scanned.pk).device == scanned.device
    take_back(committee, evening)


def read_at_the_office(page: Page, arrived: Night, moments: list[datetime]) -> None:
    """到家 says that both are delivered, and when each thing happened; nobody there knew of it for three quarters of an hour."""
    page.goto("/journeys/")
    expect(page.locator(".way-sum b")).to_have_text(["2", "2", "0"])
    page.goto(f"/journeys/{arrived.travellers[0].pk}/")
    for moment in moments:
        expect(page.locator("main")).to_contain_text(f"{timezone.localtime(moment):%H:%M}")


def arrived_home(evening: Evening) -> Any:
    """The hands of their home."""
    with evening.cast.scope():
        return evening.night.home().pk


def take_back(page: Page, evening: Evening) -> None:
    """It was another door: everybody is in the committee's hands again, with a row that says so."""
    phones.hear(page)
    page.locator("#undo").click()
    expect(page.locator("#held")).to_have_text("现在由你接着 2 人")
    phones.eventually(page, lambda: evening.holders() == evening.of(evening.committee))
    with evening.cast.scope():
        assert HandoverAnnulment.objects.get().why == "not_done"


def read_six_digits_aloud(giver: Page, taker: Page, evening: Evening) -> None:
    """No camera: wrong digits fit nobody; the right ones are the same hand-over on both phones."""
    giver.get_by_role("button", name="交出这 2 人").click()
    tick(giver, "2")
    giver.locator("#show").click()
    digits = giver.locator("#digits").inner_text().replace(" ", "")
    giver.locator("#handed").click()
    taker.locator("#take").click()
    taker.locator("#take-digits").click()
    tick(taker, "2")
    taker.locator("#digits").fill(f"{(int(digits) + 1) % 1_000_000:06d}")
    taker.locator("#confirm").click()
    expect(taker.locator("#wrong")).to_have_text("这六位数和点到的人对不上。请两边对一对名单，再报一次。")
    taker.locator("#digits").fill(digits)
    taker.locator("#confirm").click()
    expect(taker.locator("#held")).to_have_text("现在由你接着 2 人")
    phones.eventually(taker, lambda: evening.holders() == evening.of(evening.escort))
    with evening.cast.scope():
        assert Handover.objects.get(took_way="code").gave_at is not None


def test_who_of_the_run_nobody_has_met_is_named_before_the_others_go_on(
    contexts: list[BrowserContext], live_server: LiveServer, evening: Evening
) -> None:
    here, missed = evening.night.travellers
    with evening.cast.scope():
        own = hands.of_mandate(evening.cast.neighbourhood, evening.escort)
        evening.night.hand(evening.night.desk, own, 10, [here])
        Traveller.objects.filter(pk=missed.pk).update(begun_at=None, begun_hands=None)
    page = enrolled(contexts[0], live_server.url, evening, evening.escort, "现在由你接着 1 人")
    page.get_by_role("button", name="交出这 1 人").click()
    page.locator(".tick").click()
    expect(page.locator("#difference")).to_contain_text("还有 1 人没人接到")
    expect(page.locator("#show")).to_be_disabled()
    looks_right(page)
    page.get_by_role("button", name="不在这里，还没有人接到").click()
    expect(page.locator("#difference")).to_be_empty()
    page.locator("#show").click()
    expect(page.locator("#digits")).to_be_visible()
    phones.eventually(page, lambda: Entry.objects.filter(act="journeys.handover_heard_of").exists())
    assert Entry.objects.get(act="journeys.handover_heard_of").data["not_met"] == [str(missed.pk)]


def test_a_phone_reads_codes_and_counts_heads_as_the_server_does(
    contexts: list[BrowserContext], live_server: LiveServer, evening: Evening
) -> None:
    data: dict[str, Any] = json.loads(VECTORS.read_text("utf-8"))
    page = enrolled(contexts[0], live_server.url, evening, evening.escort)
    told = page.evaluate(RUN, data)
    assert told == {
        **{name: data[name] for name in ("tickets", "codes", "counts")},
        "unreadable": [],
        "none": [],
    }
