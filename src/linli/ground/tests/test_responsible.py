"""R02: exactly one responsible for each household at any date, with history; the secretary by default; hand-overs in one act."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.accounts.models import User
from linli.ground.actions.homes import find_state, hand_over_households, open_household
from linli.ground.actions.mandates import end_mandate, give_mandate, hand_over_office
from linli.ground.actions.places import NewPlace, add_places, create_neighbourhood
from linli.ground.models import Household, Responsibility
from linli.ground.queries import households_with_responsible, responsible_on, states_now
from linli.ground.testing import Cast, cast
from linli.journal.models import Entry
from linli.kernel.refusal import Refusal

__all__ = ["cast"]


def orphans(cast: Cast) -> int:
    return sum(1 for h in households_with_responsible(cast.neighbourhood) if h.responsible is None)  # type: ignore[attr-defined]


def test_the_secretary_answers_until_somebody_else_does(cast: Cast) -> None:
    with cast.scope():
        assert {responsible_on(h.pk) for h in cast.households} == {cast.mandates["secretary"]}
        count = hand_over_households(
            by=cast.users["secretary"], place=cast.building, to=cast.mandates["building_leader"]
        )
        assert count == 6
        inside = [h for h in cast.households if cast.building.contains(h.dwelling)]
        assert {responsible_on(h.pk) for h in inside} == {cast.mandates["building_leader"]}
        yesterday = timezone.localdate() - timedelta(days=1)
        assert {responsible_on(h.pk, yesterday) for h in inside} == {cast.mandates["secretary"]}
        assert orphans(cast) == 0


def test_an_office_passes_with_all_its_households(cast: Cast) -> None:
    heir = User.objects.create_user("heir", "correct horse 2", display_name="新书记")
    with cast.scope():
        mandate = hand_over_office(by=cast.users["secretary"], mandate=cast.mandates["secretary"], to=heir)
        assert {responsible_on(h.pk) for h in cast.households} == {mandate}
        assert orphans(cast) == 0
    assert Entry.objects.filter(act="ground.office_handed_over").count() == 1


def test_a_leader_who_leaves_gives_the_households_back_to_the_secretary(cast: Cast) -> None:
    with cast.scope():
        hand_over_households(by=None, place=cast.building, to=cast.mandates["building_leader"], since=date(2020, 2, 1))
        end_mandate(by=cast.users["secretary"], mandate=cast.mandates["building_leader"], on=date(2020, 3, 1))
        inside = next(h for h in cast.households if cast.building.contains(h.dwelling))
        assert responsible_on(inside.pk, date(2020, 2, 29)) == cast.mandates["building_leader"]
        assert responsible_on(inside.pk, date(2020, 3, 1)) == cast.mandates["secretary"]


def test_the_last_secretary_cannot_just_leave(cast: Cast) -> None:
    with cast.scope(), pytest.raises(Refusal) as refusal:
        end_mandate(by=None, mandate=cast.mandates["secretary"])
    assert refusal.value.code == "ground.last_secretary"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(1, 300), st.sampled_from(["building_leader", "secretary", "clerk"]), st.integers(0, 2)),
        max_size=8,
    )
)
def test_after_any_hand_overs_every_household_has_exactly_one_at_every_date(
    cast: Cast, acts: list[tuple[int, str, int]]
) -> None:
    start = date(2020, 1, 1)
    with cast.scope():
        Responsibility.objects.filter(since__gt=start).delete()
        expected: dict[object, dict[date, str]] = {}
        for day, who, where in acts:
            place = [cast.building, cast.lanes, cast.neighbourhood][where]
            hand_over_households(by=None, place=place, to=cast.mandates[who], since=start + timedelta(days=day))
            for household in cast.households:
                if place.contains(household.dwelling):
                    expected.setdefault(household.pk, {})[start + timedelta(days=day)] = who
        for household in cast.households:
            changes = expected.get(household.pk, {})
            for day in (start, *changes):
                before = [d for d in changes if d <= day]
                who = changes[max(before)] if before else "secretary"
                assert responsible_on(household.pk, day) == cast.mandates[who]


def test_refusals_of_hand_overs(cast: Cast) -> None:
    elsewhere = create_neighbourhood(by=None, name="别处")
    (empty,) = add_places([NewPlace("building", cast.lanes, "9号")])
    away = give_mandate(by=None, capacity="secretary", place=elsewhere, user=cast.users["stranger"])
    with cast.scope():
        for place, to, code in (
            (cast.building, away, "ground.other_neighbourhood"),
            (empty, cast.mandates["secretary"], "ground.no_households"),
        ):
            with pytest.raises(Refusal) as refusal:
                hand_over_households(by=None, place=place, to=to)
            assert refusal.value.code == code


def test_no_household_begins_without_a_secretary(cast: Cast) -> None:
    elsewhere = create_neighbourhood(by=None, name="别处")
    (dwelling,) = add_places([NewPlace("dwelling", elsewhere, "1号")])
    with cast.scope(), pytest.raises(Refusal) as refusal:
        open_household(by=None, dwelling=dwelling)
    assert refusal.value.code == "ground.no_secretary"


def test_opening_a_household_twice_is_one(cast: Cast) -> None:
    with cast.scope():
        again = open_household(by=None, dwelling=cast.dwellings[0])
        assert again == cast.households[0]
        assert Household.objects.filter(dwelling=cast.dwellings[0]).count() == 1


def test_the_latest_state_holds_and_the_earlier_ones_stay(cast: Cast) -> None:
    with cast.scope():
        find_state(by=cast.users["clerk"], dwelling=cast.dwellings[5], state="owner")
        assert states_now(cast.neighbourhood)[cast.dwellings[5].pk] == "owner"
        with pytest.raises(Refusal) as refusal:
            find_state(by=None, dwelling=cast.dwellings[5], state="haunted")
        assert refusal.value.code == "ground.state_unknown"
        with pytest.raises(Refusal) as refusal:
            find_state(by=None, dwelling=create_neighbourhood(by=None, name="x").parent or _no_place(), state="owner")
        assert refusal.value.code == "ground.not_a_dwelling"


def _no_place() -> object:
    from linli.ground.models import Place  # kept beside its one use

    return Place()


def test_a_suspended_secretary_does_not_count_as_another(cast: Cast) -> None:
    second = User.objects.create_user("second", "correct horse 3", display_name="副书记", is_active=False)
    with cast.scope():
        give_mandate(by=None, capacity="secretary", place=cast.neighbourhood, user=second)
        with pytest.raises(Refusal) as refusal:
            end_mandate(by=None, mandate=cast.mandates["secretary"])
        assert refusal.value.code == "ground.last_secretary"
        User.objects.filter(pk=second.pk).update(is_active=True)
        end_mandate(by=None, mandate=cast.mandates["secretary"])


def test_refusals_of_mandates(cast: Cast) -> None:
    user, person = cast.users["stranger"], cast.people[0]
    place = cast.neighbourhood
    with cast.scope():
        for words, code in (
            ({"capacity": "king", "user": user}, "ground.capacity_unknown"),
            ({"capacity": "guard"}, "ground.holder_missing"),
            ({"capacity": "guard", "user": user, "person": person}, "ground.holder_missing"),
        ):
            with pytest.raises(Refusal) as refusal:
                give_mandate(by=None, place=place, **words)  # type: ignore[arg-type]
            assert refusal.value.code == code
        with pytest.raises(Refusal) as refusal:
            hand_over_office(by=None, mandate=cast.mandates["secretary"], to=cast.users["secretary"])
        assert refusal.value.code == "ground.same_holder"
        cast.mandates["guard"].place = None
        with pytest.raises(Refusal) as refusal:
            hand_over_office(by=None, mandate=cast.mandates["guard"], to=user)
        assert refusal.value.code == "ground.no_place"
