"""What the tests of this folder share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.utils import timezone

from linli.accounts.models import User
from linli.gates.testing import open_strict
from linli.ground.actions.mandates import give_mandate
from linli.ground.testing import PASSWORD, Cast
from linli.procedures.tests.at_home import MONDAY, Home


@pytest.fixture
def home(cast: Cast) -> Iterator[Home]:
    with time_machine.travel(MONDAY, tick=False) as clock, cast.scope():
        open_strict(cast.neighbourhood)
        user = User.objects.create_user("helper", PASSWORD, display_name="施援")
        helper = give_mandate(
            by=None, capacity="volunteer", place=cast.neighbourhood, user=user, since=timezone.localdate()
        )
        yield Home(cast, clock.move_to, helper)
