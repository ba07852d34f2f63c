"""What becomes of every table when a neighbourhood is split or merged is written down: a room that comes later cannot be forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps

from linli.ground.scope import Personal
from linli.procedures.parting.rules import Goes, Pair, Rule, Stays
from linli.procedures.parting.table import NOT_PERSONAL, OF_GATES, TABLE
from tests.shape.paths import nothing
from tests.support.code import Finding

NAMES = frozenset({"neighbourhood", "home"})
"""Fields by which a row that is not personal names a neighbourhood."""


def ours() -> list[Any]:
    return [model for model in apps.get_models() if model.__module__.startswith("linli.")]


def personal() -> dict[str, Any]:
    return {model._meta.label: model for model in ours() if issubclass(model, Personal)}


def inner(model: Any) -> Iterator[Any]:
    """Its pointers at personal rows."""
    for field in model._meta.concrete_fields:
        target = field.related_model
        if isinstance(target, type) and issubclass(target, Personal):
            yield field


def undeclared(label: str, model: Any, rule: Rule) -> Iterator[Finding]:
    """Pointers of which the table does not say what becomes of them."""
    for field in inner(model):
        if isinstance(rule, Goes):
            known = field.name == rule.within or field.name in rule.ends
        elif isinstance(rule, Pair):
            known = field.name in (rule.one, rule.other)
        else:
            known = field.name in rule.loose or isinstance(TABLE.get(field.related_model._meta.label), Stays)
        if not known:
            yield Finding(label, 1, f"what becomes of .{field.name} when its two ends are parted is not in the table")


def test_every_personal_model_says_what_becomes_of_it() -> None:
    known = personal()
    nothing(Finding(label, 1, "no line in procedures/parting/table.py") for label in known.keys() - TABLE.keys())
    nothing(Finding(label, 1, "in the table and not in the code") for label in TABLE.keys() - known.keys())


def test_every_pointer_between_personal_rows_says_what_becomes_of_it() -> None:
    known = personal()
    nothing(found for label, rule in TABLE.items() if label in known for found in undeclared(label, known[label], rule))


def test_what_a_row_belongs_to_goes_before_it() -> None:
    order = list(TABLE)
    for label, rule in TABLE.items():
        if isinstance(rule, Goes) and rule.within:
            parent = apps.get_model(label)._meta.get_field(rule.within).related_model
            assert order.index(parent._meta.label) < order.index(label), label


def test_every_other_model_with_a_neighbourhood_says_what_becomes_of_it() -> None:
    known = personal()
    found = {
        model._meta.label
        for model in ours()
        if model._meta.label not in known and any(f.name in NAMES for f in model._meta.concrete_fields)
    }
    nothing(Finding(label, 1, "no line in NOT_PERSONAL") for label in found - NOT_PERSONAL.keys())
    nothing(Finding(label, 1, "in NOT_PERSONAL and without a neighbourhood") for label in NOT_PERSONAL.keys() - found)
    assert set(OF_GATES) <= NOT_PERSONAL.keys()


def test_a_forgotten_pointer_is_noticed() -> None:
    person = apps.get_model("ground.Residence")
    (finding,) = undeclared("ground.Residence", person, Goes(within="person"))
    assert ".household" in finding.text
