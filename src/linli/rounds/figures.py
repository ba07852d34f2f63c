"""Figures of the rounds: what was covered, late and missed, each missed one with who should have (P02); and what began blind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.ground import figures
from linli.ground.figures import NONE, AsOf, Count, Figure, Late, Patch, Patches, period
from linli.ground.mandates import under
from linli.ground.models import Area, Body, Place
from linli.kernel.coverage import State
from linli.rounds import standing
from linli.rounds.fenced import seen
from linli.rounds.models import Occurrence, Plan

COVERED = (State.DONE, State.LATE)
PARTS = {
    "done": _("in time"),
    "late": _("late"),
    "missed": _("missed"),
    "excused": _("excused"),
    "open": _("still open"),
}


class _Row(NamedTuple):
    """One target of a round that was due in the period."""

    patch: Patch
    state: State
    late: Late


def over_in(places: Sequence[Place], as_of: AsOf) -> list[Occurrence]:
    """The rounds that somebody walks and that were over in the period, of the places and of what lies in them. One statement.

    Over is when its window closes, so that what is missed of a round of half past seven stands on one sheet, the next; what goes on
    until it is done counts when it was due. Closing at eight sharp belongs to the day that begins then: at eight it is still open.
    """
    start, end = period(as_of)
    rows = Occurrence.objects.annotate(over_at=Coalesce("closes_at", "due_at")).filter(
        Q(under(places, "place__path")),
        Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=as_of.heard_by),
        plan__filled_by=Plan.FilledBy.ASSIGNEE,
        over_at__gte=start,
        over_at__lt=end,
        opened_at__lte=as_of.heard_by,
    )
    return list(seen(rows).select_related("plan", "place").order_by("due_at", "pk"))


def _rows(places: Sequence[Place], as_of: AsOf) -> Iterator[_Row]:
    """Every target of these rounds with its state. Ten statements at any number of places and rounds."""
    stands = list(standing.of(over_in(places, as_of), as_of.at, as_of.heard_by))
    facts = [fact for stand in stands for fact in stand.facts.values()]
    ids, bodies = {f.place for f in facts if f.place}, {f.body for f in facts if f.body}
    zones = dict(Area.objects.filter(pk__in={f.area for f in facts if f.area}).values_list("pk", "neighbourhood__pk"))
    paths = dict(Place.objects.filter(pk__in=ids).values_list("pk", "path"))
    homes = dict(Body.objects.filter(pk__in=bodies).values_list("pk", "place__path"))
    patches = Patches(places)
    for stand in stands:
        for target, state in stand.states.items():
            fact = stand.facts[target]
            closes = stand.round.slot_of(target).closes_at
            where = patches.of(paths.get(fact.place or 0) or homes.get(fact.body or 0) or stand.occurrence.place.path)
            if fact.area in zones:  # as it was when the round was opened
                where = Patch(zones[fact.area], fact.area)
            if where is not None:
                holder = stand.held_to(target, closes)
                yield _Row(where, state, Late(fact.place, fact.body, holder, closes, state.value))


def covered(places: Sequence[Place], as_of: AsOf) -> Mapping[Patch, Count]:
    """Targets that were visited, of those of the rounds that were over in the period; the parts are the states."""
    found: dict[Patch, Count] = {}
    for row in _rows(places, as_of):
        one = Count(int(row.state in COVERED), 1, {row.state.value: 1})
        found[row.patch] = found.get(row.patch, Count()) + one
    return found


def missed(places: Sequence[Place], as_of: AsOf) -> Mapping[Patch, Count]:
    """Targets that were missed, of those of the rounds that were over in the period: which, and who should have."""
    found: dict[Patch, Count] = {}
    for row in _rows(places, as_of):
        gone = row.state is State.MISSED
        one = Count(int(gone), 1, late=(row.late,) if gone else ())
        found[row.patch] = found.get(row.patch, Count()) + one
    return found


def blind(places: Sequence[Place], as_of: AsOf) -> Mapping[Patch, Count]:
    """Targets that nobody, or several, answered for when their round opened, of those of the rounds that were over in the period."""
    patches = Patches(places)
    found: dict[Patch, Count] = {}
    for row in over_in(places, as_of):
        patch = patches.of(row.place.path)
        if patch is not None:
            whole = Patch(patch.place)
            found[whole] = found.get(whole, Count()) + Count(row.blind, row.frozen)
    return found


def register_all() -> None:
    """Add them to the sheet."""
    unit = _("places to walk")
    for code, title, compute, more in (
        ("rounds.covered", _("Visited on rounds"), covered, {"parts": PARTS}),
        ("rounds.missed", _("Missed on rounds"), missed, {"wants": NONE}),
        ("rounds.blind", _("Began with nobody to answer"), blind, {"wants": NONE, "zoned": False}),
    ):
        figures.register(Figure(code, title, "rounds", unit, compute, _day, right="rounds.read", **more))  # type: ignore[arg-type]


def _day(patch: Patch, as_of: AsOf) -> str:
    """The day on which the period began: its rounds are the rows."""
    return f"{reverse('rounds:day')}?day={timezone.localdate(period(as_of)[0]).isoformat()}"
