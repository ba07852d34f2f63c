"""Tags and filters of every page; usage of each in ``docs/ui.md``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput, RadioSelect
from django.forms.widgets import CheckboxSelectMultiple
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from linli.ui import charts, squares, words
from linli.ui.addresses import with_query

register = template.Library()

register.filter("num", words.number)
register.filter("cn_date", words.moment)
register.filter("about", words.about)
register.filter("listed", words.listed)
register.filter("html_lang", words.html_language)

FRAME = {
    "home": "/",
    "set_language": "set_language",
    "choose_neighbourhood": "choose_neighbourhood",
    "account": "accounts:account",
    "logout": "accounts:logout",
    "login": "accounts:login",
    "notices": "notices:mine",
    "bell": "notices:bell",
}


@register.simple_tag
def frame_url(name: str) -> str:
    """The address of one of the frame's acts, or "" where it does not exist; ``LINLI_FRAME`` overrides names."""
    target = {**FRAME, **getattr(settings, "LINLI_FRAME", {})}.get(name, "")
    if not target or target.startswith("/"):
        return target
    try:
        return reverse(target)
    except NoReverseMatch:
        return ""


@register.simple_tag
def frame_languages() -> list[tuple[str, str]]:
    """Languages by their own names, whatever the page's language is."""
    return [("zh-hans", "中文"), ("en", "English")]


@register.inclusion_tag("ui/field.html")
def field(
    bound: BoundField, hint: str = "", unit: str = "", short: bool = False, optional: bool | None = None
) -> dict[str, Any]:
    """One form field: label above, hint, control with unit, errors in a sentence beside it.

    ``hint`` replaces the field's help text; ``short`` narrows the box; ``optional`` shows the word (default: when the
    field is not required and no check box).
    """
    widget = bound.field.widget
    group = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    single = isinstance(widget, CheckboxInput) and not group
    if hint:
        bound.help_text = hint
    return {
        "field": bound,
        "group": group,
        "single": single,
        "unit": unit,
        "short": short,
        "described": f"{bound.auto_id}_helptext" if bound.help_text else "",
        "optional": (not bound.field.required and not single) if optional is None else optional,
    }


@register.inclusion_tag("ui/form_fields.html")
def fields(form: Any) -> dict[str, Any]:
    """All fields of a form in order, its own errors first."""
    return {"form": form}


@register.inclusion_tag("ui/stat.html")
def stat(
    label: str,
    value: Any,
    of: Any = None,
    unit: str = "",
    at: dt.datetime | None = None,
    url: str = "",
    link: str = "",
    kind: str = "",
    big: bool = False,
) -> dict[str, Any]:
    """A number that matters, with its denominator, its time and the way to the rows behind it.

    ``kind``: "", "green", "amber" or "red" puts the shape before the number.
    """
    return {
        "label": label,
        "value": value,
        "of": of,
        "unit": unit,
        "at": at,
        "url": url,
        "link": link,
        "kind": kind,
        "big": big,
    }


@register.simple_tag
def mark(kind: str = "info") -> SafeString:
    """The shape of a signal: red triangle, amber diamond, green disc, info square. Always beside a word."""
    return format_html('<span class="mark mark-{}" aria-hidden="true"></span>', kind)


@register.simple_tag
def signal(kind: str, word: Any) -> SafeString:
    """Shape and word of a signal in its colour."""
    return format_html('<span class="signal signal-{}">{}{}</span>', kind, mark(kind), word)


@register.simple_tag
def state_square(state: str | None, word: str | None = None) -> SafeString:
    """A dwelling's state as shape and word, for tables and facts."""
    return squares.state_word(state, word)


@register.simple_tag
def state_squares(items: Iterable[Any], columns: int | None = None, label: str = "") -> SafeString:
    """A group of squares, each a dwelling: see ``linli.ui.squares.grid``."""
    return squares.grid(items, columns=columns, label=label)


@register.simple_tag
def state_legend(
    counts: Mapping[str, int] | None = None, urls: Mapping[str, str] | None = None, current: str = ""
) -> Any:
    """The eight states by shape, word and number: see ``linli.ui.squares.legend``."""
    return squares.legend(counts, urls=urls, current=current)


@register.simple_tag
def bar_chart(bars: Iterable[Any], label: str, unit: str = "", every: int = 3) -> SafeString:
    """Bars of hours with a table beneath: see ``linli.ui.charts.bar_chart``."""
    return charts.bar_chart(bars, label=label, unit=unit, every=every)


@register.simple_tag
def share_bar(parts: Iterable[Any], total: int | None = None, label: str = "") -> SafeString:
    """One bar of shares with words: see ``linli.ui.charts.share_bar``."""
    return charts.share_bar(parts, total=total, label=label)


@register.inclusion_tag("ui/progress.html")
def progress(value: int, total: int, label: str, unit: str = "", url: str = "", done_url: str = "") -> dict[str, Any]:
    """How far something is. ``url`` answers ``{"value", "total", "text", "done", "url"}`` and is asked every second."""
    return {"value": value, "total": total, "label": label, "unit": unit, "url": url, "done_url": done_url}


@register.inclusion_tag("ui/steps.html")
def steps(names: Iterable[Any], current: int) -> dict[str, Any]:
    """Steps of a longer job; ``current`` counts from 1. A name may be a pair (word, address of a finished step)."""
    rows = [(name, "") if not isinstance(name, tuple | list) else (name[0], name[1]) for name in names]
    return {"steps": [(index, word, url) for index, (word, url) in enumerate(rows, 1)], "current": current}


@register.inclusion_tag("ui/pages.html", takes_context=True)
def paginate(context: Any, page: Page[Any], key: str = "page") -> dict[str, Any]:
    """Pages of a list; keeps every filter in the address."""
    request: HttpRequest = context["request"]
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "numbers": [
            (number, with_query(request, {key: number}) if isinstance(number, int) else "") for number in numbers
        ],
        "previous": with_query(request, {key: page.number - 1}) if page.has_previous() else "",
        "next": with_query(request, {key: page.number + 1}) if page.has_next() else "",
    }


@register.simple_tag(takes_context=True)
def sort_link(context: Any, key: str, label: str, default: str = "") -> SafeString:
    """A column's head as a link: once up, again down. ``default`` is the sort in force without ``?sort=``."""
    request: HttpRequest = context["request"]
    now = request.GET.get("sort", default)
    turned = f"-{key}" if now == key else key
    arrow = {key: "↑", f"-{key}": "↓"}.get(now, "")
    return format_html(
        '<a href="{}">{}<span class="sort-arrow" aria-hidden="true">{}</span></a>',
        with_query(request, {"sort": turned, "page": None}),
        label,
        arrow,
    )


@register.simple_tag(takes_context=True)
def aria_sort(context: Any, key: str, default: str = "") -> SafeString:
    """The ``aria-sort`` attribute for the ``th`` around a ``sort_link``."""
    now = context["request"].GET.get("sort", default)
    word = {key: "ascending", f"-{key}": "descending"}.get(now)
    return SafeString(f' aria-sort="{word}"') if word else SafeString("")
