"""Who owned something at a gate and may not see to it any more passes it to who leads the gate today: nothing stays with nobody."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from linli.gates import acts, owners
from linli.gates.models import GateException, Review
from linli.ground.models import Place
from linli.ground.scope import scoped
from linli.journal.record import record


def reown_everything(*, by: None) -> int:
    """The job: in every neighbourhood, inside its scope; how many open exceptions and reviews have another owner now."""
    moved = 0
    for place in Place.objects.filter(kind__code="neighbourhood", until__isnull=True).order_by("path"):
        with scoped(neighbourhood_ids={place.pk}, reason="job:gate-owners"):
            moved += reown(by=by, neighbourhood=place)
    return moved


def reown(*, by: None, neighbourhood: Place) -> int:
    """Give what is open, and whose owner holds no mandate for it any more (or that never had one), to who leads its gate today.

    What was handed on to somebody who may settle it stays his. How many moved; a statement for each of exceptions, reviews and
    mandates when nothing has to.
    """
    odd = GateException.objects.filter(neighbourhood=neighbourhood, settled_at__isnull=True)
    asked = Review.objects.filter(neighbourhood=neighbourhood, answered_at__isnull=True)
    kinds = list(odd.order_by().values_list("gate", "owner", "kind").distinct())
    of_reviews = list(asked.order_by().values_list("gate", "owner").distinct())
    if not kinds and not of_reviews:
        return 0
    gates = Place.objects.in_bulk({gate for gate, *_rest in [*kinds, *of_reviews] if gate is not None})
    held = owners.candidates(neighbourhood)
    moved = 0
    for pk, owner, kind in kinds:
        rows = odd.filter(gate=pk, owner=owner, kind=kind)
        moved += _given(rows, gates.get(pk, neighbourhood), owner, owners.right_for(kind), held)
    for pk, owner in of_reviews:
        moved += _given(asked.filter(gate=pk, owner=owner), gates[pk], owner, owners.REVIEW, held)
    return moved


def _given(
    rows: QuerySet[GateException] | QuerySet[Review],
    gate: Place,
    owner: int | None,
    right: str,
    held: Iterable[owners.Held],
) -> int:
    """Give ``rows``, all of one owner, to who leads the gate, unless their owner may settle them."""
    if any(user.pk == owner for user in owners.who_may(right, gate, held)):
        return 0
    to = owners.holder_of(right, gate, owners.leaders(gate))
    if to == owner:
        return 0
    moved = rows.update(owner=to)
    if moved:
        record(
            acts.REOWNED,
            by=None,
            subject=("place", gate.pk),
            neighbourhood=gate.neighbourhood_id or gate.pk,
            data={"to": to, "n": moved},
        )
    return moved
