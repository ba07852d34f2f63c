"""A neighbourhood is split: homes go whole, nothing is lost, nobody sees the other side, and the way back leaves no trace."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.utils import timezone

from linli.ground.models import Household, Person, Phone, Place, Residence, Tie
from linli.ground.scope import Personal, scoped, scoped_to_everything
from linli.ground.testing import Cast
from linli.procedures.models import Parting, Trace
from linli.procedures.parting import job
from linli.procedures.parting.choosing import NewNeighbourhood, propose_merge, propose_split
from linli.procedures.tests.world import fill, snapshot

YESTERDAY = timezone.localdate() - timedelta(days=1)


def crossing() -> list[str]:
    """Pointers between personal rows of two neighbourhoods; imports keep bare ids of people."""
    found = []
    with scoped_to_everything(reason="test"):
        for model in apps.get_models():
            if not issubclass(model, Personal):
                continue
            for field in model._meta.fields:
                target = field.related_model
                if field.is_relation and isinstance(target, type) and issubclass(target, Personal):
                    if model._meta.app_label == "register" and field.name == "person":
                        continue
                    for row in model.objects.filter(**{f"{field.name}__isnull": False}).select_related(field.name):
                        if getattr(row, field.name).neighbourhood_id != row.neighbourhood_id:
                            found.append(f"{model._meta.label} {row.pk} .{field.name}")
    return found


def split_villas(cast: Cast, **said: Any) -> Parting:
    parts = said.pop("parts", [cast.villas.pk, cast.gates[0].pk])
    new = NewNeighbourhood("听松居民区", parts, cast.users["clerk"], since=said.pop("since", None))
    return propose_split(by=cast.users["secretary"], source=cast.neighbourhood, new=new)


def whole(parting: Parting) -> Parting:
    return job.run(by=None, parting=job.begin(by=None, parting=parting))


@pytest.fixture
def full(cast: Cast) -> Cast:
    fill(cast)
    return cast


def test_homes_go_with_everything_that_belongs_to_them(full: Cast) -> None:
    before = snapshot()
    done = whole(split_villas(full))
    assert done.state == "done" and done.target is not None
    new = done.target
    assert crossing() == []
    full.villas.refresh_from_db()
    assert full.villas.neighbourhood_id == new.pk and full.villas.path.startswith(new.path)
    with scoped(neighbourhood_ids={new.pk}, reason="test"):
        names = set(Person.objects.values_list("name", flat=True))
        assert {full.people[n].name for n in range(4)} <= names
        assert full.people[5].name not in names
        assert Residence.objects.filter(person=full.people[0]).count() == 2
    after = snapshot()
    made = {label: after[label].keys() - before[label].keys() for label in after}
    assert all(before[label].keys() <= after[label].keys() for label in before if label not in PAIRS)
    assert {label for label, rows in made.items() if rows} <= MAY_GROW


PAIRS = {"ground.Merge", "ground.AlikeAnswer"}
MAY_GROW = {
    "ground.Place", "ground.Area", "ground.Household", "ground.Person", "ground.PersonKey", "ground.Phone",
    "ground.Responsibility", "tenancies.TenantList", "gates.PrintBatch", "journal.Entry",
}  # fmt: skip


def test_split_and_merged_back_it_is_the_same_register(full: Cast) -> None:
    before = snapshot()
    done = whole(split_villas(full))
    assert done.target is not None
    whole(propose_merge(by=None, source=done.target, target=full.neighbourhood))
    after = snapshot()
    for label in sorted(before):
        if label == "ground.Place":
            del after[label][str(done.target.pk)]  # ended: its name and code lead to the one that goes on
        if label != "journal.Entry":
            assert after[label] == before[label], label
    assert not Trace.objects.exists()
    assert crossing() == []
