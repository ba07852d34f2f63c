"""What the readings of a night add up to: who is to come, each once, and which runs brought how many (T02, T05, T06, T07).

Proposals, as the readings are: a person confirms them. A half sentence adds nothing (X11).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linli.kernel.about_numbers import AboutNumber
from linli.kernel.arrival_fields import SaidAt, ours_among
from linli.kernel.arrival_notices import NoticeReading
from linli.kernel.arrival_people import Listed, corrected, whom


@dataclass(frozen=True, slots=True)
class Arrived:
    """A run as its hand-over tells it. ``counted`` False: nobody said how many; it is who was still open."""

    at: SaidAt
    people: int | None
    counted: bool
    message: int


def travellers_of(readings: Sequence[NoticeReading], *, ours: Sequence[str]) -> tuple[tuple[int, Listed], ...]:
    """(message, person) of everybody who is to come to us, each once, with the corrections applied that came after."""
    is_ours = ours_among(ours)
    found: dict[int, list[Listed]] = {}
    seen: dict[str, set[str]] = {}
    for one in readings:
        if one.kind == "arrival_notice":
            known = seen.setdefault(one.flight.number if one.flight else "", set())
            found[one.message.number] = [
                person
                for person in one.people
                if person.key() not in known and (not person.neighbourhood or is_ours(person.neighbourhood))
            ]
            known |= {person.key() for person in one.people}
        if one.kind == "correction" and one.of in found:
            people = found[one.of]
            for correction in one.corrections:
                at = whom(people, correction)
                if at is not None:
                    people[at] = corrected(people[at], correction)
    return tuple((number, person) for number, people in found.items() for person in people)


def arrivals_of(readings: Sequence[NoticeReading]) -> tuple[Arrived, ...]:
    """The runs that were handed over (T05, T07). A count that nobody said is proposed, if the messages before leave only one:

    what is complete now less what came before, the count with which the vehicle set out, or whoever is still open.
    """
    arrived: list[Arrived] = []
    left: list[int | None] = []
    expected: int | None = 0
    home: int | None = 0
    for one in readings:
        if one.kind == "arrival_notice":
            said = _exact(one.count) if one.count else len(one.people) or None
            expected = expected + said if expected is not None and said is not None else None
        elif one.run is not None and one.kind == "run_departed":
            left.append(_exact(one.run.count))
        elif one.handover is not None and one.kind == "handover":
            told = one.handover
            set_out = left.pop(0) if left else None
            people = told.count.value if told.count else len(told.names) or None
            counted = people is not None
            if people is None and home is not None:
                total = _exact(told.total) or (expected if told.run is None else None)
                people = set_out or ((total - home) if total and total > home else None)
            arrived.append(Arrived(told.at, people, counted, one.message.number))
            sure = people is not None and not (told.count and told.count.about)
            home = home + people if home is not None and people is not None and sure else None
    return tuple(arrived)


def _exact(count: AboutNumber | None) -> int | None:
    return count.value if count is not None and not count.about else None
