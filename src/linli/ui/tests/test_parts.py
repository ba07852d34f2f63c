"""Squares, figures, fields, pages and the frame say what they show in words too."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import Http404
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

import linli.ui
from linli.ui import charts, squares
from linli.ui.views import styleguide

UI = Path(linli.ui.__file__).parent


def draw(source: str, **context: Any) -> str:
    context.setdefault("request", RequestFactory().get("/x/?q=1&page=2"))
    return Template("{% load linli_ui %}" + source).render(Context(context))


def test_a_square_has_its_door_and_state_as_its_name() -> None:
    html = squares.grid([{"state": "let", "label": "3 号 502", "url": "/homes/1/"}], columns=4, label="3 号")
    assert 'class="sq sq-let"' in html
    assert 'aria-label="3 号 502 · 出租"' in html
    assert 'class="squares squares-4"' in html


@pytest.mark.parametrize("state", [None, "", "unheard-of"])
def test_an_unknown_state_is_drawn_as_blank(state: str | None) -> None:
    assert "sq-blank" in squares.swatch(state)


def test_a_name_cannot_break_out_of_a_square() -> None:
    assert "<b>" not in squares.grid([{"state": "owner", "label": "<b>", "url": "javascript:1"}])


def test_the_legend_has_all_eight_states_with_numbers_and_links() -> None:
    html = squares.legend({"owner": 1450}, urls={"owner": "?state=owner"}, current="owner")
    assert html.count("<li>") == 8
    assert "1,450" in html
    assert 'aria-current="true"' in html


@pytest.mark.parametrize(("top", "axis"), [(0, 4), (3, 4), (7, 10), (23, 40), (97, 100), (101, 200), (4001, 5000)])
def test_an_axis_ends_on_a_calm_number(top: int, axis: int) -> None:
    assert charts.round_up(top) == axis


def test_a_bar_chart_has_a_bar_and_a_table_row_for_each_hour() -> None:
    html = charts.bar_chart([(f"{hour:02d}", hour) for hour in range(24)], label="Today", unit="checks")
    assert html.count("<rect") == 23
    assert html.count('scope="row"') == 24
    assert "style=" not in html


def test_shares_fill_their_part_of_the_whole() -> None:
    html = charts.share_bar([("Done", 30, "done"), ("Late", 10, "late"), ("Rest", 60, "rest")], total=100)
    assert re.findall(r'<rect x="([\d.]+)%" y="0" width="([\d.]+)%"', html) == [
        ("0.000", "30.000"),
        ("30.000", "10.000"),
    ]
    assert charts.share_bar([("None", 0, "done")])


class OneField(forms.Form):
    phone = forms.CharField(label="Phone", help_text="eleven digits")


def test_a_field_ties_hint_and_error_to_its_box() -> None:
    form = OneField({})
    form.is_valid()
    html = draw("{% field form.phone %}", form=form)
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in html
    assert 'id="id_phone_helptext"' in html
    assert 'id="id_phone_error"' in html
    assert 'aria-invalid="true"' in html


def test_pages_keep_the_filters() -> None:
    html = draw("{% paginate page %}", page=Paginator(range(100), 10).page(2))
    assert 'href="?q=1&amp;page=3"' in html
    assert 'aria-current="page"' in html
    assert "第 11–20 条，共 100 条" in html


def test_an_empty_list_counts_no_pages() -> None:
    assert "条" not in draw("{% paginate page %}", page=Paginator([], 10).page(1))


def test_sort_link_and_aria_sort_agree() -> None:
    request = RequestFactory().get("/x/?sort=name")
    assert 'href="?sort=-name"' in draw('{% sort_link "name" "Name" %}', request=request)
    assert draw('{% aria_sort "name" %}', request=request) == ' aria-sort="ascending"'


def test_a_stat_has_denominator_time_and_rows() -> None:
    html = draw('{% stat "Reached" 1431 1450 "homes" url="/homes/" %}')
    assert "1,431" in html
    assert "1,450 homes" in html
    assert 'href="/homes/"' in html


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "500"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_error_pages_need_no_context_and_say_what_was_kept(code: str, language: str) -> None:
    with translation.override(language):
        html = render_to_string(f"{code}.html")
    assert html.count("<h1>") == 1
    assert ("没有" in html) if language == "zh-hans" else ("othing was changed" in html or "was not saved" in html)


def test_the_frame_has_no_inline_script_or_style() -> None:
    for path in UI.rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", text), path.name


def test_vendored_files_are_what_they_claim() -> None:
    folder = UI / "static/ui/vendor"
    for name, entry in json.loads((folder / "VENDORED.json").read_text()).items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == entry["sha256"]
        assert entry["version"]


def test_only_tokens_name_a_colour() -> None:
    for path in (UI / "static/ui").glob("*.css"):
        if path.name in {"tokens.css", "print.css"}:
            continue  # paper has its own black and white
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b", path.read_text()), path.name


@pytest.mark.parametrize(
    ("debug", "superuser", "opened"), [(False, False, False), (True, False, True), (False, True, True)]
)
def test_the_style_guide_is_for_those_who_build_or_run_it(
    settings: Any, debug: bool, superuser: bool, opened: bool
) -> None:
    settings.DEBUG = debug
    request = RequestFactory().get("/ui/?as=xlsx")
    request.user = SimpleNamespace(is_superuser=superuser)  # type: ignore[assignment]
    if not opened:
        with pytest.raises(Http404):
            styleguide(request)
        return
    assert styleguide(request).status_code == 200
