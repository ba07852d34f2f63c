"""Retention does not wait for a button."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from linli.ground.testing import Cast
from linli.operations.actions import Order, open_operation
from linli.operations.models import Certificate
from linli.site import daily

ORDER = Order("行动", "目的", "duty", "依据", "街道", "居委会", "entry-log")


def test_what_is_due_is_erased_without_being_asked_and_only_then(cast: Cast) -> None:
    now = timezone.now()
    open_operation(by=None, neighbourhood=cast.neighbourhood, order=ORDER, ends_at=now + timedelta(days=2))
    assert daily.tick() is False
    assert not Certificate.objects.exists()
    with time_machine.travel(now + timedelta(days=3), tick=False):
        assert daily.tick() is True
        assert daily.tick() is False
    assert Certificate.objects.get().key_destroyed


def test_a_failure_is_logged_and_does_not_stop_the_server(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(**_: object) -> list[Certificate]:
        raise OSError("disk full")

    monkeypatch.setattr(daily, "purge_everything", broken)
    assert daily.tick() is False
    assert "purge failed" in caplog.text
