"""A list from above → what each row says and what is wrong in which cell. Pure but for the day of today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from linli.inbox.tables import Row, read_table
from linli.kernel.identity import masked as mask_document
from linli.kernel.names import read_name
from linli.kernel.phones import kind_of, masked, read_phones
from linli.kernel.said_dates import SaidDay, read_said_day
from linli.returnees.details import Details

HEADINGS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "名字", "人员姓名", "旅客姓名", "返沪人员", "name", "passenger"),
    "phone": ("联系电话", "手机号码", "手机号", "手机", "联系方式", "电话", "phone", "mobile", "tel"),
    "document": ("证件号码", "身份证号码", "身份证号", "身份证", "护照号", "证件号", "document", "passport", "id"),
    "address": ("居住地址", "现住址", "住址", "在沪地址", "目的地址", "详细地址", "落脚地", "地址", "门牌", "address"),
    "place": ("出发地", "来源地", "来自", "始发地", "何地返回", "from"),
    "vehicle": ("车次", "航班", "班次", "交通工具", "flight", "train"),
    "arrival": (
        "抵沪时间",
        "到达时间",
        "抵达日期",
        "返沪日期",
        "返沪时间",
        "到达日期",
        "日期",
        "时间",
        "arrival",
        "date",
    ),
    "note": ("备注", "说明", "note", "remark"),
}
PROBLEMS = ("name_missing", "phone_unclear", "day_unclear", "name_damaged")


@dataclass(frozen=True)
class ListRow:
    """One row: ``sheet`` (None in text), ``row`` as the spreadsheet counts, words, the day meant, [(cell, code)]."""

    sheet: str | None
    row: int
    details: Details
    day: SaidDay | None
    problems: tuple[tuple[str, str], ...]


def read_list(data: bytes, filename: str, *, today: date) -> list[ListRow]:
    """Every row of the list. Refusals ``list.*`` for what is no list."""
    return [_row(row, today) for row in read_table(data, filename, HEADINGS, required=("name",), names=True)]


def _row(row: Row, today: date) -> ListRow:
    problems: list[tuple[str, str]] = []
    name = read_name(row.text("name"))
    if name.name is None:
        problems.append((row.at("name"), "name_missing"))
    elif "character_lost_before_us" in name.problems or "name_masked" in name.problems:
        problems.append((row.at("name"), "name_damaged"))
    written = row.text("phone")
    phones = read_phones(written, is_placeholder=lambda word: word in ("无", "-", "/", "未知")).numbers
    good = [number for number in phones if kind_of(number)]
    if written and not good:
        problems.append((row.at("phone"), "phone_unclear"))
    said = row.text("arrival")
    value = row.cells.get("arrival")
    day = read_said_day(said, said_on=today) if said else None
    if isinstance(value, float | int) and 40_000 < float(value) < 60_000:
        day = read_said_day(str(date.fromordinal(date(1899, 12, 30).toordinal() + int(value))), said_on=today)
    if said and day is None:
        problems.append((row.at("arrival"), "day_unclear"))
    details = Details(
        name=name.name or "",
        phone=good[0] if good else "",
        document=row.text("document").replace(" ", ""),
        address=row.text("address"),
        place=row.text("place"),
        vehicle=row.text("vehicle"),
        arrival=said,
        note=row.text("note"),
    ).trimmed()
    return ListRow(row.sheet, row.number, details, day, tuple(problems))


def as_json(rows: list[ListRow], *, show_numbers: bool = False) -> dict[str, Any]:
    """What ``linli import-returnees --dry-run --json`` prints: days ISO, numbers masked."""
    found = []
    for one in rows:
        said = one.details
        found.append(
            {
                "sheet": one.sheet,
                "row": one.row,
                "name": said.name or None,
                "phone": (said.phone if show_numbers else masked(said.phone)) or None if said.phone else None,
                "document": (said.document if show_numbers else mask_document(said.document))
                if said.document
                else None,
                "address": said.address or None,
                "from": said.place or None,
                "vehicle": said.vehicle or None,
                "arrival": {
                    "said": one.day.said,
                    "earliest": one.day.earliest.isoformat(),
                    "latest": one.day.latest.isoformat() if one.day.latest else None,
                    "about": one.day.about,
                }
                if one.day
                else None,
                "problems": [{"cell": cell, "code": code} for cell, code in one.problems],
            }
        )
    return {"rows": found, "totals": {"rows": len(found), "problems": sum(len(one.problems) for one in rows)}}
