"""Every address is closed to a stranger, except those that say why not; and an open one is noticed."""

from __future__ import annotations

import pytest
from django.test import override_settings
from django.urls import get_resolver, reverse

from linli.ground.testing import Cast
from tests.shape.exemptions import PUBLIC
from tests.shape.paths import nothing
from tests.support.doors import Door, doors, fill, open_doors


def samples(cast: Cast) -> dict[str, str]:
    """Keys of rows that exist, so that a closed door is not just an empty room."""
    return {
        "int": str(cast.dwellings[0].pk),
        "uuid": str(cast.people[0].pk),
        "neighbourhood": str(cast.neighbourhood.pk),
        "place": str(cast.dwellings[0].pk),
        "gate": str(cast.gates[0].pk),
        "household": str(cast.households[0].pk),
        "person": str(cast.people[0].pk),
        "user": str(cast.users["clerk"].pk),
    }


@pytest.mark.django_db
def test_a_stranger_is_let_in_nowhere(cast: Cast) -> None:
    everything = list(doors(get_resolver().url_patterns, samples(cast)))
    assert len(everything) > 10
    nothing(open_doors(everything, PUBLIC, reverse("accounts:login")))


@pytest.mark.django_db
@override_settings(ROOT_URLCONF="tests.support.open_door")
def test_an_open_door_is_noticed(cast: Cast) -> None:
    chosen = [door for door in doors(get_resolver().url_patterns, samples(cast)) if door.name.startswith("test_")]
    assert {door.name for door in chosen} == {"test_guarded", "test_forgotten"}
    found = open_doors(chosen, {}, reverse("accounts:login"))
    assert {finding.path for finding in found} == {f"/test-forgotten/{cast.dwellings[0].pk}/"}
    unused = open_doors(chosen, {"test_forgotten": "why", "gone": "why"}, reverse("accounts:login"))
    assert [finding.path for finding in unused] == ["gone"]


def test_the_walk_fills_in_parameters() -> None:
    assert fill("a/<int:pk>/<uuid:card>/<slug>/", {"int": "7"}) == "a/7/00000000-0000-7000-8000-000000000000/x/"
    assert fill("a/<int:gate>/", {"int": "7", "gate": "9"}) == "a/9/"


def test_a_door_knows_its_full_name() -> None:
    names = [door.name for door in doors(get_resolver().url_patterns, {})]
    assert "health" in names
    assert len(names) == len(set(names))
    assert isinstance(next(iter(doors(get_resolver().url_patterns, {}))), Door)
