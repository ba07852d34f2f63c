"""The result file: the clerk's own rows with a verdict each, numbers masked, nothing a formula, a sheet of cells to look at."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from django.urls import reverse

from linli.ground.openings import ABOUT_EVERYBODY
from linli.ground.testing import Cast, client_as
from linli.journal.models import Entry
from linli.kernel.refusal import Refusal
from linli.register import result
from linli.register.actions.choose import leave_kinds
from linli.register.models import ImportRun
from linli.register.tests.test_conversation import SMALL, finish, start
from linli.register.tests.test_interpret import HEAD, book, number, person


def made(run: ImportRun) -> Any:
    """The result file, opened."""
    out = io.BytesIO()
    result.build(run, out)
    return openpyxl.load_workbook(out)


def lines(page: Any) -> list[list[str]]:
    """Cells as texts."""
    return [["" if value is None else str(value) for value in row] for row in page.iter_rows(values_only=True)]


def test_every_row_of_the_file_has_a_verdict_before_and_after(cast: Cast) -> None:
    with cast.scope():
        run = start(cast, book(SMALL))
        page = lines(made(run)["东苑"])
        at = next(index for index, row in enumerate(page) if "姓名" in row)
        width = len(SMALL[at])
        assert page[at][width:] == ["结果", "原因"]
        assert [row[1] for row in page[at + 1 :]] == [str(row[1]) for row in SMALL[at + 1 :]]
        rows = run.rows.count()
        assert sum(1 for row in page[at + 1 :] if row[width]) == rows
        assert any("同一人" in row[width + 1] for row in page)
        leave_kinds(by=None, run=run, kinds=["id_17_digits"])
        done = finish(cast, run)
        after = lines(made(done)["东苑"])
        assert any(row[width] == "暂不导入" and "少一位" in row[width + 1] for row in after[1:])
        assert any(row[width] == "已新增" or row[width] == "新增" for row in after[1:])


def test_numbers_are_masked_and_cells_to_look_at_stand_on_their_own_sheet(cast: Cast) -> None:
    rows = [
        HEAD,
        person("7号101", "某甲", number(), remark=f"原号{number(order=703)} 电话19900000007", phone="19900000001"),
        person("7号102", "某乙", number()[:-1], phone="1990000000"),
        person("7号103", "某丙", "", phone="19900000003"),
    ]
    with cast.scope():
        workbook = made(start(cast, book(rows)))
        text = "\n".join("\t".join(line) for page in workbook for line in lines(page))
        for whole in (number(), number(order=703), number()[:-1], "19900000001", "19900000007", "1990000000\t"):
            assert whole not in text
        cells = lines(workbook[workbook.sheetnames[-1]])
        assert cells[0][:3] == ["工作表", "单元格", "内容"]
        assert any(row[1] == "D3" and row[6] for row in cells)


def test_what_looks_like_a_formula_is_marked_as_text(cast: Cast) -> None:
    rows = [
        HEAD,
        person("7号101", "某甲", number(), remark='=HYPERLINK("http://x")'),
        person("7号102", "某乙", number(order=703), remark="+1"),
    ]
    rows += [
        person("7号103", "某丙", number(order=705), remark="-2+3"),
        person("7号104", "某丁", number(order=707), remark="@SUM(A1)"),
    ]
    out = io.BytesIO()
    book_ = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
    page = book_.add_worksheet("东苑")
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            page.write_string(at, column, str(cell))
    book_.close()
    with cast.scope():
        found = made(start(cast, out.getvalue()))["东苑"]
        for row in range(2, 6):
            cell = found.cell(row, 8)
            assert cell.data_type == "s"
            assert cell.quotePrefix


def test_a_delimited_file_gets_its_verdicts_too(cast: Cast) -> None:
    rows = ["地址,姓名,身份证号,电话", f"7号101,某甲,{number()},19900000001", f"7号102,某乙,{number(order=703)},"]
    text = "\n".join([*rows, "7号103,某丙,,19900000003", ""])
    with cast.scope():
        workbook = made(start(cast, text.encode("gb18030"), "x.csv"))
        page = lines(workbook.worksheets[0])
        assert all(row[4] for row in page)


def test_merged_ranges_and_hidden_things_stay(cast: Cast) -> None:
    out = io.BytesIO()
    book_ = xlsxwriter.Workbook(out)
    page = book_.add_worksheet("东苑")
    page.merge_range(0, 0, 0, 7, "东苑居民登记表")
    for at, row in enumerate(
        [HEAD, *[person(f"7号10{n}", f"某{c}", number(order=701 + 2 * n)) for n, c in enumerate("甲乙丙丁")]], 1
    ):
        for column, cell in enumerate(row):
            page.write(at, column, cell)
    page.merge_range(2, 0, 3, 0, "7号100")
    page.set_column(7, 7, None, None, {"hidden": True})
    book_.add_worksheet("旧表").hide()
    book_.close()
    with cast.scope():
        found = made(start(cast, out.getvalue()))
        sheet = found["东苑"]
        assert {str(merged) for merged in sheet.merged_cells.ranges} == {"A1:H1", "A3:A4"}
        assert sheet.column_dimensions["H"].hidden
        assert found["旧表"].sheet_state == "hidden"


def test_the_file_is_on_the_page_and_erased_files_say_so(cast: Cast) -> None:
    clerk = client_as(cast.users["clerk"])
    with cast.scope():
        run = start(cast, book(SMALL), "三月.xlsx")
    path = reverse("register:result", args=[run.pk])
    assert path in clerk.get(reverse("register:run", args=[run.pk])).content.decode()
    answer = clerk.get(path)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    given = Entry.objects.get(act="register.result_given")
    assert (given.by_user, given.data) == (cast.users["clerk"].pk, {"rows": 9})
    assert "register.result_given" in ABOUT_EVERYBODY, "who asks who opened his data is told"
    assert client_as(cast.users["guard"]).get(path).status_code == 403
    with cast.scope():
        ImportRun.objects.filter(pk=run.pk).update(upload=None)
        run.refresh_from_db()
        with pytest.raises(Refusal) as erased:
            result.build(run, io.BytesIO())
        assert erased.value.code == "inbox.erased"
    assert clerk.get(path).status_code == 302
    with cast.scope():
        ImportRun.objects.filter(pk=run.pk).update(state="applying")
    assert clerk.get(path).status_code == 302
