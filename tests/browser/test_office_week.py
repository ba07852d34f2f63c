"""An office worker's whole week, every act on the page: import, answer, correct, export, import back, undo.

The register has some hundred homes with namesakes, twins, an agent's telephone, wrong numbers, a hidden sheet and merged cells
(tests/support/office_week.py). Each day's page is looked at for accessibility and width as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from linli.accounts.models import User
from linli.ground.actions.mandates import give_mandate
from linli.ground.actions.places import create_neighbourhood
from linli.ground.models import Place
from linli.ground.scope import scoped
from linli.ground.testing import PASSWORD
from linli.register.tests.facts_dump import dump
from tests.support import office_week as office
from tests.support.axe import axe_problems
from tests.support.chromium import Complaints

PageAt = Callable[..., Page]
Sheet = list[list[Any]]
PROGRESS = """addEventListener("DOMContentLoaded", () => {
  const shown = document.querySelector("[data-steps] progress") ? 1 : 0;
  sessionStorage.setItem("progress", shown + Number(sessionStorage.getItem("progress")));
})"""
"""Counts the pages that showed how far the work is: they pass too quickly to be looked for."""
pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Week:
    """The office: its pages at the desk, its files, its neighbourhood."""

    desk: Page
    page_at: PageAt
    folder: Path
    place: Place
    users: dict[str, User]
    rows: office.Office = field(default_factory=office.first_week)
    problems: list[str] = field(default_factory=list)

    def seen(self, where: str, page: Page | None = None) -> None:
        """Note what is wrong with a page: accessibility, and whether it is wider than the screen."""
        page = page or self.desk
        expect(page.locator("h1")).to_have_count(1)
        self.problems += [f"{where}: {problem}" for problem in axe_problems(page)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            self.problems.append(f"{where}: wider than the screen")

    def facts(self) -> list[str]:
        """Every fact of the register."""
        with scoped(neighbourhood_ids={self.place.pk}, reason="test"):
            return dump(self.place.pk)


@pytest.fixture
def week(transactional_db: None, page_at: PageAt, tmp_path: Path, complaints: Complaints) -> Week:
    """An office of a secretary and two clerks, with a company that lets flats; nothing is registered yet."""
    place = create_neighbourhood(by=None, name="槐荫居民区")
    people = {
        "shuji": ("secretary", "林书记"),
        "wang": ("clerk", "王敏"),
        "zhao": ("clerk", "赵磊"),
        "wuye": ("property", "乐居物业"),
    }
    users = {}
    for name, (capacity, title) in people.items():
        users[name] = User.objects.create_user(name, PASSWORD, display_name=title)
        give_mandate(by=None, capacity=capacity, place=place, user=users[name])
    desk = page_at(1280, as_user=users["wang"], accept_downloads=True)
    desk.add_init_script(PROGRESS)
    complaints.expect("409")  # two clerks meet on one field: the page that shows both values
    return Week(desk, page_at, tmp_path, place, users)


def main_of(page: Page) -> Any:
    """What stands on the page beside its frame."""
    return expect(page.locator("main"))


def drop(week: Week, file: Path) -> str:
    """Hand a file in and wait until it is read; the address of its page."""
    page = week.desk
    page.goto("/register/import/")
    page.set_input_files("input[type=file]", str(file))
    expect(page.locator("[data-drop-name]")).to_contain_text(file.name)
    page.get_by_role("button", name="读取文件").click()
    expect(page.locator("form[action$='/begin'] .button-main")).to_be_visible(timeout=60_000)
    return page.url


def take(week: Week) -> None:
    """Take the file in that is open, and wait until it is done."""
    week.desk.locator("form[action$='/begin'] .button-main").click()
    expect(week.desk.get_by_role("button", name="撤销导入")).to_be_visible(timeout=60_000)
    expect(week.desk.locator("h1")).to_contain_text("已导入")


def fetch(page: Page, press: Callable[[], None], path: Path) -> dict[str, Sheet]:
    """Download a workbook and open it: sheet → its rows."""
    with page.expect_download() as download:
        press()
    download.value.save_as(path)
    return {
        sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in openpyxl.load_workbook(path)
    }


def home_of(week: Week, page: Page, text: str) -> None:
    """Find a home as a clerk does: by words in the search box."""
    page.goto(f"/homes/?q={text}")
    page.locator("#results a").first.click()
    expect(page.locator("h1")).to_be_visible()


def test_an_office_workers_week(week: Week) -> None:
    monday(week)
    tuesday(week)
    wednesday(week)
    thursday(week)
    friday(week)
    assert not week.problems, "\n".join(week.problems)


def monday(week: Week) -> None:
    """The office's file, as it is: what is wrong in it, who is who, what a column means; then into the register."""
    page = week.desk
    page.goto("/register/import/")
    week.seen("import page")
    url = drop(week, office.write(week.folder / "住户登记0210.xlsx", week.rows, days_ago=7))
    people = sum(1 for line in week.rows.values() if line.name)
    expect(page.locator("h1")).to_contain_text(re.compile(rf"读到 152 户 {people} 人"))
    main_of(page).to_contain_text("有 1 处要确认")
    week.seen("preview")
    page.get_by_role("link", name="身份证号少一位").click()
    main_of(page).to_contain_text(f"槐荫新村 F{office.excel_row(week.rows, '1-204-1')}")
    week.seen("cells")
    page.goto(url + "cells")
    for kind in ("身份证号少一位", "身份证号校验位不对", "身份证号末几位被表格软件丢失", "没有证件号"):
        main_of(page).to_contain_text(kind)
    page.goto(url + "questions")
    main_of(page).to_contain_text("陶立春")
    week.seen("questions")
    page.get_by_role("button", name="同一人").click()
    main_of(page).to_contain_text("问题都已回答")
    page.goto(url + "questions")
    name_the_column(week, url)
    page.goto(url)
    main_of(page).to_contain_text("问题都已回答")  # still, though the file was read again
    take(week)
    week.seen("done")
    assert int(page.evaluate("sessionStorage.getItem('progress')")) >= 4, (
        "a file read three times and taken in without progress"
    )
    stat = page.locator(".stat", has_text="新增行")
    expect(stat).to_contain_text("292")
    expect(page.locator(".stat", has_text="同一人")).to_contain_text("1")
    verdicts(week, fetch(page, lambda: page.locator("a[href$='/result']").click(), week.folder / "结果.xlsx"))
    page.goto("/homes/")
    expect(page.locator("a.sq")).to_have_count(152)
    week.seen("homes")


def name_the_column(week: Week, url: str) -> None:
    """“随手记” says nothing to the importer: it holds remarks; keep that for the next file."""
    page = week.desk
    for sheet in (office.BLOCK, office.VILLAS):
        page.goto(url + "columns")
        main_of(page).to_contain_text("随手记")
        panel = page.locator("details.panel", has=page.locator("summary", has_text=sheet))
        panel.locator("summary").click()
        panel.get_by_label("随手记").select_option(label="备注")
        panel.get_by_role("button", name="重新读取文件").click()
        expect(page.locator("form[action$='/begin'] .button-main")).to_be_visible(timeout=60_000)
    page.goto(url + "columns")
    week.seen("columns")
    page.get_by_label("保存为").fill("槐荫居委会的表")
    page.locator("#save-h").locator("xpath=ancestor::section").get_by_role("button", name="保存").click()
    main_of(page).to_contain_text("已保存为“槐荫居委会的表”，第 1 版")


def verdicts(week: Week, book: dict[str, Sheet]) -> None:
    """The result file: every row of the office's own sheets with what became of it."""
    block = book[office.BLOCK]
    at = block[2].index("结果")
    told = {(row[1], row[2]): row[at : at + 2] for row in block[3:] if row[1]}
    lines = [line for line in week.rows.values() if line.building]
    assert len(block) == 3 + len(lines)
    assert all(row[at] for row in block[3:]), "a row without a verdict"
    assert told["101室", week.rows["1-101-1"].name][0] == "新增"
    wrong = next(row for row in block[3:] if row[2] == week.rows["1-204-1"].name)
    assert "身份证号少一位" in wrong[at + 1]
    whole = str(week.rows["1-101-1"].number)
    assert all(whole not in str(cell) for row in block for cell in row), "a whole number in the result file"


def tuesday(week: Week) -> None:
    """A person and a door are corrected; two clerks meet on one field, and nothing is lost."""
    mine, line = week.desk, week.rows["1-302-1"]
    yours = week.page_at(1280, as_user=week.users["zhao"])
    for page in (mine, yours):
        home_of(week, page, line.name)
        page.locator("a", has_text="更正").first.click()
        expect(page.locator("h1")).to_contain_text(line.name)
    week.seen("person")
    mine.fill("[name=remark]", "合同到六月底")
    mine.fill("[name=nation]", "韩国")
    mine.get_by_role("button", name="登记", exact=True).click()
    main_of(mine).to_contain_text("已记录")
    yours.fill("[name=remark]", "白天没人，晚上再去")
    yours.fill("[name=phone_new]", "19900005077")
    yours.get_by_role("button", name="登记", exact=True).click()
    expect(yours.locator("h1")).to_contain_text("有 1 项刚被别人改过")
    for text in ("白天没人，晚上再去", "合同到六月底", "王敏", "已记录"):
        main_of(yours).to_contain_text(text)
    week.seen("clash", yours)
    yours.get_by_label("记录我填的").check()
    yours.get_by_role("button", name="按所选记录").click()
    main_of(yours).to_contain_text("白天没人，晚上再去")
    main_of(yours).to_contain_text("5077")
    home_of(week, mine, line.name)
    main_of(mine).to_contain_text("白天没人，晚上再去")
    mine.locator("[name=state]").select_option(label="空置")
    mine.get_by_role("button", name="登记", exact=True).last.click()
    main_of(mine).to_contain_text("状态已登记")
    week.seen("home")


def wednesday(week: Week) -> None:
    """Two spellings of one name are joined, and taken back; what was written meanwhile goes to whom it belongs."""
    page = week.desk
    page.goto("/homes/people/alike/")
    expect(page.locator("h1")).to_contain_text("有 1 对可能是同一人")
    assert week.rows["2-301-3"].name not in page.locator("main").inner_text(), "twins are asked about"
    week.seen("alike")
    page.get_by_role("link", name="对照查看").click()
    for text in ("7号 104室", "7号 203室", "电话"):
        main_of(page).to_contain_text(text)
    week.seen("pair")
    page.fill("[name=note]", "电话里问过，是同一位")
    page.get_by_role("button", name=re.compile("同一人：保留胡文静")).click()
    main_of(page).to_contain_text("从现在起按同一人处理")
    home_of(week, page, "胡文静")
    page.locator("a", has_text="更正").first.click()
    page.fill("[name=phone_new]", "19900005033")
    page.get_by_role("button", name="登记", exact=True).click()
    main_of(page).to_contain_text("5033")
    page.goto("/homes/people/alike/")
    page.get_by_role("link", name=re.compile("胡雯静 → 胡文静")).click()
    since = page.locator("fieldset", has_text="5033")
    since.get_by_label("胡雯静").check()
    week.seen("join")
    page.fill("[name=note]", "门牌不同，是两位")
    page.get_by_role("button", name="撤销合并").click()
    expect(page.locator("h1")).to_contain_text("已恢复为两个人")
    home_of(week, page, "胡雯静")
    main_of(page).to_contain_text("5033")
    home_of(week, page, "胡文静")
    expect(page.locator("main")).not_to_contain_text("5033")
    arrivals_and_tenants(week)


def arrivals_and_tenants(week: Week) -> None:
    """Somebody at the counter comes back from a journey; the letting company hands its list in."""
    page, line = week.desk, week.rows["5-302-1"]
    page.goto("/returnees/new/")
    page.fill("[name=name]", line.name)
    page.fill("[name=phone]", line.phone)
    page.fill("[name=address]", f"{office.BLOCK} {line.building}{line.room}")
    page.fill("[name=arrival]", "昨天")
    page.check("[name=arrived]")
    week.seen("returnee")
    page.get_by_role("button", name="登记", exact=True).click()
    page.goto("/returnees/")
    main_of(page).to_contain_text(line.name)
    company = week.page_at(360, as_user=week.users["wuye"])
    company.goto("/tenancies/lists/")
    company.set_input_files("input[type=file]", str(office.tenants(week.folder / "租客.xlsx", week.rows)))
    company.get_by_role("button", name="和登记册比对").click()
    expect(company.locator("h1")).to_contain_text("3")
    main_of(company).to_contain_text("吕未名")
    week.seen("tenant list", company)
    page.goto("/tenancies/differences/")
    main_of(page).to_contain_text("吕未名")
    week.seen("differences")


def thursday(week: Week) -> None:
    """The file a week later: read with the saved columns, a word taught; some changes taken, one kind left."""
    page, later = week.desk, office.second_week(week.rows)
    office.edit(later, "6-401-1", state="钥匙在物业")
    office.edit(later, "6-401-2", state="钥匙在物业")
    url = drop(week, office.write(week.folder / "住户登记0217.xlsx", later))
    main_of(page).to_contain_text("各列按已保存的“槐荫居委会的表”第 1 版读取")
    page.get_by_role("link", name="房屋状态不在列表中").click()
    page.get_by_role("link", name="教会导入这样的词").click()
    page.get_by_label("表格里的写法").fill("钥匙在物业")
    page.locator("#means").select_option(label="空置")
    week.seen("words")
    page.get_by_role("button", name="记住这个词，重新读取文件").click()
    main_of(page).to_contain_text("从现在起，“钥匙在物业”读作：空置")
    expect(page.locator("form[action$='/begin'] .button-main")).to_be_visible(timeout=60_000)
    week.seen("second preview")
    page.goto(url + "changes")
    week.seen("changes")
    expect(page.locator("h1")).to_contain_text("11 处变化")
    told = page.locator("#results").inner_text()
    # a number with dashes, another word for a state, blanks around a name, what was corrected here on Tuesday
    for bait in ("3-101", "5-101", "听松别墅 3", "1-302"):
        assert bait not in told, f"{bait} is shown as a change"
    for text in ("4甲号", "2-201", "1-202", "2-103", "1-401", "6-102", "1-201", "6-401", "1-204", "5-201", "3-204"):
        assert text in told, f"{text} is not shown as a change"
    kind = page.locator("section", has=page.locator("#kinds-h")).locator("tr")
    kind.filter(has_text="电话").get_by_role("button", name="全部不采用").click()
    for word in ("搬出", "去世"):
        kind.filter(has_text=word).get_by_role("button", name="全部采用").click()
    page.goto(url)
    take(week)
    week.seen("changes done")
    home_of(week, page, week.rows["3-204-1"].name)
    main_of(page).to_contain_text(week.rows["3-204-1"].phone[-4:])  # its change was left
    home_of(week, page, week.rows["1-202-1"].name)
    expect(page.locator("p", has_text=week.rows["1-202-3"].name)).to_contain_text("已搬走")
    home_of(week, page, week.rows["4-101-1"].name)
    expect(page.locator("h1")).to_contain_text("4甲号")
    home_of(week, page, week.rows["6-401-1"].name)
    main_of(page).to_contain_text("空置")
    home_of(week, page, week.rows["1-302-1"].name)
    main_of(page).to_contain_text("白天没人，晚上再去")


def friday(week: Week) -> None:
    """The register out, edited by id, one row deleted, back in with a preview; then taken back, and all is as before."""
    page = week.desk
    before = week.facts()
    first = export(week, "登记册.xlsx")
    edited = week.folder / "登记册（改）.xlsx"
    gone = edit_export(week, week.folder / "登记册.xlsx", edited)
    url = drop(week, edited)
    week.seen("preview of an export")
    phone = week.page_at(360, as_user=week.users["shuji"])
    phone.goto(url + "changes")
    week.seen("changes on a phone", phone)
    main_of(phone).to_contain_text(gone)
    page.goto(url)
    take(week)
    assert week.facts() != before
    home_of(week, page, week.rows["5-302-1"].name)
    main_of(page).to_contain_text(gone)  # a deleted row removes nobody
    home_of(week, page, week.rows["5-301-1"].name)
    main_of(page).to_contain_text("膝盖不好，请敲门久一点")
    page.goto(url)
    page.get_by_role("button", name="撤销导入").click()
    page.get_by_role("dialog").get_by_role("button", name="撤销", exact=True).click()
    expect(page.locator("h1")).to_contain_text("这次导入已撤销", timeout=60_000)
    week.seen("undone")
    assert week.facts() == before
    assert export(week, "登记册再导出.xlsx") == first
    english = week.page_at(1280, "en", as_user=week.users["zhao"])
    english.goto(url)
    expect(english.locator("h1")).to_contain_text("This import was taken back")
    week.seen("undone, in English", english)


def export(week: Week, name: str) -> dict[str, Sheet]:
    """The register as a workbook."""
    week.desk.goto("/register/export/")
    week.seen("export page")
    book = fetch(week.desk, lambda: week.desk.get_by_role("button", name="生成文件").click(), week.folder / name)
    return {title: rows for title, rows in book.items() if not title.startswith("_")}


def edit_export(week: Week, source: Path, target: Path) -> str:
    """Correct a name, a remark and a state by the ids of the rows; delete a row; returns whose."""
    book = openpyxl.load_workbook(source)
    page = book[office.BLOCK]
    at = {str(cell.value): cell.column for cell in page[1]}
    where = {str(page.cell(row, at["姓名"]).value): row for row in range(2, page.max_row + 1)}
    page.cell(where[week.rows["5-204-1"].name], at["姓名"]).value = week.rows["5-204-1"].name[:2] + "琳"
    page.cell(where[week.rows["5-301-2"].name], at["备注"]).value = "膝盖不好，请敲门久一点"
    page.cell(where[week.rows["5-303-1"].name], at["房屋状态"]).value = "空关"
    gone = week.rows["5-302-3"].name
    page.delete_rows(where[gone])
    book.save(target)
    return gone
