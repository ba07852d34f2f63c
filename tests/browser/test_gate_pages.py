"""门岗 in the browser: accessible at two widths, in both languages and themes; an exception settled by keys alone; the plain form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from linli.gates.actions.holds import place_hold
from linli.gates.actions.record import record_checks
from linli.gates.actions.settle import ask_review
from linli.gates.deciding import Source
from linli.gates.models import Check, GateException
from linli.gates.testing import Phone, check, issue, open_strict
from linli.ground.scope import scoped
from linli.ground.testing import Cast, make_cast
from linli.kernel.ids import uuid7
from tests.support.axe import axe_problems
from tests.support.looks import problems_in_every_look

PageAt = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gate(transactional_db: None) -> Cast:
    """A morning at a gate: somebody in, out, held with fever, refused; a review asked; a hold; a phone on shift."""
    cast = make_cast()
    open_strict(cast.neighbourhood)
    Phone().enrol(cast.users["secretary"], cast.gates[0])
    with cast.scope():
        card = issue(cast.people[0], 1)
        source = Source(gate=cast.gates[0], now=timezone.now(), by=cast.users["guard"])
        raw = [
            check(card),
            check(card, direction="out", decision={"outcome": "admitted", "reason": "leaving"}),
            check(card, temperature=381, decision={"outcome": "held", "reason": "fever_home"}),
            check(klass="courier", way="visitor", decision={"outcome": "refused", "reason": "class_not_allowed"}),
        ]
        record_checks(source=source, raw=raw)
        ask_review(by=cast.users["guard"], check=Check.objects.select_related("operation").get(outcome="refused"))
        now = timezone.now()
        until = now + timedelta(days=1)
        place_hold(by=None, person=cast.people[2], since=now, until=until, call="居委会 199-0000-0001")
    return cast


def addresses(cast: Cast) -> list[str]:
    """Every page of the gates that a secretary sees."""
    with cast.scope():
        held = Check.objects.get(outcome="held").pk
    first = cast.gates[0].pk
    return [
        "/gates/", f"/gates/{first}/?show=all", "/gates/exceptions/", "/gates/exceptions/?kind=fever", "/gates/reviews/",
        "/gates/holds/", "/gates/holds/new/?q=1号", "/gates/devices/",
        f"/gates/checks/{held}/", f"/gates/checks/{held}/slip/", "/gates/work/", f"/gates/{first}/form/?q=1号",
        "/gates/simulate/",
    ]  # fmt: skip


def test_every_page_in_both_languages_themes_and_widths(gate: Cast, page_at: PageAt) -> None:
    problems = problems_in_every_look(page_at, addresses(gate), gate.users["secretary"])
    assert not problems, "\n".join(problems)


def test_today_shows_an_exception_within_a_minute_of_its_upload(gate: Cast, page_at: PageAt) -> None:
    """Nobody touches the page: it asks by itself, and what came stands there with a link."""
    page = page_at(1280, "en", as_user=gate.users["secretary"])
    page.clock.install()
    page.goto("/")
    card = page.locator(".card", has_text="at the gates")
    expect(card).to_contain_text("1 thing at the gates was odd")
    phone = Phone()
    phone.enrol(gate.users["secretary"], gate.gates[0])
    phone.send(check(person=str(uuid7()), way="room"))
    page.clock.run_for(59_000)
    expect(card).to_contain_text("2 things at the gates were odd")
    expect(page.locator("main")).to_have_count(1)
    card.get_by_role("link").click()
    expect(page.locator("h1")).to_contain_text("exceptions wait")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on what `selector` names."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached with Tab")


def test_an_exception_is_settled_by_keys_alone(gate: Cast, page_at: PageAt) -> None:
    page = page_at(1280, "zh-hans", "light", as_user=gate.users["secretary"])
    page.goto("/gates/")
    tab_to(page, "a[href='/gates/exceptions/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/gates/exceptions/**")
    tab_to(page, "input[name=text]")
    page.keyboard.type("已联系家属")
    tab_to(page, "form[action$=settle] button")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("没有待处理的例外")
    with gate.scope():
        assert GateException.objects.get().settled_by == gate.users["secretary"].pk


def test_a_phone_is_enrolled_from_a_picture(gate: Cast, page_at: PageAt) -> None:
    page = page_at(360, "en", "light", as_user=gate.users["secretary"])
    page.goto("/gates/devices/")
    page.get_by_label("Name of the phone").fill("East gate 2")
    page.get_by_role("button", name="Make a code").click()
    expect(page.locator("img.qr")).to_be_visible()
    assert len(page.locator(".token").inner_text().replace(" ", "").replace("\n", "")) == 8
    assert not axe_problems(page)


def test_the_plain_form_checks_somebody_in(gate: Cast, page_at: PageAt) -> None:
    page = page_at(360, "zh-hans", "light", as_user=gate.users["guard"])
    page.goto("/gates/work/")
    page.locator("#q").fill("林知夏")
    page.get_by_role("button", name="查找").click()
    page.locator("input[name=q_symptoms][value=no]").check()
    page.locator("input[name=q_contact][value=no]").check()
    page.get_by_label("体温").fill("36.6")
    page.get_by_role("button", name="决定并记录").click()
    expect(page.locator("h1")).to_contain_text("请进")
    with scoped(neighbourhood_ids={gate.neighbourhood.pk}, reason="test"):
        assert Check.objects.filter(outcome="admitted", way="search", temperature=366).count() == 1
