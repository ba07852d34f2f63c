"""The page on which a secretary decides how days are counted and how many households one may look after (Q01)."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.care.actions.practice import Decided, practice_of
from linli.care.models import Practice
from linli.care.tests.conftest import quarantine
from linli.ground.testing import Cast, client_as
from linli.operations.models import Operation


def post(cast: Cast, who: str, **given: Any) -> Any:
    return client_as(cast.users[who]).post(reverse("care:practice"), given)


def shown(cast: Cast, who: str = "secretary") -> str:
    answer = client_as(cast.users[who]).get(reverse("care:practice"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_secretary_decides_and_open_terms_keep_their_days(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
    before = shown(cast)
    assert "每人最多照看 1 户" in before
    assert "入境当日为第 0 天" in before
    assert "第二百零一条" in before
    assert "已经开始的 1 个隔离期保持原来的天数" in before
    assert case.person.name not in before
    assert post(cast, "secretary", convention="door", households_each="3").status_code == 302
    assert practice_of(cast.neighbourhood.pk, timezone.now()) == Decided("door", 3)
    day0, release = case.day0, case.release_at
    with cast.scope():
        case.refresh_from_db()
        assert (case.convention, case.day0, case.release_at) == ("landing", day0, release)
        after = shown(cast)
        assert case.person.name in after
        assert reverse("care:change", args=[case.pk, "recount"]) in after
        assert quarantine(cast, home=2, person=4).convention == "door"


def test_the_same_again_is_no_new_decision(cast: Cast) -> None:
    for _again in range(2):
        assert post(cast, "secretary", convention="inclusive", households_each="2").status_code == 302
    assert Practice.objects.count() == 1


@pytest.mark.parametrize(
    "given",
    [{}, {"convention": "exposure", "households_each": "1"}, {"convention": "landing", "households_each": "0"},
     {"convention": "landing", "households_each": "21"}, {"convention": "[{", "households_each": "²"}],
)  # fmt: skip
def test_what_cannot_be_decided_is_said_beside_its_field(cast: Cast, given: dict[str, str]) -> None:
    assert post(cast, "secretary", **given).status_code == 422
    assert not Practice.objects.exists()


def test_a_clerk_reads_it_and_the_secretary_decides(cast: Cast) -> None:
    text = shown(cast, "clerk")
    assert "由书记决定" in text
    assert 'name="households_each"' not in text
    assert post(cast, "clerk", convention="door", households_each="2").status_code == 403
    assert not Practice.objects.exists()
    assert reverse("care:practice") in client_as(cast.users["clerk"]).get(reverse("care:board")).content.decode()
