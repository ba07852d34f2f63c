"""Where the table is in a sheet, and which column is what. Nothing here knows a sheet by its name."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from linli.kernel.addresses import narrow, road_and_lane, to_digits
from linli.kernel.approximate import read_date
from linli.register.interpret import words
from linli.register.interpret.columns import assign
from linli.register.interpret.model import Table
from linli.register.interpret.words import Vocabulary
from linli.register.reading.sheet import Sheet, as_text

_SEARCH_ROWS = 40
_PERSONAL = frozenset({"name", "head_name", "number", "phone", "sex", "rel", "born"})
_PLACE = frozenset({"addr", "bld", "room", "unit", "estate", "side", "lane"})
_ANOTHER = 50
_WEAK = frozenset({"no", "count", "group", "other"})
_REGISTER_WORDS = re.compile(
    r"(?:住户|居民|人员|户籍|实有|常住|流动|人口|住宅|房屋|情况|基本|信息|数据|登记|采集|摸排|排查|调查|核查|走访|一户一[档表]|"
    r"花名|名|底|汇总|统计|明细|档案|台账|一览|名单|清单|[册簿表])+$"
)


def find_tables(sheet: Sheet, today: date, vocabulary: Vocabulary) -> list[Table]:
    """The register tables of a sheet, one below the other; each ends where the next one's title or header begins."""
    first = find_table(sheet, today, vocabulary)
    if first is None:
        return []
    found = [first]
    for row in range(first.first + 1, len(sheet.rows)):
        if row < found[-1].first + 1 or not _may_head(sheet, row):
            continue
        labels = _labels(sheet, row, 1, vocabulary)
        if _score(labels, vocabulary) < _ANOTHER or _alike(labels, found[-1].labels):
            continue
        another = find_table(sheet, today, vocabulary, start=row)
        if another is not None and another.header == row:
            found[-1].last = row
            another.filled = another.filled or first.filled
            another.estate = another.estate or first.estate
            found.append(another)
    return found


def _may_head(sheet: Sheet, row: int) -> bool:
    """Cheap look: several words and no number in the line."""
    filled = 0
    for cell in sheet.rows[row]:
        if cell is None or cell == "":
            continue
        if not isinstance(cell, str) or len(cell) >= 25:
            return False
        filled += 1
    return filled >= 4 and not _has_digits(sheet, row)


def _alike(labels: dict[int, str], others: dict[int, str]) -> bool:
    """The same header printed again."""
    same = sum(1 for column, label in labels.items() if others.get(column) == label)
    return same >= max(3, len(labels) * 0.6)


def find_table(sheet: Sheet, today: date, vocabulary: Vocabulary, start: int = 0) -> Table | None:
    """The register table of a sheet, None if it has none (a summary, an explanation, an empty sheet)."""
    best: tuple[int, int, int, dict[int, str]] | None = None
    for top in range(start, min(start + (_SEARCH_ROWS if not start else 1), len(sheet.rows))):
        for span in (1, 2, 3):
            if (
                top + span > len(sheet.rows)
                or (span > 1 and _has_digits(sheet, top + span - 1))
                or _has_number(sheet, top)
            ):
                break
            labels = _labels(sheet, top, span, vocabulary)
            score = _score(labels, vocabulary)
            if score and (best is None or (score, -span) > (best[0], -best[2])):
                best = (score, top, span, labels)
    if best is None:
        return _without_header(sheet, today, vocabulary) if not start else None
    _, top, span, labels = best
    table = Table({}, labels, top, _after_numbering(sheet, top + span), vocabulary=vocabulary)
    assign(sheet, table, today)
    if not _is_register(table):
        return None
    _title(sheet, table, today)
    _titles_beside(sheet, table)
    return table


def _has_digits(sheet: Sheet, row: int) -> bool:
    """A second line of a header holds words only; a line with a number is a row of data. 证件号码（18位） and 手机2 are words."""
    return any(
        re.search(r"\d", words.without_brackets(text)) and not re.fullmatch(r"[\u4e00-\u9fff]{2,}\d", text)
        for cell in sheet.rows[row]
        if (text := as_text(cell))
    )


def _has_number(sheet: Sheet, row: int) -> bool:
    """No header holds an identity number or a phone."""
    return any(re.search(r"\d{11}", as_text(cell)) for cell in sheet.rows[row])


def _labels(sheet: Sheet, top: int, span: int, vocabulary: Vocabulary) -> dict[int, str]:
    """Column → its heading: the lowest text that means something, joined with what stands above it if need be."""
    width = max(len(sheet.rows[row]) for row in range(top, top + span))
    above = _merged_texts(sheet, top, span)
    labels: dict[int, str] = {}
    for column in range(width):
        texts = [
            text for row in range(top, top + span) if (text := above.get((row, column)) or _label(sheet, row, column))
        ]
        texts = list(dict.fromkeys(texts))
        if not texts:
            continue
        labels[column] = _one_label(texts, vocabulary)
    return labels


def _one_label(texts: list[str], vocabulary: Vocabulary) -> str:
    """The heading of a column whose header has several rows: the lowest text if it means something, else all of them together.

    What stands above (房屋信息, 其他) groups columns: alone it says nothing about this one.
    """
    lowest, joined = texts[-1], "".join(texts)
    if len(texts) == 1 or vocabulary.heading(joined)[1] == 3:
        return joined
    if vocabulary.heading(lowest)[0] or vocabulary.state_exactly(lowest):
        return lowest
    return joined if vocabulary.heading(joined)[0] not in (None, "other", "remark") else lowest


def _after_numbering(sheet: Sheet, first: int) -> int:
    """The first row of data: a row under the headings that counts the columns (1 2 3 … or 甲 乙 1 2 …) is none."""
    texts = [re.sub(r"[()（）栏.]", "", as_text(cell)) for cell in sheet.rows[first]] if first < len(sheet.rows) else []
    filled = [text for text in texts if text]
    letters = [text for text in filled if text in "甲乙丙丁戊己庚辛壬癸"]
    numbers = [int(text) for text in filled if re.fullmatch(r"[0-9]{1,2}", text)]
    counted = numbers[:1] in ([1], [0]) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    return first + 1 if counted and len(numbers) >= 3 and len(letters) + len(numbers) == len(filled) else first


def _merged_texts(sheet: Sheet, top: int, span: int) -> dict[tuple[int, int], str]:
    found = {}
    for first, left, last, right in sheet.merges:
        if first < top + span and last >= top and (last - first) < 4 and (first >= top or left == right):
            text = _label(sheet, first, left)
            found.update({(row, column): text for row in range(first, last + 1) for column in range(left, right + 1)})
    return found


def _label(sheet: Sheet, row: int, column: int) -> str:
    value = sheet.cell(row, column)
    if not isinstance(value, str):
        return ""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", value))
    if (
        len(words.without_brackets(text)) > (48 if text.isascii() else 24)
        or len(text) > 80
        or re.search(r"\d{3,}|[:：].", text)
    ):
        return ""
    return text


def _score(labels: dict[int, str], vocabulary: Vocabulary) -> int:
    """How many different fields these headings name; 0 if they are no header of a register."""
    readings = {text: vocabulary.heading(text) for text in labels.values()}
    found = {field for field, _ in readings.values() if field}
    strong = found - _WEAK
    if len(strong) < 3 or not (strong & _PERSONAL or "state" in strong):
        return 0
    exact = sum(1 for text in labels.values() if readings[text][1] >= 2)
    ticked = sum(1 for text in labels.values() if vocabulary.state_exactly(text) and not readings[text][0])
    if ticked > 1:
        strong, exact = strong | {"state"}, exact + ticked
    return 10 * len(strong) + exact


def _is_register(table: Table) -> bool:
    fields = set(table.columns.values())
    if "name" not in fields and "head_name" not in fields:
        return False
    return bool(fields & {"number", "phone", "rel", "state", "sex", "born"}) or bool(fields & _PLACE)


def _without_header(sheet: Sheet, today: date, vocabulary: Vocabulary) -> Table | None:
    """A table that begins with its first row of data: only what its content makes certain."""
    first = next(
        (row for row in range(min(_SEARCH_ROWS, len(sheet.rows))) if any(as_text(cell) for cell in sheet.rows[row])),
        None,
    )
    if first is None or len(sheet.rows) - first < 3:
        return None
    table = Table({}, {}, first, first, vocabulary=vocabulary)
    assign(sheet, table, today)
    fields = set(table.columns.values())
    if "name" not in fields or "number" not in fields:
        return None
    _title(sheet, table, today)
    return table


def _title(sheet: Sheet, table: Table, today: date) -> None:
    """Estate and date of the register from the sheet's name and the lines above the header."""
    lines = [as_text(cell) for row in sheet.rows[: table.header] for cell in row if as_text(cell)]
    for line in lines:
        found = re.search(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})", line)
        if found and table.filled is None:
            table.filled = read_date("-".join(found.groups()), today=today).value
    table.address = _address(sheet, table, lines)
    name = (sheet.name or "").strip()
    building = re.fullmatch(r"(?:第)?([0-9]+|[A-Za-z])(?:号楼|幢|栋|座|号)", narrow(words.without_brackets(name)))
    if building:
        table.building = building.group(1)
        name = ""
    table.building = table.building or _building_in(lines[-4:])
    table.state = _state_of_sheet(name, table.vocabulary)
    name = "" if table.state else name
    lowered = name.lower()
    generic = (
        not name
        or re.fullmatch(r"[\d\W_a-zA-Z]*", name)
        or any(word in lowered for word in words.load("words")["generic_sheets"])
    )
    if name and (not generic or _ends_like_estate(name)):
        table.estate = _estate_of(name)
        return
    table.estate = next((estate for line in lines if (estate := _estate_in(line))), "")


def _address(sheet: Sheet, table: Table, lines: list[str]) -> str:
    """Road and lane of the estate: from the lines above the headings, else from the first addresses that name them."""
    column = table.column("addr")
    cells = [] if column is None else [as_text(sheet.cell(row, column)) for row in range(table.first, table.first + 30)]
    found = next((pair for text in (*lines, *cells) if any(pair := road_and_lane(text))), None)
    return "{}{}弄".format(*found) if found else ""


def _building_in(lines: list[str]) -> str:
    """The building that the lowest title names last: 二号楼, 榆林新村1号楼居民花名册. It counts where no column says it."""
    for line in reversed(lines):
        bare = _REGISTER_WORDS.sub("", narrow(to_digits(words.without_brackets(line))))
        found = re.search(r"(?:^|[\u3400-\u9fff])第?(\d{1,3}[A-Za-z]?)(?:号楼|幢|栋|座)$", bare)
        if found and "共" not in bare:
            return found.group(1)
    return ""


def _estate_in(line: str) -> str:
    """The estate that a title names: 紫藤公寓一户一档, 某某居民区 榆林新村1号楼居民花名册. Empty if it names none."""
    for part in re.split(r"[\s:：,，、（）()]+", line):
        bare = _REGISTER_WORDS.sub("", part)
        bare = re.sub(r"^.*?(?:居民区|居委会?|社区|街道|村委会?)(?=.{3})", "", bare)
        bare = re.sub(r"第?[0-9A-Za-z一二三四五六七八九十]+(?:号楼|号|幢|栋|座)$", "", bare)
        if _ends_like_estate(bare) and 2 <= len(bare) <= 10 and not re.search("各|居民区|居委|社区|街道|村委", bare):
            return bare
    return ""


def _titles_beside(sheet: Sheet, table: Table) -> None:
    """Further people of a row live where the first does; tables printed beside each other have each its own title."""
    for other in table.others:
        other.estate, other.building, other.state = table.estate, table.building, table.state
    if any(other.shared for other in table.others):
        return
    for one in (table, *table.others) if table.others else ():
        left, right = min(one.columns), max(one.columns)
        titles = [
            as_text(row[at])
            for row in sheet.rows[: table.header]
            for at in range(max(left - 1, 0), right + 1)
            if at < len(row)
        ]
        one.estate = next((estate for title in titles if (estate := _estate_in(title))), one.estate)


def _state_of_sheet(name: str, vocabulary: Vocabulary) -> str | None:
    """出租户, 空置房屋名单, 自住: every home of the sheet is in this state."""
    bare = re.sub(r"(?:登记|信息)?(?:名单|明细|花名册|名册|台账|清单|表|情况)$", "", words.without_brackets(name))
    if not bare:
        return None
    forms = [bare, *(bare.removesuffix(word) for word in ("户", "房", "房屋", "住户", "家庭", "人员"))]
    return next((state for form in forms if form and (state := vocabulary.state_exactly(form))), None)


def _ends_like_estate(text: str) -> bool:
    return text.lower().endswith(tuple(words.load("words")["estate_endings"])) and not text.endswith("居民区")


def _estate_of(name: str) -> str:
    """The sheet's name without a number in front, a date or the word for a register behind it."""
    bare = re.sub(r"^[\d\s.、\-_]+(?=[\u3400-\u9fff])", "", name)
    bare = re.sub(r"(?:住户|居民|人员|人口)?(?:信息)?(?:登记表|花名册|名册|台账|底册|登记|名单|表)$", "", bare)
    return re.sub(r"[（(].*?[)）]$", "", bare).strip() or name
