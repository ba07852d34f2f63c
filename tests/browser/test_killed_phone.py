"""A phone that dies: its browser is killed right after the page said that something is kept, and again in the middle of an upload.

Chromium has its profile on the disk; the server is Linli's own. What was kept is there when the phone is on again, and goes up once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from linli.ground.models import Mandate
from linli.ground.testing import Cast
from linli.journeys.models import Handover, HandoverTraveller
from linli.rounds.actions import uploads
from linli.rounds.actions.phones import make_code
from linli.rounds.models import Visit, VisitTarget
from linli.rounds.testing_walk import open_round
from tests.browser.test_arrival_on_a_phone import SIZE, on_the_way, sign, tick
from tests.support import phone as phones
from tests.support.chromium import Complaints

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_S = 60


class Door:
    """What is uploaded waits before the server while it is shut; how often something came, and what it was told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.came, self.told = threading.Event(), list[str]()
        self._take, self._open = uploads.take, threading.Event()
        self._open.set()
        monkeypatch.setattr(uploads, "take", self.take)

    def take(self, **said: Any) -> Any:
        """As the server does, once the door is open."""
        self.came.set()
        assert self._open.wait(PATIENCE_S)
        results = self._take(**said)
        self.told += [one.status for one in results]
        return results

    def shut(self) -> None:
        """From now on the server works on what comes, and answers nothing."""
        self.came.clear()
        self._open.clear()

    def open(self) -> None:
        """The server goes on."""
        self._open.set()


class Phone:
    """Somebody's phone: switched on, and killed."""

    def __init__(self, launch: Callable[..., BrowserContext], address: str, profile: Path) -> None:
        self._launch, self._address, self._profile = launch, address, profile
        self.context: BrowserContext | None = None

    def on(self, link: str = "", *, offline: bool) -> Page:
        """Its page."""
        self.context = self._launch(
            viewport=SIZE, has_touch=True, is_mobile=True, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        self.context.set_offline(offline)
        page = self.context.new_page()
        page.goto(f"{self._address}/scan/{link}")
        return page

    def offline(self, whether: bool) -> None:
        """Without a network, or with one again."""
        assert self.context is not None
        self.context.set_offline(whether)

    def kill(self) -> None:
        """No battery any more."""
        assert phones.kill(self._profile) > 0


@pytest.fixture
def escort(cast: Cast) -> Mandate:
    """Who fetches two travellers at the airport, and looks at two gates on his way."""
    _, found, _ = on_the_way(cast)
    with cast.scope():
        open_round(cast, cast.gates, found)
    return found


@pytest.fixture
def link(cast: Cast, escort: Mandate) -> str:
    """What makes a phone his."""
    _, code = make_code(by=cast.users["secretary"], mandate=escort, neighbourhood=cast.neighbourhood)
    return f"#w={code}"


def meet_at_the_airport(page: Page) -> None:
    """The desk signs on the phone."""
    page.locator("#take").click()
    page.locator("#take-sign").click()
    tick(page, "2")
    page.locator("#confirm").click()
    sign(page)
    page.locator("#signed").click()
    expect(page.locator("#held")).to_have_text("现在由你接着 2 人")


def find_nobody(page: Page) -> None:
    """At the east gate."""
    page.get_by_role("button", name="巡查").click()
    page.get_by_role("button", name="东门").click()
    page.locator("#outcome-no_answer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("西门")


def rows(cast: Cast) -> tuple[int, int, int, int]:
    """What the server has: hand-overs, who was handed over in them, visits, where they were."""
    with cast.scope():
        return tuple(one.objects.count() for one in (Handover, HandoverTraveller, Visit, VisitTarget))  # type: ignore[return-value]


def test_a_killed_phone_has_what_it_said_it_kept_and_sends_it_once(
    persistent_context: Callable[..., BrowserContext],
    live_server: LiveServer,
    cast: Cast,
    link: str,
    tmp_path: Path,
    complaints: Complaints,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    complaints.expect("ERR_")
    phone, door = Phone(persistent_context, live_server.url, tmp_path / "profile"), Door(monkeypatch)
    page = phone.on(link, offline=False)
    expect(page.locator("#held")).to_have_text("现在没有人由你接着")
    phones.wait_for_worker(page)
    phone.offline(True)
    meet_at_the_airport(page)
    phone.kill()

    page = phone.on(offline=True)
    expect(page.locator("#held")).to_have_text("现在由你接着 2 人")
    expect(page.locator(".strip")).to_have_text("离线 · 1 条待上传")
    find_nobody(page)
    phone.kill()

    page = phone.on(offline=True)
    expect(page.locator(".strip")).to_have_text("离线 · 2 条待上传")
    assert rows(cast) == (0, 0, 0, 0)
    door.shut()
    phone.offline(False)
    phones.eventually(page, door.came.is_set)
    phone.kill()
    door.open()

    page = phone.on(offline=False)
    phones.eventually(page, lambda: rows(cast) == (1, 2, 1, 1))
    phones.hear(page)
    expect(page.locator(".strip")).to_have_count(0)
    phones.eventually(page, lambda: len(door.told) == 4)  # what nobody heard was said again
    assert sorted(door.told) == ["already", "already", "stored", "stored"]
    assert rows(cast) == (1, 2, 1, 1)
