"""Errands: asked, taken by name, bought with a receipt, delivered without contact, settled to the fen; each step taken back (Q03)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.care.actions.cases import end
from linli.care.actions.errand_money import (
    buy_errand,
    owed_of,
    record_money,
    remove_receipt,
    reverse_entry,
    settle_errand,
)
from linli.care.actions.errands import (
    ask_errand,
    cancel_errand,
    confirm_errand,
    deliver_errand,
    give_errand_back,
    reopen_errand,
    take_delivery_back,
    take_errand,
)
from linli.care.errand_queries import line, lines, open_of_cases, state_of, visible
from linli.care.errand_rules import Steps, is_late, owed, signed, state
from linli.care.errand_sealed import picture_of, words_of
from linli.care.models import Case, Errand, ErrandEntry, Receipt
from linli.care.tests.own_stage import attended, jpeg, operation_of, quarantined, refused, volunteer_of
from linli.ground.scope import scoped
from linli.ground.testing import Cast
from linli.journal.models import Entry
from linli.kernel.ids import uuid7
from linli.kernel.refusal import Refusal
from linli.notices.models import Notice
from linli.operations.models import Operation
from linli.vault import keyring


@pytest.fixture
def case(cast: Cast) -> Iterator[Case]:
    with cast.scope():
        operation_of(cast)
        yield quarantined(cast)


@pytest.fixture
def errand(cast: Cast, case: Case) -> Errand:
    return ask_errand(by=None, household=case.household, case=case, words="大米 2 公斤，门岗快递 3-412")


@pytest.fixture
def taken(cast: Cast, errand: Errand) -> Errand:
    return take_errand(by=cast.users["building_leader"], errand=errand, mandate=cast.mandates["building_leader"])


def test_q03_asked_bought_delivered_at_the_door_settled_to_the_fen(cast: Cast, errand: Errand) -> None:
    by = cast.users["building_leader"]
    assert "大米" not in str(Errand.objects.values_list("sealed", flat=True)[0])
    assert words_of(errand) == "大米 2 公斤，门岗快递 3-412"
    waits = Notice.objects.get(kind="care.errand")
    assert waits.to_mandate_id == cast.mandates["building_leader"].pk
    take_errand(by=by, errand=errand, mandate=cast.mandates["building_leader"])
    assert Notice.objects.get(pk=waits.pk).settled_at is not None
    buy_errand(by=by, errand=errand, fen=2350, receipt=jpeg())
    deliver_errand(by=by, errand=errand, contactless=True, door=jpeg(b"door"))
    assert (owed_of(errand), errand.settled_at, errand.contactless) == (2350, None, True)
    confirm_errand(by=None, errand=errand)
    settle_errand(by=by, errand=errand, way="transfer")
    assert state_of(errand) == "settled"
    rows = list(ErrandEntry.objects.values_list("what", "fen", "way"))
    assert rows == [("spent", 2350, "cash"), ("paid", -2350, "transfer")]
    acts = list(Entry.objects.filter(subject_kind="errand").order_by("heard_at").values_list("act", flat=True))
    assert acts == ["care.errand_asked", "care.errand_taken", "care.errand_money", "care.errand_delivered",
                    "care.errand_received", "care.errand_money"]  # fmt: skip
    assert "大米" not in str(list(Entry.objects.values("data", "subject")))


def test_a_receipt_is_kept_without_what_lies_beside_the_picture_and_sealed(cast: Cast, taken: Errand) -> None:
    buy_errand(by=cast.users["building_leader"], errand=taken, fen=100, receipt=jpeg())
    kept = Receipt.objects.get()
    assert b"\xff\xd8" not in bytes(kept.sealed)[:40]
    picture = picture_of(kept)
    assert picture is not None
    assert b"31.2" not in picture
    remove_receipt(by=cast.users["building_leader"], receipt=kept)
    assert not Receipt.objects.exists()


def test_what_was_asked_and_its_pictures_end_with_the_operation(cast: Cast, taken: Errand) -> None:
    buy_errand(by=cast.users["building_leader"], errand=taken, fen=100, receipt=jpeg())
    operation = Operation.objects.get()
    keyring().destroy(operation.key_name)
    assert words_of(taken) is None
    assert picture_of(Receipt.objects.get()) is None
    assert line(taken, timezone.now()).erased
    with refused("care.errand_operation_over"):
        ask_errand(by=None, household=taken.household, case=taken.case, words="盐")


def test_what_a_home_in_quarantine_asks_for_is_of_its_case_whoever_writes_it_down(cast: Cast, case: Case) -> None:
    asked = ask_errand(by=cast.users["clerk"], household=case.household, words="退烧药")
    assert (asked.case, asked.operation) == (case, case.operation)
    keyring().destroy(Operation.objects.get().key_name)
    assert words_of(asked) is None


def test_what_cannot_be_asked_is_refused_by_name(cast: Cast, case: Case) -> None:
    with refused("care.errand_empty"):
        ask_errand(by=None, household=case.household, case=case, words="  ")
    listed = ask_errand(by=cast.users["clerk"], household=case.household, case=case, words=" 盐 \n\n 酱油  一瓶 \r\n")
    assert words_of(listed) == "盐 / 酱油 一瓶"
    cancel_errand(by=cast.users["clerk"], errand=listed, why="double")
    key = uuid7()
    first = ask_errand(by=None, household=case.household, case=case, words="盐", id=key)
    assert ask_errand(by=None, household=case.household, case=case, words="盐", id=key).pk == first.pk
    with refused("care.errand_twice"):
        ask_errand(by=None, household=cast.households[0], words="盐", id=key)
    for _ in range(11):
        ask_errand(by=None, household=case.household, case=case, words="盐")
    with refused("care.errand_many"):
        ask_errand(by=None, household=case.household, case=case, words="盐")
    assert ask_errand(by=cast.users["clerk"], household=case.household, case=case, words="盐").by_self is False


def test_of_two_at_the_same_moment_one_takes_it(cast: Cast, taken: Errand) -> None:
    other = volunteer_of(cast)
    with refused("care.errand_taken"):
        take_errand(by=cast.users["volunteer"], errand=taken, mandate=other)
    give_errand_back(by=cast.users["building_leader"], errand=taken)
    assert Notice.objects.filter(kind="care.errand", settled_at__isnull=True).count() == 1
    assert take_errand(by=cast.users["volunteer"], errand=taken, mandate=other).taken_by_id == other.pk


def test_nobody_took_it_yet(cast: Cast, errand: Errand) -> None:
    by = cast.users["building_leader"]
    for act in (
        lambda: deliver_errand(by=by, errand=errand, contactless=True),
        lambda: give_errand_back(by=by, errand=errand),
        lambda: record_money(by=by, errand=errand, what="spent", fen=1),
    ):
        with refused("care.errand_not_taken"):
            act()


def test_a_step_taken_back(cast: Cast, taken: Errand) -> None:
    by = cast.users["building_leader"]
    with refused("care.errand_not_there"):
        confirm_errand(by=None, errand=taken)
    with refused("care.errand_not_delivered"):
        settle_errand(by=by, errand=taken)
    deliver_errand(by=by, errand=taken, contactless=False)
    assert state_of(taken) == "settled", "a parcel costs nothing"
    for act in (
        lambda: deliver_errand(by=by, errand=taken, contactless=True),
        lambda: give_errand_back(by=by, errand=taken),
        lambda: cancel_errand(by=by, errand=taken, why="double"),
    ):
        with refused("care.errand_there"):
            act()
    take_delivery_back(by=by, errand=taken)
    assert (taken.settled_at, taken.delivered_at, state_of(taken)) == (None, None, "taken")
    with refused("care.errand_not_there"):
        take_delivery_back(by=by, errand=taken)


def test_called_off_and_needed_after_all(cast: Cast, errand: Errand) -> None:
    by = cast.users["clerk"]
    with refused("care.errand_why"):
        cancel_errand(by=by, errand=errand, why="because")
    cancel_errand(by=by, errand=errand, why="not_needed")
    assert not Notice.objects.filter(kind="care.errand", settled_at__isnull=True).exists()
    for act in (
        lambda: cancel_errand(by=by, errand=errand, why="double"),
        lambda: take_errand(by=by, errand=errand, mandate=cast.mandates["clerk"]),
        lambda: deliver_errand(by=by, errand=errand, contactless=True),
        lambda: record_money(by=by, errand=errand, what="paid", fen=5),
    ):
        with refused("care.errand_over"):
            act()
    reopen_errand(by=by, errand=errand)
    assert Notice.objects.filter(kind="care.errand", settled_at__isnull=True).count() == 1
    assert state_of(reopen_errand(by=by, errand=errand)) == "asked"


def test_money_is_refused_by_name(cast: Cast, taken: Errand) -> None:
    by = cast.users["building_leader"]
    for fen in (0, -5, 10_000_001):
        with refused("care.errand_amount"):
            record_money(by=by, errand=taken, what="spent", fen=fen)
    with refused("care.errand_way"):
        record_money(by=by, errand=taken, what="paid", fen=5, way="shells")
    with refused("care.errand_receipt"):
        buy_errand(by=by, errand=taken, fen=5)
    with refused("care.not_a_photo"):
        buy_errand(by=by, errand=taken, fen=5, receipt=b"MZ")
    assert not ErrandEntry.objects.exists(), "nothing of a purchase without its receipt"
    key = uuid7()
    entry = buy_errand(by=by, errand=taken, fen=5, no_receipt="none_given", id=key)
    assert buy_errand(by=by, errand=taken, fen=5, no_receipt="none_given", id=key).pk == entry.pk
    with refused("care.errand_money_open"):
        cancel_errand(by=by, errand=taken, why="double")
    with refused("care.errand_money_open"):
        give_errand_back(by=by, errand=taken)
    back = reverse_entry(by=by, entry=entry)
    assert (back.fen, taken.bought_at is not None) == (-5, True)
    taken.refresh_from_db()
    assert (taken.bought_at, taken.receipt_none) == (None, "")
    with refused("care.entry_reversed"):
        reverse_entry(by=by, entry=entry)
    with refused("care.entry_is_reversal"):
        reverse_entry(by=by, entry=back)
    other = take_errand(by=by, mandate=cast.mandates["building_leader"],
                        errand=ask_errand(by=None, household=taken.household, case=taken.case, words="糖"))  # fmt: skip
    with refused("care.errand_twice"):
        record_money(by=by, errand=other, what="spent", fen=5, id=key)


def test_money_given_beforehand_and_the_change(cast: Cast, taken: Errand) -> None:
    by = cast.users["building_leader"]
    record_money(by=by, errand=taken, what="paid", fen=5000, way="cash")
    buy_errand(by=by, errand=taken, fen=2350, no_receipt="lost")
    deliver_errand(by=by, errand=taken, contactless=True)
    assert owed_of(taken) == -2650
    settle_errand(by=by, errand=taken)
    assert list(ErrandEntry.objects.values_list("what", "fen")) == [
        ("paid", -5000),
        ("spent", 2350),
        ("returned", 2650),
    ]
    assert taken.settled_at is not None
    late = record_money(by=by, errand=taken, what="spent", fen=100, happened_at=timezone.now() - timedelta(days=3))
    assert taken.settled_at is None, "an amount that is told late opens it again"
    record_money(by=by, errand=taken, what="waived", fen=100)
    assert (taken.settled_at is not None, late.heard_at > late.happened_at) == (True, True)


@pytest.mark.django_db
def test_the_ledger_adds_up_to_nothing_exactly_when_an_errand_is_settled(cast: Cast) -> None:
    by, mandate = cast.users["building_leader"], cast.mandates["building_leader"]
    verbs = st.sampled_from(
        ["spent", "paid", "returned", "waived", "reverse", "settle", "deliver", "undo", "confirm", "back"]
    )
    with cast.scope():
        operation_of(cast)
        case = quarantined(cast)

        @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
        @given(st.lists(st.tuples(verbs, st.integers(1, 3)), max_size=9))
        def whatever_is_done(told: list[tuple[str, int]]) -> None:
            errand = ask_errand(by=by, household=case.household, case=case, words="盐")
            take_errand(by=by, errand=errand, mandate=mandate)
            for verb, fen in told:
                try:
                    if verb == "reverse":
                        reverse_entry(by=by, entry=ErrandEntry.objects.filter(errand=errand).order_by("id")[:1].get())
                    elif verb in ("settle", "deliver", "undo", "confirm"):
                        acts = {"settle": settle_errand, "undo": take_delivery_back, "confirm": confirm_errand}
                        if verb == "deliver":
                            deliver_errand(by=by, errand=errand, contactless=True)
                        else:
                            acts[verb](by=by, errand=errand)  # type: ignore[operator]
                    elif verb == "back":
                        give_errand_back(by=by, errand=errand)
                        take_errand(by=by, errand=errand, mandate=mandate)
                    else:
                        record_money(by=by, errand=errand, what=verb, fen=fen)
                except (Refusal, ErrandEntry.DoesNotExist):
                    pass
                errand.refresh_from_db()
                even = owed(ErrandEntry.objects.filter(errand=errand).values_list("fen", flat=True)) == 0
                assert (errand.settled_at is not None) == (even and errand.delivered_at is not None)

        whatever_is_done()


def test_an_ending_names_what_is_open(cast: Cast, taken: Errand) -> None:
    now = timezone.now()
    case = taken.case
    assert case is not None
    assert [one.words for one in open_of_cases([case.pk], now)[case.pk]] == ["大米 2 公斤，门岗快递 3-412"]
    end(by=cast.users["secretary"], case=case, reason="left")
    assert open_of_cases([case.pk], now)[case.pk][0].state == "taken", "it goes on until it is settled or called off"
    assert visible(cast.users["building_leader"], {"care.help"}, cast.neighbourhood).count() == 1, (
        "who took it still sees it"
    )


def test_who_sees_which(cast: Cast, errand: Errand) -> None:
    volunteer_of(cast)
    ask_errand(by=cast.users["clerk"], household=cast.households[0], words="无人照看的一户")
    child = attended(cast, kind="child_alone")
    ask_errand(by=cast.users["secretary"], household=child.household, case=child, words="午饭")
    seen = {
        who: visible(cast.users[who], rights, cast.neighbourhood).count()
        for who, rights in (
            ("secretary", {"care.read"}), ("clerk", {"care.read"}), ("building_leader", {"care.help"}), ("volunteer", {"care.help"}),
        )
    }  # fmt: skip
    assert seen == {"secretary": 3, "clerk": 2, "building_leader": 2, "volunteer": 0}


def test_an_errand_is_late_after_a_day(cast: Cast, errand: Errand) -> None:
    assert not line(errand, timezone.now()).late
    assert line(errand, timezone.now() + timedelta(hours=25)).late
    assert is_late("asked", timezone.now() - timedelta(hours=25), timezone.now())
    assert not is_late("delivered", timezone.now() - timedelta(hours=99), timezone.now())
    assert state(Steps(cancelled_at=timezone.now())) == "cancelled"
    with pytest.raises(ValueError, match="at least one fen"):
        signed("spent", 0)


def test_few_statements(cast: Cast, case: Case, django_assert_max_num_queries: object) -> None:
    for _ in range(8):
        ask_errand(by=cast.users["clerk"], household=case.household, case=case, words="盐")
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        assert len(lines(Errand.objects.all(), timezone.now())) == 8


def test_nothing_is_seen_from_another_neighbourhood(cast: Cast, errand: Errand) -> None:
    with scoped(neighbourhood_ids={cast.neighbourhood.pk + 1}, reason="test"):
        assert not Errand.objects.exists()
