"""Pure reconciliation, and reading of lists."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from linli.ground.testing import Cast
from linli.kernel.said_dates import SaidDay
from linli.tenancies import rules
from linli.tenancies.reading import PROBLEMS, read_tenants
from linli.tenancies.tests.conftest import book, rows

TODAY = date(2020, 3, 18)


@pytest.mark.parametrize(
    ("word", "state"),
    [("在境外", "abroad"), ("已出境", "abroad"), ("未出境", "here"), ("在沪", "here"), ("回老家", "elsewhere"), ("不在沪", "elsewhere"),
     ("Abroad", "abroad"), ("", None), ("不知道", None), ("回国", "abroad"), ("正常居住", "here")],
)  # fmt: skip
def test_words_for_where(word: str, state: str | None) -> None:
    assert rules.state_of(word) == state


def person(number: int, door: int, name: str, **more: Any) -> rules.Known:
    return rules.Known(UUID(int=number), door, name, **more)


def test_matching_by_name_then_phone_then_damaged_name() -> None:
    phones = frozenset({"aa"})
    known = [person(1, 1, "甲一"), person(2, 1, "乙二", phones=phones), person(3, 2, "丙䶮"), person(4, 3, "丁")]
    listed = [
        rules.Listed(0, 1, "已二", phones),
        rules.Listed(1, 1, "甲一"),
        rules.Listed(2, 2, "丙?"),
        rules.Listed(3, 4, "戊"),
        rules.Listed(4, None, "己"),
    ]
    found = rules.reconcile(listed, known)
    assert sorted((at, pk.int) for at, pk in found.pairs) == [(0, 2), (1, 1), (2, 3)]
    assert sorted(one.kind for one in found.differences) == ["door", "name", "name", "only_list", "only_register"]
    assert found.verdicts == {0: "differs", 1: "agrees", 2: "differs", 3: "only_list", 4: "only_list"}


def test_rough_days_contradict_only_outside_their_window() -> None:
    month = SaidDay(date(2019, 9, 1), date(2019, 9, 30), True)
    assert rules.same_day(month, SaidDay(date(2019, 9, 15), date(2019, 9, 15), False))
    assert not rules.same_day(month, SaidDay(date(2019, 10, 1), date(2019, 10, 1), False))
    assert rules.same_day(None, month)
    assert rules.same_day(month, SaidDay(date(2019, 8, 1), None, True))


NAMES = st.sampled_from(["甲", "乙", "丙", "丁"])
DOORS = st.integers(1, 3)


@given(st.lists(st.tuples(DOORS, NAMES), max_size=8), st.lists(st.tuples(DOORS, NAMES), max_size=8))
def test_everybody_is_met_once_or_named_once(listed: list[tuple[int, str]], known: list[tuple[int, str]]) -> None:
    mine = [rules.Listed(at, door, name) for at, (door, name) in enumerate(listed)]
    theirs = [person(n + 1, door, name) for n, (door, name) in enumerate(known)]
    found = rules.reconcile(mine, theirs)
    met = [pk for _, pk in found.pairs]
    alone = [one.person for one in found.differences if one.kind == "only_register"]
    assert sorted(one.int for one in [*met, *alone]) == list(range(1, len(known) + 1))
    assert len(found.pairs) + sum(one.kind == "only_list" for one in found.differences) == len(listed)
    assert set(found.verdicts) == set(range(len(listed)))


def test_bad_cells_are_named() -> None:
    heads = ["房屋地址", "承租人", "手机", "租期开始", "租约到期", "目前状态", "房东"]
    body = [
        ["泉口花苑7号101室", "张三、李四", "1990000010l", "2020/2/30", "不知", "火星", "某房东"],
        [None, None, "19900000102", "2020-03-01", "2020-01-01", "在沪", None],
    ]
    one, other = read_tenants(book(body, heads), "a.xlsx", today=TODAY)[0], None
    assert one.names == ("张三", "李四")
    assert one.landlord == "某房东"
    assert [code for _, code in one.problems] == ["phone_unclear", "day_unclear", "day_unclear", "state_unclear"]
    assert [cell for cell, _ in one.problems] == ["C3", "D3", "E3", "F3"]
    body[1][0] = "泉口花苑7号102室"
    other = read_tenants(book(body, heads), "a.xlsx", today=TODAY)[1]
    assert [code for _, code in other.problems] == ["name_missing", "days_reversed"]
    assert {code for line in (one, other) for _, code in line.problems} <= set(PROBLEMS)


def test_doors_in_columns_and_csv_in_gb18030() -> None:
    text = "状态,室号,楼号,单元,小区名称,租户\n在租,301,12,2,沁和苑,王某某\n,5,,,听松别墅,Rossi Luca\n"
    first, second = read_tenants(text.encode("gb18030"), "t.csv", today=TODAY)
    assert (first.estate, first.door, first.state, first.sheet) == ("沁和苑", "12号2单元301室", "here", None)
    assert (second.door, second.names) == ("5号", ("Rossi Luca",))


@pytest.mark.django_db
def test_the_command(let: Cast, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "t.xlsx"
    file.write_bytes(book(rows()))
    call_command("import_tenants", str(file), "--dry-run", "--json")
    found = json.loads(capsys.readouterr().out)
    assert found["totals"] == {"rows": 3, "problems": 0}
    assert found["rows"][0]["phones"] == ["199****0101"]
    call_command(
        "import_tenants", str(file), "--neighbourhood", str(let.neighbourhood.pk), "--company", "安居物业", "--json"
    )
    assert json.loads(capsys.readouterr().out)["totals"]["agrees"] == 3
