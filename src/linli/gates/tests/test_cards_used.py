"""A printed card at the gate: from the paper to a hundred passages, and what a lost one is worth (SEEDS G01, G02)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from linli.gates.cards_actions import move_cards, order_batch
from linli.gates.cards_figures import campaign
from linli.gates.cards_printing import print_to
from linli.gates.cards_queries import State
from linli.gates.models import Card, Check, Permit
from linli.gates.testing import Phone, check
from linli.gates.tests.test_cards import printed, read
from linli.ground.testing import Cast
from linli.kernel import base45, cbor_read
from linli.kernel.permit_code import PREFIX
from linli.operations.models import Operation


def passage(code: str, card: Card, number: int) -> dict[str, Any]:
    """The `number`-th passage with a card, in and out in turn."""
    at = datetime.now(UTC) + timedelta(milliseconds=number)
    return check(
        code=code,
        card=str(card.pk),
        permit=str(card.permit_id),
        person=str(card.permit.person_id),
        seq=number,
        happened_at=at.isoformat(),
        direction="in" if number % 2 else "out",
    )


def card_of(code: str) -> Card:
    """The card that a code on paper means."""
    message = cbor_read.read(base45.decode(code.removeprefix(PREFIX)))
    assert isinstance(message, cbor_read.Tag)
    assert isinstance(message.value, list)
    payload = message.value[2]
    assert isinstance(payload, bytes)
    claims = cbor_read.read(payload)
    assert isinstance(claims, dict)
    card: Card = Card.objects.select_related("permit").get(pk=bytes(claims[7]).hex())  # type: ignore[arg-type]
    return card


def test_one_printed_card_is_used_a_hundred_times(cast: Cast, strict: Operation, phone: Phone, tmp_path: Path) -> None:
    with cast.scope():
        printed(cast, tmp_path)
        code = read(tmp_path / "cards.pdf")[0]
        card = card_of(code)
        move_cards(by=None, neighbourhood=cast.neighbourhood, cards=[card.pk], state=State.HANDED_OUT)
    results = phone.send(*[passage(code, card, number) for number in range(1, 121)])
    assert {result["status"] for result in results} == {"stored"}
    assert {result["decision"]["outcome"] for result in results} == {"admitted"}
    with cast.scope():
        assert Check.objects.filter(card=card.pk, card_state="valid").count() == 120
        assert (Permit.objects.count(), Card.objects.count()) == (12, 12)


def test_a_lost_card_is_known_and_its_successor_opens(
    cast: Cast, strict: Operation, phone: Phone, tmp_path: Path
) -> None:
    with cast.scope():
        printed(cast, tmp_path)
        code = read(tmp_path / "cards.pdf")[0]
        card = card_of(code)
        for state in (State.HANDED_OUT, State.LOST):
            move_cards(by=None, neighbourhood=cast.neighbourhood, cards=[card.pk], state=state)
        print_to(order_batch(by=None, neighbourhood=cast.neighbourhood), tmp_path / "again.pdf", by=None)
        (new_code,) = read(tmp_path / "again.pdf")
        new = card_of(new_code)
        assert (new.permit_id, new.pk != card.pk) == (card.permit_id, True)
        assert campaign(cast.neighbourhood, inside=[]).made == {State.PRINTED: 12, State.LOST: 1}
    old_result, new_result = phone.send(passage(code, card, 1), passage(new_code, new, 3))
    assert old_result["decision"]["reason"] == "card_lost"
    assert new_result["decision"]["outcome"] == "admitted"
