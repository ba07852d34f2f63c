"""A pasted chat as it is kept and shown: without codes and numbers that are nobody's business, message by message, what is proposed (T09).

Pure: no database. What is kept is the pasted text with every verification code, password and foreign telephone taken out; reading it
again gives the same messages and the same proposals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from linli.kernel.arrival_fields import Words, read_secrets
from linli.kernel.arrival_night import Arrived, arrivals_of, travellers_of
from linli.kernel.arrival_notices import NoticeReading, read_notices
from linli.kernel.arrival_people import Listed
from linli.kernel.chat_log import ChatMessage, read_chat
from linli.kernel.phones import read_phones

TAKEN_OUT = "〔已删除〕"


@dataclass(frozen=True, slots=True)
class Piece:
    """One message with its proposals. ``people``: who comes to us, each once, corrections applied; ``arrived``: of a hand-over."""

    reading: NoticeReading
    people: tuple[Listed, ...] = ()
    arrived: Arrived | None = None

    @property
    def message(self) -> ChatMessage:
        """The message itself."""
        return self.reading.message

    @property
    def counted(self) -> bool:
        """Whether somebody said how many were handed over; else it is a question."""
        return self.arrived is not None and self.arrived.counted


def without_secrets(text: str, *, ours: Sequence[str], copied_on: date, now: datetime) -> tuple[str, int]:
    """The text as it may be kept, and how much was taken out: codes that open something, telephones of nobody who comes."""
    readings = _read(text, ours, copied_on, now)
    own = {number for one in readings for person in one.people for number in _numbers(person.phone)}
    secrets = [secret for one in readings for secret in one.secrets]
    secrets += [
        secret for one in readings if one.message.quoted for secret in read_secrets(Words(one.message.quoted, now))
    ]
    written = {one.written for one in secrets if not (one.kind == "phone" and own & set(_numbers(one.written)))}
    count = 0
    for word in sorted(written, key=len, reverse=True):
        count += text.count(word)
        text = text.replace(word, TAKEN_OUT)
    return text, count


def _numbers(written: str) -> tuple[str, ...]:
    return read_phones(written, is_placeholder=lambda text: not text).numbers


def read_pieces(text: str, *, ours: Sequence[str], copied_on: date, now: datetime) -> list[Piece]:
    """Every message in order, with what it proposes."""
    readings = _read(text, ours, copied_on, now)
    coming = travellers_of(readings, ours=ours)
    arrived = {one.message: one for one in arrivals_of(readings)}
    return [
        Piece(
            one,
            tuple(person for number, person in coming if number == one.message.number),
            arrived.get(one.message.number),
        )
        for one in readings
    ]


def _read(text: str, ours: Sequence[str], copied_on: date, now: datetime) -> tuple[NoticeReading, ...]:
    return read_notices(read_chat(text, copied_on=copied_on).messages(), ours=ours, now=now)
