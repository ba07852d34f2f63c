"""Where the table is in a sheet, and which column is what. Nothing here knows a sheet by its name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from linli.kernel.addresses import from_date_text, narrow, read_address
from linli.kernel.approximate import read_date
from linli.kernel.names import read_name
from linli.register.interpret import words
from linli.register.interpret.model import Table
from linli.register.reading.sheet import Sheet, as_text

_SEARCH_ROWS = 40
_SAMPLE = 120
_MANY = frozenset({"phone", "remark", "tick"})
_PERSONAL = frozenset({"name", "head_name", "number", "phone", "sex", "rel", "born"})
_PLACE = frozenset({"addr", "bld", "room", "unit", "estate", "side", "lane"})
IGNORED = frozenset({"no", "age", "old_phone", "ethnic", "party", "hukou", "work", "count", "group"})
_ANOTHER = 50
_WEAK = frozenset({"no", "count", "group"})


def find_tables(sheet: Sheet, today: date) -> list[Table]:
    """The register tables of a sheet, one below the other; each ends where the next one's title or header begins."""
    first = find_table(sheet, today)
    if first is None:
        return []
    found = [first]
    for row in range(first.first + 1, len(sheet.rows)):
        if row < found[-1].first + 1 or not _may_head(sheet, row):
            continue
        labels = _labels(sheet, row, 1)
        if _score(labels) < _ANOTHER or _alike(labels, found[-1].labels):
            continue
        another = find_table(sheet, today, start=row)
        if another is not None and another.header == row:
            found[-1].last = row
            another.filled = another.filled or first.filled
            another.estate = another.estate or first.estate
            found.append(another)
    return found


def _may_head(sheet: Sheet, row: int) -> bool:
    """Cheap look: several words and no number in the line."""
    cells = [cell for cell in sheet.rows[row] if cell not in ("", None)]
    return (
        len(cells) >= 4
        and all(isinstance(cell, str) and len(cell) < 25 for cell in cells)
        and not _has_digits(sheet, row)
    )


def _alike(labels: dict[int, str], others: dict[int, str]) -> bool:
    """The same header printed again."""
    same = sum(1 for column, label in labels.items() if others.get(column) == label)
    return same >= max(3, len(labels) * 0.6)


def find_table(sheet: Sheet, today: date, start: int = 0) -> Table | None:
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
            labels = _labels(sheet, top, span)
            score = _score(labels)
            if score and (best is None or (score, -span) > (best[0], -best[2])):
                best = (score, top, span, labels)
    if best is None:
        return _without_header(sheet, today) if not start else None
    _, top, span, labels = best
    table = Table({}, labels, top, top + span)
    _assign(sheet, table, today)
    if not _is_register(table):
        return None
    _title(sheet, table, today)
    return table


def _has_digits(sheet: Sheet, row: int) -> bool:
    """A second line of a header holds words only; a line with a number is a row of data."""
    return any(re.search(r"\d", as_text(cell)) for cell in sheet.rows[row])


def _has_number(sheet: Sheet, row: int) -> bool:
    """No header holds an identity number or a phone."""
    return any(re.search(r"\d{11}", as_text(cell)) for cell in sheet.rows[row])


def _labels(sheet: Sheet, top: int, span: int) -> dict[int, str]:
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
        known = [text for text in reversed(texts) if words.headings().find(text)[0] or words.state_exactly(text)]
        joined = "".join(texts)
        if known and not (len(texts) > 1 and words.headings().find(joined)[1] == 3):
            labels[column] = known[0]
        else:
            labels[column] = joined if len(texts) > 1 and words.headings().find(joined)[0] else texts[-1]
    return labels


def _merged_texts(sheet: Sheet, top: int, span: int) -> dict[tuple[int, int], str]:
    found = {}
    for first, left, last, right in sheet.merges:
        if first < top + span and last >= top and (last - first) < 4 and first >= top:
            text = _label(sheet, first, left)
            found.update({(row, column): text for row in range(first, last + 1) for column in range(left, right + 1)})
    return found


def _label(sheet: Sheet, row: int, column: int) -> str:
    value = sheet.cell(row, column)
    if not isinstance(value, str):
        return ""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", value))
    if len(text) > 24 or re.search(r"\d{3,}|[:：].", text):
        return ""
    return text


def _score(labels: dict[int, str]) -> int:
    """How many different fields these headings name; 0 if they are no header of a register."""
    found = {field for text in labels.values() if (field := words.headings().find(text)[0])}
    strong = found - _WEAK
    if len(strong) < 3 or not (strong & _PERSONAL or "state" in strong):
        return 0
    exact = sum(1 for text in labels.values() if words.headings().find(text)[1] >= 2)
    ticked = sum(1 for text in labels.values() if words.state_exactly(text) and not words.headings().find(text)[0])
    if ticked > 1:
        strong, exact = strong | {"state"}, exact + ticked
    return 10 * len(strong) + exact


def _is_register(table: Table) -> bool:
    fields = set(table.columns.values())
    if "name" not in fields and "head_name" not in fields:
        return False
    return bool(fields & {"number", "phone", "rel", "state", "sex", "born"}) or bool(fields & _PLACE)


def _assign(sheet: Sheet, table: Table, today: date) -> None:
    """Give each column the field that its heading and its content agree on; hidden columns get none."""
    claims: list[tuple[float, int, str]] = []
    width = max((len(row) for row in sheet.rows[table.first : table.first + _SAMPLE]), default=0)
    profiles: dict[int, dict[str, float]] = {}
    for column in range(width):
        profile = profiles[column] = profile_column(sheet, table.first, column, today)
        label = table.labels.get(column, "")
        field, strength = words.headings().find(label) if label else (None, 0)
        if column in sheet.hidden_columns:
            if label or profile:
                table.hidden[column] = label or field or ""
            continue
        if label and _is_ticked(sheet, table.first, column) and words.state_exactly(label):
            claims.append((9.0, column, "tick"))
            continue
        if field:
            claims.append((strength + profile.get(field, 0.0) * 2 - _contradiction(field, profile), column, field))
        for guess, share in profile.items():
            if (
                guess != "filled"
                and share >= 0.6
                and guess != field
                and (field is None or field in ("no", "group") or _contradiction(field, profile) > 2)
            ):
                claims.append((share * 1.5, column, guess))
    _settle(table, claims, profiles)


def _is_ticked(sheet: Sheet, first: int, column: int) -> bool:
    """A column that holds nothing but ticks."""
    texts = [text for row in range(first, min(first + _SAMPLE, len(sheet.rows))) if (text := sheet.text(row, column))]
    ticks, empty = words.load("words")["ticks"], words.load("words")["unticked"]
    ticked = sum(text in ticks for text in texts)
    return ticked > 0 and ticked + sum(text in empty for text in texts) >= len(texts) * 0.9


def _contradiction(field: str, profile: dict[str, float]) -> float:
    """How strongly the content says that the column is something else than its heading."""
    hard = {"number", "phone", "sex", "name"}
    if field not in hard:
        return 0.0
    others = max((share for guess, share in profile.items() if guess in hard and guess != field), default=0.0)
    return 4.0 if others > 0.7 and profile.get(field, 0.0) < 0.1 else 0.0


def _settle(table: Table, claims: list[tuple[float, int, str]], profiles: dict[int, dict[str, float]]) -> None:
    taken: set[str] = set()
    for score, column, field in sorted(claims, key=lambda claim: (-claim[0], claim[1])):
        if column in table.columns or column in table.ignored or score <= 0:
            continue
        if field in IGNORED:
            table.ignored[column] = field
        elif field in taken and field not in _MANY:
            table.ignored[column] = f"second {field}"
        else:
            table.columns[column] = field
            taken.add(field)
            if field != "tick" and words.headings().find(table.labels.get(column, ""))[0] != field:
                table.guessed[column] = field
    for column, profile in profiles.items():
        if (
            column not in table.columns
            and column not in table.ignored
            and column not in table.hidden
            and profile.get("filled", 0) > 0
        ):
            table.ignored[column] = "unknown"
    table.columns = dict(sorted(table.columns.items()))


def profile_column(sheet: Sheet, first: int, column: int, today: date) -> dict[str, float]:
    """Which share of the filled cells looks like an identity number, a phone, a sex, a name …"""
    texts = []
    for row in range(first, min(first + _SAMPLE, len(sheet.rows))):
        text = as_text(sheet.cell(row, column))
        if text and not words.is_ditto(text):
            texts.append(text)
    if len(texts) < 2:
        return {"filled": 1.0} if texts else {}
    shares = {name: sum(1 for text in texts if test(text, today)) / len(texts) for name, test in _TESTS.items()}
    return {"filled": 1.0, **{name: share for name, share in shares.items() if share > 0.05}}


def _looks_id(text: str, today: date) -> bool:
    bare = re.sub(r"[\s'‘’\-]", "", unicodedata.normalize("NFKC", text))
    return (
        re.fullmatch(
            r"\d{17}[\dXx]|[1-8]\d{14}|\d\.\d+[eE]\+17|3?\d{17}\.0|[A-Z]{1,2}\d{7,8}|[0-9]{2}[A-Z]{2}\d{5}", bare
        )
        is not None
    )


def _looks_phone(text: str, today: date) -> bool:
    return (
        re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text))) is not None
    )


def _looks_name(text: str, today: date) -> bool:
    name = read_name(text).name or ""
    if words.relation_of(text) or words.state_exactly(text) or words.known_nation(text) or words.sex_of(text):
        return False
    return re.fullmatch(r"[\u3400-\u9fff\U00020000-\U0003ffff·•?]{2,5}|[A-Za-z'\-]+,? [A-Za-z' \-]+", name) is not None


def _looks_date(text: str, today: date) -> bool:
    reading = read_date(text, today=today)
    return reading.value is not None and 1900 < reading.value.year <= today.year and not text.isdigit()


def _looks_door(text: str, today: date) -> bool:
    if from_date_text(text) or not re.search(r"\d", text):
        return False
    door = read_address(text)
    return (
        bool(door.building) and not door.rest and re.search(r"[号幢栋弄室座\-#Vv]|单元|别墅", narrow(text)) is not None
    )


_TESTS: dict[str, Callable[[str, date], bool]] = {
    "number": _looks_id,
    "phone": _looks_phone,
    "sex": lambda text, today: words.sex_of(text) is not None and not text.isdigit(),
    "name": _looks_name,
    "born": _looks_date,
    "rel": lambda text, today: words.relation_of(text) is not None and words.sex_of(text) is None,
    "state": lambda text, today: words.state_exactly(text) is not None,
    "nation": lambda text, today: words.known_nation(text),
    "addr": _looks_door,
}


def _without_header(sheet: Sheet, today: date) -> Table | None:
    """A table that begins with its first row of data: only what its content makes certain."""
    first = next(
        (row for row in range(min(_SEARCH_ROWS, len(sheet.rows))) if any(as_text(cell) for cell in sheet.rows[row])),
        None,
    )
    if first is None or len(sheet.rows) - first < 3:
        return None
    table = Table({}, {}, first, first)
    _assign(sheet, table, today)
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
    name = (sheet.name or "").strip()
    building = re.fullmatch(r"(?:第)?([0-9]+|[A-Za-z])(?:号楼|幢|栋|座|号)", narrow(words.without_brackets(name)))
    if building:
        table.building = building.group(1)
        name = ""
    lowered = name.lower()
    generic = (
        not name
        or re.fullmatch(r"[\d\W_a-zA-Z]*", name)
        or any(word in lowered for word in words.load("words")["generic_sheets"])
    )
    if name and (not generic or _ends_like_estate(name)):
        table.estate = _estate_of(name)
        return
    for line in lines:
        for part in re.split(r"[\s:：,，、（）()]+", line):
            bare = re.sub(
                r"(?:住户|居民|人员|户籍|实有|常住|流动|人口|住宅|房屋|情况|基本|信息)*(?:登记表|花名册|名册|台账|一览表|统计表|明细表|信息表|表|名单)$",
                "",
                part,
            )
            if _ends_like_estate(bare) and 2 <= len(bare) <= 10:
                table.estate = bare
                return


def _ends_like_estate(text: str) -> bool:
    return text.endswith(tuple(words.load("words")["estate_endings"])) and not text.endswith("居民区")


def _estate_of(name: str) -> str:
    """The sheet's name without a number in front, a date or the word for a register behind it."""
    bare = re.sub(r"^[\d\s.、\-_]+(?=[\u3400-\u9fff])", "", name)
    bare = re.sub(r"(?:住户|居民|人员|人口)?(?:信息)?(?:登记表|花名册|名册|台账|底册|登记|名单|表)$", "", bare)
    return re.sub(r"[（(].*?[)）]$", "", bare).strip() or name
