"""``with refused("code"):`` the block must be refused with exactly that code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from linli.kernel.refusal import Refusal


@contextmanager
def refused(code: str) -> Iterator[None]:
    """Fails unless the block raises a refusal with ``code``."""
    with pytest.raises(Refusal) as caught:
        yield
    assert caught.value.code == code
