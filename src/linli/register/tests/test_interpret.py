"""Single rules of the interpretation, each on the smallest file that shows it."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from linli.kernel.identity import check_character
from linli.kernel.refusal import Refusal
from linli.register.interpret import words
from linli.register.interpret.documentation import headings_markdown
from linli.register.interpret.interpretation import interpret
from linli.register.interpret.model import Interpretation, RowReading
from linli.register.interpret.presence import Away, is_gone, lives_elsewhere, read_away
from linli.register.interpret.report import as_json, mask_cell, read_answers

TODAY = date(2020, 3, 1)
FILLED = date(2020, 2, 6)


def number(born: str = "19830708", order: int = 701, area: str = "310105") -> str:
    """A valid number."""
    first = f"{area}{born}{order}"
    return first + check_character(first)


def book(rows: list[list[object]], name: str = "东苑") -> bytes:
    """A workbook with one sheet."""
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-m-d"})
    page = made.add_worksheet(name)
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell != "":
                page.write(at, column, cell)
    made.close()
    return out.getvalue()


def read(rows: list[list[object]], name: str = "东苑") -> Interpretation:
    """Interpret one sheet."""
    return interpret(book(rows, name), "x.xlsx", today=TODAY)


HEAD: list[object] = ["地址", "姓名", "性别", "身份证号", "电话", "关系", "居住情况", "备注"]


def person(
    address: str,
    name: str,
    id_number: str = "",
    state: str = "常住",
    remark: str = "",
    phone: str = "",
    rel: str = "户主",
) -> list[object]:
    """One row under HEAD."""
    return [address, name, "", id_number, phone, rel, state, remark]


def kinds(result: Interpretation) -> set[str]:
    """Kinds of problems."""
    return {problem.kind for problem in result.problems}


def one(result: Interpretation) -> RowReading:
    """The only row."""
    [row] = result.rows
    return row


def test_an_address_that_became_a_date_is_given_back() -> None:
    result = read(
        [["门牌号", "房号", "姓名", "关系", "电话"], [date(2020, 3, 2), "101", "某甲", "户主", "19900000001"]]
    )
    assert one(result).door.code() == "东苑|3|2||101"
    [problem] = [problem for problem in result.problems if problem.kind == "address_became_date"]
    assert (problem.cell, problem.raw, problem.proposal, problem.level) == ("A2", "2020-3-2", "3支弄2号", "warn")


def test_sex_and_birth_come_from_the_number_and_the_contradiction_is_named() -> None:
    head: list[object] = [*HEAD, "出生日期"]
    row = person("1号101", "某甲", number())
    result = read([head, [*row[:2], "女", *row[3:], "1984-07-08"]])
    assert (one(result).sex, one(result).born) == ("男", date(1983, 7, 8))
    assert {"sex_contradicts_id", "born_contradicts_id"} <= kinds(result)


@pytest.mark.parametrize(
    ("state", "remark", "present", "absence"),
    [
        ("常住", "", True, None),
        ("出租", "", True, None),
        ("", "", True, None),
        ("全家在外", "", False, "away"),
        ("空关", "", False, "dwelling"),
        ("常住", "在韩国 3月底回", False, "away"),
        ("常住", "已搬走", False, "gone"),
        ("常住", "不住此处", False, "elsewhere"),
    ],
)
def test_who_holds_a_permit(state: str, remark: str, present: bool, absence: str | None) -> None:
    row = one(read([HEAD, person("1号101", "某甲", number(), state, remark), ["合计"]]))
    assert (row.present, row.absence) == (present, absence)


@pytest.mark.parametrize(
    ("remark", "away"),
    [
        ("在日本，3.15返沪", Away("日本", date(2020, 3, 15), date(2020, 3, 15))),
        ("英国读书，6月回", Away("英国", date(2020, 6, 1), date(2020, 6, 30))),
        ("人在美国，未定", Away("美国", None, None)),
        ("回湖北老家，未返沪", Away("湖北", None, None)),
        ("在江西，元宵后回来", Away("江西", date(2020, 2, 9), None)),
        ("不在沪", Away(None, None, None)),
        ("在韩企上班", None),
        ("曾去过武汉(2018年)", None),
        ("德国车沪Z00128", None),
        ("女儿同住", None),
        ("2月4日从外地回", None),
        ("已返沪", None),
        ("家里有车2辆", None),
    ],
)
def test_away_or_not(remark: str, away: Away | None) -> None:
    assert read_away(remark, FILLED) == away


def test_gone_and_elsewhere_mean_this_person() -> None:
    assert is_gone("已故")
    assert not is_gone("老伴已故")
    assert not is_gone("残疾证已注销")
    assert lives_elsewhere("业主住别处")


def test_a_blank_state_is_not_taken_from_the_dwelling_above() -> None:
    result = read(
        [
            HEAD,
            person("1号", "某甲", number()),
            person("2号", "某乙", number(order=703), state=""),
            ["", "某丙", "", "", "", "子"],
        ]
    )
    assert [row.state for row in result.rows] == ["owner", None, None]
    assert result.totals["dwellings_left_blank"] == 1


def test_same_number_merges_same_name_asks_and_namesakes_never() -> None:
    rows = [
        HEAD,
        person("1号", "某甲", number()),
        person("2号", "某甲", number(), rel="子"),
        person("3号", "某乙", number(), rel="母"),
        person("4号", "某丙", number(order=705), phone="19900000001"),
        person("5号", "某丙", "", phone="19900000001", rel="子"),
        person("6号", "某丁", number(order=707)),
        person("7号", "某丁", number("19900101")),
        person("8号", "某戊", number("20130423", 856)),
        person("8号", "某己", number("20130423", 857)),
    ]
    result = read(rows)

    def numbers(pairs: list[tuple[tuple[str | None, int], tuple[str | None, int]]]) -> list[tuple[int, int]]:
        return [(left[1], right[1]) for left, right in pairs]

    assert numbers(result.merge) == [(2, 3)]
    assert set(numbers(result.ask)) == {(2, 4), (3, 4), (5, 6)}
    assert numbers(result.never_merge) == [(7, 8), (9, 10)]
    assert result.totals["persons"] == 8


def test_an_agents_phone_over_six_flats_joins_nobody() -> None:
    rows = [
        HEAD,
        *(
            person(f"{at}号", f"某{name}", number(order=700 + at), phone="19900009999")
            for at, name in enumerate("甲乙丙丁戊己", 1)
        ),
    ]
    result = read(rows)
    assert (result.merge, result.ask, result.never_merge) == ([], [], [])


def test_answers_change_the_totals_and_end_the_question() -> None:
    data = book(
        [HEAD, person("1号", "某甲", number(), phone="19900000001"), person("2号", "某甲", "", phone="19900000001")]
    )
    pair = [["东苑", 2], ["东苑", 3]]
    for answer, persons in (("same", 1), ("other", 2)):
        answers = read_answers(json.dumps([{"rows": pair, "answer": answer}]))
        result = interpret(data, "x.xlsx", today=TODAY, answers=answers)
        assert (result.totals["persons"], result.ask) == (persons, [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[1]",
        '[{"rows": [["a", 1]], "answer": "same"}]',
        '[{"rows": [["a", 1], ["a", 2]], "answer": "maybe"}]',
    ],
)
def test_answers_that_cannot_be_read(text: str) -> None:
    if text == "{}":
        assert read_answers(text) == ()
        return
    with pytest.raises(Refusal) as caught:
        read_answers(text)
    assert caught.value.code == "import.answers_format"


def test_an_answer_to_a_question_that_nobody_asked() -> None:
    with pytest.raises(Refusal) as caught:
        interpret(
            book([HEAD, person("1号", "某甲")]), "x.xlsx", today=TODAY, answers=((("东苑", 2), ("东苑", 3), "same"),)
        )
    assert caught.value.code == "import.answer_unknown"


def test_numbers_are_masked_everywhere_unless_asked_for() -> None:
    bad = number()[:-1] + ("0" if number()[-1] != "0" else "1")
    result = read(
        [
            HEAD,
            person("1号", "某甲", number(), phone="199 0000 1234"),
            person("2号", "某乙", bad, remark="电话19900005678"),
        ]
    )
    masked = json.dumps(as_json(result), ensure_ascii=False, default=str)
    for secret in (number()[:12], bad[:12], "0000 12", "19900001", "19900005678"):
        assert secret not in masked
    shown = json.dumps(as_json(result, show_numbers=True), ensure_ascii=False, default=str)
    assert number() in shown
    assert mask_cell("'310105 1983") == "'****** **83"


def test_the_json_object_has_the_agreed_keys() -> None:
    result = as_json(read([HEAD, person("1号", "某甲", number())]))
    assert list(result) == ["totals", "rows", "problems", "merge", "ask", "never_merge"]
    [row] = result["rows"]  # type: ignore[misc]
    assert list(row) == [
        "sheet",
        "row",
        "door",
        "state",
        "name",
        "sex",
        "doc",
        "number",
        "born",
        "rel",
        "phone",
        "nation",
        "present",
        "away",
    ]


def test_numbers_that_a_spreadsheet_wrote_out_again_are_not_trusted_even_if_they_pass() -> None:
    lucky = next(made for at in range(1, 29) if (made := number(f"198501{at:02d}", 700, area="310105")).endswith("000"))
    honest = [HEAD, person("1号", "某甲", lucky), person("2号", "某乙", number())]
    assert read(honest).rows[0].number == lucky
    result = read([*honest, person("3号", "某丙", number("19700101", 700)[:15] + "000")])
    assert [row.number for row in result.rows] == [None, number(), None]
    assert {"id_float_lost", "id_float_lost_lucky"} <= kinds(result)


def test_a_party_column_is_never_imported() -> None:
    result = read([[*HEAD, "政治面貌"], [*person("1号", "某甲", number()), "党员"]])
    assert "column_never_imported" in kinds(result)
    assert one(result).remark is None


def test_a_workbook_without_a_register() -> None:
    with pytest.raises(Refusal) as caught:
        read([["购物清单"], ["苹果", 3], ["梨", 4]])
    assert caught.value.code == "import.no_register"


def test_the_words_of_every_vocabulary_find_their_entry() -> None:
    for state, entry in words.load("states").items():
        for word in entry["exact"]:
            assert words.state_of(word) == state, word
    for relation, entry in words.load("relations").items():
        for word in entry.get("exact", ()) if relation != "sex" else ():
            assert words.relation_of(word) == relation, word
    odd = {
        "户主之妻": "spouse",
        "业主的父亲": "parent",
        "三儿子": "child",
        "外孙女": "child",
        "户主的二姐": "relative",
        "朋友家": None,
    }
    assert {word: words.relation_of(word) for word in odd} == odd
    assert words.nation_of("韩籍") == "韩国"
    assert words.nation_of("火星") == "火星"
    assert words.is_foreign("韩国")
    assert not words.is_foreign("中国香港")


def test_the_page_about_headings_is_up_to_date() -> None:
    page = Path(__file__).resolve().parents[4] / "docs" / "headings.md"
    assert page.read_text(encoding="utf-8") == headings_markdown(), (
        "write linli.register.interpret.documentation.headings_markdown() there"
    )


def test_headings_in_nobodys_words_still_give_name_and_room() -> None:
    rows: list[list[object]] = [
        ["弄", "几号楼", "哪一间", "住的人叫啥", "和户主啥关系", "证件号", "手机或座机"],
        ["566", "12", "301", "曹慧琴", "本人", number(order=701), "199-0000-3001"],
        ["566", "12", "302", "曹小雨", "女儿", number("19900101", 702), "19900003003"],
        ["566", "12", "401", "邻居说姓黄", "", "", "021-00003001"],
        ["566", "13", "101", "樊亚男（外婆）和谢建华", "户主", "EZ0012345", "19900003020"],
    ]
    read = interpret(book(rows), "摸底.xlsx", today=TODAY)
    assert [(row.door.building, row.door.room, row.name) for row in read.rows][:3] == [
        ("12", "301", "曹慧琴"),
        ("12", "302", "曹小雨"),
        ("12", "401", "邻居说姓黄"),
    ]
    asked = {(one.cell, one.proposal) for one in read.problems if one.kind == "column_guessed"}
    assert {("C1", "room"), ("D1", "name")} <= asked


def test_no_headings_and_the_room_beside_the_building_keeps_each_home_apart() -> None:
    text = "\n".join(
        [
            f"1号,101,李静,户主,{number('19700101', 731)},19900004101,自住",
            f"1号,101,李强,儿子,{number('19990101', 733)},19900004102,自住",
            "1号,102,,,,,空置",
        ]
    )
    read = interpret(text.encode("gb18030"), "单.csv", today=TODAY)
    assert [(row.door.building, row.door.room, row.state) for row in read.rows] == [
        ("1", "101", "owner"),
        ("1", "101", "owner"),
        ("1", "102", "vacant"),
    ]
