"""The daily sheet in a browser: calm at every width, and one A4 for a neighbourhood of six zones in which everything needs a look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pymupdf
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from linli.briefing.models import Sheet
from linli.briefing.numbers import Numbers
from linli.ground.figures import Count, Late, Patch, registered
from linli.ground.models import Area, Place
from linli.ground.testing import Cast

pytestmark = pytest.mark.django_db(transaction=True)
PageAt = Callable[..., Page]
Axe = Callable[[Page], None]
A4 = (595, 842)
"""Points."""


@pytest.fixture
def crowded(cast: Cast) -> Cast:
    """Yesterday's and today's sheet with six zones; every figure is large, amber and names more than it can show."""
    here = cast.neighbourhood.pk
    zones = [Area.objects.create(neighbourhood_id=here, name=f"第{n}片区", purpose="zone").pk for n in "一二三四五六"]
    places = list(Place.objects.filter(neighbourhood=here, kind__code="gate"))
    named = tuple(Late(place=place.pk, mandate=cast.mandates["secretary"].pk, code="late") for place in places) * 4
    today = timezone.localdate()
    for ago in (1, 0):
        cells = {
            figure.code: {
                Patch(here, zone): Count(1234 - ago, 5678, dict.fromkeys(figure.parts, 321), named)
                for zone in (zones if figure.zoned else [])
            }
            | {Patch(here): Count(1234, 5678, {}, named)}
            for figure in registered()
        }
        moment = timezone.now() - timedelta(days=ago, minutes=5)
        Sheet.objects.create(
            place_id=here,
            day=today - timedelta(days=ago),
            as_of=moment,
            heard_by=moment,
            made_at=moment,
            numbers=Numbers(cells, (), {here: tuple(zones)}).as_json(),
        )
    return cast


def test_a_neighbourhood_of_six_zones_is_one_a4(crowded: Cast, page_at: PageAt) -> None:
    page = page_at(as_user=crowded.users["secretary"])
    page.goto(f"/briefing/{crowded.neighbourhood.pk}/?as=print")
    expect(page.locator(".sheet-matrix thead th")).to_have_count(3 + 7)
    with pymupdf.open(stream=page.pdf(prefer_css_page_size=True), filetype="pdf") as paper:
        assert len(paper) == 1
        assert tuple(round(side) for side in paper[0].rect[2:]) == A4
        rows = paper[0].get_text()
    assert all(str(figure.title) in rows.replace("\n", "") for figure in registered())


@pytest.mark.parametrize(
    ("width", "scheme", "lang"), [(360, "light", "zh-hans"), (1280, "dark", "zh-hans"), (360, "dark", "en")]
)
def test_it_is_readable_at_every_width(
    crowded: Cast, page_at: PageAt, axe: Axe, width: int, scheme: str, lang: str
) -> None:
    page = page_at(width=width, scheme=scheme, lang=lang, as_user=crowded.users["secretary"])
    page.goto("/briefing/")
    expect(page.locator(".sheet-line").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".sheet-more summary").first.click()
    expect(page.locator(".sheet-pieces").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    axe(page)


def test_it_is_sent_in_one_tap(crowded: Cast, page_at: PageAt) -> None:
    page = page_at(width=360, as_user=crowded.users["clerk"])
    page.goto("/briefing/")
    page.get_by_role("button", name="以我的名义送出").click()
    expect(page.locator("body")).to_contain_text(f"{crowded.users['clerk'].display_name} {timezone.localtime():%H:}")
    expect(page.get_by_role("button", name="以我的名义送出")).to_have_count(0)
