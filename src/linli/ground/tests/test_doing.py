"""A deed of a page: done and said, or refused and said; nothing is said twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest

from linli.ground.doing import tried
from linli.kernel.refusal import Refusal


@pytest.fixture
def request_(settings: Any) -> Any:
    """A request that keeps what is said."""
    made: Any = HttpRequest()
    made._messages = CookieStorage(made)
    return made


def said(request: Any) -> list[tuple[str, str]]:
    return [(one.level_tag, str(one)) for one in get_messages(request)]


def test_what_was_done_is_said(request_: Any) -> None:
    kept: list[tuple[int, str]] = []
    assert tried(request_, "Kept.", lambda first, by: kept.append((first, by)), 1, by="me")
    assert (kept, said(request_)) == ([(1, "me")], [("success", "Kept.")])


def test_of_some_deeds_nothing_is_said(request_: Any) -> None:
    assert tried(request_, None, int)
    assert said(request_) == []


def test_what_is_refused_is_said_instead(request_: Any) -> None:
    def deed() -> None:
        raise Refusal("ground.no", "At most %(most)s.", most=3)

    assert not tried(request_, "Kept.", deed)
    assert said(request_) == [("error", "At most 3.")]
