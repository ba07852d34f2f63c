"""Export, edit in a spreadsheet, import back by id: exactly what was typed is a change, and nothing else."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import openpyxl
from django.urls import reverse

from linli import vault
from linli.ground.actions.correct import correct_person, facts_of
from linli.ground.actions.homes import find_state
from linli.ground.actions.people import DOCUMENT_CONTEXT, PHONE_CONTEXT
from linli.ground.models import Document, DwellingState, Person, Phone, Residence
from linli.ground.testing import Cast, client_as
from linli.register.export import MANIFEST, Wanted, export_register
from linli.register.keeping import told
from linli.register.models import ImportRun
from linli.register.sheetwords import HEADS, word
from linli.register.tests.test_conversation import finish, start
from linli.register.tests.test_export import with_numbers
from linli.register.tests.test_interpret import HEAD, book, number, person

KEYS = list(HEADS)
Edit = Callable[[Any], None]


def column(key: str) -> int:
    """The number of a column."""
    return KEYS.index(key) + 1


def row_of(page: Any, name: str) -> int:
    """The row of a person."""
    return next(row for row in range(2, page.max_row + 1) if page.cell(row, column("name")).value == name)


def put(page: Any, name: str, key: str, value: Any) -> None:
    """Type into a cell of a person's row."""
    page.cell(row_of(page, name), column(key)).value = value


def exported(cast: Cast) -> bytes:
    """The register as a file."""
    out = io.BytesIO()
    export_register(by=None, wanted=Wanted(cast.neighbourhood, [cast.neighbourhood]), target=out)
    return out.getvalue()


def edited(data: bytes, edit: Edit) -> bytes:
    """What a spreadsheet program saves after somebody has worked in it."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    edit(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def back(cast: Cast, edit: Edit) -> ImportRun:
    """Export, edit, and read the file that comes back."""
    return start(cast, edited(exported(cast), edit), "back.xlsx")


def changes(run: ImportRun) -> list[tuple[str, Any, Any, bool]]:
    """Kind, was, to, taken."""
    found = []
    for one in run.changes.order_by("position"):
        said = told(one)
        found.append((one.kind, said.was if said else None, said.to if said else None, one.taken))
    return found


def problems(run: ImportRun) -> set[tuple[str, str]]:
    """Kind and cell."""
    return set(run.problems.values_list("kind", "cell"))


def test_what_was_not_touched_is_no_change(cast: Cast) -> None:
    with cast.scope():
        with_numbers(cast)
        before = {person.pk: facts_of(person) for person in Person.objects.all()}
        run = back(cast, lambda book: None)
        assert run.state == "preview"
        assert changes(run) == []
        assert problems(run) == set()
        assert set(run.rows.values_list("verdict", flat=True)) == {"same"}
        finish(cast, run)
        assert {person.pk: facts_of(person) for person in Person.objects.all()} == before
        assert Document.objects.count() == 1
        assert Phone.objects.count() == 2


def test_typed_cells_become_changes_and_are_taken(cast: Cast) -> None:
    def edit(book: Any) -> None:
        page = book["听松别墅"]
        put(page, "许安和", "remark", "独居")
        put(page, "许安和", "sex", "男")
        put(page, "许安和", "born", "1950-03-04")
        put(page, "周一苇", "rel", "租客")
        put(page, "沈听雨", "presence", word("presence", "away", "zh-hans"))
        put(page, "林知夏", "phone", "199****0001、19900000009")
        put(page, "林知夏", "number", number(order=703))
        put(page, "林知夏", "name", "林知秋")
        put(book["泉口花苑"], "顾小满", "state", "出租")

    with cast.scope():
        with_numbers(cast)
        run = back(cast, edit)
        kinds = {kind for kind, *_ in changes(run)}
        assert kinds == {
            "remark_changed", "sex_corrected", "born_corrected", "relation_changed", "went_away", "phone_changed",
            "number_corrected", "name_corrected", "dwelling_state",
        }  # fmt: skip
        assert all(taken for *_, taken in changes(run))
        finish(cast, run)
        people = {person.name: person for person in Person.objects.all()}
        changed = facts_of(people["许安和"])
        assert (changed["remark"], changed["sex"], changed["born"]) == ("独居", "m", "1950-03-04")
        assert facts_of(people["周一苇"])["relation"] == "tenant"
        assert facts_of(people["沈听雨"])["presence"] == "away"
        found = {vault.unseal_text(row.sealed, context=PHONE_CONTEXT) for row in Phone.objects.all()}
        assert found == {"19900000001", "19900000009"}
        assert vault.unseal_text(Document.objects.get().sealed, context=DOCUMENT_CONTEXT) == number(order=703)
        assert "林知秋" in people
        state = DwellingState.objects.filter(dwelling=cast.dwellings[3]).latest("happened_at").state
        assert state in ("let", "owner")
        assert DwellingState.objects.filter(source=f"import:{run.pk}").count() == 1


def test_what_somebody_changed_here_meanwhile_is_shown_and_not_overwritten(cast: Cast) -> None:
    with cast.scope():
        data = exported(cast)
        person = cast.people[1]
        correct_person(by=cast.users["clerk"], person=person, was=facts_of(person), to={"remark": "甲"})
        find_state(by=None, dwelling=cast.dwellings[0], state="vacant")

        def edit(book: Any) -> None:
            put(book["听松别墅"], "许安和", "remark", "乙")
            put(book["听松别墅"], "许安和", "nation", "法国")
            put(book["听松别墅"], "许安和", "state", "出租")

        run = start(cast, edited(data, edit), "back.xlsx")
        found = {kind: (was, to, taken) for kind, was, to, taken in changes(run)}
        assert found["remark_changed"] == ("甲", "乙", False)
        assert found["nation_corrected"][2] is True
        assert found["dwelling_state"] == ("vacant", "let", False)
        assert run.changes.get(kind="remark_changed").conflict
        finish(cast, run)
        assert facts_of(Person.objects.get(pk=person.pk))["remark"] == "甲"
        assert Person.objects.get(pk=person.pk).nation == "法国"


def test_an_untouched_cell_of_an_old_export_takes_nothing_back(cast: Cast) -> None:
    with cast.scope():
        data = exported(cast)
        person = cast.people[1]
        correct_person(by=None, person=person, was=facts_of(person), to={"remark": "新"})
        run = start(cast, edited(data, lambda book: None), "back.xlsx")
        assert changes(run) == []


def test_deleted_rows_are_asked_about_and_new_rows_are_new(cast: Cast) -> None:
    def edit(book: Any) -> None:
        page = book["泉口花苑"]
        page.delete_rows(row_of(page, "顾小满"))
        last = page.max_row + 1
        texts = {
            "estate": "泉口花苑",
            "building": "7号",
            "room": "101室",
            "name": "新来的",
            "number": number(order=709),
        }
        for key, text in texts.items():
            page.cell(last, column(key)).value = text

    with cast.scope():
        run = back(cast, edit)
        found = {kind: (was, to, taken) for kind, was, to, taken in changes(run)}
        assert found["moved_out"] == ("顾小满", None, False)
        assert found["moved_in"][1] == "新来的"
        finish(cast, run)
        assert facts_of(cast.people[5])["presence"] == "here"
        new = Person.objects.get(name="新来的")
        assert Residence.objects.get(person=new).household.dwelling_id == cast.dwellings[2].pk


def test_a_deleted_row_that_is_taken_moves_the_person_out(cast: Cast) -> None:
    with cast.scope():
        run = back(cast, lambda book: book["泉口花苑"].delete_rows(row_of(book["泉口花苑"], "顾小满")))
        run.changes.filter(kind="moved_out").update(taken=True)
        finish(cast, run)
        assert facts_of(cast.people[5])["presence"] == "moved"


def test_an_estate_that_was_taken_out_of_the_file_is_not_asked_about(cast: Cast) -> None:
    with cast.scope():
        run = back(cast, lambda book: book.remove(book["听松别墅"]))
        assert changes(run) == []


def test_wrong_foreign_and_doubled_ids_are_named(cast: Cast) -> None:
    def edit(book: Any) -> None:
        page = book["听松别墅"]
        first, second, third = (row_of(page, name) for name in ("林知夏", "许安和", "周一苇"))
        other = page.cell(second, column("person")).value
        page.cell(first, column("person")).value = "01a200e1-95aa-7fd1-aaf8-000000000000"
        page.cell(third, column("dwelling")).value = "999999"
        page.cell(row_of(page, "沈听雨"), column("person")).value = other

    with cast.scope():
        run = back(cast, edit)
        kinds = {kind for kind, _ in problems(run)}
        assert kinds == {"export_id_unknown", "export_id_twice"}
        assert run.rows.filter(verdict="left").count() == 3
        assert {kind for kind, *_ in changes(run)} <= {"moved_out"}
        assert not any(taken for *_, taken in changes(run))


def test_an_id_that_moved_to_another_row_or_name_is_asked(cast: Cast) -> None:
    def swap(book: Any) -> None:
        page = book["听松别墅"]
        one, other = row_of(page, "林知夏"), row_of(page, "许安和")
        left, right = page.cell(one, column("person")).value, page.cell(other, column("person")).value
        page.cell(one, column("person")).value, page.cell(other, column("person")).value = right, left

    with cast.scope():
        assert {kind for kind, _ in problems(back(cast, swap))} == {"export_id_other"}
        run = back(cast, lambda book: put(book["听松别墅"], "林知夏", "name", "王大明"))
        assert {kind for kind, _ in problems(run)} == {"export_name_other"}
        assert changes(run) == [("name_corrected", "林知夏", "王大明", False)]


def test_another_homes_id_moves_the_person_when_somebody_says_so(cast: Cast) -> None:
    with cast.scope():
        target = cast.dwellings[3]
        run = back(cast, lambda book: put(book["听松别墅"], "林知夏", "dwelling", str(target.pk)))
        assert [(kind, taken) for kind, _, _, taken in changes(run)] == [("moved", False)]
        run.changes.update(taken=True)
        finish(cast, run)
        assert Residence.objects.filter(person=cast.people[0]).latest("since").household.dwelling_id == target.pk


def test_what_cannot_be_taken_is_named_by_its_cell(cast: Cast) -> None:
    def edit(book: Any) -> None:
        page = book["听松别墅"]
        put(page, "林知夏", "number", "****9999")
        put(page, "林知夏", "phone", "199****9999")
        put(page, "许安和", "number", number()[:-1])
        put(page, "许安和", "presence", "某处")
        put(page, "周一苇", "born", "1990-02-31")
        put(page, "周一苇", "room", "909室")
        put(page, "沈听雨", "name", None)
        page.cell(page.max_row + 1, column("remark")).value = "合计"

    with cast.scope():
        with_numbers(cast)
        run = back(cast, edit)
        kinds = {kind for kind, _ in problems(run)}
        assert kinds >= {
            "export_mask_altered", "id_17_digits", "export_presence_unknown", "born_impossible", "export_shown_only",
            "name_missing", "export_row_unclear",
        }  # fmt: skip
        assert changes(run) == []


def test_an_emptied_number_stays_and_two_states_are_asked(cast: Cast) -> None:
    def edit(book: Any) -> None:
        page = book["听松别墅"]
        put(page, "林知夏", "number", None)
        put(page, "林知夏", "state", "出租")
        put(page, "许安和", "state", "空置")
        book.remove(book[MANIFEST])

    with cast.scope():
        with_numbers(cast)
        run = back(cast, edit)
        kinds = {kind for kind, _ in problems(run)}
        assert kinds == {"export_number_emptied", "export_state_disagrees", "export_no_list"}
        assert changes(run) == []


def test_somebody_known_in_a_new_row_is_not_doubled(cast: Cast) -> None:
    def edit(book: Any) -> None:
        page = book["泉口花苑"]
        last = page.max_row + 1
        for key, text in {
            "estate": "泉口花苑",
            "building": "7号",
            "room": "301室",
            "name": "林知夏",
            "number": number(),
        }.items():
            page.cell(last, column(key)).value = text

    with cast.scope():
        with_numbers(cast)
        run = back(cast, edit)
        assert "export_already_there" in {kind for kind, _ in problems(run)}
        assert changes(run) == []


def test_an_import_back_is_undone(cast: Cast) -> None:
    with cast.scope():
        before = facts_of(cast.people[1])
        run = finish(cast, back(cast, lambda book: put(book["听松别墅"], "许安和", "remark", "独居")))
        assert facts_of(cast.people[1])["remark"] == "独居"
        pk = run.pk
    clerk = client_as(cast.users["clerk"])
    clerk.post(reverse("register:undo", args=[pk]))
    while not clerk.post(reverse("register:step", args=[pk]), headers={"Accept": "application/json"}).json()["done"]:
        pass
    with cast.scope():
        assert facts_of(cast.people[1]) == before


def test_a_sheet_that_was_saved_as_text_comes_back_too(cast: Cast) -> None:
    with cast.scope():
        with_numbers(cast)
        made = openpyxl.load_workbook(io.BytesIO(exported(cast)))
        put(made["听松别墅"], "许安和", "remark", "独居，三楼")
        out = io.StringIO()
        csv.writer(out).writerows([["" if cell is None else cell for cell in row] for row in made["听松别墅"].values])
        run = start(cast, out.getvalue().encode("utf-8-sig"), "back.csv")
        assert changes(run) == [("remark_changed", None, "独居，三楼", True)]
        assert {kind for kind, _ in problems(run)} == {"export_no_list"}
        assert run.rows.exclude(verdict__in=("same", "changed")).count() == 0


def test_next_weeks_file_does_not_take_a_correction_back(cast: Cast) -> None:
    people = [
        person(f"7号10{at}", f"某{name}", number(order=721 + 2 * at), remark="独居") for at, name in enumerate("甲乙丙")
    ]
    rows = [HEAD, *people]
    with cast.scope():
        finish(cast, start(cast, book(rows, "东苑")))
        finish(cast, back(cast, lambda made: put(made["东苑"], "某甲", "remark", "与女儿同住")))
        rows.append(person("7号104", "某丁", number(order=741)))
        run = start(cast, book(rows, "东苑"), "next.xlsx")
        assert {kind for kind, *_ in changes(run)} == {"moved_in"}
