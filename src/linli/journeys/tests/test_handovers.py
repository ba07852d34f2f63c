"""From hands to hands: both sides, heads, codes, annulments (T03, T04)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from linli.journal.models import Entry
from linli.journeys import hands
from linli.journeys.actions import handovers
from linli.journeys.actions.handed import check_heads, may_see_names
from linli.journeys.actions.handovers import Form, Side, accept, annul_handover, code_of, hand_over, offer
from linli.journeys.actions.legs import plan_leg
from linli.journeys.actions.phones import Told, record_handover
from linli.journeys.actions.runs import Crew, plan_run
from linli.journeys.actions.travellers import Listed, add_traveller, annul_beginning, close_traveller
from linli.journeys.details import Details
from linli.journeys.models import Handover, Hands, Leg, Traveller
from linli.journeys.standing import chains_now
from linli.journeys.testing import Night, refused
from linli.kernel.ids import uuid7
from linli.kernel.refusal import Refusal

pytestmark = pytest.mark.django_db


def holders(night: Night) -> set[Hands]:
    """Who holds the travellers now."""
    rows = list(Traveller.objects.filter(pk__in=[one.pk for one in night.travellers]))
    chains = chains_now(rows, timezone.now())
    assert all(chains[row.pk] for row in rows), "everybody has a holder"
    return set(Hands.objects.filter(pk__in={chain[-1].holder for chain in chains.values()}))


def test_hand_over_both_at_once_moves_everybody(arrived: Night) -> None:
    arrived.hand(arrived.desk, arrived.escort, 120)
    assert holders(arrived) == {arrived.escort}
    arrived.hand(arrived.escort, arrived.home(), 190, arrived.travellers[:1])
    assert holders(arrived) == {arrived.escort, arrived.home()}
    assert Entry.objects.filter(act="journeys.handed_over").count() == 2


def test_a_re_send_is_one_hand_over(arrived: Night) -> None:
    key = uuid7()
    first = arrived.hand(arrived.desk, arrived.escort, 120, id=key)
    assert arrived.hand(arrived.desk, arrived.escort, 120, id=key) == first
    assert Handover.objects.count() == 1


def test_heads_that_are_not_the_list_are_refused_with_the_difference_named(arrived: Night) -> None:
    first, second, third = arrived.travellers
    with pytest.raises(Exception) as caught:
        arrived.hand(arrived.desk, arrived.escort, 120, [first, second], listed=arrived.travellers)
    refusal: Any = caught.value
    assert refusal.code == "journeys.head_count"
    assert refusal.params["missing"] == "TRAVELLER/C"
    assert refusal.params["extra"] == "0"
    with refused("journeys.head_count"):
        arrived.hand(arrived.desk, arrived.escort, 120, counted=4)
    with refused("journeys.head_count"):
        arrived.hand(arrived.desk, arrived.escort, 120, listed=[first, second])
    assert holders(arrived) == {arrived.desk}
    assert third.begun_hands == arrived.desk


def test_who_may_not_see_names_reads_numbers(arrived: Night) -> None:
    form = Form(
        travellers=arrived.travellers[:2], giver=arrived.desk, taker=arrived.escort, happened_at=arrived.after(120),
        listed=arrived.travellers,
    )  # fmt: skip
    leader = arrived.cast.users["building_leader"]
    with pytest.raises(Exception) as caught:
        hand_over(by=leader, form=form, gave=arrived.side(120), took=arrived.side(120))
    refusal: Any = caught.value
    assert refusal.params["missing"] == "1"
    assert "TRAVELLER" not in str(refusal)


def test_who_goes_along_reads_the_names_of_his_own_run(arrived: Night) -> None:
    leader = arrived.cast.users["building_leader"]
    assert may_see_names(arrived.by, arrived.travellers)
    assert not may_see_names(leader, arrived.travellers)
    mine = hands.of_mandate(arrived.cast.neighbourhood, arrived.cast.mandates["building_leader"])
    crew = [Crew(mine, "escort", timezone.localdate())]
    plan_run(by=arrived.by, neighbourhood=arrived.cast.neighbourhood, vehicle="van", planned_at=arrived.after(100),
             travellers=arrived.travellers[:2], crew=crew)  # fmt: skip
    assert may_see_names(leader, arrived.travellers[:2])
    assert not may_see_names(leader, arrived.travellers)
    assert not may_see_names(leader, [])
    check_heads(leader, arrived.travellers, arrived.travellers, 3)
    with pytest.raises(Refusal) as caught:
        check_heads(leader, arrived.travellers[:2], arrived.travellers[:1], None)
    assert caught.value.params["missing"] == "TRAVELLER/B"


def test_the_list_of_a_run_is_what_heads_are_counted_against(arrived: Night) -> None:
    crew = [Crew(arrived.escort, "escort")]
    run = plan_run(by=arrived.by, neighbourhood=arrived.cast.neighbourhood, vehicle="van", planned_at=arrived.after(100),
                   travellers=arrived.travellers, crew=crew)  # fmt: skip
    with refused("journeys.head_count"):
        arrived.hand(arrived.desk, arrived.escort, 120, arrived.travellers[:2], run=run)
    arrived.hand(arrived.desk, arrived.escort, 120, run=run)
    Traveller.objects.filter(pk=arrived.travellers[0].pk).update(dwelling=arrived.cast.dwellings[0])
    Traveller.objects.filter(pk=arrived.travellers[1].pk).update(dwelling=arrived.cast.dwellings[1])
    Traveller.objects.filter(pk=arrived.travellers[2].pk).update(dwelling=arrived.cast.dwellings[1])
    arrived.hand(arrived.escort, arrived.home(0), 190, arrived.travellers[:1], run=run)
    with refused("journeys.head_count"):
        arrived.hand(arrived.escort, arrived.home(1), 195, arrived.travellers[1:2], run=run)
    arrived.hand(arrived.escort, arrived.home(1), 195, arrived.travellers[1:], run=run)
    assert holders(arrived) == {arrived.home(0), arrived.home(1)}


def test_the_list_of_a_run_is_that_of_the_moment_however_late_it_is_written_down(arrived: Night) -> None:
    run = plan_run(by=arrived.by, neighbourhood=arrived.cast.neighbourhood, vehicle="van", planned_at=arrived.after(100),
                   travellers=arrived.travellers, crew=[Crew(arrived.escort, "escort")])  # fmt: skip
    sides = {"giver": arrived.escort, "taker": arrived.home(), "gave": arrived.side(150), "took": arrived.side(150)}
    told = Told(id=uuid7(), travellers=arrived.travellers, happened_at=arrived.after(150), **sides)  # type: ignore[arg-type]
    assert record_handover(by=None, told=told).fresh
    arrived.hand(arrived.desk, arrived.escort, 100, run=run)
    assert holders(arrived) == {arrived.home()}


def offered(night: Night, **more: Any) -> Handover:
    form = Form(travellers=night.travellers, giver=night.desk, taker=night.escort, happened_at=night.after(120), **more)
    return offer(by=night.by, form=form, gave=night.side(120))


def test_an_offer_moves_nobody_until_the_taker_confirms(arrived: Night) -> None:
    half = offered(arrived)
    assert holders(arrived) == {arrived.desk}
    done = accept(by=arrived.by, handover=half, took=arrived.side(131, "code"), code=code_of(half))
    assert done.happened_at == arrived.after(131)
    assert holders(arrived) == {arrived.escort}
    assert accept(by=arrived.by, handover=half, took=arrived.side(140)).happened_at == arrived.after(131)


def test_a_wrong_code_is_refused_and_after_five_it_is_spent(arrived: Night) -> None:
    half = offered(arrived)
    wrong = "000000" if code_of(half) != "000000" else "000001"
    for _ in range(5):
        with refused("journeys.code_wrong"):
            accept(by=arrived.by, handover=half, took=arrived.side(131, "code"), code=wrong)
    with refused("journeys.code_spent"):
        accept(by=arrived.by, handover=half, took=arrived.side(131, "code"), code=code_of(half))
    assert holders(arrived) == {arrived.desk}


def test_heads_that_differ_five_times_do_not_spend_a_right_code(arrived: Night) -> None:
    half = offered(arrived)
    for _ in range(6):
        with refused("journeys.head_count"):
            accept(by=arrived.by, handover=half, took=arrived.side(131, "code"), counted=2, code=code_of(half))
    accept(by=arrived.by, handover=half, took=arrived.side(131, "code"), counted=3, code=code_of(half))
    assert holders(arrived) == {arrived.escort}


def test_the_taker_counts_too(arrived: Night) -> None:
    half = offered(arrived)
    with refused("journeys.head_count"):
        accept(by=arrived.by, handover=half, took=arrived.side(131), present=arrived.travellers[:2])
    with refused("journeys.head_count"):
        accept(by=arrived.by, handover=half, took=arrived.side(131), counted=2)
    assert holders(arrived) == {arrived.desk}


def test_an_offer_that_was_taken_back_cannot_be_accepted(arrived: Night) -> None:
    half = offered(arrived)
    annul_handover(by=arrived.by, handover=half, why="not_done")
    with refused("journeys.annulled"):
        accept(by=arrived.by, handover=half, took=arrived.side(131))


def test_an_offer_without_a_taker_asks_who_it_is(arrived: Night) -> None:
    half = offered(arrived)
    Handover.objects.filter(pk=half.pk).update(taker=None)
    with refused("journeys.taker_unknown"):
        accept(by=arrived.by, handover=half, took=arrived.side(131))


def test_what_cannot_be_is_refused(arrived: Night) -> None:
    with refused("journeys.not_with_giver"):
        arrived.hand(arrived.escort, arrived.office, 120)
    with refused("journeys.same_hands"):
        arrived.hand(arrived.desk, arrived.desk, 120)
    with refused("journeys.nobody"):
        arrived.hand(arrived.desk, arrived.escort, 120, [])
    with refused("journeys.future"):
        arrived.hand(arrived.desk, arrived.escort, 24 * 60)
    with refused("journeys.way"):
        form = Form(
            travellers=arrived.travellers, giver=arrived.desk, taker=arrived.escort, happened_at=arrived.after(9)
        )
        hand_over(by=arrived.by, form=form, gave=arrived.side(9, "telepathy"), took=arrived.side(9))
    listed = add_traveller(by=arrived.by, notice=arrived.notice, listed=Listed(Details(name="LATE/ONE")))
    with refused("journeys.not_begun"):
        arrived.hand(arrived.desk, arrived.escort, 120, [listed])
    close_traveller(by=arrived.by, traveller=listed, closed_as="not_ours")
    with refused("journeys.closed"):
        arrived.hand(arrived.desk, arrived.escort, 120, [listed])
    assert not Handover.objects.exists()


def test_a_hand_over_taken_back_leaves_everybody_where_he_was(arrived: Night) -> None:
    (leg, *_) = plan_leg(
        by=arrived.by, travellers=arrived.travellers, taker=arrived.escort, expected_at=arrived.after(120)
    )
    done = arrived.hand(arrived.desk, arrived.escort, 118)
    assert Leg.objects.get(pk=leg.pk).done_by == done
    first = annul_handover(by=arrived.by, handover=done, why="wrong_time")
    assert annul_handover(by=arrived.by, handover=done, why="twice") == first
    assert holders(arrived) == {arrived.desk}
    assert Leg.objects.get(pk=leg.pk).done_by is None
    with refused("journeys.annul_why"):
        annul_handover(by=arrived.by, handover=done, why="just so")


def test_who_was_handed_over_cannot_be_put_back_on_the_list(arrived: Night) -> None:
    done = arrived.hand(arrived.desk, arrived.escort, 118)
    with refused("journeys.handed_over"):
        annul_beginning(by=arrived.by, traveller=arrived.travellers[0])
    with refused("journeys.handed_over"):
        close_traveller(by=arrived.by, traveller=arrived.travellers[0], closed_as="double")
    annul_handover(by=arrived.by, handover=done, why="not_done")
    annul_beginning(by=arrived.by, traveller=arrived.travellers[0])
    assert Traveller.objects.get(pk=arrived.travellers[0].pk).begun_at is None


def test_a_signature_is_sealed(arrived: Night) -> None:
    form = Form(travellers=arrived.travellers, giver=arrived.desk, taker=arrived.escort, happened_at=arrived.after(120))
    signed = Side(arrived.after(120), None, "signature", "M1 2L3 4L5 6L7 8")
    done = hand_over(by=arrived.by, form=form, gave=arrived.side(120), took=signed)
    done.refresh_from_db()
    assert b"L3 4" not in bytes(done.taker_signature or b"")
    assert done.taker_signature
    assert done.giver_signature is None


def test_a_moment_in_the_next_five_minutes_is_a_clock_that_runs_fast(arrived: Night) -> None:
    ahead = int((timezone.now() + timedelta(minutes=3) - arrived.landed).total_seconds() // 60)
    arrived.hand(arrived.desk, arrived.escort, ahead)
    assert Handover.objects.count() == 1


@pytest.mark.parametrize("later", [False, True])
def test_of_two_who_hand_over_in_one_moment_one_is_refused(
    arrived: Night, monkeypatch: pytest.MonkeyPatch, later: bool
) -> None:
    """Somebody else was quicker while this one waited for the travellers: what he wrote is known, though it was heard after the start."""
    form = Form(travellers=arrived.travellers, giver=arrived.desk, taker=arrived.office, happened_at=arrived.after(60))
    half = offer(by=arrived.by, form=form, gave=arrived.side(60)) if later else None
    waited = handovers.held

    def held(travellers: Sequence[Traveller]) -> list[Traveller]:
        monkeypatch.setattr(handovers, "held", waited)
        arrived.hand(arrived.desk, arrived.escort, 60)
        return waited(travellers)

    monkeypatch.setattr(handovers, "held", held)
    with refused("journeys.not_with_giver"):
        if half is None:
            hand_over(by=arrived.by, form=form, gave=arrived.side(60), took=arrived.side(60))
        else:
            accept(by=arrived.by, handover=half, took=arrived.side(60))
