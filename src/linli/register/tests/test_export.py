"""The exported register: ids, masks, no formula, filters; whole numbers only with the right, a reason and a second yes."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from linli.ground.actions.people import document_row, phone_row
from linli.ground.models import Residence, Tie
from linli.ground.testing import Cast, client_as
from linli.journal.models import Entry
from linli.journal.record import detail_of
from linli.kernel.refusal import Refusal
from linli.register.export import MANIFEST, Wanted, export_register
from linli.register.sheetwords import HEADS, code, head, keys_of_heads, tables, word
from linli.register.showing import Checker, Shown
from linli.register.tests.test_interpret import number

KEYS = list(HEADS)


def exported(cast: Cast, **options: Any) -> Any:
    """The workbook, opened."""
    out = io.BytesIO()
    wanted = Wanted(
        cast.neighbourhood,
        [cast.neighbourhood],
        **{k: options.pop(k) for k in ("estate", "state", "responsible") if k in options},
    )
    export_register(by=cast.users["clerk"], wanted=wanted, target=out, **options)
    return openpyxl.load_workbook(out)


def lines(page: Any) -> list[dict[str, str]]:
    """Rows by column key."""
    return [
        {key: str(value or "") for key, value in zip(KEYS, row, strict=True)}
        for row in page.iter_rows(2, values_only=True)
    ]


def with_numbers(cast: Cast) -> None:
    """A document and two phones for the first person."""
    person, since = cast.people[0], date(2020, 1, 1)
    document_row(person=person, kind="id", number=number(), checked=True, since=since).save(force_insert=True)
    for last in (1, 2):
        phone_row(person=person, number=f"1990000000{last}", since=since).save(force_insert=True)


def test_every_home_and_person_stands_once_with_its_ids(cast: Cast) -> None:
    with cast.scope():
        with_numbers(cast)
        Tie.objects.create(
            neighbourhood=cast.neighbourhood,
            person=cast.people[11],
            household=cast.households[0],
            kind="owner",
            since=date(2020, 1, 1),
        )
        book = exported(cast)
    assert book.sheetnames == ["听松别墅", "泉口花苑", MANIFEST]
    assert book[MANIFEST].sheet_state == "veryHidden"
    rows = lines(book["听松别墅"]) + lines(book["泉口花苑"])
    assert {row["person"] for row in rows} - {""} == {str(person.pk) for person in cast.people}
    assert {row["dwelling"] for row in rows} == {str(dwelling.pk) for dwelling in cast.dwellings}
    first = next(row for row in rows if row["name"] == "林知夏")
    assert (first["building"], first["room"], first["state"], first["rel"], first["sex"]) == (
        "1号",
        "",
        "自住",
        "户主",
        "女",
    )
    assert first["number"] == "*" * 14 + number()[-4:]
    assert first["phone"] == "199****0001、199****0002"
    assert [row["room"] for row in rows if not row["person"]] == ["201室", "202室"]


def test_the_filters_of_the_homes_page_hold(cast: Cast) -> None:
    with cast.scope():
        assert exported(cast, estate=cast.lanes.pk).sheetnames == ["泉口花苑", MANIFEST]
        assert {row["state"] for row in lines(exported(cast, state="let")["听松别墅"])} == {"出租"}
        assert exported(cast, responsible=999_999).sheetnames == ["槐安居民区", MANIFEST]


def test_whole_numbers_need_a_reason_and_are_journaled(cast: Cast) -> None:
    with cast.scope():
        with_numbers(cast)
        with pytest.raises(Refusal) as silent:
            exported(cast, clear=True)
        assert silent.value.code == "ground.reason_missing"
        rows = lines(exported(cast, clear=True, reason="核对疫苗名单")["听松别墅"])
        assert any(row["number"] == number() for row in rows)
        entry = Entry.objects.filter(act="register.exported").latest("heard_at")
        assert entry.data["clear"] is True
        assert detail_of(entry.pk) == "核对疫苗名单"


def test_nothing_is_a_formula(cast: Cast) -> None:
    with cast.scope():
        for at, text in enumerate(("=1+1", "+1", "-1", "@SUM(A1)")):
            Residence.objects.filter(person=cast.people[at]).update(remark=text)
        page = exported(cast)["听松别墅"]
        cells = [cell for cell in page["S"] if cell.value and str(cell.value)[0] in "=+-@"]
        assert len(cells) == 4
        assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)


def test_the_words_of_both_languages_are_read_back() -> None:
    for key, codes in tables().items():
        for one in codes:
            for language in ("zh-hans", "en"):
                assert code(key, word(key, one, language)) == one, (key, one, language)
    for key in HEADS:
        assert (
            keys_of_heads()[head(key, "en").lower().replace(" ", "").replace("(", "").replace(")", "").replace(",", "")]
            == key
        )
    assert word("state", "blank", "en") == ""
    assert code("sex", "?") is None


def test_marks_tell_whose_row_it_is(cast: Cast) -> None:
    checker = Checker(cast.neighbourhood.pk)
    one = Shown(cast.dwellings[0].pk, cast.people[0].pk, {"name": "甲"})
    other = Shown(cast.dwellings[0].pk, cast.people[1].pk, {"name": "甲"})
    read = checker.read(checker.line(one, clear=False))
    assert read is not None
    assert read == (False, checker.marks(one))
    assert all(
        left != right for left, right in zip(checker.marks(one).values(), checker.marks(other).values(), strict=True)
    )
    assert checker.read("x") is None
    assert checker.seal(["a"]) != checker.seal(["b"])


def test_the_page_asks_twice_for_whole_numbers(cast: Cast) -> None:
    path, clerk = reverse("register:export"), client_as(cast.users["clerk"])
    assert path in clerk.get("/homes/").content.decode()
    assert clerk.get(path).status_code == 200
    answer = clerk.post(path, {"estate": cast.lanes.pk})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert clerk.post(path, {"numbers": "whole", "reason": "核对"}).status_code == 422
    assert clerk.post(path, {"numbers": "whole", "sure": "yes"}).status_code == 422
    assert clerk.post(path, {"numbers": "whole", "sure": "yes", "reason": "核对"}).status_code == 200
    assert client_as(cast.users["building_leader"]).get(path).status_code == 403
    assert client_as(cast.users["stranger"]).get(path).status_code == 404


def test_the_command_writes_the_file(cast: Cast, tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    call_command("export_register", str(target), "--estate", "泉口花苑", "--lang", "en")
    book = openpyxl.load_workbook(target)
    assert [cell.value for cell in book["泉口花苑"][1]][:2] == ["Home id (do not change)", "Person id (do not change)"]
    assert target.stat().st_mode & 0o077 == 0
    for wrong in (["--estate", "没有"], ["--neighbourhood", "999999"], ["--show-numbers"]):
        with pytest.raises(CommandError):
            call_command("export_register", str(target), *wrong)
    with pytest.raises(CommandError):
        call_command("export_register", str(tmp_path / "no" / "a.xlsx"))
