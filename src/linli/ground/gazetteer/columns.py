"""Which column of a list is what: found by what stands in it; headings decide only between columns that look alike."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from linli.ground.gazetteer.codes import URBAN_RURAL, read_code

_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_OWN_CODE = re.compile(r"居委|村|社区|committee|village|统计用|区划代码|^code$|^代码$|^编码$", re.IGNORECASE)
_ABOVE_CODE = re.compile(r"上级|父|parent|pid|street|area|city|province|town|街道|乡镇|省|市|区县", re.IGNORECASE)
_OWN_NAME = re.compile(
    r"居委会|居民委员会|村委会|村居|社区|committee|village|^name$|^名称$|^单位名称$|区划名称", re.IGNORECASE
)
_LEVEL_WORDS = (
    (
        9,
        re.compile(r"街道|乡镇|镇|town|street|subdistrict|乡级", re.IGNORECASE),
        re.compile(r"(街道|镇|乡|街道办事处)$"),
    ),
    (6, re.compile(r"区县|县|county|area|district|^区$|县级", re.IGNORECASE), re.compile(r"(区|县|旗)$")),
    (4, re.compile(r"地市|^市$|city|地级|市级|prefecture", re.IGNORECASE), re.compile(r"(市|州|盟|地区)$")),
    (2, re.compile(r"省|province|省级", re.IGNORECASE), re.compile(r"(省|自治区|市)$")),
)


@dataclass(slots=True)
class Columns:
    """Column numbers; -1 where there is none. ``first``: the index of the first row with a code. ``upper``: level → name column."""

    code: int = -1
    name: int = -1
    above: int = -1
    urban: int = -1
    first: int = 0
    header: Sequence[str] = ()
    upper: dict[int, int] = field(default_factory=dict)


def find_columns(rows: Sequence[Sequence[str]]) -> Columns | None:
    """The columns of a sheet from its first rows; None when no column holds codes of divisions or none holds names."""
    width = max((len(row) for row in rows), default=0)
    columns = [[row[at] if at < len(row) else "" for row in rows] for at in range(width)]
    first = next((at for at, row in enumerate(rows) if any(_long_code(cell) for cell in row)), None)
    if first is None:
        first = next((at for at, row in enumerate(rows) if any(read_code(cell) for cell in row)), None)
    if first is None:
        return None
    at_code = next((at for at, cell in enumerate(rows[first]) if read_code(cell)), 0)
    while first and at_code < len(rows[first - 1]) and read_code(rows[first - 1][at_code]):
        first -= 1
    header = rows[first - 1] if first else ()
    words = [header[at] if at < len(header) else "" for at in range(width)]
    body = [column[first:] for column in columns]
    codes = [at for at in range(width) if _share(body[at], lambda cell: read_code(cell) is not None) >= 0.6]
    codes = [at for at in codes if not _is_urban(body[at])]
    names = [at for at in range(width) if _share(body[at], lambda cell: bool(_HAN.search(cell))) >= 0.6]
    if not codes or not names:
        return None
    code = max(codes, key=lambda at: (_distinct(body[at]), _level(body[at]), bool(_OWN_CODE.search(words[at])), -at))
    name = _own_name(names, words, body, code)
    found = Columns(code, name, first=first, header=words)
    others = [at for at in codes if at != code and _level(body[at]) < _level(body[code])]
    if others:
        found.above = max(others, key=lambda at: (_level(body[at]), bool(_ABOVE_CODE.search(words[at]))))
    found.urban = next((at for at in range(width) if _is_urban(body[at])), -1)
    found.upper = _upper([at for at in names if at != name], words, body)
    return found


def _own_name(names: list[int], words: list[str], body: list[list[str]], code: int) -> int:
    """The column with the most different names; of equals the one whose heading says so, then the one right after the code."""
    return max(
        names,
        key=lambda at: (
            round(_distinct(body[at]) / max(1, len(body[at])), 1),
            bool(_OWN_NAME.search(words[at])),
            at == code + 1,
            _distinct(body[at]),
            at,
        ),
    )


def _upper(names: list[int], words: list[str], body: list[list[str]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for at in names:
        by_word = next((level for level, word, _ in _LEVEL_WORDS if word.search(words[at])), None)
        by_cells = next((lv for lv, _, end in _LEVEL_WORDS if _share(body[at], _ends_with(end)) > 0.8), None)
        level = by_word or by_cells
        if level is not None:
            found.setdefault(level, at)
    return found


def _ends_with(end: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda cell: bool(end.search(cell))


def _share(cells: Sequence[str], wanted: Callable[[str], bool]) -> float:
    filled = [cell for cell in cells if cell]
    return sum(1 for cell in filled if wanted(cell)) / len(filled) if filled else 0.0


def _distinct(cells: Sequence[str]) -> int:
    return len({cell for cell in cells if cell})


def _level(cells: Sequence[str]) -> float:
    lengths = [len(code) for cell in cells if cell and (code := read_code(cell))]
    return statistics.median_high(lengths) if lengths else 0


def _is_urban(cells: Sequence[str]) -> bool:
    return _share(cells, lambda cell: cell in URBAN_RURAL) >= 0.9


def _long_code(cell: str) -> bool:
    """A cell that starts the table: a code, not a year or a running number (two and four digits only with filling zeros)."""
    code = read_code(cell)
    return code is not None and (len(code) >= 6 or len(re.sub(r"\D", "", cell)) >= 6)
