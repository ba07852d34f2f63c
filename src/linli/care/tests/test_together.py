"""Several at the same moment, on both databases: one supervisor of a household, five tries of a code, one slip that holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from django.utils import timezone

from linli.care.actions.own_codes import make_own_code, open_own_page
from linli.care.actions.supervisors import name_supervisor
from linli.care.models import OwnCode, Supervisor
from linli.care.supervising import supervisors
from linli.care.tests.own_stage import operation_of, quarantined
from linli.ground.models import Household
from linli.ground.testing import Cast, make_cast
from tests.support.together import together as at_once

pytestmark = pytest.mark.django_db(transaction=True)


def together(cast: Cast, works: list[Callable[[], object]]) -> list[object]:
    """All at the same moment, each in the cast's scope."""

    def within(work: Callable[[], object]) -> Callable[[], object]:
        def run() -> object:
            with cast.scope():
                return work()

        return run

    return at_once([within(work) for work in works])


def test_one_supervisor_one_slip_and_five_tries_whoever_comes_at_the_same_moment() -> None:
    cast = make_cast()
    with cast.scope():
        operation_of(cast)
        case = quarantined(cast)
    household, clerk = case.household, cast.users["clerk"]
    _names_two(cast, household)
    _makes_slips(cast, lambda: make_own_code(by=clerk, case=case).code)


def _names_two(cast: Cast, household: Household) -> None:
    at, offices = timezone.now(), [cast.mandates["clerk"], cast.mandates["building_leader"]]

    def names(number: int) -> Callable[[], object]:
        return lambda: name_supervisor(by=None, household=household, mandate=offices[number], at=at)

    rows = together(cast, [names(0), names(1)])
    with cast.scope():
        post = supervisors([household.pk], timezone.now())[household.pk]
        since = Supervisor.objects.filter(household=household, annulled_at__isnull=True).values_list("since", flat=True)
        assert post.mandate in offices
        assert len(set(since)) == len(since), rows


def _makes_slips(cast: Cast, make: Callable[[], str]) -> None:
    slips = together(cast, [make] * 4)
    with cast.scope():
        live = OwnCode.objects.get(revoked_at__isnull=True)
    (code,) = [one for one in slips if str(one).startswith(live.handle)]
    other = str(code)[:5] + "".join("B" if char == "A" else "A" for char in str(code)[5:])
    found = Counter(together(cast, [lambda: open_own_page(by=None, typed=other)] * 8))
    assert found == {"care.own_code_wrong": 4, "care.own_code_locked": 4}, "the fifth wrong one locks it"
    assert together(cast, [lambda: open_own_page(by=None, typed=str(code))]) == ["care.own_code_locked"]
