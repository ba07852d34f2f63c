"""Two weeks of one invented office: the first as rows by short names, and what may happen to them until the second."""

from __future__ import annotations

from typing import Any

from linli.register.tests.test_interpret import number

Row = list[object]


def row(
    door: str, name: str, order: int = 0, *, state: str = "常住", remark: str = "", phone: str = "", rel: str = "户主"
) -> Row:
    """One row under HEAD; ``order`` makes the identity number, 0: none."""
    born = f"19{40 + order % 50}0{1 + order % 9}15"
    return [door, name, "", number(born, 700 + order) if order else "", phone, rel, state, remark]


def office() -> dict[str, Row]:
    """Two buildings of four homes each and a third of one, as a list by short names."""
    return {
        "a1": row("1号101室", "安一", 1, phone="19900000001"),
        "a2": row("1号101室", "安二", 2, rel="妻", phone="19900000002"),
        "a3": row("1号101室", "安三", 3, rel="母"),
        "b1": row("1号102室", "白一", 4, remark="在日本，未定"),
        "b2": row("1号102室", "白二", 5, rel="妻"),
        "c1": row("1号201室", "", state="空置"),
        "d1": row("1号202室", "邓一", 6, state="出租", rel="租客"),
        "e1": row("2号101室", "尔一", 7, remark="独居"),
        "e2": row("2号101室", "尔二", 0, rel="子", phone="19900000003"),
        "f1": row("2号102室", "方一", 8),
        "g1": row("2号201室", "葛一", 9),
        "h1": row("2号202室", "何一", 10),
        "i1": row("3号101室", "季一", 11),
    }


def edit(rows: dict[str, Row], key: str, **cells: object) -> None:
    """Change cells of a row by the heading's place."""
    places = {"door": 0, "name": 1, "id": 3, "phone": 4, "rel": 5, "state": 6, "remark": 7}
    for place, value in cells.items():
        rows[key][places[place]] = value


def vanish(*keys: str) -> Any:
    """Rows that are no longer there."""
    return lambda rows: [rows.pop(key) for key in keys]


def add(*new: Row) -> Any:
    """Rows that are there for the first time."""
    return lambda rows: rows.update({f"new{at}": one for at, one in enumerate(new)})


def cells(key: str, **values: object) -> Any:
    """Other cells in one row."""
    return lambda rows: edit(rows, key, **values)


def split(rows: dict[str, Row]) -> None:
    """The mother becomes a head of her own."""
    edit(rows, "a3", rel="户主")


def rename_building(rows: dict[str, Row]) -> None:
    """Building 2 is called 2甲."""
    for one in rows.values():
        one[0] = str(one[0]).replace("2号", "2甲号", 1) if str(one[0]).startswith("2号") else one[0]


def bait(rows: dict[str, Row]) -> None:
    """Nothing of this is a change."""
    edit(rows, "a1", phone="199-0000-0001")
    edit(rows, "e1", id=str(rows["e1"][3]).lower())
    edit(rows, "f1", state="自住")
    edit(rows, "e1", remark=" “独居”\n")
    edit(rows, "i1", id=f" {rows['i1'][3]}")
    edit(rows, "g1", id=str(rows["g1"][3])[:-1])


def everything(rows: dict[str, Row]) -> None:
    """Many changes in one file."""
    vanish("a3", "h1")(rows)
    add(row("1号202室", "新人", 20, rel="合租", state="出租"))(rows)
    edit(rows, "b1", remark="已返沪")
    edit(rows, "a2", remark="在韩国，3月底回")
    edit(rows, "c1", state="空关")
    edit(rows, "e2", id=number("20100301", 720))
    edit(rows, "f1", remark="已故")
    edit(rows, "g1", name="葛壹", phone="19900000009")
    edit(rows, "a1", phone="19900000008")
    edit(rows, "d1", door="3号101室", state="常住")
    rename_building(rows)
