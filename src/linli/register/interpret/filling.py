"""Rows of a table with what merged, first-only and 同上 cells leave out put back. Yields one ``Line`` a row of data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from linli.kernel.addresses import (
    Door,
    clean_part,
    from_date,
    from_date_text,
    narrow,
    parts_of_heading,
    read_address,
    read_named,
    road_and_lane,
)
from linli.register.interpret import words
from linli.register.interpret.cards import read_card
from linli.register.interpret.model import Table
from linli.register.reading.sheet import Cell, Sheet, as_text

_ORDER = ("estate", "road", "lane", "side", "bld", "addr", "unit", "room")
_BLOCK = re.compile(r"[0-9A-Za-z一二三四五六七八九十０-９](号楼|幢|栋|座|号)")
_NEVER_FILLED = frozenset({"name", "number"})


@dataclass(slots=True)
class Line:
    """One row: its index from 0, the cells of its fields after filling, its door, and what had to be repaired."""

    index: int
    cells: dict[int, Cell]
    door: Door
    group: int
    date_column: int | None = None
    date_text: str = ""
    filled: set[int] = field(default_factory=set)
    part: int = 0


class Filler:
    """Walks down a table and remembers what the cells above said."""

    def __init__(self, sheet: Sheet, table: Table) -> None:
        self.sheet = sheet
        self.table = table
        self.covered = self._covered()
        self.above: dict[int, Cell] = {}
        self.place: dict[str, str] = {}
        self.place_columns = {name: table.column(name) for name in _ORDER if table.column(name) is not None}
        self.group = 0
        self.last_door: Door | None = None
        self.seen_door = Door()
        self.door_key: tuple[tuple[str, str], ...] = ()
        self.section: dict[str, str] = {}
        self.stepped: list[int] = []
        self.first: dict[int, Cell] = {}
        self.unlike_above = 0
        self.block_words: Counter[str] = Counter()
        self._has_building = bool(self.place_columns.keys() & {"bld", "addr", "unit", "side"})

    def _covered(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Cell → top left cell of the vertical merge it lies in."""
        found = {}
        for top, left, bottom, right in self.sheet.merges:
            if bottom > top and top >= self.table.first:
                found.update(
                    {(row, col): (top, left) for row in range(top, bottom + 1) for col in range(left, right + 1)}
                )
        return found

    def lines(self) -> Iterator[Line]:
        """Every row that holds a dwelling or a person; sections and footers are consumed on the way."""
        if not self.place_columns:
            for row in range(max(0, self.table.header - 2), self.table.header):
                yield from self._card(row, [as_text(cell) for cell in self.sheet.rows[row]])
        for row in range(self.table.first, self.table.last or len(self.sheet.rows)):
            raw = {column: self._raw(row, column) for column in self.table.columns}
            own = [as_text(cell) for cell in self.sheet.rows[row]]
            if not any(own) and not any(as_text(value) for value in raw.values()):
                continue
            if not self.place_columns and (card := self._card(row, own)):
                yield from card
                continue
            if _is_footer(own) or self._is_header_again(row, own) or self._is_section(row, own):
                self.stepped.append(row)
                continue
            if not any(as_text(value) for value in raw.values()):
                continue
            yield self._line(row, raw)
        common = self.block_words.most_common(1)
        self.table.building_word = common[0][0] if common else "号"

    def _raw(self, row: int, column: int) -> Cell:
        source = self.covered.get((row, column)) if self.covered else None
        field_ = self.table.columns[column]
        if source is not None and field_ not in _NEVER_FILLED:
            return self.sheet.cell(*source)
        return self.sheet.cell(row, column)

    def _card(self, row: int, own: list[str]) -> list[Line]:
        """The line above the people of one home in a register of cards: 1号101室, 居住情况：自住. Empty if it is none.

        Only where no column says where people live. The home itself is the line, so that one with nobody in it is not lost.
        """
        found = read_card([text for text in own if text], self.table)
        if found is None:
            return []
        door, self.table.state = found
        self.place, self.door_key = {}, ()
        kept = {key: value for key, value in self.section.items() if key == "estate"}
        parts = {"side": door.side, "bld": door.building, "unit": door.unit, "room": door.room}
        self.section = kept | {key: value for key, value in parts.items() if value}
        self.stepped.append(row)
        line = Line(row, {}, Door(), 0)
        self._set_place(line)
        return [line]

    def _is_header_again(self, row: int, own: list[str]) -> bool:
        """The header printed again on the next page."""
        if not self.table.labels:
            return False
        if any(text.isdigit() and len(text) > 6 for text in own):
            return False
        if row < self.table.first + 3 and (self._is_other_language(own) or _is_instruction(own)):
            return True
        hits = 0
        for seen, (column, label) in enumerate(self.table.labels.items()):
            if label and words.plain(as_text(self.sheet.cell(row, column))) == words.plain(label):
                hits += 1
            elif seen >= 5 and not hits:
                return False
        return hits >= max(3, len(self.table.columns) // 2)

    def _is_other_language(self, own: list[str]) -> bool:
        """The header once more in another language, right below: Name, Sex, Tel."""
        find = self.table.vocabulary.heading
        hits = sum(
            bool(own[at]) and find(own[at])[0] == name for at, name in self.table.columns.items() if at < len(own)
        )
        return hits >= max(3, len(self.table.columns) // 2)

    def _is_section(self, row: int, own: list[str]) -> bool:
        """A line over the whole width that names the estate, building or unit of the rows below it."""
        filled = [(column, text) for column, text in enumerate(own) if text]
        texts = {text for _, text in filled}
        if len(texts) != 1 or len(filled) > 1 and not _is_wide(self.sheet, row):
            return False
        column, text = filled[0]
        field_ = self.table.columns.get(column)
        own_place = field_ in ("addr", "bld", "room", "unit")
        if own_place and _names_estate(text):
            self._enter_section(text)
            return True
        if (
            own_place
            and not _is_wide(self.sheet, row)
            and not (field_ in ("addr", "room") and _names_block(self.sheet, row, column, text))
        ):
            return False
        if field_ in ("state", "remark", "phone", "number") or (field_ == "name" and len(text) <= 4):
            return False
        self._enter_section(text)
        return True

    def _enter_section(self, text: str) -> None:
        bare = _section_name(text)
        door = read_address(bare, estate=self.table.estate)
        if door.building or door.unit or door.side:
            above = ("estate",) if door.building else ("estate", "bld")
            kept = {key: value for key, value in self.section.items() if key in above}
            parts = {"bld": door.building, "unit": door.unit, "side": door.side}
            self.section = {**kept, **{key: value for key, value in parts.items() if value}}
        elif bare.endswith(tuple(words.load("words")["estate_endings"])):
            self.section = {"estate": bare}
        self.place = {}

    def _line(self, row: int, raw: dict[int, Cell]) -> Line:
        cells: dict[int, Cell] = {}
        filled: set[int] = set()
        for column, value in raw.items():
            text = as_text(value)
            if text and words.is_ditto(text):
                value = self.above.get(column) if self.table.columns[column] not in _NEVER_FILLED else text
                filled.add(column)
            cells[column] = value
        line = Line(row, cells, Door(), 0, filled=filled)
        before = self.group
        self._set_place(line)
        if self.group != before:
            self.first = dict(cells)
        self._household_phone(line, raw)
        for column, value in cells.items():
            self.above[column] = value
        return line

    def _household_phone(self, line: Line, raw: dict[int, Cell]) -> None:
        """同上 in the phone column is the household's phone, the one on its first line, not that of the row between."""
        for column in self.table.all("phone"):
            if column in line.filled and words.is_ditto(as_text(raw[column])) and as_text(self.first.get(column)):
                self.unlike_above += as_text(line.cells[column]) != as_text(self.first[column])
                line.cells[column] = self.first[column]

    def _set_place(self, line: Line) -> None:
        explicit = {
            name: self._place_text(line, name, column)
            for name, column in self.place_columns.items()
            if column is not None
        }
        given = {name: text for name, text in explicit.items() if text}
        if given:
            leading = next(name for name in _ORDER if name in given)
            changed = given[leading] != self.place.get(leading)
            merged: dict[str, str] = {}
            for name in _ORDER:
                if name in given:
                    merged[name] = given[name]
                elif _ORDER.index(name) < _ORDER.index(leading) or not changed:
                    merged[name] = self.place.get(name, "")
            self.place = merged
        elif line.cells and not self.place:
            self.place = {}
        key = (*self.place.items(), *self.section.items())
        if key != self.door_key or self.last_door is None:
            self.door_key, self.seen_door = key, self._door(self.place)
        line.door = self.seen_door
        if line.door != self.last_door or not given and self.last_door is None:
            self.group += 1
            self.last_door = line.door
        line.group = self.group

    def _place_text(self, line: Line, name: str, column: int) -> str:
        value = line.cells.get(column)
        if isinstance(value, (date, datetime)):
            month, number = from_date(value)
            line.date_column, line.date_text = column, f"{month}-{number}"
            return line.date_text
        text = as_text(value)
        if name in ("addr", "bld") and (found := _BLOCK.search(text)):
            self.block_words[found.group(1)] += 1
        turned = from_date_text(text) if text and name in ("addr", "bld", "room", "side") else None
        if turned:
            line.date_column, line.date_text = column, "-".join(turned)
            return line.date_text
        return text

    def _door(self, place: dict[str, str]) -> Door:
        estate = place.get("estate") or self.section.get("estate") or self.table.estate
        has_room = "room" in self.place_columns
        door = Door(estate=estate)
        if place.get("addr"):
            heading = self.table.labels.get(self.place_columns.get("addr") or 0, "")
            door = read_named(place["addr"], parts_of_heading(heading), estate=estate) or read_address(
                place["addr"], estate=estate, side_first=has_room and "bld" not in self.place_columns
            )
        bld = place.get("bld", "")
        side = clean_part(place.get("side", ""))
        if not bld and re.fullmatch(r"[0-9A-Z]+[-/][0-9A-Z]+", side):
            pair = read_address(side.replace("/", "-"), side_first=True)  # 支弄-号: 3-2
            side, bld = pair.side, pair.building
        if bld:
            seen = read_address(bld, estate=estate, side_first="side" not in self.place_columns)
            part = seen.building or clean_part(bld)
            if not has_room and re.fullmatch(r"\d{1,4}[A-Za-z]?", narrow(place.get("addr", ""))) and not seen.room:
                door = Door(door.estate, room=clean_part(place["addr"]))  # 3号楼 beside 门牌 101
            door = Door(
                door.estate or seen.estate,
                seen.side or door.side,
                part,
                seen.unit or door.unit,
                seen.room or door.room,
                door.rest,
            )
        _note_lane(self.table, estate, place.get("addr", ""))
        own = place.get("road", "") + (narrow(place["lane"]).removesuffix("弄") + "弄" if place.get("lane") else "")
        building = door.building or self.section.get("bld", "") or self.table.building
        room = _room(place.get("room", ""), door)
        if not self._has_building and not (room[0] or building) and re.fullmatch(r"\d{1,2}[A-Z]?", room[2]):
            room = (room[2], room[1], "")  # 房号 of villas: 1, 2, 3A and no building anywhere
        return Door(
            door.estate or own,
            side or door.side or self.section.get("side", ""),
            building if not room[0] else room[0],
            room[1] or clean_part(place.get("unit", "")) or door.unit or self.section.get("unit", ""),
            room[2] or door.room or self.section.get("room", ""),
            door.rest,
        )


def _note_lane(table: Table, estate: str, address: str) -> None:
    """What an address says of the road and lane of an estate that has a column of its own."""
    if estate and estate != table.estate and all(lane := road_and_lane(address)):
        table.lanes.setdefault(estate, Counter())["{}{}弄".format(*lane)] += 1


def _is_instruction(own: list[str]) -> bool:
    """A line below the header that says how to fill the columns in: （按身份证）, （18位）, 必填, 如：1号101."""
    filled = [text for text in own if text]
    told = sum(
        re.fullmatch(r"[（(].*[)）]|如[:：].*|(?:必|选)填.*|请?填写.*|(?:文本|数字|下拉)(?:格式|选择)?", text)
        is not None
        for text in filled
    )
    return len(filled) >= 3 and told >= len(filled) * 0.6


def _is_footer(own: list[str]) -> bool:
    filled = [text for text in own if text]
    if not filled or filled[0].isdigit():
        return False
    head = words.plain(filled[0])
    if head in words.word_set("words", "examples"):
        return True
    if len(set(filled)) == 1 and re.match(r"(?:备?注|附注|说明|填表说明|填写说明|注意)\s*\d?[:：.、]|[*※]", filled[0]):
        return True
    if not head.startswith(words.footer_marks()):
        return False
    return head in words.footer_marks() or len(filled) <= 3


def _is_wide(sheet: Sheet, row: int) -> bool:
    return any(top == bottom == row and right - left >= 2 for top, left, bottom, right in sheet.merges)


def _section_name(text: str) -> str:
    """一、锦绣花园（共100户）: without its number, its count and what stands in brackets."""
    bare = re.sub(r"[（(].*?[)）]|[:：]|\s", "", text)
    bare = re.sub(r"^(?:[一二三四五六七八九十]+|\d{1,2})[、.．](?=[\u3400-\u9fff])", "", bare)
    return re.sub(r"共?\d+[户人套].*$", "", bare)


def _names_estate(text: str) -> bool:
    """The name of an estate and nothing else: no number of a house in it."""
    bare = _section_name(text)
    endings = tuple(word for word in words.load("words")["estate_endings"] if len(word) > 1 or word in "苑园庭坊邨墅邸")
    return len(bare) >= 3 and not re.search(r"\d", bare) and bare.endswith(endings)


def _names_block(sheet: Sheet, row: int, column: int, text: str) -> bool:
    """5号楼 alone in a line above lines that give only rooms."""
    if not re.fullmatch(
        r"(?:第)?[^\d\W]{0,6}[\dA-Za-z一二三四五六七八九十]+(?:号楼|幢|栋|座|单元|楼|门)", narrow(text)
    ):
        return False
    below = next(
        (below for at in range(row + 1, min(row + 4, len(sheet.rows))) if (below := sheet.text(at, column))),
        "",
    )
    door = read_address(below) if below else Door()
    return (
        bool(below)
        and not re.search("[号幢栋座]", narrow(below).removesuffix("号"))
        and not (door.building and door.room)
    )


def _room(text: str, door: Door) -> tuple[str, str, str]:
    """(building, unit, room) of the room column: 301, 2-301, 3号楼301室 all occur in it."""
    text = re.sub(r"^[0-9一二三四五六七八九十]+[楼层](?=\d{3})", "", text)
    if not text:
        return "", "", ""
    simple = clean_part(text)
    if re.fullmatch(r"[0-9A-Z]+", simple):
        serial = door.building and len(simple) < len(door.room) and re.fullmatch(r"0*\d+", text)
        return "", "", door.room if serial else simple  # 户号 001 beside 1号101室
    seen = read_address(text)
    if seen.room and door.building and seen.building and not seen.unit:
        return ("", "", seen.room) if seen.building == door.building else ("", seen.building, seen.room)
    return (seen.building, seen.unit, seen.room) if seen.room else ("", "", simple)
