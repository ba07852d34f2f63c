"""The scope rule: personal data cannot be reached without a scope, by any manager and by any relation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.db import models

from linli.ground.scope import ScopedManager, ScopeError, unscoped
from tests.support.code import Finding


def is_personal(model: type[models.Model]) -> bool:
    """Whether one of the model's managers is scoped."""
    return any(isinstance(manager, ScopedManager) for manager in model._meta.managers)


def leaking_managers(chosen: Iterable[type[models.Model]]) -> list[Finding]:
    """Managers of personal models that answer without a scope, the base manager of relations among them."""
    found = []
    for model in chosen:
        managers = {manager.name: manager for manager in model._meta.managers}
        managers["_base_manager"] = model._base_manager
        managers["_default_manager"] = model._default_manager
        for name, manager in managers.items():
            if _answers(partial(_first, manager)):
                found.append(Finding(model._meta.label, 1, f"{name} answers without a scope"))
    return found


def _first(manager: models.Manager[Any]) -> object:
    return manager.all().first()


def leaking_relations(everything: Iterable[type[models.Model]]) -> list[Finding]:
    """Relation accessors, forward and back, of any model that reach a personal model without a scope."""
    found = []
    for model in everything:
        for field in model._meta.get_fields():
            target = field.related_model
            if not isinstance(target, type) or not is_personal(target):
                continue
            accessor = accessor_of(field)
            if accessor and _answers(partial(_follow, model, field, accessor)):
                found.append(Finding(model._meta.label, 1, f".{accessor} reaches {target._meta.label} without a scope"))
    return found


def accessor_of(field: Any) -> str | None:
    """The attribute by which a row reaches the other side; None for a relation without a way back."""
    if field.auto_created and not field.concrete:
        name: str | None = None if field.hidden else field.get_accessor_name()
        return name
    return str(field.name)


def _follow(model: type[models.Model], field: Any, accessor: str) -> object:
    """Follow one relation from an unsaved row, as a page would."""
    row = model(pk=model._meta.pk.to_python(_some_key(model)))
    if field.concrete and not field.many_to_many:
        setattr(row, field.attname, _some_key(field.related_model))
        return getattr(row, accessor)
    related = getattr(row, accessor)
    return related.all().first() if hasattr(related, "all") else related


def _some_key(model: type[models.Model]) -> object:
    """A primary key of the right type that no row has."""
    key: Any = model._meta.pk
    while key.remote_field:
        key = key.target_field
    return "00000000-0000-0000-0000-000000000000" if isinstance(key, models.UUIDField) else 0


def _answers(ask: Any) -> bool:
    """Whether a query goes through without a scope; any other answer than ScopeError is a leak."""
    with unscoped():
        try:
            ask()
        except ScopeError:
            return False
        except models.ObjectDoesNotExist:
            return True
    return True


def paths_to(person: type[models.Model], everything: Iterable[type[models.Model]]) -> set[type[models.Model]]:
    """The models from which foreign keys lead to `person`, in any number of steps."""
    chosen = list(everything)
    reached: set[type[models.Model]] = {person}
    while True:
        more = {m for m in chosen if m not in reached and any(f.related_model in reached for f in m._meta.fields)}
        if not more:
            return reached - {person}
        reached |= more


def unscoped_models(
    person: type[models.Model], everything: Iterable[type[models.Model]], exempt: Mapping[str, str]
) -> list[Finding]:
    """Models that lead to a person without being scoped. `exempt`: label → reason; an unused exemption is a finding."""
    personal = paths_to(person, everything)
    bare = {model._meta.label for model in personal if not is_personal(model)}
    found = [Finding(label, 1, "leads to a person, but has no ScopedManager") for label in sorted(bare - exempt.keys())]
    return found + [Finding(label, 1, "exempt without need") for label in sorted(exempt.keys() - bare)]
