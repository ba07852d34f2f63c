"""How figures stand in Chinese text: 共 3 户, with a space between a figure and a character; said in docs/ui.md."""

from __future__ import annotations

import re

HAN = "[\u3400-\u9fff]"
FIGURES = frozenset({
    "all", "at", "bound", "capacity", "changed", "code", "cost", "count", "crew", "day", "days", "dwellings",
    "filled", "free", "frozen", "groups", "helpers", "homes", "hours", "households", "id", "k", "left", "left_out",
    "limit", "long", "m", "mb", "minutes", "most", "n", "new", "number", "of", "offices", "open", "out", "people",
    "persons", "problems", "row", "rows", "same", "seconds", "shown", "since", "size", "taken", "total",
    "unit_staff", "until", "up", "usual", "volunteers", "wanted",
})  # fmt: skip
"""Placeholders that a figure or a moment (3月13日 周五 16:41) is put into; any other holds words, which stand close."""
NAMES_IN = frozenset(
    {
        "%(new)s out of %(old)s",
        "%(name)s still has %(people)s. Nothing was changed. First hand them over to whoever has them from now on, then change the crew.",
    }
)
"""Texts (as English has them) in which such a placeholder holds names."""
CLOSE = re.compile(
    r"第\d+(?:[、至]第?\d+)*[条款项](?:第\d+(?:、\d+)*[款项])*"  # articles of laws: 第13条第1款第3项
    r"|第(?:\d+|%\([a-z_]+\)[sd])"  # ordinals: 第 and what it counts are one word
    r"|(?:\d+|%\(year\)s)年(?:\d+月)?(?:\d+日)?|\d+月(?:\d+日|[底初])?|\d+日|\d+点(?:\d+分)?"  # dates and times
    r"|[\u3400-\u9fff]{1,4}路\d+弄|\d+号(?:\d+室)?|\d+室"  # addresses: 虹古路1597弄, 7号302室
)
_FIGURE = r"(?:\d[\d,.:]*|%%|[A-Za-z]+|%\((?:" + "|".join(sorted(FIGURES)) + r")\)[sd])"
_TOUCHING = re.compile(f"(?<={HAN}){_FIGURE}|{_FIGURE}(?={HAN})")
_OTHER = re.compile(r"%\([a-z_0-9]+\)[sd]|\{[^}]*\}|<[^>]*>")


def touching(text: str) -> list[str]:
    """The figures, Latin words and placeholders of figures that touch a character without a space."""
    rest = CLOSE.sub("。", text)
    rest = _OTHER.sub(lambda found: found[0] if _is_figure(found[0]) else "。", rest)
    return [found[0] for found in _TOUCHING.finditer(rest)]


def _is_figure(placeholder: str) -> bool:
    name = re.match(r"%\(([a-z_0-9]+)\)", placeholder)
    return name is not None and name[1] in FIGURES
