"""Sheets of questions: versions that never change, edited in the product and as a workbook."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from django.test import Client
from django.utils.translation import override

from linli.accounts.tests.refused import refused
from linli.ground.testing import Cast, client_as
from linli.journal.models import Entry
from linli.rounds.actions.sheets import BadSheet, retire_sheet, save_sheet
from linli.rounds.asking import KINDS, Ask, Choice
from linli.rounds.models import Question, Sheet
from linli.rounds.sheet_files import NAMES, TYPES, read_file, write_file
from linli.rounds.sheet_reading import asks_of, kept_at
from linli.rounds.testing_walk import make_walker, open_round
from linli.rounds.words import ASK_KINDS

ALL = (
    Ask("yes_no", "门岗有人吗", "Is somebody there?", "there", wrong=False, finding="门岗无人", days=0),
    Ask("choice", "路灯", code="lamp", finding="路灯坏了", choices=(Choice("good", "都亮"), Choice("bad", "有不亮", wrong=True))),
    Ask("choices", "哪些地方", code="where", required=False, choices=(Choice("a", "大门"), Choice("b", "围墙"))),
    Ask("number", "几人", code="people", unit="人", least=Decimal(2), lowest=Decimal(0), highest=Decimal(50), finding="人手不足"),
    Ask("text", "其他", code="more", required=False),
    Ask("photo", "照片", code="shot", required=False),
    Ask("time", "几点", code="clock"),
    Ask("temperature", "体温", code="heat", most=Decimal("37.3"), finding="发热", when="measures"),
)  # fmt: skip


def test_a_sheet_of_all_eight_kinds_is_kept_as_it_was_made(cast: Cast) -> None:
    sheet = save_sheet(by=cast.users["secretary"], place=cast.neighbourhood, title=" 巡查  八问 ", asks=ALL)
    assert (sheet.title, sheet.version, tuple(asks_of(sheet))) == ("巡查 八问", 1, ALL)
    assert {ask.kind for ask in ALL} == set(KINDS) == set(NAMES)
    assert Entry.objects.get(act="rounds.sheet_saved").data == {"version": 1, "questions": 8}


def test_a_changed_sheet_is_a_new_version_and_an_open_round_keeps_its_own(cast: Cast) -> None:
    first = save_sheet(by=None, place=cast.neighbourhood, title="巡查", asks=ALL[:1])
    round_ = open_round(cast, cast.gates, make_walker(cast), sheet=first)
    same = save_sheet(by=None, place=cast.neighbourhood, title="巡查", asks=ALL[:1], code=first.code, seen=1)
    assert same == first
    second = save_sheet(by=None, place=cast.neighbourhood, title="巡查", asks=ALL[:2], code=first.code, seen=1)
    round_.refresh_from_db()
    round_.plan.refresh_from_db()
    assert (second.version, second.replaces, round_.sheet, round_.plan.sheet) == (2, first, first, second)
    assert list(kept_at([cast.neighbourhood])) == [second]
    with refused("rounds.sheet_overtaken"):
        save_sheet(by=None, place=cast.neighbourhood, title="巡查", asks=ALL[:3], code=first.code, seen=1)


def test_what_cannot_be_saved(cast: Cast) -> None:
    with refused("rounds.sheet_title"):
        save_sheet(by=None, place=cast.neighbourhood, title=" ", asks=ALL)
    for asks in ((), ALL * 6):
        with refused("rounds.sheet_length"):
            save_sheet(by=None, place=cast.neighbourhood, title="巡查", asks=asks)
    with pytest.raises(BadSheet) as wrong:
        save_sheet(by=None, place=cast.neighbourhood, title="巡查", asks=[ALL[0], replace(ALL[1], choices=())])
    assert (wrong.value.code, wrong.value.faults) == ("rounds.sheet_faulty", [(2, "choices", "choices")])
    assert not Sheet.objects.exists()


def test_a_sheet_taken_out_of_use_stays_where_it_is_used(cast: Cast) -> None:
    sheet = save_sheet(by=None, place=cast.neighbourhood, title="巡查", asks=ALL[:1])
    assert retire_sheet(by=None, sheet=retire_sheet(by=None, sheet=sheet)).retired_at is not None
    assert Question.objects.filter(sheet=sheet).count() == 1
    assert Entry.objects.filter(act="rounds.sheet_retired").count() == 1


def test_down_and_up_again_is_the_same_sheet_twice() -> None:
    once = read_file(write_file("巡查", ALL), "巡查.xlsx")
    assert (once.asks, once.mistakes) == (ALL, ())
    assert read_file(write_file("巡查", once.asks), "巡查.xlsx").asks == ALL


def book(*questions: list[object], answers: tuple[list[object], ...] = ()) -> bytes:
    """A workbook with the headings of XLSForm."""
    made = openpyxl.Workbook()
    survey = made.active
    assert survey is not None
    survey.title = "survey"
    survey.append(["type", "name", "label", "required", "lowest", "highest", "least", "finding", "days", "wrong"])
    for row in questions:
        survey.append(row)
    if answers:
        choices = made.create_sheet("choices")
        choices.append(["list_name", "name", "label"])
        for row in answers:
            choices.append(row)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def test_a_file_and_the_page_have_one_word_for_a_kind_and_earlier_words_are_read() -> None:
    with override("zh-hans"):
        assert {kind: str(word) for kind, word in ASK_KINDS.items()} == NAMES
    assert all(TYPES[word] == kind for kind, word in NAMES.items())
    earlier = ["是或否", "单选", "多选", "短文字", "体温"]
    assert [TYPES[word] for word in earlier] == ["yes_no", "choice", "choices", "text", "temperature"]


def test_the_words_of_xlsform_are_understood() -> None:
    read = read_file(
        book(
            ["select_one yes_no", "open", "门开着吗", "yes"],
            ["select_one lamp", "lamp", "路灯", "true"],
            ["select_multiple lamp", "lamps", "哪些", "no"],
            ["integer", "n", "几人", "", 0, 50],
            ["decimal", "d", "几度"],
            ["image", "p", "照片", "false"],
            answers=(["lamp", "good", "亮"], ["lamp", "bad", "不亮"]),
        ),
        "form.xlsx",
    )
    assert read.mistakes == ()
    assert [one.kind for one in read.asks] == ["yes_no", "choice", "choices", "number", "number", "photo"]
    assert [one.required for one in read.asks] == [True, True, False, True, True, False]
    assert [one.label for one in read.asks[1].choices] == ["亮", "不亮"]
    assert read.asks[3].bounds == (Decimal(0), Decimal(50))


@pytest.mark.parametrize(
    ("row", "cell", "code"),
    [
        (["begin group", "g", "一组"], "A2", "branching"),
        (["calculate", "g", "算"], "A2", "branching"),
        (["geopoint", "g", "位置"], "A2", "type"),
        (["数字", "n", ""], "C2", "label"),
        (["数字", "n", "几人", "也许"], "D2", "yes_no"),
        (["数字", "n", "几人", "", "许多"], "E2", "number"),
        (["数字", "n", "几人", "", 9, 1], "F2", "order"),
        (["数字", "n", "几人", "", "", "", 2], "H2", "finding"),
        (["数字", "n", "几人", "", "", "", "", "", "很快"], "I2", "number"),
        (["单选", "c", "路灯"], "A2", "choices"),
    ],
)
def test_what_is_wrong_is_named_by_its_cell(row: list[object], cell: str, code: str) -> None:
    (mistake,) = read_file(book(row, ["短文字", "t", "其他"]), "form.xlsx").mistakes
    assert (mistake.sheet, mistake.cell, mistake.code) == ("survey", cell, code)


def test_a_file_without_a_question_is_refused() -> None:
    with refused("rounds.sheet_empty"):
        read_file("题目,英文\n门岗有人吗,there\n".encode(), "form.csv")


def test_a_text_table_will_do() -> None:
    read = read_file("题型,题目,必答\n是或否,门岗有人吗,是\n短文字,其他,否\n".encode(), "form.csv")
    assert [(one.kind, one.required) for one in read.asks] == [("yes_no", True), ("text", False)]


@pytest.fixture
def office(cast: Cast) -> Client:
    return client_as(cast.users["secretary"])


def page(office: Client, data: dict[str, str], url: str = "/rounds/sheets/new/") -> str:
    return office.post(url, data).content.decode()


def test_questions_are_added_moved_and_taken_out_before_anything_is_saved(office: Client) -> None:
    text = page(office, {"title": "巡查", "do": "add:yes_no"})
    assert 'value="yes_no" id="id_q0-kind"' in text
    two = {
        "title": "巡查", "q0-kind": "yes_no", "q0-label": "甲问", "q1-kind": "text", "q1-label": "乙问", "q1-required": "on",
    }  # fmt: skip
    text = page(office, two | {"do": "down:0"})
    assert text.index("乙问") < text.index("甲问")
    assert "甲问" not in page(office, two | {"do": "drop:0"})
    assert "乙问" in page(office, two | {"do": "up:0"})
    assert not Sheet.objects.exists()


def test_a_sheet_is_saved_and_changed_on_its_page(cast: Cast, office: Client) -> None:
    first = {
        "title": "巡查", "do": "save", "seen": "0", "q0-kind": "choice", "q0-label": "路灯", "q0-choices": "都亮\n! 有不亮",
        "q0-finding": "路灯坏了", "q0-days": "2", "q0-required": "on",
    }  # fmt: skip
    answer = office.post("/rounds/sheets/new/", first)
    sheet = Sheet.objects.get()
    assert answer.headers["Location"] == f"/rounds/sheets/{sheet.code}/"
    (ask,) = asks_of(sheet)
    assert [(one.label, one.wrong) for one in ask.choices] == [("都亮", False), ("有不亮", True)]
    url = f"/rounds/sheets/{sheet.code}/"
    known = f'[["{ask.choices[0].code}", "都亮", ""], ["{ask.choices[1].code}", "有不亮", ""]]'
    office.post(
        url, first | {"seen": "1", "q0-known": known, "q0-code": ask.code, "q0-choices": "! 有不亮\n都亮\n看不清"}
    )
    (changed,) = asks_of(Sheet.objects.get(version=2))
    assert [one.code for one in changed.choices][:2] == [ask.choices[1].code, ask.choices[0].code]
    stale = office.post(url, first | {"seen": "1"})
    assert (stale.status_code, "路灯" in stale.content.decode()) == (422, True)


def test_what_is_wrong_stands_at_its_field(office: Client) -> None:
    bad = {"title": "巡查", "do": "save", "q0-kind": "number", "q0-label": "几人", "q0-least": "许多", "q0-days": "1"}
    assert office.post("/rounds/sheets/new/", bad).status_code == 422
    unready = bad | {"q0-least": "2"}
    assert office.post("/rounds/sheets/new/", unready).status_code == 422
    assert office.post("/rounds/sheets/new/", unready | {"title": "", "q0-finding": "少人"}).status_code == 422
    assert not Sheet.objects.exists()


def test_a_workbook_goes_down_and_comes_up_in_the_editor(cast: Cast, office: Client) -> None:
    sheet = save_sheet(by=None, place=cast.neighbourhood, title="巡查八问", asks=ALL)
    url = f"/rounds/sheets/{sheet.code}/"
    down = office.get(f"{url}workbook/")
    given = io.BytesIO(down.content)
    given.name = "巡查八问.xlsx"
    text = office.post(f"{url}file/", {"file": given}).content.decode()
    assert all(ask.label in text for ask in ALL)
    wrong = io.BytesIO(book(["geopoint", "g", "位置"]))
    wrong.name = "bad.xlsx"
    refused_page = office.post("/rounds/sheets/new/file/", {"file": wrong})
    assert (refused_page.status_code, "survey A2" in refused_page.content.decode()) == (422, True)
    assert office.post("/rounds/sheets/new/file/").status_code == 422
    broken = io.BytesIO(b"%PDF-1.4")
    broken.name = "x.pdf"
    assert office.post("/rounds/sheets/new/file/", {"file": broken}).status_code == 422
    office.post(f"{url}retire/")
    assert "巡查八问" in office.get("/rounds/sheets/").content.decode()
    assert Sheet.objects.get().retired_at is not None


def test_who_makes_no_plans_sees_no_sheets(cast: Cast, office: Client) -> None:
    sheet = save_sheet(by=None, place=cast.neighbourhood, title="巡查", asks=ALL)
    assert client_as(cast.users["guard"]).get("/rounds/sheets/").status_code == 403
    assert client_as(cast.users["stranger"]).get(f"/rounds/sheets/{sheet.code}/").status_code == 404
    assert office.get("/rounds/sheets/s-none/").status_code == 404
