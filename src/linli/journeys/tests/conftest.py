"""What tests of journeys need: the cast, and one night of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from linli.ground.testing import Cast, cast, client_as  # noqa: F401  fixtures
from linli.journeys.testing import Night, night


@pytest.fixture
def arrived(cast: Cast) -> Iterator[Night]:  # noqa: F811
    """Three travellers in the hands of the airport's desk, within the scope of their neighbourhood."""
    with cast.scope():
        yield night(cast)
