"""Why a place of a roster stays empty: for each one sentence's code, with how many people are kept from it by what.

Nobody is named: the sentence says what the office can do about it (train somebody, ask a neighbour, undo what was fixed).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from linli.kernel.roster import Bar, Desk, Need, Person, Problem, Roster, Shift, known_part


class Why(StrEnum):
    """Closed list. The first four: nobody has what it takes; then all who have it are kept by one thing; then by several; then by none."""

    NOBODY_TRAINED = "nobody_trained"
    NOBODY_OF_BODY = "nobody_of_body"
    NOBODY_LEADS = "nobody_leads"
    NOBODY_FITS = "nobody_fits"
    EXEMPT = "exempt"
    AWAY = "away"
    NOT_FREE = "not_free"
    FIXED_ELSEWHERE = "fixed_elsewhere"
    RESTING = "resting"
    KEPT_APART = "kept_apart"
    ON_IT = "on_it"
    FULL = "full"
    NOT_ENOUGH = "not_enough"
    COULD = "could"


_OF_BAR: Mapping[Bar, Why] = {
    Bar.EXEMPT: Why.EXEMPT,
    Bar.AWAY: Why.AWAY,
    Bar.NOT_FREE: Why.NOT_FREE,
    Bar.TAKEN: Why.FIXED_ELSEWHERE,
    Bar.FIXED_OFF: Why.FIXED_ELSEWHERE,
}


@dataclass(frozen=True, slots=True)
class Unmet:
    """Places of one need that stay empty. ``at``: the shift, or the watch that nobody leads (``watch``).

    ``among``: of everybody who has what it takes, how many are kept from it by what; empty where nobody has.
    """

    at: str
    need: Need
    missing: int
    why: Why
    among: tuple[tuple[Why, int], ...] = ()
    watch: bool = False


def unmet(problem: Problem, roster: Roster, desk: Desk | None = None) -> list[Unmet]:
    """Every place that stays empty with its reason, in the order of time; watches without a leader after them."""
    desk = desk or Desk(problem)
    known = known_part(desk, roster)
    found = []
    for key, shift in desk.shifts.items():
        for need, missing in _open(desk, shift, sorted(known.get(key, ()))):
            among = Counter(_kept(desk, known, p, shift) for p in problem.people if need.fits(p))
            found.append(_unmet(problem, key, need, missing, among))
    for watch in problem.watches:
        if not desk.leads(watch, known):
            leading = Need(1, leader=True)
            shifts = [desk.shifts[one] for one in watch.shifts]
            among = Counter(_kept_from_all(desk, known, p, shifts) for p in problem.people if leading.fits(p))
            found.append(_unmet(problem, watch.id, leading, 1, among, watch=True))
    return found


def _open(desk: Desk, shift: Shift, here: Sequence[str]) -> list[tuple[Need, int]]:
    """The needs with empty places. Of a largest filling, the needs that come first are filled first."""
    filled, found = 0, []
    for number, need in enumerate(shift.needs):
        upto = Shift(shift.id, shift.start, shift.end, shift.post, shift.needs[: number + 1])
        now = desk.filled(upto, here)
        if now - filled < need.count:
            found.append((need, need.count - (now - filled)))
        filled = now
    return found


def _kept(desk: Desk, roster: Roster, person: Person, shift: Shift) -> Why:
    """What keeps a person who fits from a shift with an empty place; COULD where nothing does."""
    if person.id in roster.get(shift.id, ()):
        return Why.ON_IT
    bar = desk.bar(person, shift)
    if bar is not None:
        return _OF_BAR[bar]
    busy = [other for other in desk.clashes[shift.id] if person.id in roster.get(other, ())]
    if any((person.id, other) in desk.fixed_on for other in busy):
        return Why.FIXED_ELSEWHERE
    if busy:
        return Why.RESTING
    here = roster.get(shift.id, frozenset())
    for pair in desk.problem.pairs:
        if person.id in (pair.one, pair.other):
            other = pair.other if person.id == pair.one else pair.one
            if pair.together != (other in here):
                return Why.KEPT_APART
    return Why.FULL if len(here) >= shift.places else Why.COULD


def _kept_from_all(desk: Desk, roster: Roster, person: Person, shifts: Sequence[Shift]) -> Why:
    """What keeps a person from every one of the shifts. Where the places are full, one could stand there instead of another."""
    kept = [_kept(desk, roster, person, shift) for shift in shifts]
    return Why.COULD if {Why.COULD, Why.FULL}.intersection(kept) else kept[0]


def _unmet(problem: Problem, at: str, need: Need, missing: int, among: Counter[Why], *, watch: bool = False) -> Unmet:
    if not among:
        return Unmet(at, need, missing, _nobody(problem.people, need), watch=watch)
    others = [why for why in among if why is not Why.ON_IT]
    if Why.COULD in among:
        why = Why.COULD
    elif len(others) == 1:
        why = others[0]
    else:
        why = Why.NOT_ENOUGH
    return Unmet(at, need, missing, why, tuple(sorted(among.items(), key=lambda one: (-one[1], one[0]))), watch)


def _nobody(people: Sequence[Person], need: Need) -> Why:
    """Which of the things that the need asks for nobody has; NOBODY_FITS where each is there, but not in one person."""
    asked = (
        (Why.NOBODY_TRAINED, need.training is not None, Need(1, need.training)),
        (Why.NOBODY_OF_BODY, need.body is not None, Need(1, body=need.body)),
        (Why.NOBODY_LEADS, need.leader, Need(1, leader=True)),
    )
    for why, wanted, alone in asked:
        if wanted and not any(alone.fits(one) for one in people):
            return why
    return Why.NOBODY_FITS
