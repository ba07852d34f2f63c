"""Where a training is entered: the page belongs to the roster, another room; whoever stands above both says its address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class _Page:
    """The answer that was introduced; none at first."""

    def __init__(self) -> None:
        self.url: Callable[[Any], str] = lambda request: ""


_page = _Page()


def introduce(url: Callable[[Any], str]) -> None:
    """Introduce the page: a request → its address, empty for whoever may not open it."""
    _page.url = url


def trainings_url(request: Any) -> str:
    """Where trainings are entered; empty for whoever may not, and in a house without a roster."""
    return _page.url(request)
