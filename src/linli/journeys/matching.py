"""Whom of the register the people of a list may be: every line beside the register, proposals only. A person decides (T02)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linli.ground.models import Place
from linli.journeys.manifest_known import keyed_in, register_beside, travellers_of
from linli.journeys.manifest_people import Passenger
from linli.kernel.manifest_match import Finding, match


@dataclass(frozen=True, slots=True)
class Matched:
    """A line and what the rules say of it; ids of candidates are persons of the register, or rows of a register file."""

    one: Passenger
    finding: Finding


def match_with_register(neighbourhood: Place, people: Sequence[Passenger]) -> list[Matched]:
    """Every line of a list beside the register of a neighbourhood, in order; inside its scope."""
    travellers = travellers_of(people, keyed_in(neighbourhood.pk))
    found = match(travellers, register_beside(neighbourhood, travellers))
    return [Matched(one, finding) for one, finding in zip(people, found, strict=True)]


def unmatched(people: Sequence[Passenger]) -> list[Matched]:
    """Every line, compared with nothing."""
    return [Matched(one, Finding(at, "none")) for at, one in enumerate(people)]
