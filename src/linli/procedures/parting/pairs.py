"""Rows about two people (a join taken back, an answer "two people"): they go with both, and lie sealed while the two are apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.core import serializers
from django.db.models import Q

from linli import vault
from linli.ground.actions.people import REGISTER_KEY
from linli.ground.models import Person
from linli.procedures.models import Trace
from linli.procedures.parting.ends import model_of
from linli.procedures.parting.rules import Pair

CONTEXT = "procedures.trace"


def take_along(label: str, rule: Pair, people: Sequence[UUID]) -> int:
    """Rows of one table about people who have just moved; how many went."""
    model = model_of(label)
    named = model.objects.named()
    found = [*named.filter(**{f"{rule.one}__in": people}), *named.filter(**{f"{rule.other}__in": people})]
    rows = list({row.pk: row for row in found}.values())
    where = _where(person for row in rows for person in _ends(row, rule))
    went = 0
    for row in rows:
        one, other = _ends(row, rule)
        if where[one] != where[other]:
            _set_aside(label, row, one, other)
        elif row.neighbourhood_id != where[one]:
            went += named.filter(pk=row.pk).update(neighbourhood=where[one])
    return went + _bring_back(label, people)


def _ends(row: Any, rule: Pair) -> tuple[UUID, UUID]:
    return getattr(row, f"{rule.one}_id"), getattr(row, f"{rule.other}_id")


def _where(people: Iterable[UUID]) -> dict[UUID, int]:
    return dict(Person.objects.named().filter(pk__in=set(people)).values_list("pk", "neighbourhood_id"))


def _set_aside(label: str, row: Any, one: UUID, other: UUID) -> None:
    words = serializers.serialize("json", [row])
    sealed = vault.seal(words, key=REGISTER_KEY, context=CONTEXT)
    Trace.objects.create(kind="row", model=label, row=str(row.pk), points_to=str(one), other=str(other), sealed=sealed)
    row.delete()


def _bring_back(label: str, people: Sequence[UUID]) -> int:
    """Rows that were set aside and whose two people are in one neighbourhood again; without one of them it is forgotten."""
    ids = [str(pk) for pk in people]
    count = 0
    for trace in Trace.objects.filter(Q(points_to__in=ids) | Q(other__in=ids), kind="row", model=label):
        ends = [UUID(trace.points_to), UUID(trace.other)]
        where = _where(ends)
        if len(where) == 2 and where[ends[0]] != where[ends[1]]:
            continue
        if len(where) == 2 and trace.sealed is not None:
            words = vault.unseal_text(trace.sealed, context=CONTEXT)
            for again in serializers.deserialize("json", words):
                row: Any = again.object
                row.neighbourhood_id = where[ends[0]]
                row.save(force_insert=True)
                count += 1
        trace.delete()
    return count
