"""Server-side SVG: bars of hours and bars of shares. No style attribute, no script, readable on paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from linli.ui.words import number

PARTS = ("done", "late", "red", "accent", "rest")
_PLOT = 140  # px from the top of the tallest bar to the axis
_TOP = 14


def _pair(bar: Any) -> tuple[str, int, str]:
    if isinstance(bar, Mapping):
        return str(bar["label"]), int(bar["value"] or 0), str(bar.get("part", "accent"))
    label, value = bar[0], bar[1]
    return str(label), int(value or 0), str(bar[2]) if len(bar) > 2 else "accent"


def round_up(top: int) -> int:
    """The next calm number for an axis: 1, 2, 4, 5 or 10 times a power of ten, never below 4."""
    if top <= 4:
        return 4
    power = 10 ** (len(str(top)) - 1)
    for step in (1, 2, 4, 5, 10):
        if top <= step * power:
            return step * power
    return 10 * power


def bar_chart(bars: Iterable[Any], *, label: str, unit: str = "", every: int = 3) -> SafeString:
    """A figure of vertical bars with the same numbers as a table beneath.

    ``bars``: pairs ``(label, value)`` or ``{"label", "value", "part"}``; ``every``: each n-th label is written (all
    on paper tables). Percent coordinates keep the words at their size on every width.
    """
    rows = [_pair(bar) for bar in bars]
    top = round_up(max((value for _label, value, _part in rows), default=0))
    return format_html(
        '<figure class="bars-wrap"><figcaption><strong>{}</strong><span class="muted">{}</span></figcaption>{}'
        "<details><summary>{}</summary>{}</details></figure>",
        label,
        _("%(total)s in all") % {"total": f"{number(sum(value for _l, value, _p in rows))}{unit and ' ' + unit}"},
        _svg(rows, top, label, every),
        _("As a table"),
        _as_table(rows, label, unit),
    )


def _svg(rows: Sequence[tuple[str, int, str]], top: int, label: str, every: int) -> SafeString:
    slot = 100 / max(len(rows), 1)
    shapes = format_html_join(
        "",
        '<rect x="{}%" y="{}" width="{}%" height="{}" rx="1.5" class="part-{}"><title>{}</title></rect>',
        (
            (
                f"{index * slot + slot * 0.14:.3f}",
                f"{_TOP + _PLOT - _height(value, top):.1f}",
                f"{slot * 0.72:.3f}",
                f"{_height(value, top):.1f}",
                part if part in PARTS else "accent",
                f"{name}: {number(value)}",
            )
            for index, (name, value, part) in enumerate(rows)
            if value
        ),
    )
    words = format_html_join(
        "",
        '<text x="{}%" y="{}" text-anchor="middle"{}>{}</text>',
        (
            (
                f"{index * slot + slot / 2:.3f}",
                _TOP + _PLOT + 18,
                SafeString(' class="label-fine"') if (index // every) % 2 else "",
                name,
            )
            for index, (name, _value, _part) in enumerate(rows)
            if index % every == 0
        ),
    )
    rules = format_html_join(
        "",
        '<line x1="0" x2="100%" y1="{}" y2="{}" class="rule"/><text x="0" y="{}">{}</text>',
        ((y, y, y - 3, number(value)) for y, value in ((_TOP, top), (_TOP + _PLOT // 2, top // 2))),
    )
    axis = format_html('<line x1="0" x2="100%" y1="{0}" y2="{0}" class="axis"/>', _TOP + _PLOT)
    return format_html('<svg class="bars" role="img" aria-label="{}">{}{}{}{}</svg>', label, rules, shapes, axis, words)


def _height(value: int, top: int) -> float:
    return max(_PLOT * value / top, 1.5)


def _as_table(rows: Sequence[tuple[str, int, str]], label: str, unit: str) -> SafeString:
    body = format_html_join(
        "",
        '<tr><th scope="row">{}</th><td class="number">{}</td></tr>',
        ((name, number(value)) for name, value, _part in rows),
    )
    return format_html(
        '<div class="bars-table" tabindex="0" role="group" aria-label="{}"><table class="table-plain">'
        '<caption class="visually-hidden">{}</caption><thead><tr><th scope="col">{}</th>'
        '<th scope="col" class="number">{}</th></tr></thead><tbody>{}</tbody></table></div>',
        label,
        label,
        _("Time"),
        unit or _("Number"),
        body,
    )


def share_bar(parts: Iterable[Sequence[Any]], *, total: int | None = None, label: str = "") -> SafeString:
    """One bar of shares with the words beneath. ``parts``: ``(word, count, part)`` with part one of PARTS."""
    rows = [(str(word), int(count or 0), str(part)) for word, count, part in parts]
    whole = total or sum(count for _word, count, _part in rows) or 1
    at = 0.0
    shapes = []
    for _word, count, part in rows:
        width = 100 * count / whole
        if part != "rest" and count:
            shapes.append((f"{at:.3f}", f"{width:.3f}", part if part in PARTS else "accent"))
        at += width
    said = ", ".join(f"{word} {number(count)}" for word, count, _part in rows)
    bars = format_html_join("", '<rect x="{}%" y="0" width="{}%" height="14" class="part-{}"/>', shapes)
    marks = {"done": "green", "late": "amber", "red": "red"}
    words = format_html_join(
        "",
        '<li><span class="mark mark-{}" aria-hidden="true"></span>{} {}</li>',
        ((marks.get(part, "info"), word, number(count)) for word, count, part in rows),
    )
    return format_html(
        '<svg class="share" role="img" aria-label="{}">{}</svg><ul class="share-words">{}</ul>',
        f"{label} {said}".strip(),
        bars,
        words,
    )
