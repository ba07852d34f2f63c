"""The life of a card: the sum that is always true, spoiled and printed anew, lost and replaced, found again (SEEDS G04)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.gates.cards_actions import correct_card, move_cards, undo_cards
from linli.gates.cards_batches import SERIALS, SHEETS, on_paper
from linli.gates.cards_books import PARTS, Account, account, by_batch
from linli.gates.cards_life import put_back, replace_card, spoil_cards
from linli.gates.cards_printing import faces, print_to, sheet
from linli.gates.cards_queries import GOOD, ORDERED, State, cards_now, lines
from linli.gates.models import Card, CardEvent, Permit, PrintBatch
from linli.gates.testing import refused
from linli.gates.tests.test_cards import printed, read
from linli.ground.testing import Cast
from linli.journal.models import Entry
from linli.kernel.refusal import Refusal

pytestmark = pytest.mark.django_db


def states() -> dict[UUID, str]:
    return {card.id: card.state for card in cards_now(Card.objects.all())}


def go(cast: Cast, cards: list[UUID], *way: str) -> None:
    for state in way:
        assert move_cards(by=None, neighbourhood=cast.neighbourhood, cards=cards, state=state) == len(cards)


def test_every_state_belongs_to_one_part_of_the_sum() -> None:
    assert set(PARTS) == set(State.values)


ACTS = st.tuples(
    st.sampled_from([*State.values, "undo", "undo many", "replace", "spoil", "put back"]),
    st.sets(st.integers(0, 11), min_size=1, max_size=4),
)


def act(cast: Cast, name: str, cards: list[Card]) -> None:
    """One act of a clerk; what the rules forbid is refused and changes nothing."""
    place, ids = cast.neighbourhood, [card.pk for card in cards]
    one = cards[0]
    ways: dict[str, Callable[[], object]] = {
        "undo": lambda: correct_card(by=None, neighbourhood=place, card=one.pk),
        "undo many": lambda: undo_cards(by=None, neighbourhood=place, cards=ids, state=states()[one.pk]),
        "replace": lambda: replace_card(by=None, card=one),
        "spoil": lambda: spoil_cards(by=None, neighbourhood=place, cards=ids, note="misprint"),
        "put back": lambda: put_back(by=None, card=one),
    }
    if name in ways:
        ways[name]()
    else:
        move_cards(by=None, neighbourhood=place, cards=ids, state=name)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(acts=st.lists(ACTS, min_size=1, max_size=14))
def test_the_sum_is_true_whatever_is_done(cast: Cast, tmp_path: Path, acts: list[tuple[str, set[int]]]) -> None:
    with cast.scope(), transaction.atomic():
        printed(cast, tmp_path)
        moments = []
        for name, chosen in acts:
            cards = list(Card.objects.select_related("neighbourhood", "permit").order_by("made_at", "serial"))
            before = account(cast.neighbourhood)
            try:
                act(cast, name, [cards[index % len(cards)] for index in sorted(chosen)])
            except Refusal:
                assert account(cast.neighbourhood) == before
            for batch in PrintBatch.objects.all():  # what was ordered is printed at once
                print_to(batch, tmp_path / "again.pdf", by=None) if ORDERED in states().values() else None
            found = account(cast.neighbourhood)
            assert found.agrees
            assert found.printed == found.handed_out + found.in_stock + found.spoiled == len(states())
            moments.append((timezone.now(), found))
            per_permit = Counter(
                Card.objects.get(pk=card).permit_id for card, state in states().items() if state in GOOD
            )
            assert max(per_permit.values(), default=0) <= 1
        for moment, then in moments:
            assert account(cast.neighbourhood, at=moment) == then
        transaction.set_rollback(True)


def test_the_books_of_a_day_and_of_a_batch(cast: Cast, tmp_path: Path) -> None:
    with cast.scope():
        start = timezone.now() - timedelta(minutes=5)
        batch = printed(cast, tmp_path)
        cards = list(states())
        then = timezone.now()
        go(cast, cards[:4], State.CUT, State.HANDED_OUT)
        go(cast, cards[:2], State.LOST)
        go(cast, cards[2:3], State.RETURNED)
        go(cast, cards[5:6], State.SPOILED)
        assert account(cast.neighbourhood, at=start) == Account(0)
        assert account(cast.neighbourhood, at=then).states == {State.PRINTED: 12}
        found = account(cast.neighbourhood)
        assert (found.printed, found.handed_out, found.in_stock, found.spoiled) == (12, 3, 8, 1)
        assert (found.lost, found.returned, found.ready) == (2, 1, 7)
        assert by_batch(cast.neighbourhood) == {batch.pk: account(cast.neighbourhood, batch=batch.pk)}


def test_the_database_knows_no_eighth_state(cast: Cast, tmp_path: Path) -> None:
    with cast.scope():
        printed(cast, tmp_path)
        now = timezone.now()
        with pytest.raises(IntegrityError), transaction.atomic():
            CardEvent.objects.create(
                neighbourhood=cast.neighbourhood,
                card=Card.objects.first(),
                state="burnt",
                happened_at=now,
                heard_at=now,
            )


def test_a_wrong_sum_would_be_seen() -> None:
    assert not Account(3, Counter({State.PRINTED: 2})).agrees


def test_a_movement_has_its_own_moment(cast: Cast, tmp_path: Path) -> None:
    with cast.scope():
        printed(cast, tmp_path)
        card = next(iter(states()))
        place = cast.neighbourhood
        with refused("cards.when"):
            move_cards(by=None, neighbourhood=place, cards=[card], state=State.CUT,
                       happened_at=timezone.now() + timedelta(hours=1))  # fmt: skip
        with refused("cards.when"):
            move_cards(by=None, neighbourhood=place, cards=[card], state=State.CUT,
                       happened_at=timezone.now() - timedelta(hours=1))  # fmt: skip
        CardEvent.objects.filter(card=card).update(
            happened_at=timezone.now() + timedelta(seconds=90)
        )  # a clock was set back
        go(cast, [card], State.CUT)
        assert states()[card] == State.CUT


def test_a_slip_is_taken_back_step_by_step(cast: Cast, tmp_path: Path) -> None:
    with cast.scope():
        printed(cast, tmp_path)
        card, place = next(iter(states())), cast.neighbourhood
        go(cast, [card], State.LAMINATED, State.CUT, State.HANDED_OUT)
        seen = []
        for _step in range(3):
            correct_card(by=None, neighbourhood=place, card=card)
            seen.append(states()[card])
        assert seen == [State.CUT, State.LAMINATED, State.PRINTED]
        with refused("cards.cannot"):
            correct_card(by=None, neighbourhood=place, card=card)
        go(cast, [card], State.CUT)
        correct_card(by=None, neighbourhood=place, card=card)
        assert states()[card] == State.PRINTED


def test_sheets_and_serials_are_marked_many_at_a_time(cast: Cast, tmp_path: Path) -> None:
    with cast.scope():
        batch = printed(cast, tmp_path)
        paper = on_paper(batch)
        assert (paper.sheets, paper.last) == (2, 12)
        first, second = paper.chosen(SHEETS, "1"), paper.chosen(SHEETS, "2")
        assert (len(first), len(second)) == (10, 2)
        go(cast, first, State.LAMINATED)
        go(cast, paper.chosen(SERIALS, "1-3，5"), State.CUT)
        runs = [(run.first, run.last, run.state, run.cards) for run in on_paper(batch).runs()]
        assert runs == [
            (1, 3, "cut", 3), (4, 4, "laminated", 1), (5, 5, "cut", 1), (6, 10, "laminated", 5), (11, 12, "printed", 2),
        ]  # fmt: skip
        place = cast.neighbourhood
        assert undo_cards(by=None, neighbourhood=place, cards=first, state=State.CUT) == 4
        assert [run.state for run in on_paper(batch).runs()] == ["laminated", "printed"]
        with refused("cards.range"):
            paper.chosen(SHEETS, "3")


def test_spoiled_ones_are_printed_anew_and_only_these(cast: Cast, tmp_path: Path) -> None:
    with cast.scope():
        batch = printed(cast, tmp_path)
        before = set(read(tmp_path / "cards.pdf"))
        paper = on_paper(batch)
        chosen = paper.chosen(SERIALS, "3, 7-8")
        go(cast, paper.chosen(SERIALS, "8"), State.HANDED_OUT)
        moved, again = spoil_cards(by=None, neighbourhood=cast.neighbourhood, cards=chosen, note="lamination")
        assert (moved, again is not None) == (2, True)
        assert again is not None
        old = Card.objects.filter(pk__in=chosen[:2]).order_by("serial")
        new = Card.objects.filter(batch=again).order_by("serial")
        assert [card.permit_id for card in new] == [card.permit_id for card in old]
        print_to(again, tmp_path / "new.pdf", by=None)
        assert not before & set(read(tmp_path / "new.pdf"))
        assert Permit.objects.count() == 12
        assert sheet(again).small
        print_to(batch, tmp_path / "batch.pdf", by=None)
        assert len(read(tmp_path / "batch.pdf")) == 10, "a spoiled code is not printed again"
        with refused("cards.cannot"):
            spoil_cards(by=None, neighbourhood=cast.neighbourhood, cards=chosen, note="misprint")
        assert undo_cards(by=None, neighbourhood=cast.neighbourhood, cards=chosen, state=State.SPOILED) == 0
        with refused("cards.replaced"):
            correct_card(by=None, neighbourhood=cast.neighbourhood, card=chosen[0])


def test_spoiled_only_waits_for_the_next_order(cast: Cast, tmp_path: Path) -> None:
    with cast.scope():
        printed(cast, tmp_path)
        cards = list(states())[:2]
        moved, again = spoil_cards(
            by=None, neighbourhood=cast.neighbourhood, cards=cards, note="missing", print_new=False
        )
        assert (moved, again, PrintBatch.objects.count()) == (2, None, 1)
        assert undo_cards(by=None, neighbourhood=cast.neighbourhood, cards=cards, state=State.SPOILED) == 2


def test_lost_and_replaced_is_one_act(cast: Cast, tmp_path: Path) -> None:
    with cast.scope():
        printed(cast, tmp_path)
        row = Card.objects.select_related("permit", "neighbourhood").first()
        assert row is not None
        go(cast, [row.pk], State.HANDED_OUT)
        batch = replace_card(by=cast.users["clerk"], card=row)
        assert batch is not None
        (new,) = Card.objects.filter(batch=batch)
        assert (new.permit_id, new.kid, batch.data["small"]) == (row.permit_id, row.kid, True)
        assert (states()[row.pk], states()[new.pk]) == (State.LOST, ORDERED)
        assert faces(batch)[0].number == row.permit.number
        entry = Entry.objects.get(act="gates.card_replaced")
        assert (entry.subject, entry.data) == (str(row.pk), {"note": "lost", "batch": str(batch.pk)})
        assert replace_card(by=None, card=row) is None, "its successor is ordered already"
        with refused("cards.cannot"):
            go(cast, [new.pk], State.SPOILED)
        print_to(batch, tmp_path / "one.pdf", by=None)
        assert len(read(tmp_path / "one.pdf")) == 1
        line = next(line for line in lines(cast.neighbourhood) if line.permit == row.permit_id)
        assert line.card == new.pk


def test_a_code_seen_on_a_photo_before_it_went_out(cast: Cast, tmp_path: Path) -> None:
    with cast.scope():
        printed(cast, tmp_path)
        row = Card.objects.select_related("permit", "neighbourhood").first()
        assert row is not None
        assert replace_card(by=None, card=row, note="copied") is not None
        assert states()[row.pk] == State.SPOILED


def test_of_a_right_that_is_over_no_card_is_printed(cast: Cast, tmp_path: Path) -> None:
    with cast.scope():
        printed(cast, tmp_path)
        row = Card.objects.select_related("permit", "neighbourhood").first()
        assert row is not None
        go(cast, [row.pk], State.HANDED_OUT)
        Permit.objects.filter(pk=row.permit_id).update(cancelled_at=timezone.now())
        assert replace_card(by=None, card=row) is None
        assert states()[row.pk] == State.LOST
        go(cast, [row.pk], State.RETURNED)
        row.refresh_from_db()
        with refused("cards.over"):
            put_back(by=None, card=row)


def test_a_found_card_never_lives_again_by_itself(cast: Cast, tmp_path: Path) -> None:
    with cast.scope():
        printed(cast, tmp_path)
        first, second = Card.objects.select_related("permit", "neighbourhood").order_by("serial")[:2]
        go(cast, [first.pk, second.pk], State.CUT, State.HANDED_OUT, State.LOST)
        with refused("cards.cannot"):
            go(cast, [first.pk], State.HANDED_OUT)
        with refused("cards.cannot"):
            put_back(by=None, card=first)
        go(cast, [first.pk, second.pk], State.RETURNED)
        with refused("cards.cannot"):
            go(cast, [first.pk], State.HANDED_OUT)
        put_back(by=cast.users["clerk"], card=first)
        assert states()[first.pk] == State.CUT
        assert Entry.objects.filter(act="gates.card_put_back", subject=str(first.pk)).count() == 1
        go(cast, [first.pk], State.HANDED_OUT)
        assert replace_card(by=None, card=second) is not None
        with refused("cards.replaced"):
            put_back(by=None, card=second)
        go(cast, [second.pk], State.SPOILED)
        with refused("cards.cannot"):
            replace_card(by=None, card=second)


def test_the_lost_card_of_a_joined_entry_is_printed_for_who_it_is_now(cast: Cast, tmp_path: Path) -> None:
    with cast.scope():
        printed(cast, tmp_path)
        row = Card.objects.select_related("permit__person", "neighbourhood").first()
        assert row is not None
        other = next(person for person in cast.people if person.pk != row.permit.person_id)
        type(other).objects.filter(pk=row.permit.person_id).update(merged_into=other)
        go(cast, [row.pk], State.HANDED_OUT)
        batch = replace_card(by=None, card=row)
        assert batch is not None
        assert [face.number for face in faces(batch)] == [row.permit.number]
