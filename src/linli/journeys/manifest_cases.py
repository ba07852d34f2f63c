"""What a person decides on: a traveller of a list beside whom of the register he may be, and why. A bounded number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linli.ground.models import Document, Person, Phone, Residence
from linli.ground.places import short_address
from linli.journeys.details import Details, details_of
from linli.journeys.manifest_words import problem_said, reasons_said
from linli.journeys.models import ListedRow, Match, Traveller
from linli.ui.words import DASH, listed, moment

_SEXES = {"m": "男", "f": "女"}
_LINES = (
    ("name", ("name", "pinyin", "pinyin_any_order", "truncated"), ()),
    ("sex", ("sex",), ("sex_differs",)),
    ("born", ("born",), ("born_differs",)),
    ("document", ("passport_equal", "passport_tail"), ()),
    ("phone", ("phone", "phone_of_household", "phone_tail"), ()),
    ("address", ("address", "address_misspelt"), ("address_differs",)),
)
"""Line of the comparison, the reasons that say it agrees, those that say it differs."""


@dataclass
class Line:
    """One line of the comparison. ``state``: ``same``, ``differs``, or empty where one side says nothing."""

    label: str
    told: str
    known: str
    state: str = ""


@dataclass
class Choice:
    """One candidate: the proposal and both sides."""

    match: Match
    name: str
    score: int
    why: str
    lines: list[Line] = field(default_factory=list)


@dataclass
class Case:
    """One traveller and whom he may be; ``choices`` empty: names an estate of ours and is nobody we know."""

    traveller: Traveller
    said: Details
    where: str
    problems: list[str]
    why: str
    asked: Match | None
    choices: list[Choice]
    sure: bool


def travellers_of_list(source: str) -> QuerySet[Traveller]:
    """Everybody whom a list names."""
    rows: QuerySet[Traveller] = Traveller.objects.filter(listed__source=source).distinct()
    return rows


def open_cases(travellers: QuerySet[Traveller], source: str = "") -> list[Case]:
    """Travellers with a proposal that nobody decided, the surest first; ``source``: the list whose rows they stand in, none of a chat."""
    rows = Match.objects.filter(
        traveller__in=travellers,
        traveller__closed_at__isnull=True,
        traveller__person__isnull=True,
        decision__isnull=True,
    )
    return _cases(rows, source)


def decided(travellers: QuerySet[Traveller]) -> list[tuple[Match, str]]:
    """Decisions that were not taken back, the latest first, each with the name on the list."""
    rows = Match.objects.filter(traveller__in=travellers, decision__isnull=False, undone__isnull=True)
    found = rows.select_related("traveller__operation", "person").order_by("-decided_at")
    return [(one, details_of(one.traveller).name or DASH) for one in found]


def rest_of(travellers: QuerySet[Traveller]) -> QuerySet[Traveller]:
    """The unmatched: nobody of the register, nothing proposed, not closed."""
    rows = travellers.filter(person__isnull=True, dwelling__isnull=True, closed_at__isnull=True, begun_at__isnull=True)
    waiting = Match.objects.filter(decision__isnull=True).values("traveller")
    return rows.exclude(pk__in=waiting)


def _cases(rows: QuerySet[Match], source: str) -> list[Case]:
    matches = list(rows.select_related("traveller__operation", "person").order_by("-score", "pk"))
    known = _Known.load({match.person_id for match in matches if match.person_id})
    by_traveller: dict[UUID, list[Match]] = defaultdict(list)
    for match in matches:
        by_traveller[match.traveller_id].append(match)
    places = _places(source, by_traveller)
    cases = [_case(group, known, places.get(pk)) for pk, group in by_traveller.items()]
    return sorted(cases, key=lambda case: (not case.sure, -max((one.score for one in case.choices), default=0)))


def _places(source: str, travellers: Iterable[UUID]) -> dict[UUID, ListedRow]:
    rows = ListedRow.objects.filter(source=source, traveller__in=list(travellers))
    return {row.traveller_id: row for row in rows}


def _case(group: Sequence[Match], known: _Known, place: ListedRow | None) -> Case:
    traveller = group[0].traveller
    said = details_of(traveller)
    nobody = next((one for one in group if one.person_id is None), None)
    where = _("row %(n)s") % {"n": place.row} if place is not None else ""
    return Case(
        traveller, said, f"{place.sheet} {where}".strip() if place is not None else "",
        [f"{cell}: {problem_said(kind)}" for cell, kind in (place.problems if place is not None else ())],
        reasons_said(nobody.reasons) if nobody is not None else "",
        nobody,
        [_choice(one, one.person, said, known) for one in group if one.person is not None],
        any(one.verdict == Match.Verdict.MATCH for one in group),
    )  # fmt: skip


def _choice(match: Match, person: Person, said: Details, known: _Known) -> Choice:
    home = known.homes.get(person.pk, "")
    sides = {
        "name": (said.name, person.name),
        "sex": (said.sex, _SEXES.get(person.sex, "")),
        "born": (said.born, moment(person.born, "iso") if person.born else ""),
        "document": (said.document_masked, listed(known.documents.get(person.pk, ()))),
        "phone": (said.phone_masked, listed(known.phones.get(person.pk, ()))),
        "address": (said.address, home),
    }
    lines = [
        Line(_labels()[name], told or DASH, other or DASH, _state(match, agree, differ))
        for name, agree, differ in _LINES
        for told, other in [sides[name]]
    ]
    return Choice(match, person.name, match.score, reasons_said((*match.reasons, *match.against)), lines)


def _labels() -> dict[str, str]:
    return {
        "name": _("Name"), "sex": _("Sex"), "born": _("Born"), "document": _("Document"), "phone": _("Phone number"),
        "address": _("Address"),
    }  # fmt: skip


def _state(match: Match, agree: Sequence[str], differ: Sequence[str]) -> str:
    if set(differ) & set(match.against):
        return "differs"
    return "same" if set(agree) & set(match.reasons) else ""


@dataclass
class _Known:
    """What the register has of the candidates, numbers masked."""

    homes: dict[UUID, str]
    documents: dict[UUID, list[str]]
    phones: dict[UUID, list[str]]

    @classmethod
    def load(cls, people: set[UUID]) -> _Known:
        """Three statements."""
        homes: dict[UUID, str] = {}
        rows = Residence.objects.filter(person_id__in=people, household__isnull=False).order_by("since")
        for row in rows.select_related("household__dwelling__parent__parent"):
            homes[row.person_id] = short_address(row.household.dwelling)
        return cls(homes, _masked(Document, people), _masked(Phone, people))


def _masked(model: Any, people: set[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    for pk, text in model.objects.filter(person_id__in=people).order_by("since").values_list("person_id", "masked"):
        found[pk].append(text)
    return found
