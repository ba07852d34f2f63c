"""What we hold about a person, for what, on what ground, how long: every room says its part (PIPL art. 13, 17, 19, 44 to 47).

A room registers a :class:`Holding` from its ``apps.py``; the ground's own are in ``ground_holdings.py``. The same facts serve the page
"what we hold", the copy that is handed out, the question "to whom does it belong" after a join was taken back, and erasure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_noop

from linli.ground.models import Person
from linli.kernel.refusal import Refusal

Words = str | Promise


@dataclass(frozen=True)
class Fact:
    """One thing that is held. ``id`` is unique in its holding; ``clear`` unseals what a copy alone may show."""

    holding: str
    id: str
    person: UUID
    what: Words
    value: Words = ""
    since: date | None = None
    source: str = ""
    written: datetime | None = None
    clear: Callable[[], str] | None = None

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.holding}:{self.id}"


@dataclass(frozen=True)
class Stay:
    """Why something stays and until when. ``blocks``: as long as it holds the person cannot be erased altogether."""

    what: Words
    why: Words
    until: date | None = None
    blocks: bool = False


def _nothing_stays(people: Sequence[UUID], now: datetime) -> list[Stay]:
    return []


@dataclass(frozen=True)
class Holding:
    """One kind of data: its words, its purpose, its legal ground, how long it is kept, and what can be done with it.

    ``facts(people)``: what is held under these ids. ``hand(fact, person)``: let a fact belong to another (after a join was taken back).
    ``erase(people, now)``: erase it, return how many rows. ``part``: the box of the erasure form it belongs to, empty when it goes only
    with the whole person. ``rank``: order on the page. ``right``: without it somebody of the office does not see it; the person does.
    """

    code: str
    label: Words
    purpose: Words
    basis: Words
    keep: Words
    facts: Callable[[Sequence[UUID]], list[Fact]]
    hand: Callable[[Fact, Person], None] | None = None
    stays: Callable[[Sequence[UUID], datetime], list[Stay]] = field(default=_nothing_stays)
    erase: Callable[[Sequence[UUID], datetime], int] | None = None
    part: str = ""
    rank: int = 50
    right: str = ""

    @property
    def movable(self) -> bool:
        """Whether a fact can be handed over; a template would call ``hand`` itself."""
        return self.hand is not None


_holdings: dict[str, Holding] = {}


def register_holding(holding: Holding) -> None:
    """Make a kind of data known. Registering a code again replaces it (a reload)."""
    _holdings[holding.code] = holding


def holdings() -> list[Holding]:
    """Every kind, in the order of the page."""
    return sorted(_holdings.values(), key=lambda one: (one.rank, one.code))


def open_to(rights: Collection[str] | None) -> list[Holding]:
    """The kinds that somebody with these rights may see; every one for the person himself and for erasure (None)."""
    return [one for one in holdings() if rights is None or not one.right or one.right in rights]


def held(people: Sequence[UUID], rights: Collection[str] | None = None) -> list[tuple[Holding, list[Fact]]]:
    """Every kind with what is held under these ids; a fixed number of statements. Kinds without a fact are in it, empty."""
    return [(holding, holding.facts(people)) for holding in open_to(rights)]


def written_since(
    people: Sequence[UUID], moment: datetime, rights: Collection[str] | None = None
) -> list[tuple[Holding, list[Fact]]]:
    """Facts written after a moment, by kind; kinds without one are left out."""
    found = []
    for holding, facts in held(people, rights):
        late = [fact for fact in facts if fact.written is not None and fact.written > moment]
        if late:
            found.append((holding, late))
    return found


def fact_of(key: str, people: Sequence[UUID]) -> Fact | None:
    """The fact that a form names, if it is held under one of these ids."""
    holding = _holdings.get(key.partition(":")[0])
    facts = holding.facts(people) if holding is not None else []
    return next((fact for fact in facts if fact.key == key), None)


def hand_over_fact(fact: Fact, person: Person) -> None:
    """Let a fact belong to another person. Refusals: ``ground.fact_stays``, and what the holding itself refuses."""
    hand = _holdings[fact.holding].hand
    if hand is None:
        raise Refusal("ground.fact_stays", gettext_noop("This stays with the entry under which it was written."))
    hand(fact, person)


def stays(people: Sequence[UUID], now: datetime, rights: Collection[str] | None = None) -> list[Stay]:
    """What must stay, why, until when."""
    return [stay for holding in open_to(rights) for stay in holding.stays(people, now)]
