"""What tests of let flats need: a let building with tenants, lists as a company writes them, a company's account."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from linli.accounts.models import User
from linli.ground.actions.homes import find_state
from linli.ground.actions.mandates import give_mandate
from linli.ground.actions.people import phone_row
from linli.ground.models import Person, Residence
from linli.ground.testing import PASSWORD, Cast, cast  # noqa: F401  a fixture
from linli.kernel.refusal import Refusal
from linli.tenancies.actions.flats import open_from_register
from linli.tenancies.actions.lists import take_list
from linli.tenancies.models import TenantList

HEADS = ["小区", "楼号", "室号", "租客姓名", "联系电话", "起租日期", "到期日期", "状态"]


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The block must be refused with this code."""
    with pytest.raises(Refusal) as caught:
        yield
    assert caught.value.code == code


@pytest.fixture
def let(cast: Cast) -> Cast:  # noqa: F811
    """Rooms 101, 102, 201 of 泉口花苑 7号 are let: to 甲 (with a phone), 乙 and 丙; a company's account holds that estate."""
    user = User.objects.create_user("wuye", PASSWORD, display_name="安居物业")
    cast.users["property"] = user
    cast.mandates["property"] = give_mandate(by=None, capacity="property", place=cast.lanes, user=user)
    with cast.scope():
        for number, name in enumerate(("租客甲", "租客乙", "租客丙")):
            home = number + 2
            find_state(by=None, dwelling=cast.dwellings[home], state="let")
            Residence.objects.filter(household=cast.households[home]).delete()
            person = Person.objects.create(neighbourhood=cast.neighbourhood, name=name, sort_name=name)
            Residence.objects.create(
                neighbourhood=cast.neighbourhood,
                person=person,
                household=cast.households[home],
                relation="tenant",
                since=date(2020, 1, 1),
            )
            cast.people.append(person)
        for home in (1, 6):
            find_state(by=None, dwelling=cast.dwellings[home], state="owner", happened_at=timezone.now())
        phone_row(person=cast.people[-3], number="19900000101", since=date(2020, 1, 1)).save(force_insert=True)
        open_from_register(by=None, neighbourhood=cast.neighbourhood)
    return cast


def rows(*changed: list[Any]) -> list[list[Any]]:
    """The three tenants as the register has them, or others instead."""
    return list(changed) or [
        ["泉口花苑", "7号", "101", "租客甲", 19900000101, "2019-09-01", "2020-08-31", "在沪"],
        ["泉口花苑", "7号", "102", "租客乙", None, None, None, "在境外"],
        ["泉口花苑", "7号", "201", "租客丙", None, "2019年9月", None, ""],
    ]


def book(body: list[list[Any]], heads: list[str] | None = None) -> bytes:
    """A workbook with a title row above the headings."""
    found = openpyxl.Workbook()
    found.active.append(["租客名单"])
    found.active.append(heads or HEADS)
    for row in body:
        found.active.append(row)
    out = io.BytesIO()
    found.save(out)
    return out.getvalue()


def take(world: Cast, body: list[list[Any]], heads: list[str] | None = None) -> TenantList:
    """Hand a list in as the company."""
    return take_list(
        by=world.users["property"],
        neighbourhood=world.neighbourhood,
        place=world.lanes,
        data=book(body, heads),
        filename="租客.xlsx",
    )
