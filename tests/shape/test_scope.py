"""Personal data cannot be reached without a scope; and a model or relation that leaks is noticed."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from linli.ground.models import Person
from linli.ground.scope import ScopedManager, ScopeError, unscoped
from linli.ground.testing import Cast
from tests.shape.exemptions import UNSCOPED
from tests.shape.paths import nothing
from tests.support import scope_rule


def ours() -> list[type[models.Model]]:
    """Every model of Linli."""
    return [model for model in apps.get_models() if model.__module__.startswith("linli.")]


@pytest.mark.django_db
def test_no_manager_of_a_personal_model_answers_without_a_scope() -> None:
    personal = [model for model in ours() if scope_rule.is_personal(model)]
    assert Person in personal
    nothing(scope_rule.leaking_managers(personal))


@pytest.mark.django_db
def test_no_relation_reaches_a_personal_model_without_a_scope() -> None:
    nothing(scope_rule.leaking_relations(apps.get_models()))


def test_every_model_that_leads_to_a_person_is_scoped() -> None:
    nothing(scope_rule.unscoped_models(Person, ours(), UNSCOPED))


@pytest.mark.django_db
def test_a_row_at_hand_does_not_open_its_relations(cast: Cast) -> None:
    with cast.scope():
        person = Person.objects.get(pk=cast.people[0].pk)
    with unscoped():
        for field in Person._meta.get_fields():
            accessor, target = scope_rule.accessor_of(field), field.related_model
            if field.one_to_many and accessor and isinstance(target, type) and scope_rule.is_personal(target):
                with pytest.raises(ScopeError):
                    getattr(person, accessor).count()


@isolate_apps("tests.shape")
def test_an_unscoped_model_that_leads_to_a_person_is_noticed() -> None:
    class Human(models.Model):
        objects: Any = ScopedManager()

        class Meta:
            app_label = "ground"
            base_manager_name = "objects"

    class Card(models.Model):
        holder = models.ForeignKey(Human, models.CASCADE)

        class Meta:
            app_label = "gates"

    class Scan(models.Model):
        card = models.ForeignKey(Card, models.CASCADE)

        class Meta:
            app_label = "gates"

    everything = [Human, Card, Scan]
    found = scope_rule.unscoped_models(Human, everything, {"gates.Card": "why not"})
    assert [finding.path for finding in found] == ["gates.Scan"]
    unused = scope_rule.unscoped_models(Human, [Human], {"gates.Card": "why not"})
    assert [finding.text for finding in unused] == ["exempt without need"]


@pytest.mark.django_db
@isolate_apps("tests.shape")
def test_a_leaking_manager_and_a_leaking_relation_are_noticed() -> None:
    class Leak(models.Model):
        objects: Any = ScopedManager()
        everyone = models.Manager()

        class Meta:
            app_label = "ground"
            db_table = "ground_placekind"  # a table that exists, so that a leaking query answers
            default_manager_name = "objects"

    class Note(models.Model):
        about = models.ForeignKey(Leak, models.CASCADE, related_name="notes")

        class Meta:
            app_label = "ground"
            db_table = "ground_placekind"

    managers = [finding.text for finding in scope_rule.leaking_managers([Leak])]
    assert managers == ["everyone answers without a scope", "_base_manager answers without a scope"]
    relations = [finding.text for finding in scope_rule.leaking_relations([Note])]
    assert relations == [".about reaches ground.Leak without a scope"]
