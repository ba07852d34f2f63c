"""How a table says what becomes of its rows when homes change their neighbourhood. The table of all of them is ``table.py``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.db.models import Q

from linli.ground.models import Place
from linli.kernel.refusal import Refusal

Words = Any


class End(Enum):
    """What becomes of a pointer whose row and target come to lie in two neighbourhoods; no pointer ever crosses."""

    STAND_IN = "a copy of the target stands in for it on the row's side"
    LET_GO = "the pointer is emptied and remembered"
    TOGETHER = "both always go together"


@dataclass(frozen=True)
class Ask:
    """Rows about which a person must decide first. ``rows``: which; ``says``: the sentence, with ``%(count)s``."""

    rows: Q
    says: str
    merge_only: bool = False


@dataclass(frozen=True)
class Goes:
    """Rows that go: with a place (``place``: lookup of a foreign key to it), else with a person, or with the row they belong to.

    ``ends``: every other pointer at a personal row, and what becomes of it. ``anew``: called with the rows and where they go, before
    they go. ``title``: named on the preview.
    """

    place: str = ""
    person: str = ""
    within: str = ""
    ends: Mapping[str, End] = field(default_factory=dict)
    anew: Callable[[Sequence[Any], Place], int] | None = None
    title: Words = ""
    ask: Ask | None = None


@dataclass(frozen=True)
class Pair:
    """Rows about two people: they go when both are there; while the two are apart the row lies sealed in the trace."""

    one: str
    other: str
    title: Words = ""
    ask: Ask | None = None


@dataclass(frozen=True)
class Stays:
    """Rows that stay with the neighbourhood that wrote them, and why. ``loose``: pointers that readers use as bare ids only."""

    why: str
    loose: tuple[str, ...] = ()
    title: Words = ""
    ask: Ask | None = None


Rule = Goes | Pair | Stays


def refuse(ask: Ask, count: int) -> Refusal:
    """The refusal of what must be decided first: ``parting.decide_first``."""
    return Refusal("parting.decide_first", ask.says, count=count)
