"""Pointers whose row and target come to lie in two neighbourhoods, and what mends them. After every step none crosses.

A copy that stands in for something belongs to a family: the original and its copies, one in a neighbourhood at most. When two of a family
meet again the copy goes, unless somebody has written of it meanwhile: then it stays, a row of its own that 可能是同一人 asks about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Q

from linli import vault
from linli.ground.actions.people import PHONE_CONTEXT
from linli.ground.models import Household, Person, PersonKey, Phone, Place
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7
from linli.procedures.models import Trace
from linli.procedures.parting import numbers
from linli.procedures.parting.rules import End, Goes
from linli.procedures.parting.table import TABLE

Moved = Mapping[str, list[Any]]
AT_ONCE = 400


def model_of(label: str) -> Any:
    """The model of a line of the table."""
    return apps.get_model(label)


def rows_of(label: str) -> Any:
    """Its rows for a statement that names them by keys: the scope is checked on each, not looked up by (``ScopedManager.named``)."""
    return model_of(label).objects.named()


def pointers(wanted: End) -> Iterator[tuple[str, str, str]]:
    """(model, field, model it leads to) for every pointer that is mended this way."""
    for label, rule in TABLE.items():
        if isinstance(rule, Goes):
            for name, end in rule.ends.items():
                if end is wanted:
                    yield label, name, model_of(label)._meta.get_field(name).related_model._meta.label


class Ends:
    """Mends what one step has parted, between the neighbourhood that is left and the one that is entered."""

    def __init__(self, to: Place, day: date) -> None:
        self.to, self.day = to, day

    def mend(self, moved: Moved) -> None:
        """Every pointer from or to a row that moved; then what has come together again."""
        left: dict[str, set[str]] = defaultdict(set)
        for label, name, target in pointers(End.STAND_IN):
            for row, side, points_to in list(self._crossing(label, name, target, moved)):
                member = self._member(target, points_to, side)
                rows_of(label).filter(pk=row).update(**{f"{name}_id": member})
                left[target].add(str(points_to))
        for label, name, target in pointers(End.LET_GO):
            for row, _side, points_to in list(self._crossing(label, name, target, moved)):
                Trace.objects.create(kind="pointer", model=label, row=str(row), field=name, points_to=str(points_to))
                rows_of(label).filter(pk=row).update(**{f"{name}_id": None})
        if Trace.objects.exists():
            self._meet(moved, left)
            self._lead_again(moved)

    def _crossing(self, label: str, name: str, target: str, moved: Moved) -> Iterator[tuple[Any, int, Any]]:
        """(row, the neighbourhood it lies in, target) of pointers that cross after this step."""
        ends = ("pk", "neighbourhood_id", f"{name}_id", f"{name}__neighbourhood_id")
        for lookup, ids in (("pk", moved.get(label, ())), (name, moved.get(target, ()))):
            for few in in_few(ids):
                found = rows_of(label).filter(**{f"{lookup}__in": few, f"{name}__isnull": False})
                for row, side, points_to, lies in found.values_list(*ends):
                    if side != lies:
                        yield row, side, points_to

    def _member(self, label: str, pk: Any, side: int) -> Any:
        """The one of the family of ``pk`` that lies in ``side``; made when there is none."""
        original = _original(label, pk)
        family = [original, *_copies(label, [original])]
        lies = dict(rows_of(label).filter(pk__in=family).values_list("neighbourhood_id", "pk"))
        if side in lies:
            return lies[side]
        copy = copied(rows_of(label).get(pk=original), side, self.day)
        Trace.objects.create(kind="standin", model=label, row=str(copy.pk), points_to=str(original))
        return copy.pk

    def _meet(self, moved: Moved, left: Mapping[str, set[str]]) -> None:
        """Copies whose original lies beside them now, and copies that nothing leads to any more."""
        for label in {target for _, _, target in pointers(End.STAND_IN)}:
            here = [str(pk) for pk in moved.get(label, ())]
            if not here and not left.get(label):
                continue
            touched = Q(row__in=[*here, *left.get(label, ())]) | Q(points_to__in=here)
            for trace in Trace.objects.filter(touched, kind="standin", model=label):
                self._settle(label, trace)

    def _settle(self, label: str, trace: Trace) -> None:
        both = {str(row.pk): row for row in rows_of(label).filter(pk__in=[trace.row, trace.points_to])}
        copy, original = both.get(trace.row), both.get(trace.points_to)
        if copy is None or original is None:
            trace.delete()
            return
        together = copy.neighbourhood_id == original.neighbourhood_id
        if together and lives_on(copy, original):
            trace.delete()
            return
        uses = [(row, name) for row, name, target in pointers(End.STAND_IN) if target == label]
        if together:
            for row, name in uses:
                rows_of(row).filter(**{name: copy.pk}).update(**{f"{name}_id": original.pk})
        unused = not any(rows_of(row).filter(**{name: copy.pk}).exists() for row, name in uses)
        if unused and not lives_on(copy, original):
            trace.delete()
            copy.delete()

    def _lead_again(self, moved: Moved) -> None:
        """Emptied pointers whose two ends are in one neighbourhood now."""
        for label, name, target in pointers(End.LET_GO):
            ids = [str(pk) for pk in moved.get(label, ())]
            there = [str(pk) for pk in moved.get(target, ())]
            if not ids and not there:
                continue
            traces = Trace.objects.filter(
                Q(row__in=ids) | Q(points_to__in=there), kind="pointer", model=label, field=name
            )
            for trace in traces:
                row = rows_of(label).filter(pk=trace.row).first()
                end = rows_of(target).filter(pk=trace.points_to).first()
                if row is None or end is None or getattr(row, f"{name}_id") is not None:
                    trace.delete()
                elif row.neighbourhood_id == end.neighbourhood_id:
                    rows_of(label).filter(pk=row.pk).update(**{f"{name}_id": end.pk})
                    trace.delete()


def in_few(ids: Iterable[Any]) -> Iterator[list[Any]]:
    """Ids in lists that one statement takes."""
    whole = list(ids)
    for start in range(0, len(whole), AT_ONCE):
        yield whole[start : start + AT_ONCE]


def _original(label: str, pk: Any) -> Any:
    trace = Trace.objects.filter(kind="standin", model=label, row=str(pk)).first()
    return UUID(trace.points_to) if trace is not None else pk


def _copies(label: str, originals: list[Any]) -> list[UUID]:
    rows = Trace.objects.filter(kind="standin", model=label, points_to__in=[str(pk) for pk in originals])
    return [UUID(row) for row in rows.values_list("row", flat=True)]


def copied(row: Any, side: int, day: date) -> Any:
    """A copy of ``row`` for the other side. Of a person: name and telephones, no document; of a home: that somebody lived there once."""
    was = row.pk
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    copy = type(row)(**{**values, "id": uuid7(), "neighbourhood_id": side})
    if isinstance(copy, Household):
        copy.until = copy.until or max(day, copy.since)
    if isinstance(copy, Person):
        copy.merged_into = None
    if hasattr(copy, "place_id"):
        copy.place_id = side if copy.place_id is not None else None
    copy.save(force_insert=True)
    if isinstance(copy, Person):
        _keys_and_phones(was, copy)
    return copy


def _keys_and_phones(was: UUID, copy: Person) -> None:
    side = copy.neighbourhood
    keys = PersonKey.objects.named().filter(person=was).values_list("key", flat=True)
    PersonKey.objects.bulk_create(PersonKey(neighbourhood=side, person=copy, key=key) for key in keys)
    rows: list[models.Model] = []
    for phone in Phone.objects.named().filter(person=was):
        phone.pk, phone.person, phone.neighbourhood = uuid7(), copy, side
        phone._state.adding = True
        rows.append(phone)
    if rows:
        Phone.objects.bulk_create(rows)
        numbers.phones(rows, side)


def lives_on(copy: Any, original: Any) -> bool:
    """Whether somebody has written of a copy since it was made: then it is a row of its own."""
    made_with = {PersonKey, Phone}
    uses = {(row, name) for row, name, _target in pointers(End.STAND_IN)}
    for relation in type(copy)._meta.related_objects:
        model = relation.related_model
        own = (model._meta.label, relation.field.name) not in uses and model not in made_with
        rows = model.objects.named() if issubclass(model, Personal) else model.objects.all()
        if own and rows.filter(**{relation.field.name: copy.pk}).exists():
            return True
    if not isinstance(copy, Person):
        return False
    if copy.name != original.name:
        return True
    numbers_of = {row: _numbers(row) for row in (copy, original)}
    return not numbers_of[copy] <= numbers_of[original]


def _numbers(person: Person) -> set[str]:
    rows = Phone.objects.named().filter(person=person).values_list("sealed", flat=True)
    return {vault.unseal_text(sealed, context=PHONE_CONTEXT) for sealed in rows}
