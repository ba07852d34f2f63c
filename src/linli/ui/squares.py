"""State squares: one dwelling each, by colour and pattern and word.

The eight codes are the vocabulary of the office's register (owner-occupied, let, vacant, closed, owner away,
refused, not reached, left blank).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

STATES = {
    "owner": _("Owner-occupied"),
    "let": _("Let"),
    "vacant": _("Vacant"),
    "closed": _("Closed up"),
    "away": _("Owner away"),
    "refused": _("Refused"),
    "unreached": _("Not reached"),
    "blank": _("Left blank"),
}
COLUMNS = (2, 3, 4, 5, 6, 8, 10)


def code_of(state: str | None) -> str:
    """The square's code; an empty or unknown state is ``blank``, so that a gap is seen and never hidden."""
    return state if state in STATES else "blank"


def swatch(state: str | None) -> SafeString:
    """The shape alone, for a legend or beside a word; hidden from screen readers."""
    return format_html('<span class="sq sq-{}" aria-hidden="true"></span>', code_of(state))


def state_word(state: str | None, word: str | None = None) -> SafeString:
    """Shape and word together, for table cells and facts."""
    code = code_of(state)
    return format_html('<span class="state">{}{}</span>', swatch(code), word or STATES[code])


def _get(item: Any, name: str, default: Any = "") -> Any:
    return item.get(name, default) if isinstance(item, Mapping) else getattr(item, name, default)


def grid(items: Iterable[Any], *, columns: int | None = None, label: str = "") -> SafeString:
    """A group of squares in door order, one tab stop, arrow keys inside (app.js).

    Each item has ``state``, ``label`` (the door, e.g. "3 号 502") and optionally ``url``. ``columns`` fixes the width
    (doors to a floor); without it the squares flow.
    """
    width = f" squares-{columns}" if columns in COLUMNS else ""
    cells = format_html_join("", "<li>{}</li>", ((_square(item),) for item in items))
    return format_html('<ul class="squares{}" data-squares aria-label="{}">{}</ul>', width, label, cells)


def _square(item: Any) -> SafeString:
    code = code_of(_get(item, "state", None))
    words = f"{_get(item, 'label')} · {STATES[code]}"
    url = _get(item, "url", "")
    if url:
        return format_html('<a class="sq sq-{}" href="{}" title="{}" aria-label="{}"></a>', code, url, words, words)
    return format_html('<span class="sq sq-{}" role="img" title="{}" aria-label="{}"></span>', code, words, words)


def legend(counts: Mapping[str, int] | None = None, *, urls: Mapping[str, str] | None = None, current: str = "") -> Any:
    """The eight states with shape, word and, when given, how many; each a link that filters when ``urls`` has it."""
    rows = []
    for code, word in STATES.items():
        count = format_html(' <span class="count">{}</span>', f"{counts.get(code, 0):,}") if counts is not None else ""
        inner = format_html("{}<span>{}{}</span>", swatch(code), word, count)
        if urls and code in urls:
            mark = SafeString(' aria-current="true"') if current == code else ""
            inner = format_html('<a href="{}"{}>{}</a>', urls[code], mark, inner)
        rows.append((inner,))
    return format_html('<ul class="legend">{}</ul>', format_html_join("", "<li>{}</li>", rows))
