"""A pasted chat as it is kept and shown: without codes and numbers that are nobody's business, message by message, what is proposed (T09).

Pure: no database. What is kept is the pasted text with every verification code, password and foreign telephone taken out; reading it
again gives the same messages and the same proposals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from linli.kernel.arrival_cancelled import CANCELLED
from linli.kernel.arrival_fields import Words, read_secrets
from linli.kernel.arrival_night import Arrived, arrivals_of, travellers_of
from linli.kernel.arrival_notices import NoticeReading, read_notices
from linli.kernel.arrival_people import Correction, Listed, corrected, whom
from linli.kernel.chat_log import ChatMessage, read_chat
from linli.kernel.phones import read_phones

TAKEN_OUT = "〔已删除〕"


OF_A_PERSON = ("name", "address", "document", "phone")


@dataclass(frozen=True, slots=True)
class Fix:
    """What became of one correction: ``done`` in the proposals of the message ``of``; or nothing was changed, because no message names
    him (``nobody``), he does not come to us by that message (``elsewhere``), it is about the flight, which a person sets right
    (``by_hand``), or says that he does not come after all, upon which a person takes him off (``cancelled``). ``person``: as he is
    proposed now."""

    correction: Correction
    state: Literal["done", "nobody", "elsewhere", "by_hand", "cancelled"]
    of: int | None = None
    person: Listed | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """One message with its proposals. ``people``: who comes to us, each once, corrections applied; ``arrived``: of a hand-over."""

    reading: NoticeReading
    people: tuple[Listed, ...] = ()
    arrived: Arrived | None = None
    fixes: tuple[Fix, ...] = ()

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
    fixes = _fixes(readings, coming)
    return [
        Piece(
            one,
            tuple(person for number, person in coming if number == one.message.number),
            arrived.get(one.message.number),
            fixes.get(one.message.number, ()),
        )
        for one in readings
    ]


def _fixes(readings: Sequence[NoticeReading], coming: Sequence[tuple[int, Listed]]) -> dict[int, tuple[Fix, ...]]:
    """What became of the corrections of each message: ``coming`` has them applied, as far as they could be."""
    lists = {one.message.number: list(one.people) for one in readings}
    found: dict[int, list[tuple[Correction, int | None, int | None]]] = {}
    for one in readings:
        for correction in one.corrections:
            people = lists.get(one.of, []) if one.of is not None else []
            at = whom(people, correction)
            if at is not None:
                people[at] = corrected(people[at], correction)
            found.setdefault(one.message.number, []).append((correction, one.of, at))
    there = set(coming)
    return {
        number: tuple(
            _fix(one, of, lists[of][at] if of is not None and at is not None else None, there) for one, of, at in rows
        )
        for number, rows in found.items()
    }


def _fix(correction: Correction, of: int | None, person: Listed | None, there: set[tuple[int, Listed]]) -> Fix:
    if correction.field == CANCELLED and person is not None:
        return Fix(correction, "cancelled", of, person)
    if correction.field not in OF_A_PERSON:
        return Fix(correction, "by_hand", of, person)
    if of is None or person is None:
        return Fix(correction, "nobody")
    return Fix(correction, "done" if (of, person) in there else "elsewhere", of, person)


def _read(text: str, ours: Sequence[str], copied_on: date, now: datetime) -> tuple[NoticeReading, ...]:
    return read_notices(read_chat(text, copied_on=copied_on).messages(), ours=ours, now=now)
