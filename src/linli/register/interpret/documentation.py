"""docs/headings.md, made from the data file so that the page and the importer cannot disagree."""

from __future__ import annotations

from linli.register.interpret import words

_INTRO = """# Headings and words that the register import understands

Made from `src/linli/register/data/*.toml` by `linli.register.interpret.documentation`; a test fails if this page is out of date.
Headings are compared without blanks, brackets and punctuation. A word in *contains* may be any part of the heading. A column whose
heading is unknown is recognised by its content where that is certain (identity numbers, phones, sexes …) and then asked about.
"""


def headings_markdown() -> str:
    """The whole page."""
    lines = [_INTRO, "## Columns", "", "| field | meaning | headings | contains |", "|---|---|---|---|"]
    for name, entry in words.load("headings").items():
        lines.append(f"| `{name}` | {entry['title']} | {_list(entry['exact'])} | {_list(entry.get('contains', []))} |")
    lines += ["", "## States of a dwelling", "", "| state | words | contains |", "|---|---|---|"]
    for name, entry in words.load("states").items():
        lines.append(f"| `{name}` | {_list(entry['exact'])} | {_list(entry.get('contains', []))} |")
    lines += ["", "## Relations to the head of household", "", "| relation | words | contains |", "|---|---|---|"]
    for name, entry in words.load("relations").items():
        if name != "sex":
            lines.append(f"| `{name}` | {_list(entry['exact'])} | {_list(entry.get('contains', []))} |")
    return "\n".join(lines) + "\n"


def _list(entries: list[str]) -> str:
    return "、".join(entries).replace("|", "\\|")
