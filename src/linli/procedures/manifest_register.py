"""A passenger list beside the register as a file had it: which row of the register file is whom, and a register file not taken in yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from datetime import date
from uuid import UUID

from linli.journeys.manifest_known import hidden_tails, travellers_of, with_district
from linli.journeys.manifest_people import Passenger
from linli.journeys.matching import Matched
from linli.kernel.addresses import Door, road_and_lane
from linli.kernel.manifest_cells import TAIL, passport_tail
from linli.kernel.manifest_match import RegisterIndex, Resident, match
from linli.kernel.manifest_places import Estate
from linli.register.interpret.interpretation import interpret
from linli.register.interpret.matching import Union
from linli.register.interpret.model import Interpretation, RowReading
from linli.register.models import ImportRow, ImportRun

Row = tuple[str | None, int]
TRAVEL_KINDS = frozenset(("passport", "hk_macao_permit", "taiwan_permit"))


def rows_of(people: Iterable[UUID]) -> dict[Hashable, Row]:
    """Person → the row of the register file that told of him last, his own before one where he is listed besides."""
    found: dict[Hashable, Row] = {}
    rows = ImportRow.objects.filter(person_id__in=list(people), run__state=ImportRun.State.DONE).order_by(
        "-run__started_at", "position"
    )
    told = list(rows.values_list("person_id", "sheet", "row", "verdict"))
    for person, sheet, row, _verdict in sorted(told, key=lambda one: one[3] == ImportRow.Verdict.LISTED):
        found.setdefault(person, (sheet or None, row))
    return found


def match_with_file(
    people: Sequence[Passenger], data: bytes, filename: str, *, today: date, district: str = ""
) -> tuple[list[Matched], dict[Hashable, Row]]:
    """Every line of a list beside a register file, and the rows that stand for its people. Raises Refusal ``import.*``."""
    result = interpret(data, filename, today=today)
    travellers = travellers_of(people, lambda value, _purpose: value)
    estates = with_district(_estates(result), district, (who.address for who in travellers))
    told = {number for who in travellers for number in who.passports} | hidden_tails(travellers)
    residents = _residents(result, told)
    found = match(travellers, RegisterIndex(residents, estates))
    rows: Mapping[Hashable, Row] = {one.id: one.id for one in residents}  # type: ignore[misc]
    return [Matched(one, finding) for one, finding in zip(people, found, strict=True)], dict(rows)


def _estates(result: Interpretation) -> list[Estate]:
    """Every estate of the file, with the road and lane that stand above its table, in its people's addresses or in its own name."""
    addresses = {name: lane for table in result.tables.values() for name, lane in table.addresses().items()}
    names = dict.fromkeys(row.door.estate for row in result.rows if row.door.estate)
    return [Estate(name, name, "", *road_and_lane(addresses.get(name, "") or name)) for name in names]


def _residents(result: Interpretation, told: Set[Hashable]) -> list[Resident]:
    """The people of the file, each once; whoever has left is none of them. ``told``: numbers and tails that the list shows."""
    joined = Union()
    for one, other in (*result.merge, *result.same):
        joined.join(one, other)
    groups: dict[Row, list[RowReading]] = defaultdict(list)
    for row in result.rows:
        if row.is_person and row.absence != "gone":
            groups[joined.find(row.key)].append(row)
    return [_resident(rows, told) for rows in groups.values()]


def _resident(rows: Sequence[RowReading], told: Set[Hashable]) -> Resident:
    first = rows[0]
    numbers = [(row.number, row.doc) for row in rows if row.number]
    passports = frozenset(number for number, kind in numbers if kind in TRAVEL_KINDS or number in told)
    hidden = frozenset(passport_tail(number) for number, _kind in numbers) & told
    phones = frozenset(number for row in rows for number in row.phones)
    return Resident(
        (first.sheet, first.row), first.name or "", first.sex or "", first.born, passports,
        frozenset(passport_tail(number) for number in passports) | hidden, phones, first.door.code(), _homes(rows),
        frozenset(number[-TAIL:] for number in phones),
    )  # fmt: skip


def _homes(rows: Sequence[RowReading]) -> tuple[tuple[Hashable, Door], ...]:
    return tuple(dict.fromkeys((row.door.estate, row.door) for row in rows))
