"""In which order the files of a suite are begun: the longest first, so that no worker is left alone with a long one at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest


def put_first(items: list[pytest.Item], files: Sequence[str]) -> None:
    """Bring the tests of these files to the front, in the order of ``files``; all others stay in theirs."""
    place = {name: number for number, name in enumerate(files)}
    items.sort(key=lambda item: place.get(item.path.name, len(place)))
