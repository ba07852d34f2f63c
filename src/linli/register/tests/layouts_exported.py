"""What other systems export: web pages and XML spreadsheets called .xls; and the book of an old lane."""

from __future__ import annotations

from xml.sax.saxutils import escape

from linli.register.tests.offices import Dwelling, Office, Person, Rows, Town, as_delimited, fill_rows, homes_of


def plainly(homes: list[Dwelling]) -> list[Person]:
    """No remarks: who is here depends on the state and the relation alone."""
    people = [person for home in homes for person in home.people]
    for home in homes:
        for person in home.people:
            person.cells["remark"] = person.remark = ""
            person.truth.present = home.state in ("owner", "let", None) and person.rel != "owner_absent"
    return people


def _marked_up(rows: Rows, xml: bool) -> bytes:
    """Rows as a web page, or as an XML spreadsheet of 2003."""
    cells = {True: "<Cell><Data ss:Type='String'>{}</Data></Cell>", False: "<td x:str>{}</td>"}[xml]
    row = {True: "<Row>{}</Row>", False: "<tr>{}</tr>"}[xml]
    body = "\n".join(row.format("".join(cells.format(escape(str(cell))) for cell in line)) for line in rows)
    if xml:
        name = "urn:schemas-microsoft-com:office:spreadsheet"
        head = f'<?xml version="1.0" encoding="UTF-8"?><Workbook xmlns="{name}" xmlns:ss="{name}">'
        return f'{head}<Worksheet ss:Name="桂花苑"><Table>{body}</Table></Worksheet></Workbook>'.encode()
    page = f"<html><head><meta charset='gb2312'><title>导出</title></head><body><table>{body}</table></body></html>"
    return page.encode("gb18030")


def _exported(seed: int, sheet: str, xml: bool) -> Office:
    town = Town(seed)
    homes = homes_of(town, 3, 0, 4, 2)
    people = plainly(homes)
    planted = [(person.truth, kind) for person, kind in town.spoil(people, False)]
    for person in people:
        for name, value in person.cells.items():
            person.cells[name] = f"{value:.0f}" if isinstance(value, float) and name == "phone" else value
            if isinstance(value, float) and name == "number":
                person.cells[name] = f"{value:.5E}"
    fields = ["name", "phone", "number", "rel", "bld", "room", "state"]
    rows, truth, _ = fill_rows(homes, fields, lambda home: {"bld": home.building, "room": home.room}, "every", sheet, 2)
    head: list[object] = ["居民姓名", "手机", "公民身份号码", "家庭关系", "楼栋号", "房间号", "房屋居住情况"]
    return Office(sheet, "z.xls", _marked_up([head, *rows], xml), truth, planted)


def web_page() -> Office:
    """A system's export: a web page that is called .xls."""
    return _exported(33, "Sheet1", False)


def xml_spreadsheet() -> Office:
    """Another system's export: an XML spreadsheet that is called .xls."""
    return _exported(34, "桂花苑", True)


def lane_houses() -> Office:
    """Old lanes: side lanes with Chinese numerals, attics and back rooms, several households behind one number."""
    town = Town(35)
    rooms = ("前楼", "后楼", "亭子间", "三层阁", "底层前间", "二楼", "晒台间")
    homes = [
        town.dwelling(str(house), str(side), room) for side in (1, 2, 11) for house in (1, 2, 3) for room in rooms[:4]
    ]
    people = plainly(homes)
    planted = [(person.truth, kind) for person, kind in town.spoil(people, False)]
    numerals = {"1": "一", "2": "二", "11": "十一", "3": "三"}
    fields = ["addr", "head", "name", "rel", "number", "phone", "state"]
    rows, truth, _ = fill_rows(
        homes,
        fields,
        lambda home: {"addr": f"青云路{numerals[home.unit]}支弄{numerals[home.building]}号{home.room}"},
        "first",
        None,
        1,
    )
    head: list[object] = ["户 址", "户主姓名", "在册人员姓名", "称 谓", "身份证明", "电 话", "使用情况"]
    table: Rows = [["青云路167弄常住人口登记簿", "", "", "", "", "", ""], head, *rows]
    return Office("lanes", "l.csv", as_delimited(table, "utf-16-le", ","), truth, planted)
