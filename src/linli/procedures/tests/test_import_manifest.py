"""``linli import-manifest``: a list beside the register that is here or a register file, taken in once however often it comes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from linli.ground.testing import Cast, cast  # noqa: F401  fixture
from linli.inbox.models import RawUpload
from linli.journal.models import Entry
from linli.journeys.details import details_of
from linli.journeys.models import ArrivalNotice, ListedRow, Match, Movement, Traveller
from linli.journeys.testing import open_transfer
from linli.kernel.tests.test_manifest_office import OFFICE, Office, plain, shared, small
from linli.register.tests.test_conversation import finish, start

OFFICES = [small, shared] if OFFICE.exists() else [small]


@pytest.fixture
def here(cast: Cast) -> Iterator[Cast]:  # noqa: F811
    with cast.scope():
        yield cast


def files(office: Office, folder: Path) -> tuple[Path, Path, Path]:
    """The list as csv and as workbook, and the register."""
    paths = folder / "XX001 2020-03-13.csv", folder / "XX001 2020-03-13.xlsx", folder / "register.xlsx"
    for path, data in zip(paths, (office.csv, office.xlsx, office.register), strict=True):
        path.write_bytes(data)
    return paths


def run(*arguments: object) -> dict[str, Any]:
    out = io.StringIO()
    words = [str(argument) for argument in arguments]
    call_command("import_manifest", *words, "--json", "--lang", "en", stdout=out, stderr=io.StringIO())
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def who(answer: dict[str, Any], key: str) -> dict[str, Any]:
    return {plain(one["name"]): tuple(one["register"]) if one["register"] else None for one in answer[key]}


@pytest.mark.parametrize("office", OFFICES)
def test_a_dry_run_beside_a_register_file_finds_ours_and_asks(office: Any, tmp_path: Path) -> None:
    told = office()
    table, _book, register = files(told, tmp_path)
    answer = run(table, "--register", register, "--dry-run", "--day", "2020-03-13")
    assert who(answer, "match") == told.ours
    assert set(who(answer, "ask")) == told.asked
    assert answer["totals"]["on_board"] == told.on_board == len(answer["rows"])
    assert answer["totals"]["passengers"] + answer["totals"]["crew"] == told.on_board
    assert all(one["why"] and one["reasons"] for one in (*answer["match"], *answer["ask"]))


def test_beside_the_register_that_is_here_and_taken_in_once(here: Cast, tmp_path: Path) -> None:
    told = small()
    table, workbook, register = files(told, tmp_path)
    finish(here, start(here, told.register))
    open_transfer(here.neighbourhood)
    dry = run(table, "--dry-run")
    assert who(dry, "match") == told.ours
    assert set(who(dry, "ask")) == told.asked
    assert not Traveller.objects.exists()
    first = run(table, "--neighbourhood", here.neighbourhood.pk)
    assert first["taken"]["new"] == told.on_board
    proposed = {(plain(details_of(row.traveller).name), row.verdict) for row in Match.objects.all()}
    assert {name for name, verdict in proposed if verdict == "match"} == set(told.ours)
    assert {name for name, verdict in proposed if verdict == "ask"} >= told.asked
    again = run(table, "--neighbourhood", here.neighbourhood.pk)
    second = run(workbook, "--neighbourhood", here.neighbourhood.pk)
    assert (again["taken"]["new"], second["taken"]["new"]) == (0, 0)
    assert Traveller.objects.count() == told.on_board
    assert ListedRow.objects.count() == 2 * told.on_board
    assert (Movement.objects.count(), ArrivalNotice.objects.count()) == (1, 2)
    assert Match.objects.count() == len(proposed)


@pytest.mark.parametrize("office", OFFICES)
def test_two_files_of_one_flight_are_the_same_people_also_when_the_first_was_seen_to(
    here: Cast, office: Any, tmp_path: Path
) -> None:
    told = office()
    table, workbook, _register = files(told, tmp_path)
    open_transfer(here.neighbourhood)
    assert run(table, "--neighbourhood", here.neighbourhood.pk)["taken"]["new"] == told.on_board
    some = list(Traveller.objects.values_list("pk", flat=True)[:3])
    Traveller.objects.filter(pk__in=some).update(closed_at=timezone.now(), closed_as="not_ours")
    second = run(workbook, "--neighbourhood", here.neighbourhood.pk)
    assert second["taken"]["new"] == 0
    assert Traveller.objects.count() == told.on_board
    if told.on_board == 303:
        assert sorted(one["now"] for one in second["taken"]["differs"]) == ["60A", "61A", "62A"]


def test_numbers_are_masked_and_showing_them_is_journaled(here: Cast, tmp_path: Path) -> None:
    table, _book, register = files(small(), tmp_path)
    masked = json.dumps(run(table, "--register", register, "--dry-run"))
    assert "EZ0001111" not in masked
    assert "19900000160" not in masked
    assert not Entry.objects.filter(act="journeys.numbers_shown").exists()
    whole = json.dumps(run(table, "--register", register, "--dry-run", "--show-numbers"))
    assert "EZ0001111" in whole
    assert "19900000160" in whole
    assert Entry.objects.get(act="journeys.numbers_shown").data["rows"] == 7


def test_without_an_operation_nothing_is_kept(here: Cast, tmp_path: Path) -> None:
    table, _book, _register = files(small(), tmp_path)
    with pytest.raises(CommandError, match="operation"):
        run(table, "--neighbourhood", here.neighbourhood.pk)
    assert not RawUpload.objects.exists()


def test_a_list_of_headings_alone_is_refused_and_makes_no_flight(here: Cast, tmp_path: Path) -> None:
    open_transfer(here.neighbourhood)
    empty = tmp_path / "list.csv"
    empty.write_text("姓名,证件号,座位\n")
    for words in (("--neighbourhood", here.neighbourhood.pk), ("--dry-run",)):
        with pytest.raises(CommandError, match="nobody on this list"):
            run(empty, *words)
    assert [model.objects.count() for model in (Movement, ArrivalNotice, RawUpload)] == [0, 0, 0]


def test_what_cannot_be_done_is_said(here: Cast, tmp_path: Path) -> None:
    table, _book, register = files(small(), tmp_path)
    with pytest.raises(CommandError, match="cannot be opened"):
        run(tmp_path / "nothing.csv")
    with pytest.raises(CommandError, match="--dry-run"):
        run(table, "--register", register)
    with pytest.raises(CommandError, match="There is no neighbourhood"):
        run(table, "--neighbourhood", 987654)


def test_who_shows_his_identity_card_is_found_by_it(tmp_path: Path) -> None:
    register, table = tmp_path / "register.csv", tmp_path / "list.csv"
    rows = [
        "楼组,地址,姓名,性别,身份证号,联系电话",
        *(f"167-1,青云路167弄1支弄{n}号101室,{who}" for n, who in enumerate(HERE, 1)),
    ]
    register.write_text("\n".join(rows) + "\n", "utf-8")
    people = ["LUO,PING-AN,M,07/04/1971,310109197104077318,", "LUO,PINGAN,M,09/04/1972,EZ0000001,Pudong"]
    table.write_text("\n".join(["Surname,Given name,Sex,DOB,ID No,Where will you stay in Shanghai", *people]), "utf-8")
    answer = run(table, "--register", register, "--dry-run", "--day", "2020-03-20")
    assert [(one["row"], one["register"]) for one in answer["match"]] == [(1, [None, 1])]
    assert answer["ask"] == []
    assert answer["unknown_columns"] == []


HERE = ("罗平安,男,310109197104077318,19900009980", "何琴,女,310101201202108841,19900007057")
