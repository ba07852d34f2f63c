"""Scope fails closed: without one, nothing; with one, only its neighbourhood, through every manager and every relation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models

from linli.ground.models import Household, Person, Residence
from linli.ground.scope import Personal, ScopeError, current_scope, scoped, scoped_to_everything, unscoped
from linli.ground.testing import Cast, cast, make_cast

__all__ = ["cast"]

PERSONAL = [m for m in apps.get_models() if issubclass(m, Personal)]


def relations() -> Iterator[tuple[type[models.Model], str]]:
    """Every forward and backward accessor of every personal model that leads to a personal model."""
    for model in PERSONAL:
        for field in model._meta.get_fields():
            target = field.related_model
            if field.is_relation and isinstance(target, type) and issubclass(target, Personal):
                name = field.get_accessor_name() if isinstance(field, models.ForeignObjectRel) else field.name
                if name and not name.endswith("+"):
                    yield model, name


@pytest.mark.parametrize("model", PERSONAL, ids=lambda m: m.__name__)
def test_a_personal_model_raises_without_a_scope(model: type[Personal]) -> None:
    for manager in (model.objects, model._base_manager, model._default_manager):
        with pytest.raises(ScopeError):
            manager.all()
        with pytest.raises(ScopeError):
            manager.count()


@pytest.mark.parametrize(("model", "name"), list(relations()), ids=lambda v: v if isinstance(v, str) else v.__name__)
def test_a_relation_raises_without_a_scope(model: type[Personal], name: str) -> None:
    row = model()
    row.pk = row.pk or 1
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey):
            setattr(row, field.attname, field.target_field.get_default() or 1)
    with unscoped(), pytest.raises(ScopeError):
        list(getattr(row, name).all())


def test_inside_a_scope_only_its_rows_are_there(cast: Cast) -> None:
    other = make_cast("别处居民区", "other-")
    with cast.scope():
        assert Person.objects.count() == 12
        assert not Person.objects.filter(pk=other.people[0].pk).exists()
        assert not Household._base_manager.filter(pk=other.households[0].pk).exists()
    both = {cast.neighbourhood.pk, other.neighbourhood.pk}
    with scoped(neighbourhood_ids=both, reason="test"):
        assert Person.objects.count() == 24
    with scoped_to_everything(reason="test"):
        assert Person.objects.count() == 24
    with scoped(neighbourhood_ids=set(), reason="test"):
        assert Person.objects.count() == 0


def test_a_related_row_of_another_neighbourhood_does_not_exist(cast: Cast) -> None:
    other = make_cast("别处居民区", "other-")
    with other.scope():
        row = Residence.objects.select_related(None).first()
    assert row is not None
    fresh = Residence(person_id=row.person_id)
    with cast.scope(), pytest.raises(Person.DoesNotExist):
        _ = fresh.person


def test_a_scope_ends_with_its_block_even_after_an_error() -> None:
    with pytest.raises(RuntimeError), scoped(neighbourhood_ids={1}, reason="test"):
        raise RuntimeError
    with pytest.raises(ScopeError):
        current_scope()
