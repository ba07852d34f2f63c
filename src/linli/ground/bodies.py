"""Bodies, read: which ones somebody may see, as a tree, with totals, contacts and names alike."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from linli.ground.mandates import active, places_with, under
from linli.ground.models import Body, BodyKind, Mandate, Place
from linli.ui.tables import natural

TEAMS = frozenset({"liaison_group", "volunteer_team"})
"""Kinds that are teams of people from other bodies; they are shown, but not counted as units (R14)."""


@dataclass
class Node:
    """A body in its tree. ``size``: how many bodies lie below it, itself not counted."""

    body: Body
    depth: int = 0
    children: list[Node] = field(default_factory=list)
    size: int = 0

    @property
    def only_kind(self) -> BodyKind | None:
        """The kind of everything below, if it is one; else None."""
        kinds = {child.body.kind for child in self.children}
        return next(iter(kinds)) if len(kinds) == 1 and not any(child.children for child in self.children) else None


@dataclass(frozen=True)
class Total:
    """How many bodies of a kind."""

    kind: BodyKind
    count: int


def tidy(name: str) -> str:
    """A name as it is compared: half-width, without spaces, brackets alike; what a person typed stays in the table."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def roots(request: Any, right: str) -> list[Place]:
    """The places of ``right`` that contain the chosen neighbourhood or lie in it: its subdistrict for an officer, itself for a clerk."""
    here = request.neighbourhood
    return [p for p in places_with(request.mandates, right) if p.contains(here) or here.contains(p)]


def widest(places: Iterable[Place]) -> Place:
    """The one that lies highest: where a new body is at home if nobody says otherwise."""
    return min(places, key=lambda p: (len(p.path), p.path))


def standing(on: date | None = None) -> Q:
    """A condition for bodies that exist on a day."""
    day = on or timezone.localdate()
    return Q(until__isnull=True) | Q(until__gt=day)


def visible(places: Iterable[Place], *, ended: bool = False) -> list[Body]:
    """The bodies at home in ``places``, by kind and name; one statement. Those that have ended only if asked for."""
    rows = _all(places)
    found = list(rows if ended else rows.filter(standing()))
    return sorted(found, key=lambda b: (b.kind.rank, b.kind.code, natural(b.name), b.pk))


def find(places: Iterable[Place], pk: int) -> Body | None:
    """One body, if it is at home in ``places``, ended or not."""
    return _all(places).filter(pk=pk).first()


def _all(places: Iterable[Place]) -> QuerySet[Body]:
    return Body.objects.filter(under(places, "place__path")).select_related("kind", "place__kind", "parent")


def forest(bodies: Sequence[Body]) -> list[Node]:
    """``bodies`` as trees, in their order. One whose parent is not among them stands at the top."""
    nodes = {body.pk: Node(body) for body in bodies}
    tops: list[Node] = []
    for body in bodies:
        above = nodes.get(body.parent_id) if body.parent_id else None
        (above.children if above else tops).append(nodes[body.pk])
    for top in tops:
        _measure(top, 0)
    return tops


def _measure(node: Node, depth: int) -> int:
    node.depth = depth
    node.size = sum(1 + _measure(child, depth + 1) for child in node.children)
    return node.size


def below(bodies: Sequence[Body], pk: int) -> set[int]:
    """The ids of a body and of every body under it."""
    children: dict[int, list[int]] = {}
    for body in bodies:
        if body.parent_id:
            children.setdefault(body.parent_id, []).append(body.pk)
    found, waiting = {pk}, [pk]
    while waiting:
        for child in children.get(waiting.pop(), []):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found


def totals(bodies: Iterable[Body]) -> tuple[list[Total], list[Total]]:
    """How many of each kind: the units, and the teams beside them. The units' totals add up to the number of units."""
    counts: dict[int, int] = {}
    kinds: dict[int, BodyKind] = {}
    for body in bodies:
        counts[body.kind_id] = counts.get(body.kind_id, 0) + 1
        kinds[body.kind_id] = body.kind
    found = [Total(kinds[k], counts[k]) for k in sorted(kinds, key=lambda k: (kinds[k].rank, kinds[k].code))]
    return [t for t in found if t.kind.code not in TEAMS], [t for t in found if t.kind.code in TEAMS]


def members(bodies: Iterable[int], on: date | None = None) -> dict[int, list[Mandate]]:
    """Body id → who holds something in it: contact, head, others; one statement. A firm's staff is no list of people to call."""
    rank = {"contact": 0, "head": 1}
    found: dict[int, list[Mandate]] = {}
    for start in _chunks(sorted(set(bodies))):
        rows = Mandate.objects.filter(of_body__in=start, person__isnull=True)
        for row in active(rows, on).select_related("user"):
            found.setdefault(row.of_body_id or 0, []).append(row)
    for listed in found.values():
        listed.sort(key=lambda m: (rank.get(m.capacity, 2), m.since, m.pk))
    return found


def contacts(bodies: Iterable[int]) -> dict[int, Mandate]:
    """Body id → whom to call: its contact, else its head, else whoever is in it longest."""
    return {body: rows[0] for body, rows in members(bodies).items()}


def _chunks(ids: list[int], size: int = 500) -> Iterable[list[int]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def matches(body: Body, words: str, contact: Mandate | None = None) -> bool:
    """Whether a search for ``words`` finds a body: its name, number, kind, place or contact."""
    text = f"{body.name} {body.code} {body.kind.name_zh} {body.kind.name_en} {body.place.name} {body.phone}"
    return tidy(words) in tidy(f"{text} {contact.holder_name if contact else ''}")
