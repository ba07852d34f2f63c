"""A plan → rows, in chunks of one short transaction each; a chunk that was written is simply no change when the list is planned again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date

from django.db import transaction

from linli.ground.actions.places import kinds, natural_key
from linli.ground.gazetteer.codes import KINDS
from linli.ground.gazetteer.known import Book, Known
from linli.ground.gazetteer.planning import Plan
from linli.ground.inserting import ready, ready_changes
from linli.ground.models import Place, PlaceKind, PlaceName
from linli.ground.models.places import segment
from linli.ground.tree import move_subtree

CHUNK = 200
"""So many places in one transaction: about 40 ms on two cores; fewer while the machine is slower than that."""
TARGET_MS = 60.0
SPAN_FIELDS = ("name", "code", "parent", "since", "seen", "until", "source")
PLACE_FIELDS = ("parent", "name", "code", "sort", "since", "until", "urban_rural", "path")


def write_plan(book: Book, plan: Plan) -> Iterator[tuple[int, int, float]]:
    """Save what a plan touched, upper places first. Yields (written, of how many, milliseconds of the chunk) after each transaction."""
    todo = sorted(plan.touched.values(), key=lambda one: (one.level, one.key < 0, abs(one.key)))
    ids: dict[int, int] = {}
    table = kinds()
    done, size = 0, max(1, CHUNK // 4)
    for level in sorted({one.level for one in todo}):
        mine = [one for one in todo if one.level == level]
        while mine:
            chunk, mine = mine[:size], mine[size:]
            began = time.perf_counter()
            with transaction.atomic():
                _save(chunk, ids, table, plan)
            done += len(chunk)
            spent = (time.perf_counter() - began) * 1000
            size = max(10, size // 2) if spent > TARGET_MS else min(CHUNK, size * 2)
            yield done, len(todo), spent
    pointers = [one for one in todo if one.merged_into is not None or one.split_from is not None]
    for one in pointers:
        Place.objects.filter(pk=ids.get(one.key, one.key)).update(
            merged_into=_real(one.merged_into, ids), split_from=_real(one.split_from, ids)
        )


def _real(key: int | None, ids: dict[int, int]) -> int | None:
    return ids.get(key, key) if key is not None else None


def _save(chunk: list[Known], ids: dict[int, int], table: dict[str, PlaceKind], plan: Plan) -> None:
    parents = {_real(one.history.spans[-1].parent, ids) for one in chunk}
    above = Place.objects.filter(pk__in=[key for key in parents if key is not None])
    paths = dict(above.values_list("pk", "path"))
    new = [one for one in chunk if one.key < 0]
    made = Place.objects.bulk_create([_row(one, ids, table) for one in new])
    for one, place in zip(new, made, strict=True):
        ids[one.key] = place.pk
        place.path = paths.get(place.parent_id or 0, "") + segment(place.pk)
    old = {place.pk: place for place in Place.objects.filter(pk__in=[one.key for one in chunk if one.key > 0])}
    if made:
        ready_changes(made, ["path"]).write()
    if old:
        rows = [_updated(old[one.key], one, ids, paths) for one in chunk if one.key > 0]
        ready_changes(rows, PLACE_FIELDS).write()
    _save_spans(chunk, ids)


def _row(one: Known, ids: dict[int, int], table: dict[str, PlaceKind]) -> Place:
    last = one.history.spans[-1]
    return Place(
        kind=table[KINDS[one.level]],
        parent_id=_real(last.parent, ids),
        name=last.name[:120],
        code=last.code,
        sort=natural_key(last.name),
        since=one.history.spans[0].since,
        until=last.until,
        urban_rural=one.urban,
    )


def _updated(place: Place, one: Known, ids: dict[int, int], paths: dict[int, str]) -> Place:
    """The place as its last span says; one that runs here keeps its own name and never ends by a list."""
    last = one.history.spans[-1]
    parent = _real(last.parent, ids)
    if parent is not None and parent != place.parent_id:
        move_subtree(place, Place(pk=parent, path=paths[parent]))
    place.code = last.code
    place.urban_rural = one.urban
    if not one.run:
        place.name, place.sort = last.name[:120], natural_key(last.name)
        place.since, place.until = _first(place.since, one.history.spans[0].since), last.until
        if place.merged_into_id is not None:
            place.until = place.until or last.since
    return place


def _first(one: date | None, other: date) -> date:
    return min(one, other) if one else other


def _save_spans(chunk: list[Known], ids: dict[int, int]) -> None:
    fresh: list[PlaceName] = []  # of places that are new too: nothing can stand there already
    new: list[PlaceName] = []
    changed: list[PlaceName] = []
    for one in chunk:
        for span in one.history.spans:
            if not span.changed:
                continue
            row = PlaceName(
                pk=span.pk, place_id=ids.get(one.key, one.key), name=span.name[:120], code=span.code,
                parent_id=_real(span.parent, ids), since=span.since, seen=span.seen, until=span.until, source=span.source,
            )  # fmt: skip
            (changed if span.pk else new if one.key > 0 else fresh).append(row)
            span.changed = False
    if changed:
        ready_changes(changed, SPAN_FIELDS).write()
    if fresh:
        ready(fresh).write()
    PlaceName.objects.bulk_create(
        new,
        update_conflicts=True,
        update_fields=["name", "code", "parent", "seen", "until", "source"],
        unique_fields=["place", "since"],
        batch_size=100,
    )
