"""Invented content of the style guide, in both languages. Nobody in it exists."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html

from linli.ui.squares import STATES, state_word
from linli.ui.tables import Column, Table
from linli.ui.words import is_chinese


def pick(zh: Any, en: Any) -> Any:
    """The sample in the reader's language."""
    return zh if is_chinese() else en


@dataclass(frozen=True)
class Home:
    """A line of the sample table."""

    door: str
    name: str
    state: str
    born: dt.date | None
    guess: bool
    people: int
    phone: str


HOMES = (
    Home("1 号 101", "沈知行", "owner", dt.date(1978, 4, 2), False, 3, "199-0000-0101"),
    Home("1 号 102", "金敏雅", "let", dt.date(1990, 1, 1), True, 2, "199-0000-0102"),
    Home("1 号 201", "罗佩芬", "unreached", dt.date(1944, 11, 30), False, 1, ""),
    Home("1 号 202", "Marta Ferreira Lindqvist", "away", dt.date(1985, 7, 19), False, 4, "199-0000-0202"),
    Home("2 号 301", "㛃㴙然", "owner", None, False, 2, "199-0000-0301"),
    Home("2 号 302", "周可", "refused", dt.date(1969, 2, 8), False, 2, "199-0000-0302"),
)


class HomesTable(Table):
    """A list as every list: sorts, prints, exports."""

    title = "住户样张 / Sample homes"
    sort = "door"
    per_page = 4
    columns = (
        Column("door", "房号 / Door", lambda h: h.door, sort=("door",), head=True),
        Column(
            "name",
            "姓名 / Name",
            lambda h: h.name,
            sort=("name",),
            show=lambda h: format_html('<a href="#table">{}</a>', h.name),
        ),
        Column(
            "state", "状态 / State", lambda h: str(STATES[h.state]), sort=("state",), show=lambda h: state_word(h.state)
        ),
        Column("born", "出生 / Born", lambda h: h.born, sort=("born",), about=lambda h: h.guess),
        Column("people", "人数 / People", lambda h: h.people, sort=("people",), number=True),
        Column("phone", "电话 / Phone", lambda h: h.phone, nowrap=True),
    )


class SampleForm(forms.Form):
    """A form as every form; bound with faults to show how it speaks."""

    room = forms.CharField(max_length=20)
    people = forms.IntegerField(min_value=0)
    phone = forms.CharField(required=False)
    estate = forms.ChoiceField()
    reach = forms.ChoiceField(widget=forms.RadioSelect)
    remark = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    agreed = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = pick(
            ["房号", "常住人数", "联系电话", "小区", "怎样联系上的", "备注", "本人同意把这个号码告诉楼组长"],
            [
                "Door",
                "People living here",
                "Phone",
                "Estate",
                "How were they reached",
                "Remark",
                "They agree that the building leader gets this number",
            ],
        )
        for field, label in zip(self.fields.values(), labels, strict=True):
            field.label = label
        self.fields["room"].help_text = pick("按门牌写，例如 3 号 502", "As on the door, for example 3-502")
        _choices(self, "estate").choices = pick(
            [("a", "泉口花苑"), ("b", "听松别墅")], [("a", "Quankou Garden"), ("b", "Tingsong Villas")]
        )
        _choices(self, "reach").choices = pick(
            [("d", "上门"), ("p", "电话"), ("n", "邻居转告")],
            [("d", "At the door"), ("p", "By phone"), ("n", "Through a neighbour")],
        )


def _choices(form: forms.Form, name: str) -> forms.ChoiceField:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    return field


def faulty_form() -> SampleForm:
    """The form with two faults, spoken beside the fields."""
    form = SampleForm({"room": "3-502", "people": "3", "phone": "199-0000", "estate": "a", "reach": "p"})
    form.is_valid()
    form.add_error(
        "phone",
        pick(
            "号码少了 4 位。请对一遍；还不知道就留空，以后再补。",
            "Four digits are missing. Check it, or leave it empty for now.",
        ),
    )
    return form


def buildings() -> list[dict[str, Any]]:
    """Nine buildings of six floors, four doors each."""
    codes = list(STATES)
    result = []
    for building in range(1, 10):
        items = []
        for index in range(24):
            odd = (index * 7 + building * 13) % 23
            state = codes[odd % 8] if odd in (3, 7, 9, 10, 12, 13, 14) else "owner"
            door = f"{building} 号 {6 - index // 4}0{index % 4 + 1}"
            items.append({"state": state, "label": door, "url": f"#{building}-{index}"})
        result.append({"name": pick(f"{building} 号", f"No. {building}"), "doors": items})
    return result


def page(request: HttpRequest) -> dict[str, Any]:
    """Everything the style guide shows."""
    now = timezone.localtime()
    rush = (0, 0, 0, 0, 1, 4, 18, 64, 92, 71, 44, 38, 51, 47, 39, 42, 60, 88, 97, 63, 31, 14, 6, 2)
    return {
        "now_sample": now,
        "zh": is_chinese(),
        "form": SampleForm(initial={"room": "3 号 502", "people": 3, "reach": "p"}),
        "faulty": faulty_form(),
        "table": HomesTable(request, HOMES, sub=pick("全部小区", "All estates")),
        "buildings": buildings(),
        "counts": {
            "owner": 905,
            "let": 281,
            "vacant": 70,
            "closed": 90,
            "away": 62,
            "refused": 14,
            "unreached": 19,
            "blank": 9,
        },
        "legend_urls": {code: f"?state={code}#squares" for code in STATES},
        "hours": [(f"{hour:02d}", value) for hour, value in enumerate(rush)],
        "shares": pick(
            [("已发", 2711, "done"), ("约好再来", 402, "late"), ("还没有", 387, "rest")],
            [("Handed out", 2711, "done"), ("To come back", 402, "late"), ("Not yet", 387, "rest")],
        ),
        "step_names": pick(
            ["放文件", "认列", "看问题", "导入", "结果"], ["File", "Columns", "Problems", "Import", "Result"]
        ),
        "guess": dt.date(1980, 1, 1),
    }
