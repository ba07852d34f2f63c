"""访客 in the browser: accessible at two widths, in both languages and themes; a household with a slip, from its code to the visitor's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from linli.gates.models import Visit
from linli.gates.testing import open_strict
from linli.gates.visits.actions.host_codes import make_host_codes
from linli.gates.visits.testing import VISITORS, announced
from linli.ground.testing import Cast, make_cast
from tests.support.looks import problems_in_every_look, problems_of

PageAt = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)
VIEWS = ((360, "light", "zh-hans"), (1280, "dark", "en"), (360, "dark", "en"), (1280, "light", "zh-hans"))


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """An operation under which visitors come in with consent, and two of them expected."""
    made = make_cast()
    open_strict(made.neighbourhood, VISITORS)
    with made.scope():
        announced(made)
        announced(made, home=2, klass="worker", purpose="decoration", consent="filed", promise=False)
    return made


@pytest.fixture
def code(cast: Cast) -> str:
    """What stands on the slip of the first home."""
    with cast.scope():
        (slip,) = make_host_codes(by=cast.users["clerk"], neighbourhood=cast.neighbourhood, homes=cast.dwellings[:1])
    return slip.code


def test_every_page_of_the_office(cast: Cast, page_at: PageAt) -> None:
    with cast.scope():
        visit = Visit.objects.get(klass="visitor").pk
    addresses = (
        "/gates/visits/", "/gates/visits/?q=7-101", f"/gates/visits/{visit}/",
        f"/gates/visits/{visit}/slip/", "/gates/visits/new/", "/gates/visits/new/?q=7-101",
        f"/gates/visits/new/?place={cast.dwellings[0].pk}", "/gates/visits/codes/", "/gates/visits/codes/?q=7-101",
    )  # fmt: skip
    problems = problems_in_every_look(page_at, addresses, cast.users["secretary"])
    assert not problems, "\n".join(problems)


def test_a_household_announces_a_visitor(cast: Cast, code: str, page_at: PageAt) -> None:
    problems: list[str] = []
    for width, scheme, lang in VIEWS:
        page = page_at(width, lang, scheme)
        where = f"{width} {scheme} {lang}"
        page.goto(
            f"/host/#c={code}"
        )  # the slip's own QR code: the characters stand behind the hash, and are typed in for one
        expect(page.locator("input[name=code]")).to_have_value(code)
        assert "#" not in page.url
        problems += problems_of(page, f"enter {where}")
        page.locator("form.panel button").click()
        expect(page.locator('a[href="/host/new/"]')).to_be_visible()
        problems += problems_of(page, f"home {where}")
        page.locator('a[href="/host/new/"]').click()
        expect(page.locator("input[name=name]")).to_be_visible()
        problems += problems_of(page, f"new {where}")
        page.locator("input[name=name]").fill("苏小北")
        page.locator("select[name=end]").select_option("24:00")
        page.locator("form.panel button").click()
        expect(page.locator("img.qr")).to_be_visible()
        assert page.locator("img.qr").evaluate("image => image.decode().then(() => image.naturalWidth)") > 200
        assert "苏小北" not in page.url
        problems += problems_of(page, f"visit {where}")
        page.locator("form[data-confirm] button").click()
        expect(page.locator("dialog[open]")).to_be_visible()
        page.locator("dialog[open] button[value=yes]").click()
        expect(page.locator("img.qr")).to_have_count(0)
    assert not problems, "\n".join(problems)
