"""The pages of arrivals, and lists from above."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from linli.ground.actions.people import phone_row
from linli.ground.models import Phone
from linli.ground.testing import Cast, client_as, make_cast
from linli.operations.models import Operation
from linli.returnees.actions.cases import Told
from linli.returnees.actions.lists import decide_row, take_list
from linli.returnees.details import details_of
from linli.returnees.models import ArrivalList, ArrivalRow, Case
from linli.returnees.reading import PROBLEMS, read_list
from linli.returnees.tests.conftest import refused, word

pytestmark = pytest.mark.django_db
PASTED = (
    "姓名\t手机号\t现住址\t抵沪时间\n许安和\t19900000007\t泉口花苑7号302室\t3月底\n"
    "\t12\t听松别墅1号\t不知何时\n张某\t\t火星路9号\t年初二\n"
)


def sheet(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_from_word_to_settled_on_the_pages(cast: Cast, operation: Operation) -> None:
    client = client_as(cast.users["clerk"])
    assert (
        "没有人" in client.get(reverse("returnees:index")).content.decode()
        or client.get(reverse("returnees:index")).status_code == 200
    )
    data = {
        "source": "neighbour",
        "told": "昨天晚上",
        "name": "独孤一",
        "phone": "199 0000 0042",
        "address": "泉口花苑7号302室",
        "arrival": "周五",
    }
    answer = client.post(reverse("returnees:new"), data)
    assert answer.status_code == 302
    with cast.scope():
        case = Case.objects.get()
        assert case.dwelling == cast.dwellings[7]
        assert details_of(case).phone == "19900000042"
    page = client.get(answer["Location"]).content.decode()
    assert "199****0042" in page
    assert "19900000042" not in page.replace('value="19900000042"', "")
    today = timezone.localdate().isoformat()
    done = client.post(answer["Location"], {"verb": "register", "name": "独孤一", "phone": "19900000042", "address": "泉口花苑7号302室",
                                            "arrival": today, "arrived": "on", "origin": "42", "transport": "train"})  # fmt: skip
    assert done.status_code == 302
    assert client.post(answer["Location"], {"verb": "settle"}).status_code == 302
    with cast.scope():
        assert Case.objects.get().settled_at is not None
    for state in ("open", "registered", "settled", "empty"):
        assert client.get(reverse("returnees:index"), {"state": state}).status_code == 200
    assert client.get(reverse("returnees:index"), {"state": "settled", "as": "xlsx"}).status_code == 200


def test_close_and_join_on_the_page(cast: Cast, operation: Operation) -> None:
    client = client_as(cast.users["clerk"])
    with cast.scope():
        one, other = word(cast), word(cast, phone="19900000077")
        third = word(cast, name="何远山", phone="")
    client.post(reverse("returnees:case", args=[one.pk]), {"verb": "join", "into": str(other.pk)})
    client.post(reverse("returnees:case", args=[third.pk]), {"verb": "close", "reason": "not_away"})
    with cast.scope():
        assert Case.objects.get(pk=one.pk).joined_into_id == other.pk
        assert Case.objects.get(pk=third.pk).closed_as == "not_away"
    assert client.get(reverse("returnees:case", args=[one.pk])).status_code == 200
    assert client.post(reverse("returnees:case", args=[other.pk]), {"verb": "join", "into": "x"}).status_code == 404


def test_wrong_words_come_back_with_a_way_out(cast: Cast, operation: Operation) -> None:
    client = client_as(cast.users["clerk"])
    data = {"source": "self", "told": "不记得了", "name": "独孤一", "arrival": "不知道"}
    answer = client.post(reverse("returnees:new"), data)
    assert answer.status_code == 422
    assert "独孤一" in answer.content.decode()
    assert client.post(reverse("returnees:new"), {"source": "self"}).status_code == 422


def test_a_building_leader_sees_his_building_and_no_other(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        mine = word(cast, name="楼里的人", dwelling=cast.dwellings[3])
        other = word(cast, name="别墅的人", phone="19900000002", dwelling=cast.dwellings[0])
        nowhere = word(cast, name="不知哪里", phone="19900000003")
    client = client_as(cast.users["building_leader"])
    page = client.get(reverse("returnees:index")).content.decode()
    assert "楼里的人" in page
    assert "别墅的人" not in page
    assert "不知哪里" not in page
    assert client.get(reverse("returnees:case", args=[mine.pk])).status_code == 200
    assert client.get(reverse("returnees:case", args=[other.pk])).status_code == 404
    assert client.get(reverse("returnees:case", args=[nowhere.pk])).status_code == 404
    answer = client.post(reverse("returnees:new"), {"source": "self", "name": "甲", "address": "听松别墅1号"})
    assert answer.status_code == 422
    assert client.get(reverse("returnees:lists")).status_code == 403
    assert client_as(cast.users["guard"]).get(reverse("returnees:index")).status_code == 403


def test_a_stranger_sees_nothing(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = word(cast)
    away = make_cast("远方居民区", "b-")
    for name, args in (("index", []), ("new", []), ("expected", []), ("lists", []), ("case", [case.pk])):
        assert client_as(cast.users["stranger"]).get(reverse(f"returnees:{name}", args=args)).status_code == 404
    other = client_as(away.users["secretary"])
    assert other.get(reverse("returnees:case", args=[case.pk])).status_code == 404
    assert "周一苇" not in other.get(reverse("returnees:index")).content.decode()


def test_expected_by_day(cast: Cast, operation: Operation) -> None:
    client = client_as(cast.users["clerk"])
    day = timezone.localdate() + timedelta(days=2)
    client.post(
        reverse("returnees:new"), {"source": "self", "name": "甲", "phone": "19900000011", "arrival": day.isoformat()}
    )
    client.post(
        reverse("returnees:new"),
        {"source": "self", "name": "乙", "phone": "19900000012", "arrival": f"{day.month}月{day.day}日左右"},
    )
    client.post(reverse("returnees:new"), {"source": "self", "name": "丙", "phone": "19900000013"})
    answer = client.get(reverse("returnees:expected"))
    found = {one.day: (one.surely, one.perhaps) for one in answer.context["days"]}
    assert found[day] == (1, 1)
    assert found[day + timedelta(days=1)] == (0, 1)
    assert answer.context["unknown"] == 1
    assert "约" in answer.content.decode()


def test_a_pasted_list_waits_for_decisions(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        phone_row(person=cast.people[1], number="19900000007", since=timezone.localdate()).save(force_insert=True)
        assert Phone.objects.count() == 1
    client = client_as(cast.users["clerk"])
    answer = client.post(reverse("returnees:lists"), {"pasted": PASTED})
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "B3" in page  # the bad cell by its name
    with cast.scope():
        rows = list(ArrivalRow.objects.order_by("row"))
        assert [row.row for row in rows] == [2, 3, 4]
        assert rows[1].problems == [["A3", "name_missing"], ["B3", "phone_unclear"], ["D3", "day_unclear"]]
        assert {code for row in rows for _, code in row.problems} <= set(PROBLEMS)
    person = cast.people[1]
    data = {f"row-{rows[0].pk}": str(person.pk), f"row-{rows[1].pk}": "leave", f"row-{rows[2].pk}": "new"}
    assert client.post(answer["Location"], data).status_code == 302
    with cast.scope():
        case = Case.objects.get(person=person)
        assert (case.arrives_about, case.dwelling) == (True, cast.dwellings[7])
        assert Case.objects.count() == 2
        known = word(cast, name=person.name, phone="19900000007")
        assert known.pk == case.pk
    again = client.post(reverse("returnees:lists"), {"pasted": PASTED})
    assert again["Location"] == answer["Location"]
    with cast.scope():
        assert (ArrivalList.objects.count(), ArrivalRow.objects.count()) == (1, 3)


def test_a_row_is_decided_once_and_counts_from_when_the_list_came(cast: Cast, operation: Operation) -> None:
    clerk = cast.users["clerk"]
    with cast.scope():
        taken = take_list(by=clerk, neighbourhood=cast.neighbourhood, data=PASTED.encode())
        ArrivalList.objects.update(received_at=timezone.now() - timedelta(hours=5))
        row = ArrivalRow.objects.filter(list=taken).order_by("row").first()
        case = decide_row(by=clerk, row=row, take=True)
        assert case is not None
        assert timezone.now() - case.signals.get().told_at > timedelta(hours=4)
        assert decide_row(by=clerk, row=row, take=True) == case
        nameless = ArrivalRow.objects.filter(list=taken, row=3).get()
        with refused("returnees.row_without_name"):
            decide_row(by=clerk, row=nameless, take=True)
        assert decide_row(by=clerk, row=nameless, take=False) is None


def test_no_list_without_an_operation(cast: Cast) -> None:
    with cast.scope(), refused("returnees.quiet"):
        take_list(by=None, neighbourhood=cast.neighbourhood, data=PASTED.encode())
    page = client_as(cast.users["clerk"]).get(reverse("returnees:new")).content.decode()
    assert 'value="neighbour"' not in page


def test_lists_of_many_shapes() -> None:
    today = timezone.localdate()
    book = sheet(
        [
            ["外地返沪人员名单"],
            [],
            ["序号", "联系电话", "姓 名*", "详细地址", "航班"],
            [1, 19900000008, "伊藤真由", "1号", "MU1"],
            ["合计", 1, None, None, None],
        ]
    )
    (row,) = read_list(book, "名单.xlsx", today=today)
    assert (row.details.name, row.details.phone, row.details.vehicle, row.row) == ("伊藤真由", "19900000008", "MU1", 4)
    bare = read_list("独孤一 19900000009 泉口花苑7号101室\n独孤二\n".encode("gb18030"), "", today=today)
    assert [(one.details.name, one.details.phone) for one in bare] == [("独孤一", "19900000009"), ("独孤二", "")]
    for data, code in ((b"  ", "list.empty"), (b"%PDF-1.7", "list.format"), (b"PK\x03\x04junk", "list.broken"),
                       (b"x" * 9_000_000, "list.too_large"), (b"1,2\n3,4\n", "list.no_headings")):  # fmt: skip
        with refused(code):
            read_list(data, "", today=today)


def test_the_command(cast: Cast, operation: Operation, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "list.csv"
    file.write_text(PASTED.replace("\t", ","), encoding="utf-8")
    call_command("import_returnees", str(file), "--dry-run", "--json")
    found = json.loads(capsys.readouterr().out)
    assert found["totals"] == {"rows": 3, "problems": 4}
    assert found["rows"][0]["phone"] == "199****0007"
    assert found["rows"][0]["arrival"]["about"] is True
    call_command("import_returnees", str(file), "--neighbourhood", str(cast.neighbourhood.pk), "--json")
    assert json.loads(capsys.readouterr().out)["totals"] == {"rows": 3, "waiting": 3}


def test_the_card_of_today_counts_who_waits(cast: Cast, operation: Operation) -> None:
    old = timezone.now() - timedelta(days=2)
    with cast.scope():
        word(cast, told=Told(old, old))
    page = client_as(cast.users["secretary"]).get("/").content.decode()
    assert reverse("returnees:index") in page


def test_a_known_door_stands_in_the_form_and_is_not_lost(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = word(cast, dwelling=cast.dwellings[7])
    client, url = client_as(cast.users["clerk"]), reverse("returnees:case", args=[case.pk])
    form = client.get(url).context["form"]
    client.post(
        url,
        {"verb": "register", "name": "周一苇", "arrival": "昨天", "arrived": "on", "address": form["address"].value()},
    )
    with cast.scope():
        assert Case.objects.get(pk=case.pk).dwelling == cast.dwellings[7]
