"""Weeks that are harder to compare: people of one name, numbers that Excel lost, two names changed at once, a home that was left."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date

from django.urls import reverse

from linli.ground.models import Person, Place, Residence
from linli.ground.testing import Cast, client_as
from linli.kernel.addresses import Door
from linli.register import holdings
from linli.register.actions.start import discard
from linli.register.interpret.interpretation import interpret
from linli.register.interpret.model import RowReading
from linli.register.keeping import told
from linli.register.known import Known
from linli.register.models import ImportChange, ImportRun
from linli.register.queries import later_imports, verdict_counts
from linli.register.result import build
from linli.register.telling import changes_json, compare_with
from linli.register.tests.facts_dump import dump
from linli.register.tests.test_conversation import finish, here, start, take_back
from linli.register.tests.test_interpret import HEAD, book, number
from linli.register.tests.test_weekly import kinds
from linli.register.tests.weeks import Row, edit, rename_building, row

__all__ = ["here"]
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫"


def homes() -> dict[str, Row]:
    """Two buildings of six homes with three people each."""
    rows: dict[str, Row] = {}
    rooms = [f"{building}号{room}室" for building in (1, 2) for room in (101, 102, 201, 202, 301, 302)]
    for at, door in enumerate(rooms):
        for turn, (rel, given) in enumerate((("户主", "建国"), ("妻", "秀兰"), ("子", "小明"))):
            order = at * 3 + turn + 1
            rows[f"{at}{'abc'[turn]}"] = row(door, SURNAMES[at] + given, order, rel=rel, phone=f"199000{order:05d}")
    return rows


def week(cast: Cast, rows: dict[str, Row], name: str = "东苑") -> ImportRun:
    """A file in preview."""
    return start(cast, book([HEAD, *rows.values()], name), "v.xlsx")


def all_of_it(cast: Cast, run: ImportRun) -> None:
    """Take everything, find nothing in the same file again, take it back, find the register as it was."""
    before = dump(cast.neighbourhood.pk)
    data = list(run.rows.values_list("door", flat=True))
    run.changes.update(taken=True)
    finish(cast, run)
    assert set(run.changes.values_list("outcome", flat=True)) <= {"applied"}, data
    take_back(cast, run)
    assert dump(cast.neighbourhood.pk) == before


def test_an_estate_and_a_building_in_it_get_new_names_at_once(here: Cast) -> None:
    finish(here, week(here, homes()))
    rows = homes()
    rename_building(rows)
    run = week(here, rows, "东方花苑")
    assert kinds(run) == {"estate_renamed": 1, "building_renamed": 1}
    assert run.changes.get(kind="building_renamed").door.startswith("东方花苑|")
    finish(here, run)
    assert Place.objects.get(name="2甲号").parent.name == "东方花苑"
    assert kinds(week(here, rows, "东方花苑")) == {}


def test_two_of_one_name_at_one_door_stay_two(here: Cast) -> None:
    rows = homes()
    rows["x"] = row("1号101室", "王芳", rel="女", phone="19900008881")
    rows["y"] = row("1号101室", "王芳", rel="租客", phone="19900008882")
    finish(here, week(here, rows))
    assert Person.objects.filter(name="王芳").count() == 2
    again = week(here, rows)
    assert (kinds(again), verdict_counts(again)) == ({}, {"same": 38})
    rows.pop("x")
    run = week(here, rows)
    assert kinds(run) == {"moved_out": 1}
    left = Residence.objects.get(person=run.changes.get().person_id)
    assert left.relation == "child"


def test_a_namesake_with_another_number_is_another_person(here: Cast) -> None:
    finish(here, week(here, homes()))
    rows = homes()
    edit(rows, "0a", id=number("19950505", 790), phone="19900009999")
    run = week(here, rows)
    assert kinds(run) == {"moved_in": 1, "moved_out": 1}
    rows = homes()
    edit(rows, "0a", id=number("19950505", 790))
    assert kinds(week(here, rows)) == {"number_corrected": 1}, "his telephone says that it is he"


def test_a_second_row_that_says_the_same_is_the_same_person(here: Cast) -> None:
    rows = homes()
    edit(rows, "0a", id="")
    finish(here, week(here, rows))
    rows["again"] = list(rows["0a"])
    run = week(here, rows)
    assert (kinds(run), verdict_counts(run)) == ({}, {"same": 37})


def test_numbers_that_excel_lost_correct_nothing(here: Cast) -> None:
    head = ["地址", "姓名", "性别", "身份证号", "出生日期"]
    whole = [
        [f"1号{101 + at}室", f"张{name}", "男", number("19700101", 701 + at), "1971-01-01"]
        for at, name in enumerate("甲乙丙丁戊己")
    ]
    finish(here, start(here, book([head, *whole])))
    lost = [[*one[:3], float(str(one[3])[:15] + "000") if at % 2 else "", one[4]] for at, one in enumerate(whole)]
    run = start(here, book([head, *lost]), "v2.xlsx")
    assert (kinds(run), verdict_counts(run)) == ({}, {"same": 6})
    assert {one.born.year for one in Person.objects.filter(name__startswith="张") if one.born} == {1970}


def test_a_telephone_column_that_nobody_filled_in_says_nothing(here: Cast) -> None:
    finish(here, week(here, homes()))
    rows = homes()
    for one in rows:
        edit(rows, one, phone="")
    assert kinds(week(here, rows)) == {}
    edit(rows, "1a", phone="19900000004")
    assert set(kinds(week(here, rows))) == {"phone_changed"}


def test_a_widow_who_is_the_head_now_has_split_nothing(here: Cast) -> None:
    finish(here, week(here, homes()))
    rows = homes()
    edit(rows, "0a", remark="2月去世")
    edit(rows, "0b", rel="户主")
    run = week(here, rows)
    assert kinds(run) == {"died": 1, "relation_changed": 1}
    all_of_it(here, run)


def test_a_household_in_three(here: Cast) -> None:
    finish(here, week(here, homes()))
    rows = homes()
    edit(rows, "0b", rel="户主")
    edit(rows, "0c", rel="户主")
    run = week(here, rows)
    assert kinds(run) == {"household_split": 2}
    all_of_it(here, run)


def test_two_families_change_flats(here: Cast) -> None:
    finish(here, week(here, homes()))
    rows = homes()
    for one in "abc":
        rows[f"0{one}"][0], rows[f"1{one}"][0] = rows[f"1{one}"][0], rows[f"0{one}"][0]
    run = week(here, rows)
    assert kinds(run) == {"moved": 6}
    all_of_it(here, run)


def test_an_owner_who_moved_out_and_lets_has_no_other_relation_here(here: Cast) -> None:
    finish(here, week(here, homes()))
    rows = homes()
    rows.pop("0b")
    rows.pop("0c")
    edit(rows, "0a", rel="房东", state="出租")
    rows["t"] = row("1号101室", "租一", 39, rel="租客", state="出租")
    run = week(here, rows)
    assert kinds(run) == {"moved_in": 1, "moved_out": 3, "dwelling_state": 1}
    all_of_it(here, run)


def test_a_household_that_left_is_asked_about_once(here: Cast) -> None:
    finish(here, week(here, homes()))
    before = dump(here.neighbourhood.pk)
    gone = {key: one for key, one in homes().items() if not str(one[0]).startswith("1号101")}
    run = week(here, gone)
    assert kinds(run) == {"household_vanished": 1}
    run.changes.update(taken=True)
    finish(here, run)
    again = week(here, gone)
    assert kinds(again) == {}, "they were said to have left; the home stays"
    first = ImportRun.objects.order_by("started_at").first()
    assert first is not None
    assert later_imports(first).get() == run, "what has no row of its own counts as a later import, too"
    discard(by=None, run=again)
    next_ = week(here, gone | {"new": row("1号101室", "新主", 39)})
    assert kinds(next_) == {"moved_in": 1}, "another family in the home that was left"
    discard(by=None, run=next_)
    take_back(here, run)
    assert dump(here.neighbourhood.pk) == before


def test_who_was_said_to_stay_is_asked_about_again_after_he_was_listed_again(here: Cast) -> None:
    finish(here, week(here, homes()))
    gone = {key: one for key, one in homes().items() if key != "0c"}
    for _turn in range(2):
        run = week(here, gone)
        assert kinds(run) == {"moved_out": 1}
        one = run.changes.get()
        ImportChange.objects.filter(pk=one.pk).update(decided_at=run.started_at)
        finish(here, run)
        again = week(here, gone)
        assert kinds(again) == {}
        discard(by=None, run=again)
        finish(here, week(here, homes()))


def test_an_erased_person_leaves_no_name_in_the_change_of_his_home(here: Cast) -> None:
    finish(here, week(here, homes()))
    gone = {key: one for key, one in homes().items() if not str(one[0]).startswith("1号101")}
    run = finish(here, week(here, gone))
    change = run.changes.get()
    said = told(change)
    assert said is not None
    assert "赵建国" in said.was
    holdings.erase([Person.objects.get(name="赵建国").pk], run.started_at)
    change.refresh_from_db()
    assert (told(change), change.before) == (None, None)


def test_another_office_writes_the_same_week_as_text(here: Cast) -> None:
    finish(here, week(here, homes()))
    rows = homes()
    edit(rows, "0b", rel="户主")
    edit(rows, "2b", name="孙秀岚")
    out = io.StringIO()
    lines = csv.writer(out, delimiter="\t")
    lines.writerow(["小区", *HEAD])
    lines.writerows(["东苑", *one] for one in reversed(rows.values()))
    run = start(here, out.getvalue().encode("utf-16"), "v2.txt")
    assert kinds(run) == {"household_split": 1, "name_corrected": 1}


def test_a_person_is_found_by_number_name_or_as_one_who_has_gone(here: Cast) -> None:
    rows = homes()
    edit(rows, "1a", id="", remark="已搬走")
    finish(here, week(here, rows))
    known = Known.load(here.neighbourhood.pk)
    names = {one.name: one for one in Person.objects.filter(name__in=["赵建国", "钱建国"])}
    home = names["赵建国"].residences.get().household
    assert home is not None
    door = RowReading(None, 1, Door())
    door.name, door.number = "赵建国", str(rows["0a"][3])
    assert known.person_of(door, None) == names["赵建国"].pk
    door.number = None
    assert known.person_of(door, home.dwelling_id) == names["赵建国"].pk
    door.name, door.absence = "钱建国", "gone"
    assert known.person_of(door, None) == names["钱建国"].pk


def test_a_number_in_a_remark_is_masked_wherever_a_change_is_shown(here: Cast) -> None:
    finish(here, week(here, homes()))
    rows = homes()
    edit(rows, "0a", remark=f"女儿 13900001234，{number()}，2020-03-15 来过")
    run = week(here, rows)
    result = interpret(book([HEAD, *rows.values()], "东苑"), "v.xlsx", today=date(2020, 3, 20))
    [line] = changes_json(compare_with(here.neighbourhood, result), show=False)
    page = client_as(here.users["clerk"]).get(reverse("register:changes", args=[run.pk])).content.decode()
    target = io.BytesIO()
    build(run, target)
    with zipfile.ZipFile(target) as made:
        sheets = "".join(made.read(name).decode() for name in made.namelist() if name.endswith(".xml"))
    for text in (str(line["to"]), page, sheets):
        assert "女儿" in text
        assert "2020-03-15" in text
        assert "13900001234" not in text
        assert number() not in text
