"""Every case of docs/gate-cases.md, told to the server with a real database."""

from __future__ import annotations

from typing import Any

import pytest

from linli.gates.tests.story import World, cases
from linli.ground.testing import Cast


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_on_the_server(case: dict[str, Any], cast: Cast) -> None:
    world = World(cast, case)
    world.begin()
    for step in case["story"]:
        world.tell(step)
