"""More than one person in one row of a sheet: members side by side, two tables printed beside each other, 张三、李四 in one cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from linli.register.interpret import words
from linli.register.interpret.filling import Line
from linli.register.interpret.model import Table
from linli.register.reading.sheet import as_text

_PERSON = frozenset({"name", "head_name", "number", "phone", "sex", "rel", "born", "nation", "doc_kind"})
_HEAD = re.compile(r"^(?:户主|业主|产权人|房主|承租人)(?:的|之)?(?=身份证|证件|联系|电话|手机|性别|出生|公民)")
_SPLIT = re.compile(r"[、;；/／\n\r，,]+|\s{1,}")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·]{2,6}")
_NOTE = re.compile(r"[（(][^）)]*[）)]")


def heads_own(labels: dict[int, str], named: bool) -> dict[int, str]:
    """Columns such as 户主身份证号 with the heading they have for a file of heads alone: 身份证号.

    ``named``: the table has a column for each person's own name, so that these columns are about somebody else.
    """
    return {} if named else {column: _HEAD.sub("", label) for column, label in labels.items() if _HEAD.match(label)}


def beside(table: Table, claims: dict[int, str]) -> list[dict[int, str]]:
    """Columns of further people in the same row, or of tables printed beside the first. ``claims``: column → field by heading."""
    printed = _printed_beside(table)
    if printed:
        return [{column: claims[column] for column in block if column in claims} for block in printed]
    named = [column for column, name in sorted(claims.items()) if name in ("name", "head_name")]
    numbered = [column for column, name in claims.items() if name == "number"]
    if len(named) < 2 or len(numbered) < 2 or not _alternate(named, numbered):
        return []
    ends = [*named[1:], max(claims) + 1]
    blocks = []
    for start, end in zip(named, ends, strict=True):
        blocks.append({at: name for at, name in sorted(claims.items()) if start <= at < end and name in _PERSON})
    usual = {name for block in blocks[:-1] for name in block.values()} | {"name"}
    blocks[-1] = {at: name for at, name in blocks[-1].items() if name in usual}
    shared = {at: name for at, name in claims.items() if not any(at in block for block in blocks)}
    shared = {at: name for at, name in shared.items() if name not in ("name", "number", "sex", "born", "rel")}
    return [{**shared, **block} for block in blocks]


def _alternate(named: list[int], numbered: list[int]) -> bool:
    """Between one name and the next stands a number at least twice."""
    ends = [*named[1:], 10_000]
    return sum(any(start < at < end for at in numbered) for start, end in zip(named, ends, strict=True)) >= 2


def _printed_beside(table: Table) -> list[list[int]]:
    """The header printed twice or more in one line, each with its own place: the columns of each print."""
    columns = sorted(table.labels)
    texts = [words.plain(table.labels[column]) for column in columns]
    for width in range(3, len(texts) // 2 + 1):
        times = len(texts) // width
        if times >= 2 and len(texts) % width == 0 and texts == texts[:width] * times:
            return [columns[at * width : (at + 1) * width] for at in range(times)]
    return []


def people_of(line: Line, table: Table, column: int | None) -> Iterator[Line]:
    """The line itself, or one line a person where the name's cell holds several names. The others' cells are shared out only
    where they hold as many values as there are names; a single value stays with the first if it is a phone, else with nobody."""
    text = as_text(line.cells.get(column)) if column is not None else ""
    names = _names(text) if len(text) >= 5 else []
    if len(names) < 2 or column is None:
        yield line
        return
    shares = {at: _shared(line, at, table.columns[at], len(names)) for at in table.columns if at != column}
    for number, name in enumerate(names):
        cells = {at: values[number] if values is not None else line.cells.get(at) for at, values in shares.items()}
        yield replace(line, cells={**cells, column: name}, part=number)


def _names(text: str) -> list[str]:
    """The names in a cell; fewer than two if it is one name."""
    bare = _NOTE.sub(lambda found: found.group().replace("、", " ").replace(" ", ""), text)
    parts = [part for part in _SPLIT.split(bare) if part]
    whole = [_NOTE.sub("", part) for part in parts]
    if len(parts) < 2 or not all(_HAN.fullmatch(part) and part[0] in words.surnames() for part in whole):
        return []
    return parts if all(len(part) <= 4 or "·" in part for part in whole) else []


def _shared(line: Line, at: int, name: str, many: int) -> list[str | None] | None:
    """One value for each name; None: the cell is about the dwelling and everybody has it."""
    if name not in ("number", "phone", "sex", "rel", "born", "doc_kind"):
        return None
    value = line.cells.get(at)
    if not isinstance(value, str):
        return [value if name == "phone" else None, *[None] * (many - 1)]  # type: ignore[list-item]
    parts = [part.strip() for part in re.split(r"[、;；/／\n\r，,]+|\s+(?=\S{2})", value) if part.strip()]
    if len(parts) == many:
        return list(parts)
    return [value if name == "phone" else None, *[None] * (many - 1)]
