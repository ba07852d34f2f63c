"""A property company's list of tenants → rows: any column order, bounded, every bad cell named. Pure but for the day of today."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from linli.inbox.tables import Row, Value, read_table
from linli.kernel.approximate import read_date
from linli.kernel.names import read_name
from linli.kernel.phones import kind_of, masked, read_phones
from linli.kernel.said_dates import SaidDay, read_said_day
from linli.tenancies.rules import state_of

HEADINGS: dict[str, tuple[str, ...]] = {
    "estate": ("小区名称", "小区", "楼盘", "项目", "estate", "compound"),
    "building": ("楼栋", "楼号", "幢号", "栋号", "楼幢", "building", "block"),
    "unit": ("单元号", "单元"),
    "room": ("房号", "室号", "房间号", "门牌号", "房间", "room", "unit no", "flat"),
    "address": ("房屋地址", "租赁地址", "房屋坐落", "详细地址", "地址", "门牌", "房屋", "address"),
    "name": ("租客姓名", "承租人姓名", "承租人", "租户姓名", "租客", "租户", "住户姓名", "姓名", "tenant", "name"),
    "phone": (
        "租客电话",
        "承租人电话",
        "租户电话",
        "联系电话",
        "手机号码",
        "手机",
        "联系方式",
        "电话",
        "phone",
        "mobile",
    ),
    "since": ("起租日期", "起租日", "租期开始", "入住日期", "入住时间", "合同开始", "起租", "start", "from", "since"),
    "until": ("到期日期", "到期日", "租期结束", "租约到期", "合同到期", "合同结束", "止租日期", "到期", "end", "until"),
    "state": (
        "目前状态",
        "人员状态",
        "居住状态",
        "现状",
        "是否在沪",
        "是否离境",
        "在沪情况",
        "去向",
        "状态",
        "status",
        "state",
    ),
    "landlord": ("房东姓名", "业主姓名", "产权人", "房东", "业主", "出租人", "landlord", "owner"),
    "landlord_phone": ("房东电话", "业主电话", "房东联系电话", "业主联系电话"),
    "agent": ("中介公司", "中介", "经办人", "agent"),
}
PROBLEMS = (
    "name_missing",
    "name_damaged",
    "door_missing",
    "phone_unclear",
    "day_unclear",
    "state_unclear",
    "days_reversed",
)


@dataclass(frozen=True)
class TenantLine:
    """One row of the list: the door's words, the tenants (several names in one cell are several), days, state, [(cell, code)]."""

    sheet: str | None
    row: int
    estate: str
    door: str
    names: tuple[str, ...]
    phones: tuple[str, ...]
    since: SaidDay | None
    until: SaidDay | None
    state: str | None
    landlord: str
    agent: str
    problems: tuple[tuple[str, str], ...]
    cells: dict[str, str]


def read_tenants(data: bytes, filename: str, *, today: date) -> list[TenantLine]:
    """Every row. Refusals ``list.*`` for what is no list."""
    return [
        _line(row, today) for row in read_table(data, filename, HEADINGS, required=("name",)) if _says_something(row)
    ]


def _says_something(row: Row) -> bool:
    return any(row.text(name) for name in ("name", "room", "address", "building"))


def _line(row: Row, today: date) -> TenantLine:
    problems: list[tuple[str, str]] = []
    names = []
    for part in re.split(r"[、,，;；/\n]+", row.text("name")):
        read = read_name(part)
        if read.name:
            names.append(read.name[:80])
            if "character_lost_before_us" in read.problems or "name_masked" in read.problems:
                problems.append((row.at("name"), "name_damaged"))
    if not names:
        problems.append((row.at("name"), "name_missing"))
    door = _door(row)
    if not door:
        problems.append((row.at("room" if "room" in row.columns else "address"), "door_missing"))
    phones = []
    written = row.text("phone")
    for number in read_phones(written, is_placeholder=lambda word: word in ("无", "-", "/", "未知", "同上")).numbers:
        if kind_of(number):
            phones.append(number)
    if written and not phones:
        problems.append((row.at("phone"), "phone_unclear"))
    since, until = (_day(row, name, today, problems) for name in ("since", "until"))
    if since and until and until.latest is not None and until.latest < since.earliest:
        problems.append((row.at("until"), "days_reversed"))
    said = row.text("state")
    state = state_of(said)
    if said and state is None:
        problems.append((row.at("state"), "state_unclear"))
    return TenantLine(
        row.sheet, row.number, row.text("estate"), door, tuple(names), tuple(phones), since, until, state,
        row.text("landlord")[:80], row.text("agent")[:80], tuple(problems),
        {name: row.at(name) for name in row.columns},
    )  # fmt: skip


def _door(row: Row) -> str:
    """The door's words out of one column or several."""
    building, unit, room = row.text("building"), row.text("unit"), row.text("room")
    if not (building or room):
        return row.text("address")
    parts = [
        building + ("号" if re.fullmatch(r"[0-9A-Za-z]+", building) else ""),
        unit + ("单元" if re.fullmatch(r"\d+", unit) else ""),
        room
        + (
            "室"
            if building and re.fullmatch(r"[0-9A-Za-z]+", room)
            else ""
            if building
            else ("号" if re.fullmatch(r"\d+", room) else "")
        ),
    ]
    return "".join(part for part in parts if part)


def _day(row: Row, name: str, today: date, problems: list[tuple[str, str]]) -> SaidDay | None:
    value: Value = row.cells.get(name)
    said = row.text(name)
    if not said or said in ("-", "/", "无", "长期", "不定期"):
        return None
    exact = read_date(value, today=date(today.year + 30, 12, 31)) if not isinstance(value, bool) else None
    if exact is not None and exact.value is not None and not exact.about:
        return SaidDay(exact.value, exact.value, False, said)
    if exact is not None and exact.earliest is not None:
        return SaidDay(exact.earliest, exact.latest, True, said)
    found = read_said_day(said, said_on=today)
    if found is None:
        problems.append((row.at(name), "day_unclear"))
    return found


def as_json(lines: list[TenantLine]) -> dict[str, Any]:
    """What ``linli import-tenants --dry-run --json`` prints: days ISO, phones masked."""

    def day(one: SaidDay | None) -> dict[str, Any] | None:
        if one is None:
            return None
        return {
            "earliest": one.earliest.isoformat(),
            "latest": one.latest.isoformat() if one.latest else None,
            "about": one.about,
        }

    rows = [
        {
            "sheet": one.sheet,
            "row": one.row,
            "estate": one.estate or None,
            "door": one.door or None,
            "names": list(one.names),
            "phones": [masked(number) for number in one.phones],
            "since": day(one.since),
            "until": day(one.until),
            "state": one.state,
            "landlord": one.landlord or None,
            "problems": [{"cell": cell, "code": code} for cell, code in one.problems],
        }
        for one in lines
    ]
    return {"rows": rows, "totals": {"rows": len(rows), "problems": sum(len(one.problems) for one in lines)}}
