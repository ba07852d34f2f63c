"""A gate's page says when the gate was last inspected and what is open there, to each reader what is for him (G11)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from linli.ground.testing import Cast, client_as
from linli.rounds.actions.visits import Found, record_finding

pytestmark = pytest.mark.django_db


def test_the_page_of_a_gate_shows_its_inspection(cast: Cast) -> None:
    gate = cast.gates[0]
    page = client_as(cast.users["secretary"]).get(f"/gates/{gate.pk}/").content.decode()
    assert "这个门岗还没有检查过" in page
    assert f"/rounds/inspections/gates/{gate.pk}/" in page
    due = timezone.localdate() + timedelta(days=1)
    with cast.scope():
        for text, owner in (("测温枪没有电", "gate_captain"), ("标线不清", "clerk")):
            record_finding(by=None, place=gate, found=Found(text, cast.mandates[owner], due))
    page = client_as(cast.users["secretary"]).get(f"/gates/{gate.pk}/").content.decode()
    assert "测温枪没有电" in page
    assert "标线不清" in page
    mine = client_as(cast.users["gate_captain"]).get(f"/gates/{gate.pk}/").content.decode()
    assert "测温枪没有电" in mine
    assert "标线不清" not in mine
    assert "/rounds/inspections/" not in mine
    other = client_as(cast.users["secretary"]).get(f"/gates/{cast.gates[1].pk}/").content.decode()
    assert "测温枪没有电" not in other
