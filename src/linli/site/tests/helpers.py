"""Words that the tests of the installation share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from linli.kernel.refusal import Refusal


@contextmanager
def refused(*codes: str) -> Iterator[pytest.ExceptionInfo[Refusal]]:
    """The block is refused with one of ``codes``, and the sentence has all its values."""
    with pytest.raises(Refusal) as refusal:
        yield refusal
    assert refusal.value.code in codes
    assert "%(" not in str(refusal.value)
