"""The guard's page against Linli itself: a card from the printed PDF before the camera, then a shift without a network."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pymupdf
import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from linli.gates.actions.devices import cut_off, make_token
from linli.gates.models import Check, Device, GateException
from linli.gates.printing import CardFace, Sheet, print_cards
from linli.gates.testing import Issued, issue, open_strict
from linli.ground.testing import Cast
from tests.support import camera, phone
from tests.support.chromium import Complaints

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)
SIZE = {"width": 360, "height": 640}


@pytest.fixture
def shift(cast: Cast) -> tuple[Cast, list[Issued], str]:
    """An operation that records, cards for everyone, and a one-time code for a phone at the east gate."""
    open_strict(cast.neighbourhood)
    with cast.scope():
        cards = [issue(person, index + 1) for index, person in enumerate(cast.people)]
    now = timezone.now()
    _, code = make_token(
        by=cast.users["secretary"],
        gate=cast.gates[0],
        shift_start=now - timedelta(hours=1),
        shift_end=now + timedelta(hours=8),
    )
    return cast, cards, code


def recorded(cast: Cast) -> int:
    """How many checks the server has."""
    with cast.scope():
        return Check.objects.count()


def printed(card: Issued, folder: Path) -> Image.Image:
    """The card as it comes from the printer: the first of its A4 page with the cut marks, at 200 dpi."""
    face = CardFace(
        id=str(card.card.pk),
        code=card.code,
        number=card.permit.number,
        place="听松别墅",
        room="1号",
        name="林*",
        klass="resident",
        valid_from=date(2026, 11, 1),
        valid_until=date(2027, 2, 1),
    )
    sheet = Sheet("槐安居民区", "Huai'an", "021-0000 0110")
    assert print_cards([face], out=folder / "card.pdf", sheet=sheet).pages == 1
    with pymupdf.open(folder / "card.pdf") as document:
        page = document[0]
        view = page.get_pixmap(dpi=200, clip=pymupdf.Rect(0, 0, page.rect.width / 2, page.rect.height / 4))
        return Image.open(io.BytesIO(view.tobytes("png"))).convert("RGB")


@pytest.fixture
def film(shift: tuple[Cast, list[Issued], str], tmp_path: Path) -> Path:
    """The camera's view of the first person's printed card."""
    return camera.write([camera.frame(printed(shift[1][0], tmp_path), share=0.7)], tmp_path / "card.mjpeg")


@pytest.fixture
def at_the_gate(
    camera_browser: Callable[[Path], Browser],
    complaints: Complaints,
    live_server: LiveServer,
    shift: tuple[Cast, list[Issued], str],
    film: Path,
) -> Iterator[Page]:
    """An enrolled phone whose camera looks at the printed card."""
    context = camera_browser(film).new_context(viewport=SIZE, has_touch=True, is_mobile=True)
    complaints.watch(context)
    page = context.new_page()
    phone.enrol(page, live_server.url, shift[2])
    phone.start(page)
    yield page
    context.close()


def test_a_printed_card_before_the_camera_becomes_a_row(
    at_the_gate: Page, shift: tuple[Cast, list[Issued], str]
) -> None:
    cast, cards, _ = shift
    page = at_the_gate
    expect(page.locator(".verdict h1")).to_have_text("证件有效", timeout=30_000)
    expect(page.locator(".holder")).to_contain_text("林*")
    expect(page.locator(".strip")).to_have_text("演练，不是真的")
    page.locator("#none").click()
    page.get_by_role("button", name="36.5", exact=True).click()
    page.locator("#record").click()
    expect(page.locator(".verdict h1")).to_have_text("请进")
    phone.eventually(page, lambda: recorded(cast) == 1)
    page.locator("#next").click()
    page.locator(".name").click()
    page.get_by_role("button", name="现在上传").click()
    page.locator(".bar .back").click()
    phone.start(page)
    expect(page.locator(".numbers")).to_have_text("现在里面 13 人 · 本班已记 1")
    with cast.scope():
        row = Check.objects.get()
        assert (row.permit, row.person, row.temperature) == (
            cards[0].permit.pk,
            cast.people[0].pk,
            365,
        )
        assert (row.outcome, row.reason, row.overridden, row.made_offline) == ("admitted", "ok", False, False)
        assert not GateException.objects.exists()


def test_a_shift_without_a_network_killed_and_reopened(
    persistent_context: Callable[..., BrowserContext],
    complaints: Complaints,
    live_server: LiveServer,
    shift: tuple[Cast, list[Issued], str],
    tmp_path: Path,
) -> None:
    complaints.expect("ERR_", "Failed to load resource")
    cast, cards, code = shift
    context = persistent_context(viewport=SIZE)
    page = context.new_page()
    phone.enrol(page, live_server.url, code)
    phone.wait_for_worker(page)
    phone.start(page)
    context.set_offline(True)
    phone.many(page, [cards[index % len(cards)].code for index in range(200)])
    assert phone.kill(tmp_path / "profile") > 0

    context = persistent_context(viewport=SIZE)
    context.set_offline(True)
    page = context.new_page()
    page.goto(f"{live_server.url}/scan/")
    expect(page.locator(".strip").first).to_have_text("离线 · 200 条待上传")
    context.set_offline(False)
    phone.eventually(page, lambda: recorded(cast) == 200, within_ms=30_000)
    with cast.scope():
        assert sorted(Check.objects.values_list("seq", flat=True)) == list(range(1, 201))
        assert not Check.objects.filter(overridden=True).exists()
        assert Check.objects.filter(made_offline=True).count() == 200
    expect(page.get_by_text("待上传")).to_have_count(0)


def test_a_phone_that_was_cut_off_forgets_the_list_and_its_upload_waits(
    browser: Browser, complaints: Complaints, live_server: LiveServer, shift: tuple[Cast, list[Issued], str]
) -> None:
    complaints.expect("ERR_", "Failed to load resource")
    cast, cards, code = shift
    context = browser.new_context(viewport=SIZE)
    complaints.watch(context)
    page = context.new_page()
    phone.enrol(page, live_server.url, code)
    phone.start(page)
    context.set_offline(True)
    phone.check(page, cards[1].code)
    page.locator("#next").click()
    with cast.scope():
        cut_off(by=cast.users["secretary"], device=Device.objects.get())
    context.set_offline(False)
    expect(page.locator("h1")).to_have_text("这部手机的班次已停用")
    expect(page.locator("main")).to_contain_text("记录已全部上传")
    with cast.scope():
        assert Check.objects.count() == 0
        assert GateException.objects.count() >= 1
    context.close()


def test_search_by_name_is_online_only(
    browser: Browser, complaints: Complaints, live_server: LiveServer, shift: tuple[Cast, list[Issued], str]
) -> None:
    complaints.expect("ERR_", "Failed to load resource")
    context = browser.new_context(viewport=SIZE)
    complaints.watch(context)
    page = context.new_page()
    phone.enrol(page, live_server.url, shift[2])
    phone.start(page)
    page.locator(".thumb .main").click()
    page.get_by_role("button", name="按姓名查（要有网络）").click()
    page.locator("#search").fill("林知夏")
    page.keyboard.press("Enter")
    expect(page.locator(".list .row")).to_contain_text("林")
    context.set_offline(True)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("没有网络，查不了姓名")
    context.close()
