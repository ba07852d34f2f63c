"""Whom of the register the people of a list may be: every line beside the register, proposals only. A person decides (T02)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linli.ground.models import Place
from linli.journeys.details import details_of
from linli.journeys.manifest_known import keyed_in, register_beside, travellers_of
from linli.journeys.manifest_people import Passenger
from linli.journeys.models import ArrivalNotice, Traveller
from linli.kernel.manifest_match import Finding, match
from linli.kernel.manifest_names import written_by_airline


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


def named_alike(notice: ArrivalNotice, names: Sequence[str], *, without_document: bool = False) -> dict[str, Traveller]:
    """Those of the names who are on our list of the same flight already, each the only one of that name.

    ``without_document``: only of those whose document nobody has said.
    """
    rows = Traveller.objects.filter(operation=notice.operation_id, closed_at__isnull=True).select_related("operation")
    rows = rows.filter(movement=notice.movement) if notice.movement_id else rows.filter(notice=notice)
    rows = rows.filter(document_index__isnull=True) if without_document else rows
    here = [(row, written_by_airline(details_of(row).name).forms) for row in rows]
    found = {}
    for name in names:
        same = [row for row, forms in here if forms & written_by_airline(name).forms]
        if len(same) == 1:
            found[name] = same[0]
    return found
