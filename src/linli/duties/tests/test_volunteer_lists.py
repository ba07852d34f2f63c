"""An office's list of volunteers: read to its truth, whatever its layout; taken in twice; what is shown to whom."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from linli.accounts.tests.refused import refused
from linli.duties.actions.volunteer_lists import Choices, take_list
from linli.duties.models import Availability, Away, Exemption, Membership, Pairing, Volunteer
from linli.duties.testing import body
from linli.duties.volunteer_words import PROBLEMS, week_words
from linli.duties.volunteers.reading import VolunteerList, read_volunteers
from linli.duties.volunteers.report import as_json
from linli.duties.volunteers.week import ALL, as_words, read_week
from linli.ground.models import Mandate
from linli.ground.testing import Cast, client_as
from linli.journal.models import Entry

OFFICE = Path(__file__).resolve().parents[5] / "shared" / "data" / "office"
TODAY = date(2020, 2, 10)
PARTS = "早午晚"


def book(**sheets: list[list[Any]]) -> bytes:
    """An xlsx of these sheets."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for at, cells in enumerate(rows):
                for column, value in enumerate(cells):
                    if value is not None:
                        sheet.write(at, column, value)
    return buffer.getvalue()


def small() -> bytes:
    """A list as the office makes it: a grid, words, roles, a lent staff with notes, sentences on a sheet of their own."""
    grid = [f"周{day}{part}" for day in "一二三四五六日" for part in PARTS]
    ticks = ["√", None, "×", "可"] + [None] * 17
    return book(
        志愿者=[
            ["志愿者报名及可参加时间（2020年2月17日起）"],
            ["序号", "姓名", "性别", "身份", "手机", *grid, "可服务时间说明"],
            [1, "姜\u3000桂", "女", "党员", "19900009006", *ticks],
            [2, "高刚涛", "男", "党员", "19900001013", *[None] * 21, "除周三"],
            [3, "高刚涛", "男", "业主代表", "19900000241", *[None] * 21, "2月20日前不行，之后都行"],
            [4, "易芳雪", "女", "楼组长/党员", "199-0000-8391", *[None] * 21, "都可以"],
        ],
        陕西大厦4人=[
            ["陕西大厦支援升平小区人员（4人，每2人一组）"],
            ["序号", "姓名", "性别", "备注"],
            [1, "万坤强", "男"],
            [2, "叶玲", "女"],
            [3, "郑艳芳", "女", "孕期，不排夜班"],
            [4, "胡伟明", "男", "骨折刚愈，不站岗，可登记"],
        ],
        要求=[
            ["万坤强和叶玲是夫妻，要在一组"],
            ["郑艳芳、胡伟明不要排一起"],
            ["高刚涛（党员那位）只排白天"],
            ["易芳雪 照顾老人，二月免排"],
            ["高刚涛免排"],
        ],
    )


def free(found: VolunteerList, name: str) -> list[str] | None:
    one = next(one for one in found.people if one.name == name)
    return as_words(one.slots) if one.slots is not None else None


def test_the_office_file_is_read_to_its_truth() -> None:
    found = read_volunteers(small(), today=TODAY)
    answer = as_json(found, show_numbers=True, show_roles=True)
    rows = answer["rows"]
    assert [one["name"] for one in rows] == ["姜桂", "高刚涛", "高刚涛", "易芳雪"]
    assert rows[0]["free"] == ["1早", "2早"]
    assert rows[0]["said"] == "ticks"
    assert rows[2]["free"] is None
    assert rows[3]["roles"] == ["楼组长", "党员"]
    assert rows[3]["phone"] == "19900008391"
    assert [one["name"] for one in answer["unit"]] == ["万坤强", "叶玲", "郑艳芳", "胡伟明"]
    staff, people = "陕西大厦4人", "志愿者"
    assert answer["together"] == [[[staff, 3], [staff, 4]]]
    assert answer["apart"] == [[[staff, 5], [staff, 6]]]
    assert answer["day_only"] == [[people, 4], [staff, 5]]
    assert answer["no_standing"] == [[staff, 6]]
    assert answer["exempt"] == [[people, 6]]
    assert answer["totals"]["party_members"] == 3
    assert (answer["totals"]["groups"], answer["totals"]["group_size"], answer["home"]) == (2, 2, "陕西大厦")
    kinds = {(one["kind"], one["cell"]) for one in answer["problems"]}
    assert kinds == {("same_name", "B5"), ("hours_not_weekly", "AA5"), ("name_ambiguous", "A5")}
    if (OFFICE / "volunteers.xlsx").exists():
        truth = json.loads((OFFICE / "truth" / "volunteers.json").read_text())
        whole = read_volunteers((OFFICE / "volunteers.xlsx").read_bytes(), today=TODAY)
        told = as_json(whole, show_numbers=True, show_roles=True)
        keys = ("row", "name", "roles", "phone", "said", "free")
        assert [{key: row[key] for key in keys} for row in told["rows"]] == [
            {key: row[key] for key in keys} for row in truth["rows"]
        ]
        assert [one["name"] for one in told["unit"]] == [one["name"] for one in truth["unit"]]
        assert {key: told["totals"][key] for key in truth["totals"]} == truth["totals"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("周一至周五", "1早 1午 1晚 2早 2午 2晚 3早 3午 3晚 4早 4午 4晚 5早 5午 5晚"),
        ("工作日晚上", "1晚 2晚 3晚 4晚 5晚"),
        ("一三五上午", "1早 3早 5早"),
        ("星期六、日下午", "6午 7午"),
        ("周一上午，周三下午", "1早 3午"),
        ("周末或晚上", "1晚 2晚 3晚 4晚 5晚 6早 6午 6晚 7早 7午 7晚"),
        ("周末白天，工作日18点后", "1晚 2晚 3晚 4晚 5晚 6早 6午 7早 7午"),
        ("除周一至周四外晚上可", "5晚 6晚 7晚"),
        ("周一到周五上班，周末均可", "6早 6午 6晚 7早 7午 7晚"),
        ("只有周六上午 有空", "6早"),
        ("周三不行，其他时间晚上可", "1晚 2晚 4晚 5晚 6晚 7晚"),
        ("Sat and Sun mornings", "6早 7早"),
        ("没空", ""),
    ],
)
def test_words_of_the_week(said: str, words: str) -> None:
    slots = read_week(said).slots
    assert slots is not None
    assert " ".join(as_words(slots)) == words


@pytest.mark.parametrize(
    "said", ["看情况", "不定", "待定", "单双休", "做一休一", "3月以后", "每周一次", "下周一起", "隔天"]
)
def test_what_is_no_weekly_pattern(said: str) -> None:
    assert (read_week(said).slots, read_week(said).doubt) == (None, "not_weekly")


def test_what_is_not_understood_is_asked_and_not_guessed() -> None:
    assert (read_week("孩子放学后可").slots, read_week("孩子放学后可").doubt) == (None, "unclear")
    afternoon = read_week("下午3点后")
    assert afternoon.doubt == "partly"
    assert as_words(afternoon.slots or frozenset())[0] == "1晚"
    assert read_week("都可以").slots == ALL


HEAD = ["姓名", "联系电话", "政治面貌"]


@pytest.mark.parametrize(
    "rows",
    [
        # parts over days
        [[*HEAD, "早", *[None] * 6, "晚", *[None] * 6], [None, None, None, *"一二三四五六日", *"一二三四五六日"],
         ["张一", "19900000001", "中共党员", "●", *[None] * 6, "●"]],
        # days over parts, merged
        [["志愿者", "联系电话", "政治面貌", *[v for d in "一二三四五六日" for v in (f"星期{d}", None, None)]],
         [None, None, None, *(["上午", "下午", "晚上"] * 7)],
         ["张一", 19900000001, "中共党员", 1, 0, 1]],
        # days only, the part in the cell
        [[*HEAD, *[f"周{d}" for d in "一二三四五六日"]], ["张一", "199 0000 0001", "中共党员", "早、晚"]],
        # parts only, the days in the cell
        [[*HEAD, "上午", "下午", "晚上"], ["张一", "199-0000-0001", "中共党员", "周一", "否", "周一"]],
        # a row a day, the name said once
        [[*HEAD, "星期", "上午", "下午", "晚上"], ["张一", "19900000001", "中共党员", "周一", "Y", None, "是"],
         [None, None, None, "周二", None, "×", None]],
        # words only, other order, a title above
        [["报名表"], ["可服务时间", "政治面貌", "手机号码", "姓名"], ["周一早晚", "中共党员", "+86 19900000001", "张 一"]],
        # the hours in the column for notes
        [[*HEAD, "备注"], ["张一", "19900000001", "中共党员", "周一早和周一晚"]],
        # a role in a column of its own that is also a heading's word
        [["志愿者", "电话", "身份", "时间"], ["张一", "199-0000-0001", "党员、志愿者", "周一早上、晚上"]],
        # a column to tick for the role
        [["姓名", "手机", "是否党员", "时间"], ["张一", "19900000001", "√", "周一早上和晚上"]],
    ],
)  # fmt: skip
def test_other_layouts_say_the_same(rows: list[list[Any]]) -> None:
    found = read_volunteers(book(表一=rows), today=TODAY)
    assert free(found, "张一") == ["1早", "1晚"]
    assert found.people[0].phones == ("19900000001",)
    assert found.people[0].party
    assert len(found.people) == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_text_in_any_encoding(encoding: str) -> None:
    text = "姓名,电话,时间\r\n张一,19900000001,工作日晚上\r\n李二,1990000002,不定\r\n,19900000003,每天\r\n"
    found = read_volunteers(text.encode(encoding), today=TODAY)
    assert free(found, "张一") == ["1晚", "2晚", "3晚", "4晚", "5晚"]
    assert [one.sheet for one in found.people] == [None, None, None]
    assert [(one.kind, one.cell) for one in found.problems] == [
        ("phone_10_digits", "B3"),
        ("hours_not_weekly", "C3"),
        ("name_missing", "A4"),
    ]


def test_every_problem_has_a_sentence_and_ticks_that_are_none_are_asked() -> None:
    rows = [
        ["姓名", "手机", "年龄", "周一早", "周一晚", "说明时间"],
        ["张一", "19900000001", 16, "√", "大概", None],
        ["张一", "19900000001", 40, "√", None, "周三"],
        ["王*", "无", 40, None, None, None],
        ["合计", 3],
    ]
    found = read_volunteers(book(表=rows), today=TODAY)
    kinds = {one.kind for one in found.problems}
    assert kinds <= PROBLEMS.keys()
    assert {"tick_unclear", "under_age", "row_twice", "hours_differ", "name_damaged", "phone_missing"} <= kinds
    assert [one.name for one in found.people] == ["张一", "张一", "王*"]
    with refused("list.no_headings"):
        read_volunteers("今天天气很好\n明天也好".encode(), today=TODAY)


def test_hollow_circles_mean_no_only_beside_full_ones_everywhere() -> None:
    head = ["姓名", "手机", "周一早", "周一午", "周一晚"]
    full = read_volunteers(book(表=[head, ["张一", "19900000001", "●", "○", "○"]]), today=TODAY)
    assert free(full, "张一") == ["1早"]
    alone = read_volunteers(book(表=[head, ["张一", "19900000001", "○", None, "○"]]), today=TODAY)
    assert free(alone, "张一") == ["1早", "1晚"]


def test_the_verb_masks_and_journals(db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "名单.xlsx"
    path.write_bytes(small())
    call_command("import_volunteers", str(path), dry_run=True, json=True)
    plain = capsys.readouterr().out
    answer = json.loads(plain)
    assert answer["rows"][0]["phone"] == "199****9006"
    assert answer["rows"][0]["roles"] is None
    assert "党员" not in plain
    assert "19900009006" not in plain
    assert all(one["message"] for one in answer["problems"])
    assert not Entry.objects.filter(act__startswith="duties.").exists()
    call_command("import_volunteers", str(path), dry_run=True, json=True, show_numbers=True, show_roles=True)
    shown = json.loads(capsys.readouterr().out)
    assert (shown["rows"][0]["phone"], shown["rows"][0]["roles"]) == ("19900009006", ["党员"])
    acts = set(Entry.objects.values_list("act", flat=True))
    assert {"duties.numbers_shown", "duties.roles_shown"} <= acts


def test_taken_in_twice_changes_nothing_and_nobody_is_joined_by_name(cast: Cast) -> None:
    found = read_volunteers(small(), today=TODAY)
    with cast.scope():
        home, branch = body(cast, "陕西大厦", "company"), body(cast, "第一支部")
        choices = Choices(home=home, adults=True, bodies={"党员": branch})
        first = take_list(by=cast.users["clerk"], neighbourhood=cast.neighbourhood, found=found, choices=choices)
        assert first.as_json() == {"new": 8, "changed": 0, "same": 0, "left_out": 0}
        counts = [model.objects.count() for model in (Volunteer, Availability, Membership, Exemption, Pairing, Away)]
        again = take_list(by=cast.users["clerk"], neighbourhood=cast.neighbourhood, found=found, choices=choices)
        assert again.as_json() == {"new": 0, "changed": 0, "same": 8, "left_out": 0}
        models = (Volunteer, Availability, Membership, Exemption, Pairing, Away)
        assert [model.objects.count() for model in models] == counts
        assert Volunteer.objects.filter(name="高刚涛").count() == 2
        assert Volunteer.objects.filter(name="姜桂").get().adult_said_by == cast.users["clerk"].pk
        assert {one.code for one in Exemption.objects.all()} == {"day_only", "no_standing"}
        assert set(Pairing.objects.values_list("together", flat=True)) == {True, False}
        away = Away.objects.get()
        assert (away.since, away.until) == (date(2020, 2, 17), date(2020, 3, 1))
        # a member of the branch is seen with the branch, by name only, and nowhere else
        assert Mandate.objects.filter(of_body=branch, capacity="member", user=None).count() == 3
    assert Entry.objects.filter(act="duties.list_taken").count() == 2


def test_somebody_under_age_or_without_a_name_is_left_out(cast: Cast) -> None:
    rows = [["姓名", "手机", "年龄", "时间"], ["小明", "19900000001", 16, "每天"], [None, "19900000002", 40, "每天"]]
    found = read_volunteers(book(表=rows), today=TODAY)
    with cast.scope():
        taken = take_list(by=None, neighbourhood=cast.neighbourhood, found=found, choices=Choices())
        assert taken.as_json() == {"new": 0, "changed": 0, "same": 0, "left_out": 2}


def test_the_page_shows_what_is_asked_and_takes_the_list_in(cast: Cast) -> None:
    client = client_as(cast.users["clerk"])
    file = SimpleUploadedFile("名单.xlsx", small())
    page = client.post("/volunteers/import/", {"file": file})
    assert page.status_code == 302
    shown = client.get(page.url).content.decode()
    assert "高刚涛" in shown
    assert "199****9006" in shown
    assert "19900009006" not in shown
    assert "AA5" in shown
    with cast.scope():
        branch = body(cast, "第一支部")
    assert client.post(page.url, {"adults": "on", "role_0": str(branch.pk)}).url == "/volunteers/"
    listed = client.get("/volunteers/").content.decode()
    assert "易芳雪" in listed
    assert "党员" not in listed
    assert client.post("/volunteers/import/", {"pasted": ""}).status_code == 422
    assert client.post("/volunteers/import/", {"pasted": "今天天气"}).status_code == 422
    assert client_as(cast.users["guard"]).get("/volunteers/import/").status_code == 403
    assert client_as(cast.users["stranger"]).get(page.url).status_code == 404


def test_hours_in_a_line() -> None:
    assert week_words(ALL)
    assert week_words({(1, "early"), (2, "early"), (6, "early"), (6, "afternoon"), (6, "night")})
    assert week_words(()) == ""
