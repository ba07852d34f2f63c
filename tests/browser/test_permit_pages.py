"""Permits in the browser: axe-clean at both widths, themes and languages; ordered, printed, fetched and handed out by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pymupdf
import pytest
import zxingcpp
from django.utils import timezone
from playwright.sync_api import Page, expect

from linli.gates.cards_actions import issue_permits, order_batch
from linli.gates.cards_faces import Group, set_group
from linli.gates.cards_figures import campaign
from linli.gates.cards_printing import print_to
from linli.gates.cards_queries import State, lines
from linli.ground.testing import make_cast
from tests.support.looks import problems_in_every_look

pytestmark = pytest.mark.django_db(transaction=True)
PageAt = Callable[..., Page]


def test_every_page_in_both_languages_themes_and_widths(page_at: PageAt, tmp_path: Path) -> None:
    cast = make_cast()
    with cast.scope():
        until = timezone.localdate() + timedelta(days=30)
        issue_permits(by=None, neighbourhood=cast.neighbourhood, until=until)
        batch = order_batch(by=None, neighbourhood=cast.neighbourhood, handout_by=until)
        print_to(batch, tmp_path / "cards.pdf", by=None)
        card = lines(cast.neighbourhood)[0].card
        group = set_group(
            by=None, neighbourhood=cast.neighbourhood, area=None,
            chosen=Group("西片", [cast.gates[1]], "yellow", "hexagon"),
        )  # fmt: skip
    places = (
        "", "late/", "new/", f"places/{cast.building.pk}/", f"cards/{card}/", f"batches/{batch.pk}/",
        f"batches/{batch.pk}/?done=cut&unit=sheets&which=1", "books/", f"hand-out/?building={cast.building.pk}", "find/",
        f"places/{cast.building.pk}/receipts/", f"cards/{card}/replace/", "keys/", f"keys/{batch.kid}/withdraw/", "groups/",
        f"groups/{group.area_id}/",
    )  # fmt: skip
    addresses = [f"/gates/permits/{place}" for place in places]
    problems = problems_in_every_look(page_at, addresses, cast.users["secretary"])
    assert not problems, "\n".join(problems)


def test_from_the_order_to_the_hand(page_at: PageAt, tmp_path: Path) -> None:
    cast = make_cast()
    page = page_at(1280, "en", as_user=cast.users["secretary"])
    page.goto("/gates/permits/")
    page.get_by_role("link", name="Issue and print").click()
    page.get_by_label("Who answers when somebody is refused").fill("021-0000 0110")
    page.keyboard.press("Enter")
    fetch = page.get_by_role("link", name="Fetch the PDF")
    expect(fetch).to_be_visible(timeout=30_000)
    with page.expect_download() as download:
        fetch.press("Enter")
    pdf = tmp_path / "cards.pdf"
    download.value.save_as(pdf)
    with pymupdf.open(pdf) as document:
        pixels = document[0].get_pixmap(dpi=100)
        codes = [one.text for one in zxingcpp.read_barcodes(pixels.pil_image())]
    assert len(codes) == 10
    page.get_by_role("link", name="Permits").click()
    page.get_by_role("link", name="Hand out cards").click()
    field = page.get_by_label("Permit number or scanned card")
    expect(field).to_be_focused()
    for code in codes[:4]:  # as a hand scanner types them, one after the other, without waiting
        page.keyboard.type(code)
        page.keyboard.press("Enter")
        expect(field).to_have_value("")
    log = page.locator("#desk-log > li")
    expect(log).to_have_count(4)
    expect(log.first.get_by_role("button", name="Take back")).to_be_visible()
    log.first.get_by_role("button", name="Take back").click()
    expect(log).to_have_count(5)
    page.keyboard.type(codes[0])
    page.keyboard.press("Enter")
    expect(log.first).to_contain_text("already")
    with cast.scope():
        assert campaign(cast.neighbourhood, inside=[]).made == {State.PRINTED: 9, State.HANDED_OUT: 3}
