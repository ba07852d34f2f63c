"""Several things at the same moment, each in a thread with a connection of its own: for tests that commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from linli.kernel.refusal import Refusal


def together(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run each in a thread of its own, all starting at the same moment; a refusal's code or what came of it."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return work()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))
