"""What the tests of notices share: two kinds of notice, and a bot that runs on this machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import LazySettings

from linli.kernel.escalation import Step
from linli.notices import kinds
from linli.notices.kinds import Kind, Said
from linli.notices.models import Notice
from linli.notices.tests import bot

LATE = "tests.late"
PLAIN = "tests.plain"
PERSON = "林知夏"


def describe(notices: Sequence[Notice]) -> dict[UUID, Said]:
    """Names somebody, as a room may on a page behind a login."""
    return {one.pk: Said(f"{PERSON} 还没有走到 7号", "19900000101", "/rounds/") for one in notices}


@pytest.fixture(autouse=True)
def some_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    half_hour = timedelta(minutes=30)
    steps = (Step(timedelta(minutes=20), "clerk"), Step(timedelta(minutes=60), "secretary"))
    kinds.register(Kind(LATE, "巡查没有走到", half_hour, 3, steps, sound=True, describe=describe))
    kinds.register(Kind(PLAIN, "有新的回复"))
    kinds.register(Kind("tests.other", "别处的事"))


@pytest.fixture
def group_bot(settings: LazySettings) -> Iterator[bot.Bot]:
    with bot.playing() as playing:
        settings.LINLI_NOTICE_HOSTS = frozenset({playing.host})
        yield playing
