"""What one phone shows another: the vectors that the phone runs too, and everything that a camera can make of a code."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel import handover_ticket as tickets
from linli.kernel.tests import handover_vectors as made

FILE = json.loads(made.FILE.read_text("utf-8"))


def test_the_vectors_file_is_what_the_code_makes() -> None:
    assert made.build() == FILE


@pytest.mark.parametrize("text", FILE["unreadable"])
def test_what_is_no_ticket_is_said_to_be_none(text: str) -> None:
    with pytest.raises(tickets.NotATicket):
        tickets.read(text)


def test_a_hand_scanners_line_end_is_no_part_of_it() -> None:
    text = FILE["tickets"][0]["text"]
    assert tickets.read(f"{text}\r\n") == tickets.read(text)


@given(
    st.uuids(),
    st.uuids(),
    st.integers(0, 4_000_000_000_000),
    st.integers(0, 99),
    st.lists(st.uuids(), min_size=1, max_size=tickets.MOST),
)
def test_what_is_written_is_read(
    handover: UUID, device: UUID, milliseconds: int, counted: int, travellers: list[UUID]
) -> None:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    ticket, signature = tickets.Ticket(handover, device, at, counted, tuple(travellers)), bytes(64)
    assert tickets.read(ticket.text(signature)) == tickets.Signed(ticket, signature)


@given(st.text(alphabet="0123456789", min_size=4, max_size=4), st.lists(st.uuids(), min_size=1, unique=True))
def test_both_phones_make_one_id_of_the_code(four: str, travellers: list[UUID]) -> None:
    code = tickets.code_for(four, travellers)
    other = sorted(travellers, key=lambda one: one.int)
    found = tickets.id_of(code, other)
    assert found is not None
    assert found == tickets.id_of(code, travellers)
    assert found.version == 8


def test_nobody_and_more_than_a_coach_are_no_ticket() -> None:
    at, one = datetime(2020, 3, 13, tzinfo=UTC), made.HANDOVER
    for ticket in (
        tickets.Ticket(one, one, at, 0, ()),
        tickets.Ticket(one, one, at, 0, (one,) * 61),
        tickets.Ticket(one, one, at, 2**16, (one,)),
    ):
        with pytest.raises(ValueError, match="one to sixty"):
            ticket.body()
    with pytest.raises(ValueError, match="64 bytes"):
        tickets.Ticket(one, one, at, 1, (one,)).text(b"")


def test_another_list_tells_itself_apart_by_two_digits() -> None:
    for case in FILE["no_codes"]:
        assert tickets.id_of(case["code"], [UUID(one) for one in case["travellers"]]) is None
